"""What an invited body writes: saved by several hands, laid before a second person, handed back or released, once.

The round is locked before the invitation and the draft, as everywhere; so an officer who takes an invitation back and a second person who
releases do not pass each other.
"""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from consultation import links
from consultation.models import Channel, ContributorKind, Draft, Invitation, MailKind, RoundStatus, Submission
from consultation.services.drafts import AlreadyHandedIn, DraftUnsound, NewerDraft, RoundClosed, hand_in, save_draft
from consultation.services.invitations import open_until
from consultation.services.mails import write_mail
from consultation.services.refusals import InvitationOver, InvitationRevoked, LiesForRelease, NeedsSecondPerson, NotOffered, SamePerson
from consultation.services.rounds import lock
from ivp_portal.audit.log import record


@transaction.atomic
def save_for_body(draft: Draft, content: dict[str, Any], *, seen_version: int, saved_by: str, language: str) -> Draft:
    """Keep what was typed, sound or not.

    Raises LiesForRelease, NewerDraft, AlreadyHandedIn, InvitationRevoked, InvitationOver and RoundClosed.
    """
    _, draft = _hold(draft)
    if draft.handed_in_at:
        raise AlreadyHandedIn(draft)
    if draft.offered_at:
        raise LiesForRelease
    return save_draft(draft, content, seen_version=seen_version, saved_by=saved_by, language=language)


@transaction.atomic
def offer(draft: Draft, *, to: str, note: str, writer: str, seen_version: int) -> Draft:
    """Lay what was saved before a second person, who gets a link of their own; the one of an earlier offer ends.

    Raises as save_for_body, DraftUnsound when there is nothing to read, and SamePerson for the address of the invitation.
    """
    invitation, draft = _hold(draft)
    if draft.handed_in_at:
        raise AlreadyHandedIn(draft)
    if draft.offered_at:
        raise LiesForRelease
    if draft.version != seen_version:
        raise NewerDraft(draft)
    if to.casefold() == invitation.email.casefold():
        raise SamePerson
    _require_words(draft)
    draft.offered_at, draft.offered_to, draft.offered_note = timezone.now(), to, note
    draft.save(update_fields=["offered_at", "offered_to", "offered_note"])
    write_mail(
        MailKind.OFFER,
        key=f"offer:{draft.pk}:{draft.offered_at.timestamp():.6f}",
        round=draft.round,
        to=to,
        values={
            "name": invitation.name,
            "writer": writer,
            "note": note,
            "link": links.release_link(draft),
            "open_until": open_until(invitation),
        },
        language=draft.language,
        invitation=invitation,
        draft=draft,
    )
    record("invitation.offered", by=None, target=invitation, version=draft.version)
    return draft


@transaction.atomic
def take_back(draft: Draft) -> Draft:
    """The writers go on: the link of the second person ends. Twice changes nothing. Raises AlreadyHandedIn."""
    draft = _lock_draft(draft)[1]
    if draft.handed_in_at:
        raise AlreadyHandedIn(draft)
    if draft.offered_at:
        draft.offered_at, draft.offered_to = None, ""
        draft.save(update_fields=["offered_at", "offered_to"])
    return draft


@transaction.atomic
def hand_back(draft: Draft, *, reason: str, reader: str) -> Draft:
    """The second person wants something changed: the body hears so at the address of its invitation.

    Raises NotOffered and as save_for_body.
    """
    invitation, draft = _hold(draft)
    if draft.handed_in_at:
        raise AlreadyHandedIn(draft)
    if draft.offered_at is None:
        raise NotOffered
    moment = draft.offered_at
    draft.offered_at, draft.offered_to, draft.offered_note = None, "", f"{reader}: {reason}"
    draft.save(update_fields=["offered_at", "offered_to", "offered_note"])
    record("invitation.handed_back", by=None, target=invitation, version=draft.version)
    if invitation.email:
        write_mail(
            MailKind.HANDED_BACK,
            key=f"handed_back:{draft.pk}:{moment.timestamp():.6f}",
            round=draft.round,
            to=invitation.email,
            values={
                "name": invitation.name,
                "reader": reader,
                "reason": reason,
                "link": links.invitation_link(invitation, draft.language),
                "open_until": open_until(invitation),
            },
            language=draft.language,
            invitation=invitation,
            draft=draft,
        )
    return draft


@transaction.atomic
def release(draft: Draft, *, name: str, role: str, seen_version: int) -> Submission:
    """The second person sends it: it becomes the submission of the body. Releasing twice, or two at once, gives the first.

    Who released, with their function, stands in the log. Raises NotOffered, NewerDraft and as save_for_body.
    """
    if sent := _sent(draft):
        return sent
    invitation, draft = _hold(draft)
    if draft.offered_at is None:
        raise NotOffered
    if draft.version != seen_version:
        raise NewerDraft(draft)
    submission = _hand_in(invitation, draft, name=f"{name}, {role}")
    record("invitation.released", by=None, target=submission, released_by=name, role=role)
    return submission


@transaction.atomic
def send_without_release(draft: Draft, *, seen_version: int, name: str) -> Submission:
    """Who speaks for themselves sends it. Twice gives the first. Raises NeedsSecondPerson for a body, NewerDraft and as save_for_body."""
    if sent := _sent(draft):
        return sent
    invitation, draft = _hold(draft)
    if invitation.needs_release:
        raise NeedsSecondPerson
    if draft.version != seen_version:
        raise NewerDraft(draft)
    return _hand_in(invitation, draft, name=name)


def _lock_draft(draft: Draft) -> tuple[Invitation, Draft]:
    """Round, invitation and draft, locked in that order."""
    round = lock(draft.round_id)
    invitation = Invitation.objects.select_for_update(of=("self",)).get(draft=draft)
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    invitation.round, invitation.area = round, round.area
    draft.round, draft.invitation = round, invitation
    return invitation, draft


def _hold(draft: Draft) -> tuple[Invitation, Draft]:
    """As _lock_draft; raises when nothing can be written with this invitation any more, or not yet."""
    invitation, draft = _lock_draft(draft)
    if invitation.revoked_at:
        raise InvitationRevoked
    if draft.handed_in_at is None:
        if draft.round.is_frozen or draft.round.status() != RoundStatus.OPEN:
            raise RoundClosed(draft.round)
        if open_until(invitation) <= timezone.now():
            raise InvitationOver
    return invitation, draft


def _sent(draft: Draft) -> Submission | None:
    """What it became, when somebody sent it while we waited for the lock."""
    return _lock_draft(draft)[1].submission


def _require_words(draft: Draft) -> None:
    said = any(str(point.get("text") or "").strip() for point in draft.content.get("points", []))
    if not said and not draft.attachments.exists():
        raise DraftUnsound(gettext("Er staat nog niets in. Schrijf een punt, of stuur een brief mee als bestand."))


def _hand_in(invitation: Invitation, draft: Draft, *, name: str) -> Submission:
    _require_words(draft)
    draft.content = {**draft.content, "email": invitation.email}  # the receipt and the answer go where the invitation went
    draft.save(update_fields=["content"])
    # A person's name never stands beside what they said (AVG): of a resident not even when they were invited by name.
    party = "" if invitation.kind == ContributorKind.RESIDENT else invitation.name
    submission = hand_in(draft, contributor_kind=invitation.kind, party=party, channel=Channel.INVITATION, name=name)
    assert submission is not None  # noqa: S101 - for the type checker: what came with an invitation is never held
    return submission
