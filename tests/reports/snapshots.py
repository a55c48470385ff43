"""Plans as snapshots, without a database: Blaricum's real facts in new words, small, large and nasty."""

from dataclasses import replace
from datetime import date

from priorities.decision_kinds import DECISION_KINDS
from priorities.snapshot import (
    ArgumentSnapshot,
    ChapterSnapshot,
    DestinationSnapshot,
    FigureSnapshot,
    IndicatorSnapshot,
    PlanSnapshot,
    PrioritySectionSnapshot,
    PrioritySnapshot,
    ProposalSnapshot,
    RouteStepSnapshot,
    WeighedRow,
    WeighedSubject,
)

MUNICIPALITIES = ("Blaricum", "Gooise Meren", "Huizen", "Laren", "Hilversum", "Wijdemeren")
UNDERMINING, DIGITAL, HIC, YOUTH = "Georganiseerde ondermijnende criminaliteit", "Digitale veiligheid", "High Impact Crimes", "Jeugd"

# The fifteen points of the council session, in its order: subject, point, destinations (kind, name), extent, rationale.
SESSION = (
    ("Digitale veiligheid", "Voorlichting ouderen en jongeren", [("regional_priority", DIGITAL)], "wholly",
     "Elke groep krijgt eigen voorlichting. Het uitvoeringsprogramma zegt wanneer."),
    ("Digitale veiligheid", "Cyberaanval infrastructuur", [("regional_priority", DIGITAL), ("other_body", "Veiligheidsregio")], "wholly",
     "De gemeente maakt zichzelf weerbaar. De gevolgen van uitval bereidt de Veiligheidsregio voor."),
    ("Veel voorkomende criminaliteit", "Vandalisme en vernielingen", [("going_concern", "")], "wholly",
     "Toezicht en herstel zijn gewoon werk en gaan door."),
    ("Veel voorkomende criminaliteit", "Inbraakpreventie", [("within_priority", HIC)], "wholly",
     "Woninginbraak is de kern van deze prioriteit; preventie komt daarin eerst."),
    ("Ondermijning", "Bewustwording", [("regional_priority", UNDERMINING)], "wholly",
     "Wie signalen herkent, kan ze melden. Training hoort bij de gezamenlijke aanpak."),
    ("Ondermijning", "Meldingsbereidheid", [("regional_priority", UNDERMINING)], "wholly",
     "Melden wordt eenvoudiger en de melder hoort wat het opleverde."),
    ("Ondermijning", "Controles (horeca, vastgoed)", [("regional_priority", UNDERMINING)], "wholly",
     "De controles gaan door, met dezelfde regels in alle zes gemeenten."),
    ("Sociale veiligheid", "Zichtbaarheid politie en boa's", [("going_concern", "")], "wholly",
     "Op straat zijn is de basis van hun werk. Een aparte prioriteit voegt daar niets aan toe."),
    ("Sociale veiligheid", "Veiligheidsgevoel vergroten", [("other_chapter", "Communicatie")], "wholly",
     "Wie weet wat er speelt, voelt zich veiliger. Zie hoofdstuk 5."),
    ("Sociale veiligheid", "Meer jongerenontmoetingsplekken", [("other_policy", "Jeugdbeleid")], "wholly",
     "Plekken voor jongeren worden daar gepland en betaald."),
    ("Sociale veiligheid", "Jeugdoverlast", [("local_priority", YOUTH)], "partly",
     "De capaciteit is beperkt. De prioriteit richt zich op jeugdcriminaliteit en jonge aanwas; lichtere overlast blijft regulier werk."),
    ("Sociale veiligheid", "Overlast honden", [("going_concern", "")], "wholly",
     "De boa’s houden toezicht, met een APV-regel die blijft gelden."),
    ("Fysieke veiligheid en crisisbeheersing", "Parkeeroverlast", [("going_concern", "")], "wholly",
     "Wijkgerichte parkeer- en verkeerscontroles gaan door zoals nu."),
    ("Fysieke veiligheid en crisisbeheersing", "Snelheid", [("going_concern", "")], "wholly",
     "De inrichting van de weg komt eerst; de politie controleert waar dat nodig is."),
    ("Fysieke veiligheid en crisisbeheersing", "Meer oefenen in rampen en crisis", [("going_concern", "")], "wholly",
     "Het oefenprogramma van de Veiligheidsregio voorziet hierin."),
)  # fmt: skip


