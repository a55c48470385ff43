"""The triage screen's queries: the queue of a plan, the one that is open, and what looks like it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q

from consultation.models import Contribution, ContributorKind
from consultation.models.contribution import ContributionQuerySet
from priorities.models import Decision, Destination, Plan

TODO, DONE, ALL = "nog-doen", "afgewogen", "alles"
WINDOW_BEFORE, WINDOW_AFTER = 5, 30
SIMILAR = 3


@dataclass(frozen=True, slots=True)
class TriageFilter:
    """What part of the queue somebody looks at; lives in the address, so that it can be shared and survives the back button."""

    status: str = TODO
    source: str = ""
    """A contributor kind."""
    round: str = ""
    """A round's slug."""
    search: str = ""

    def apply(self, queryset: ContributionQuerySet) -> ContributionQuerySet:
        """The part of the queue that matches; the queryset must carry is_decided (triage_queue)."""
        if self.status != ALL:
            queryset = queryset.filter(is_decided=self.status == DONE)
        if self.source:
            queryset = queryset.filter(submission__contributor__kind=self.source)
        if self.round:
            queryset = queryset.filter(round__slug=self.round)
        if self.search:
            words = SearchQuery(self.search, config="dutch", search_type="websearch")
            queryset = queryset.filter(Q(search=words) | Q(sub_subject__icontains=self.search))
        return queryset


@dataclass(slots=True)
class Queue:
    """The part of the queue around the open contribution."""

    total: int
    """All contributions of the plan, whatever the filter."""
    decided: int
    matching: int
    """How many the filter leaves."""
    position: int
    """Which of those the open one is; 0 when it is not among them."""
    rows: Sequence[Contribution]
    previous: Contribution | None
    next: Contribution | None
    sources: list[tuple[ContributorKind, int]] = field(default_factory=list)
    """How many of each source the status filter leaves."""

    @property
    def open(self) -> int:
        return self.total - self.decided

    @property
    def has_earlier(self) -> bool:
        return bool(self.rows) and self.position > WINDOW_BEFORE + 1

    @property
    def has_later(self) -> bool:
        return len(self.rows) >= WINDOW_AFTER


def triage_queue(plan: Plan) -> ContributionQuerySet:
    """The contributions that feed the plan, in their stable order, each with is_decided."""
    decided = Decision.objects.current().filter(contribution=OuterRef("pk"))
    return Contribution.objects.standing().filter(round__in=plan.round_ids).annotate(is_decided=Exists(decided)).defer("search").in_order()


def after(contribution: Contribution) -> Q:
    """Those that come after this one in the order of the queue."""
    return Q(round_id__gt=contribution.round_id) | Q(round_id=contribution.round_id, number__gt=contribution.number)


def before(contribution: Contribution) -> Q:
    """Those that come before this one in the order of the queue."""
    return Q(round_id__lt=contribution.round_id) | Q(round_id=contribution.round_id, number__lt=contribution.number)


def queue_around(plan: Plan, open_one: Contribution, filter: TriageFilter) -> Queue:
    """The queue as the screen shows it around the open contribution. Five queries, whatever its size."""
    everything = triage_queue(plan)
    by_source = everything.order_by().values("submission__contributor__kind").annotate(n=Count("pk"), done=Count("pk", Q(is_decided=True)))
    counts = {row["submission__contributor__kind"]: (row["n"], row["done"]) for row in by_source}
    total, decided = sum(n for n, _ in counts.values()), sum(done for _, done in counts.values())
    matching = filter.apply(everything)
    numbers = matching.order_by().aggregate(all=Count("pk"), earlier=Count("pk", before(open_one)), itself=Count("pk", Q(pk=open_one.pk)))
    with_source = matching.select_related("submission__contributor")
    earlier = list(with_source.filter(before(open_one)).reverse()[:WINDOW_BEFORE])[::-1]
    later = list(with_source.filter(~before(open_one))[: WINDOW_AFTER + 1])
    following = [row for row in later if row.pk != open_one.pk]
    return Queue(
        total=total,
        decided=decided,
        matching=numbers["all"],
        position=numbers["earlier"] + 1 if numbers["itself"] else 0,
        rows=[*earlier, *later],
        previous=earlier[-1] if earlier else None,
        next=following[0] if following else None,
        sources=[(kind, _left(counts.get(kind, (0, 0)), filter.status)) for kind in ContributorKind if kind in counts],
    )


def _left(counts: tuple[int, int], status: str) -> int:
    everything, done = counts
    return {TODO: everything - done, DONE: done}.get(status, everything)


def first_in(plan: Plan, filter: TriageFilter, *, following: Contribution | None = None) -> Contribution | None:
    """The first contribution the filter leaves, after the given one; round to the start when nothing follows. At most three queries."""
    matching = filter.apply(triage_queue(plan))
    if following is not None and (found := matching.filter(after(following)).first()):
        return found
    return matching.first() if following is None else matching.exclude(pk=following.pk).first()


def counts_of(plan: Plan) -> tuple[int, int]:
    """(all contributions of the plan, those with a decision). Two queries."""
    numbers = triage_queue(plan).order_by().aggregate(all=Count("pk"), done=Count("pk", Q(is_decided=True)))
    return numbers["all"], numbers["done"]


def with_current_decision(contributions: ContributionQuerySet) -> ContributionQuerySet:
    """Each with `current_decisions`: a list with the decision that stands, its destinations and their priorities, or an empty one."""
    destinations = Destination.objects.select_related("priority").order_by("position")
    current = Decision.objects.current().select_related("made_by").prefetch_related(Prefetch("destinations", destinations))
    return contributions.prefetch_related(Prefetch("decisions", current, to_attr="current_decisions"))


def similar_to(contribution: Contribution, plan: Plan) -> list[Contribution]:
    """At most three others of the plan that share words with this one, best first, each with its decision.

    Any word counts (Dutch stems, no stop words); those of the short point weigh as much as those of the text.
    """
    words = {word for word in f"{contribution.sub_subject or contribution.subject}".lower().split() if len(word) > 3}
    if not words:
        return []
    query = SearchQuery(" or ".join(sorted(words)), config="dutch", search_type="websearch")
    found = triage_queue(plan).exclude(pk=contribution.pk).filter(search=query).annotate(rank=SearchRank(F("search"), query))
    found = found.order_by("-rank", "round_id", "number").select_related("submission__contributor")
    return list(with_current_decision(found)[:SIMILAR])
