"""‘Te herzien’: decisions that name a priority which is none any more, stands at another level now, or does not reach their plan.

Nothing changes by itself: such a decision holds until somebody decides again. Everything here starts from the few priorities that were
moved or withdrawn, never from the decisions: while there are none, it costs one small query.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from consultation.models import Contribution
from ivp_portal.organisation.models import Area
from priorities.models import Decision, Destination, Plan, Priority
from priorities.rules import LEVEL_WORDS
from priorities.states import FROZEN


def needing_review(plan: Plan) -> QuerySet[Destination, Any]:
    """The ids of the points of the plan whose decision is to be looked at again. None once the plan was adopted: its books are closed.

    One query, to know which priorities moved; asked for, it adds one, or goes as a part of another.
    """
    moved = [] if plan.is_frozen else list(Priority.objects.moved().values_list("pk", flat=True))
    if not moved:
        return Destination.objects.none().values("decision__contribution")
    return (
        Destination.objects.filter(
            _unfit(plan),
            area=plan.area_id,
            priority__in=moved,
            decision__superseded_at__isnull=True,
            decision__contribution__withdrawn_at__isnull=True,
            decision__contribution__round__in=plan.round_ids,
        )
        .order_by()
        .values("decision__contribution")
        .distinct()
    )


def _unfit(plan: Plan) -> Q:
    """True for a destination whose priority does not fit this plan as it did when it was chosen."""
    reach = [area.pk for area in plan.area.lineage()]
    return (
        Q(priority__withdrawn_at__isnull=False)
        | ~Q(priority__area__in=reach)
        | ~Q(level=F("priority__area__kind"))
        | Q(priority__starts_on__gt=plan.starts_on)
        | Q(priority__ends_on__lt=plan.starts_on)
    )


def review_count(plan: Plan) -> int:
    """How many points of the plan are to be looked at again. One query while no priority moved, two after that."""
    return needing_review(plan).count()


def points_to_review(plan: Plan) -> list[Contribution]:
    """Those points, in the order in which they were said."""
    found = Contribution.objects.filter(pk__in=needing_review(plan)).select_related("round").defer("search")
    return list(found.in_order())


def unfit_priorities(plan: Plan) -> list[Priority]:
    """The priorities that were chosen for the plan and do not go along: withdrawn, or out of reach since. One query."""
    chosen = Priority.objects.filter(plan_priorities__plan=plan).exclude(pk__in=Priority.objects.chosen_for(plan).order_by().values("pk"))
    return list(chosen.select_related("area").order_by("plan_priorities__position"))


def plans_without(priority: Priority, *, to: Area | None) -> list[Plan]:
    """The open plans that chose this priority and that it does not go along in when it is moved there, or withdrawn (None). One query.

    Those that may be read here, as affected_by counts.
    """
    chosen = Plan.objects.filter(plan_priorities__priority=priority).exclude(status__in=FROZEN)
    if to is not None:
        chosen = chosen.exclude(area__in=Area.objects.within(to))
    return list(chosen.select_related("area").order_by("area__name", "starts_on"))


def reasons_for(decision: Decision | None, plan: Plan) -> list[str]:
    """Why this decision is to be looked at again, in Dutch: a sentence for each priority; nothing when it is not.

    Reads the destinations and their priority; for one that moved, its area as well.
    """
    if decision is None or plan.is_frozen:
        return []
    found = [_reason(destination, plan) for destination in decision.destinations.all()]
    return [reason for reason in found if reason]


def _reason(destination: Destination, plan: Plan) -> str:
    priority = destination.priority
    if priority is None or not (priority.level_changed_at or priority.period_changed_at or priority.withdrawn_at):
        return ""
    if priority.withdrawn_at:
        return f"‘{priority.title}’ is geen prioriteit meer."
    if priority.area_id not in {area.pk for area in plan.area.lineage()}:
        return f"‘{priority.title}’ is nu een {LEVEL_WORDS[priority.level]} prioriteit van {priority.area.name} en geldt hier niet meer."
    if priority.level != destination.level:
        before = _NAMES.get(destination.level, "ander niveau")
        return f"‘{priority.title}’ stond op een ander niveau ({before}) en staat nu bij {priority.area.formal_name}."
    if not priority.starts_on <= plan.starts_on <= priority.ends_on:
        return f"‘{priority.title}’ geldt nu in {priority.starts_on.year}–{priority.ends_on.year}, niet in de jaren van dit plan."
    return ""


_NAMES = {"nation": "landelijk", "unit": "eenheid", "district": "district", "team": "basisteam", "municipality": "gemeente"}


@dataclass(frozen=True, slots=True)
class Affected:
    """How many decisions of an area become ‘te herzien’."""

    area: Area
    count: int


def affected_by(priority: Priority, *, to: Area | None) -> Sequence[Affected]:
    """What moving the priority there does, or withdrawing it (None): the areas with decisions that are to be looked at again, most first.

    Counts what may be read here: the area of the priority and those below it, which are all it reaches. Two queries.
    """
    named = Destination.objects.filter(
        priority=priority, decision__superseded_at__isnull=True, decision__contribution__withdrawn_at__isnull=True
    ).exclude(decision__contribution__round__plan_round__plan__status__in=FROZEN)
    if to is not None:
        named = named.filter(~Q(level=to.kind) | ~Q(area__in=Area.objects.within(to)))
    counts = dict(named.values_list("area").annotate(n=Count("decision", distinct=True)).order_by())
    areas = Area.objects.filter(pk__in=counts)
    return sorted((Affected(area, counts[area.pk]) for area in areas), key=lambda one: (-one.count, one.area.name))
