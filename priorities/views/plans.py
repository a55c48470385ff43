"""The plan: its page, how it begins, its data, its route and its priorities."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from ivp_portal.organisation.access import enter_area
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest
from priorities import services
from priorities.doors import enter_council_plan, enter_open_plan, enter_plan
from priorities.forms.plans import PlanForm, PrioritiesForm, RoundsForm, RouteForm, StartPlanForm
from priorities.forms.texts import MARKS
from priorities.plan_page import free_rounds, may_have_plan, next_year, plan_page, rounds_for
from priorities.priority_page import candidates_for, chosen_in
from priorities.rules import RuleBroken
from priorities.triage.review import unfit_priorities
from priorities.views.changes import CHANGES, blame, closed_plan_answers_409, done, may_draft, sent
from priorities.views.moves import moves_open


@require_safe
def detail(request: PortalRequest, municipality: str, period: str) -> HttpResponse:
    """The plan at a glance: route, chapters, priorities, and what is left to do."""
    plan = enter_council_plan(request.user, municipality, period, Action.READ)
    page = plan_page(plan, timezone.localdate())
    context = {"plan": plan, "page": page, "may_draft": may_draft(plan), "moves": moves_open(plan, page)}
    return render(request, "priorities/plan_detail.html", context)


@require_http_methods(CHANGES)
def start(request: PortalRequest, municipality: str) -> HttpResponse:
    """Begin a plan: its years, and the rounds that feed it. Above the municipalities there must be a strategy that was put to them."""
    area = enter_area(request.user, municipality, Action.DRAFT)
    if not may_have_plan(area):
        raise Http404
    form = StartPlanForm(sent(request), rounds=free_rounds(area), first_year=next_year(area, timezone.localdate()))
    if form.is_valid():
        starts_on, ends_on = form.period
        try:
            rounds = list(form.cleaned_data["rounds"])
            plan = services.start_plan(area, starts_on=starts_on, ends_on=ends_on, rounds=rounds, by=request.user)
        except RuleBroken as broken:
            blame(form, broken)
        else:
            if not area.is_municipality:
                messages.success(request, "U kunt nu afwegen wat er is ingebracht.")
                return redirect("priorities:start", area.slug, plan.period)
            messages.success(request, "Het plan is begonnen, met zeven lege hoofdstukken. Vul eerst de route naar de raad in.")
            return redirect("priorities:plan-detail", area.slug, plan.period)
    return render(request, "priorities/plan_start.html", {"area": area, "form": form}, status=422 if form.errors else 200)


@require_http_methods(CHANGES)
@closed_plan_answers_409
def change(request: PortalRequest, municipality: str, period: str) -> HttpResponse:
    """What stands in the front and the back of the plan."""
    plan = enter_open_plan(request.user, municipality, period, Action.DRAFT)
    form = PlanForm(sent(request), plan=plan)
    if form.is_valid():
        services.change_plan(plan, **form.cleaned_data, by=request.user)
        return done(request, plan, "De gegevens van het plan zijn opgeslagen.")
    return render(request, "priorities/plan_change.html", {"plan": plan, "form": form, "marks": MARKS}, status=422 if form.errors else 200)


@require_http_methods(CHANGES)
@closed_plan_answers_409
def route(request: PortalRequest, municipality: str, period: str) -> HttpResponse:
    """The three meetings of the council's route, and when the weighing is to be done."""
    plan = enter_open_plan(request.user, municipality, period, Action.DRAFT)
    form = RouteForm(sent(request), plan=plan, steps=list(plan.route_steps.all()))
    if form.is_valid():
        services.change_route(plan, steps=form.meetings, weigh_by=form.cleaned_data["weigh_by"], by=request.user)
        return done(request, plan, "De route naar de raad is opgeslagen.")
    return render(request, "priorities/plan_route.html", {"plan": plan, "form": form}, status=422 if form.errors else 200)


@require_http_methods(CHANGES)
@closed_plan_answers_409
def choose_priorities(request: PortalRequest, municipality: str, period: str) -> HttpResponse:
    """Which priorities the plan holds, and in which order."""
    plan = enter_open_plan(request.user, municipality, period, Action.DRAFT)
    chosen = chosen_in(plan)
    form = PrioritiesForm(sent(request), candidates=candidates_for(plan, chosen), chosen=chosen)
    if form.is_valid():
        try:
            services.choose_priorities(plan, priorities=form.in_order, by=request.user)
        except RuleBroken as broken:
            blame(form, broken)
        else:
            return done(request, plan, "De prioriteiten van het plan zijn opgeslagen.")
    context = {"plan": plan, "form": form, "unfit": unfit_priorities(plan)}
    return render(request, "priorities/plan_priorities.html", context, status=422 if form.errors else 200)


@require_http_methods(CHANGES)
@closed_plan_answers_409
def choose_rounds(request: PortalRequest, municipality: str, period: str) -> HttpResponse:
    """Which rounds feed the plan; of any area."""
    plan = enter_plan(request.user, municipality, period, Action.DRAFT)
    if plan.is_frozen:
        raise services.PlanClosed(plan)
    form = RoundsForm(sent(request), rounds=rounds_for(plan), chosen=plan.round_ids)
    if form.is_valid():
        try:
            services.choose_rounds(plan, rounds=list(form.cleaned_data["rounds"]), by=request.user)
        except RuleBroken as broken:
            blame(form, broken)
        else:
            return done(request, plan, "De rondes van het plan zijn opgeslagen.")
    return render(request, "priorities/plan_rounds.html", {"plan": plan, "form": form}, status=422 if form.errors else 200)
