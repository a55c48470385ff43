"""What was decided about what people said, and the plan that follows from it."""

from priorities.models.answer import SentAnswer
from priorities.models.asking import AdviceRequest, Question
from priorities.models.batch import Batch, BatchAct
from priorities.models.decision import Decision, Destination, Extent
from priorities.models.figure import Figure, Indicator
from priorities.models.handling import Handling, Note, Presence, ThemeHandler
from priorities.models.plan import Chapter, ChapterShows, Phase, Plan, PlanPriority, PlanRound, PlanSnapshotRecord, RouteStep
from priorities.models.priority import Priority, PrioritySection, SectionKind
from priorities.models.proposal import Argument, ArgumentKind, CouncilProposal
from priorities.models.queue import QueueCount, QueueRow, QueueState, SavedView
from priorities.models.second_reading import SecondReading, Verdict, WayOfWorking
from priorities.models.sheet import RationaleSheet
from priorities.models.sitting import SittingRecord
from priorities.models.standard import StandardRationale
from priorities.models.suggestion import Suggestion, Training

__all__ = [
    "AdviceRequest",
    "Argument",
    "ArgumentKind",
    "Batch",
    "BatchAct",
    "Chapter",
    "ChapterShows",
    "CouncilProposal",
    "Decision",
    "Destination",
    "Extent",
    "Figure",
    "Handling",
    "Indicator",
    "Note",
    "Phase",
    "Plan",
    "PlanPriority",
    "PlanRound",
    "PlanSnapshotRecord",
    "Presence",
    "Priority",
    "PrioritySection",
    "Question",
    "QueueCount",
    "QueueRow",
    "QueueState",
    "RationaleSheet",
    "RouteStep",
    "SavedView",
    "SecondReading",
    "SectionKind",
    "SentAnswer",
    "SittingRecord",
    "StandardRationale",
    "Suggestion",
    "ThemeHandler",
    "Training",
    "Verdict",
    "WayOfWorking",
]
