"""Priorities: those that reach an area, one to read, and one's own area's to write."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from ivp_portal.audit.versions import TextConflict, conflict_with
from ivp_portal.organisation.access import enter_area
from ivp_portal.organisation.models import Area
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest, wants_fragment
from priorities import services
from priorities.doors import areas_to_move_to, enter_priority
from priorities.forms.priorities import PriorityForm
from priorities.forms.texts import MARKS
from priorities.models import Priority, SectionKind
from priorities.priority_page import next_period, periods_at, plan_with, points_of, why_moved
from priorities.reading import priority_text, priority_values
from priorities.rules import RuleBroken
from priorities.views.changes import CHANGES, blame, refused, sent


@require_safe
def list_priorities(request: PortalRequest, municipality: str) -> HttpResponse:
    """The priorities that reach an area, newest period first."""
    area = enter_area(request.user, municipality, Action.READ)
    context = {"area": area, "periods": periods_at(area), "may_draft": Action.DRAFT in area.allowed}
    return render(request, "priorities/priority_list.html", context)


@require_safe
def detail(request: PortalRequest, municipality: str, pk: int) -> HttpResponse:
    """One priority with its five sections, and what people said that goes to it."""
    area, priority = enter_priority(request.user, municipality, pk, Action.READ)
    plan = plan_with(priority, area)
    held_by = services.holding_plan(priority)
    may_draft = Action.DRAFT in area.allowed and priority.area_id == area.pk and not held_by
    context = {
        "area": area,
        "priority": priority,
        "text": priority_text(priority_values(priority), level=2),
        "plan": plan,
        "points": points_of(priority, plan) if plan else [],
        "held_by": held_by,
        "may_draft": may_draft,
        "may_move": may_draft and not priority.withdrawn_at and bool(areas_to_move_to(request.user, priority)),
        "why": why_moved(priority),
    }
    return render(request, "priorities/priority_detail.html", context)


@require_http_methods(CHANGES)
def add(request: PortalRequest, municipality: str) -> HttpResponse:
    """Write a priority at the area one came in through: that is its level."""
    area = enter_area(request.user, municipality, Action.DRAFT)
    form = PriorityForm(sent(request), period=next_period(area, timezone.localdate()))
    asks_preview = "preview" in request.POST
    if form.is_valid() and not asks_preview:
        try:
            priority = services.write_priority(area, **form.values, by=request.user)
        except RuleBroken as broken:
            blame(form, broken)
        else:
            return _saved(request, area, priority)
    return _write(request, "priorities/priority_add.html", {"area": area}, form, asks_preview=asks_preview)


@require_http_methods(CHANGES)
def change(request: PortalRequest, municipality: str, pk: int) -> HttpResponse:
    """Change a priority of one's own area; refused once an adopted plan holds it."""
    area, priority = enter_priority(request.user, municipality, pk, Action.DRAFT)
    here = reverse("priorities:priority-detail", args=[area.slug, priority.pk])
    if plan := services.holding_plan(priority):
        return refused(request, str(services.PriorityHeld(priority, plan)), back=here, to="de prioriteit")
    form = PriorityForm(sent(request), priority=priority)
    context: dict[str, Any] = {"area": area, "priority": priority}
    asks_preview = "preview" in request.POST
    if form.is_valid() and not asks_preview:
        try:
            services.change_priority(priority, seen=form.cleaned_data["seen"], **form.values, by=request.user)
        except services.PriorityHeld as held:
            return refused(request, str(held), back=here, to="de prioriteit")
        except services.NewerVersion as newer:
            context["conflict"] = _conflict(newer, form)
        except RuleBroken as broken:
            blame(form, broken)
        else:
            return _saved(request, area, priority)
    return _write(request, "priorities/priority_change.html", context, form, asks_preview=asks_preview)


def _write(request: PortalRequest, template: str, context: dict[str, Any], form: PriorityForm, *, asks_preview: bool) -> HttpResponse:
    """The page on which a priority is written, with what it will look like; htmx asks for the latter alone."""
    typed = {name: str(form[name].value() or "") for name in ("summary", "lead", *SectionKind.values)}
    context |= {"form": form, "marks": MARKS, "text": priority_text(typed, level=3)}
    if asks_preview and wants_fragment(request):
        template = "priorities/_priority_preview.html"
    status = 409 if context.get("conflict") else 422 if form.errors and not asks_preview else 200
    return render(request, template, context, status=status)


def _conflict(newer: services.NewerVersion, form: PriorityForm) -> TextConflict:
    current = newer.current
    assert isinstance(current, Priority)  # noqa: S101 - for the type checker
    names = ("title", "summary", "lead", "starts_on", "ends_on")
    theirs = {name: getattr(current, name) for name in names} | priority_values(current)
    labels = {name: str(form[name].label) for name in (*names, *SectionKind.values)}
    return conflict_with(current, theirs=theirs, mine=form.cleaned_data, labels=labels)


def _saved(request: PortalRequest, area: Area, priority: Priority) -> HttpResponse:
    messages.success(request, f"De prioriteit ‘{request.POST['title'].strip()}’ is opgeslagen.")
    name = "priorities:priority-change" if "stay" in request.POST else "priorities:priority-detail"
    return redirect(name, area.slug, priority.pk)
