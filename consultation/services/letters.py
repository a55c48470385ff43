"""A letter or minutes: recorded with its file and its text, the text corrected, and split into points."""

import datetime
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from consultation import anchors, codes
from consultation.models import (
    Channel,
    ContactDetails,
    Contribution,
    Contributor,
    ContributorKind,
    Invitation,
    Passage,
    Round,
    Submission,
    Theme,
    Transcript,
)
from consultation.points import headline
from consultation.services.attachments import files_follow_the_transaction, keep_attachment
from consultation.services.contributions import found_in, is_late
from consultation.services.drafts import CONTACT_DAYS_AT_MOST
from consultation.services.refusals import ChangeRefused
from consultation.services.rounds import lock, lock_open, next_number
from consultation.splitting import Span, open_proposals, places_in, points_of
from consultation.theme_choice import NO_THEME
from ivp_portal.audit.log import record
from ivp_portal.organisation.models import User


class NewerTranscript(ChangeRefused):
    """A colleague corrected the text in the meantime; `current` is the version that stands now."""

    def __init__(self, current: Transcript) -> None:
        super().__init__("Een collega verbeterde deze tekst terwijl u eraan werkte.")
        self.current = current


@dataclass(frozen=True, slots=True)
class Cut:
    """A point to make of a letter: what it is called, where in which version of the text it was said, and its words."""

    transcript: Transcript
    span: Span
    title: str
    text: str = ""
    """Empty: the words of the passage."""
    theme: Theme | None = None


def record_letter(
    round: Round,
    *,
    contributor_kind: ContributorKind | str,
    party: str = "",
    channel: Channel | str,
    said_on: datetime.date,
    text: str,
    file: UploadedFile | None = None,
    invitation: Invitation | None = None,
    contact: Mapping[str, str] | None = None,
    by: User,
    key: uuid.UUID | None = None,
) -> Submission:
    """Keep what came by letter, by e-mail or as minutes: the file as it is, its text as read or pasted, and no points yet.

    The contributor is the sender, never the officer. Contact details are kept apart. With a key (one a form) the same form handed in twice
    gives the first submission. Raises RoundFrozen, and AttachmentRefused for a file that is not taken in.
    """
    with files_follow_the_transaction():
        round = lock(round.pk)
        if key and (known := round.submissions.filter(key=key).first()):
            return known
        round = lock_open(round.pk)
        submission = Submission.objects.create(
            area=round.area,
            round=round,
            contributor=Contributor.objects.create(area=round.area, kind=contributor_kind, party=party),
            channel=channel,
            said_on=said_on,
            original_text=text,
            invitation=invitation,
            code=codes.new_code(),
            key=key,
            is_late=is_late(round, said_on),
        )
        if file is not None:
            keep_attachment(round, file, submission=submission)
        Transcript.objects.create(area=round.area, submission=submission, number=1, text=text, made_by=by)
        _keep_contact(submission, contact or {})
        record("letter.recorded", by=by, target=submission, round=round.slug, channel=str(channel), letters=len(text))
    return submission


def _keep_contact(submission: Submission, contact: Mapping[str, str]) -> None:
    """How to reach the sender, apart from what they said; nothing when nothing was filled in."""
    told = {name: value.strip() for name, value in contact.items() if value.strip()}
    if told:
        keep_until = timezone.localdate(submission.round.closes_at) + datetime.timedelta(days=CONTACT_DAYS_AT_MOST)
        ContactDetails.objects.create(
            area=submission.area,
            submission=submission,
            consented_at=timezone.now(),
            keep_until=max(keep_until, timezone.localdate()),
            **told,
        )


@transaction.atomic
def correct_transcript(submission: Submission, *, text: str, seen: int, by: User) -> Transcript:
    """A next version of the letter's text, after a mistake in reading it; earlier versions and the file stay as they are.

    The points keep the words they were made of. `seen` is the version somebody had before them: raises NewerTranscript when another one
    stands by now, unless it says the same; and RoundFrozen.
    """
    round = lock_open(submission.round_id)
    newest = submission.transcripts.order_by("-number")[0]
    if newest.text == text:
        return newest
    if newest.number != seen:
        raise NewerTranscript(newest)
    made = Transcript.objects.create(area=round.area, submission=submission, number=newest.number + 1, text=text, made_by=by)
    record("letter.corrected", by=by, target=submission, version=made.number)
    return made


@transaction.atomic
def split(submission: Submission, cut: Cut, *, by: User, key: uuid.UUID | None = None) -> Contribution:
    """Make one point of a passage; those that are there already are not touched, and may overlap with it.

    With a key (one a form) the same form handed in twice gives the first point. Raises RoundFrozen.
    """
    round = lock_open(submission.round_id)
    fingerprint = f"form:{key}" if key else None
    if fingerprint and (known := round.contributions.filter(fingerprint=fingerprint).first()):
        return known
    return _cut_out(round, submission, cut, fingerprint=fingerprint, by=by)


@transaction.atomic
def accept_proposals(submission: Submission, keys: Collection[str], *, by: User) -> list[Contribution]:
    """Make points of what the letter itself proposes, by the keys of consultation.splitting.

    One that somebody else accepted a moment ago, or made by hand, is passed over: there is never a second. Raises RoundFrozen.
    """
    round = lock_open(submission.round_id)
    transcripts = list(submission.transcripts.all())
    newest = transcripts[-1]
    still_open = open_proposals(newest.text, places_in(newest, transcripts, points_of(submission)))
    return [
        _cut_out(round, submission, Cut(newest, proposal.span, proposal.subject), fingerprint=None, by=by)
        for proposal in still_open
        if proposal.key in keys
    ]


def _cut_out(round: Round, submission: Submission, cut: Cut, *, fingerprint: str | None, by: User) -> Contribution:
    anchor = anchors.anchor_at(cut.transcript.text, *cut.span)
    text = cut.text or anchor.exact
    subject, title = (cut.theme.name if cut.theme else NO_THEME), cut.title or headline(text)
    contribution = Contribution.objects.create(
        area=round.area,
        round=round,
        submission=submission,
        number=next_number(round),
        subject=subject,
        sub_subject=title,
        text=text,
        theme=cut.theme,
        personal_data=found_in(subject, title, text),
        fingerprint=fingerprint,
    )
    Passage.objects.create(
        area=round.area,
        contribution=contribution,
        transcript=cut.transcript,
        exact=anchor.exact,
        prefix=anchor.prefix,
        suffix=anchor.suffix,
    )
    record("contribution.split", by=by, target=contribution, round=round.slug, number=contribution.number, version=cut.transcript.number)
    return contribution
