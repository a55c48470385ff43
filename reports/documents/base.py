"""What a type of paper is, and what the skeleton around every paper needs to know."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from priorities.snapshot import PlanSnapshot
from priorities.states import PlanStatus
from reports import dutch


@dataclass(frozen=True, slots=True)
class Frame:
    """The skeleton's own values: title, furniture at the head and foot of a page, house style and the draft mark."""

    title: str
    description: str
    author: str
    house_style: str
    """Slug that picks the municipality's colours in print.css."""
    short: str
    """Head of the page, left."""
    source_line: str
    """Foot of the page, middle."""
    status_line: str
    """Foot of the page, left."""
    concept: str
    """What the draft mark says; '' leaves the mark out."""
    dated: str
    """ISO date that goes into the file's metadata."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a table of facts."""

    name: str
    value: str


class Paper(Protocol):
    """What build() answers: a frozen dataclass of plain values; the template sees it as `paper`."""

    @property
    def frame(self) -> Frame: ...


class Document(Protocol):
    """A type of paper. To add one: a module with such a class, a template, and its place in DOCUMENTS."""

    slug: str
    """In URLs and in Report.document; never renamed."""
    title: str
    """Dutch."""
    template: str

    def refusal(self, snapshot: PlanSnapshot) -> str:
        """'' when this paper can be made now, otherwise the Dutch sentence that says why not."""
        ...

    def build(self, snapshot: PlanSnapshot) -> Paper:
        """The values the template draws. Pure: the same snapshot always gives the same paper."""
        ...


def reference_day(snapshot: PlanSnapshot) -> date:
    """The day a paper's metadata speaks of, taken from the plan and never from the clock, so that the same plan gives the same bytes.

    The council's day; for a plan that is not adopted the last thing that was said for it, else its first day.
    """
    if snapshot.adopted_on:
        return snapshot.adopted_on
    return max((row.said_on for row in snapshot.rows if row.said_on), default=snapshot.starts_on)


def concept_mark(snapshot: PlanSnapshot) -> str:
    """The draft mark, or '' for an adopted plan. The mark names the exact text it stands on, so that two prints can be told apart."""
    if snapshot.is_adopted:
        return ""
    where = "voorgelegd aan de raad" if snapshot.status == PlanStatus.PROPOSED else "nog niet vastgesteld"
    digest = snapshot.sha256()
    return f"CONCEPT · {where} · kenmerk {digest[:4]} {digest[4:8]}"


def plan_name(snapshot: PlanSnapshot) -> str:
    """'Integraal Veiligheidsplan Blaricum 2023–2026': the plan's title, with place and period where the title lacks them."""
    name, period = dutch.period(snapshot.title), dutch.period(snapshot.period)
    if snapshot.municipality not in name:
        name = f"{name.replace(period, '').strip()} {snapshot.municipality}"
    return name if period in name else f"{name} {period}"


def plan_name_with_article(snapshot: PlanSnapshot) -> str:
    """'het Integraal Veiligheidsplan Blaricum 2023–2026', 'de Veiligheidsstrategie Midden-Nederland 2027–2030'."""
    name = plan_name(snapshot)
    return f"{'het' if snapshot.is_municipal else 'de'} {name}"


def status_line(snapshot: PlanSnapshot) -> str:
    """'Vastgesteld 1 februari 2023', or the status the plan has now."""
    if snapshot.adopted_on and snapshot.status == PlanStatus.ADOPTED:
        return f"Vastgesteld {dutch.day(snapshot.adopted_on)}"
    return snapshot.status_label


def frame_for(snapshot: PlanSnapshot, *, title: str, description: str, source_line: str, concept: str) -> Frame:
    """The frame that every paper of this plan shares."""
    return Frame(
        title=title,
        description=description,
        author=f"Gemeente {snapshot.municipality}",
        house_style=snapshot.slug,
        short=snapshot.municipality,
        source_line=source_line,
        status_line=status_line(snapshot),
        concept=concept,
        dated=reference_day(snapshot).isoformat(),
    )
