"""Answers made known to who said it: by mail, and on the page that a code leads to.

Pressing the button writes down who is told what; from then on it stands on the status page. Workers write the mails, some hundreds at a
time, and the outbox (consultation.services.mails) sends them. Each step leaves rows that the next one finds, whoever is killed in between.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from consultation.models import Mail, MailKind, Round, Submission
from consultation.services import composed, lock, write_mails
from ivp_portal.audit.log import record
from ivp_portal.organisation.access import inside_every_area
from ivp_portal.organisation.models import User
from ivp_portal.web.addresses import absolute
from ivp_portal.web.languages import speaking
from priorities.answers import State, answer_of, quoted, shown_code, states_of, told_decisions
from priorities.models import Decision, SentAnswer

AT_ONCE = 300


class OthersNow(Exception):
    """Since the officer looked, other answers are ready than those that were shown; the message is a Dutch sentence."""

    def __init__(self) -> None:
        super().__init__("Er is intussen iets veranderd: andere antwoorden staan klaar dan u zag. Kijk ze na en druk opnieuw.")


@dataclass(frozen=True, slots=True)
class Waiting:
    """The answers that can be made known now."""

    states: Mapping[int, State]
    """submission -> its state, in the order in which they came."""

    @property
    def total(self) -> int:
        return len(self.states)

    @property
    def by_mail(self) -> int:
        return sum(bool(state.address) for state in self.states.values())

    @property
    def otherwise(self) -> int:
        """Told only by code, letter or telephone."""
        return self.total - self.by_mail

    @property
    def checksum(self) -> str:
        """Exactly these answers to exactly these people."""
        rows = [(pk, state.decisions, state.address) for pk, state in self.states.items()]
        return hashlib.sha256(repr(rows).encode()).hexdigest()


def waiting_answers(round: Round) -> Waiting:
    """What send_answers would do now. Three queries."""
    return Waiting({pk: state for pk, state in states_of(round).items() if state.is_ready})


@transaction.atomic
def send_answers(round: Round, *, checksum: str, by: User) -> Waiting:
    """Tell every sender of whom all points are weighed, and who was not told this yet; returns whom.

    Who has an e-mail address gets one mail, soon; for everybody the answer stands on the status page from now on. A second press finds
    nobody left. `checksum` is that of what the officer saw (waiting_answers). Raises OthersNow.
    """
    round = lock(round.pk)  # also of an adopted plan: that is when most answers go out
    waiting = waiting_answers(round)
    if waiting.checksum != checksum:
        raise OthersNow
    earlier = SentAnswer.objects.filter(submission__round=round).order_by("number").values_list("submission_id", "number")
    numbers = dict(earlier)
    now = timezone.now()
    SentAnswer.objects.bulk_create(
        (
            SentAnswer(
                area=round.area,
                submission_id=pk,
                number=numbers.get(pk, 0) + 1,
                decisions=list(state.decisions),
                by_mail=bool(state.address),
                mail_due=bool(state.address),
                sent_at=now,
                sent_by=by,
            )
            for pk, state in waiting.states.items()
        ),
        batch_size=1000,
    )
    if waiting.total:
        record("answers.sent", by=by, target=round, by_mail=waiting.by_mail, otherwise=waiting.otherwise)
        _hand_over()
    return waiting


def _hand_over() -> None:
    """Have a worker write the mails, once this is committed; when the broker cannot be reached, beat comes back for them."""
    from priorities.tasks import write_answer_mails  # a service enqueues its own task

    transaction.on_commit(write_answer_mails.delay, robust=True)


def write_due_mails() -> int:
    """Write the mails of answers that were sent, some hundreds at a time until none is left; says how many.

    Two workers at once take different ones, and the key of each mail keeps it from being written twice.
    """
    number = 0
    while written := _write_some():
        number += written
    return number


def _write_some() -> int:
    with inside_every_area():
        due = list(
            SentAnswer.objects.filter(mail_due=True)
            .select_for_update(of=("self",), skip_locked=True)
            .select_related("submission__round", "area")
            .order_by("pk")[:AT_ONCE]
        )
        told = told_decisions(pk for answer in due for pk in answer.decisions)
        addresses = {pk: state.address for round in {answer.submission.round for answer in due} for pk, state in _states(round, due)}
        mails = []
        for answer in due:
            answer.submission.area = answer.submission.round.area = answer.area
            if address := addresses[answer.submission_id]:  # it may have been forgotten meanwhile
                decisions = [decision for decision in told[answer.submission_id] if decision.pk in answer.decisions]
                mails.append(answer_mail(answer.submission, decisions, to=address, number=answer.number))
        write_mails(mails)
        SentAnswer.objects.filter(pk__in=[answer.pk for answer in due]).update(mail_due=False)
    return len(due)


def _states(round: Round, due: Sequence[SentAnswer]) -> list[tuple[int, State]]:
    return list(states_of(round, [answer.submission_id for answer in due if answer.submission.round_id == round.pk]).items())


def answer_mail(submission: Submission, decisions: Sequence[Decision], *, to: str, number: int) -> Mail:
    """The mail with these decisions (told_decisions); not stored. `number` 2 says that it changed. Reads submission.round and .area."""
    with speaking(submission.language):
        points = [
            {
                "said": quoted(answer.decision.contribution),
                "answers": [str(where) for where in answer.where],
                "rationale": answer.rationale,
            }
            for answer in map(answer_of, decisions)
        ]
    code = submission.code or ""
    place = {"municipality": submission.area.slug, "language": submission.language, "code": code}
    return composed(
        MailKind.ANSWER,
        key=f"answer:{submission.pk}:{number}",
        round=submission.round,
        to=to,
        values={
            "points": points,
            "code": shown_code(submission),
            "status_url": absolute(reverse("answers:status", kwargs=place)) if code else "",
            "again": number > 1,
        },
        language=submission.language,
        submission=submission,
    )
