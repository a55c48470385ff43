"""A big spreadsheet, tried out and read in by a worker.

As with papers the row is the truth: the worker claims it and gives signs of life, the reaper takes back what went silent. What is read in
is one transaction: a worker or a database that dies leaves nothing, and after the commit everything. An officer may stop it until then.
"""

import logging
from collections.abc import Mapping

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from celery.exceptions import SoftTimeLimitExceeded

from consultation import bulk, importing
from consultation.models import ColumnMemory, Round, SpreadsheetImport
from consultation.services import import_rows, imports
from consultation.services.refusals import ChangeRefused, RoundFrozen
from consultation.spreadsheets import refuse_at_sight
from consultation.states import ImportStatus, ImportStep
from consultation.trial import Trial, told, trial_of
from ivp_portal.audit.log import record
from ivp_portal.organisation.access import inside, inside_every_area
from ivp_portal.organisation.models import Area, User
from ivp_portal.work import queue
from ivp_portal.work.heartbeat import AttemptLost, Heartbeat

logger = logging.getLogger(__name__)

IMMEDIATE_BYTES = 2_000_000
IMMEDIATE_ROWS = 5_000

STOPPED = "U heeft het inlezen gestopt. Er is niets ingelezen."
TOO_SLOW = "Het lezen duurde te lang en is gestopt. Er is niets ingelezen. Verdeel de rijen over meer bestanden."
OUR_FAULT = (
    "Er ging iets mis bij ons. Er is niets ingelezen. Probeer het nog eens; lukt het weer niet, meld het dan bij uw functioneel beheerder."
)
BROKEN_OFF = (
    "Het lezen is {attempts} keer afgebroken. Er is niets ingelezen. Probeer het later nog eens, of meld het bij uw functioneel beheerder."
)


def _is_big(content: bytes, rows: int = 0) -> bool:
    """Whether a worker must read it: more than somebody should wait for."""
    return len(content) > IMMEDIATE_BYTES or rows > IMMEDIATE_ROWS


@transaction.atomic
def take_in(round: Round, *, content: bytes, file_name: str, by: User) -> SpreadsheetImport:
    """Put a file aside for its dry run: at once when it is small, else by a worker. Raises FileRefused, and then keeps nothing.

    With the columns that were chosen for these headers before.
    """
    refuse_at_sight(content, settings.UPLOAD_LIMIT_BYTES)
    columns, rows = None, 0
    if not _is_big(content):
        try:
            outcome = imports.try_out(round, content)
        except importing.ColumnsUnclear:
            pass  # the next page asks
        else:
            memory = imports.remembered_columns(round.area, outcome.reading.headers)
            columns, rows = memory.columns if memory else None, outcome.rows
    upload = imports.keep_upload(round, content=content, file_name=file_name, columns=columns, by=by)
    if _is_big(content, rows):
        ask_for_trial(upload, by=by)
        upload.refresh_from_db(fields=["step", "status"])
    return upload


@transaction.atomic
def choose_columns(upload: SpreadsheetImport, *, headers: tuple[str, ...], columns: Mapping[str, str], by: User) -> None:
    """Say what the columns mean: of this file, and of the next one in the area with the same headers. A big file is tried out again."""
    ColumnMemory.objects.update_or_create(
        area_id=upload.area_id, headers=importing.mark_of(headers), defaults={"columns": dict(columns), "chosen_by": by}
    )
    SpreadsheetImport.objects.filter(pk=upload.pk, imported_at__isnull=True).update(columns=dict(columns))
    if upload.is_big:
        ask_for_trial(upload, by=by)


@transaction.atomic
def ask_for_trial(upload: SpreadsheetImport, *, by: User) -> bool:
    """Let a worker try the file out, and again when the columns were chosen anew; False when one is at it or it is read in already."""
    return _ask(upload, ImportStep.TRIAL, by=by, trial=None, problems=[])


