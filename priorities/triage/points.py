"""The triage screen's queries: the queue of a plan, the point that is open, and what looks like it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, FilteredRelation, OuterRef, Prefetch, Q
from django.http import Http404
from django.urls import reverse

from consultation.models import Contribution
from consultation.models.contribution import ContributionQuerySet
from consultation.similarity import similar_points
from ivp_portal.organisation.models import User
from ivp_portal.organisation.roles import Action
from priorities.models import Decision, Destination, Plan
from priorities.triage.agreement import last_said, settled_in, waiting_in
from priorities.triage.queue_counts import Facets, Mark, Option, facets_of, left_of, marks_among, marks_of, number_matching
from priorities.triage.queue_filter import ALL, DONE, NAMES, REVIEW, TO_AGREE, TO_DO, TriageFilter, listing_of, matching_rows, query_of
from priorities.triage.queue_list import (
    FOUND_PAGE,
    PAGE_SIZE,
    Key,
    Neighbours,
    QueuePage,
    Row,
    key_in,
    neighbours_of,
    next_in,
    page_of_queue,
    window_around,
)
from priorities.triage.queue_search import FEW, Hits, search_in
from priorities.triage.review import review_count
from priorities.triage.saved_views import View, views_at

SIMILAR = 3


@dataclass(frozen=True, slots=True)
class Narrowed:
    """One part of the filter that is in force, and the address without it."""

    label: str
    url: str


@dataclass(slots=True, kw_only=True)
class AtQueue:
    """Where the open point stands, without the rows around it."""

    filter: TriageFilter
    query: str
    """The filter as the tail of an address."""
    base: str
    """The address of the queue; a point has its id behind it."""
    matching: int
    """How many the filter leaves."""
    knows_assignees: bool
    """Who handles what is for those who weigh."""
    neighbours: Neighbours | None = None

    @property
    def list_url(self) -> str:
        """The list on a page of its own."""
        return f"{self.base}{self.query}{'&' if self.query else '?'}lijst=1"


@dataclass(slots=True, kw_only=True)
class Queue(AtQueue):
    """The queue as the screen shows it: how it is narrowed, how many that leaves, and the rows around the open point or of a page."""

    total: int
    """All standing points of the plan, whatever the filter."""
    decided: int
    """Those whose answer counts: weighed, and agreed with where a second person must."""
    open: int
    """Those that wait for a decision, handed back ones too."""
    to_agree: int
    """Those that wait for a second person."""
    facets: Facets
    narrowed: list[Narrowed]
    views: list[View]
    as_page: bool = False
    """A list on a page of its own, not beside the open point."""
    may_choose: bool = False
    """Whether points can be selected, to weigh them together."""
    may_export: bool = False
    """Whether the points can be taken along in a file."""
    rows: Sequence[Row] = ()
    has_later: bool = False
    shown: str = ""
    """Of which points the rows need not be drawn anew when one of them is opened, in one word for still_shows()."""
    page: QueuePage | None = None
    hits: Hits | None = None

    @property
    def matching_label(self) -> str:
        if not self.facets.is_counted:
            return f"meer dan {FEW} punten"
        return "1 punt" if self.matching == 1 else f"{self.matching} punten"

    @property
    def heading(self) -> str:
        return HEADINGS[self.filter.status]

    @property
    def is_narrowed(self) -> bool:
        """True when something beside the usual state was chosen."""
        return self.filter != TriageFilter()

    @property
    def can_choose_all(self) -> bool:
        """True when there is more than one to choose."""
        return self.matching > 1 or not self.facets.is_counted

    @property
    def has_more_facets(self) -> bool:
        return self.knows_assignees or len(self.facets.themes) > 1 or bool(self.filter.theme)

    @property
    def more_label(self) -> str:
        return "Thema en behandelaar" if self.knows_assignees else "Thema"

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the search form carries along: (name in the address, value)."""
        standard = TriageFilter()
        names = ["status", "source", "round"] + ([] if self.has_more_facets else ["theme"]) + ([] if self.knows_assignees else ["assignee"])
        found = [(NAMES[name], getattr(self.filter, name)) for name in names if getattr(self.filter, name) != getattr(standard, name)]
        return [*found, ("lijst", "1")] if self.as_page else found


HEADINGS = {
    TO_DO: "Nog af te wegen", TO_AGREE: "Wacht op akkoord", DONE: "Afgewogen", REVIEW: "Te herzien", ALL: "Alle punten",
}  # fmt: skip


def triage_queue(plan: Plan) -> ContributionQuerySet:
    """The standing contributions that feed the plan, round by round."""
    return Contribution.objects.standing().filter(round__in=plan.round_ids).defer("search").in_order()


def is_decided() -> Exists:
    """True for a contribution that has a current decision."""
    return Exists(Decision.objects.current().filter(contribution=OuterRef("pk")))


