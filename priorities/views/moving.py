"""A priority goes to another level, is withdrawn, or comes back; first the page shows which decisions are to be looked at again."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from ivp_portal.organisation.access import inside
from ivp_portal.organisation.models import Area
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest
from priorities import services
from priorities.doors import areas_to_move_to, enter_priority
from priorities.forms.moving import MoveForm, WithdrawPriorityForm
from priorities.models import Priority
from priorities.rules import RuleBroken
from priorities.triage.review import affected_by, plans_without
from priorities.views.changes import CHANGES, blame, refused, sent

EARLIER = "Een collega wijzigde deze prioriteit terwijl u keek. Kijk eerst wat er nu staat."


@require_http_methods(CHANGES)
def move(request: PortalRequest, municipality: str, pk: int) -> HttpResponse:
    """Give a priority another level. ?naar= shows what that does; only the button at the end changes anything."""
    area, priority = enter_priority(request.user, municipality, pk, Action.DRAFT)
    if answer := _held(request, area, priority):
        return answer
    areas = areas_to_move_to(request.user, priority)
    wanted = request.POST.get("to_area") or request.GET.get("naar")
    to = next((one for one in areas if str(one.pk) == wanted), None)
    form = MoveForm(sent(request), priority=priority, areas=areas, initial={"to_area": to.pk if to else None})
    if form.is_valid() and to:
        values = {"to": to, "seen": form.cleaned_data["seen"], "reason": form.cleaned_data["reason"]}
        with inside(priority.area, to):
            sentence = f"‘{priority.title}’ staat nu bij {to.formal_name}."
            act = partial(services.move_priority, priority, **values, by=request.user)
            if answer := _carried_out(request, area, priority, form, act, sentence):
                return answer
    context = {"area": area, "priority": priority, "form": form, "areas": areas, "to": to}
    context |= _what_it_does(priority, to) if to else {}
    return render(request, "priorities/priority_move.html", context, status=422 if form.errors else 200)


@require_http_methods(CHANGES)
def withdraw(request: PortalRequest, municipality: str, pk: int) -> HttpResponse:
    """Withdraw a priority; the page says first which decisions are to be looked at again."""
    area, priority = enter_priority(request.user, municipality, pk, Action.DRAFT)
    if answer := _held(request, area, priority):
        return answer
    form = WithdrawPriorityForm(sent(request), priority=priority)
    if form.is_valid():
        act = partial(services.withdraw_priority, priority, **form.cleaned_data, by=request.user)
        if answer := _carried_out(request, area, priority, form, act, f"‘{priority.title}’ is ingetrokken."):
            return answer
    context = {"area": area, "priority": priority, "form": form, **_what_it_does(priority, None)}
    return render(request, "priorities/priority_withdraw.html", context, status=422 if form.errors else 200)


@require_POST
def restore(request: PortalRequest, municipality: str, pk: int) -> HttpResponse:
    """Make a withdrawn priority a priority again."""
    area, priority = enter_priority(request.user, municipality, pk, Action.DRAFT)
    services.restore_priority(priority, by=request.user)
    messages.success(request, f"‘{priority.title}’ is weer een prioriteit.")
    return redirect("priorities:priority-detail", area.slug, priority.pk)


def _carried_out(
    request: PortalRequest,
    area: Area,
    priority: Priority,
    form: MoveForm | WithdrawPriorityForm,
    act: Callable[[], Priority],
    sentence: str,
) -> HttpResponse | None:
    """Do it and go where the priority can be read; None when the form must say what is wrong."""
    here = reverse("priorities:priority-detail", args=[area.slug, priority.pk])
    try:
        moved = act()
    except services.PriorityHeld as held:
        return refused(request, str(held), back=here, to="de prioriteit")
    except services.NewerVersion:
        return refused(request, EARLIER, back=here, to="de prioriteit")
    except RuleBroken as broken:
        blame(form, broken)
        return None
    messages.success(request, sentence)
    return redirect("priorities:priority-detail", moved.area.slug, moved.pk)


def _what_it_does(priority: Priority, to: Area | None) -> dict[str, object]:
    return {"affected": affected_by(priority, to=to), "plans": plans_without(priority, to=to)}


def _held(request: PortalRequest, area: Area, priority: Priority) -> HttpResponse | None:
    if plan := services.holding_plan(priority):
        here = reverse("priorities:priority-detail", args=[area.slug, priority.pk])
        return refused(request, str(services.PriorityHeld(priority, plan)), back=here, to="de prioriteit")
    return None
