"""One contribution: recorded for whoever said it, corrected, withdrawn."""

import datetime
import uuid

from django.db import transaction
from django.utils import timezone

from consultation.models import Channel, Contribution, Contributor, ContributorKind, Round, Submission
from consultation.services.refusals import AlreadyWithdrawn, RoundFrozen
from consultation.services.rounds import lock, lock_open, next_number
from ivp_portal.audit.log import record
from ivp_portal.organisation.models import User


@transaction.atomic
def record_on_behalf(
    round: Round,
    *,
    subject: str,
    sub_subject: str,
    text: str,
    contributor_kind: ContributorKind | str,
    party: str = "",
    channel: Channel | str,
    said_on: datetime.date | None,
    by: User,
    key: uuid.UUID | None = None,
) -> Contribution:
    """Enter what somebody said by letter, telephone or at the counter: the contributor is the sender, never the officer.

    With a key (one a form) the same form handed in twice gives the first contribution. Raises RoundFrozen.
    """
    round = lock(round.pk)
    fingerprint = f"form:{key}" if key else None
    if fingerprint and (known := round.contributions.filter(fingerprint=fingerprint).first()):
        return known
    if round.is_frozen:
        raise RoundFrozen
    contributor = Contributor.objects.create(area=round.area, kind=contributor_kind, party=party)
    submission = Submission.objects.create(
        area=round.area,
        round=round,
        contributor=contributor,
        channel=channel,
        said_on=said_on,
        original_text=original_of(subject, sub_subject, text),
    )
    contribution = Contribution.objects.create(
        area=round.area,
        round=round,
        submission=submission,
        number=next_number(round),
        subject=subject,
        sub_subject=sub_subject,
        text=text,
        fingerprint=fingerprint,
    )
    record("contribution.recorded", by=by, target=contribution, round=round.slug, number=contribution.number)
    return contribution


def original_of(subject: str, sub_subject: str, text: str) -> str:
    """What was handed in, as one text: it stays as it was when the contribution is corrected."""
    return "\n".join(filter(None, (subject, sub_subject, text)))


@transaction.atomic
def correct(contribution: Contribution, *, subject: str, sub_subject: str, text: str, by: User) -> Contribution:
    """Mend a mistake in the transcription; the submission keeps the original and the log keeps both texts.

    Raises RoundFrozen and AlreadyWithdrawn.
    """
    round = lock_open(contribution.round_id)
    contribution = Contribution.objects.select_for_update().get(pk=contribution.pk)
    if contribution.withdrawn_at:
        raise AlreadyWithdrawn
    before = {"subject": contribution.subject, "sub_subject": contribution.sub_subject, "text": contribution.text}
    after = {"subject": subject, "sub_subject": sub_subject, "text": text}
    if before == after:
        return contribution
    contribution.subject, contribution.sub_subject, contribution.text = subject, sub_subject, text
    contribution.save(update_fields=["subject", "sub_subject", "text"])
    record("contribution.corrected", by=by, target=contribution, area=round.area, before=before, after=after)
    return contribution


@transaction.atomic
def withdraw(contribution: Contribution, *, reason: str, by: User) -> None:
    """Take a contribution out of the queue, with a reason; it stays readable. Doing it twice changes nothing. Raises RoundFrozen."""
    round = lock_open(contribution.round_id)
    changed = Contribution.objects.standing().filter(pk=contribution.pk).update(withdrawn_at=timezone.now())
    if changed:
        record("contribution.withdrawn", by=by, target=contribution, area=round.area, reason=reason)
