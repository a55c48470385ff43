"""The Integraal Veiligheidsplan: cover, colophon, contents, priorities at a glance, chapters with what they show, each priority."""

from dataclasses import dataclass, replace

from django.utils.safestring import SafeString

from priorities.markup import Prose, Section, prose
from priorities.snapshot import ChapterSnapshot, IndicatorSnapshot, PlanSnapshot, PrioritySnapshot, RouteStepSnapshot
from reports import dutch
from reports.charts import Dot, cover_score, decimals_for, dot_plot, level_cells
from reports.documents.base import Fact, Frame, concept_mark, frame_for, plan_name
from reports.house_styles import house_style
from reports.levels import Level, level_of
from reports.weighing import Weighing, weighing_of

SHORT_CHAPTER = 900
"""Characters: less than about half a page, so it does not open a page of its own."""
ONE_SIZE_WORD = 16
"""Letters of the longest word that fits the cover at full size."""


@dataclass(frozen=True, slots=True)
class Cover:
    first: str
    """First word of the title, set light; the rest is set bold."""
    rest: str
    is_long: bool
    score: SafeString | None


@dataclass(frozen=True, slots=True)
class GlancePriority:
    number: str
    title: str
    level: Level
    cells: SafeString
    summary: str
    anchor: str


@dataclass(frozen=True, slots=True)
class SectionPage:
    """One of the five questions with its answer."""

    heading: str
    body: Prose


@dataclass(frozen=True, slots=True)
class PriorityPage:
    number: str
    title: str
    anchor: str
    level: Level
    cells: SafeString
    lead: str
    sections: tuple[SectionPage, ...]
    comes_from: str
    """Which points of the table led to it; '' when none did."""


@dataclass(frozen=True, slots=True)
class FigureRow:
    area: str
    value: str
    source: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class IndicatorPage:
    title: str
    unit: str
    is_example: bool
    chart: SafeString
    rows: tuple[FigureRow, ...]
    note: str


@dataclass(frozen=True, slots=True)
class ChapterPage:
    number: str
    title: str
    anchor: str
    lead: str
    body: Prose
    runs_on: bool
    weighing: Weighing | None
    weighing_section: Section | None
    indicators: tuple[IndicatorPage, ...]
    indicator_section: Section | None
    priorities: tuple[PriorityPage, ...]
    contents: tuple[Section, ...]
    """What the list of contents says under the chapter."""


@dataclass(frozen=True, slots=True)
class PlanPaper:
    frame: Frame
    municipality: str
    period: str
    name: str
    motto: str
    cover: Cover
    facts: tuple[Fact, ...]
    route: tuple[RouteStepSnapshot, ...]
    colophon: Prose
    glance_title: str
    glance: tuple[GlancePriority, ...]
    cells_meaning: str
    chapters: tuple[ChapterPage, ...]
    weighing_anchor: str
    """Where the consideration table stands; '' when there is none."""


class AdoptedPlan:
    """The plan itself. May be made in every status: until the council has adopted it every page carries the draft mark."""

    slug = "ivp"
    title = "Integraal Veiligheidsplan"
    template = "reports/pdf/adopted_plan.html"

    def refusal(self, snapshot: PlanSnapshot) -> str:
        return "" if snapshot.is_municipal else "Een Integraal Veiligheidsplan is van een gemeente."

    def build(self, snapshot: PlanSnapshot) -> PlanPaper:
        name, period = plan_name(snapshot), dutch.period(snapshot.period)
        chapters = tuple(_chapter(chapter, snapshot, is_first=place == 0) for place, chapter in enumerate(_chapters(snapshot)))
        number = len(snapshot.priorities)
        return PlanPaper(
            frame=frame_for(
                snapshot,
                title=name,
                description=f"Doelen en prioriteiten voor de veiligheid in {snapshot.municipality}, {period}",
                source_line=name,
                concept=concept_mark(snapshot),
            ),
            municipality=snapshot.municipality,
            period=period,
            name=name,
            motto=snapshot.motto,
            cover=_cover(snapshot),
            facts=_facts(snapshot, name),
            route=snapshot.route,
            colophon=prose(snapshot.colophon, level=3),
            glance_title="Eén prioriteit" if number == 1 else f"{dutch.sentence_start(dutch.number_word(number))} prioriteiten op een rij",
            glance=_glance(snapshot, chapters),
            cells_meaning=_cells_meaning(snapshot),
            chapters=chapters,
            weighing_anchor=next((chapter.weighing_section.anchor for chapter in chapters if chapter.weighing_section), ""),
        )


