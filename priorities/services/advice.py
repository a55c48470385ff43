"""Advice asked by mail of a colleague or a partner, given once with the link in that mail, and asked again once when it is overdue.

What was mailed stands in the mail itself, which is the ledger: `advice:<request>` and `advice:<request>:again`.
"""

from __future__ import annotations

import datetime

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext

from consultation.models import Contribution, Mail, MailKind, MailStatus
from consultation.services import AlreadyWithdrawn, ChangeRefused, RoundFrozen, rounds_done_with, write_mail
from ivp_portal.audit.log import record
from ivp_portal.organisation.access import inside_every_area
from ivp_portal.organisation.models import User
from ivp_portal.web.addresses import absolute
from priorities.models import AdviceRequest
from priorities.services.decisions import lock_contribution
from priorities.triage import links

HOUR = datetime.time(9, 0)
"""When somebody is asked again, in the Netherlands: at the start of a working day."""
AT_ONCE = 200


class MayNamePeople(ChangeRefused):
    """What looks like personal data in the point was not looked at yet: it goes to nobody outside."""

    def __init__(self) -> None:
        super().__init__("In dit punt staan misschien persoonsgegevens. Kijk het punt eerst na. Daarna kunt u advies vragen.")


class AdviceOver(ChangeRefused):
    """The advice is not needed any more: the plan was adopted or the point withdrawn."""

    def __init__(self) -> None:
        super().__init__(gettext("Uw advies is niet meer nodig."))


class AlreadyAdvised(ChangeRefused):
    """With this link an advice was given, by a colleague or in another window."""

    def __init__(self) -> None:
        super().__init__(gettext("Met deze link is al een advies verstuurd."))


class NotWaiting(ChangeRefused):
    """The advice has come in, or the request was withdrawn before."""

    def __init__(self) -> None:
        super().__init__("Dit verzoek staat niet meer open: het advies is er al, of een collega trok het verzoek in.")


@transaction.atomic
def ask_advice(contribution: Contribution, *, to_name: str, to_email: str, question: str, due_on: datetime.date, by: User) -> AdviceRequest:
    """Ask by mail; the same question to the same address that still waits (a double click) is asked once.

    Raises MayNamePeople, RoundFrozen, AlreadyWithdrawn.
    """
    contribution = lock_contribution(contribution)
    if Contribution.objects.with_unchecked_personal_data().filter(pk=contribution.pk).exists():
        raise MayNamePeople
    waiting = AdviceRequest.objects.filter(contribution=contribution, answered_at=None, withdrawn_at=None)
    if known := waiting.filter(to_email__iexact=to_email, question=question).first():
        return known
    request = AdviceRequest.objects.create(
        area=contribution.area,
        contribution=contribution,
        to_name=to_name,
        to_email=to_email,
        question=question,
        due_on=due_on,
        asked_by=by,
    )
    _mail(request, to=to_email, again=False)
    record("advice.asked", by=by, target=contribution, request=request.pk, to=to_name, due_on=due_on.isoformat())
    return request


def _mail(request: AdviceRequest, *, to: str, again: bool) -> bool:
    """Reads request.contribution.round, its area and who asked."""
    round = request.contribution.round
    round.area = request.area
    mail = write_mail(
        MailKind.ADVICE,
        key=f"{key_of(request)}:again" if again else key_of(request),
        round=round,
        to=to,
        values={
            "to_name": request.to_name,
            "asker": str(request.asked_by),
            "asked": request.question,
            "due_on": request.due_on,
            "link": absolute(links.path_of(request)),
            "again": again,
        },
    )
    return mail is not None


def key_of(request: AdviceRequest) -> str:
    """The key of its mail."""
    return f"advice:{request.pk}"


