"""What colleagues know of a point beside what was said: who answers it, their notes, the advice and the questions. Never for outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from consultation import personal_data
from consultation.models import Contribution, Mail
from ivp_portal.organisation.models import User
from priorities.models import AdviceRequest, Handling, Note, Plan, Question, ThemeHandler
from priorities.services import address_of_sender
from priorities.triage.handlers import officers_of


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for advice or a question, as the panel shows it."""

    row: AdviceRequest | Question
    is_open: bool
    is_late: bool
    mail_failed: bool
    """The mail did not arrive: somebody has to mend the address."""
    may_name: Sequence[str] = ()
    """What in the answer looks like personal data, in Dutch."""


@dataclass(frozen=True, slots=True)
class Work:
    """All of it, for one point."""

    assignee: User | None
    by_theme: bool
    """Nobody was chosen for the point itself: its theme says who."""
    has_left: bool
    """Who answers it may not weigh here any more."""
    officers: Sequence[User]
    notes: Sequence[Note]
    advice: Sequence[Asked]
    questions: Sequence[Asked]
    is_reachable: bool
    """The sender can be asked something by mail."""
    is_unchecked: bool
    """Something in the point may be personal data, and nobody looked yet: no advice can be asked."""

    @property
    def is_waiting(self) -> bool:
        """Advice or a reaction is still to come."""
        return any(asked.is_open and not asked.is_late for asked in self.questions) or any(asked.is_open for asked in self.advice)

    @property
    def has_open_question(self) -> bool:
        return any(question.is_open for question in self.questions)


def work_of(plan: Plan, contribution: Contribution) -> Work:
    """Eight queries at most."""
    handling = Handling.objects.filter(contribution=contribution).select_related("assignee").first()
    chosen = handling.assignee if handling else None
    themed = ThemeHandler.objects.filter(area=plan.area, theme=contribution.theme_id).select_related("assignee").first()
    assignee = chosen or (themed.assignee if themed else None)
    officers = officers_of(plan.area)
    requests = list(AdviceRequest.objects.filter(contribution=contribution).select_related("asked_by"))
    questions = list(Question.objects.filter(contribution=contribution).select_related("asked_by"))
    keys = [*(f"advice:{one.pk}" for one in requests), *(f"question:{one.pk}" for one in questions)]
    failed = set(Mail.objects.of(plan.area).undelivered().filter(key__in=keys).values_list("key", flat=True)) if keys else set()
    return Work(
        assignee,
        by_theme=chosen is None,
        has_left=assignee is not None and assignee not in officers,
        officers=officers,
        notes=list(Note.objects.filter(contribution=contribution).select_related("written_by")),
        advice=[_advice(one, f"advice:{one.pk}" in failed) for one in requests],
        questions=[_question(one, f"question:{one.pk}" in failed) for one in questions],
        is_reachable=bool(address_of_sender(contribution)),
        is_unchecked=bool(contribution.personal_data) and contribution.personal_data_checked_at is None,
    )


def _advice(request: AdviceRequest, failed: bool) -> Asked:
    is_open = request.answered_at is None and request.withdrawn_at is None
    return Asked(request, is_open, is_open and request.due_on < timezone.localdate(), failed)


def _question(question: Question, failed: bool) -> Asked:
    is_open = question.answered_at is None and question.lapsed_at is None
    kinds = dict.fromkeys(finding.kind.label for finding in personal_data.findings(question.answer))
    return Asked(question, is_open, is_open and question.lapses_at <= timezone.now(), failed, list(kinds))
