"""Every change to decisions, priorities, plans and council proposals: one module per noun, one place to import from."""

from ivp_portal.audit.versions import NewerVersion
from priorities.services.advice import (
    AdviceOver,
    AlreadyAdvised,
    MayNamePeople,
    NotWaiting,
    ask_advice,
    ask_advice_again,
    forget_advisers,
    give_advice,
    waiting_advice,
    withdraw_advice,
)
from priorities.services.answers import OthersNow, Waiting, answer_mail, send_answers, waiting_answers, write_due_mails
from priorities.services.at_work import put_back, put_off, tell_presence
from priorities.services.batches import NothingChosen, change_preview, forget_previews, go_on_without, others_of
from priorities.services.batches import carry_out as carry_out_batch
from priorities.services.batches import prepare as prepare_batch
from priorities.services.batches import take_back as take_back_batch
from priorities.services.chapters import add_chapter, change_chapter
from priorities.services.contributions import withdraw_contribution
from priorities.services.decisions import ANYTHING, Conflict, decide, needs_agreement, undo
from priorities.services.handling import MayNotDecide, add_note, assign, set_theme_handlers
from priorities.services.imports import ImportDecided, undo_import
from priorities.services.moving import move_priority, restore_priority, withdraw_priority
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
    unagreed_in,
    undecided_in,
    withdraw_plan,
)
from priorities.services.priorities import PriorityHeld, change_priority, holding_plan, write_priority
from priorities.services.proposals import ArgumentText, change_proposal
from priorities.services.questions import (
    AlreadyReacted,
    NotReachable,
    QuestionOpen,
    QuestionOver,
    address_of_sender,
    answer_question,
    ask_question,
    lapse_questions,
    last_moment,
    open_question,
)
from priorities.services.queue import refresh_queue, settle_counts
from priorities.services.readings import NothingToAgree, OwnDecision, agree, hand_back
from priorities.services.sheets import STANDING, ChangedSince, NothingToTakeOver, note_export, take_in_sheet, take_over_sheet
from priorities.services.standards import add_standard, change_standard, restore_standard, retire_standard
from priorities.services.suggestions import ask_to_learn
from priorities.services.way_of_working import change_way_of_working, way_of_working_of

__all__ = [
    "ANYTHING",
    "STANDING",
    "AdviceOver",
    "AlreadyAdvised",
    "AlreadyReacted",
    "ArgumentText",
    "ChangedSince",
    "Conflict",
    "ImportDecided",
    "MayNamePeople",
    "MayNotDecide",
    "Meeting",
    "NewerVersion",
    "NotReachable",
    "NotWaiting",
    "NotYet",
    "NothingChosen",
    "NothingToAgree",
    "NothingToTakeOver",
    "OthersNow",
    "OwnDecision",
    "PlanClosed",
    "PriorityHeld",
    "QuestionOpen",
    "QuestionOver",
    "Waiting",
    "add_chapter",
    "add_note",
    "add_standard",
    "address_of_sender",
    "adopt_plan",
    "agree",
    "answer_mail",
    "answer_question",
    "ask_advice",
    "ask_advice_again",
    "ask_question",
    "ask_to_learn",
    "assign",
    "carry_out_batch",
    "change_chapter",
    "change_plan",
    "change_preview",
    "change_priority",
    "change_proposal",
    "change_route",
    "change_standard",
    "change_way_of_working",
    "choose_priorities",
    "choose_rounds",
    "decide",
    "forget_advisers",
    "forget_previews",
    "give_advice",
    "go_on_without",
    "hand_back",
    "holding_plan",
    "lapse_questions",
    "last_moment",
    "move_priority",
    "needs_agreement",
    "note_export",
    "open_question",
    "others_of",
    "prepare_batch",
    "propose_plan",
    "put_back",
    "put_off",
    "refresh_queue",
    "restore_priority",
    "restore_standard",
    "retire_standard",
    "send_answers",
    "set_theme_handlers",
    "settle_counts",
    "start_plan",
    "take_back_batch",
    "take_in_sheet",
    "take_over_sheet",
    "take_snapshot",
    "tell_presence",
    "unagreed_in",
    "undecided_in",
    "undo",
    "undo_import",
    "waiting_advice",
    "waiting_answers",
    "way_of_working_of",
    "withdraw_advice",
    "withdraw_contribution",
    "withdraw_plan",
    "withdraw_priority",
    "write_due_mails",
    "write_priority",
]
