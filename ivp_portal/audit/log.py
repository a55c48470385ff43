"""The one way to write the log."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils import timezone

from ivp_portal.audit.verbs import VERBS
from ivp_portal.database.prepared import kept_by_server
from ivp_portal.organisation.models import Area, User


@dataclass(frozen=True, slots=True)
class Line:
    """What is written of one thing."""

    verb: str
    target_id: object
    label: str
    facts: dict[str, Any]


def record(verb: str, *, by: User | None, target: models.Model, area: Area | None = None, **facts: Any) -> None:
    """Append a line, in the transaction of the change it tells of.

    `by` is None for what the portal does by itself. The area is the target's unless given. Raises KeyError for a verb without a sentence.
    """
    record_many([Line(verb, target.pk, str(target), facts)], by=by, kind=type(target), area=area or target.area)  # type: ignore[attr-defined]


_APPEND = """
INSERT INTO audit_logentry (area_id, at, actor_id, actor_name, target_type, verb, target_id, target_label, facts)
SELECT %s, %s, %s::bigint, %s, %s, verb, target, label, facts::jsonb
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[]) AS line(verb, target, label, facts)
"""


def record_many(lines: Iterable[Line], *, by: User | None, kind: type[models.Model], area: Area) -> None:
    """Append a line for each of many things of one kind, in one statement, in the transaction of the change they tell of.

    Raises KeyError for a verb without a sentence.
    """
    lines = list(lines)
    for verb in {line.verb for line in lines}:
        VERBS[verb]
    columns = [[line.verb, str(line.target_id), line.label[:300], json.dumps(line.facts)] for line in lines]
    who = [by.pk if by else None, str(by) if by else "Het portaal"]
    with kept_by_server() as cursor:
        cursor.execute(
            _APPEND, [area.pk, timezone.now(), *who, kind._meta.label_lower, *([row[part] for row in columns] for part in range(4))]
        )