@transaction.atomic
def ask_to_read_in(upload: SpreadsheetImport, *, by: User) -> bool:
    """Let a worker read in what the trial showed; a second click, or a colleague's, changes nothing. Raises RoundFrozen."""
    if upload.round.is_frozen and (upload.trial or {}).get("added"):
        raise RoundFrozen
    return _ask(upload, ImportStep.READING_IN, by=by)


def _ask(upload: SpreadsheetImport, step: ImportStep, *, by: User, **values: object) -> bool:
    free = SpreadsheetImport.objects.filter(pk=upload.pk, imported_at__isnull=True, status__in=[ImportStatus.RESTING, ImportStatus.FAILED])
    asked = free.update(
        step=step,
        status=ImportStatus.WAITING,
        asked_by=by,
        attempt=0,
        progress=0,
        stage="",
        failure="",
        queued_at=Now(),
        finished_at=None,
        cancel_requested_at=None,
        **values,
    )
    if asked:
        _hand_over(upload)
    return bool(asked)


def _hand_over(upload: SpreadsheetImport) -> None:
    """Give it to the broker when the transaction is committed; one that is away is no error: the reaper hands it over again."""
    from consultation.tasks import work_on_import  # a service enqueues its own task

    def enqueue() -> None:
        work_on_import.delay(str(upload.pk), upload.area_id)

    transaction.on_commit(enqueue, robust=True)


@transaction.atomic
def stop_import(upload: SpreadsheetImport, *, by: User) -> bool:
    """Ask to leave off; nothing of it stays behind. False when it is done already.

    What nobody has taken up stops at once; a worker hears it at its next sign of life and undoes what it wrote.
    """
    at_once = _stop(SpreadsheetImport.objects.filter(pk=upload.pk, status=ImportStatus.WAITING), upload)
    running = SpreadsheetImport.objects.filter(pk=upload.pk, status=ImportStatus.RUNNING, cancel_requested_at__isnull=True)
    if at_once or running.update(cancel_requested_at=Now()):
        record("import.stopped", by=by, target=upload, file=upload.file_name, step=upload.step)
        return True
    return False


def _stop(rows: "QuerySet[SpreadsheetImport]", upload: SpreadsheetImport) -> bool:
    """Of a trial the bytes go too; a file whose trial was seen stands ready for another time."""
    values = {"content": b""} if upload.step == ImportStep.TRIAL else {}
    return bool(rows.update(status=ImportStatus.FAILED, failure=STOPPED, stage="", progress=0, finished_at=Now(), **values))


def work(upload_id: str, area_id: int) -> None:
    """Do what was asked for with the file, unless another worker has it. What the database does wrong is left to the reaper."""
    upload = claim(upload_id, area_id)
    if upload is None:
        return
    with Heartbeat(upload) as heartbeat:
        try:
            (_try_out if upload.step == ImportStep.TRIAL else _read_in)(upload, heartbeat)
        except AttemptLost:
            _leave_off(upload)
        except (importing.FileRefused, ChangeRefused) as refusal:
            _give_up(upload, str(refusal))
        except (OperationalError, InterfaceError):
            raise
        except Exception as problem:
            _give_up(upload, TOO_SLOW if isinstance(problem, SoftTimeLimitExceeded) else OUR_FAULT)
            raise


def claim(upload_id: str, area_id: int) -> SpreadsheetImport | None:
    """Take the file for this worker; None when it is not waiting any more."""
    with inside(Area.objects.get(pk=area_id)) as (area,):
        if not queue.claim(SpreadsheetImport.objects.filter(pk=upload_id)):
            return None
        upload = SpreadsheetImport.objects.light().select_related("round", "asked_by").get(pk=upload_id)
        upload.area = upload.round.area = area
        return upload


