"""Everything of a plan that waits for somebody outside: advice that was asked and questions to senders, what is overdue first."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from consultation.models import Contribution
from ivp_portal.organisation.models import User
from priorities.models import AdviceRequest, Plan, Question
from priorities.services import waiting_advice


@dataclass(frozen=True, slots=True)
class Wait:
    """One of them."""

    contribution: Contribution
    is_advice: bool
    of: str
    """Whom it is asked of."""
    text: str
    asked_by: User
    asked_at: datetime.datetime
    due: datetime.datetime | datetime.date
    is_late: bool

    @property
    def days(self) -> int:
        """How many days it waits."""
        return (timezone.localdate() - timezone.localdate(self.asked_at)).days


def waits_of(plan: Plan) -> list[Wait]:
    """Those of the plan that are open, the longest overdue first. Two queries, whatever their number."""
    today = timezone.localdate()
    found = [
        Wait(one.contribution, True, one.to_name, one.question, one.asked_by, one.asked_at, one.due_on, one.due_on < today)
        for one in _requests(plan).select_related("contribution", "asked_by")
    ]
    found += [
        Wait(one.contribution, False, "", one.text, one.asked_by, one.asked_at, one.lapses_at, False)
        for one in _questions(plan).select_related("contribution", "asked_by")
    ]
    return sorted(found, key=lambda wait: (_day(wait.due), wait.asked_at))


def number_waiting(plan: Plan) -> int:
    """How many there are. Two queries."""
    return _requests(plan).count() + _questions(plan).count()


def _requests(plan: Plan) -> QuerySet[AdviceRequest]:
    return waiting_advice().filter(contribution__round__in=plan.round_ids)


def _questions(plan: Plan) -> QuerySet[Question]:
    """After its term a question waits for nobody, whether or not the job has closed it."""
    of_plan = Question.objects.filter(contribution__round__in=plan.round_ids, contribution__round__frozen_at=None)
    return of_plan.filter(answered_at=None, lapsed_at=None, lapses_at__gt=timezone.now(), contribution__withdrawn_at=None)


def _day(due: datetime.datetime | datetime.date) -> datetime.date:
    return timezone.localdate(due) if isinstance(due, datetime.datetime) else due