def _chapters(snapshot: PlanSnapshot) -> list[ChapterSnapshot]:
    """The plan's chapters that hold anything, and one more where none shows the priorities or the table: a reader expects both.

    What two chapters want to show stands in the first of them.
    """
    to_show = {"weighing": snapshot.rows, "figures": snapshot.indicators, "priorities": snapshot.priorities}
    chapters: list[ChapterSnapshot] = []
    shown: set[str] = set()
    for chapter in snapshot.chapters:
        shows = chapter.shows if chapter.shows not in shown and to_show.get(chapter.shows) else ""
        if shows or chapter.lead.strip() or chapter.body.strip():
            chapters.append(replace(chapter, shows=shows))
            shown.add(shows)
    for what, title in (("priorities", "Prioriteiten"), ("weighing", "Afweging van de inbreng")):
        if to_show[what] and what not in shown:
            number = max((chapter.number for chapter in chapters), default=0) + 1
            chapters.append(ChapterSnapshot(number, title, "", "", what))
    return chapters


def _cover(snapshot: PlanSnapshot) -> Cover:
    title = dutch.period(snapshot.title).replace(dutch.period(snapshot.period), "").replace(snapshot.municipality, "").strip()
    first, _, rest = title.partition(" ")
    style = house_style(snapshot.slug)
    rows = [(priority.title, level_of(priority, snapshot)) for priority in snapshot.priorities]
    return Cover(
        first=first if rest else "",
        rest=rest or first,
        is_long=max(map(len, title.split()), default=0) > ONE_SIZE_WORD or len(rest) > ONE_SIZE_WORD,
        score=cover_score(style, snapshot.municipalities, rows) if rows and snapshot.municipalities else None,
    )


def _facts(snapshot: PlanSnapshot, name: str) -> tuple[Fact, ...]:
    """What the colophon's table says; a fact that is not known has no line."""
    decided = next((step.on_date for step in snapshot.route if step.phase == "decision_making"), None)
    where = [f"district {snapshot.district}" if snapshot.district else "", f"basisteam {snapshot.team}" if snapshot.team else ""]
    facts = (
        ("Plan", name),
        ("Vastgesteld door" if snapshot.is_adopted else "Ter vaststelling door", f"de gemeenteraad van {snapshot.municipality}"),
        ("Datum raadsbesluit", dutch.day(snapshot.adopted_on) if snapshot.adopted_on else ""),
        ("Behandeling in de raad", dutch.day(decided) if decided and not snapshot.is_adopted else ""),
        ("Besluitnummer", snapshot.decision_number),
        ("Geldig", f"{dutch.day(snapshot.starts_on)} tot en met {dutch.day(snapshot.ends_on)}"),
        ("Wettelijke basis", "artikel 38b Politiewet 2012; artikel 172 Gemeentewet"),
        ("Portefeuillehouder", snapshot.portfolio_holder),
        ("Opgesteld met", snapshot.made_with),
        ("Politie", ", ".join(part for part in where if part)),
    )
    return tuple(Fact(name, value) for name, value in facts if value)


def _cells_meaning(snapshot: PlanSnapshot) -> str:
    number = len(snapshot.municipalities)
    place = f"van {snapshot.district}" if snapshot.district else "van het district"
    if number < 2:
        return ""
    word = dutch.number_word(number)
    return f"De {word} vakjes zijn de {word} gemeenten {place}; een gevuld vakje draagt de prioriteit mee."


def _glance(snapshot: PlanSnapshot, chapters: tuple[ChapterPage, ...]) -> tuple[GlancePriority, ...]:
    pages = [page for chapter in chapters for page in chapter.priorities]
    return tuple(
        GlancePriority(str(priority.number), priority.title, page.level, page.cells, priority.summary, page.anchor)
        for priority, page in zip(snapshot.priorities, pages, strict=True)
    )


