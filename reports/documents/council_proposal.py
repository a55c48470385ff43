"""The raadsvoorstel: what the council is asked to decide, with arguments, caveats and the way there."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from priorities.markup import Prose, prose
from priorities.snapshot import ArgumentSnapshot, PlanSnapshot, ProposalSnapshot, RouteStepSnapshot
from priorities.states import PlanStatus
from reports import dutch
from reports.charts import level_cells
from reports.documents.base import Fact, Frame, concept_mark, frame_for, plan_name
from reports.house_styles import house_style
from reports.levels import Level, level_of


@dataclass(frozen=True, slots=True)
class Point:
    """An argument or a caveat."""

    number: str
    title: str
    text: Prose
    belongs_to: str
    """'Bij beslispunt 1'; '' when there is only one."""


@dataclass(frozen=True, slots=True)
class LevelRow:
    title: str
    level: Level
    cells: SafeString


@dataclass(frozen=True, slots=True)
class ProposalPaper:
    frame: Frame
    municipality: str
    title: str
    subtitle: str
    facts: tuple[Fact, ...]
    decision_points: tuple[str, ...]
    planning: Prose
    route: tuple[RouteStepSnapshot, ...]
    route_caption: str
    summary: Prose
    levels: tuple[LevelRow, ...]
    levels_caption: str
    introduction: Prose
    purpose: Prose
    arguments: tuple[Point, ...]
    caveats: tuple[Point, ...]
    finances: Prose
    execution: Prose
    secretary: str
    mayor: str
    attachments: tuple[str, ...]


class CouncilProposal:
    """The proposal to adopt the plan. It is final once it is put to the council, so it carries the draft mark only in a draft."""

    slug = "raadsvoorstel"
    title = "Raadsvoorstel"
    template = "reports/pdf/council_proposal.html"

    def refusal(self, snapshot: PlanSnapshot) -> str:
        if snapshot.proposal is None:
            return "Er is nog geen raadsvoorstel bij dit plan. Schrijf eerst de teksten van het voorstel."
        if not snapshot.proposal.decision_points:
            return "Het raadsvoorstel heeft nog geen beslispunt. Vul eerst in wat de raad besluit."
        return ""

    def build(self, snapshot: PlanSnapshot) -> ProposalPaper:
        """Raises ValueError when there is no proposal: ask refusal() first."""
        proposal = snapshot.proposal
        if proposal is None:
            raise ValueError(self.refusal(snapshot))
        name = plan_name(snapshot)
        title = dutch.period(proposal.title) or name
        number, steps = len(snapshot.priorities), len(snapshot.route)
        style = house_style(snapshot.slug)
        return ProposalPaper(
            frame=frame_for(
                snapshot,
                title=f"Raadsvoorstel: {title}",
                description=f"Voorstel aan de gemeenteraad van {snapshot.municipality} over het {name}",
                source_line=f"Raadsvoorstel {name}",
                concept=concept_mark(snapshot) if snapshot.status == PlanStatus.DRAFT else "",
            ),
            municipality=snapshot.municipality,
            title=title,
            subtitle="" if name in title else name,
            facts=_facts(snapshot, proposal),
            decision_points=proposal.decision_points,
            planning=prose(proposal.planning, level=3),
            route=snapshot.route,
            route_caption=f"{dutch.sentence_start(dutch.number_word(steps))} {'stap' if steps == 1 else 'stappen'} naar een besluit",
            summary=prose(proposal.summary, level=3),
            levels=tuple(
                LevelRow(priority.title, level, level_cells(style, level))
                for priority in snapshot.priorities
                for level in [level_of(priority, snapshot)]
            ),
            levels_caption="De prioriteit" if number == 1 else f"De {dutch.number_word(number)} prioriteiten",
            introduction=prose(proposal.introduction, level=3),
            purpose=prose(proposal.purpose, level=3),
            arguments=_points(proposal.arguments, proposal),
            caveats=_points(proposal.caveats, proposal),
            finances=prose(proposal.finances, level=3),
            execution=prose(proposal.execution, level=3),
            secretary=proposal.secretary,
            mayor=proposal.mayor,
            attachments=proposal.attachments,
        )


def _facts(snapshot: PlanSnapshot, proposal: ProposalSnapshot) -> tuple[Fact, ...]:
    decided = next((step.on_date for step in snapshot.route if step.phase == "decision_making"), None)
    facts = (
        ("Aan", f"de gemeenteraad van {snapshot.municipality}"),
        ("Besluitvorming", dutch.day(decided) if decided else ""),
        ("Portefeuillehouder", snapshot.portfolio_holder),
        ("Zaaknummer", proposal.case_number),
        ("Vervangt", dutch.period(proposal.replaces)),
    )
    return tuple(Fact(name, value) for name, value in facts if value)


def _points(points: tuple[ArgumentSnapshot, ...], proposal: ProposalSnapshot) -> tuple[Point, ...]:
    several = len(proposal.decision_points) > 1
    return tuple(
        Point(point.number, point.title, prose(point.text, level=4), f"Bij beslispunt {point.number.split('.')[0]}" if several else "")
        for point in points
    )