@transaction.atomic
def withdraw_advice(request: AdviceRequest, *, by: User) -> None:
    """Ask no longer: the link opens nothing any more, and a mail that was not sent yet stays here. Raises NotWaiting."""
    request = AdviceRequest.objects.select_for_update(of=("self",)).select_related("contribution", "area").get(pk=request.pk)
    if request.answered_at or request.withdrawn_at:
        raise NotWaiting
    request.withdrawn_at = timezone.now()
    request.save(update_fields=["withdrawn_at"])
    unsent = Mail.objects.filter(area=request.area, key__in=_keys(request)).exclude(status__in=[MailStatus.SENT, MailStatus.SENDING])
    unsent.update(status=MailStatus.PASSED_OVER, to="", text="", failure="Niet verstuurd: het verzoek is ingetrokken.")
    record("advice.withdrawn", by=by, target=request.contribution, request=request.pk, to=request.to_name)


def _keys(request: AdviceRequest) -> list[str]:
    return [key_of(request), f"{key_of(request)}:again"]


@transaction.atomic
def give_advice(request: AdviceRequest, *, text: str) -> None:
    """Keep what was answered with the link; once, and as it was written. The same words again (a double click) change nothing.

    Raises AlreadyAdvised when other words were sent before, AdviceOver when nobody needs it any more.
    """
    try:
        contribution = lock_contribution(request.contribution)
    except (RoundFrozen, AlreadyWithdrawn) as over:
        raise AdviceOver from over
    request = AdviceRequest.objects.select_for_update().get(pk=request.pk)
    if request.answered_at:
        if request.answer == text:
            return
        raise AlreadyAdvised
    if request.withdrawn_at:
        raise AdviceOver
    request.answer, request.answered_at = text, timezone.now()
    request.save(update_fields=["answer", "answered_at"])
    record("advice.given", by=None, target=contribution, request=request.pk, to=request.to_name)


def ask_advice_again(now: datetime.datetime | None = None) -> int:
    """Mail everybody whose advice was due yesterday or before and is not there; each once, ever. Says how many.

    Safe to run twice, at once, and after days of silence: the ledger of mails decides.
    """
    now = now or timezone.now()
    number = 0
    while written := _ask_some_again(now):
        number += written
    return number


def _ask_some_again(now: datetime.datetime) -> int:
    today = timezone.localtime(now).date()
    if timezone.localtime(now).time() < HOUR:
        today -= datetime.timedelta(days=1)
    with inside_every_area():
        key = Concat(Value("advice:"), Cast(OuterRef("pk"), CharField()), Value(":again"))
        due = (
            waiting_advice()
            .filter(due_on__lt=today)
            .exclude(Exists(Mail.objects.filter(area=OuterRef("area"), key=key)))
            .exclude(to_email="")
            .select_for_update(of=("self",), skip_locked=True)
            .select_related("contribution__round", "area", "asked_by")
        )
        requests = list(due.order_by("pk")[:AT_ONCE])
        first = dict(Mail.objects.filter(key__in=[key_of(one) for one in requests]).exclude(to="").values_list("key", "to"))
        for request in requests:  # an address that an officer mended stands in the mail
            _mail(request, to=first.get(key_of(request), request.to_email), again=True)
    return len(requests)


def waiting_advice() -> QuerySet[AdviceRequest]:
    """Requests that can still be answered: of a point that stands, in a round that is not frozen."""
    return AdviceRequest.objects.filter(
        answered_at=None, withdrawn_at=None, contribution__withdrawn_at=None, contribution__round__frozen_at=None
    )


def forget_advisers(today: datetime.date | None = None) -> int:
    """Delete the addresses of whom advice was asked, once nobody of the round is written to any more; names and advice stay.

    Says how many. The mails to them go with those of the round (consultation.services.contact).
    """
    with inside_every_area():
        rounds = rounds_done_with(today or timezone.localdate())
        outlived = AdviceRequest.objects.filter(contribution__round__in=rounds.values("pk")).exclude(to_email="")
        numbers: dict[int, int] = {}
        for round_id in outlived.values_list("contribution__round_id", flat=True):
            numbers[round_id] = numbers.get(round_id, 0) + 1
        outlived.update(to_email="")
        for round in rounds.filter(pk__in=numbers):
            record("advice.addresses_outlived", by=None, target=round, count=numbers[round.pk])
    return sum(numbers.values())
