"""Who answers a point, by itself or by its theme, and the notes colleagues leave at it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consultation.models import Contribution
from consultation.services import ChangeRefused, RoundFrozen
from ivp_portal.organisation.models import User
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest, wants_fragment
from priorities import services
from priorities.doors import enter_plan
from priorities.forms.asking import NoteForm
from priorities.forms.handling import AssignForm, ThemeHandlersForm
from priorities.models import Plan
from priorities.triage.handlers import officers_of, person_lines, theme_lines
from priorities.triage.points import contribution_of
from priorities.triage.queue_filter import filter_from, query_of
from priorities.triage.work_panel import work_of
from priorities.views.changes import CHANGES, closed_plan_answers_409, sent


def work(plan: Plan, contribution: Contribution, user: User) -> dict[str, Any] | None:
    """The panel: only for those who weigh here. What colleagues tell each other is not for the council or the clerk."""
    if Action.DECIDE not in plan.area.allowed:
        return None
    found = work_of(plan, contribution)
    assign = AssignForm(officers=found.officers, initial={"to": found.assignee.pk if found.assignee and not found.by_theme else ""})
    return {"work": found, "is_mine": found.assignee == user and not found.by_theme, "assign": assign, "note": NoteForm()}


def back_to_point(request: PortalRequest, plan: Plan, contribution: Contribution, sentence: str) -> HttpResponse:
    """Say what happened at the point it happened to, with the filter kept; when only the panel was asked for, in the panel."""
    messages.success(request, sentence)
    name = "priorities:point-work" if wants_fragment(request) else "priorities:triage-item"
    return redirect(reverse(name, args=[plan.area.slug, plan.period, contribution.pk]) + query_of(filter_from(request.GET)))


@require_safe
def point_work(request: PortalRequest, municipality: str, period: str, pk: int) -> HttpResponse:
    """The panel on a page of its own."""
    plan = enter_plan(request.user, municipality, period, Action.DECIDE)
    return _work_page(request, plan, contribution_of(plan, pk))


def _work_page(request: PortalRequest, plan: Plan, contribution: Contribution, *, refusal: str = "", status: int = 200) -> HttpResponse:
    context = {
        "plan": plan,
        "contribution": contribution,
        "query": query_of(filter_from(request.GET)),
        "may_decide": not plan.is_frozen,
        "panel": work(plan, contribution, request.user),
        "on_its_own": True,
        "is_fragment": wants_fragment(request),
        "refusal": refusal,
    }
    return render(request, "priorities/point_work.html", context, status=status)


@require_POST
def assign(request: PortalRequest, municipality: str, period: str, pk: int) -> HttpResponse:
    """‘Op mij zetten’, or on somebody who may weigh here."""
    plan = enter_plan(request.user, municipality, period, Action.DECIDE)
    contribution = contribution_of(plan, pk)
    to: User | None = request.user
    if request.POST.get("actie") != "mij":
        form = AssignForm(request.POST, officers=officers_of(plan.area))
        if not form.is_valid():
            refusal = "Deze persoon mag hier geen punten afwegen. Kies een collega uit de lijst."
            return _work_page(request, plan, contribution, refusal=refusal, status=422)
        to = form.chosen
    try:
        services.assign(contribution, to=to, by=request.user)
    except ChangeRefused as refused:
        return _work_page(request, plan, contribution, refusal=str(refused), status=409)
    if to is None:
        return back_to_point(request, plan, contribution, "Niemand in het bijzonder behandelt dit punt nog.")
    return back_to_point(request, plan, contribution, "U behandelt dit punt." if to == request.user else f"{to} behandelt dit punt.")


@require_http_methods(CHANGES)
def note_add(request: PortalRequest, municipality: str, period: str, pk: int) -> HttpResponse:
    """A note for colleagues."""
    plan = enter_plan(request.user, municipality, period, Action.DECIDE)
    contribution = contribution_of(plan, pk)
    form = NoteForm(sent(request))
    refusal, status = (str(RoundFrozen()), 409) if plan.is_frozen else ("", 422 if form.errors else 200)
    if form.is_valid() and not refusal:
        try:
            services.add_note(contribution, text=form.cleaned_data["text"], by=request.user)
        except ChangeRefused as refused:
            refusal, status = str(refused), 409
        else:
            return back_to_point(request, plan, contribution, "Notitie bewaard. Alleen collega’s die afwegen lezen haar.")
    context = {
        "plan": plan,
        "contribution": contribution,
        "query": query_of(filter_from(request.GET)),
        "form": form,
        "refusal": refusal,
    }
    return render(request, "priorities/note_add.html", context, status=status)


@require_http_methods(CHANGES)
@closed_plan_answers_409
def theme_handlers(request: PortalRequest, municipality: str, period: str) -> HttpResponse:
    """Who answers the points of each theme, and how much lies with whom."""
    plan = enter_plan(request.user, municipality, period, Action.DECIDE)
    officers = officers_of(plan.area)
    lines, without_theme = theme_lines(plan, officers)
    form = ThemeHandlersForm(sent(request), lines=lines, officers=officers)
    if form.is_valid() and (number := _set(plan, form, request.user)) is not None:
        messages.success(request, f"Opgeslagen voor {number} thema{'s' if number != 1 else ''}." if number else "Er is niets veranderd.")
        return redirect("priorities:theme-handlers", municipality, period)
    context = {"plan": plan, "form": form, "without_theme": without_theme, "people": person_lines(plan, officers)}
    return render(request, "priorities/theme_handlers.html", context, status=422 if form.errors else 200)


def _set(plan: Plan, form: ThemeHandlersForm, user: User) -> int | None:
    """How many changed; None when somebody lost their leave just now, which the form then says."""
    try:
        return services.set_theme_handlers(plan, form.changes, by=user)
    except services.MayNotDecide as refused:
        form.add_error(None, str(refused))
        return None
