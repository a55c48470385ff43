"""The queries behind the pages of priorities."""

import datetime
from collections.abc import Sequence
from itertools import groupby

from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.models import Area, AreaKind
from priorities.models import Destination, Plan, Priority

LEVELS = list(AreaKind)


def by_level(priorities: list[Priority]) -> list[Priority]:
    """The highest area first; within a level as they were."""
    return sorted(priorities, key=lambda priority: LEVELS.index(AreaKind(priority.level)))


def chosen_in(plan: Plan) -> list[int]:
    """The ids of the priorities that go into the plan, in its order. One query."""
    return list(Priority.objects.chosen_for(plan).values_list("pk", flat=True))


def candidates_for(plan: Plan, chosen: Sequence[int]) -> list[Priority]:
    """The priorities the plan may hold: of its own area and of those above it that hold on its first day. The chosen ones first, in
    their order. One query.
    """
    found = by_level(list(Priority.objects.reaching(plan.area).in_period(plan.starts_on).select_related("area").order_by("title")))
    return sorted(found, key=lambda priority: chosen.index(priority.pk) if priority.pk in chosen else len(chosen))


def periods_at(area: Area) -> list[tuple[str, list[Priority]]]:
    """The priorities that reach the area by period ('2027–2030'), newest first. One query."""
    found = Priority.objects.reaching(area).select_related("area").order_by("-starts_on", "-ends_on", "title")
    return [(years, by_level(list(group))) for years, group in groupby(found, key=years_of)]


def years_of(priority: Priority) -> str:
    """'2027–2030'."""
    return f"{priority.starts_on.year}–{priority.ends_on.year}"


def plan_with(priority: Priority, area: Area) -> Plan | None:
    """The newest plan of the area that begins while the priority holds; None at an area without such a plan. One query."""
    plan = Plan.objects.of(area).filter(starts_on__gte=priority.starts_on, starts_on__lte=priority.ends_on).newest_first().first()
    if plan:
        plan.area = area
    return plan


def points_of(priority: Priority, plan: Plan) -> list[Destination]:
    """Where contributions of the plan go to this priority now, with the contribution, in their order. One query."""
    found = Destination.objects.filter(
        priority=priority,
        decision__superseded_at__isnull=True,
        decision__contribution__round__plan_round__plan=plan,
        decision__contribution__withdrawn_at__isnull=True,
    )
    in_order = found.order_by("decision__contribution__round_id", "decision__contribution__number")
    return list(in_order.select_related("decision__contribution"))


def why_moved(priority: Priority) -> LogEntry | None:
    """The last line in the log that says why it was moved or withdrawn, where it may be read; None for one that never was. One query."""
    if not (priority.level_changed_at or priority.withdrawn_at):
        return None
    verb = "priority.withdrawn" if priority.withdrawn_at else "priority.moved"
    return LogEntry.objects.about(priority).filter(verb=verb).last()


def next_period(area: Area, today: datetime.date) -> tuple[datetime.date, datetime.date]:
    """The years somebody most likely writes a priority for: those of the newest plan of the area, else of the newest priority that
    reaches it, else the four after this one. At most two queries.
    """
    newest: Plan | Priority | None = Plan.objects.of(area).newest_first().first()
    newest = newest or Priority.objects.reaching(area).order_by("-starts_on").first()
    if newest:
        return newest.starts_on, newest.ends_on
    return datetime.date(today.year + 1, 1, 1), datetime.date(today.year + 4, 12, 31)
