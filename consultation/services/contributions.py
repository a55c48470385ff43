"""One contribution: recorded for whoever said it, corrected, withdrawn."""

import datetime
import uuid
from collections import Counter
from enum import Enum, auto
from typing import Any

from django.db import transaction
from django.utils import timezone

from consultation import codes, personal_data
from consultation.models import Channel, Contribution, Contributor, ContributorKind, Round, Submission, Theme
from consultation.services.refusals import AlreadyWithdrawn, RoundFrozen
from consultation.services.rounds import lock, lock_open, next_number
from consultation.services.themes import theme_for
from ivp_portal.audit.log import record
from ivp_portal.organisation.models import User


class Keep(Enum):
    """The theme stays as it is, which is not the same as none."""

    THEME = auto()


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
    theme: Theme | None = None,
    key: uuid.UUID | None = None,
) -> Contribution:
    """Enter what somebody said by letter, telephone or at the counter: the contributor is the sender, never the officer.

    Without a theme it gets the one its subject is a confirmed word for, if any. With a key (one a form) the same form handed in twice
    gives the first contribution. Raises RoundFrozen.
    """
    area = round.area  # as it was entered: with the areas above it
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
        code=codes.new_code(),
        is_late=is_late(round, said_on),
    )
    contribution = Contribution.objects.create(
        area=round.area,
        round=round,
        submission=submission,
        number=next_number(round),
        subject=subject,
        sub_subject=sub_subject,
        text=text,
        theme_id=theme.pk if theme else theme_for(subject, area),
        personal_data=found_in(subject, sub_subject, text),
        fingerprint=fingerprint,
    )
    record("contribution.recorded", by=by, target=contribution, round=round.slug, number=contribution.number)
    return contribution


def original_of(subject: str, sub_subject: str, text: str) -> str:
    """What was handed in, as one text: it stays as it was when the contribution is corrected."""
    return "\n".join(filter(None, (subject, sub_subject, text)))


def is_late(round: Round, said_on: datetime.date | None) -> bool:
    """True for what came in after the day on which the round closed."""
    return said_on is not None and said_on > timezone.localdate(round.closes_at)


def found_in(*texts: str) -> list[str]:
    """What in these texts looks like personal data, as kinds (consultation.personal_data), each once."""
    return sorted({finding.kind.value for text in texts for finding in personal_data.findings(text)})


@transaction.atomic
def find_in_recorded(round: Round, *, by: User | None) -> int:
    """Fill in what looks like personal data in points of the round that were recorded before anybody looked; returns how many changed.

    Where an officer looked already, nothing changes. Raises RoundFrozen.
    """
    round = lock_open(round.pk)
    naming = []
    for contribution in round.contributions.filter(personal_data=[], personal_data_checked_at=None).select_for_update():
        contribution.personal_data = found_in(*_words(contribution).values())
        if contribution.personal_data:
            naming.append(contribution)
    Contribution.objects.bulk_update(naming, ["personal_data"], batch_size=500)
    if naming:
        record("contributions.searched", by=by, target=round, count=len(naming))
    return len(naming)


@transaction.atomic
def correct(
    contribution: Contribution, *, subject: str, sub_subject: str, text: str, theme: Theme | Keep | None = Keep.THEME, by: User
) -> Contribution:
    """Mend a mistake in the transcription, or choose another theme or none; the submission keeps the original and the log keeps both texts.

    Raises RoundFrozen and AlreadyWithdrawn.
    """
    round, contribution = _lock_standing(contribution)
    before = _words(contribution)
    after = {"subject": subject, "sub_subject": sub_subject, "text": text}
    facts: dict[str, Any] = {} if before == after else {"before": before, "after": after}
    if before != after:
        _rewrite(contribution, after)
    if theme is not Keep.THEME and theme != contribution.theme:
        facts |= {"theme_before": str(contribution.theme or ""), "theme_after": str(theme or "")}
        contribution.theme = theme
        contribution.save(update_fields=["theme"])
    if facts:
        record("contribution.corrected", by=by, target=contribution, area=round.area, **facts)
    return contribution


@transaction.atomic
def choose_theme(contribution: Contribution, *, theme: Theme | None, by: User) -> bool:
    """Give one point another theme, or none; its words stay as they are. False when it had that theme already.

    Raises RoundFrozen and AlreadyWithdrawn.
    """
    round, contribution = _lock_standing(contribution)
    if contribution.theme == theme:
        return False
    before, contribution.theme = contribution.theme, theme
    contribution.save(update_fields=["theme"])
    record(
        "contribution.themed",
        by=by,
        target=contribution,
        area=round.area,
        theme_before=str(before or ""),
        theme_after=str(theme or ""),
    )
    return True


@transaction.atomic
def redact(contribution: Contribution, *, subject: str, sub_subject: str, text: str, by: User) -> Contribution:
    """Take what identifies somebody out of the words of a point; an officer looked at what is left, so it waits for nobody any more.

    The log keeps which kinds went and how many, never the words: it is kept for good. Raises RoundFrozen and AlreadyWithdrawn.
    """
    round, contribution = _lock_standing(contribution)
    before = Counter(finding.kind.value for part in _words(contribution).values() for finding in personal_data.findings(part))
    after = {"subject": subject, "sub_subject": sub_subject, "text": text}
    left = Counter(finding.kind.value for part in after.values() for finding in personal_data.findings(part))
    _rewrite(contribution, after, checked_at=timezone.now())
    record("contribution.redacted", by=by, target=contribution, area=round.area, taken_out=dict(before - left))
    return contribution


@transaction.atomic
def let_stand(contribution: Contribution, *, by: User) -> None:
    """An officer looked at what looks like personal data in a point, and it may be published. Raises RoundFrozen and AlreadyWithdrawn."""
    round, contribution = _lock_standing(contribution)
    if contribution.personal_data_checked_at is None:
        contribution.personal_data_checked_at = timezone.now()
        contribution.save(update_fields=["personal_data_checked_at"])
        record("contribution.checked", by=by, target=contribution, area=round.area, kinds=contribution.personal_data)


def _lock_standing(contribution: Contribution) -> tuple[Round, Contribution]:
    round = lock_open(contribution.round_id)
    contribution = Contribution.objects.select_for_update().get(pk=contribution.pk)
    if contribution.withdrawn_at:
        raise AlreadyWithdrawn
    return round, contribution


def _words(contribution: Contribution) -> dict[str, str]:
    return {"subject": contribution.subject, "sub_subject": contribution.sub_subject, "text": contribution.text}


def _rewrite(contribution: Contribution, words: dict[str, str], *, checked_at: datetime.datetime | None = None) -> None:
    """Other words, so that what was found in them and whether somebody looked at that hold no longer."""
    for name, value in words.items():
        setattr(contribution, name, value)
    contribution.personal_data = found_in(*words.values())
    contribution.personal_data_checked_at = checked_at
    contribution.save(update_fields=[*words, "personal_data", "personal_data_checked_at"])


@transaction.atomic
def withdraw(contribution: Contribution, *, reason: str, by: User) -> None:
    """Take a contribution out of the queue, with a reason; it stays readable. Doing it twice changes nothing. Raises RoundFrozen."""
    round = lock_open(contribution.round_id)
    changed = Contribution.objects.standing().filter(pk=contribution.pk).update(withdrawn_at=timezone.now())
    if changed:
        record("contribution.withdrawn", by=by, target=contribution, area=round.area, reason=reason)
