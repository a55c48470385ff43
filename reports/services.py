"""Asking for papers and making them.

The row is the truth. Browser, broker, worker and database may each fall away, and a paper that was asked for still comes, once: a worker
claims the row and counts the attempt, writes only while the attempt is its own, and gives signs of life; the reaper takes back what went
silent and hands over again what the broker lost.
"""

import hashlib
import logging
import secrets
import tempfile
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models.functions import Now

from celery.exceptions import SoftTimeLimitExceeded

from ivp_portal.audit.log import record
from ivp_portal.organisation.access import inside, inside_every_area
from ivp_portal.organisation.models import Area, User
from ivp_portal.work import queue
from ivp_portal.work.heartbeat import AttemptLost, Heartbeat
from priorities.models import Plan
from priorities.services import take_snapshot
from priorities.snapshot import PlanSnapshot
from reports.documents import DOCUMENTS_BY_SLUG
from reports.documents.base import Document
from reports.models import Report
from reports.pdf import PaperFailed, Pdf
from reports.rendering import paper_for
from reports.states import ReportStatus

logger = logging.getLogger(__name__)

CHUNK_BYTES = 1024 * 1024

TOO_SLOW = "Het maken duurde te lang en is gestopt. Probeer het nog eens; lukt het weer niet, meld het dan bij uw functioneel beheerder."
UNFIT = "In het plan staat iets wat niet op papier kan. Meld dit bij uw functioneel beheerder."
OUR_FAULT = "Er ging iets mis bij ons. Probeer het nog eens; lukt het weer niet, meld het dan bij uw functioneel beheerder."
BROKEN_OFF = "Het maken is {attempts} keer afgebroken. Probeer het later nog eens, of meld het bij uw functioneel beheerder."


class RequestRefused(Exception):
    """This paper cannot be made now; the message is the Dutch sentence that says why."""


class FileUnfit(Exception):
    """The stored file is not the one that was made; the message is a Dutch sentence."""


@transaction.atomic
def request_report(plan: Plan, document: Document, *, by: User | None, anew: bool = False) -> Report:
    """Ask for the paper of the plan as it is now, and hand it to a worker once this is committed.

    The same snapshot gives the same bytes, so a report of it that is under way, or ready with its file intact, is returned instead of a
    second one; `anew` makes one all the same (after an upgrade of the portal, or to compare). Raises RequestRefused.
    """
    Plan.objects.select_for_update().get(pk=plan.pk)  # two people who ask at once wait for each other here
    snapshot = take_snapshot(plan)
    if reason := document.refusal(PlanSnapshot.from_json(snapshot.content.encode())):
        raise RequestRefused(reason)
    same = Report.objects.of(plan).filter(document=document.slug, snapshot=snapshot).newest_first()
    existing = same.exclude(status=ReportStatus.FAILED).first()
    if existing and not anew and (not existing.is_finished or _is_intact(existing)):
        return existing
    report = Report.objects.create(area=plan.area, plan=plan, snapshot=snapshot, document=document.slug, asked_by=by)
    record("report.requested", by=by, target=report, document=document.slug, snapshot=snapshot.sha256)
    _hand_over(report)
    return report


def _hand_over(report: Report) -> None:
    """Give the report to the broker when the transaction is committed.

    Robust: a broker that cannot be reached does not turn what was asked into an error; the reaper hands it over again.
    """
    from reports.tasks import render_report  # a service enqueues its own task

    def enqueue() -> None:
        render_report.delay(report.pk, report.area_id)

    transaction.on_commit(enqueue, robust=True)


def render_now(report_id: int, area_id: int) -> None:
    """Make the paper, unless another worker has it or it is made already. Fails the report, and raises, when it cannot be made.

    What goes wrong with the storage or the database while the file is kept is left to the reaper: it is tried again.
    """
    report = claim(report_id, area_id)
    if report is None:
        return
    with Heartbeat(report) as heartbeat:
        try:
            snapshot = PlanSnapshot.from_json(report.snapshot.content.encode())
            paper = paper_for(DOCUMENTS_BY_SLUG[report.document], snapshot, heartbeat.tell)
        except AttemptLost:
            logger.warning("Report %s: attempt %s was given to another worker.", report.pk, report.attempt)
            return
        except Exception as problem:
            give_up(report, _sentence_for(problem))
            raise
        keep(report, paper)


