"""Answers that say the same in nearly the same words, side by side, and the way to make them equal."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from consultation.services import ChangeRefused
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest
from ivp_portal.web.paging import page_of
from priorities import services
from priorities.doors import enter_plan
from priorities.models import BatchAct, Plan
from priorities.texts.wordings import WordingGroup, points_saying, wording_groups
from priorities.views.changes import CHANGES, closed_plan_answers_409

GROUPS_A_PAGE = 20
GONE = "Deze motiveringen zijn intussen anders. Bekijk hieronder hoe het nu is."


@require_http_methods(CHANGES)
@closed_plan_answers_409
def wordings(request: PortalRequest, municipality: str, period: str) -> HttpResponse:
    """The groups of wordings; a post prepares one to be made equal and goes to its preview."""
    plan = enter_plan(request.user, municipality, period, Action.DECIDE if request.method == "POST" else Action.READ)
    groups = wording_groups(plan)
    if request.method == "POST":
        if plan.is_frozen:
            raise services.PlanClosed(plan)
        try:
            return _make_equal(request, plan, groups)
        except ChangeRefused as refusal:
            return _show(request, plan, groups, refused=str(refusal))
    return _show(request, plan, groups)


def _make_equal(request: PortalRequest, plan: Plan, groups: Sequence[WordingGroup]) -> HttpResponse:
    """A batch that gives every answer of the group the chosen words; nothing changes before its preview is confirmed."""
    group = next((one for one in groups if str(one.first.decision) == request.POST.get("groep")), None)
    chosen = next((one for one in group.wordings if str(one.decision) == request.POST.get("zoals")), None) if group else None
    if group is None or chosen is None:
        return _show(request, plan, groups, refused=GONE)
    points = list(points_saying(plan, group, [one for one in group.wordings if one != chosen]).values_list("pk", flat=True))
    values = {"rationales": {str(pk): chosen.text for pk in points}}
    batch = services.prepare_batch(plan, BatchAct.REWRITE, points, values, request.user)
    return redirect("priorities:batch-detail", plan.area.slug, plan.period, batch.pk)


def _show(request: PortalRequest, plan: Plan, groups: Sequence[WordingGroup], *, refused: str = "") -> HttpResponse:
    may = Action.DECIDE in plan.area.allowed and not plan.is_frozen
    context = {
        "plan": plan,
        "page": page_of(groups, request, size=GROUPS_A_PAGE),
        "may_decide": may,
        "may_draft": Action.DRAFT in plan.area.allowed,
        "refused": refused,
    }
    return render(request, "priorities/standard_wordings.html", context, status=409 if refused else 200)