def filter_for(plan: Plan, filter: TriageFilter) -> TriageFilter:
    """The filter as this user may use it on this plan: an unknown round is left out, and who handles what is for those who weigh."""
    if filter.round and filter.round not in plan.round_slugs.values():
        filter = filter.without(round="")
    return filter if Action.DECIDE in plan.area.allowed else filter.without(assignee="")


def queue_address(plan: Plan) -> str:
    """Where the queue of this plan is. Reads plan.area."""
    return reverse("priorities:triage-queue", args=[plan.area.slug, plan.period])


def address_of(plan: Plan, point: Contribution | int, filter: TriageFilter) -> str:
    """Where this point, or the one with this id, is open, with the filter kept."""
    return f"{queue_address(plan)}{point if isinstance(point, int) else point.pk}/{query_of(filter)}"


def contribution_of(plan: Plan, pk: int) -> Contribution:
    """A standing point of this plan; raises Http404 for any other. One query, a second for the destinations when it was decided.

    Its round, group, theme, submission, contributor and queue_row are loaded, and `current_decisions` is as with_current_decision gives it.
    `second_reader` is what a second person said last of that decision (agreement.last_said).
    """
    standing = FilteredRelation("decisions", condition=Q(decisions__superseded_at__isnull=True))
    found = triage_queue(plan).annotate(stands=standing, second_reader=last_said())
    loaded = ("round", "group", "theme", "submission__contributor", "queue_row", "stands__made_by")
    contribution = found.select_related(*loaded).filter(pk=pk, queue_row__isnull=False).first()
    if contribution is None:
        raise Http404
    current: Decision | None = getattr(contribution, "stands", None)
    contribution.current_decisions = [current] if current else []  # type: ignore[attr-defined]
    return contribution


def queue_of(plan: Plan, filter: TriageFilter, user: User, *, as_page: bool = False) -> Queue:
    """The queue as numbers and filters, without rows. No query after the door of a plan; one for a search, and for ‘te herzien’."""
    total, decided = settled_in(plan)
    base, tail = queue_address(plan), "lijst=1" if as_page else ""

    def address(filter: TriageFilter) -> str:
        query = query_of(filter)
        return f"{base}{query}{('&' if query else '?') + tail if tail else ''}"

    hits = search_in(plan, filter.search) if filter.search else None
    facets = _facets(plan, filter, user, hits, address)
    weighs = Action.DECIDE in plan.area.allowed
    return Queue(
        filter=filter,
        query=query_of(filter),
        base=base,
        total=total,
        decided=decided,
        open=left_of(plan),
        to_agree=waiting_in(plan).to_agree,
        matching=facets.matching,
        facets=facets,
        narrowed=_narrowed(filter, facets, address),
        views=views_at(plan) if weighs else [],
        as_page=as_page,
        may_choose=weighs and not plan.is_frozen,
        knows_assignees=weighs,
        may_export=Action.EXPORT in plan.area.allowed,
        hits=hits,
    )


def _facets(plan: Plan, filter: TriageFilter, user: User, hits: Hits | None, address: Callable[[TriageFilter], str]) -> Facets:
    """Counted from what a search found, from what is to be looked at again, or from the sums."""
    marks = [Mark(*mark) for mark in hits.marks] if hits and not hits.is_common else marks_of(plan)
    facets = facets_of(marks, filter, user_id=user.pk, rounds=plan.round_slugs, address=address)
    if hits and hits.is_common:
        facets.is_counted = False
    if filter.status == REVIEW:
        everything = filter.without(status=ALL, source="", theme="", assignee="", round="")
        marks = marks_among(matching_rows(plan, everything.without(status=REVIEW), user_id=user.pk, hits=hits))
        found = facets_of(
            marks,
            filter.without(status=ALL),
            user_id=user.pk,
            rounds=plan.round_slugs,
            address=lambda chosen: address(chosen.without(status=REVIEW)),
        )
        found.statuses = [*facets.statuses[:-1], Option(REVIEW, "Te herzien", found.matching, address(filter), True), facets.statuses[-1]]
        found.is_counted = facets.is_counted
        return found
    if plan.may_need_review and (number := review_count(plan)):
        review = Option(REVIEW, "Te herzien", number, address(filter.without(status=REVIEW)), False)
        facets.statuses.insert(len(facets.statuses) - 1, review)
    return facets


def _narrowed(filter: TriageFilter, facets: Facets, address: Callable[[TriageFilter], str]) -> list[Narrowed]:
    """What narrows the queue beside its state and its source, in words."""
    labels = {
        "round": f"Ronde {filter.round}",
        "theme": next((option.label for option in facets.themes if option.is_chosen), "Een ander thema"),
        "assignee": "Van " + next((option.label for option in facets.assignees if option.is_chosen), "een ander"),
        "search": f"‘{filter.search}’",
    }
    return [Narrowed(label, address(filter.without(**{name: ""}))) for name, label in labels.items() if getattr(filter, name)]


