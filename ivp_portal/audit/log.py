"""The one way to write the log."""

from typing import Any

from django.db import models

from ivp_portal.audit.models import LogEntry
from ivp_portal.audit.verbs import VERBS
from ivp_portal.organisation.models import Area, User


def record(verb: str, *, by: User | None, target: models.Model, area: Area | None = None, **facts: Any) -> LogEntry:
    """Append a line, in the transaction of the change it tells of.

    `by` is None for what the portal does by itself. The area is the target's unless given. Raises KeyError for a verb without a sentence.
    """
    VERBS[verb]
    return LogEntry.objects.create(
        verb=verb,
        area=area or target.area,  # type: ignore[attr-defined]
        actor_id=by.pk if by else None,
        actor_name=str(by) if by else "Het portaal",
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        target_label=str(target)[:300],
        facts=facts,
    )
