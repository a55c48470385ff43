"""The triage screen's queries: the queue of a plan, the one that is open, and what looks like it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Prefetch, Q

from consultation.models import Contribution, ContributorKind
from consultation.models.contribution import ContributionQuerySet
from consultation.searching import words_starting
from consultation.similarity import similar_points
from priorities.models import Decision, Destination, Plan

TO_DO, DONE, ALL = "nog-doen", "afgewogen", "alles"
WINDOW_BEFORE, WINDOW_AFTER = 5, 30
SIMILAR = 3


@dataclass(frozen=True, slots=True)
class TriageFilter:
    """What part of the queue somebody looks at; lives in the address, so that it can be shared and survives the back button."""

    status: str = TO_DO
    source: str = ""
    """A contributor kind."""
    round: str = ""
    """A round's slug."""
    search: str = ""

    def apply(self, queryset: ContributionQuerySet) -> ContributionQuerySet:
        """The part of the queue that matches."""
        if self.status != ALL:
            queryset = queryset.filter(is_decided() if self.status == DONE else ~is_decided())
        if self.source:
            queryset = queryset.filter(submission__contributor__kind=self.source)
        if self.round:
            queryset = queryset.filter(round__slug=self.round)
        if self.search:
            queryset = queryset.filter(search=words_starting(self.search, " & "))
        return queryset


@dataclass(slots=True)
class Queue:
    """The part of the queue around the open contribution."""

    total: int
    """All contributions of the plan, whatever the filter."""
    decided: int
    sources: list[tuple[ContributorKind, int]]
    """How many of each source the status filter leaves."""
    matching: int = 0
    """How many the filter leaves."""
    position: int = 0
    """Which of those the open one is; 0 when it is not among them."""
    rows: Sequence[Contribution] = ()
    previous: Contribution | None = None
    next: Contribution | None = None

    @property
    def open(self) -> int:
        return self.total - self.decided

    @property
    def has_later(self) -> bool:
        return len(self.rows) >= WINDOW_AFTER


def triage_queue(plan: Plan) -> ContributionQuerySet:
    """The contributions that feed the plan, in their stable order, each with is_decided."""
    standing = Contribution.objects.standing().filter(round__in=plan.round_ids)
    return standing.annotate(is_decided=is_decided()).defer("search").in_order()


def is_decided() -> Exists:
    """True for a contribution that has a current decision."""
    return Exists(Decision.objects.current().filter(contribution=OuterRef("pk")))


def after(contribution: Contribution) -> Q:
    """Those that come after this one in the order of the queue."""
    return Q(round_id__gt=contribution.round_id) | Q(round_id=contribution.round_id, number__gt=contribution.number)


def before(contribution: Contribution) -> Q:
    """Those that come before this one in the order of the queue."""
    return Q(round_id__lt=contribution.round_id) | Q(round_id=contribution.round_id, number__lt=contribution.number)


def queue_around(plan: Plan, open_one: Contribution, filter: TriageFilter) -> Queue:
    """The queue as the screen shows it around the open contribution. Five queries, whatever its size."""
    queue = queue_counts(plan, filter)
    matching = filter.apply(triage_queue(plan))
    with_source = matching.select_related("submission__contributor")
    earlier = list(with_source.filter(before(open_one)).reverse()[:WINDOW_BEFORE])[::-1]
    later = list(with_source.filter(~before(open_one))[: WINDOW_AFTER + 1])
    following = [row for row in later if row.pk != open_one.pk]
    numbers = matching.order_by().aggregate(all=Count("pk"), earlier=Count("pk", before(open_one)))
    queue.matching = numbers["all"]
    queue.position = numbers["earlier"] + 1 if len(following) < len(later) else 0
    queue.rows = [*earlier, *later]
    queue.previous = earlier[-1] if earlier else None
    queue.next = following[0] if following else None
    return queue


def queue_counts(plan: Plan, filter: TriageFilter) -> Queue:
    """The queue as numbers: all, decided, and what the status filter leaves of each source. Two queries."""
    standing = Contribution.objects.standing().filter(round__in=plan.round_ids)
    kind = "submission__contributor__kind"
    totals = dict(standing.values_list(kind).annotate(n=Count("pk")))
    done = dict(standing.filter(decisions__superseded_at__isnull=True, decisions__isnull=False).values_list(kind).annotate(n=Count("pk")))
    plan.point_counts = (sum(totals.values()), sum(done.values()))
    return Queue(
        total=plan.point_counts[0],
        decided=plan.point_counts[1],
        sources=[(kind, _left(totals[kind], done.get(kind, 0), filter.status)) for kind in ContributorKind if kind in totals],
    )


def _left(everything: int, done: int, status: str) -> int:
    return {TO_DO: everything - done, DONE: done}.get(status, everything)


def first_in(plan: Plan, filter: TriageFilter, *, following: Contribution | None = None) -> Contribution | None:
    """The first contribution the filter leaves, after the given one; round to the start when nothing follows. At most three queries."""
    matching = filter.apply(triage_queue(plan))
    if following is not None and (found := matching.filter(after(following)).first()):
        return found
    return matching.first() if following is None else matching.exclude(pk=following.pk).first()


def counts_of(plan: Plan) -> tuple[int, int]:
    """(all contributions of the plan, those with a decision). Two queries, none when this request counted before."""
    if plan.point_counts is None:
        standing = Contribution.objects.standing().filter(round__in=plan.round_ids)
        done = standing.filter(decisions__superseded_at__isnull=True, decisions__isnull=False).count()
        plan.point_counts = (standing.count(), done)
    return plan.point_counts


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
