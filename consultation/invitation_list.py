"""Who is invited to a round and how far each of them is: one query, whatever their number."""

import datetime
from typing import Any

from django.db.models import Case, Count, DateTimeField, Exists, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.fields import CharField
from django.db.models.functions import Coalesce, Least
from django.utils import timezone

from consultation.models import Draft, Invitation, Mail, MailKind, MailStatus, Round, Submission
from consultation.states import InvitationState

UNSAID: dict[str, int] = {state.value: 0 for state in InvitationState}


def with_state(invitations: QuerySet[Any], now: datetime.datetime | None = None) -> QuerySet[Any]:
    """Each with `state` (an InvitationState), `open_until`, and `mail_status` and `failure` of its last mail."""
    now = now or timezone.now()
    mails = Mail.objects.filter(invitation=OuterRef("pk"), kind__in=[MailKind.INVITATION, MailKind.REMINDER])
    last = mails.exclude(status=MailStatus.PASSED_OVER).order_by("-pk")
    drafts = Draft.objects.filter(invitation=OuterRef("pk"), handed_in_at__isnull=True)
    known = invitations.annotate(
        open_until=Least(Coalesce("expires_at", "round__closes_at"), "round__closes_at", output_field=DateTimeField()),
        mail_status=Subquery(last.values("status")[:1]),
        failure=Subquery(last.values("failure")[:1]),
        is_answered=Exists(Submission.objects.filter(invitation=OuterRef("pk"))),
        is_offered=Exists(drafts.filter(offered_at__isnull=False)),
        is_begun=Exists(drafts.filter(version__gt=0)),
    )
    return known.annotate(
        state=Case(
            _when(InvitationState.RECEIVED, is_answered=True),
            _when(InvitationState.REVOKED, revoked_at__isnull=False),
            # a closed round has no time left for anybody: of whom was never asked, that is not what went wrong
            _when(InvitationState.NOT_SENT, invited_at__isnull=True, is_begun=False, round__closes_at__lte=now),
            _when(InvitationState.EXPIRED, open_until__lte=now),
            _when(InvitationState.OFFERED, is_offered=True),
            _when(InvitationState.DRAFT, is_begun=True),
            _when(InvitationState.OPENED, opened_at__isnull=False, invited_at__isnull=False),
            _when(InvitationState.NOT_SENT, invited_at__isnull=True),
            _when(InvitationState.UNDELIVERED, mail_status__in=[MailStatus.FAILED, MailStatus.UNCLEAR]),
            default=Value(InvitationState.INVITED.value),
            output_field=CharField(),
        )
    )


def _when(state: InvitationState, **condition: object) -> When:
    return When(**condition, then=Value(state.value))


def invitations_of(round: Round, now: datetime.datetime | None = None) -> QuerySet[Any]:
    """Everybody invited to the round, by name, each with its state; who was revoked comes last."""
    found = with_state(Invitation.objects.filter(round=round), now).select_related("body")
    return found.order_by(F("revoked_at").asc(nulls_first=True), "name", "pk")


def counts_of(round: Round, now: datetime.datetime | None = None) -> dict[str, int]:
    """How many invitations of the round are in each state, all states there."""
    counted = with_state(Invitation.objects.filter(round=round), now).order_by().values("state").annotate(number=Count("pk"))
    return UNSAID | {row["state"]: row["number"] for row in counted}


def unanswered(round: Round, now: datetime.datetime) -> QuerySet[Any]:
    """Those who were asked and can still answer, for a reminder: with `open_until`."""
    silent = with_state(Invitation.objects.standing().filter(round=round), now)
    return silent.filter(is_answered=False, invited_at__isnull=False, open_until__gt=now).exclude(email="").order_by("pk")


def ready_to_send(round: Round, now: datetime.datetime | None = None) -> QuerySet[Any]:
    """Those who have an address and were not asked yet: what ‘Verstuur’ will send."""
    waiting = with_state(Invitation.objects.standing().filter(round=round, invited_at__isnull=True), now)
    return waiting.filter(is_answered=False, open_until__gt=now or timezone.now()).exclude(email="").order_by("name", "pk")


def without_address(round: Round) -> int:
    """How many were not asked yet because nobody knows where."""
    return Invitation.objects.standing().filter(round=round, invited_at__isnull=True, email="").count()


def placed_in(round: Round) -> set[int]:
    """The numbers of the municipalities that have a standing place in the round."""
    return set(Invitation.objects.standing().filter(round=round, body__isnull=False).values_list("body_id", flat=True))


def mails_to(invitation: Invitation) -> QuerySet[Mail]:
    """What was mailed about the invitation, latest first."""
    return Mail.objects.filter(invitation=invitation).order_by("-pk")
