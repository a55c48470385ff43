"""What was decided about one contribution before now: taken back, and read from beginning to end."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from consultation.services import ChangeRefused
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest
from priorities import services
from priorities.doors import enter_plan
from priorities.forms.decisions import filter_from
from priorities.models import Decision
from priorities.views.triage import address_of, contribution_of


@require_POST
def undo(request: PortalRequest, municipality: str, period: str, pk: int) -> HttpResponse:
    """Take back one decision, named by ?besluit=, as long as no later one stands."""
    plan = enter_plan(request.user, municipality, period, Action.DECIDE)
    contribution = contribution_of(plan, pk)
    number = request.GET.get("besluit", "")
    decision = get_object_or_404(Decision, contribution=contribution, pk=number if number.isdecimal() else 0)
    try:
        restored = services.undo(decision, by=request.user)
    except services.Conflict:
        messages.warning(request, f"{contribution.point} is intussen opnieuw afgewogen. Die afweging blijft staan; bekijk haar hieronder.")
    except ChangeRefused as refusal:
        messages.error(request, str(refusal))
    else:
        back = "De vorige afweging geldt weer." if restored else "Het punt staat weer in de lijst."
        messages.success(request, f"Ongedaan gemaakt. {back}")
    return redirect(address_of(plan, contribution, filter_from(request.GET)))


@require_safe
def history(request: PortalRequest, municipality: str, period: str, pk: int) -> HttpResponse:
    """What happened to one contribution, from what was said to what was decided."""
    plan = enter_plan(request.user, municipality, period, Action.READ)
    contribution = contribution_of(plan, pk)
    context = {"plan": plan, "contribution": contribution, "lines": LogEntry.objects.about(contribution)}
    return render(request, "priorities/triage_history.html", context)
