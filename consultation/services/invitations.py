"""Who is asked by name: invited, sent, sent again, moved to another address, taken back. Every link goes by mail and by nothing else."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from consultation import links
from consultation.invitation_list import placed_in, ready_to_send
from consultation.models import ContributorKind, Draft, Invitation, Mail, MailKind, Round
from consultation.services.mails import composed, write_mails
from consultation.services.refusals import AlreadyAnswered, InvitationOver, InvitationRevoked, NameTaken, NoAddress
from consultation.services.rounds import lock_open, slots_for
from ivp_portal.audit.log import record
from ivp_portal.organisation.models import Area, User


@transaction.atomic
def invite(
    round: Round,
    *,
    name: str,
    kind: ContributorKind | str,
    email: str = "",
    body: Area | None = None,
    needs_release: bool = True,
    expires_at: datetime.datetime | None = None,
    by: User,
) -> Invitation:
    """Give somebody a place in the round; nothing is sent yet. The same one asked for twice (a double click) is one.

    Raises RoundFrozen, and NameTaken when that name has another address.
    """
    round = lock_open(round.pk)
    standing = round.invitations.standing()
    same = standing.filter(body=body).first() if body else standing.filter(name__iexact=name).first()
    if same and (same.email.casefold(), same.kind) == (email.casefold(), kind):
        return same
    if same:
        raise NameTaken
    return _add(round, [_new(round, name, kind, email, body, needs_release, expires_at, by)], by)[0]


def _new(
    round: Round,
    name: str,
    kind: ContributorKind | str,
    email: str,
    body: Area | None,
    needs_release: bool,
    expires_at: datetime.datetime | None,
    by: User,
) -> Invitation:
    return Invitation(
        area=round.area,
        round=round,
        body=body,
        name=name,
        kind=kind,
        email=email,
        needs_release=needs_release,
        expires_at=expires_at,
        created_by=by,
    )


def _add(round: Round, invitations: list[Invitation], by: User) -> list[Invitation]:
    """Write them and their one line in the log."""
    made = Invitation.objects.bulk_create(invitations)
    if made:
        record("invitations.added", by=by, target=round, names=[invitation.name for invitation in made])
    return made


@dataclass(frozen=True, slots=True)
class Slots:
    """What making the places of a day changed."""

    added: int
    dropped: int
    """Places of municipalities that are not on that day's map, and that had not been asked yet."""
    kept: tuple[str, ...]
    """Names of municipalities that are not on that day's map but had been asked: somebody decides about those."""


@transaction.atomic
def invite_slots(round: Round, day: datetime.date, *, by: User) -> Slots:
    """One place for each municipality of the round's area that existed on that day; doing it twice adds nothing. Raises RoundFrozen."""
    round = lock_open(round.pk)
    there, placed = slots_for(round.area, day), placed_in(round)
    missing = [area for area in there if area.pk not in placed]
    _add(round, [_new(round, area.name, ContributorKind.AREA, "", area, True, None, by) for area in missing], by)
    others = round.invitations.standing().filter(body__isnull=False).exclude(body__in=there).order_by("name")
    unasked = [slot for slot in others if slot.invited_at is None and not slot.submissions.exists()]
    for slot in unasked:
        _revoke(slot, f"Bestond niet op {day:%d-%m-%Y}.", by)
    if round.slots_on != day:
        round.slots_on = day
        round.save(update_fields=["slots_on"])
        record("round.slots_set", by=by, target=round, day=day.isoformat(), added=len(missing), dropped=len(unasked))
    return Slots(len(missing), len(unasked), tuple(slot.name for slot in others if slot not in unasked))


@transaction.atomic
def take_addresses(round: Round, addresses: Mapping[int, str], new: Iterable[tuple[str, str]], *, kind: str, by: User) -> tuple[int, int]:
    """Fill in many addresses at once: of invitations by their number, and of names that are not in the list yet.

    Returns how many changed and how many were added. Raises RoundFrozen.
    """
    round = lock_open(round.pk)
    known = {name.casefold() for name in round.invitations.standing().values_list("name", flat=True)}
    fresh = [(name, email) for name, email in new if name.casefold() not in known]  # a double click brings them again
    releases = kind not in {ContributorKind.RESIDENT, ContributorKind.PROFESSIONAL}
    made = _add(round, [_new(round, name, kind, email, None, releases, None, by) for name, email in fresh], by)
    changed = 0
    for invitation in round.invitations.standing().filter(pk__in=addresses).select_for_update().order_by("pk"):
        changed += _move(invitation, addresses[invitation.pk], by)
    return changed, len(made)


@transaction.atomic
def send_invitations(round: Round, *, by: User, only: Iterable[int] | None = None) -> int:
    """Mail the invitations that have an address and were not sent yet, all or `only` these; returns how many. Twice sends none.

    Raises RoundFrozen.
    """
    round = lock_open(round.pk)
    waiting = ready_to_send(round).annotate(turns=Count("mails", filter=Q(mails__kind=MailKind.INVITATION)))
    chosen = list(waiting if only is None else waiting.filter(pk__in=only))
    write_mails(invitation_mail(invitation, round, invitation.turns + 1) for invitation in chosen)
    Invitation.objects.filter(pk__in=[invitation.pk for invitation in chosen]).update(invited_at=timezone.now())
    if chosen:
        record("invitations.sent", by=by, target=round, number=len(chosen))
    return len(chosen)


