"""The queue of a plan: to the first point of it, or the list itself. The open point is in open_point.py."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest
from priorities.doors import enter_plan
from priorities.triage.points import address_of, filter_for, first_in, queue_of, queue_page
from priorities.triage.queue_filter import filter_from
from priorities.triage.queue_list import key_in


@require_safe
def queue(request: PortalRequest, municipality: str, period: str) -> HttpResponse:
    """To the first contribution the filter leaves; ?lijst=1 shows the list itself, for a narrow screen and to select from."""
    plan = enter_plan(request.user, municipality, period, Action.READ)
    filter = filter_for(plan, filter_from(request.GET))
    context = {"plan": plan, "filter": filter}
    if "lijst" in request.GET:
        queue = queue_page(plan, filter, request.user, past=key_in(request.GET.get("na", "")), until=key_in(request.GET.get("voor", "")))
        if queue.rows:
            return render(request, "priorities/triage_list.html", context | {"queue": queue, "query": queue.query})
    elif (first := first_in(plan, filter, request.user)) is not None:
        return redirect(address_of(plan, first, filter))
    may_record = Action.RECORD in plan.area.allowed and not plan.is_frozen
    context |= {"queue": queue_of(plan, filter, request.user), "may_record": may_record}
    return render(request, "priorities/triage_done.html", context)