def row(number: str, point: str, destinations: list[tuple[str, str]], extent: str, rationale: str, text: str = "") -> WeighedRow:
    return WeighedRow(
        number=number,
        reference=f"BLA-22-{number.replace('.', '').zfill(4)}",
        point=point,
        text=text,
        said_by="Raad",
        said_on=date(2022, 9, 21),
        round_title="Raadssessie 2022",
        destinations=tuple(
            DestinationSnapshot(code, DECISION_KINDS[code].paper_label, DECISION_KINDS[code].tone, name) for code, name in destinations
        ),
        extent=extent,
        extent_label="Deels overgenomen" if extent == "partly" else "",
        rationale=rationale,
    )


def subjects_from(points: tuple) -> tuple[WeighedSubject, ...]:
    """Points grouped by subject in the order in which subjects come first, numbered subject.row."""
    grouped: dict[str, list] = {}
    for subject, *rest in points:
        grouped.setdefault(subject, []).append(rest)
    return tuple(
        WeighedSubject(number, subject, tuple(row(f"{number}.{place}", *rest) for place, rest in enumerate(group, 1)))
        for number, (subject, group) in enumerate(grouped.items(), 1)
    )


def priority(number: int, title: str, level: str, shared_by: tuple[str, ...], contributions: tuple[str, ...]) -> PrioritySnapshot:
    label, area = {"district": ("District", "Gooi en Vechtstreek"), "municipality": ("Lokaal", "Blaricum")}[level]
    texts = (
        ("reason", "Waarom kiezen we hiervoor?", "Omdat het onderwerp hier meer speelt dan elders, en omdat wachten het erger maakt."),
        ("situation", "Wat is er aan de hand?", "- Het aantal meldingen loopt op.\n- Daders werken over de gemeentegrens heen."),
        ("ambition", "Wat willen we bereiken?", "- Minder slachtoffers.\n- Snellere hulp voor wie toch slachtoffer wordt."),
        (
            "measure",
            "Wat gaan we doen?",
            "- Samen optreden.^[De afspraken staan in het uitvoeringsprogramma.]\n- Voorlichting per doelgroep.",
        ),
        ("need", "Wat is daarvoor nodig?", "Tijd bij de gemeente en bij de politie."),
    )
    return PrioritySnapshot(
        number=number,
        title=title,
        summary=f"Samen met partners pakken we {title.lower()} aan voordat het groter wordt.",
        lead="Wie vroeg begint, hoeft later minder te herstellen. Dat geldt hier in het bijzonder.",
        level=level,
        level_label=label,
        area=area,
        shared_by=shared_by,
        sections=tuple(PrioritySectionSnapshot(kind, heading, body) for kind, heading, body in texts),
        contributions=contributions,
    )


FIRST_CHAPTER = """\
De burgemeester zorgt voor de openbare orde.^[Artikel 172 Gemeentewet.]

## Zes gemeenten, één district

Blaricum hoort bij basisteam Gooi Noord.

### Wat dat betekent

De agenten werken voor vier gemeenten.

## Wat de raad inbracht

In 2022 noemde de raad vijftien punten.

Tabel: Waar de zes gemeenten elkaar treffen

| Overleg | Hoe vaak |
|---|---|
| Veiligheidscollege | vier keer per jaar |
"""
SECOND_CHAPTER = "## Hoe veilig inwoners zich voelen\n\nZij geven hun buurt een 7,9."

CHAPTERS = (
    ChapterSnapshot(
        1,
        "Waarom dit plan",
        "Eens in de vier jaar kiest de gemeenteraad waar gemeente en politie extra werk van maken.",
        FIRST_CHAPTER,
        "weighing",
    ),
    ChapterSnapshot(2, "Veiligheidsbeeld", "Blaricum is een veilig dorp.", SECOND_CHAPTER, "figures"),
    ChapterSnapshot(
        3, "Prioriteiten", "Twee delen we met het district, twee zijn van ons.", "Elke prioriteit heeft dezelfde vijf vragen.", "priorities"
    ),
    ChapterSnapshot(4, "Communicatie", "", "We zeggen wat we weten, en ook wat we nog niet weten.", ""),
)