def _sentence_for(problem: Exception) -> str:
    if isinstance(problem, SoftTimeLimitExceeded):
        return TOO_SLOW
    return UNFIT if isinstance(problem, PaperFailed) else OUR_FAULT


def claim(report_id: int, area_id: int) -> Report | None:
    """Take the report for this worker and reserve a name for its file; None when it is not waiting any more."""
    area = Area.objects.get(pk=area_id)
    # Unknown to every earlier attempt and to every other database that shares the storage.
    name = f"reports/{area.slug}/{report_id}-{secrets.token_hex(8)}.pdf"
    with inside(area):
        claimed = queue.claim(Report.objects.filter(pk=report_id), file=name)
        return Report.objects.select_related("area", "snapshot").get(pk=report_id) if claimed else None


def keep(report: Report, paper: Pdf) -> bool:
    """Store the file whole, then say so in the row; False, and no file, when the attempt is not ours any more."""
    queue.look_after_the_connection()
    name = default_storage.save(report.file, ContentFile(paper.content))
    with inside(report.area):
        kept = report.as_held().update(
            status=ReportStatus.READY,
            progress=100,
            stage="",
            file=name,
            size=len(paper.content),
            pages=paper.pages,
            sha256=hashlib.sha256(paper.content).hexdigest(),
            finished_at=Now(),
        )
    if not kept:
        default_storage.delete(name)
        logger.warning("Report %s: attempt %s came too late; its file is removed.", report.pk, report.attempt)
    return bool(kept)


def give_up(report: Report, sentence: str) -> bool:
    """Say in the row, in Dutch, why there will be no file; False when the attempt is not ours any more."""
    queue.look_after_the_connection()
    with inside(report.area):
        return queue.give_up(report, sentence, file="")


def reap() -> None:
    """Take back reports whose worker fell silent, and hand over again what waits without anybody coming for it."""
    with inside_every_area():
        queue.reap(Report.objects.all(), take_back=_take_back, hand_over=_hand_over)


def _take_back(report: Report) -> None:
    """The worker is gone: try again, or say that it will not work. What it may have written of the file goes."""
    if queue.try_again(report, broken_off=BROKEN_OFF, file=""):
        _hand_over(report)

    def remove_the_file() -> None:
        default_storage.delete(report.file)

    # Not before the commit: should that fail, the worker may turn out to be alive and finish with this very file.
    transaction.on_commit(remove_the_file, robust=True)


def open_checked(report: Report) -> IO[bytes]:
    """A copy of the READY report's file, compared with the row on the way. Raises FileUnfit when it is gone or was changed.

    Above a megabyte the copy lies in a temporary file; the caller closes it.
    """
    copy = tempfile.SpooledTemporaryFile(max_size=CHUNK_BYTES)  # noqa: SIM115 - the caller closes it
    digest = hashlib.sha256()
    try:
        with default_storage.open(report.file) as stored:
            while chunk := stored.read(CHUNK_BYTES):
                digest.update(chunk)
                copy.write(chunk)
    except FileNotFoundError:
        copy.close()
        logger.error("Report %s: its file %s is gone.", report.pk, report.file)
        raise FileUnfit("Het bestand is er niet meer.") from None
    except Exception as problem:  # what a store that is away raises differs per store
        copy.close()
        logger.exception("Report %s: its file %s cannot be read.", report.pk, report.file)
        raise FileUnfit("De opslag van documenten antwoordt niet. Probeer het over een paar minuten opnieuw.") from problem
    if digest.hexdigest() != report.sha256:
        copy.close()
        logger.error("Report %s: its file %s was changed after it was made.", report.pk, report.file)
        raise FileUnfit("Het bestand is niet meer hetzelfde als toen het werd gemaakt.")
    copy.seek(0)
    return copy


def _is_intact(report: Report) -> bool:
    try:
        open_checked(report).close()
    except FileUnfit:
        return False
    return True


def download(report: Report, *, by: User) -> IO[bytes]:
    """The file of a READY report for somebody to take away; the log says who. Raises FileUnfit."""
    file = open_checked(report)
    record("report.downloaded", by=by, target=report, document=report.document, sha256=report.sha256)
    return file
