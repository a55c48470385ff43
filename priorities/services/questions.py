"""A question to who brought the point in: asked by mail, answered with the link in it or with the code, and lapsed after its term."""

from __future__ import annotations

import datetime
from itertools import groupby

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from consultation.models import ContactDetails, Contribution, MailKind
from consultation.services import AlreadyWithdrawn, ChangeRefused, RoundFrozen, write_mail
from ivp_portal.audit.log import Line, record, record_many
from ivp_portal.organisation.access import inside_every_area
from ivp_portal.organisation.models import Area, User
from ivp_portal.web.addresses import absolute
from priorities.answers import quoted
from priorities.models import Question, WayOfWorking
from priorities.services.decisions import lock_contribution
from priorities.triage import links

LAST_MINUTE = datetime.time(23, 59)
LAPSED_AT_ONCE = 500


class NotReachable(ChangeRefused):
    """The sender left no e-mail address, or it was deleted."""

    def __init__(self) -> None:
        super().__init__("Van deze inbrenger hebben we geen e-mailadres. U kunt geen vraag sturen.")


class QuestionOpen(ChangeRefused):
    """One question at a time."""

    def __init__(self) -> None:
        super().__init__("Er staat al een vraag open bij dit punt. Wacht op de reactie, of tot de termijn voorbij is.")


class QuestionOver(ChangeRefused):
    """The term has passed, or the plan was adopted or the point withdrawn."""

    def __init__(self) -> None:
        super().__init__(gettext("U kunt niet meer op deze vraag reageren."))


class AlreadyReacted(ChangeRefused):
    """The question was answered, in another window."""

    def __init__(self) -> None:
        super().__init__(gettext("U heeft deze vraag al beantwoord."))


def last_moment(area: Area, now: datetime.datetime) -> datetime.datetime:
    """Until when somebody can react to what is asked now: the last minute, in the Netherlands, of the last day of the term. One query."""
    way = WayOfWorking.objects.filter(area=area).first() or WayOfWorking(area=area)
    day = timezone.localtime(now).date() + datetime.timedelta(days=way.question_days)
    return timezone.make_aware(datetime.datetime.combine(day, LAST_MINUTE))


def address_of_sender(contribution: Contribution) -> str:
    """Where a question goes; '' when the sender cannot be reached by mail. One query."""
    return ContactDetails.objects.filter(submission=contribution.submission_id).values_list("email", flat=True).first() or ""


def open_question(contribution: Contribution) -> Question | None:
    """The question about this point that waits for a reaction. One query."""
    return Question.objects.filter(contribution=contribution, answered_at=None, lapsed_at=None).first()


@transaction.atomic
def ask_question(contribution: Contribution, *, text: str, by: User) -> Question:
    """Ask who brought the point in, in the language they wrote in. The same words again while it is open (a double click) are asked once.

    Raises NotReachable, QuestionOpen, RoundFrozen, AlreadyWithdrawn.
    """
    contribution = lock_contribution(contribution)
    if waiting := open_question(contribution):
        if waiting.text == text:
            return waiting
        raise QuestionOpen
    address = address_of_sender(contribution)
    if not address:
        raise NotReachable
    now = timezone.now()
    question = Question.objects.create(
        area=contribution.area, contribution=contribution, text=text, asked_by=by, lapses_at=last_moment(contribution.area, now)
    )
    _mail(question, to=address)
    record("question.asked", by=by, target=contribution, question=question.pk, lapses_at=question.lapses_at.isoformat())
    return question


def _mail(question: Question, *, to: str) -> None:
    contribution = question.contribution
    submission, round = contribution.submission, contribution.round
    round.area = question.area
    write_mail(
        MailKind.QUESTION,
        key=key_of(question),
        round=round,
        to=to,
        values={
            "said": quoted(contribution),
            "asked": question.text,
            "until": question.lapses_at,
            "link": absolute(links.path_of(question, submission.language)),
        },
        language=submission.language,
        submission=submission,
    )


def key_of(question: Question) -> str:
    """The key of its mail."""
    return f"question:{question.pk}"


@transaction.atomic
def answer_question(question: Question, *, text: str) -> None:
    """Keep the reaction as it was written, once. The same words again (a double click) change nothing.

    Raises AlreadyReacted when other words were sent before, QuestionOver after the term and when nobody weighs the point any more.
    """
    try:
        contribution = lock_contribution(question.contribution)
    except (RoundFrozen, AlreadyWithdrawn) as over:
        raise QuestionOver from over
    question = Question.objects.select_for_update().get(pk=question.pk)
    if question.answered_at:
        if question.answer == text:
            return
        raise AlreadyReacted
    now = timezone.now()
    if question.lapsed_at or question.lapses_at <= now:
        raise QuestionOver
    question.answer, question.answered_at = text, now
    question.save(update_fields=["answer", "answered_at"])
    record("question.answered", by=None, target=contribution, question=question.pk)


def lapse_questions(now: datetime.datetime | None = None) -> int:
    """End every question whose term passed without a reaction, each once; says how many. Safe twice, at once, and after days of silence."""
    now = now or timezone.now()
    number = 0
    while lapsed := _lapse_some(now):
        number += lapsed
    return number


def _lapse_some(now: datetime.datetime) -> int:
    with inside_every_area():
        over = Question.objects.filter(answered_at=None, lapsed_at=None, lapses_at__lte=now).select_related("contribution__area")
        due = list(over.select_for_update(of=("self",), skip_locked=True).order_by("area_id", "pk")[:LAPSED_AT_ONCE])
        Question.objects.filter(pk__in=[question.pk for question in due]).update(lapsed_at=now)
        for area, questions in groupby(due, key=lambda question: question.contribution.area):
            lines = [Line("question.lapsed", one.contribution_id, str(one.contribution), {"question": one.pk}) for one in questions]
            record_many(lines, by=None, kind=Contribution, area=area)
    return len(due)
