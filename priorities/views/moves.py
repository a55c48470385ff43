"""The moves of a plan: put before the council, taken back, adopted. Which are open is said by the states and the roles, nowhere else."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest
from ivp_portal.web.templatetags.portal import full_date
from priorities import services
from priorities.doors import enter_open_plan
from priorities.forms.plans import AdoptForm, WithdrawForm
from priorities.models import Plan
from priorities.plan_page import PlanPage, plan_page
from priorities.standing import rounds_to_look_at
from priorities.states import PlanStatus
from priorities.triage.review import points_to_review, unfit_priorities
from priorities.views.changes import CHANGES, closed_plan_answers_409, done, sent


@dataclass(frozen=True, slots=True)
class Move:
    """A step in the life of a plan, as a button."""

    to: PlanStatus
    action: Action
    url_name: str
    label: str
    weight: str = "primary"
    """How the button looks: primary for the way forward, secondary for the way back."""


MOVES = (
    Move(PlanStatus.PROPOSED, Action.DRAFT, "priorities:plan-propose", "Leg voor aan de raad"),
    Move(PlanStatus.DRAFT, Action.DRAFT, "priorities:plan-withdraw", "Haal terug uit de raad", weight="secondary"),
    Move(PlanStatus.ADOPTED, Action.ADOPT, "priorities:plan-adopt", "Leg de vaststelling vast"),
)


def moves_open(plan: Plan, page: PlanPage) -> list[Move]:
    """What whoever came in may do with this plan now; proposing waits until all is done that must be done before it."""
    found = [move for move in MOVES if move.to in plan.moves and move.action in plan.area.allowed]
    return [move for move in found if move.to != PlanStatus.PROPOSED or page.may_be_proposed]


@require_http_methods(CHANGES)
@closed_plan_answers_409
def propose(request: PortalRequest, municipality: str, period: str) -> HttpResponse:
    """Put the plan before the council. Refused while the route misses a date, or a decision lacks agreement or is to be looked at again."""
    plan = enter_open_plan(request.user, municipality, period, Action.DRAFT)
    refusal = None
    if request.method == "POST":
        try:
            services.propose_plan(plan, by=request.user)
        except services.NotYet as not_yet:
            refusal = not_yet
        else:
            return done(request, plan, "Het plan is voorgelegd aan de raad. De griffier legt vast wanneer de raad besluit.")
    context = {
        "plan": plan,
        "page": plan_page(plan, timezone.localdate()),
        "refusal": refusal,
        "unagreed": services.unagreed_in(plan),
        "to_review": points_to_review(plan),
        "to_look_at": rounds_to_look_at(plan),
    }
    return render(request, "priorities/plan_propose.html", context, status=409 if refusal else 200)


@require_http_methods(CHANGES)
@closed_plan_answers_409
def withdraw(request: PortalRequest, municipality: str, period: str) -> HttpResponse:
    """Take the plan back from the council, with the reason."""
    plan = enter_open_plan(request.user, municipality, period, Action.DRAFT)
    form = WithdrawForm(sent(request))
    if form.is_valid():
        services.withdraw_plan(plan, by=request.user, reason=form.cleaned_data["reason"])
        return done(request, plan, "Het plan is terug uit de raad en is weer een concept.")
    return render(request, "priorities/plan_withdraw.html", {"plan": plan, "form": form}, status=422 if form.errors else 200)


@require_http_methods(CHANGES)
@closed_plan_answers_409
def adopt(request: PortalRequest, municipality: str, period: str) -> HttpResponse:
    """Write down that the council adopted the plan. Refused while one point has no decision or one without agreement, naming each."""
    plan = enter_open_plan(request.user, municipality, period, Action.ADOPT)
    form = AdoptForm(sent(request), plan=plan)
    refusal, status = None, 200
    if request.method == "POST" and not form.is_valid():
        status = 422
    elif request.method == "POST":
        day, number = form.cleaned_data["adopted_on"], form.cleaned_data["decision_number"]
        try:
            services.adopt_plan(plan, on=day, by=request.user, decision_number=number)
        except services.NotYet as not_yet:
            refusal, status = not_yet, 409
        else:
            return done(request, plan, f"Vastgelegd: de raad stelde dit plan vast op {full_date(day)}. Er verandert niets meer aan.")
    left = {"undecided": services.undecided_in(plan), "unagreed": services.unagreed_in(plan), "to_review": points_to_review(plan)}
    context = {"plan": plan, "form": form, "refusal": refusal, "unfit": unfit_priorities(plan), **left}
    return render(request, "priorities/plan_adopt.html", context, status=status)
