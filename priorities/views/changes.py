"""What every page that changes something shares: who may, what was sent, what was refused.

Two refusals answer 409: the plan is closed, and a colleague saved another text first.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest, wants_fragment
from priorities.doors import enter_plan
from priorities.models import Plan
from priorities.rules import RuleBroken
from priorities.services import PlanClosed
from priorities.states import MoveRefused

CHANGES = ["GET", "HEAD", "POST"]
"""The methods of a page with a form."""
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "seen", "preview", "stay", "move", "argument-rows", "caveat-rows", "shows"})


def may_draft(plan: Plan) -> bool:
    """True when whoever came in may still write in this plan."""
    return Action.DRAFT in plan.area.allowed and not plan.is_frozen


def sent(request: PortalRequest) -> QueryDict | None:
    """What was posted, be it nothing; None when the page is only asked for."""
    return request.POST if request.method == "POST" else None


def done(request: PortalRequest, plan: Plan, sentence: str) -> HttpResponse:
    """Say what happened and go to the plan page."""
    messages.success(request, sentence)
    return redirect("priorities:plan-detail" if plan.area.is_municipality else "priorities:start", plan.area.slug, plan.period)


def blame(form: BaseForm, broken: RuleBroken) -> None:
    """Put what a service refused beside the field it belongs to."""
    for problem in broken.problems:
        form.add_error(problem.field if problem.field in form.fields else None, problem.message)


def closed_plan_answers_409(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A change to an adopted plan, or a move its state does not allow, is answered by a page that says so and keeps what was typed."""

    @wraps(view)
    def answer(request: PortalRequest, municipality: str, period: str, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, municipality, period, **kwargs)
        except (PlanClosed, MoveRefused) as refusal:
            plan = enter_plan(request.user, municipality, period, Action.READ)
            sentence = str(PlanClosed(plan)) if plan.is_frozen else str(refusal)
            return refused(request, sentence, back=reverse("priorities:plan-detail", args=[municipality, period]), to="het plan")

    return answer


def refused(request: PortalRequest, sentence: str, *, back: str, to: str) -> HttpResponse:
    """The page that says why nothing changed, with what was typed so that it can be copied.

    Who only asked for a preview keeps the page with the own text, and is told in the place of the preview.
    """
    if wants_fragment(request):
        return render(request, "priorities/change_refused.html#preview", {"sentence": sentence}, status=409)
    context = {"sentence": sentence, "back": back, "to": to, "typed": typed_in(request.POST)}
    return render(request, "priorities/change_refused.html", context, status=409)


def typed_in(data: QueryDict) -> list[str]:
    """The texts somebody sent, in the order of the form, without what the page itself put there."""
    return [value for name, value in data.items() if name not in NOT_TYPED and isinstance(value, str) and value.strip()]
