"""A priority gets another level, is withdrawn, or comes back. Decisions that name it stay; they are to be looked at again (review.py)."""

from django.db import transaction
from django.utils import timezone

from ivp_portal.audit.log import record
from ivp_portal.audit.versions import require_version
from ivp_portal.organisation.models import Area, User
from priorities.models import Priority
from priorities.rules import Problem, RuleBroken
from priorities.services.priorities import PriorityHeld, holding_plan, lock_area, lock_words


@transaction.atomic
def move_priority(priority: Priority, *, to: Area, seen: int, reason: str, by: User) -> Priority:
    """Give the priority another level: that of an area above or below the one it stands at. Both must be open for writing.

    Raises PriorityHeld when an adopted plan holds it, RuleBroken for an area that is neither, for one that has such a priority already,
    and for one that was withdrawn; NewerVersion when another version than `seen` stands.
    """
    for area in sorted({priority.area, to}, key=lambda one: one.pk):
        lock_area(area)
    priority = _lock(priority)
    require_version(priority, seen)
    before = priority.area
    to = Area.objects.with_lineage().get(pk=to.pk)
    if problem := _problem_with_move(priority, to):
        raise RuleBroken([Problem("to_area", problem)])
    priority.area, priority.level_changed_at = to, timezone.now()
    priority.version += 1
    priority.save(update_fields=["area", "level_changed_at", "version"])
    priority.sections.update(area=to)
    facts = {"before": before.name, "after": to.name, "level_before": before.kind, "level_after": to.kind, "reason": reason}
    for area in (before, to):  # both may read why
        record("priority.moved", by=by, target=priority, area=area, **facts)
    return priority


def _problem_with_move(priority: Priority, to: Area) -> str:
    here = Area.objects.with_lineage().get(pk=priority.area_id)
    if to.pk == here.pk:
        return f"‘{priority.title}’ staat al bij {to.formal_name}. Kies een ander gebied."
    if to not in here.lineage() and here not in to.lineage():
        return f"{to.name} ligt niet boven of onder {here.name}. Kies een ander gebied."
    if priority.withdrawn_at:
        return f"‘{priority.title}’ is ingetrokken. Stel de prioriteit eerst weer in."
    if Priority.objects.of(to).filter(title=priority.title, starts_on=priority.starts_on).exists():
        return f"Bij {to.formal_name} staat al een prioriteit ‘{priority.title}’ voor deze jaren. Kies een ander gebied."
    return ""


@transaction.atomic
def withdraw_priority(priority: Priority, *, seen: int, reason: str, by: User) -> Priority:
    """It is no priority any more: nobody can name it from now on. Nothing happens when it was withdrawn before.

    Raises PriorityHeld when an adopted plan holds it, NewerVersion when another version than `seen` stands.
    """
    lock_area(priority.area)
    priority = _lock(priority)
    if priority.withdrawn_at is None:
        require_version(priority, seen)
        priority.withdrawn_at = timezone.now()
        priority.version += 1
        priority.save(update_fields=["withdrawn_at", "version"])
        record("priority.withdrawn", by=by, target=priority, reason=reason)
    return priority


@transaction.atomic
def restore_priority(priority: Priority, *, by: User) -> Priority:
    """It is a priority again, and what was decided with it holds again. Nothing happens when it was not withdrawn."""
    lock_area(priority.area)
    priority = _lock(priority)
    if priority.withdrawn_at is not None:
        priority.withdrawn_at = None
        priority.version += 1
        priority.save(update_fields=["withdrawn_at", "version"])
        record("priority.restored", by=by, target=priority)
    return priority


def _lock(priority: Priority) -> Priority:
    """The priority as it stands, and nobody adopts a plan with it meanwhile. Raises PriorityHeld when somebody did."""
    lock_words([priority.pk], shared=False)
    priority = Priority.objects.select_for_update(of=("self",)).select_related("area").get(pk=priority.pk)
    if plan := holding_plan(priority):
        raise PriorityHeld(priority, plan)
    return priority
