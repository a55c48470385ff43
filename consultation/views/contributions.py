"""One contribution: enter it for somebody, mend the transcription, withdraw it."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from consultation import services
from consultation.doors import enter_round
from consultation.forms import ContributionForm, PointForm, WithdrawForm
from consultation.lists import contributions_of, parties_in, subjects_in
from consultation.models import Contribution, Round
from ivp_portal.organisation.roles import Action
from ivp_portal.web.forms import PortalForm
from ivp_portal.web.http import PortalRequest


@require_http_methods(["GET", "HEAD", "POST"])
def contribution_add(request: PortalRequest, municipality: str, round: str) -> HttpResponse:
    """Enter one point for whoever said it; ‘Opslaan en nog een’ keeps who, how and when for the next."""
    found = enter_round(request.user, municipality, round, Action.RECORD)
    if request.method != "POST":
        return _form(request, found, "contribution_add", ContributionForm.blank(found, request.GET.dict()))
    form = ContributionForm(request.POST)
    if not form.is_valid():
        return _form(request, found, "contribution_add", form, status=409 if found.is_frozen else 422)
    try:
        contribution = services.record_on_behalf(found, **form.cleaned_data, by=request.user)
    except services.RoundFrozen as refusal:
        return _form(request, found, "contribution_add", form, refusal=refusal)
    messages.success(request, f"Punt {contribution.number} staat erin: {contribution}.")
    if request.POST.get("actie") == "nog-een":
        return redirect(reverse("consultation:contribution-add", args=[municipality, round]) + "?" + urlencode(form.kept()))
    return redirect("consultation:round-detail", municipality, round)


@require_http_methods(["GET", "HEAD", "POST"])
def contribution_correct(request: PortalRequest, municipality: str, round: str, pk: int) -> HttpResponse:
    """Mend a mistake in what was typed or read in; what was handed in stays beside it."""
    found = enter_round(request.user, municipality, round, Action.RECORD)
    contribution = get_object_or_404(contributions_of(found), pk=pk)
    if request.method != "POST":
        initial = {"subject": contribution.subject, "sub_subject": contribution.sub_subject, "text": contribution.text}
        refusal = services.AlreadyWithdrawn() if contribution.withdrawn_at else None
        return _form(request, found, "contribution_correct", PointForm(initial=initial), contribution, refusal=refusal, status=200)
    form = PointForm(request.POST)
    if not form.is_valid():
        return _form(request, found, "contribution_correct", form, contribution, status=409 if found.is_frozen else 422)
    try:
        services.correct(contribution, **form.cleaned_data, by=request.user)
    except services.ChangeRefused as refusal:
        return _form(request, found, "contribution_correct", form, contribution, refusal=refusal)
    messages.success(request, f"Punt {contribution.number} is verbeterd.")
    return redirect("consultation:round-detail", municipality, round)


@require_http_methods(["GET", "HEAD", "POST"])
def contribution_withdraw(request: PortalRequest, municipality: str, round: str, pk: int) -> HttpResponse:
    """Take a point out of the queue, with a reason."""
    found = enter_round(request.user, municipality, round, Action.RECORD)
    contribution = get_object_or_404(contributions_of(found), pk=pk)
    if request.method != "POST":
        return _form(request, found, "contribution_withdraw", WithdrawForm(), contribution)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _form(request, found, "contribution_withdraw", form, contribution, status=409 if found.is_frozen else 422)
    try:
        services.withdraw(contribution, **form.cleaned_data, by=request.user)
    except services.ChangeRefused as refusal:
        return _form(request, found, "contribution_withdraw", form, contribution, refusal=refusal)
    messages.success(request, f"Punt {contribution.number} is ingetrokken. Het blijft leesbaar in de ronde.")
    return redirect("consultation:round-detail", municipality, round)


def _form(
    request: PortalRequest,
    round: Round,
    page: str,
    form: PortalForm,
    contribution: Contribution | None = None,
    *,
    refusal: services.ChangeRefused | None = None,
    status: int | None = None,
) -> HttpResponse:
    """The page with the form; in a frozen round with the sentence that says so and without a button."""
    if refusal is None and round.is_frozen:
        refusal = services.RoundFrozen()
    if status is None:
        status = 409 if refusal and request.method == "POST" else 200
    context = {
        "area": round.area,
        "round": round,
        "contribution": contribution,
        "form": form,
        "refusal": refusal,
        "subjects": subjects_in(round.area) if isinstance(form, PointForm) else [],
        "parties": parties_in(round.area) if isinstance(form, ContributionForm) else [],
    }
    return render(request, f"consultation/{page}.html", context, status=status)
