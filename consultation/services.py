"""Changes to what was said: a round opened; in it recorded, corrected, withdrawn, imported; and frozen."""

import datetime
import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify

from consultation import importing
from consultation.models import (
    USUAL_CONTRIBUTOR,
    Channel,
    Contribution,
    Contributor,
    ContributorKind,
    Round,
    RoundKind,
    SpreadsheetImport,
    Submission,
)
from ivp_portal.audit.log import record
from ivp_portal.organisation.models import Area, User

RESERVED_SLUGS = frozenset({"nieuwe-ronde"})  # an address of ours
BATCH = 2000


class ChangeRefused(Exception):
    """The change cannot be made any more. The message is a Dutch sentence for the screen."""


class RoundFrozen(ChangeRefused):
    """The round's plan was adopted: nothing can be added or changed."""

    def __init__(self) -> None:
        super().__init__("Het plan van deze ronde is vastgesteld. Er kan niets meer bij of af.")


class AlreadyWithdrawn(ChangeRefused):
    """Somebody took the contribution out: its text stays as it was."""

    def __init__(self) -> None:
        super().__init__("Dit punt is ingetrokken. De tekst blijft zoals hij was.")


class TitleTaken(ChangeRefused):
    """The area has another round of that name."""

    def __init__(self) -> None:
        super().__init__("Er is al een ronde met deze titel. Kies een andere, bijvoorbeeld met het jaar erbij.")


# Rounds


@transaction.atomic
def open_round(
    area: Area, *, kind: RoundKind | str, title: str, question: str, opens_at: datetime.datetime, closes_at: datetime.datetime, by: User
) -> Round:
    """Make a round; its address is made of its title. Asking for the same one twice (a double click) gives the first.

    Raises TitleTaken.
    """
    Area.objects.select_for_update(no_key=True).get(pk=area.pk)  # two of one title may not pass each other
    values = {"kind": kind, "question": question, "opens_at": opens_at, "closes_at": closes_at}
    namesake = Round.objects.of(area).filter(title__iexact=title).first()
    if namesake and all(getattr(namesake, name) == value for name, value in values.items()):
        return namesake
    if namesake:
        raise TitleTaken
    taken = RESERVED_SLUGS | set(Round.objects.of(area).values_list("slug", flat=True))
    stem = slugify(title)[:70].strip("-") or "ronde"
    slug, number = stem, 1
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    round = Round.objects.create(area=area, slug=slug, title=title, **values)
    record("round.opened", by=by, target=round)
    return round


@transaction.atomic
def freeze_round(round: Round, *, by: User | None) -> None:
    """Close the books of a round because its plan is adopted; freezing twice changes nothing."""
    changed = Round.objects.filter(pk=round.pk, frozen_at__isnull=True).update(frozen_at=timezone.now())
    if changed:
        record("round.frozen", by=by, target=round)


def _lock(round_id: int) -> Round:
    """The round, locked until the end of the transaction, so that numbers do not collide."""
    return Round.objects.select_for_update(of=("self",)).select_related("area").get(pk=round_id)


def _lock_open(round_id: int) -> Round:
    """As _lock; raises RoundFrozen."""
    round = _lock(round_id)
    if round.is_frozen:
        raise RoundFrozen
    return round


