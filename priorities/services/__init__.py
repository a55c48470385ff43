"""Every change to decisions, priorities, plans and council proposals: one module per noun, one place to import from."""

from ivp_portal.audit.versions import NewerVersion
from priorities.services.answers import OthersNow, Waiting, answer_mail, send_answers, waiting_answers, write_due_mails
from priorities.services.chapters import add_chapter, change_chapter
from priorities.services.contributions import withdraw_contribution
from priorities.services.decisions import ANYTHING, Conflict, decide, undo
from priorities.services.imports import ImportDecided, undo_import
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

__all__ = [
    "ANYTHING",
    "ArgumentText",
    "Conflict",
    "ImportDecided",
    "Meeting",
    "NewerVersion",
    "NotYet",
    "OthersNow",
    "PlanClosed",
    "PriorityHeld",
    "Waiting",
    "add_chapter",
    "adopt_plan",
    "answer_mail",
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
    "send_answers",
    "start_plan",
    "take_snapshot",
    "undecided_in",
    "undo",
    "undo_import",
    "waiting_answers",
    "withdraw_contribution",
    "withdraw_plan",
    "write_due_mails",
    "write_priority",
]
