"""What workers do for the plan. The tasks are thin: what happens is in services."""

from celery import shared_task

from priorities.services.answers import write_due_mails


@shared_task
def write_answer_mails() -> None:
    """Write the mails of answers that an officer sent."""
    write_due_mails()
