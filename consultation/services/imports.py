"""A spreadsheet tried out, kept for its dry run, read in, and taken back."""

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone

from consultation import bulk, importing
from consultation.models import ColumnMemory, Contribution, Round, SpreadsheetImport
from consultation.services import import_rows
from consultation.services.refusals import AlreadyUndone, RoundFrozen
from consultation.services.rounds import lock, lock_open
from consultation.trial import Outcome, told
from ivp_portal.audit.log import record
from ivp_portal.organisation.models import Area, User

Tell = Callable[[float], None]


def try_out(round: Round, content: bytes, columns: Mapping[str, str] | None = None) -> Outcome:
    """The dry run: what an import would do now. Writes nothing. Without columns, those that were chosen for these headers before.

    Raises FileRefused, and its ColumnsUnclear when somebody must say what the columns mean (consultation.importing).
    """
    return compare(round, importing.read(content, columns, settings.UPLOAD_LIMIT_BYTES, recall=recall(round.area)))


def remembered_columns(area: Area, headers: tuple[str, ...]) -> ColumnMemory | None:
    """What an officer of the area said of a file with these headers. One query."""
    return ColumnMemory.objects.filter(area=area, headers=importing.mark_of(headers)).select_related("chosen_by").first()


def recall(area: Area) -> Callable[[tuple[str, ...]], Mapping[str, str] | None]:
    """The memory of the area, as consultation.importing.read asks it."""

    def columns_for(headers: tuple[str, ...]) -> Mapping[str, str] | None:
        memory = remembered_columns(area, headers)
        return memory.columns if memory else None

    return columns_for


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
    reading = importing.read(content, columns, settings.UPLOAD_LIMIT_BYTES, recall=recall(round.area))
    with transaction.atomic():
        round, outcome = compare_and_lock(round, reading)
        upload = SpreadsheetImport.objects.select_for_update(of=("self",)).get(pk=key, round=round) if key else None
        if upload and upload.imported_at:  # a double click, or a colleague: it has been done and counted
            return outcome
        if outcome.new and round.is_frozen:
            raise RoundFrozen
        if not outcome.new and upload is None:
            return outcome
        if upload is None:
            upload = SpreadsheetImport.objects.create(
                area=round.area, round=round, file_name=file_name[-200:], sha256=sha256(content), content=b"", uploaded_by=by
            )
        SpreadsheetImport.objects.filter(pk=upload.pk).update(**counted(outcome))
        import_rows.write(round, upload, outcome.added)
        say_imported(round, upload, outcome, by=by)
    return outcome


def compare_and_lock(round: Round, reading: importing.Reading, tell: Tell = lambda done: None) -> tuple[Round, Outcome]:
    """The round, locked, and what of the reading is new in it, staged to be written.

    Comparing and staging take long and come before the lock: somebody may be handing in a form. They are done again when the round
    changed in between.
    """
    before = _mark(round)
    outcome = compare(round, reading)
    import_rows.stage(round, outcome.new, tell)
    round = lock(round.pk)
    if _mark(round) != before:
        outcome = compare(round, reading)
        import_rows.stage(round, outcome.new)
    return round, outcome


def _mark(round: Round) -> tuple[object, ...]:
    """Something else as soon as a point came into the round, or an import was taken back."""
    found = Contribution.objects.filter(round=round).aggregate(highest=Max("number"), fingerprints=Count("fingerprint"))
    return tuple(found.values())


def compare(round: Round, reading: importing.Reading) -> Outcome:
    """Which rows are new in the round, which are known, and which contradict what the same respondent said before. Two queries.

    A respondent who is known, of whom the file lacks an answer that was read in before, and who has a row that was not: changed it.
    """
    known = set(round.contributions.exclude(fingerprint=None).values_list("fingerprint", flat=True))
    said_before: defaultdict[str, set[str]] = defaultdict(set)
    for respondent, fingerprint in round.contributions.exclude(respondent=None).values_list("respondent", "fingerprint"):
        if respondent and fingerprint:
            said_before[respondent.casefold()].add(fingerprint)
    gone = set().union(*said_before.values()) - {row.fingerprint for row in reading.rows}
    new, changed = [], []
    for row in reading.rows:
        if row.fingerprint in known or row.words in known:
            continue
        if row.respondent and said_before[row.respondent.casefold()] & gone:
            changed.append(_changed(row, reading))
        else:
            new.append(row)
    return Outcome(reading=reading, new=tuple(new), changed=tuple(changed))


def _changed(row: importing.Row, reading: importing.Reading) -> importing.Problem:
    message = (
        f"Respondent {row.respondent} is al ingelezen met een andere tekst. Verbeter het punt in de ronde, "
        "of zet in deze rij de tekst terug die er eerst stond."
    )
    return importing.Problem(row.number, reading.columns["respondent"], row.respondent, message, "respondent")


def counted(outcome: Outcome) -> dict[str, object]:
    """What the record of an import says once it is read in. Its bytes go."""
    return {
        "content": b"",
        "imported_at": timezone.now(),
        "added": outcome.added,
        "known": outcome.known,
        "refused": outcome.refused,
        "columns": outcome.reading.columns,
        "problems": told(outcome.problems),
    }


def say_imported(round: Round, upload: SpreadsheetImport, outcome: Outcome, *, by: User | None) -> None:
    """The line in the log; none when nothing came in."""
    if outcome.new:
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


def keep_upload(round: Round, *, content: bytes, file_name: str, columns: Mapping[str, str] | None = None, by: User) -> SpreadsheetImport:
    """Put a file aside for its dry run, and throw away those of the area that nobody read in."""
    SpreadsheetImport.objects.filter(area=round.area).forgotten().delete()
    upload = SpreadsheetImport.objects.create(
        area=round.area,
        round=round,
        file_name=file_name[-200:],
        sha256=sha256(content),
        content=b"",
        columns=columns or {},
        uploaded_by=by,
    )
    bulk.put_bytes(upload, "content", content)
    return upload


def sha256(content: bytes) -> str:
    """The checksum by which a file is recognised in the log."""
    return hashlib.sha256(content).hexdigest()


@transaction.atomic
def take_back_import(upload: SpreadsheetImport, *, by: User) -> int:
    """Withdraw every point of an import that still stands, and forget that its rows were read: the mended file can come in again.

    Nothing is deleted. Returns how many points were withdrawn. Whether something was decided about them is for the caller, who knows
    decisions, to ask while it holds the round. Raises RoundFrozen and AlreadyUndone.
    """
    round = lock_open(upload.round_id)
    now = timezone.now()
    marked = SpreadsheetImport.objects.filter(pk=upload.pk, imported_at__isnull=False, undone_at__isnull=True)
    if not marked.update(undone_at=now, undone_by=by):
        raise AlreadyUndone
    points = Contribution.objects.filter(round=round, submission__spreadsheet=upload)
    withdrawn = points.standing().update(withdrawn_at=now, fingerprint=None, respondent=None)
    points.exclude(fingerprint=None).update(fingerprint=None, respondent=None)
    record("import.undone", by=by, target=round, file=upload.file_name, sha256=upload.sha256, withdrawn=withdrawn)
    return withdrawn