MONITOR = "Veiligheidsmonitor 2021"
GRADES = (
    ("Blaricum", 7.9, 2021, MONITOR), ("Gooise Meren", 7.7, 2021, MONITOR), ("Hilversum", 7.5, 2021, MONITOR),
    ("Huizen", 8.0, 2022, "Eigen enquête"), ("Laren", 7.8, 2021, MONITOR), ("Wijdemeren", 7.7, 2021, MONITOR),
)  # fmt: skip

PROPOSAL = ProposalSnapshot(
    title="Integraal Veiligheidsplan Blaricum 2023–2026",
    decision_points=("het plan vast te stellen;", "kennis te nemen van de afweging."),
    planning="Alle raden in het district besluiten in februari 2023.",
    summary="Blaricum kiest vier prioriteiten.",
    introduction="De wet vraagt de raad om te kiezen.^[Artikel 38b Politiewet 2012.]",
    purpose="Een dorp waar mensen zich veilig voelen.",
    arguments=(
        ArgumentSnapshot("1.1", "De raad moet eens in de vier jaar kiezen", "Het lopende plan eindigt in 2022."),
        ArgumentSnapshot("2.1", "Elk punt heeft een antwoord", "De tabel noemt per punt de bestemming."),
    ),
    caveats=(ArgumentSnapshot("1.1", "Niet alles kan voorgaan", "Wat geen prioriteit is, blijft regulier werk."),),
    finances="Het plan past binnen de begroting.",
    execution="Elke twee jaar volgt een uitvoeringsprogramma.",
    secretary="A. Voorbeeld (voorbeeld)",
    mayor="B. Voorbeeld (voorbeeld)",
    attachments=("Integraal Veiligheidsplan Blaricum 2023–2026", "Afwegingstabel"),
    case_number="Z-2022-0531 (voorbeeld)",
    replaces="Het plan dat tot en met 2022 geldt",
)

BLARICUM = PlanSnapshot(
    municipality="Blaricum",
    slug="blaricum",
    area_code="GM0376",
    period="2023-2026",
    title="Integraal Veiligheidsplan",
    motto="",
    status="adopted",
    status_label="Vastgesteld",
    starts_on=date(2023, 1, 1),
    ends_on=date(2026, 12, 31),
    adopted_on=date(2023, 2, 1),
    decision_number="2023-014 (voorbeeld)",
    portfolio_holder="de burgemeester",
    made_with="de politie en het Openbaar Ministerie",
    colophon="De rapportcijfers zijn gemeten.",
    district="Gooi en Vechtstreek",
    team="Gooi Noord",
    municipalities=MUNICIPALITIES,
    route=(
        RouteStepSnapshot("image_forming", "Beeldvorming", "Raadssessie", date(2022, 9, 21), "De dag is een voorbeeld."),
        RouteStepSnapshot("opinion_forming", "Oordeelsvorming", "Commissie", date(2023, 1, 17), ""),
        RouteStepSnapshot("decision_making", "Besluitvorming", "Gemeenteraad", date(2023, 2, 1), ""),
    ),
    chapters=CHAPTERS,
    priorities=(
        priority(1, UNDERMINING, "district", MUNICIPALITIES, ("3.1", "3.2", "3.3")),
        priority(2, DIGITAL, "district", MUNICIPALITIES, ("1.1", "1.2")),
        priority(3, HIC, "municipality", ("Blaricum",), ("2.2",)),
        priority(4, YOUTH, "municipality", ("Blaricum",), ("4.4",)),
    ),
    subjects=subjects_from(SESSION),
    indicators=(
        IndicatorSnapshot(
            "Rapportcijfer veiligheid in de buurt", "rapportcijfer", "Huizen hield een eigen onderzoek.", False,
            tuple(
                FigureSnapshot(area, value, year, source, is_own=area == "Blaricum", differs=area == "Huizen")
                for area, value, year, source in GRADES
            ),
        ),
    ),
    proposal=PROPOSAL,
)  # fmt: skip


def draft(snapshot: PlanSnapshot = BLARICUM) -> PlanSnapshot:
    """The same plan before the council has seen it."""
    return replace(snapshot, status="draft", status_label="Concept", adopted_on=None, decision_number="")


