"""The one way to write the log."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.utils import timezone

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


MANY = """
INSERT INTO audit_logentry (area_id, at, actor_id, actor_name, target_type, verb, target_id, target_label, facts)
SELECT %s, %s, %s::bigint, %s, %s, verb, target, label, facts::jsonb
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[]) AS line(verb, target, label, facts)
"""


@dataclass(frozen=True, slots=True)
class Line:
    """What record_many() writes of one thing: the same as record() would."""

    verb: str
    target_id: int
    label: str
    facts: dict[str, Any]


def record_many(lines: Iterable[Line], *, by: User | None, kind: type[models.Model], area: Area) -> None:
    """Append a line for each of many things of one kind, in one statement, in the transaction of the change they tell of.

    Raises KeyError for a verb without a sentence.
    """
    lines = list(lines)
    for verb in {line.verb for line in lines}:
        VERBS[verb]
    columns = [[line.verb, str(line.target_id), line.label[:300], json.dumps(line.facts)] for line in lines]
    who = [by.pk if by else None, str(by) if by else "Het portaal"]
    with connection.cursor() as cursor:
        cursor.execute(
            MANY, [area.pk, timezone.now(), *who, kind._meta.label_lower, *([row[part] for row in columns] for part in range(4))]
        )
