"""What lies beside the open point: a panel a subject, in one fragment that comes after the page. Without script it is a page of its own."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from consultation.models import Contribution
from ivp_portal.organisation.models import User
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest, wants_fragment
from priorities.doors import enter_plan
from priorities.models import Plan
from priorities.suggestions import suggesting
from priorities.triage.open_point import names_used
from priorities.triage.points import contribution_of, filter_for, group_mates, similar_to
from priorities.triage.queue_filter import filter_from, query_of
from priorities.views.handling import work
from priorities.views.readings import reading

Panel = Callable[[Plan, Contribution, User], dict[str, Any] | None]


def similar(plan: Plan, contribution: Contribution, user: User) -> dict[str, Any] | None:
    """The other points of its group and those that look like it, each with its answer."""
    return {"mates": group_mates(contribution, plan), "similar": similar_to(contribution, plan)}


PANELS: tuple[tuple[str, Panel], ...] = (
    ("priorities/_beside_reading.html", reading),
    ("priorities/_beside_suggestion.html", suggesting.beside),
    ("priorities/_beside_similar.html", similar),
    ("priorities/_beside_work.html", work),
)
"""(template, function), in the order of the screen. What the function returns is `panel` in the template, beside plan, contribution, query,
may_decide and user; None leaves the panel out. A form in a panel posts to an address of its own, with the query behind it, and comes back
to the point."""


@require_safe
def beside(request: PortalRequest, municipality: str, period: str, pk: int) -> HttpResponse:
    """All that is shown with a point beside the decision itself."""
    plan = enter_plan(request.user, municipality, period, Action.READ)
    contribution = contribution_of(plan, pk)
    found = [(template, function(plan, contribution, request.user)) for template, function in PANELS]
    context = {
        "plan": plan,
        "contribution": contribution,
        "query": query_of(filter_for(plan, filter_from(request.GET))),
        "may_decide": Action.DECIDE in plan.area.allowed and not plan.is_frozen,
        "panels": [(template, panel) for template, panel in found if panel is not None],
    }
    if (is_fragment := wants_fragment(request)) and context["may_decide"]:
        context["names"] = names_used(plan)
    response = render(request, "priorities/triage_beside.html" + ("#panels" if is_fragment else ""), context)
    patch_vary_headers(response, ["HX-Request"])
    return response
