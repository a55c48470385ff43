"""What workers do for the consultation. The tasks are thin: what happens is in services."""

from typing import Any

from django.conf import settings

from celery import shared_task
from celery.signals import worker_ready

from consultation.services import delivery, import_jobs, mails, reminders, upkeep


@shared_task
def deliver(mail_id: int, area_id: int) -> None:
    """Send one mail. The area's id comes along because without it the row cannot be seen."""
    delivery.deliver_mail(mail_id, area_id)


@shared_task
def hand_over_waiting() -> None:
    """Bring mails whose time has come to the workers, also those the broker lost."""
    mails.hand_over_waiting()


@shared_task
def remind() -> None:
    """Remind the bodies that have not answered, at the moments their round chose."""
    reminders.remind()


@shared_task
def tidy_up() -> None:
    """Let go of what has had its time: drafts, uploads, contact details."""
    upkeep.tidy_up()


@shared_task
def work_on_import(upload_id: str, area_id: int) -> None:
    """Try out, or read in, one big spreadsheet."""
    import_jobs.work(upload_id, area_id)


@shared_task
def reap_imports() -> None:
    """Take up the spreadsheets that dead workers and an emptied broker left behind."""
    import_jobs.reap()


@worker_ready.connect
def look_for_what_was_left(**_: Any) -> None:
    """A worker that starts looks at once, and again when everything that died before it came has been silent long enough."""
    reap_imports.delay()
    reap_imports.apply_async(countdown=settings.JOB_STALE_AFTER_SECONDS + 1)
