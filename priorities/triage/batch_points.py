"""What stands of the points of an act on many, and why one of them cannot: the preview says it, the service refuses with it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, FilteredRelation, Q
from django.utils import timezone

from consultation.models import Contribution, RoundKind
from priorities import rules
from priorities.decision_kinds import DECISION_KINDS
from priorities.models import Batch, BatchAct, Plan, Priority, QueueState
from priorities.rules import Choice, PriorityFacts
from priorities.texts.placeholders import filled

GONE = "Dit punt staat niet meer in dit plan."
WITHDRAWN = "Dit punt is ingetrokken."
FROZEN = "Het plan van deze ronde is vastgesteld. Er kan niets meer bij of af."
OTHER_ANSWERS = "Dit punt gaat over een ontwerp en krijgt een ander soort antwoord. Weeg het apart af."
ORDINARY_ANSWERS = "Dit punt gaat niet over een ontwerp en krijgt een ander soort antwoord. Weeg het apart af."
UNDECIDED = "Dit punt is nog niet afgewogen."
OWN_DECISION = "U schreef deze afweging zelf. Een collega moet akkoord geven."
NOT_WAITING = "Deze afweging wacht niet op akkoord."
NOBODY_SINCE = "Intussen haalde een collega de behandelaar van dit punt weg."
UNDONE_SINCE = "De afweging van dit punt is intussen ongedaan gemaakt."

WHATEVER_STANDS = {BatchAct.ASSIGN, BatchAct.GIVE_BACK}
"""Acts that have nothing to do with what was decided of a point."""

NAMES = {
    "pk": "pk",
    "subject": "subject",
    "sub_subject": "sub_subject",
    "withdrawn_at": "withdrawn_at",
    "theme": "theme__name",
    "frozen_at": "round__frozen_at",
    "round_kind": "round__kind",
    "state": "queue_row__state",
    "decision": "stands__pk",
    "author": "stands__made_by",
    "author_name": "stands__made_by__full_name",
    "decided_at": "stands__made_at",
    "handler": "handling__assignee",
    "handler_name": "handling__assignee__full_name",
}


@dataclass(frozen=True, slots=True)
class PointNow:
    """A point and the decision that stands for it now."""

    pk: int
    subject: str
    sub_subject: str
    withdrawn_at: datetime.datetime | None
    theme: str | None
    frozen_at: datetime.datetime | None
    round_kind: str
    state: str | None
    """As the queue has it (QueueState); None of a withdrawn point."""
    decision: int | None
    author: int | None
    author_name: str | None
    decided_at: datetime.datetime | None
    handler: int | None
    """Who was chosen for the point itself, whoever its theme lies with."""
    handler_name: str | None

    @property
    def point(self) -> str:
        """As Contribution.point."""
        return self.sub_subject or self.subject

    @property
    def is_draft(self) -> bool:
        """True of a point about a draft strategy: it gets other answers."""
        return self.round_kind == RoundKind.STRATEGY

    @property
    def seen(self) -> int:
        """As Batch.seen."""
        return self.decision or 0


def points_now(plan: Plan, ids: Iterable[int]) -> dict[int, PointNow]:
    """Those of these points that are in the plan, by id. One query (plan.round_ids another, once)."""
    found = (
        Contribution.objects.filter(pk__in=ids, round__in=plan.round_ids)
        .annotate(stands=FilteredRelation("decisions", condition=Q(decisions__superseded_at__isnull=True)))
        .order_by()
        .values_list(*[F(path) for path in NAMES.values()])
    )
    return {row[0]: PointNow(*row) for row in found}


def choices_of(plan: Plan, values: Mapping[str, Any]) -> list[Choice]:
    """The destinations in Batch.values. A priority that does not hold for this plan any more is left out, so that the rule refuses it.

    One query when one is named.
    """
    chosen = values.get("choices", [])
    wanted = [one["priority"] for one in chosen if one["priority"]]
    reaching = Priority.objects.reaching(plan.area).in_period(plan.starts_on).filter(withdrawn_at__isnull=True).select_related("area")
    known = {one.pk: PriorityFacts(one.pk, one.title, one.level) for one in (reaching.filter(pk__in=wanted) if wanted else ())}
    return [Choice(DECISION_KINDS[one["kind"]], known.get(one["priority"]), one["named"]) for one in chosen]


def rationale_for(point: PointNow, values: Mapping[str, Any], choices: Sequence[Choice]) -> str:
    """The words of the decision for this point: what stands open in them ({onderwerp}, {thema}) is filled in for each."""
    text: str = values.get("rationale", "")
    if "{" not in text:
        return text
    return filled(text, priority=choices[0].name if choices else "", theme=point.theme or "", subject=point.point)


def obstacles(batch: Batch, now: Mapping[int, PointNow], *, user_id: int, choices: Sequence[Choice] = ()) -> dict[int, str]:
    """Point -> why it cannot, in Dutch; empty when all can. `choices` are those of choices_of() for a batch that decides. No query."""
    why_not = _WHY_NOT[BatchAct(batch.act)]
    found = {}
    for pk, seen in zip(batch.points, batch.seen, strict=True):
        if reason := _why_not_at_all(batch, now.get(pk), seen) or why_not(batch, now[pk], user_id, choices):
            found[pk] = reason
    return found


def _why_not_at_all(batch: Batch, point: PointNow | None, seen: int) -> str:
    if point is None:
        return GONE
    if point.withdrawn_at:
        return WITHDRAWN
    if point.frozen_at:
        return FROZEN
    if batch.act not in WHATEVER_STANDS and point.seen != seen:
        return _who_was_earlier(point)
    return ""


def _who_was_earlier(point: PointNow) -> str:
    if point.decided_at is None:
        return UNDONE_SINCE
    at = timezone.localtime(point.decided_at)
    return f"{point.author_name} legde hier op {at:%d-%m-%Y} om {at:%H.%M} uur een andere afweging vast."


def _why_not_decide(batch: Batch, point: PointNow, user_id: int, choices: Sequence[Choice]) -> str:
    drafts = choices[0].kind.drafts_only if choices else bool(batch.values.get("drafts"))
    if point.is_draft != drafts:
        return OTHER_ANSWERS if point.is_draft else ORDINARY_ANSWERS
    if not choices:  # nothing chosen yet
        return ""
    rationale = rationale_for(point, batch.values, choices)
    problems = rules.problems_with(choices, extent=batch.values["extent"], rationale=rationale, for_draft_strategy=point.is_draft)
    return problems[0].message if problems else ""


def _why_not_agree(batch: Batch, point: PointNow, user_id: int, choices: Sequence[Choice]) -> str:
    if point.decision is None:
        return UNDECIDED
    if point.state not in {QueueState.TO_AGREE, QueueState.RETURNED}:
        return NOT_WAITING
    return OWN_DECISION if point.author == user_id else ""


def _why_not_rewrite(batch: Batch, point: PointNow, user_id: int, choices: Sequence[Choice]) -> str:
    if point.decision is None:
        return UNDECIDED
    return rules.problem_with_rationale(batch.values["rationales"].get(str(point.pk), ""))


def _why_not_undo(batch: Batch, point: PointNow, user_id: int, choices: Sequence[Choice]) -> str:
    return UNDECIDED if point.decision is None else ""


def _why_not_give_back(batch: Batch, point: PointNow, user_id: int, choices: Sequence[Choice]) -> str:
    if point.handler == batch.values["assignee"]:
        return ""
    return f"Intussen behandelt {point.handler_name} dit punt." if point.handler else NOBODY_SINCE


def _nothing_more(batch: Batch, point: PointNow, user_id: int, choices: Sequence[Choice]) -> str:
    return ""


_WHY_NOT: dict[BatchAct, Callable[[Batch, PointNow, int, Sequence[Choice]], str]] = {
    BatchAct.DECIDE: _why_not_decide,
    BatchAct.AGREE: _why_not_agree,
    BatchAct.ASSIGN: _nothing_more,
    BatchAct.UNDO: _why_not_undo,
    BatchAct.GIVE_BACK: _why_not_give_back,
    BatchAct.REWRITE: _why_not_rewrite,
}