def queue_around(plan: Plan, contribution: Contribution, filter: TriageFilter, user: User) -> Queue:
    """The queue around the open point, of contribution_of(). One query after the door of a plan, whatever its size."""
    queue = queue_of(plan, filter, user)
    listing = listing_of(plan, filter, user_id=user.pk, hits=queue.hits)
    window = window_around(listing, contribution.pk, _place_of(contribution), is_counted=queue.facets.is_counted)
    queue.rows, queue.neighbours, queue.has_later = window.rows, window.neighbours, window.has_later
    if window.inner and listing.key is not None:
        queue.shown = "~".join([*map(str, window.inner), _numbers(plan), queue.query])
    return queue


def _numbers(plan: Plan) -> str:
    """What the queue is counted from, in few characters: the same while nothing came, went or changed place."""
    counted = sorted(repr((*mark[:4], mark.assignee_id, mark.number)) for mark in marks_of(plan))
    return hashlib.blake2s(repr((counted, plan.put_off)).encode(), digest_size=8).hexdigest()


def still_shows(shown: str, plan: Plan, contribution: Contribution, filter: TriageFilter) -> bool:
    """True when the rows a screen has (Queue.shown) are as they would be drawn now, and this point stands well among them. No query."""
    parts = shown.split("~")
    if len(parts) != 4:
        return False
    first, last = (key_in(part) for part in parts[:2])
    return bool(first and last and first <= _place_of(contribution) <= last and parts[2:] == [_numbers(plan), query_of(filter)])


def beside_queue(plan: Plan, contribution: Contribution, filter: TriageFilter, user: User) -> AtQueue:
    """Where the point stands in a queue whose rows stay on the screen as they are. One query after the door of a plan."""
    listing = listing_of(plan, filter, user_id=user.pk)
    return AtQueue(
        filter=filter,
        query=query_of(filter),
        base=queue_address(plan),
        matching=number_matching(marks_of(plan), filter, user_id=user.pk, rounds=plan.round_slugs),
        knows_assignees=Action.DECIDE in plan.area.allowed,
        neighbours=neighbours_of(listing, contribution.pk, _place_of(contribution)),
    )


def _place_of(contribution: Contribution) -> Key:
    row = contribution.queue_row
    return Key(row.later, row.round_id, row.number)


def queue_page(plan: Plan, filter: TriageFilter, user: User, *, past: Key | None, until: Key | None) -> Queue:
    """The queue with one page of its rows. One query after the door of a plan, two when a page before it turns out to be the first."""
    queue = queue_of(plan, filter, user, as_page=True)
    listing = listing_of(plan, filter, user_id=user.pk, hits=queue.hits)
    queue.page = page_of_queue(listing, past=past, until=until, size=FOUND_PAGE if queue.hits and queue.hits.is_common else PAGE_SIZE)
    queue.rows = queue.page.rows
    return queue


def first_in(plan: Plan, filter: TriageFilter, user: User, *, following: Contribution | None = None) -> int | None:
    """The id of the first point the filter leaves, or of the one after `following`, round to the start; None when there is none.

    One query, two for a search. Reads following.queue_row: where the point stood when it was opened.
    """
    hits = search_in(plan, filter.search) if filter.search else None
    listing = listing_of(plan, filter, user_id=user.pk, hits=hits)
    if following is None:
        return next_in(listing)
    return next_in(listing, following=_place_of(following), besides=following.pk)


def with_current_decision(contributions: ContributionQuerySet) -> ContributionQuerySet:
    """Each with `current_decisions`: a list with the decision that stands, its destinations and their priorities, or an empty one."""
    destinations = Destination.objects.select_related("priority").order_by("position")
    current = Decision.objects.current().select_related("made_by").prefetch_related(Prefetch("destinations", destinations))
    return contributions.prefetch_related(Prefetch("decisions", current, to_attr="current_decisions"))


def similar_to(contribution: Contribution, plan: Plan) -> list[Contribution]:
    """At most three others of the plan that look like this one (consultation.similarity), best first, each with its decision."""
    text = f"{contribution.point}\n{contribution.text}"
    found = similar_points(triage_queue(plan), text, exclude=contribution.pk, limit=SIMILAR)
    return _in_that_order(plan, [one.contribution.pk for one in found])


def group_mates(contribution: Contribution, plan: Plan) -> list[Contribution]:
    """The other standing points of its group, those of this plan with their decision; none for a point that is in no group."""
    if contribution.group_id is None:
        return []
    mates = triage_queue(plan).filter(group=contribution.group_id).exclude(pk=contribution.pk)
    return list(with_current_decision(mates.select_related("submission__contributor")))


def _in_that_order(plan: Plan, wanted: list[int]) -> list[Contribution]:
    if not wanted:
        return []
    found = triage_queue(plan).filter(pk__in=wanted).select_related("submission__contributor")
    return sorted(with_current_decision(found), key=lambda one: wanted.index(one.pk))
