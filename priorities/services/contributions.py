"""A point taken out, by somebody who knows what was decided about it."""

from django.db import transaction

from consultation.models import Contribution
from consultation.services import lock_open, withdraw
from ivp_portal.organisation.models import User
from priorities.models import Decision
from priorities.services.decisions import Conflict


@transaction.atomic
def withdraw_contribution(contribution: Contribution, *, reason: str, seen: int | None, by: User) -> None:
    """Take a point out of the queue, with a reason; it and what was decided about it stay readable.

    `seen` is the id of the decision the officer had before them (None: there was none). Raises Conflict when another one stands by now,
    and RoundFrozen. Doing it twice changes nothing.
    """
    lock_open(contribution.round_id)  # deciding holds the round: nobody decides between the question and the answer
    current = Decision.objects.current().filter(contribution=contribution).first()
    if seen != (current.pk if current else None):
        raise Conflict(current)
    withdraw(contribution, reason=reason, by=by)
