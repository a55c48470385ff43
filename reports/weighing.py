"""What became of the contributions: the counts, the picture and the words above the consideration table."""

from collections import Counter
from dataclasses import dataclass

from django.utils.safestring import SafeString

from priorities.decision_kinds import ALL
from priorities.snapshot import PlanSnapshot, WeighedRow
from reports import dutch
from reports.charts import Tally, waffle
from reports.house_styles import house_style

UNDECIDED = "Nog niet afgewogen"
FILLS = {
    "plan": "Een gevuld label is een prioriteit.",
    "under": "Een half gevuld label is een onderdeel van een prioriteit.",
    "run": "Een open label is regulier werk.",
    "else": "Een streeplijn verwijst naar een andere plek.",
    "not": "Een dubbele lijn is een punt dat niet is opgenomen.",
}
"""What a badge's fill means; one sentence for each tone that occurs."""

GUIDE_WORD_LENGTH = 60


@dataclass(frozen=True, slots=True)
class WeighedGroup:
    """The points of one subject, under one heading in the table."""

    title: str
    """'4 Sociale veiligheid'."""
    guide_word: str
    """Stands at the head of a page of a long table."""
    count: str
    rows: tuple[WeighedRow, ...]


@dataclass(frozen=True, slots=True)
class Weighing:
    caption: str
    groups: tuple[WeighedGroup, ...]
    heading: str
    """'Vijftien punten, en waar zij terechtkwamen'."""
    chart: SafeString
    note: str
    legend: str
    undecided: str
    """A sentence; '' when every point is weighed."""
    has_text: bool
    """Whether any point has more to it than its short name."""


def weighing_of(snapshot: PlanSnapshot) -> Weighing | None:
    """All of it for the plan's contributions; None when there are none."""
    rows = snapshot.rows
    if not rows:
        return None
    tones = {destination.tone for row in rows for destination in row.destinations}
    return Weighing(
        caption=f"Afwegingstabel: {dutch.count(len(rows), 'punt', 'punten')}",
        groups=tuple(
            WeighedGroup(
                f"{subject.number} {subject.subject}",
                _shortened(subject.subject),
                dutch.count(len(subject.rows), "punt", "punten"),
                subject.rows,
            )
            for subject in snapshot.subjects
        ),
        heading=f"{dutch.sentence_start(dutch.number_word(len(rows)))} {'punt' if len(rows) == 1 else 'punten'}, naar bestemming",
        chart=waffle(house_style(snapshot.slug), tallies_of(snapshot)),
        note=_note(rows),
        legend=" ".join(sentence for tone, sentence in FILLS.items() if tone in tones),
        undecided=_undecided(snapshot.undecided),
        has_text=any(row.text for row in rows),
    )


def tallies_of(snapshot: PlanSnapshot) -> tuple[Tally, ...]:
    """How many points have which first destination, in the order of the kinds; what has none comes last."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for row in snapshot.rows:
        first = row.destinations[0] if row.destinations else None
        counts[(first.kind, first.label, first.tone) if first else ("", UNDECIDED, "open")] += 1
    order = {kind.code: place for place, kind in enumerate(ALL)}
    # A kind that has left the code is still on paper: after those that are known, by its name.
    placed = sorted(counts.items(), key=lambda entry: (not entry[0][0], order.get(entry[0][0], len(order)), entry[0]))
    return tuple(Tally(label, tone, number) for (_, label, tone), number in placed)


def _shortened(subject: str) -> str:
    """What fits on one line above a page."""
    return subject if len(subject) <= GUIDE_WORD_LENGTH else f"{subject[: GUIDE_WORD_LENGTH - 1].rstrip()}…"


def _note(rows: tuple[WeighedRow, ...]) -> str:
    several = sum(len(row.destinations) > 1 for row in rows)
    if not several:
        return ""
    subject = f"{dutch.sentence_start(dutch.number_word(several))} {'punt heeft' if several == 1 else 'punten hebben'}"
    return f"{subject} meer dan één bestemming en {'telt' if several == 1 else 'tellen'} hier één keer mee, bij de eerste."


def _undecided(number: int) -> str:
    if not number:
        return ""
    return f"{dutch.sentence_start(dutch.number_word(number))} {'punt is' if number == 1 else 'punten zijn'} nog niet afgewogen."
