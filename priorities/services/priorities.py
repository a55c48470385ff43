"""Changes to priorities. An adopted plan keeps the words it was adopted with: those of its priorities too."""

import datetime
from collections.abc import Iterable, Mapping

from django.db import connection, transaction
from django.utils import timezone

from ivp_portal.audit.log import record
from ivp_portal.audit.versions import differences, require_version
from ivp_portal.organisation.models import Area, User
from priorities.models import Plan, Priority, PrioritySection, SectionKind
from priorities.rules import Problem, RuleBroken
from priorities.states import FROZEN

WORDS_LOCK = 376_001
"""First key of the advisory locks on the words of a priority; the second is its id."""


class PriorityHeld(Exception):
    """An adopted plan holds this priority, so its words stay. The message is a Dutch sentence for the screen."""

    def __init__(self, priority: Priority, plan: Plan) -> None:
        super().__init__(
            f"‘{priority.title}’ staat in het vastgestelde plan {plan.period.replace('-', '–')} van {plan.area.name}."
            " Er verandert niets meer aan. Schrijf voor de volgende periode een nieuwe prioriteit."
        )
        self.priority = priority


def holding_plan(priority: Priority) -> Plan | None:
    """The earliest adopted plan that holds this priority, with its area; None when its words are still free. One query."""
    return priority.plans.filter(status__in=FROZEN).select_related("area").order_by("starts_on", "area__name").first()


@transaction.atomic
def write_priority(
    area: Area,
    *,
    title: str,
    summary: str = "",
    lead: str = "",
    starts_on: datetime.date,
    ends_on: datetime.date,
    sections: Mapping[SectionKind, str],
    by: User,
) -> Priority:
    """Write a priority at an area, which is its level. Raises RuleBroken for an odd period or a title that is taken."""
    lock_area(area)
    _require_sound(area, title, starts_on, ends_on)
    priority = Priority.objects.create(area=area, title=title, summary=summary, lead=lead, starts_on=starts_on, ends_on=ends_on)
    PrioritySection.objects.bulk_create(
        PrioritySection(area=area, priority=priority, kind=kind, body=sections.get(kind, "")) for kind in SectionKind
    )
    record("priority.written", by=by, target=priority, starts_on=str(starts_on), ends_on=str(ends_on))
    return priority


@transaction.atomic
def change_priority(
    priority: Priority,
    *,
    seen: int,
    title: str,
    summary: str,
    lead: str,
    starts_on: datetime.date,
    ends_on: datetime.date,
    sections: Mapping[SectionKind, str],
    by: User,
) -> Priority:
    """Change a priority and its five sections at once; the log keeps both texts.

    Raises NewerVersion when another version than `seen` stands, PriorityHeld when an adopted plan holds it, RuleBroken for an odd period,
    for one that leaves a plan behind that holds it, and for a title that is taken.
    """
    lock_area(priority.area)
    lock_words([priority.pk], shared=False)
    priority = Priority.objects.select_for_update(of=("self",)).select_related("area").get(pk=priority.pk)
    if plan := holding_plan(priority):
        raise PriorityHeld(priority, plan)
    bodies = {section.kind: section for section in priority.sections.all()}
    values = {"title": title, "summary": summary, "lead": lead, "starts_on": starts_on, "ends_on": ends_on}
    before = {name: getattr(priority, name) for name in values} | {kind.value: bodies[kind].body for kind in SectionKind if kind in bodies}
    after = values | {kind.value: sections.get(kind, "") for kind in SectionKind}
    changes = differences({kind.value: "" for kind in SectionKind} | before, after)
    if not changes:
        return priority
    require_version(priority, seen)
    _require_sound(priority.area, title, starts_on, ends_on, but=priority)
    priority.title, priority.summary, priority.lead, priority.starts_on, priority.ends_on = title, summary, lead, starts_on, ends_on
    if {"starts_on", "ends_on"} & changes["after"].keys():
        priority.period_changed_at = timezone.now()
    priority.version += 1
    priority.save(update_fields=[*values, "version", "period_changed_at"])
    for kind in SectionKind:
        if kind.value in changes["after"]:
            section = bodies.get(kind) or PrioritySection(area=priority.area, priority=priority, kind=kind)
            section.body = sections.get(kind, "")
            section.save()
    record("priority.changed", by=by, target=priority, version=priority.version, **changes)
    return priority


def _require_sound(area: Area, title: str, starts_on: datetime.date, ends_on: datetime.date, *, but: Priority | None = None) -> None:
    """Raise RuleBroken for a period that ends before it starts or misses a plan that holds it, and for a title that is taken."""
    if ends_on <= starts_on:
        raise RuleBroken([Problem("ends_on", f"Het einde ligt vóór het begin ({starts_on:%d-%m-%Y}). Kies een latere dag.")])
    namesakes = Priority.objects.of(area).filter(title=title, starts_on=starts_on)
    if (namesakes.exclude(pk=but.pk) if but else namesakes).exists():
        raise RuleBroken([Problem("title", f"Er is hier al een prioriteit ‘{title}’ voor deze jaren. Kies een andere titel.")])
    for plan in but.plans.select_related("area") if but else ():
        if not starts_on <= plan.starts_on <= ends_on:
            field, edge = ("starts_on", "Kies {} of eerder.") if starts_on > plan.starts_on else ("ends_on", "Kies een dag na {}.")
            where = f"Deze prioriteit staat in het plan {plan.period.replace('-', '–')} van {plan.area.name}. "
            raise RuleBroken([Problem(field, where + edge.format(f"{plan.starts_on:%d-%m-%Y}"))])


def lock_area(area: Area) -> None:
    """One at a time at this area, until the end of the transaction: for names that must stay unique."""
    Area.objects.select_for_update(no_key=True).get(pk=area.pk)


def keep_words(plan: Plan) -> None:
    """Wait for changes to the plan's priorities that are under way, and hold new ones off until the end of the transaction.

    Not a lock on the rows: a priority may stand at the district, and the wall lets a municipality read those rows, not lock them.
    """
    lock_words(plan.plan_priorities.values_list("priority_id", flat=True), shared=True)


def lock_words(priorities: Iterable[int], *, shared: bool) -> None:
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        for pk in sorted(priorities):
            cursor.execute(f"SELECT {function}(%s, %s)", [WORDS_LOCK, pk % 2**31])
