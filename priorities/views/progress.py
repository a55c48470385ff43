"""How far the triage of a plan is."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest
from priorities.doors import enter_plan
from priorities.triage.progress_page import progress_of


@require_safe
def progress(request: PortalRequest, municipality: str, period: str) -> HttpResponse:
    """What is left, how fast it goes and when it is done. Who handles what is shown to those who weigh only."""
    plan = enter_plan(request.user, municipality, period, Action.READ)
    may_decide = Action.DECIDE in plan.area.allowed
    context = {
        "plan": plan,
        "progress": progress_of(plan, with_names=may_decide),
        "may_decide": may_decide and not plan.is_frozen,
        "may_plan": Action.DRAFT in plan.area.allowed and not plan.is_frozen and plan.area.is_municipality,
    }
    return render(request, "priorities/triage_progress.html", context)