def with_rows(number: int) -> PlanSnapshot:
    """A draft with so many points, spread unevenly over subjects of their own; every ninth has no answer yet, some have more to say."""
    kinds = [(code, f"Iets dat {code} noemt" if code != "going_concern" else "") for code in DECISION_KINDS]
    sizes = (41, 12, 33, 58, 7, 25, 19, 30, 1, 24)
    subjects: list[WeighedSubject] = []
    left = number
    while left:
        place = len(subjects) + 1
        size = min(left, sizes[(place - 1) % len(sizes)])
        left -= size
        rows = []
        for index in range(1, size + 1):
            code, name = kinds[(place * 5 + index) % len(kinds)]
            answered = index % 9 != 0
            rows.append(
                row(
                    f"{place}.{index}",
                    f"Punt {index} over onderwerp {place}",
                    [(code, name)] if answered else [],
                    ("not" if not DECISION_KINDS[code].taken_up else "partly" if index % 17 == 3 else "wholly") if answered else "",
                    f"Motivering van punt {place}.{index}: dit hoort bij het gewone werk van gemeente en partners." if answered else "",
                    "Bewoners vertellen dat het vooral in de avond speelt. Zij vragen om iemand die langskomt." if index % 4 == 0 else "",
                )
            )
        subjects.append(WeighedSubject(place, f"Onderwerp {place} van de voorbeeldlijst", tuple(rows)))
    return replace(draft(), subjects=tuple(subjects), priorities=tuple(replace(found, contributions=()) for found in BLARICUM.priorities))


LETTER = " ".join(f"Zin {number} van een lange brief over de veiligheid in onze straat." for number in range(150))


def with_letters() -> PlanSnapshot:
    """A draft with three letters that each take more than a page."""
    rows = tuple(
        row(f"1.{place}", f"Brief {place}", [("going_concern", "")], "wholly", f"Gewoon werk, brief {place}.", LETTER)
        for place in (1, 2, 3)
    )
    return replace(draft(), subjects=(WeighedSubject(1, "Brieven", rows),))


NASTY_TEXT = (
    "Te hard! 😀👨‍👩‍👧 🇳🇱 <script>alert(1)</script> & \"quote\" 'enkel' مرحبا بكم 你好 ＜b＞ \u202eomgekeerd\u202c \x00\x07 e\u0301 \u0338 "
    + "Hottentottententententoonstelling" * 6
    + " https://voorbeeld.nl/" + "a" * 150
)  # fmt: skip


def nasty() -> PlanSnapshot:
    """A draft in which residents typed whatever a keyboard can give, in every field they or an officer can fill."""
    body = "\n\n".join((
        NASTY_TEXT,
        f"# {NASTY_TEXT[:80]}",
        "- punt 😀\n  1. dieper\n     - nog dieper",
        "> # kop in citaat",
        "- | a | b |\n  |---|---|\n  | 1 | 2 |",
        "![plaatje](http://voorbeeld.nl/x.png) [x](javascript:alert(1)) [leeg]() []( http://a.nl )",
        "##",
        f"| a |\n|---|\n| {NASTY_TEXT.replace('|', '')} |",
    ))  # fmt: skip
    rows = tuple(
        row(f"1.{index}", NASTY_TEXT, [("other_body", NASTY_TEXT)], "partly", f"{NASTY_TEXT}\n\nTweede alinea.", NASTY_TEXT)
        for index in (1, 2)
    )
    return replace(
        draft(),
        municipality="Blaricum 😀",
        title="Veiligheidsuitvoeringsprogramma voor de gehele gemeente 😀",
        motto=NASTY_TEXT[:90],
        made_with=NASTY_TEXT,
        colophon=body,
        chapters=tuple(replace(chapter, title=NASTY_TEXT[:60], lead=NASTY_TEXT, body=body) for chapter in CHAPTERS),
        priorities=tuple(
            replace(found, title=f"{found.title} {NASTY_TEXT[:40]}", summary=NASTY_TEXT, lead=NASTY_TEXT,
                    sections=tuple(replace(section, body=body) for section in found.sections))
            for found in BLARICUM.priorities
        ),
        subjects=(WeighedSubject(1, NASTY_TEXT, rows),),
        proposal=replace(PROPOSAL, title=NASTY_TEXT[:70], planning=body, summary=body, decision_points=(NASTY_TEXT,),
                         arguments=(ArgumentSnapshot("1.1", NASTY_TEXT, body),), secretary="😀 Ł. Ó Ð"),
    )  # fmt: skip
