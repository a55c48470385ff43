"""Which part of the queue somebody looks at: it lives in the address, so that it can be shared and survives the back button."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.http import QueryDict

from consultation.models import Contribution, ContributorKind
from consultation.models.contribution import ContributionQuerySet
from consultation.searching import words_starting
from priorities.models import Plan, QueueRow, QueueState
from priorities.models.queue import QueueRowQuerySet
from priorities.triage.queue_search import Hits
from priorities.triage.review import needing_review

TO_DO, TO_AGREE, DONE, REVIEW, ALL = "nog-doen", "akkoord", "afgewogen", "te-herzien", "alles"
STATES: dict[str, tuple[QueueState, ...]] = {
    TO_DO: (QueueState.TODO, QueueState.RETURNED),
    TO_AGREE: (QueueState.TO_AGREE,),
    DONE: (QueueState.DONE,),
}
"""Status in the address -> states in the queue; the others leave the state alone."""
MINE, NOBODY, NO_THEME = "mij", "niemand", "geen"


@dataclass(frozen=True, slots=True)
class TriageFilter:
    """What an address says about the queue. Values nobody knows are left out, so that an old link still works."""

    status: str = TO_DO
    source: str = ""
    """A contributor kind."""
    round: str = ""
    """A round's slug."""
    theme: str = ""
    """The id of a theme, or NO_THEME."""
    assignee: str = ""
    """The id of a user, MINE or NOBODY."""
    search: str = ""

    def without(self, **names: str) -> TriageFilter:
        """The same filter with these fields set otherwise."""
        return replace(self, **names)

    def on_row(self, *, user_id: int) -> dict[str, Any]:
        """The lookups on QueueRow, seen by this user: all but the round and the search. ‘te herzien’ comes from elsewhere."""
        lookups: dict[str, Any] = {}
        if self.status in STATES:
            lookups["state__in"] = STATES[self.status]
        if self.source:
            lookups["source"] = self.source
        if self.theme == NO_THEME:
            lookups["theme__isnull"] = True
        elif self.theme:
            lookups["theme"] = int(self.theme)
        if self.assignee == NOBODY:
            lookups["assignee__isnull"] = True
        elif self.assignee:
            lookups["assignee"] = user_id if self.assignee == MINE else int(self.assignee)
        return lookups


def matching_rows(plan: Plan, filter: TriageFilter, *, user_id: int, hits: Hits | None = None) -> QueueRowQuerySet:
    """The rows of the queue that the filter leaves, in no order. The area is the first column of every index on them.

    `hits` is what search_in() found for its search; without it every row is asked for the words: right for all of them at once.
    """
    wanted = [pk for pk, slug in plan.round_slugs.items() if filter.round in {"", slug}]
    rows = QueueRow.objects.filter(area=plan.area_id, round__in=wanted, **filter.on_row(user_id=user_id))
    if filter.status == REVIEW:
        rows = rows.filter(contribution__in=needing_review(plan))
    if filter.search and hits is None:
        rows = rows.filter(contribution__search=words_starting(filter.search, " & "))
    return hits.among(rows) if hits is not None else rows


class Listing(NamedTuple):
    """A list of the queue: its rows, and a key from which they follow (ivp_portal.database.prepared); None when they follow from more."""

    key: Hashable | None
    rows: Callable[[], QueueRowQuerySet]


def listing_of(plan: Plan, filter: TriageFilter, *, user_id: int, hits: Hits | None = None) -> Listing:
    """The rows of matching_rows(), for the queries that every page of the queue asks."""
    follows = hits is None and filter.status != REVIEW
    key = (plan.area_id, *plan.round_slugs.items(), filter, user_id) if follows else None
    return Listing(key, lambda: matching_rows(plan, filter, user_id=user_id, hits=hits))


def matching_points(plan: Plan, filter: TriageFilter, *, user_id: int) -> ContributionQuerySet:
    """The points of the plan that the filter leaves, in the order of the queue, each with its queue_row."""
    rows = matching_rows(plan, filter, user_id=user_id)
    points = Contribution.objects.filter(pk__in=rows.values("pk"))
    return points.select_related("queue_row").defer("search").order_by("queue_row__later", "queue_row__round_id", "queue_row__number")


NAMES = {"status": "status", "source": "bron", "round": "ronde", "theme": "thema", "assignee": "van", "search": "zoek"}
"""Field -> its name in the address."""


def filter_from(query: QueryDict) -> TriageFilter:
    """The filter in an address."""
    status, source = query.get("status", TO_DO), query.get("bron", "")
    theme, assignee = query.get("thema", ""), query.get("van", "")
    return TriageFilter(
        status=status if status in {*STATES, REVIEW, ALL} else TO_DO,
        source=source if source in ContributorKind.values else "",
        round=query.get("ronde", "")[:80],
        theme=theme if theme == NO_THEME or _is_id(theme) else "",
        assignee=assignee if assignee in {MINE, NOBODY} or _is_id(assignee) else "",
        search=query.get("zoek", "").replace("\x00", "").strip()[:100],
    )


def _is_id(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) < 18


def query_of(filter: TriageFilter) -> str:
    """The filter as the tail of an address, without what is standard; '' or '?bron=resident&zoek=fatbike'."""
    standard = TriageFilter()
    query = QueryDict(mutable=True)
    for field, name in NAMES.items():
        if (value := getattr(filter, field)) != getattr(standard, field):
            query[name] = value
    return f"?{query.urlencode()}" if query else ""
