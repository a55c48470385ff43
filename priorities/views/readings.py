"""The second reader: agrees with a decision, or lays it back with a remark, and goes on to the next one that waits."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from consultation.models import Contribution
from consultation.services import ChangeRefused
from ivp_portal.organisation.models import User
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest
from priorities import services
from priorities.doors import enter_plan
from priorities.forms.readings import ReadingForm
from priorities.models import Decision, Plan
from priorities.triage.agreement import next_to_read, reading_of
from priorities.triage.points import address_of, contribution_of
from priorities.triage.queue_filter import TO_AGREE, filter_from, query_of
from priorities.views.changes import CHANGES


@require_http_methods(CHANGES)
def read(request: PortalRequest, municipality: str, period: str, pk: int) -> HttpResponse:
    """What there is to agree with, and the verdict: ‘akkoord’ or ‘terug’ about the decision that was read."""
    plan = enter_plan(request.user, municipality, period, Action.DECIDE)
    contribution = contribution_of(plan, pk)
    if request.method != "POST":
        return _show(request, plan, contribution)
    form = ReadingForm(request.POST)
    if not form.is_valid():
        return _show(request, plan, contribution, form=form, status=422)
    decision = get_object_or_404(Decision, contribution=contribution, pk=form.cleaned_data["besluit"])
    try:
        if form.hands_back:
            services.hand_back(decision, by=request.user, remark=form.cleaned_data["remark"])
        else:
            services.agree(decision, by=request.user)
    except services.OwnDecision as own:
        return _show(request, plan, contribution, form=form, status=403, refusal=str(own))
    except services.Conflict:
        return _show(request, plan, contribution, form=form, status=409, refusal="De afweging is intussen veranderd. Lees haar opnieuw.")
    except ChangeRefused as refusal:
        return _show(request, plan, contribution, form=form, status=409, refusal=str(refusal))
    said = f"{contribution.point} is teruggelegd." if form.hands_back else f"Akkoord gegeven: {contribution.point}."
    return _go_on(request, plan, contribution, said)


def _go_on(request: PortalRequest, plan: Plan, contribution: Contribution, said: str) -> HttpResponse:
    filter = filter_from(request.GET)
    following = next_to_read(plan, filter, request.user, after=contribution)
    messages.success(request, said if following else f"{said} Er wacht verder niets op uw akkoord.")
    return redirect(address_of(plan, following or contribution.pk, filter.without(status=TO_AGREE) if following else filter))


def reading(plan: Plan, contribution: Contribution, user: User) -> dict[str, object] | None:
    """The panel beside the point: what a second person is asked, or who has to agree. None where nobody is asked."""
    found = reading_of(contribution, user)
    return {"reading": found, "form": empty_form(found.decision)} if found else None


def empty_form(decision: Decision) -> ReadingForm:
    """The form about this decision, nothing filled in."""
    return ReadingForm(initial={"besluit": decision.pk})


def _show(
    request: PortalRequest,
    plan: Plan,
    contribution: Contribution,
    *,
    form: ReadingForm | None = None,
    status: int = 200,
    refusal: str = "",
) -> HttpResponse:
    found = reading_of(contribution, request.user)
    context = {
        "plan": plan,
        "contribution": contribution,
        "query": query_of(filter_from(request.GET)),
        "may_decide": not plan.is_frozen,
        "panel": {"reading": found, "form": form or empty_form(found.decision)} if found else None,
        "decided": found.decision.pk if found else 0,
        "refusal": refusal,
    }
    return render(request, "priorities/reading_add.html", context, status=status)
