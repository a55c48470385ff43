"""What workers do for the plan. The tasks are thin: what happens is in services."""

from typing import Any

from django.conf import settings

from celery import shared_task
from celery.signals import worker_ready

from priorities.services import at_work, batches, queue, sheets, suggestions
from priorities.services.advice import ask_advice_again, forget_advisers
from priorities.services.answers import write_due_mails
from priorities.services.questions import lapse_questions


@shared_task
def write_answer_mails() -> None:
    """Write the mails of answers that an officer sent."""
    write_due_mails()


@shared_task
def look_at_what_waits() -> None:
    """Remind whose advice is overdue, and end questions whose term has passed."""
    ask_advice_again()
    lapse_questions()


@shared_task
def forget_addresses() -> None:
    """Let go of the addresses of whom advice was asked, when their time has come."""
    forget_advisers()


@shared_task
def learn_from_decisions(training_id: int, area_id: int) -> None:
    """Learn from the decisions of one area. The area's id comes along because without it the row cannot be seen."""
    suggestions.learn(training_id, area_id)


@shared_task
def learn_where_due() -> None:
    """Let the areas learn in which enough was decided since the last time."""
    suggestions.learn_where_due()


@shared_task
def reap_trainings() -> None:
    """Take up the trainings that dead workers and an emptied broker left behind."""
    suggestions.reap()


@shared_task
def carry_out_batch(batch_id: str, area_id: int) -> None:
    """One act on many points."""
    batches.work(batch_id, area_id)


@shared_task
def reap_batches() -> None:
    """Take up the acts on many points that dead workers and an emptied broker left behind."""
    batches.reap()


@shared_task
def settle_counts() -> None:
    """Put the sums of the queue together."""
    queue.settle_counts()


@shared_task
def tidy_up() -> None:
    """Let go of previews that nobody confirmed, of sheets that nobody took over, and of sittings that are over."""
    batches.forget_previews()
    sheets.forget_sheets()
    at_work.forget_sittings()


@worker_ready.connect
def look_for_what_was_left(**_: Any) -> None:
    """A worker that starts looks at once, and again when everything that died before it came has been silent long enough."""
    reap_batches.delay()
    reap_batches.apply_async(countdown=settings.JOB_STALE_AFTER_SECONDS + 1)
