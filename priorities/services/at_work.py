"""What officers do while they weigh, and what changes no point: put one off, say which one they look at.

Nothing here writes the log. It tells what was said and decided, for good; which point somebody took first, or had on the screen
a minute ago, is their way of working, and is gone when it is over.
"""

import datetime

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from consultation.models import Contribution
from ivp_portal.organisation.access import inside_every_area
from ivp_portal.organisation.models import User
from priorities.models import Handling, Presence, SittingRecord
from priorities.services.decisions import lock_contribution

PRESENT_FOR = datetime.timedelta(seconds=45)
"""How long somebody is taken to look at a point after the last sign of life; the page gives one every fifteen seconds."""


@transaction.atomic
def put_off(contribution: Contribution) -> None:
    """Move a point to the end of the queue, behind those that were put off before. Raises RoundFrozen, AlreadyWithdrawn."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('priorities_later')")
        (last,) = cursor.fetchone()
    _place(contribution, last)


@transaction.atomic
def put_back(contribution: Contribution) -> None:
    """Give a point that was put off its own place again. Raises RoundFrozen, AlreadyWithdrawn."""
    _place(contribution, 0)


def _place(contribution: Contribution, later: int) -> None:
    contribution = lock_contribution(contribution)
    Handling.objects.update_or_create(contribution=contribution, defaults={"area": contribution.area, "later": later})


@transaction.atomic
def tell_presence(contribution: Contribution, *, by: User) -> list[str]:
    """Say that somebody has this point open, and hear who else has: their names, in order.

    What is older than PRESENT_FOR means nothing. Each clears away only their own old signs, so that two never wait for each other.
    """
    now = timezone.now()
    Presence.objects.filter(user=by, seen_at__lt=now - PRESENT_FOR).exclude(contribution=contribution).delete()
    Presence.objects.update_or_create(contribution=contribution, user=by, defaults={"area_id": contribution.area_id, "seen_at": now})
    others = Presence.objects.filter(contribution=contribution, seen_at__gte=now - PRESENT_FOR).exclude(user=by)
    return sorted(str(sign.user) for sign in others.select_related("user"))


def forget_sittings() -> None:
    """Let go of sittings that are over: a session ends after a working day (SESSION_COOKIE_AGE)."""
    over = timezone.now() - datetime.timedelta(seconds=settings.SESSION_COOKIE_AGE)
    with inside_every_area():
        SittingRecord.objects.filter(since__lt=over).delete()
