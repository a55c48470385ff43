"""Claiming a job, and taking back what a dead worker or an emptied broker left behind."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection, models
from django.db.models import F
from django.db.models.functions import Now

from ivp_portal.work.heartbeat import name_of
from ivp_portal.work.models import Job

logger = logging.getLogger(__name__)

J = TypeVar("J", bound=Job)


def claim(waiting: models.QuerySet[J], **values: Any) -> bool:
    """Take the one job that `waiting` names for this worker, and set these values; False when it is not waiting any more."""
    model = waiting.model
    found = waiting.filter(status=model.WAITING)
    return bool(found.update(status=model.RUNNING, attempt=F("attempt") + 1, heartbeat_at=Now(), progress=0, stage="", **values))


def give_up(job: Job, sentence: str, **values: Any) -> bool:
    """Say in the row, in Dutch, why nothing came of it; False when the attempt is not ours any more."""
    return bool(job.as_held().update(status=job.FAILED, failure=sentence, stage="", finished_at=Now(), **values))


def reap(jobs: models.QuerySet[J], *, take_back: Callable[[J], None], hand_over: Callable[[J], None]) -> None:
    """Take back jobs whose worker fell silent, and hand over again what waits without anybody coming for it.

    Handing over twice does no harm: only one worker can claim. Inside a transaction in which the areas of the jobs are open.
    """
    long_ago = Now() - timedelta(seconds=settings.JOB_STALE_AFTER_SECONDS)
    free = jobs.select_for_update(skip_locked=True, of=("self",)).order_by("pk")
    for job in free.filter(status=jobs.model.RUNNING, heartbeat_at__lt=long_ago):
        logger.warning("%s: the worker of attempt %s fell silent.", name_of(job), job.attempt)
        take_back(job)
    for job in free.filter(status=jobs.model.WAITING, queued_at__lt=long_ago):
        type(job)._default_manager.filter(pk=job.pk).update(queued_at=Now())
        hand_over(job)


def try_again(job: Job, *, broken_off: str, **values: Any) -> bool:
    """The worker is gone: let the job wait for the next, or fail it after JOB_ATTEMPTS. True when it waits.

    `broken_off` is the Dutch sentence for the latter, with {attempts}.
    """
    row = type(job)._default_manager.filter(pk=job.pk)
    if job.attempt < settings.JOB_ATTEMPTS:
        row.update(status=job.WAITING, queued_at=Now(), progress=0, stage="", **values)
        return True
    failure = broken_off.format(attempts=job.attempt)
    row.update(status=job.FAILED, failure=failure, stage="", finished_at=Now(), **values)
    return False


def look_after_the_connection() -> None:
    """Work takes minutes, in which the database may have restarted: let the next query notice and connect again."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
