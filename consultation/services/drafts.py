"""What somebody is writing: begun, kept, handed in, held as possible spam and forgotten."""

import datetime
import uuid
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from consultation import codes, spam
from consultation.models import (
    USUAL_CONTRIBUTOR,
    Channel,
    ContactDetails,
    Contribution,
    Contributor,
    ContributorKind,
    Draft,
    Invitation,
    MailKind,
    Round,
    RoundStatus,
    Submission,
)
from consultation.points import POINT_LIMIT, POINTS_LIMIT, as_one_text, as_typed, headline
from consultation.services.attachments import drop_attachment
from consultation.services.contributions import found_in
from consultation.services.mails import write_mail
from consultation.services.refusals import ChangeRefused
from consultation.services.rounds import lock, lock_open, next_number
from consultation.theme_choice import NO_THEME, themes_of
from ivp_portal.audit.log import record
from ivp_portal.organisation.models import User
from ivp_portal.web.addresses import absolute

LOCK_PATIENCE_MS = 5_000
"""Longer than two hundred submissions need, shorter than a reader waits."""
STATEMENT_PATIENCE_MS = 10_000
FORGET_AFTER_DAYS = 30
"""After a round closed, what nobody handed in goes."""
CONTACT_DAYS_AT_MOST = 365
"""After a round closed; the council's decision makes it sooner."""


class NewerDraft(ChangeRefused):
    """Somebody saved since this text was opened: `draft` is what stands there now."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(gettext("Deze tekst is intussen ergens anders bewaard."))
        self.draft = draft


class AlreadyHandedIn(ChangeRefused):
    """It is a submission now, or waits to become one; `draft` says which."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(gettext("Dit formulier is al verstuurd."))
        self.draft = draft


class RoundClosed(ChangeRefused):
    """The round is not open, or not any more, for whoever is not an officer."""

    def __init__(self, round: Round) -> None:
        super().__init__(
            gettext("U kunt niet meer insturen: deze ronde is gesloten.")
            if round.status() == RoundStatus.CLOSED or round.is_frozen
            else gettext("U kunt nog niet insturen: deze ronde is nog niet open.")
        )


class DraftUnsound(ChangeRefused):
    """There is nothing in it, or something we cannot read."""


def start_draft(round: Round, *, language: str, invitation: Invitation | None = None, key: uuid.UUID | None = None) -> Draft:
    """A place on the server for what is going to be written. With a key the same one again, and for an invitation always the one it has."""
    known: dict[str, Any] = {"invitation": invitation} if invitation else {"pk": key or uuid.uuid4()}
    draft, _ = Draft.objects.get_or_create(**known, defaults={"area": round.area, "round": round, "language": language})
    return draft


@transaction.atomic
def save_draft(draft: Draft, content: dict[str, Any], *, seen_version: int, saved_by: str = "", language: str = "") -> Draft:
    """Keep what was typed, sound or not; the same again changes nothing.

    `seen_version` is the one the writer began with. Raises NewerDraft, with what stands there now, and AlreadyHandedIn.
    """
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    if draft.handed_in_at or draft.refused_at:
        raise AlreadyHandedIn(draft)
    if draft.content == content:
        return draft
    if draft.version != seen_version:
        raise NewerDraft(draft)
    draft.content, draft.version, draft.saved_by = content, draft.version + 1, saved_by
    draft.language = language or draft.language
    draft.save(update_fields=["content", "version", "saved_by", "language", "saved_at"])
    return draft


