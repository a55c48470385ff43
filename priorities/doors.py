"""The doors to a plan, through its area, and to a priority, through an area it reaches."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404

from ivp_portal.organisation.access import areas_open_to, enter_area, may
from ivp_portal.organisation.models import Area, User
from ivp_portal.organisation.roles import Action
from priorities.models import Plan, Priority, StandardRationale
from priorities.services import PlanClosed
from priorities.triage.queue_counts import plan_of_period


def enter_plan(user: User | AnonymousUser, municipality: str, period: str, action: Action, *, bare: bool = False) -> Plan:
    """The plan of that area and period, its area loaded and opened: of a municipality, or of a unit that weighs what municipalities said.

    `bare` as plan_of_period(): who comes in to change something, and shows the queue only when that fails.
    Raises Http404 for an unknown plan and for a foreign area, PermissionDenied without leave for the action.
    """
    area = enter_area(user, municipality, action)
    plan = plan_of_period(area, period, user, bare=bare)
    if plan is None:
        raise Http404
    user.entered_plan = plan  # type: ignore[union-attr]  # read by the menu
    return plan


def enter_council_plan(user: User | AnonymousUser, municipality: str, period: str, action: Action) -> Plan:
    """As enter_plan, for a page about what goes to a municipal council; the plan of another area is a 404."""
    plan = enter_plan(user, municipality, period, action)
    if not plan.area.is_municipality:
        raise Http404
    return plan


def enter_open_plan(user: User | AnonymousUser, municipality: str, period: str, action: Action) -> Plan:
    """As enter_council_plan, for a page that changes the plan; raises PlanClosed when it was adopted."""
    plan = enter_council_plan(user, municipality, period, action)
    if plan.is_frozen:
        raise PlanClosed(plan)
    return plan


def enter_priority(user: User | AnonymousUser, area: str, pk: int, action: Action) -> tuple[Area, Priority]:
    """The area and a priority that reaches it. To change one, somebody comes in through the area whose priority it is.

    Raises Http404 for an unknown area or priority and for a foreign one, PermissionDenied without leave, or for another area's priority.
    """
    entered = enter_area(user, area, action)
    priority = Priority.objects.reaching(entered).select_related("area").filter(pk=pk).first()
    if priority is None:
        raise Http404
    if action != Action.READ and priority.area_id != entered.pk:
        raise PermissionDenied
    if priority.area_id == entered.pk:
        priority.area = entered
    return entered, priority


def enter_standard(user: User | AnonymousUser, area: str, pk: int, action: Action) -> tuple[Area, StandardRationale]:
    """The area and a standard text it may use. To change one, somebody comes in through the area whose text it is.

    Raises as enter_priority.
    """
    entered = enter_area(user, area, action)
    standard = StandardRationale.objects.of(entered).select_related("area").filter(pk=pk).first()
    if standard is None:
        raise Http404
    if action != Action.READ and standard.area_id != entered.pk:
        raise PermissionDenied
    return entered, standard


def areas_to_move_to(user: User, priority: Priority) -> list[Area]:
    """Where this user may take the priority: areas above or below the one it stands at, at which they may draft; the highest first.

    A query for their memberships and one for each area. Reads priority.area.
    """
    here = priority.area.lineage()
    found = []
    for area in Area.objects.with_lineage().filter(pk__in=[one.pk for one in areas_open_to(user)]):
        related = area in here or priority.area in area.lineage()
        if related and area.pk != priority.area_id and may(user, Action.DRAFT, area):
            found.append(area)
    return sorted(found, key=lambda area: (len(area.lineage()), area.name))
