"""A spreadsheet tried out, kept for its dry run, and read in."""

import datetime
import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone

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
from consultation.services.contributions import original_of
from consultation.services.refusals import RoundFrozen
from consultation.services.rounds import lock, next_number
from ivp_portal.audit.log import record
from ivp_portal.organisation.models import User

BATCH = 2000


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
        round = lock(round.pk)
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
        originals.setdefault(occasion, []).append(original_of(row.subject, row.sub_subject, row.text))
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