@transaction.atomic
def hand_in(
    draft: Draft,
    *,
    contributor_kind: ContributorKind | str | None = None,
    party: str = "",
    channel: Channel | str = Channel.FORM,
    name: str = "",
    by: User | None = None,
    suspicions: Sequence[str] = (),
) -> Submission | None:
    """What was written becomes a submission with its points, whole and once; None when it is held as possible spam.

    `suspicions` is why it looks like no person wrote it (consultation.spam); what came with an invitation is never held. Handing in twice
    gives the first. Raises RoundClosed, DraftUnsound, and OperationalError when the database has no time for it.
    """
    _be_patient()
    area = draft.round.area  # as it was entered: with the areas above it
    round = lock(draft.round_id)
    round.area = area
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    if draft.handed_in_at:
        return draft.submission
    if round.is_frozen or round.status() != RoundStatus.OPEN:
        raise RoundClosed(round)
    points, email = _sound(draft)
    files = list(draft.attachments.values_list("name", flat=True))
    draft.handed_in_at = timezone.now()
    draft.round = round
    if channel == Channel.FORM and draft.invitation_id is None:
        draft.held_for = [*suspicions, *_crowd(round, draft, as_one_text(point["text"] for point in points))]
    if draft.held_for:
        draft.held_at = draft.handed_in_at
        record("submission.held", by=by, target=round, reasons=draft.held_for)
    else:
        kind = contributor_kind or USUAL_CONTRIBUTOR[round.kind]
        _receive(draft, Contributor(area=round.area, kind=kind, party=party), channel=channel, name=name, by=by)
    draft.save(update_fields=["handed_in_at", "held_at", "held_for", "submission", "content"])
    if email:
        _send_receipt(draft, email, [point["text"] for point in points], files)
    return draft.submission


@transaction.atomic
def let_through(draft: Draft, *, by: User) -> Submission | None:
    """A person wrote it after all: it comes in as of the moment it was sent. Twice, or after it was refused, changes nothing.

    Raises RoundFrozen.
    """
    round = lock_open(draft.round_id)
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    if draft.submission_id or draft.refused_at or draft.held_at is None:
        return draft.submission
    draft.round = round
    contributor = Contributor(area=round.area, kind=USUAL_CONTRIBUTOR[round.kind])
    submission = _receive(draft, contributor, channel=Channel.FORM, name="", by=by)
    draft.save(update_fields=["submission", "content"])
    record("submission.let_through", by=by, target=submission, round=round.slug, reasons=draft.held_for)
    return submission


@transaction.atomic
def refuse_spam(draft: Draft, *, by: User) -> None:
    """Throw away what no person wrote, with its files; that it was there stays. Twice, or after it came in, changes nothing."""
    draft = Draft.objects.select_for_update(of=("self",)).select_related("round__area").get(pk=draft.pk)
    if draft.submission_id or draft.refused_at or draft.held_at is None:
        return
    for attachment in draft.attachments.all():
        drop_attachment(attachment)
    draft.refused_at, draft.content = timezone.now(), {}
    draft.save(update_fields=["refused_at", "content"])
    record("submission.refused", by=by, target=draft.round, reasons=draft.held_for)


@transaction.atomic
def drop_draft(draft: Draft) -> None:
    """Wipe what was being written, with its files. What was handed in stays."""
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    if draft.handed_in_at is None:
        for attachment in draft.attachments.all():
            drop_attachment(attachment)
        draft.delete()


@transaction.atomic
def forget_drafts(now: datetime.datetime | None = None) -> int:
    """Wipe what nobody finished and what was refused, FORGET_AFTER_DAYS after the round closed; returns how many.

    For upkeep: in every area that is open (organisation.access.inside_every_area).
    """
    long_ago = (now or timezone.now()) - datetime.timedelta(days=FORGET_AFTER_DAYS)
    unfinished = Q(handed_in_at__isnull=True) | Q(refused_at__isnull=False)
    number = 0
    for draft in Draft.objects.filter(unfinished, round__closes_at__lt=long_ago).select_for_update(of=("self",), skip_locked=True):
        for attachment in draft.attachments.all():
            drop_attachment(attachment)
        draft.delete()
        number += 1
    return number


def said_in(draft: Draft) -> str:
    """The text that was handed in, also while it is held; empty when it was refused."""
    if draft.submission:
        return draft.submission.original_text
    return as_one_text(point["text"] for point in draft.content.get("points", []) if point["text"].strip())


