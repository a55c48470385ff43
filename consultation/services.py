"""Changes to what was said: a round opened, and in it recorded, corrected, withdrawn, frozen. Spreadsheets are in spreadsheet_services."""

import datetime
import uuid

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify

from consultation.models import Channel, Contribution, Contributor, ContributorKind, Round, RoundKind, Submission
from ivp_portal.audit.log import record
from ivp_portal.organisation.models import Area, User

RESERVED_SLUGS = {"nieuwe-ronde"}  # an address of ours


class ChangeRefused(Exception):
    """The change cannot be made any more. The message is a Dutch sentence for the screen."""


class RoundFrozen(ChangeRefused):
    """The round's plan was adopted: nothing can be added or changed. The message is a Dutch sentence for the screen."""

    def __init__(self) -> None:
        super().__init__("Het plan van deze ronde is vastgesteld. Er kan niets meer bij of af.")


def _lock_open(round_id: int) -> Round:
    """The round, locked until the end of the transaction, so that numbers do not collide; raises RoundFrozen."""
    round = Round.objects.select_for_update(of=("self",)).select_related("area").get(pk=round_id)
    if round.is_frozen:
        raise RoundFrozen
    return round


def next_number(round: Round) -> int:
    """The number after the highest in the round, which must be locked."""
    return (round.contributions.aggregate(highest=Max("number"))["highest"] or 0) + 1


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
) -> Contribution:
    """Enter what somebody said by letter, telephone or at the counter: the contributor is the sender, never the officer.

    Raises RoundFrozen.
    """
    round = _lock_open(round.pk)
    contributor = Contributor.objects.create(area=round.area, kind=contributor_kind, party=party)
    submission = Submission.objects.create(
        area=round.area, round=round, contributor=contributor, channel=channel, said_on=said_on, original_text=text
    )
    contribution = Contribution.objects.create(
        area=round.area, round=round, submission=submission, number=next_number(round), subject=subject, sub_subject=sub_subject, text=text
    )
    record("contribution.recorded", by=by, target=contribution, round=round.slug, number=contribution.number)
    return contribution


@transaction.atomic
def correct(contribution: Contribution, *, subject: str, sub_subject: str, text: str, by: User) -> Contribution:
    """Mend a mistake in the transcription; the submission keeps the original and the log keeps both texts. Raises RoundFrozen."""
    round = _lock_open(contribution.round_id)
    contribution = Contribution.objects.select_for_update().get(pk=contribution.pk)
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
    """Take a contribution out of the queue, with a reason; it stays readable. Raises RoundFrozen."""
    round = _lock_open(contribution.round_id)
    changed = Contribution.objects.standing().filter(pk=contribution.pk).update(withdrawn_at=timezone.now())
    if changed:
        record("contribution.withdrawn", by=by, target=contribution, area=round.area, reason=reason)


@transaction.atomic
def freeze_round(round: Round, *, by: User | None) -> None:
    """Close the books of a round because its plan is adopted; freezing twice changes nothing."""
    changed = Round.objects.filter(pk=round.pk, frozen_at__isnull=True).update(frozen_at=timezone.now())
    if changed:
        record("round.frozen", by=by, target=round)
