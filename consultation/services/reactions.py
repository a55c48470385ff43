"""What senders say back on their status page, and that an officer dealt with it."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from consultation.models import Reaction, Submission
from consultation.services.refusals import ChangeRefused
from ivp_portal.audit.log import record
from ivp_portal.organisation.models import User

WAITING_AT_MOST = 5
"""Of one submission: who has more to say calls, and nobody fills our disk with one code."""


class EnoughSaid(ChangeRefused):
    """An officer has to read what was said first."""

    def __init__(self) -> None:
        super().__init__(gettext("Wij hebben nog niet al uw eerdere reacties gelezen. Wacht op ons antwoord, of neem contact op."))


@transaction.atomic
def react(submission: Submission, *, text: str) -> Reaction:
    """Keep what the sender says back; the same words twice (a double click) are kept once. Raises EnoughSaid."""
    Submission.objects.select_for_update().get(pk=submission.pk)
    waiting = list(submission.reactions.unsettled())
    if known := next((reaction for reaction in waiting if reaction.text == text), None):
        return known
    if len(waiting) >= WAITING_AT_MOST:
        raise EnoughSaid
    reaction = Reaction.objects.create(area=submission.area, submission=submission, text=text)
    record("reaction.received", by=None, target=submission, reaction=reaction.pk)
    return reaction


@transaction.atomic
def settle_reaction(reaction: Reaction, *, by: User) -> None:
    """An officer dealt with it: answered, corrected a point, or had nothing to do. Doing it twice changes nothing."""
    changed = Reaction.objects.unsettled().filter(pk=reaction.pk).update(settled_at=timezone.now(), settled_by=by)
    if changed:
        record("reaction.settled", by=by, target=reaction.submission, reaction=reaction.pk)