def _be_patient() -> None:
    """Within this transaction nothing waits until the server gives up: the sender hears that it did not work, while we can still tell."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('lock_timeout', %s, true), set_config('statement_timeout', %s, true)",
            [f"{LOCK_PATIENCE_MS}ms", f"{STATEMENT_PATIENCE_MS}ms"],
        )


def _sound(draft: Draft) -> tuple[list[dict[str, Any]], str]:
    """The points that say something, and the address. Raises DraftUnsound; the forms say the same beside the field.

    Who was invited may send a letter and nothing else: an officer splits it.
    """
    content = draft.content
    points = [
        {"text": as_typed(str(point.get("text") or "")), "theme": point.get("theme")}
        for point in content.get("points", [])
        if str(point.get("text") or "").strip()
    ]
    if not points and not (draft.invitation_id and draft.attachments.exists()):
        raise DraftUnsound(gettext("Vul in wat u ons wilt vertellen. Eén zin is genoeg."))
    if len(points) > POINTS_LIMIT or any(len(point["text"]) > POINT_LIMIT for point in points):
        raise DraftUnsound(gettext("Uw tekst is te lang. Stuur wat erbij hoort mee als bestand."))
    email = str(content.get("email") or "").strip()
    if email:
        try:
            validate_email(email)
        except ValidationError:
            raise DraftUnsound(gettext("Dit e-mailadres klopt niet. Bijvoorbeeld: naam@voorbeeld.nl")) from None
    return points, email


def _crowd(round: Round, draft: Draft, text: str) -> list[str]:
    """What is suspicious about it beside the other submissions of the round."""
    lately = timezone.now() - datetime.timedelta(minutes=spam.RATE_MINUTES)
    return [
        *spam.of_the_words(text),
        *spam.of_the_crowd(
            same=Submission.objects.filter(round=round, original_text=text).count(),
            lately=Draft.objects.filter(round=round, handed_in_at__gte=lately, invitation__isnull=True).exclude(pk=draft.pk).count(),
        ),
    ]


def _receive(draft: Draft, contributor: Contributor, *, channel: Channel | str, name: str, by: User | None) -> Submission:
    """The submission with its points, its files and how to reach the sender. The round is locked; the caller saves the draft."""
    round = draft.round
    points, email = _sound(draft)
    assert draft.handed_in_at is not None  # noqa: S101 - for the type checker
    contributor.save()
    submission = Submission.objects.create(
        area=round.area,
        round=round,
        contributor=contributor,
        channel=channel,
        said_on=timezone.localdate(draft.handed_in_at),
        received_at=draft.handed_in_at,
        original_text=as_one_text(point["text"] for point in points),
        invitation=draft.invitation,
        code=draft.code,
        key=draft.pk,
        language=draft.language,
    )
    Contribution.objects.bulk_create(_contributions(draft, submission, points))
    if email or name:
        keep_until = timezone.localdate(round.closes_at) + datetime.timedelta(days=CONTACT_DAYS_AT_MOST)
        ContactDetails.objects.create(
            area=round.area, submission=submission, name=name, email=email, consented_at=draft.handed_in_at, keep_until=keep_until
        )
    draft.attachments.update(submission=submission, draft=None)
    draft.submission, draft.content = submission, {}
    record("submission.received", by=by, target=submission, round=round.slug, points=len(points), channel=str(channel))
    return submission


def _contributions(draft: Draft, submission: Submission, points: list[dict[str, Any]]) -> list[Contribution]:
    """One of each point, numbered on from the last of the round, which is locked."""
    round = draft.round
    themes = {theme.pk: theme for theme in themes_of(round)} if any(point["theme"] for point in points) else {}
    contributions = []
    for place, (number, point) in enumerate(enumerate(points, next_number(round))):
        theme = themes.get(point["theme"])
        words = {
            "subject": theme.name if theme else NO_THEME,
            "sub_subject": headline(point["text"]),
            "text": point["text"].strip(),
        }
        contributions.append(
            Contribution(
                area=round.area,
                round=round,
                submission=submission,
                number=number,
                **words,
                theme=theme,
                personal_data=found_in(*words.values()),
                fingerprint=f"form:{draft.pk}:{place}",
            )
        )
    return contributions


def _send_receipt(draft: Draft, email: str, points: list[str], files: list[str]) -> None:
    """The same for everybody, held or not."""
    area = draft.round.area
    status_path = reverse("answers:status", kwargs={"municipality": area.slug, "language": draft.language, "code": draft.code})
    write_mail(
        MailKind.RECEIPT,
        key=f"receipt:{draft.pk}",
        round=draft.round,
        to=email,
        values={"code": codes.shown(draft.code, area.name), "status_url": absolute(status_path), "points": points, "files": files},
        language=draft.language,
        invitation=draft.invitation,
        submission=draft.submission,
        draft=draft,
    )
