"""Rounds: the list, and the home of one with everything said in it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from consultation.doors import enter_round
from consultation.lists import rounds_of
from consultation.models import Channel
from consultation.models.round import ASKED_BY_NAME
from consultation.round_page import SHOWS, PointFilter, numbers_of, points_shown, themes_in
from ivp_portal.organisation.access import enter_area
from ivp_portal.organisation.roles import Action
from ivp_portal.web.addresses import absolute
from ivp_portal.web.http import PortalRequest
from ivp_portal.web.paging import page_of


@require_safe
def round_list(request: PortalRequest, municipality: str) -> HttpResponse:
    """The area's rounds, with how much was said in each."""
    area = enter_area(request.user, municipality, Action.READ)
    context = {"area": area, "page": page_of(rounds_of(area), request), "may_record": Action.RECORD in area.allowed}
    return render(request, "consultation/round_list.html", context)


@require_safe
def round_detail(request: PortalRequest, municipality: str, round: str) -> HttpResponse:
    """One round: how it stands, and everything said in it, withdrawn or not, as far as the filter leaves it."""
    found = enter_round(request.user, municipality, round, Action.READ)
    asked = PointFilter.of(request.GET)
    may_record = Action.RECORD in found.area.allowed
    context = {
        "area": found.area,
        "round": found,
        "page": page_of(points_shown(found, asked), request),
        "numbers": numbers_of(found),
        "asked": asked,
        "themes": themes_in(found),
        "channels": Channel.choices,
        "shows": SHOWS.items(),
        "asks_by_name": found.kind in ASKED_BY_NAME and not found.is_public,
        "may_change": may_record and not found.is_frozen,
        "public_url": absolute(reverse("public:form", args=[found.area.slug, "nl", found.slug])) if found.is_public else "",
    }
    return render(request, "consultation/round_detail.html", context)