def _chapter(chapter: ChapterSnapshot, snapshot: PlanSnapshot, *, is_first: bool) -> ChapterPage:
    number = str(chapter.number)
    body = prose(chapter.body, level=3, number=number, margin_headings=True)
    sections = list(body.sections)

    def add(title: str) -> Section:
        place = len(sections) + 1
        sections.append(Section(f"{number}.{place}", title, f"s{number}-{place}"))
        return sections[-1]

    weighing = weighing_of(snapshot) if chapter.shows == "weighing" else None
    indicators = tuple(_indicator(indicator, snapshot) for indicator in snapshot.indicators) if chapter.shows == "figures" else ()
    weighing_section = add("Elk punt en zijn bestemming") if weighing else None
    indicator_section = add("De gemeenten naast elkaar") if indicators else None
    shown = snapshot.priorities if chapter.shows == "priorities" else ()
    priorities = tuple(_priority(priority, add(priority.title), snapshot) for priority in shown)
    is_short = len(chapter.lead) + len(chapter.body) < SHORT_CHAPTER and "Tabel:" not in chapter.body and "|" not in chapter.body
    return ChapterPage(
        number=number,
        title=chapter.title,
        anchor=f"c{number}",
        lead=chapter.lead,
        body=body,
        runs_on=is_short and not is_first and not (weighing or indicators or priorities),
        weighing=weighing,
        weighing_section=weighing_section,
        indicators=indicators,
        indicator_section=indicator_section,
        priorities=priorities,
        contents=tuple(sections),
    )


def _priority(priority: PrioritySnapshot, section: Section, snapshot: PlanSnapshot) -> PriorityPage:
    level = level_of(priority, snapshot)
    points = priority.contributions
    return PriorityPage(
        number=section.number,
        title=priority.title,
        anchor=section.anchor,
        level=level,
        cells=level_cells(house_style(snapshot.slug), level),
        lead=priority.lead,
        sections=tuple(SectionPage(part.heading, prose(part.body, level=5)) for part in priority.sections if part.body.strip()),
        comes_from=f"{'Punt' if len(points) == 1 else 'Punten'} {dutch.enumerated(points)} van de afwegingstabel" if points else "",
    )


def _indicator(indicator: IndicatorSnapshot, snapshot: PlanSnapshot) -> IndicatorPage:
    """The picture has the newest figure of each municipality, highest first; the table has them all, the own municipality first."""
    newest = {figure.area: figure for figure in sorted(indicator.figures, key=lambda figure: figure.year)}
    plotted = sorted(newest.values(), key=lambda figure: (figure.value is None, -(figure.value or 0), not figure.is_own))
    digits = decimals_for([figure.value for figure in indicator.figures])
    dots = [Dot(figure.area, figure.value, figure.is_own, figure.differs) for figure in plotted]
    said = ", ".join(f"{dot.name} {dutch.decimal(dot.value, digits) if dot.value is not None else 'niet gepubliceerd'}" for dot in dots)
    values = [dot.value for dot in dots if dot.value is not None]
    open_dot = "Een open stip heeft een andere bron of een ander jaar." if any(dot.is_open for dot in dots) else ""
    axis = "De as begint niet bij nul." if values and min(values) > 0 else ""
    return IndicatorPage(
        title=indicator.title,
        unit=indicator.unit,
        is_example=indicator.is_example,
        chart=dot_plot(house_style(snapshot.slug), dots, f"{indicator.title}: {said}."),
        rows=tuple(
            FigureRow(
                figure.area,
                dutch.decimal(figure.value, digits) if figure.value is not None else "niet gepubliceerd",
                figure.source if str(figure.year) in figure.source else f"{figure.source}, {figure.year}",
                figure.is_own,
            )
            for figure in sorted(indicator.figures, key=lambda figure: (not figure.is_own, figure.area, -figure.year))
        ),
        note=" ".join(part for part in (axis, open_dot, indicator.note) if part),
    )
