"""What was decided about what people said, and the plan that follows from it."""

from priorities.models.answer import SentAnswer
from priorities.models.decision import Decision, Destination, Extent
from priorities.models.figure import Figure, Indicator
from priorities.models.plan import Chapter, ChapterShows, Phase, Plan, PlanPriority, PlanRound, PlanSnapshotRecord, RouteStep
from priorities.models.priority import Priority, PrioritySection, SectionKind
from priorities.models.proposal import Argument, ArgumentKind, CouncilProposal

__all__ = [
    "Argument",
    "ArgumentKind",
    "Chapter",
    "ChapterShows",
    "CouncilProposal",
    "Decision",
    "Destination",
    "Extent",
    "Figure",
    "Indicator",
    "Phase",
    "Plan",
    "PlanPriority",
    "PlanRound",
    "PlanSnapshotRecord",
    "Priority",
    "PrioritySection",
    "RouteStep",
    "SectionKind",
    "SentAnswer",
]
