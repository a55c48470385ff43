"""What workers do for the reports. The tasks are thin: what happens is in services."""

from typing import Any

from django.conf import settings

from celery import shared_task
from celery.signals import worker_ready

from reports import services


@shared_task
def render_report(report_id: int, area_id: int) -> None:
    """Make one report. The area's id comes along because without it the row cannot be seen."""
    services.render_now(report_id, area_id)


@shared_task
def reap() -> None:
    """Take up what dead workers and an emptied broker left behind."""
    services.reap()


@worker_ready.connect
def look_for_what_was_left(**_: Any) -> None:
    """A worker that starts looks at once, and again when everything that died before it came has been silent long enough."""
    reap.delay()
    reap.apply_async(countdown=settings.JOB_STALE_AFTER_SECONDS + 1)