def hold_open(round_id: int) -> None:
    """Keep the round from being frozen until the end of the transaction; others may hold it too. Raises RoundFrozen.

    Whoever changes a contribution or what is decided about it locks the round first and the contribution after, so nobody waits in a ring.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT frozen_at FROM consultation_round WHERE id = %s FOR SHARE", [round_id])
        row = cursor.fetchone()
    if row is None or row[0] is not None:
        raise RoundFrozen


def next_number(round: Round) -> int:
    """The number after the highest in the round, which must be locked."""
    return (round.contributions.aggregate(highest=Max("number"))["highest"] or 0) + 1


# One contribution


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
    round = _lock(round.pk)
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
        original_text=_original(subject, sub_subject, text),
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


def _original(subject: str, sub_subject: str, text: str) -> str:
    """What was handed in, as one text: it stays as it was when the contribution is corrected."""
    return "\n".join(filter(None, (subject, sub_subject, text)))


@transaction.atomic
def correct(contribution: Contribution, *, subject: str, sub_subject: str, text: str, by: User) -> Contribution:
    """Mend a mistake in the transcription; the submission keeps the original and the log keeps both texts.

    Raises RoundFrozen and AlreadyWithdrawn.
    """
    round = _lock_open(contribution.round_id)
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
    round = _lock_open(contribution.round_id)
    changed = Contribution.objects.standing().filter(pk=contribution.pk).update(withdrawn_at=timezone.now())
    if changed:
        record("contribution.withdrawn", by=by, target=contribution, area=round.area, reason=reason)


# Spreadsheets


@dataclass(frozen=True, slots=True)
class Outcome:
    """What reading a file into a round did, or would do. Each row is new, known or has a problem."""

    reading: importing.Reading
    new: tuple[importing.Row, ...]

    @property
    def rows(self) -> int:
        return self.reading.total

    @property
    def added(self) -> int:
        return len(self.new)

    @property
    def known(self) -> int:
        """Rows that an earlier import of the round already brought."""
        return len(self.reading.rows) - len(self.new)

    @property
    def refused(self) -> int:
        """Rows with a problem."""
        return self.rows - len(self.reading.rows)


def try_out(round: Round, content: bytes, columns: Mapping[str, str] | None = None) -> Outcome:
    """The dry run: what an import would do now. Writes nothing.

    Raises FileRefused, and its ColumnsUnclear when somebody must say what the columns mean (consultation.importing).
    """
    return _outcome(round, importing.read(content, columns, settings.UPLOAD_LIMIT_BYTES))


def import_contributions(
    round: Round,
    *,
    content: bytes,
    file_name: str,
    columns: Mapping[str, str] | None = None,
    by: User | None,
    key: uuid.UUID | None = None,
) -> Outcome:
    """Add the rows of a spreadsheet that are sound and new: all of them, or none when anything fails.

    `key` is the SpreadsheetImport that waits for it, which then says what came of it; without one it is made here. When every row is known
    already no contribution is written, and that is no error in a frozen round either. Raises FileRefused and RoundFrozen.
    """
    reading = importing.read(content, columns, settings.UPLOAD_LIMIT_BYTES)  # before anything is locked: it takes time
    with transaction.atomic():
        round = _lock(round.pk)
        upload = SpreadsheetImport.objects.select_for_update().get(pk=key, round=round) if key else None
        outcome = _outcome(round, reading)
        if upload and upload.imported_at:  # a double click, or a colleague: it has been done and counted
            return outcome
        if outcome.new and round.is_frozen:
            raise RoundFrozen
        if not outcome.new and upload is None:
            return outcome
        if upload is None:
            upload = SpreadsheetImport(area=round.area, round=round, file_name=file_name[-200:], sha256=sha256(content), uploaded_by=by)
        upload.content = b""
        upload.imported_at = timezone.now()
        upload.added, upload.known, upload.refused = outcome.added, outcome.known, outcome.refused
        upload.columns = outcome.reading.columns
        upload.problems = [
            {"row": problem.row, "column": problem.column, "value": problem.value, "message": problem.message}
            for problem in reading.problems
        ]
        upload.save()
        if outcome.new:
            _write(round, outcome.new, upload)
            record(
                "contributions.imported",
                by=by,
                target=round,
                file=upload.file_name,
                sha256=upload.sha256,
                added=outcome.added,
                known=outcome.known,
                refused=outcome.refused,
            )
    return outcome


def keep_upload(round: Round, *, content: bytes, file_name: str, by: User) -> SpreadsheetImport:
    """Put a file aside for its dry run, and throw away those of the area that nobody read in."""
    SpreadsheetImport.objects.filter(area=round.area).forgotten().delete()
    return SpreadsheetImport.objects.create(
        area=round.area, round=round, file_name=file_name[-200:], sha256=sha256(content), content=content, uploaded_by=by
    )


def sha256(content: bytes) -> str:
    """The checksum by which a file is recognised in the log."""
    return hashlib.sha256(content).hexdigest()


def _outcome(round: Round, reading: importing.Reading) -> Outcome:
    known = set(round.contributions.exclude(fingerprint=None).values_list("fingerprint", flat=True))
    return Outcome(reading=reading, new=tuple(row for row in reading.rows if row.fingerprint not in known))


def _write(round: Round, rows: tuple[importing.Row, ...], upload: SpreadsheetImport) -> None:
    """The rows as contributions, each in the submission of whoever said it; in a handful of statements, whatever their number.

    What was said in a council session without a date of its own was said on the day of the session.
    """
    contributors: dict[object, Contributor] = {}
    submissions: dict[tuple[object, datetime.date | None], Submission] = {}
    originals: dict[tuple[object, datetime.date | None], list[str]] = {}
    contributions = []
    session_day = timezone.localdate(round.opens_at) if round.kind == RoundKind.COUNCIL_SESSION else None
    for number, row in enumerate(rows, next_number(round)):
        kind = row.kind or USUAL_CONTRIBUTOR[round.kind]
        voice = _voice(row, kind)
        contributor = contributors.setdefault(voice, Contributor(area=round.area, kind=kind, party=row.party))
        said_on = row.said_on or session_day
        occasion = (voice, said_on)
        submission = submissions.setdefault(
            occasion,
            Submission(
                area=round.area,
                round=round,
                contributor=contributor,
                channel=Channel.SPREADSHEET,
                said_on=said_on,
                spreadsheet=upload,
            ),
        )
        originals.setdefault(occasion, []).append(_original(row.subject, row.sub_subject, row.text))
        contributions.append(
            Contribution(
                area=round.area,
                round=round,
                submission=submission,
                number=number,
                subject=row.subject,
                sub_subject=row.sub_subject,
                text=row.text,
                fingerprint=row.fingerprint,
            )
        )
    for occasion, submission in submissions.items():
        submission.original_text = "\n\n".join(originals[occasion])
    Contributor.objects.bulk_create(contributors.values(), BATCH)
    Submission.objects.bulk_create(submissions.values(), BATCH)
    Contribution.objects.bulk_create(contributions, BATCH)


def _voice(row: importing.Row, kind: str) -> object:
    """Who speaks in this row: a party or body with all its rows, the council as a whole; a resident only in this one."""
    if kind == ContributorKind.RESIDENT or (kind != ContributorKind.COUNCIL and not row.party):
        return row.number
    return (kind, row.party.casefold())
