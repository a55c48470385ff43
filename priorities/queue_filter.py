"""Which part of the queue somebody looks at: it lives in the address, so that it can be shared and survives the back button."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict

from consultation.models import Contribution, ContributorKind
from consultation.models.contribution import ContributionQuerySet
from consultation.searching import words_starting
from priorities.models import Plan, QueueState

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
        if self.theme:
            lookups["theme"] = None if self.theme == NO_THEME else int(self.theme)
        if self.assignee == NOBODY:
            lookups["assignee"] = None
        elif self.assignee:
            lookups["assignee"] = user_id if self.assignee == MINE else int(self.assignee)
        return lookups


def matching_points(plan: Plan, filter: TriageFilter, *, user_id: int) -> ContributionQuerySet:
    """The points of the plan that the filter leaves, in the order of the queue, each with its queue_row."""
    lookups = {f"queue_row__{name}": value for name, value in filter.on_row(user_id=user_id).items()}
    points = Contribution.objects.filter(round__in=plan.round_ids, queue_row__isnull=False, **lookups)
    if filter.round:
        points = points.filter(round__slug=filter.round)
    if filter.search:
        points = points.filter(search=words_starting(filter.search, " & "))
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
