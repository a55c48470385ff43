"""Where people arrive: their areas, and the start page of a plan."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ivp_portal.organisation.access import areas_open_to, enter_area
from ivp_portal.organisation.models import Area, AreaQuerySet, User
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest
from priorities.doors import enter_plan
from priorities.models import Phase, Plan
from priorities.plan_page import free_rounds, may_have_plan
from priorities.standing import destinations_of, rounds_of
from priorities.states import PlanStatus
from priorities.triage.agreement import handed_back_to, settled_in, waiting_for, waiting_in
from priorities.triage.queue_counts import left_of
from priorities.triage.review import review_count
from priorities.triage.waiting import number_waiting
from priorities.views.changes import may_draft


@require_safe
def home(request: PortalRequest) -> HttpResponse:
    """The one area of this user, or the choice between several."""
    areas = areas_open_to(request.user)
    if len(areas) == 1:
        return redirect("priorities:municipality", areas[0].slug)
    return render(request, "priorities/home.html", {"areas": areas})


@require_safe
def municipality(request: PortalRequest, municipality: str) -> HttpResponse:
    """The newest plan of a municipality; for a higher area what lies below it."""
    area = enter_area(request.user, municipality, Action.READ)
    plan = Plan.objects.of(area).newest_first().first()
    if plan:
        return redirect("priorities:start", area.slug, plan.period)
    may_start = Action.DRAFT in area.allowed and may_have_plan(area)
    return render(request, "priorities/area_detail.html", {"area": area, "below": _below(area), "may_draft": may_start})


def _below(area: Area) -> AreaQuerySet:
    """The areas that exist today, one level down."""
    return area.children.existing_on(timezone.localdate()).order_by("kind", "name")


@require_safe
def start(request: PortalRequest, municipality: str, period: str) -> HttpResponse:
    """How the plan stands: what is left to weigh, the council's route, where the points went."""
    plan = enter_plan(request.user, municipality, period, Action.READ)
    total, decided = settled_in(plan)
    steps = {step.phase: step for step in plan.route_steps.all()}
    route = [steps[phase] for phase in Phase if phase in steps]
    today = timezone.localdate()
    may_decide = Action.DECIDE in plan.area.allowed and not plan.is_frozen
    context = {
        "plan": plan,
        "plans": Plan.objects.of(plan.area).newest_first(),
        "total": total,
        "decided": decided,
        "left": left_of(plan),
        "waiting": waiting_in(plan),
        "for_me": _for_me(plan, request.user),
        "rounds": rounds_of(plan),
        "route": route,
        "next_step": next((step for step in route if step.on_date and step.on_date >= today), None),
        "destinations": destinations_of(plan),
        "today": today,
        "may_decide": may_decide,
        "unanswered": number_waiting(plan) if may_decide else 0,
        "may_record": Action.RECORD in plan.area.allowed,
        "may_adopt": Action.ADOPT in plan.area.allowed and PlanStatus.ADOPTED in plan.moves,
        "may_start_next": Action.DRAFT in plan.area.allowed,
        "may_draft": may_draft(plan),
        "below": () if plan.area.is_municipality else _below(plan.area),
        "to_review": review_count(plan),
        "loose_rounds": list(free_rounds(plan.area)) if may_draft(plan) else [],
    }
    return render(request, "priorities/start.html", context)


def _for_me(plan: Plan, user: User) -> dict[str, int]:
    """What waits for this user's agreement and what came back to them; not asked where nothing waits."""
    waiting = waiting_in(plan)
    if Action.DECIDE not in plan.area.allowed or plan.is_frozen:
        return {"to_agree": 0, "returned": 0}
    return {
        "to_agree": waiting_for(user, plan) if waiting.to_agree else 0,
        "returned": handed_back_to(user, plan) if waiting.returned else 0,
    }
