"""The sender's status page: what they said, our answer as far as they may see it, and how far it is (docs/adr/0007)."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.translation import get_language

from consultation.models import Channel, Contribution, Draft, Passage, Submission
from ivp_portal.organisation.models import Area
from priorities.answers import Answer, answer_of, quoted, with_destinations
from priorities.models import Decision, Plan, Question, SentAnswer
from priorities.states import FROZEN, PlanStatus
from priorities.triage import links
from priorities.triage.asked import is_over

SAID_TO_ALL = FROZEN | {PlanStatus.PROPOSED}
"""From the moment the plan lies before the council its answers are public."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What we asked the sender about a point, and where they answer it in the language of this page."""

    question: Question
    path: str
    is_over: bool


@dataclass(frozen=True, slots=True)
class Said:
    """One point, and its answer as far as the sender may see it."""

    words: str
    answer: Answer | None
    is_withdrawn: bool
    asked: Sequence[Asked] = ()


@dataclass(slots=True)
class Status:
    """What stands on the page."""

    code: str
    received_at: datetime.datetime
    is_held: bool
    """An officer looks first whether a person wrote it."""
    submission: Submission | None = None
    points: Sequence[Said] = ()
    whole: str = ""
    """All that was handed in, when that is more, or other, than the points."""
    plan: Plan | None = None
    weighed_on: datetime.date | None = None
    """The day of the last answer; None while an answer is to come."""
    reactions: Sequence[datetime.datetime] = field(default_factory=list)
    """When the sender said something back that no officer dealt with yet."""

    @property
    def adopted_on(self) -> datetime.date | None:
        """The day of the council's decision, when the answer stands in an adopted plan."""
        return self.plan.adopted_on if self.plan and self.weighed_on else None

    @property
    def is_in_plan(self) -> bool:
        """True when the plan is adopted and takes something of it up."""
        answers = [point.answer for point in self.points if point.answer]
        kinds = (destination.kind_of for answer in answers for destination in answer.decision.destinations.all())
        return bool(self.adopted_on) and any(kind.taken_up for kind in kinds)


def status_of(area: Area, code: str) -> Status | None:
    """What became of what was handed in under that code in this area; None for an unknown one. At most ten queries."""
    submission = Submission.objects.of(area).filter(code=code).select_related("round", "contributor").first()
    if submission is None:
        draft = Draft.objects.of(area).held().filter(code=code).first()
        return Status(code, draft.handed_in_at or draft.held_at, is_held=True) if draft and draft.held_at else None
    submission.area = submission.round.area = area
    plan = Plan.objects.of(area).filter(plan_rounds__round=submission.round_id).first()
    answers = _answers(submission, plan)
    points = [
        Said(quoted(point), answers.get(point.pk), point.withdrawn_at is not None, _asked(point, submission))
        for point in _points(submission)
        if point.withdrawn_at is None or submission.channel in {Channel.FORM, Channel.INVITATION}
    ]
    standing = [point for point in points if not point.is_withdrawn]
    told = [point.answer.decision.made_at for point in standing if point.answer]
    said = "\n".join(point.words for point in points)
    return Status(
        code,
        submission.received_at,
        is_held=False,
        submission=submission,
        points=points,
        whole="" if _bare(submission.original_text) == _bare(said) else submission.original_text,
        plan=plan,
        weighed_on=timezone.localdate(max(told)) if standing and len(told) == len(standing) else None,
        reactions=list(submission.reactions.unsettled().values_list("received_at", flat=True)),
    )


def _bare(text: str) -> str:
    return "".join(text.split())


def _points(submission: Submission) -> list[Contribution]:
    passages = Prefetch("passages", Passage.objects.order_by("-pk"))
    return list(submission.contributions.defer("search").prefetch_related(passages, "questions").order_by("number"))


def _asked(point: Contribution, submission: Submission) -> list[Asked]:
    """Nothing of a point that was withdrawn: nobody weighs it any more."""
    if point.withdrawn_at:
        return []
    point.round, found = submission.round, []
    for question in point.questions.all():
        question.area, question.contribution = submission.area, point
        found.append(Asked(question, links.path_of(question, get_language() or "nl"), is_over(question)))
    return found


def _answers(submission: Submission, plan: Plan | None) -> dict[int, Answer]:
    """contribution -> answer: what holds now once that is public, before it what the sender was last told.

    What waits for a second person is told to nobody: until that person agrees, the sender reads what they were told before.
    """
    decisions = Decision.objects.filter(contribution__submission=submission)
    sent = SentAnswer.objects.filter(submission=submission).order_by("-number").values_list("decisions", flat=True).first() or []
    if plan and plan.status in SAID_TO_ALL:
        waits = Decision.objects.current().filter(contribution__submission=submission).exclude(pk__in=decisions.agreed())
        decisions = decisions.filter(Q(pk__in=decisions.current().agreed()) | Q(pk__in=sent, contribution__in=waits.values("contribution")))
    else:
        decisions = decisions.filter(pk__in=sent)
    return {decision.contribution_id: answer_of(decision) for decision in with_destinations(decisions)}
