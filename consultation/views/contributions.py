"""One contribution: enter it for somebody, mend the transcription."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from consultation import services
from consultation.doors import enter_round
from consultation.forms.contributions import ContributionForm, PointForm
from consultation.lists import contributions_of, parties_in, subjects_in, themes_to_choose
from consultation.models import Contribution, Round
from consultation.similarity import COMPARE, compare
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest


@require_http_methods(["GET", "HEAD", "POST"])
def contribution_add(request: PortalRequest, municipality: str, round: str) -> HttpResponse:
    """Enter one point for whoever said it; ‘Sla op en voer er nog een in’ keeps who, how and when for the next."""
    found = enter_round(request.user, municipality, round, Action.RECORD)
    themes = themes_to_choose(found.area)
    if request.method != "POST":
        return _form(request, found, "contribution_add", ContributionForm.blank(found, request.GET.dict(), themes))
    if request.POST.get("actie") == COMPARE:
        return _form(request, found, "contribution_add", ContributionForm.unjudged(request.POST, themes), status=200)
    form = ContributionForm(request.POST, themes=themes)
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
    themes = themes_to_choose(found.area, point=contribution)
    if request.method != "POST":
        initial = {name: getattr(contribution, name) for name in ("subject", "sub_subject", "text")} | {"theme": contribution.theme_id}
        refusal = services.AlreadyWithdrawn() if contribution.withdrawn_at else None
        form = PointForm(initial=initial, themes=themes)
        return _form(request, found, "contribution_correct", form, contribution, refusal=refusal, status=200)
    if request.POST.get("actie") == COMPARE:
        return _form(request, found, "contribution_correct", PointForm.unjudged(request.POST, themes), contribution, status=200)
    form = PointForm(request.POST, themes=themes)
    if not form.is_valid():
        return _form(request, found, "contribution_correct", form, contribution, status=409 if found.is_frozen else 422)
    try:
        services.correct(contribution, **form.cleaned_data, by=request.user)
    except services.ChangeRefused as refusal:
        return _form(request, found, "contribution_correct", form, contribution, refusal=refusal)
    messages.success(request, f"Punt {contribution.number} is verbeterd.")
    if request.GET.get("vanuit") == "splitsen":
        return redirect("consultation:submission-split", municipality, round, contribution.submission_id)
    return redirect("consultation:round-detail", municipality, round)


def _form(
    request: PortalRequest,
    round: Round,
    page: str,
    form: PointForm,
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
        "comparison": compare(round, form.said(), exclude=contribution.pk if contribution else None),
        "subjects": subjects_in(round.area),
        "parties": parties_in(round.area) if isinstance(form, ContributionForm) else [],
    }
    return render(request, f"consultation/{page}.html", context, status=status)
