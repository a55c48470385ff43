"""What an officer does with the open point beside deciding: put it off, give it a theme, show that it is on the screen."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from consultation.services import ChangeRefused, choose_theme
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest, wants_fragment
from priorities import services
from priorities.doors import enter_plan
from priorities.forms.themes import PointThemeForm
from priorities.triage.points import address_of, contribution_of, filter_for, first_in
from priorities.triage.queue_filter import filter_from, query_of


@require_POST
def later(request: PortalRequest, municipality: str, period: str, pk: int) -> HttpResponse:
    """Put the point off to the end of the queue and go to the next; with actie=terug it gets its own place again."""
    plan = enter_plan(request.user, municipality, period, Action.DECIDE)
    contribution, filter = contribution_of(plan, pk), filter_for(plan, filter_from(request.GET))
    here = address_of(plan, pk, filter)
    is_return = "terug" in request.GET
    following = None if is_return else first_in(plan, filter, request.user, following=contribution)
    try:
        (services.put_back if is_return else services.put_off)(contribution)
    except ChangeRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(here)
    if is_return:
        messages.success(request, f"{contribution.point} staat weer op zijn eigen plek.")
        return redirect(here)
    tail = query_of(filter)
    back = reverse("priorities:triage-later", args=[municipality, period, pk]) + f"{tail}{'&' if tail else '?'}terug=1"
    messages.success(request, f"{contribution.point} staat nu achteraan.", extra_tags=back)
    return redirect(address_of(plan, following, filter) if following else here)


@require_http_methods(["GET", "HEAD", "POST"])
def theme(request: PortalRequest, municipality: str, period: str, pk: int) -> HttpResponse:
    """Choose another theme for this point, or none."""
    plan = enter_plan(request.user, municipality, period, Action.RECORD)
    contribution = contribution_of(plan, pk)
    filter = filter_for(plan, filter_from(request.GET))
    form = PointThemeForm(request.POST if request.method == "POST" else None, area=plan.area, contribution=contribution)
    refused, status = "", 200
    if request.method == "POST":
        if form.is_valid():
            try:
                choose_theme(contribution, theme=form.cleaned_data["theme"], by=request.user)
            except ChangeRefused as refusal:
                refused, status = str(refusal), 409
            else:
                return redirect(address_of(plan, pk, filter))
        else:
            status = 422
    context = {"plan": plan, "contribution": contribution, "query": query_of(filter), "form": form, "refused": refused}
    return render(request, "priorities/triage_theme.html" + ("#choice" if wants_fragment(request) else ""), context, status=status)


@require_POST
def presence(request: PortalRequest, municipality: str, period: str, pk: int) -> HttpResponse:
    """Say that the point is on this screen, and hear who else has it open; nothing (204) when that is who it was."""
    plan = enter_plan(request.user, municipality, period, Action.DECIDE)
    others = services.tell_presence(contribution_of(plan, pk), by=request.user)
    known = "|".join(others)
    if request.POST.get("bekend", "") == known:
        return HttpResponse(status=204)
    return render(request, "priorities/_triage_presence.html", {"others": others, "known": known})
