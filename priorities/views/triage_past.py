"""What was decided about one contribution before now: taken back, and read from beginning to end."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from consultation.services import AlreadyWithdrawn, ChangeRefused
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest
from priorities import services
from priorities.doors import enter_plan
from priorities.models import Decision, Plan
from priorities.triage.open_point import decision_in
from priorities.triage.points import address_of, contribution_of, filter_for, queue_address
from priorities.triage.queue_filter import TriageFilter, filter_from, query_of
from priorities.triage.sitting import forget, keep, sitting_of
from priorities.triage.story import point_of, shows_original, story_of


@require_POST
def undo(request: PortalRequest, municipality: str, period: str, pk: int) -> HttpResponse:
    """Take back one decision, named by ?besluit=, as long as no later one stands."""
    plan = enter_plan(request.user, municipality, period, Action.DECIDE)
    contribution, filter = contribution_of(plan, pk), filter_for(plan, filter_from(request.GET))
    number = request.GET.get("besluit", "")
    decision = get_object_or_404(Decision, contribution=contribution, pk=number if number.isdecimal() else 0)
    try:
        restored = services.undo(decision, by=request.user)
    except services.Conflict:
        messages.warning(request, f"{contribution.point} is intussen opnieuw afgewogen. Die afweging blijft staan; bekijk haar hieronder.")
    except ChangeRefused as refusal:
        messages.error(request, str(refusal))
    else:
        forget(plan, request.user, pk, decision.pk, restored=restored.pk if restored else None)
        _say_it_is_undone(request, contribution.point, restored)
        return redirect(_address_with_text(plan, decision, filter))
    return redirect(address_of(plan, pk, filter))


@require_POST
def take_back(request: PortalRequest, municipality: str, period: str) -> HttpResponse:
    """Take back my last decision of this sitting; one that somebody changed since is passed over, in words."""
    plan = enter_plan(request.user, municipality, period, Action.DECIDE)
    filter = filter_for(plan, filter_from(request.GET))
    sitting = sitting_of(plan)
    while (done := sitting.latest) is not None:
        sitting.done.pop()
        decision = decision_in(plan, done.decision)
        if decision is None:
            continue
        try:
            restored = services.undo(decision, by=request.user)
        except services.Conflict:
            messages.warning(request, f"{done.point} is intussen opnieuw afgewogen. Die afweging blijft staan.")
            continue
        except AlreadyWithdrawn:
            messages.warning(request, f"{done.point} is intussen ingetrokken.")
            continue
        except ChangeRefused as refusal:
            messages.error(request, str(refusal))
            return redirect(address_of(plan, done.contribution, filter))
        if restored:
            sitting.stands_again(done.contribution, restored.pk)
        keep(plan, request.user, sitting)
        _say_it_is_undone(request, done.point, restored)
        return redirect(_address_with_text(plan, decision, filter))
    keep(plan, request.user, sitting)
    messages.info(request, "Er is niets meer om ongedaan te maken. U kunt de afwegingen terugnemen die u maakte sinds u inlogde.")
    return redirect(queue_address(plan) + query_of(filter))


def _say_it_is_undone(request: PortalRequest, point: str, restored: Decision | None) -> None:
    back = "De vorige afweging geldt weer." if restored else "Het punt staat weer in de lijst."
    messages.success(request, f"Ongedaan gemaakt: {point}. {back}")


def _address_with_text(plan: Plan, decision: Decision, filter: TriageFilter) -> str:
    """To the point, where the text of the decision that was taken back is offered again."""
    address = address_of(plan, decision.contribution_id, filter)
    return f"{address}{'&' if '?' in address else '?'}teruggenomen={decision.pk}"


@require_safe
def history(request: PortalRequest, municipality: str, period: str, pk: int) -> HttpResponse:
    """What happened to one contribution, from what was said to what the sender was told; of a withdrawn one too."""
    plan = enter_plan(request.user, municipality, period, Action.READ)
    contribution = point_of(plan, pk)
    days = story_of(plan, contribution)
    context = {
        "plan": plan,
        "contribution": contribution,
        "query": query_of(filter_from(request.GET)),
        "days": days,
        "shows_original": shows_original(days, plan),
    }
    return render(request, "priorities/triage_history.html", context)
