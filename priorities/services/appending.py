"""Writing decisions: of one point or of five thousand, with their destinations, in one statement.

The points are locked and what stood before is superseded; services.decisions and services.batch_acts see to that, and to the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection

from ivp_portal.database.prepared import kept_by_server
from ivp_portal.organisation.models import User
from priorities.models import Batch, Destination
from priorities.rules import Choice


@dataclass(frozen=True, slots=True)
class Place:
    """A destination as it is to be written."""

    kind: str
    priority_id: int | None
    level: str
    named: str
    name: str
    """What it names, in words."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A decision as it is to be appended for one point."""

    point: int
    extent: str
    rationale: str
    standard_id: int | None
    places: Sequence[Place]

    def facts(self, decision: int, *, replaces: int | None) -> dict[str, Any]:
        """What the log says of it, once it is the decision with this id."""
        return {
            "decision": decision,
            "replaces": replaces,
            "destinations": [{"kind": place.kind, "name": place.name} for place in self.places],
            "extent": self.extent,
            "rationale": self.rationale,
        }


def places_chosen(choices: Iterable[Choice]) -> list[Place]:
    """The destinations somebody chose."""
    return [
        Place(
            choice.kind.code,
            choice.priority.pk if choice.priority else None,
            choice.priority.level if choice.priority else "",
            choice.named.strip(),
            choice.name.strip(),
        )
        for choice in choices
    ]


def places_again(destinations: Iterable[Destination]) -> list[Place]:
    """The destinations of an earlier decision, to write them again. Reads their priorities."""
    found = sorted(destinations, key=lambda one: one.position)
    return [Place(one.kind, one.priority_id, one.level, one.named, one.name) for one in found]


class Made(NamedTuple):
    """What was appended for a point."""

    decision: int
    needs_agreement: bool


_APPEND = """
WITH made AS (
    INSERT INTO priorities_decision
        (area_id, contribution_id, extent, rationale, standard_id, batch_id, needs_agreement, made_by_id, made_at)
    SELECT %(area)s, point, extent, rationale, standard, %(batch)s,
        EXISTS (SELECT 1 FROM priorities_wayofworking w WHERE w.area_id = %(area)s AND w.needs_agreement), %(by)s, now()
    FROM unnest(%(points)s::bigint[], %(extents)s::text[], %(rationales)s::text[], %(standards)s::bigint[])
        AS given(point, extent, rationale, standard)
    ON CONFLICT (contribution_id) WHERE superseded_at IS NULL DO NOTHING
    RETURNING contribution_id, id, needs_agreement
),
placed AS (
    INSERT INTO priorities_destination (area_id, decision_id, position, kind, priority_id, level, named)
    SELECT %(area)s, made.id, position, kind, priority, level, named
    FROM unnest(%(of)s::bigint[], %(positions)s::smallint[], %(kinds)s::text[], %(priorities)s::bigint[], %(levels)s::text[],
        %(named)s::text[]) AS place(point, position, kind, priority, level, named)
    JOIN made ON made.contribution_id = place.point
)
SELECT contribution_id, id, needs_agreement FROM made
"""


def append(area_id: int, answers: Sequence[Answer], *, by: User, batch: Batch | None = None) -> dict[int, Made]:
    """Append these; whether a second person must agree is as the area works now. Returns it by point. One statement.

    A point for which another decision stands gets none, and is not in what it returns.
    """
    places = [(answer.point, position, place) for answer in answers for position, place in enumerate(answer.places, 1)]
    values = {
        "area": area_id,
        "by": by.pk,
        "batch": batch.pk if batch else None,
        "points": [answer.point for answer in answers],
        "extents": [answer.extent for answer in answers],
        "rationales": [answer.rationale for answer in answers],
        "standards": [answer.standard_id for answer in answers],
        "of": [point for point, _, _ in places],
        "positions": [position for _, position, _ in places],
        "kinds": [place.kind for _, _, place in places],
        "priorities": [place.priority_id for _, _, place in places],
        "levels": [place.level for _, _, place in places],
        "named": [place.named for _, _, place in places],
    }
    # In a loop of this statement alone one answer was quicker planned for itself; in the bench the difference is within the spread.
    with connection.cursor() if len(answers) == 1 else kept_by_server() as cursor:
        cursor.execute(_APPEND, values)
        return {point: Made(*made) for point, *made in cursor.fetchall()}
