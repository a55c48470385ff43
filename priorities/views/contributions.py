"""A point taken out of the queue. It stands here because the page asks first when something was decided about it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from consultation.doors import enter_round
from consultation.lists import contributions_of
from consultation.models import Contribution, Round
from consultation.services import ChangeRefused, RoundFrozen
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest
from priorities import services
from priorities.forms.contributions import WithdrawContributionForm
from priorities.triage.points import with_current_decision
from priorities.views.changes import CHANGES


@require_http_methods(CHANGES)
def withdraw(request: PortalRequest, municipality: str, round: str, pk: int) -> HttpResponse:
    """Take a point out of the queue, with a reason and with the decision that stands in view."""
    found = enter_round(request.user, municipality, round, Action.RECORD)
    contribution = get_object_or_404(with_current_decision(contributions_of(found)), pk=pk)
    current = contribution.current_decisions[0] if contribution.current_decisions else None  # type: ignore[attr-defined]
    if request.method != "POST":
        return _page(request, found, contribution, WithdrawContributionForm(initial={"seen": current.pk if current else None}))
    form = WithdrawContributionForm(request.POST)
    if not form.is_valid():
        return _page(request, found, contribution, form, status=409 if found.is_frozen else 422)
    try:
        services.withdraw_contribution(contribution, **form.cleaned_data, by=request.user)
    except services.Conflict:
        again = WithdrawContributionForm(initial={"reason": form.cleaned_data["reason"], "seen": current.pk if current else None})
        return _page(request, found, contribution, again, status=409, conflict=True)
    except ChangeRefused as refusal:
        return _page(request, found, contribution, form, status=409, refusal=refusal)
    messages.success(request, f"Punt {contribution.number} is ingetrokken. Het blijft leesbaar in de ronde.")
    if request.GET.get("vanuit") == "splitsen":
        return redirect("consultation:submission-split", municipality, round, contribution.submission_id)
    return redirect("consultation:round-detail", municipality, round)


def _page(
    request: PortalRequest,
    round: Round,
    contribution: Contribution,
    form: WithdrawContributionForm,
    *,
    status: int = 200,
    refusal: ChangeRefused | None = None,
    conflict: bool = False,
) -> HttpResponse:
    """The question; in a frozen round the sentence that says so, without a button."""
    context = {
        "area": round.area,
        "round": round,
        "contribution": contribution,
        "form": form,
        "refusal": refusal or (RoundFrozen() if round.is_frozen else None),
        "conflict": conflict,
        "from_split": request.GET.get("vanuit") == "splitsen",
    }
    return render(request, "priorities/contribution_withdraw.html", context, status=status)
