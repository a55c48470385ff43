"""How a plan stands, in numbers: per round, per destination, per extent."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Q

from consultation.models import Contribution, Round
from priorities.decision_kinds import ALL, DecisionKind
from priorities.models import Decision, Destination, Extent, Plan, QueueState
from priorities.triage.agreement import waiting_in
from priorities.triage.queue_counts import marks_of
from priorities.triage.queue_filter import STATES, TO_DO


@dataclass(frozen=True, slots=True)
class KindCount:
    kind: DecisionKind
    count: int


def rounds_of(plan: Plan) -> list[Round]:
    """The rounds of the plan, each with `points` and `left`: those to weigh and those that came back. One query after the door."""
    points, left = Counter[int](), Counter[int]()
    for mark in marks_of(plan):
        points[mark.round_id] += mark.number
        left[mark.round_id] += mark.number if mark.state in STATES[TO_DO] else 0
    rounds: list[Round] = list(Round.objects.filter(plan_round__plan=plan).order_by("pk"))
    for found in rounds:
        found.points, found.left = points[found.pk], left[found.pk]  # type: ignore[attr-defined]
    return rounds


def rounds_to_look_at(plan: Plan) -> list[Round]:
    """The rounds of the plan with points that may name somebody and that nobody looked at yet, each with `waiting`. One query."""
    waits = Q(
        contributions__withdrawn_at__isnull=True,
        contributions__personal_data__len__gt=0,
        contributions__personal_data_checked_at__isnull=True,
    )
    found = Round.objects.filter(plan_round__plan=plan).annotate(waiting=Count("contributions", waits))
    return list(found.filter(waiting__gt=0).order_by("pk"))


def _destinations(plan: Plan) -> dict[str, int]:
    counted = (
        Destination.objects.filter(
            decision__superseded_at__isnull=True,
            decision__contribution__round__plan_round__plan=plan,
            decision__contribution__queue_row__state=QueueState.DONE,
        )
        .values("kind")
        .annotate(n=Count("pk"))
    )
    return {row["kind"]: row["n"] for row in counted.order_by()}


def destinations_of(plan: Plan) -> list[KindCount]:
    """How often each kind was chosen in decisions that count, most first; kinds nobody chose are left out. One query."""
    counts = _destinations(plan)
    return sorted((KindCount(kind, counts[kind.code]) for kind in ALL if kind.code in counts), key=lambda row: -row.count)


@dataclass(frozen=True, slots=True)
class Standing:
    """Counts as a script wants them. A contribution with two destinations counts once for each of them."""

    contributions: int
    undecided: int
    waiting: int
    """Those whose decision a second person did not agree with yet: they count nowhere below."""
    destinations: dict[str, int]
    """Kind code -> how often."""
    first_destinations: dict[str, int]
    """The same for the first destination only: these add up to the decided contributions."""
    extents: dict[str, int]


def standing_of(plan: Plan) -> Standing:
    """Everything counted for one plan."""
    total = Contribution.objects.standing().filter(round__plan_round__plan=plan).count()
    waiting = waiting_in(plan).total
    current = Decision.objects.current().filter(contribution__round__plan_round__plan=plan, contribution__queue_row__state=QueueState.DONE)
    extents = {row["extent"]: row["n"] for row in current.values("extent").annotate(n=Count("pk")).order_by()}
    first = Destination.objects.filter(decision__in=current, position=1).values("kind").annotate(n=Count("pk")).order_by()
    return Standing(
        contributions=total,
        undecided=total - sum(extents.values()) - waiting,
        waiting=waiting,
        destinations=_destinations(plan),
        first_destinations={row["kind"]: row["n"] for row in first},
        extents={extent: extents.get(extent, 0) for extent in Extent.values},
    )