@transaction.atomic
def resend(invitation: Invitation, *, turn: int, by: User) -> bool:
    """Mail the same link once more. `turn` says how many times it had been sent when the button was drawn: a double click sends one.

    Raises NoAddress, InvitationRevoked, AlreadyAnswered, InvitationOver and RoundFrozen.
    """
    round, invitation = _open(invitation)
    if not invitation.email:
        raise NoAddress
    if turn != times_sent(invitation):
        return False
    _send(invitation, round)
    record("invitation.sent_again", by=by, target=invitation)
    return True


@transaction.atomic
def replace_link(invitation: Invitation, *, version: int, by: User) -> bool:
    """End the link that went out, with an offer, and mail a new one. `version` is that of the link to end: pressing twice ends one.

    Raises as resend.
    """
    round, invitation = _open(invitation)
    if not invitation.email:
        raise NoAddress
    if version != invitation.link_version:
        return False
    _end_link(invitation)
    _send(invitation, round)
    record("invitation.link_replaced", by=by, target=invitation)
    return True


@transaction.atomic
def change_invitation(
    invitation: Invitation, *, email: str, needs_release: bool, expires_at: datetime.datetime | None, by: User
) -> Invitation:
    """Another address, another last moment, with or without a second person. At another address the link that was sent works no more.

    Raises InvitationRevoked, AlreadyAnswered and RoundFrozen.
    """
    _, invitation = _hold(invitation)
    _move(invitation, email, by)
    before: dict[str, Any] = {"needs_release": invitation.needs_release, "expires_at": invitation.expires_at}
    after: dict[str, Any] = {"needs_release": needs_release, "expires_at": expires_at}
    if before != after:
        invitation.needs_release, invitation.expires_at = needs_release, expires_at
        invitation.save(update_fields=["needs_release", "expires_at"])
        facts: dict[str, Any] = {"needs_release": needs_release, "expires_at": expires_at.isoformat() if expires_at else None}
        record("invitation.changed", by=by, target=invitation, **facts)
    return invitation


@transaction.atomic
def revoke(invitation: Invitation, *, reason: str, by: User) -> None:
    """Take an invitation back: nothing comes in by its links any more. Twice changes nothing. Raises AlreadyAnswered and RoundFrozen."""
    lock_open(invitation.round_id)
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.submissions.exists():
        raise AlreadyAnswered
    if invitation.revoked_at is None:
        _revoke(invitation, reason, by)


def opened(invitation: Invitation) -> None:
    """Somebody followed the link; only the first time is kept."""
    Invitation.objects.filter(pk=invitation.pk, opened_at__isnull=True).update(opened_at=timezone.now())


def times_sent(invitation: Invitation) -> int:
    """How many times the invitation itself was mailed; reminders do not count."""
    return Mail.objects.filter(invitation=invitation, kind=MailKind.INVITATION).count()


def invitation_mail(invitation: Invitation, round: Round, turn: int = 1) -> Mail:
    """The mail with the link as it would go out, not stored. Its key counts the times, so that the same turn is written once."""
    invitation.round, invitation.area = round, round.area
    return composed(
        MailKind.INVITATION,
        key=f"invitation:{invitation.pk}:{turn}",
        round=round,
        to=invitation.email,
        values={
            "name": invitation.name,
            "link": links.invitation_link(invitation),
            "link_en": links.invitation_link(invitation, "en"),
            "open_until": open_until(invitation),
            "needs_release": invitation.needs_release,
        },
        invitation=invitation,
    )


def _hold(invitation: Invitation) -> tuple[Round, Invitation]:
    """Round and invitation, locked. Raises when there is nothing left to change."""
    round = lock_open(invitation.round_id)
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    invitation.round, invitation.area = round, round.area
    if invitation.revoked_at:
        raise InvitationRevoked
    if invitation.submissions.exists():
        raise AlreadyAnswered
    return round, invitation


def _open(invitation: Invitation) -> tuple[Round, Invitation]:
    """As _hold; raises InvitationOver too when its last moment has passed."""
    round, invitation = _hold(invitation)
    if open_until(invitation) <= timezone.now():
        raise InvitationOver
    return round, invitation


def open_until(invitation: Invitation) -> datetime.datetime:
    """Its last moment: its own or that of the round, whichever comes first. Reads the round."""
    return min(invitation.expires_at or invitation.round.closes_at, invitation.round.closes_at)


def _send(invitation: Invitation, round: Round) -> None:
    """Write the mail of one invitation, with the link as it stands."""
    mail = invitation_mail(invitation, round, times_sent(invitation) + 1)
    write_mails([mail])
    if invitation.invited_at is None:
        invitation.invited_at = timezone.now()
        invitation.save(update_fields=["invited_at"])


def _move(invitation: Invitation, email: str, by: User) -> int:
    """Another address for a locked invitation; 1 when it changed. What was sent went to the wrong one, so its link ends."""
    if invitation.email == email or invitation.submissions.exists():
        return 0
    invitation.email = email
    if invitation.invited_at:
        _end_link(invitation)
        invitation.invited_at = None
    invitation.save(update_fields=["email", "invited_at"])
    record("invitation.address_changed", by=by, target=invitation)
    return 1


def _end_link(invitation: Invitation) -> None:
    invitation.link_version += 1
    invitation.save(update_fields=["link_version"])
    Draft.objects.filter(invitation=invitation, handed_in_at__isnull=True).update(offered_at=None, offered_to="")


def _revoke(invitation: Invitation, reason: str, by: User) -> None:
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    Draft.objects.filter(invitation=invitation, handed_in_at__isnull=True).update(offered_at=None, offered_to="")
    record("invitation.revoked", by=by, target=invitation, reason=reason)
