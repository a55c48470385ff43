"""Every change to decisions, priorities, plans and council proposals: one module per noun, one place to import from."""

from priorities.services.chapters import add_chapter, change_chapter
from priorities.services.decisions import ANYTHING, Conflict, decide, undo
from priorities.services.plans import (
    Meeting,
    NotYet,
    PlanClosed,
    adopt_plan,
    change_plan,
    change_route,
    choose_priorities,
    choose_rounds,
    propose_plan,
    start_plan,
    take_snapshot,
    undecided_in,
    withdraw_plan,
)
from priorities.services.priorities import PriorityHeld, change_priority, holding_plan, write_priority
from priorities.services.proposals import ArgumentText, change_proposal
from priorities.services.texts import NewerVersion

__all__ = [
    "ANYTHING",
    "ArgumentText",
    "Conflict",
    "Meeting",
    "NewerVersion",
    "NotYet",
    "PlanClosed",
    "PriorityHeld",
    "add_chapter",
    "adopt_plan",
    "change_chapter",
    "change_plan",
    "change_priority",
    "change_proposal",
    "change_route",
    "choose_priorities",
    "choose_rounds",
    "decide",
    "holding_plan",
    "propose_plan",
    "start_plan",
    "take_snapshot",
    "undecided_in",
    "undo",
    "withdraw_plan",
    "write_priority",
]
