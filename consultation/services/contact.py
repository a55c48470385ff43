"""How to reach people goes when its day has come; what they said stays (AVG art. 5, first paragraph, under e, and art. 17)."""

import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from consultation.models import ContactDetails, Draft, Invitation, Mail, MailKind, MailStatus, Round, Submission
from consultation.services.drafts import CONTACT_DAYS_AT_MOST
from ivp_portal.audit.log import record
from ivp_portal.organisation.models import User

ADDRESS_GONE = "Het adres is verwijderd: de bewaartermijn is voorbij."


@transaction.atomic
def settle_retention(round: Round, decided_on: datetime.date) -> int:
    """Let contact details of the round go `contact_days` after the council's decision, or sooner if they would; says how many changed."""
    last_day = decided_on + datetime.timedelta(days=round.contact_days)
    return ContactDetails.objects.filter(submission__round=round, keep_until__gt=last_day).update(keep_until=last_day)


@transaction.atomic
def forget_outlived(today: datetime.date | None = None) -> int:
    """Delete what may not be kept any longer, in every area that is open; says how many people we can no longer reach.

    Whatever day it runs, it does what is due: a day it was down is caught up. The log says how many, and never who.
    """
    today = today or timezone.localdate()
    due = ContactDetails.objects.outlived(today).select_for_update(skip_locked=True)
    of_round: dict[int, list[int]] = {}
    for submission_id, round_id in due.values_list("submission_id", "submission__round_id"):
        of_round.setdefault(round_id, []).append(submission_id)
    for round in Round.objects.filter(pk__in=of_round).select_related("area").order_by("pk"):
        _forget(of_round[round.pk])
        record("contact.outlived", by=None, target=round, count=len(of_round[round.pk]))
    for round in _with_an_address(rounds_done_with(today)):
        bodies = _forget_bodies(round)
        if bodies:
            record("contact.bodies_outlived", by=None, target=round, count=bodies)
    # A draft that was thrown away takes nobody's address with it.
    _empty(Mail.objects.filter(kind=MailKind.RESUME, draft__isnull=True))
    return sum(len(submissions) for submissions in of_round.values())


@transaction.atomic
def forget_contact(submission: Submission, *, by: User) -> bool:
    """Delete how to reach the sender because they ask for it; False when nothing was kept. What they said stays."""
    kept = ContactDetails.objects.select_for_update().filter(submission=submission).exists()
    if kept:
        _forget([submission.pk])
        record("contact.forgotten", by=by, target=submission)
    return kept


def _forget(submissions: list[int]) -> None:
    ContactDetails.objects.filter(submission__in=submissions).delete()
    _empty(Mail.objects.filter(Q(submission__in=submissions) | Q(draft__submission__in=submissions), invitation__isnull=True))


def rounds_done_with(today: datetime.date) -> QuerySet[Round]:
    """Rounds whose plan was adopted, or which closed, so long ago that nobody is written to any more; with their area."""
    midnight = timezone.make_aware(datetime.datetime.combine(today, datetime.time.min))
    long_decided = Q(frozen_at__lt=midnight - F("contact_days") * datetime.timedelta(days=1))
    long_closed = Q(closes_at__lt=midnight - datetime.timedelta(days=CONTACT_DAYS_AT_MOST))
    return Round.objects.filter(long_decided | long_closed).select_related("area").order_by("pk")


def _with_an_address(rounds: QuerySet[Round]) -> QuerySet[Round]:
    """Those of which somebody's address is left."""
    here = OuterRef("pk")
    address_left = Exists(Invitation.objects.filter(round=here).exclude(email="")) | Exists(_telling(here)) | Exists(_loose_mails(here))
    return rounds.filter(address_left)


def _telling(round: Round | OuterRef) -> QuerySet[Draft]:
    """Drafts that say who wrote them inside a body, and who was to release them."""
    return Draft.objects.filter(round=round).exclude(saved_by="", offered_to="", offered_note="")


def _loose_mails(round: Round | OuterRef) -> QuerySet[Mail]:
    """Mails with an address that goes with the round: not that of a sender who can be reached a while longer."""
    reachable = Q(submission__contact__isnull=False) | Q(draft__submission__contact__isnull=False)
    return Mail.objects.filter(round=round).exclude(to="", text="").exclude(reachable)


def _forget_bodies(round: Round) -> int:
    """The addresses of those who were invited and of their colleagues, and where links to go on were sent; the bodies' names stay."""
    _telling(round).update(saved_by="", offered_to="", offered_note="")
    _empty(Mail.objects.filter(pk__in=_loose_mails(round).values("pk")))
    return Invitation.objects.filter(round=round).exclude(email="").update(email="")


def _empty(mails: QuerySet[Mail]) -> None:
    """Addresses and texts go, also of what is still to be sent."""
    waiting = mails.filter(status__in=[MailStatus.QUEUED, MailStatus.FAILED, MailStatus.UNCLEAR])
    waiting.update(to="", text="", status=MailStatus.PASSED_OVER, failure=ADDRESS_GONE)
    mails.exclude(to="", text="").update(to="", text="")
