"""The triage screen: the queue of a plan, one contribution open, decide, next."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from consultation.models import Contribution
from consultation.services import ChangeRefused, RoundFrozen
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest
from ivp_portal.web.paging import page_of
from priorities import services
from priorities.decision_kinds import DECISION_KINDS
from priorities.doors import enter_plan
from priorities.forms.decisions import DecisionForm, filter_from, query_of
from priorities.models import Decision, Plan
from priorities.triage import (
    TriageFilter,
    counts_of,
    first_in,
    group_mates,
    queue_around,
    queue_counts,
    similar_to,
    triage_queue,
    with_current_decision,
)


@require_safe
def queue(request: PortalRequest, municipality: str, period: str) -> HttpResponse:
    """To the first contribution the filter leaves; ?lijst=1 shows the list itself, for a narrow screen."""
    plan = enter_plan(request.user, municipality, period, Action.READ)
    filter = filter_from(request.GET)
    first = first_in(plan, filter)
    if first is not None and "lijst" not in request.GET:
        return redirect(address_of(plan, first, filter))
    if first is None:
        total, decided = counts_of(plan)
        may_record = Action.RECORD in plan.area.allowed and not plan.is_frozen
        context = {"plan": plan, "filter": filter, "total": total, "decided": decided, "left": total - decided, "may_record": may_record}
        return render(request, "priorities/triage_done.html", context)
    page = page_of(filter.apply(triage_queue(plan)).select_related("submission__contributor"), request)
    queue = queue_counts(plan, filter)
    queue.matching = page.paginator.count
    context = {"plan": plan, "filter": filter, "query": query_of(filter), "queue": queue, "page": page}
    return render(request, "priorities/triage_list.html", context)


def address_of(plan: Plan, contribution: Contribution, filter: TriageFilter) -> str:
    return reverse("priorities:triage-item", args=[plan.area.slug, plan.period, contribution.pk]) + query_of(filter)


@require_http_methods(["GET", "HEAD", "POST"])
def item(request: PortalRequest, municipality: str, period: str, pk: int) -> HttpResponse:
    """One contribution: read it, decide, go to the next."""
    plan = enter_plan(request.user, municipality, period, Action.DECIDE if request.method == "POST" else Action.READ)
    filter = filter_from(request.GET)
    contribution = contribution_of(plan, pk)
    current = contribution.current_decisions[0] if contribution.current_decisions else None  # type: ignore[attr-defined]
    if request.method != "POST":
        form = DecisionForm(plan=plan, contribution=contribution, current=current) if _may_decide(plan) else None
        return _show(request, plan, contribution, filter, form=form, current=current)
    if plan.is_frozen:
        return _show(request, plan, contribution, filter, form=None, current=current, status=409, refused=str(RoundFrozen()))
    form = DecisionForm(request.POST, plan=plan, contribution=contribution)
    if not form.is_valid():
        return _show(request, plan, contribution, filter, form=form, current=current, status=422)
    try:
        decision = services.decide(
            contribution,
            choices=form.cleaned_data["choices"],
            extent=form.cleaned_data["extent"],
            rationale=form.cleaned_data["rationale"],
            by=request.user,
            seen=services.ANYTHING if request.POST.get("actie") == "vervangen" else form.cleaned_data["seen"],
        )
    except services.Conflict as conflict:
        return _show(request, plan, contribution, filter, form=form, current=conflict.current, status=409, conflict=True)
    except ChangeRefused as refusal:
        return _show(request, plan, contribution, filter, form=form, current=current, status=409, refused=str(refusal))
    _say_it_is_done(request, plan, contribution, decision, filter)
    if request.POST.get("actie") == "blijven":
        return redirect(address_of(plan, contribution, filter))
    following = first_in(plan, filter, following=contribution)
    queue_address = reverse("priorities:triage-queue", args=[municipality, period]) + query_of(filter)
    return redirect(address_of(plan, following, filter) if following else queue_address)


def contribution_of(plan: Plan, pk: int) -> Contribution:
    """Of this plan only; anything else is a 404."""
    found = triage_queue(plan).select_related("round", "group", "submission__contributor")
    return get_object_or_404(with_current_decision(found), pk=pk)


def _may_decide(plan: Plan) -> bool:
    return Action.DECIDE in plan.area.allowed and not plan.is_frozen


def _show(
    request: PortalRequest,
    plan: Plan,
    contribution: Contribution,
    filter: TriageFilter,
    *,
    form: DecisionForm | None,
    current: Decision | None,
    status: int = 200,
    conflict: bool = False,
    refused: str = "",
) -> HttpResponse:
    context = {
        "plan": plan,
        "contribution": contribution,
        "current": current,
        "filter": filter,
        "query": query_of(filter),
        "queue": queue_around(plan, contribution, filter),
        "similar": similar_to(contribution, plan),
        "mates": group_mates(contribution, plan),
        "form": form,
        "may_decide": _may_decide(plan),
        "conflict": conflict,
        "refused": refused,
    }
    return render(request, "priorities/triage.html", context, status=status)


def _say_it_is_done(request: PortalRequest, plan: Plan, contribution: Contribution, decision: Decision, filter: TriageFilter) -> None:
    places = " en ".join(str(destination) for destination in decision.destinations.select_related("priority"))
    how = "deels " if decision.extent == "partly" else ""
    first = decision.destinations.all()[0]
    goes = f"gaat {how}naar {places}" if DECISION_KINDS[first.kind].taken_up else "wordt niet opgenomen"
    if DECISION_KINDS[first.kind].drafts_only:
        goes = f"kreeg het antwoord ‘{DECISION_KINDS[first.kind].label}’"
    undo_at = reverse("priorities:triage-undo", args=[plan.area.slug, plan.period, contribution.pk])
    tail = query_of(filter)
    messages.success(
        request,
        f"Vastgelegd. {contribution.point} {goes}.",
        extra_tags=f"{undo_at}{tail}{'&' if tail else '?'}besluit={decision.pk}",
    )
