"""Rounds: the list, one with everything said in it, and making a new one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from consultation import services
from consultation.doors import enter_round
from consultation.forms import RoundForm
from consultation.lists import contributions_of, rounds_of
from ivp_portal.organisation.access import enter_municipality
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest
from ivp_portal.web.paging import page_of


@require_safe
def round_list(request: PortalRequest, municipality: str) -> HttpResponse:
    """The municipality's rounds, with how much was said in each."""
    area = enter_municipality(request.user, municipality, Action.READ)
    context = {"area": area, "page": page_of(rounds_of(area), request), "may_record": Action.RECORD in area.allowed}
    return render(request, "consultation/round_list.html", context)


@require_safe
def round_detail(request: PortalRequest, municipality: str, round: str) -> HttpResponse:
    """One round and everything said in it, withdrawn or not."""
    found = enter_round(request.user, municipality, round, Action.READ)
    page = page_of(contributions_of(found), request)
    may_record = Action.RECORD in found.area.allowed
    context = {"area": found.area, "round": found, "page": page, "may_change": may_record and not found.is_frozen}
    return render(request, "consultation/round_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def round_add(request: PortalRequest, municipality: str) -> HttpResponse:
    """Make a round."""
    area = enter_municipality(request.user, municipality, Action.RECORD)
    form = RoundForm(request.POST or None)
    if form.is_valid():
        try:
            made = services.open_round(area, **form.cleaned_data, by=request.user)
        except services.TitleTaken as taken:
            form.add_error("title", str(taken))
        else:
            messages.success(request, f"De ronde ‘{made.title}’ staat klaar. Voer punten in, of lees een spreadsheet in.")
            return redirect("consultation:round-detail", municipality, made.slug)
    return render(request, "consultation/round_add.html", {"area": area, "form": form}, status=422 if form.errors else 200)
