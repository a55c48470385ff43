"""The open point on the screen: as a page, as the screen below the menu, or as the point beside a list that stays as it is."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode

from django_htmx.http import reselect, retarget

from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest
from priorities.forms.decisions import DecisionForm
from priorities.models import Plan
from priorities.triage.open_point import OpenPoint
from priorities.triage.points import beside_queue, queue_around, still_shows
from priorities.triage.queue_filter import TriageFilter, query_of
from priorities.triage.review import reasons_for
from priorities.triage.sitting import sitting_of

SCREEN, POINT = "triage", "punt"
"""The ids of what htmx swaps: the whole screen below the menu, or the point and its form beside a list that stays as it is."""


def may_decide(plan: Plan) -> bool:
    """True when who came in may weigh the points of this plan now."""
    return Action.DECIDE in plan.area.allowed and not plan.is_frozen


def show(
    request: PortalRequest,
    plan: Plan,
    point: OpenPoint,
    filter: TriageFilter,
    *,
    form: DecisionForm | None,
    status: int = 200,
    conflict: bool = False,
    refused: str = "",
) -> HttpResponse:
    """The point with its form, or with what was decided. `conflict`: somebody was earlier; `refused` says why it was not recorded."""
    sitting = sitting_of(plan)
    taken_back = request.GET.get("teruggenomen", "")
    context = {
        "plan": plan,
        "point": point,
        "contribution": point.contribution,
        "current": point.current,
        "filter": filter,
        "query": query_of(filter),
        "form": form,
        "may_decide": may_decide(plan),
        "review": reasons_for(point.current, plan),
        "may_record": Action.RECORD in plan.area.allowed and not point.contribution.round.is_frozen,
        "conflict": conflict,
        "refused": refused,
        "latest": sitting.latest,
        "repeat": urlencode(form.again(sitting.last)) if form else "",
        "taken_back": taken_back if taken_back.isdecimal() else "",
    }
    part = _part_asked(request)
    if part == POINT and still_shows(request.headers.get("Queue-Shown", ""), plan, point.contribution, filter):
        queue = beside_queue(plan, point.contribution, filter, request.user)
        response = render(request, "priorities/triage.html#beside", context | {"queue": queue}, status=status)
    else:
        queue = queue_around(plan, point.contribution, filter, request.user)
        response = render(request, "priorities/triage.html" + ("#part" if part else ""), context | {"queue": queue}, status=status)
        if part == POINT:  # the list moved on: the whole screen comes instead
            retarget(response, f"#{SCREEN}")
            reselect(response, f"#{SCREEN}")
    patch_vary_headers(response, ["HX-Request", "HX-Target", "Queue-Shown"])
    return response


def _part_asked(request: PortalRequest) -> str:
    """What htmx swaps; '' for a whole page."""
    target = request.htmx.target
    return target if target in {SCREEN, POINT} and not request.htmx.history_restore_request else ""
