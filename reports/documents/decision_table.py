"""The afwegingstabel: every contribution in full, where it went and why. The full account behind the short table in the plan."""

from collections import Counter
from dataclasses import dataclass

from priorities.snapshot import PlanSnapshot
from reports import dutch
from reports.documents.base import Frame, concept_mark, frame_for, plan_name, plan_name_with_article
from reports.weighing import Weighing, weighing_of


@dataclass(frozen=True, slots=True)
class RoundCount:
    title: str
    points: str


@dataclass(frozen=True, slots=True)
class TablePaper:
    frame: Frame
    municipality: str
    name: str
    intro: str
    rounds: tuple[RoundCount, ...]
    weighing: Weighing | None


class DecisionTable:
    """May be made in every status; points without an answer say so."""

    slug = "afwegingstabel"
    title = "Afwegingstabel"
    template = "reports/pdf/decision_table.html"

    def refusal(self, snapshot: PlanSnapshot) -> str:
        return ""

    def build(self, snapshot: PlanSnapshot) -> TablePaper:
        name = plan_name(snapshot)
        rounds = Counter(row.round_title for row in snapshot.rows)
        return TablePaper(
            frame=frame_for(
                snapshot,
                title=f"Afwegingstabel bij {plan_name_with_article(snapshot)}",
                description=f"Wat in {snapshot.municipality} is ingebracht, waar het terechtkwam en waarom",
                source_line=f"Afwegingstabel {name}",
                concept=concept_mark(snapshot),
            ),
            municipality=snapshot.municipality,
            name=name,
            intro=_intro(len(snapshot.rows)),
            rounds=tuple(RoundCount(title, dutch.whole(number)) for title, number in rounds.items() if title),
            weighing=weighing_of(snapshot),
        )


def _intro(number: int) -> str:
    if number == 0:
        return "Bij dit plan is nog niets ingebracht."
    if number == 1:
        return "Bij dit plan is één punt ingebracht. De tabel zegt waar het terechtkwam en waarom."
    return f"Bij dit plan zijn {dutch.number_word(number)} punten ingebracht. Bij elk punt staat waar het terechtkwam en waarom."