def _reading_of(upload: SpreadsheetImport, heartbeat: Heartbeat, share: int) -> importing.Reading:
    """What the file says; `share` is how many per cent of the work that is."""

    def recall(headers: tuple[str, ...]) -> dict[str, str] | None:
        with inside(upload.area):
            memory = imports.remembered_columns(upload.area, headers)
        if memory:
            upload.columns = memory.columns
        return memory.columns if memory else None

    heartbeat.tell(1, "Het bestand wordt geopend")
    with inside(upload.area):
        content = bulk.get_bytes(upload, "content")
        if not upload.as_held().exists():  # another worker has read it in by now, and the bytes went
            raise AttemptLost
    return importing.read(
        content,
        upload.columns,
        settings.UPLOAD_LIMIT_BYTES,
        recall=recall,
        tell=lambda done: heartbeat.tell(2 + int((share - 2) * done), "De rijen worden gelezen"),
    )


def _try_out(upload: SpreadsheetImport, heartbeat: Heartbeat) -> None:
    problems: list[dict[str, object]] = []
    try:
        reading = _reading_of(upload, heartbeat, 90)
    except importing.ColumnsUnclear as unclear:
        trial = Trial(headers=unclear.headers, unclear=str(unclear))
    else:
        heartbeat.tell(90, "De rijen worden vergeleken met de ronde")
        with inside(upload.area):
            outcome = imports.compare(upload.round, reading)
        trial, problems = trial_of(outcome), told(outcome.problems)
    queue.look_after_the_connection()
    with inside(upload.area):
        kept = upload.as_held().update(
            status=ImportStatus.RESTING,
            trial=trial.as_json(),
            problems=problems,
            columns=upload.columns,
            progress=100,
            stage="",
            finished_at=Now(),
        )
    if not kept:
        raise AttemptLost


def _read_in(upload: SpreadsheetImport, heartbeat: Heartbeat) -> None:
    reading = _reading_of(upload, heartbeat, 40)
    queue.look_after_the_connection()
    with inside(upload.area):
        round, outcome = imports.compare_and_lock(
            upload.round, reading, lambda done: heartbeat.tell(40 + int(20 * done), "De punten worden klaargezet")
        )
        if outcome.new and round.is_frozen:
            raise RoundFrozen
        heartbeat.tell(60, "De punten worden opgeslagen")
        import_rows.write(round, upload, outcome.added, lambda done: heartbeat.tell(60 + int(39 * done), "De punten worden opgeslagen"))
        imports.say_imported(round, upload, outcome, by=upload.asked_by)
        # The last statement: from here until the commit nobody can stop it any more, and before nobody waits for this row.
        if not upload.as_held().update(status=ImportStatus.RESTING, progress=100, stage="", finished_at=Now(), **imports.counted(outcome)):
            raise AttemptLost


def _leave_off(upload: SpreadsheetImport) -> None:
    """Stopped by an officer, or given to another worker: the transaction took back what was written."""
    queue.look_after_the_connection()
    with inside(upload.area):
        mine = SpreadsheetImport.objects.filter(pk=upload.pk, attempt=upload.attempt, status=ImportStatus.RUNNING)
        if not _stop(mine.filter(cancel_requested_at__isnull=False), upload):
            logger.warning("SpreadsheetImport %s: attempt %s was given to another worker.", upload.pk, upload.attempt)


def _give_up(upload: SpreadsheetImport, sentence: str) -> None:
    queue.look_after_the_connection()
    values = {"content": b""} if upload.step == ImportStep.TRIAL else {}
    with inside(upload.area):
        queue.give_up(upload, sentence, **values)


def reap() -> None:
    """Take back files whose worker fell silent, and hand over again what waits without anybody coming for it."""
    with inside_every_area():
        queue.reap(SpreadsheetImport.objects.light(), take_back=_take_back, hand_over=_hand_over)


def _take_back(upload: SpreadsheetImport) -> None:
    if upload.cancel_requested_at:
        _stop(SpreadsheetImport.objects.filter(pk=upload.pk), upload)
    elif queue.try_again(upload, broken_off=BROKEN_OFF):
        _hand_over(upload)
