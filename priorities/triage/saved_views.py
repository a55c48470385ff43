"""The views somebody saved of the queue: a filter under a name, theirs or shared by a colleague of the area."""

from __future__ import annotations

from typing import NamedTuple

from django.http import QueryDict

from ivp_portal.organisation.models import Area, User
from priorities.models import Plan, SavedView
from priorities.triage.queue_filter import TriageFilter, filter_from


class View(NamedTuple):
    """A saved view as the screen lists it."""

    pk: int
    name: str
    query: str
    is_shared: bool
    owner_id: int
    owner: str

    @property
    def filter(self) -> TriageFilter:
        """What it shows."""
        return filter_of(self.query)


VIEWS = """
SELECT json_build_array(v.id, v.name, v.query, v.is_shared, v.owner_id, o.full_name)
FROM priorities_savedview v JOIN organisation_user o ON o.id = v.owner_id
WHERE v.area_id = p.area_id AND (v.owner_id = %(user)s OR v.is_shared) ORDER BY v.name, v.id LIMIT 50
"""
"""The views a user sees at the plan p, as the door of a plan asks them: their own and what colleagues share."""


def views_at(plan: Plan) -> list[View]:
    """The views of who came in through the door of this plan. No query."""
    return [View(*row) for row in plan.views]


def filter_of(query: str) -> TriageFilter:
    """The filter in the tail of an address, as a view keeps it."""
    return filter_from(QueryDict(query.removeprefix("?")))


def own_view(area: Area, user: User, pk: int) -> SavedView | None:
    """A view of this user in this area: only who made it removes it. One query."""
    return SavedView.objects.filter(area=area, owner=user, pk=pk).first()


def keep_view(area: Area, user: User, *, name: str, query: str, is_shared: bool) -> bool:
    """Keep this tail of an address under the name; True when it is new, False when it replaced what the name stood for."""
    kept = {"query": query, "is_shared": is_shared}
    return SavedView.objects.update_or_create(area=area, owner=user, name=name, defaults=kept)[1]
