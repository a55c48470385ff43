"""How a plan stands, in numbers: per round, per destination, per extent."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from consultation.models import Contribution, Round
from priorities.decision_kinds import ALL, DecisionKind
from priorities.models import Decision, Destination, Extent, Plan


@dataclass(frozen=True, slots=True)
class KindCount:
    kind: DecisionKind
    count: int


def rounds_of(plan: Plan) -> list[Round]:
    """The rounds of the plan, each with `points` and `left`. Two queries."""
    standing = Q(contributions__withdrawn_at__isnull=True)
    decided = Decision.objects.current().filter(contribution=OuterRef("pk"))
    left = (
        Contribution.objects.standing()
        .filter(round__plan_round__plan=plan)
        .filter(~Exists(decided))
        .values("round")
        .annotate(n=Count("pk"))
    )
    open_ones = {row["round"]: row["n"] for row in left}
    rounds: list[Round] = list(Round.objects.filter(plan_round__plan=plan).annotate(points=Count("contributions", standing)).order_by("pk"))
    for found in rounds:
        found.left = open_ones.get(found.pk, 0)  # type: ignore[attr-defined]
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
            decision__contribution__withdrawn_at__isnull=True,
        )
        .values("kind")
        .annotate(n=Count("pk"))
    )
    return {row["kind"]: row["n"] for row in counted.order_by()}


def destinations_of(plan: Plan) -> list[KindCount]:
    """How often each kind was chosen, most first; kinds nobody chose are left out. One query."""
    counts = _destinations(plan)
    return sorted((KindCount(kind, counts[kind.code]) for kind in ALL if kind.code in counts), key=lambda row: -row.count)


@dataclass(frozen=True, slots=True)
class Standing:
    """Counts as a script wants them. A contribution with two destinations counts once for each of them."""

    contributions: int
    undecided: int
    destinations: dict[str, int]
    """Kind code -> how often."""
    first_destinations: dict[str, int]
    """The same for the first destination only: these add up to the decided contributions."""
    extents: dict[str, int]


def standing_of(plan: Plan) -> Standing:
    """Everything counted for one plan."""
    total = Contribution.objects.standing().filter(round__plan_round__plan=plan).count()
    current = Decision.objects.current().filter(contribution__round__plan_round__plan=plan, contribution__withdrawn_at__isnull=True)
    extents = {row["extent"]: row["n"] for row in current.values("extent").annotate(n=Count("pk")).order_by()}
    first = Destination.objects.filter(decision__in=current, position=1).values("kind").annotate(n=Count("pk")).order_by()
    return Standing(
        contributions=total,
        undecided=total - sum(extents.values()),
        destinations=_destinations(plan),
        first_destinations={row["kind"]: row["n"] for row in first},
        extents={extent: extents.get(extent, 0) for extent in Extent.values},
    )
