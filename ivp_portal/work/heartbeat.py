"""Signs of life of a worker that has a job."""

import logging
import threading
from types import TracebackType

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models.functions import Now

from ivp_portal.organisation.access import inside
from ivp_portal.work.models import Job

logger = logging.getLogger(__name__)


class AttemptLost(Exception):
    """The job was given to another worker in the meantime, or stopped: nothing may be written any more."""


class Heartbeat:
    """Writes every JOB_HEARTBEAT_SECONDS that this attempt still runs and how far it is, from a thread with a connection of its own.

    Inside somebody else's transaction nobody can see the claim, so there nothing is written.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.progress, self.stage = 0, ""
        self.lost = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"heartbeat of {job._meta.model_name} {job.pk}", daemon=True)

    def __enter__(self) -> "Heartbeat":
        if not connection.in_atomic_block:
            self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def tell(self, progress: int, stage: str) -> None:
        """How far the work is; the next beat writes it. Raises AttemptLost when the job is not this worker's any more."""
        self.progress, self.stage = progress, stage
        if self.lost.is_set():
            raise AttemptLost

    def _beat(self) -> None:
        try:
            while not self._stopped.wait(settings.JOB_HEARTBEAT_SECONDS):
                self._write()
                if self.lost.is_set():
                    return
        finally:
            connection.close()

    def _write(self) -> None:
        try:
            with inside(self.job.area):
                written = self.job.as_held().update(heartbeat_at=Now(), progress=self.progress, stage=self.stage[:120])
        except DatabaseError as problem:  # a restart of the database is shorter than our patience: try again at the next beat
            logger.warning("%s: no sign of life could be written: %s", name_of(self.job), problem)
            connection.close()
            return
        if not written:
            self.lost.set()


def name_of(job: Job) -> str:
    """'Report 12', for the log of the machine."""
    return f"{job._meta.object_name} {job.pk}"
