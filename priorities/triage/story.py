"""The history of one point as a story: from what was said to what the sender was told, each thing that happened once, by day."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

from django.db.models import Model, Prefetch, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from consultation.models import Contribution, Round, SpreadsheetImport, Submission, Theme
from consultation.words import as_word
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.roles import Action
from priorities.models import AdviceRequest, Decision, Destination, Note, Plan, Priority, Question, SentAnswer
from priorities.triage.story_words import Known, Telling, answered, telling_of

OF_SUBMISSION = (
    "submission.received", "submission.let_through", "invitation.released", "letter.recorded", "letter.corrected",
    "reaction.received", "reaction.settled",
)  # fmt: skip
OF_ROUND = ("contributions.imported", "import.undone")
OF_PLAN = ("plan.proposed", "plan.withdrawn", "plan.adopted", "plan.superseded")
OF_PRIORITY = ("priority.moved", "priority.withdrawn", "priority.restored")

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened: who did it, when, and what."""

    at: datetime.datetime
    who: str
    sentence: str
    has_time: bool = True
    """False when only the day is known."""
    decision: Decision | None = None
    text: str = ""
    before: str | None = None
    """The text before this one, when the change is what matters."""
    remark: str = ""
    line: int | None = None
    """The line of the log that it tells."""
    is_redaction: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """What happened on one day, in order."""

    on: datetime.date
    moments: Sequence[Moment]


def point_of(plan: Plan, pk: int) -> Contribution:
    """A point of this plan with where it came from, a withdrawn one too: its history stays. Raises Http404. One query."""
    found = Contribution.objects.filter(round__in=plan.round_ids, pk=pk).defer("search")
    point = found.select_related("round", "theme", "submission__contributor").first()
    if point is None:
        raise Http404
    return point


def story_of(plan: Plan, point: Contribution) -> list[Day]:
    """Everything that happened to the point, day by day. Eight queries, whatever happened; reads what point_of() loads.

    Who has no leave to weigh here is not told what stays inside: notes, handlers, remarks of a second reader, and advice.
    """
    decisions = _by_id(_decisions_of(point))
    lines = _lines_about(plan, point, decisions)
    known = _known_about(plan, point, decisions)
    known.redacted_at = max((line.pk for line in lines if line.verb == "contribution.redacted"), default=0)
    told = [(line, telling_of(line, known)) for line in lines]
    moments = [_moment(line, telling) for line, telling in told if telling is not None]
    moments += _answers_told(point, decisions)
    moments.sort(key=lambda moment: moment.at)  # those of one moment stay in the order of the log
    return [Day(on, list(those)) for on, those in groupby([_said(point), *moments], key=lambda moment: timezone.localdate(moment.at))]


def shows_original(days: Sequence[Day], plan: Plan) -> bool:
    """False for who does not work here, once personal data was taken out of the point: what was handed in still holds them."""
    return Action.RECORD in plan.area.allowed or not any(moment.is_redaction for day in days for moment in day.moments)


def _decisions_of(point: Contribution) -> QuerySet[Decision]:
    places = Prefetch("destinations", Destination.objects.select_related("priority").order_by("position"))
    return Decision.objects.filter(contribution=point).prefetch_related(places)


def _by_id(rows: Iterable[Row]) -> dict[int, Row]:
    return {row.pk: row for row in rows}


def _known_about(plan: Plan, point: Contribution, decisions: Mapping[int, Decision]) -> Known:
    """What the lines refer to, with the words that the log does not keep, unless they are not for whoever reads. Three queries or none."""
    known = Known(point, sees_inside=Action.DECIDE in plan.area.allowed, decisions=decisions)
    if known.sees_inside:
        known.notes = _by_id(Note.objects.filter(contribution=point))
        known.advice = _by_id(AdviceRequest.objects.filter(contribution=point))
        known.questions = _by_id(Question.objects.filter(contribution=point))
    return known


def _lines_about(plan: Plan, point: Contribution, decisions: Mapping[int, Decision]) -> list[LogEntry]:
    """The lines about the point, and those about what it came in with, goes to and is part of, as far as they are about it. Two queries."""
    named = {place.priority_id for decision in decisions.values() for place in decision.destinations.all() if place.priority_id}
    about = _about(Contribution, [point.pk]) | _about(Submission, [point.submission_id], OF_SUBMISSION)
    about |= _about(Plan, [plan.pk], OF_PLAN) | _about(Priority, sorted(named), OF_PRIORITY)
    sheet = SpreadsheetImport.objects.filter(submissions=point.submission_id).values_list("sha256", flat=True).first()
    if sheet:
        about |= _about(Round, [point.round_id], OF_ROUND) & Q(facts__sha256=sheet)
    if point.theme_id:
        about |= _about(Theme, [point.theme_id], ("theme.given",)) & Q(area=plan.area_id, facts__word=as_word(point.subject))
    since = {pk: min(one.made_at for one in decisions.values() if _names(one, pk)) for pk in named}
    begun = min(point.recorded_at, *(decision.made_at for decision in decisions.values()), timezone.now())
    found: list[LogEntry] = []
    for line in LogEntry.objects.filter(about).order_by("pk"):
        if line.verb in OF_PRIORITY and line.at < since[int(line.target_id)]:
            continue
        if line.verb in OF_PLAN and line.at < begun:
            continue
        if found and line.verb == "priority.moved" and _same(found[-1], line):  # written at both areas
            continue
        found.append(line)
    return found


def _about(kind: type[Model], ids: Sequence[int], verbs: Sequence[str] = ()) -> Q:
    about = Q(target_type=kind._meta.label_lower, target_id__in=[str(pk) for pk in ids])
    return about & Q(verb__in=verbs) if verbs else about


def _names(decision: Decision, priority: int) -> bool:
    return any(place.priority_id == priority for place in decision.destinations.all())


def _same(one: LogEntry, other: LogEntry) -> bool:
    return (one.verb, one.target_id, one.facts) == (other.verb, other.target_id, other.facts)


def _moment(line: LogEntry, telling: Telling) -> Moment:
    return Moment(
        at=line.at,
        who=telling.who or line.actor_name,
        sentence=telling.sentence,
        decision=telling.decision,
        text=telling.text,
        before=telling.before,
        remark=telling.remark,
        line=line.pk,
        is_redaction=line.verb == "contribution.redacted",
    )


def _said(point: Contribution) -> Moment:
    """What it begins with: the day it was said, when somebody wrote that down, else the moment it came in."""
    submission = point.submission
    sentence = f"bracht dit in bij ‘{point.round.title}’ ({submission.get_channel_display().lower()})"
    if submission.said_on is None:
        return Moment(submission.received_at, str(submission.contributor), sentence)
    midnight = timezone.make_aware(datetime.datetime.combine(submission.said_on, datetime.time.min))
    return Moment(midnight, str(submission.contributor), sentence, has_time=False)


def _answers_told(point: Contribution, decisions: Mapping[int, Decision]) -> list[Moment]:
    """When the sender was told of a decision about this point. One query."""
    sent = SentAnswer.objects.filter(submission=point.submission_id, decisions__overlap=sorted(decisions)).select_related("sent_by")
    return [Moment(answer.sent_at, str(answer.sent_by), answered(answer.number, by_mail=answer.by_mail)) for answer in sent.order_by("pk")]
