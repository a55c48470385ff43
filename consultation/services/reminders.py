"""Reminders: who did not answer yet hears so at the moments the round chose, each moment once.

What was sent stands in the mail itself, which is the ledger: `reminder:<invitation>:<days>:<last day>`. The job that looks may run twice,
at the same time, or not for two days; the ledger decides, never the clock of the job.
"""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from consultation import links
from consultation.invitation_list import unanswered
from consultation.models import Draft, Invitation, Mail, MailKind, MailStatus, Round
from consultation.services.mails import write_mail
from ivp_portal.organisation.access import inside, inside_every_area

HOUR = datetime.time(9, 0)
"""When a reminder goes out, in the Netherlands: at the start of a working day. No clock change falls on it."""


def last_day(until: datetime.datetime) -> datetime.date:
    """The day on which one can still answer: of a round that closes at midnight the day before."""
    return timezone.localdate(until - datetime.timedelta(microseconds=1))


def moment_of(until: datetime.datetime, days: int) -> datetime.datetime:
    """When the reminder of so many days before is due: nine o'clock on that day, and a day sooner where that would be too late."""
    day = last_day(until) - datetime.timedelta(days=days)
    moment = timezone.make_aware(datetime.datetime.combine(day, HOUR))
    if moment >= until:
        moment = timezone.make_aware(datetime.datetime.combine(day - datetime.timedelta(days=1), HOUR))
    return moment


def due(until: datetime.datetime, days: Iterable[int], *, since: datetime.datetime, now: datetime.datetime) -> list[int]:
    """The reminders whose moment came after `since` and not after now, nearest to the deadline first. Pure."""
    return sorted(number for number in set(days) if since < moment_of(until, number) <= now)


def is_spent(until: datetime.datetime, days: int, sent_for: Iterable[datetime.date]) -> bool:
    """True when the reminder of so many days before was written already, for a deadline on one of these days. Pure.

    When the deadline moves, the same reminder comes again only when its new moment lies after the deadline it was about: after a longer
    extension a body is reminded anew, after a shift of a few days it is not told the same thing twice.
    """
    day = timezone.localdate(moment_of(until, days))
    return any(day <= earlier for earlier in sent_for)


def remind(now: datetime.datetime | None = None) -> int:
    """Write every reminder that is due and was not written; returns how many. Safe to run twice, at once, and after days of silence."""
    now = now or timezone.now()
    with inside_every_area():
        open_rounds = Round.objects.filter(opens_at__lte=now, closes_at__gt=now, frozen_at__isnull=True).exclude(reminder_days=[])
        waiting = [
            (round, list(unanswered(round, now).values_list("pk", flat=True)))
            for round in open_rounds.select_related("area").order_by("pk")
        ]
    return sum(_remind_one(round, pk, now) for round, pks in waiting for pk in pks)


def _remind_one(round: Round, pk: int, now: datetime.datetime) -> bool:
    """The reminder of one body, in a transaction of its own: what goes wrong with one keeps nothing from the others."""
    with inside(round.area):
        # The round first, so that its deadline does not move meanwhile; then the invitation, so that another job waits here.
        fresh = Round.objects.select_for_update(of=("self",), no_key=True).select_related("area").get(pk=round.pk)
        Invitation.objects.select_for_update().get(pk=pk)
        invitation = unanswered(fresh, now).filter(pk=pk).first()
        if invitation is None:  # answered or taken back while we looked
            return False
        invitation.round, invitation.area = fresh, fresh.area
        return _write_due(invitation, invitation.open_until, now)


def _write_due(invitation: Invitation, until: datetime.datetime, now: datetime.datetime) -> bool:
    written = _written(invitation)
    assert invitation.invited_at is not None  # noqa: S101 - as unanswered() promises
    found = due(until, invitation.round.reminder_days, since=invitation.invited_at, now=now)
    left = [days for days in found if not is_spent(until, days, written.get(days, ()))]
    if not left:
        return False
    nearest = found[0]
    for days in left:
        if days != nearest:
            _pass_over(invitation, _key(invitation, days, until))
    return nearest in left and _mail(invitation, nearest, until)


def _key(invitation: Invitation, days: int, until: datetime.datetime) -> str:
    return f"reminder:{invitation.pk}:{days}:{last_day(until).isoformat()}"


def _written(invitation: Invitation) -> dict[int, list[datetime.date]]:
    """Days before -> the last days for which that reminder was written, or passed over."""
    found: dict[int, list[datetime.date]] = {}
    for key in Mail.objects.filter(invitation=invitation, kind=MailKind.REMINDER).values_list("key", flat=True):
        _, _, days, day = key.split(":")
        found.setdefault(int(days), []).append(datetime.date.fromisoformat(day))
    return found


def _mail(invitation: Invitation, days: int, until: datetime.datetime) -> bool:
    draft = Draft.objects.filter(invitation=invitation, handed_in_at__isnull=True).first()
    mail = write_mail(
        MailKind.REMINDER,
        key=_key(invitation, days, until),
        round=invitation.round,
        to=invitation.email,
        values={
            "name": invitation.name,
            "link": links.invitation_link(invitation),
            "open_until": until,
            "is_begun": bool(draft and draft.version),
            "offered_to": draft.offered_to if draft and draft.offered_at else "",
        },
        invitation=invitation,
    )
    return mail is not None


def _pass_over(invitation: Invitation, key: str) -> None:
    """Write down that this reminder does not go out any more: the job was down, and a nearer one is due or was sent."""
    with transaction.atomic():
        Mail.objects.get_or_create(
            area=invitation.area,
            key=key,
            defaults={
                "kind": MailKind.REMINDER,
                "round": invitation.round,
                "invitation": invitation,
                "status": MailStatus.PASSED_OVER,
                "failure": "Niet verstuurd: een latere herinnering was ook al aan de beurt.",
            },
        )
