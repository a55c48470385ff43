"""Agreement by a second person (vier ogen) as screens show it: what waits, for whom, and what there is to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery, Sum
from django.db.models.functions import JSONObject

from consultation.models import Contribution
from ivp_portal.organisation.models import Area, User
from priorities.models import Decision, Destination, Plan, QueueCount, QueueRow, QueueState, SecondReading, Verdict
from priorities.triage.queue_counts import marks_of
from priorities.triage.queue_filter import TO_AGREE, Listing, TriageFilter, matching_rows
from priorities.triage.queue_list import Key, next_in


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many decisions a second person did not agree with yet."""

    to_agree: int
    returned: int

    @property
    def total(self) -> int:
        return self.to_agree + self.returned


def waiting_in(plan: Plan) -> Waiting:
    """Of one plan. No query after the door of a plan."""
    marks = marks_of(plan)
    return Waiting(*(sum(mark.number for mark in marks if mark.state == state) for state in (QueueState.TO_AGREE, QueueState.RETURNED)))


def settled_in(plan: Plan) -> tuple[int, int]:
    """(standing points of the plan, those whose answer counts: weighed, and agreed with where a second person must). As waiting_in."""
    marks = marks_of(plan)
    return sum(mark.number for mark in marks), sum(mark.number for mark in marks if mark.state == QueueState.DONE)


def waiting_at(area: Area) -> Waiting:
    """Of all plans of the area. One query."""
    counted = QueueCount.objects.filter(area=area, state__in=[QueueState.TO_AGREE, QueueState.RETURNED]).order_by().values_list("state")
    states = dict(counted.annotate(number=Sum("number")))
    return Waiting(states.get(QueueState.TO_AGREE, 0), states.get(QueueState.RETURNED, 0))


def waiting_for(user: User, plan: Plan) -> int:
    """How many decisions of the plan this user can be the second reader of: those that somebody else made. One query."""
    waiting = QueueRow.objects.filter(area=plan.area_id, state=QueueState.TO_AGREE, round__in=plan.round_ids)
    return waiting.exclude(contribution__in=_own(user)).count()


def handed_back_to(user: User, plan: Plan) -> int:
    """How many decisions this user made were handed back. One query."""
    returned = QueueRow.objects.filter(area=plan.area_id, state=QueueState.RETURNED, round__in=plan.round_ids)
    return returned.filter(contribution__in=_own(user)).count()


def _own(user: User) -> QuerySet[Contribution]:
    """The points whose standing decision this user made and a second person must agree with."""
    return Contribution.objects.filter(decisions__superseded_at=None, decisions__made_by=user, decisions__needs_agreement=True)


def next_to_read(plan: Plan, filter: TriageFilter, user: User, *, after: Contribution) -> int | None:
    """The id of the next point that waits for this user's agreement, in the order of the queue and round to its start. One query.

    Reads after.queue_row.
    """
    rows = matching_rows(plan, filter.without(status=TO_AGREE), user_id=user.pk).exclude(contribution__in=_own(user))
    place = Key(after.queue_row.later, after.round_id, after.number)
    return next_in(Listing(None, lambda: rows), following=place, besides=after.pk)


@dataclass(frozen=True, slots=True)
class Reading:
    """A decision that asks for a second person, and what there is to say about it."""

    decision: Decision
    state: QueueState
    last: SecondReading | None
    """What a reader said of it last."""
    before: Decision | None
    """The last one before it that somebody read, agreed with or handed back: what changed since is marked."""
    said_before: SecondReading | None
    """What a reader said last of that one."""
    is_own: bool
    """Made by whoever looks: they cannot agree."""

    @property
    def was_handed_back(self) -> bool:
        return self.said_before is not None and self.said_before.verdict == Verdict.RETURNED

    @property
    def is_changed_text(self) -> bool:
        return self.before is not None and self.before.rationale != self.decision.rationale

    @property
    def are_places_changed(self) -> bool:
        """True when it goes elsewhere than what was read before, or to another extent."""
        before = self.before
        return before is not None and (_places(before), before.extent) != (_places(self.decision), self.decision.extent)


def _places(decision: Decision) -> Sequence[str]:
    return [str(destination) for destination in decision.destinations.all()]


def reading_of(contribution: Contribution, user: User) -> Reading | None:
    """What a second person sees beside the point; None when the decision that stands asks for nobody. At most six queries."""
    places = Prefetch("destinations", Destination.objects.select_related("priority").order_by("position"))
    readings = Prefetch("readings", SecondReading.objects.select_related("read_by").order_by("pk"))
    decisions = Decision.objects.filter(contribution=contribution).prefetch_related(places, readings)
    current = decisions.filter(superseded_at=None).select_related("made_by").first()
    if current is None or not current.needs_agreement:
        return None
    before = decisions.filter(pk__lt=current.pk, readings__isnull=False).order_by("-pk").first()
    last = _last_reading(current)
    state = QueueState.TO_AGREE if last is None else QueueState.DONE if last.verdict == Verdict.AGREED else QueueState.RETURNED
    return Reading(current, state, last, before, _last_reading(before) if before else None, current.made_by_id == user.pk)


def _last_reading(decision: Decision) -> SecondReading | None:
    return next(reversed(decision.readings.all()), None)


def last_said() -> Subquery:
    """For contributions: {"by", "remark", "verdict"} of what a reader said last of the decision that stands; None where nobody did."""
    said = SecondReading.objects.filter(decision__contribution=OuterRef("pk"), decision__superseded_at__isnull=True).order_by("-pk")
    return Subquery(said.values(said=JSONObject(by="read_by__full_name", remark="remark", verdict="verdict"))[:1])
