"""Points that say the same: what looks like it in a round, put together and taken apart."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from consultation import services
from consultation.doors import enter_round
from consultation.groups import candidates_in, groups_in
from consultation.lists import contributions_of
from consultation.models import ContributionGroup, Round
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest
from ivp_portal.web.paging import page_of


@require_http_methods(["GET", "HEAD", "POST"])
def similar_list(request: PortalRequest, municipality: str, round: str) -> HttpResponse:
    """Points of the round that say almost the same, to put together with one press each, and the groups there are."""
    found = enter_round(request.user, municipality, round, Action.RECORD)
    if request.method != "POST":
        return _page(request, found)
    named = [int(pk) for pk in request.POST.getlist("punt") if pk.isascii() and pk.isdigit() and len(pk) < 10]
    points = list(contributions_of(found).filter(pk__in=named))
    known = {point.group_id: point.group for point in points if point.group_id}
    try:
        if len(known) == 1 and (group := next(iter(known.values()))):
            services.add_to_group(points, group, by=request.user)
        else:
            group = services.group(points, name=request.POST.get("naam", ""), by=request.user)
    except services.ChangeRefused as refusal:
        return _page(request, found, refusal=refusal, status=409)
    undo = "" if known else _address(found, group, "hef-op")
    messages.success(
        request, f"{len(points)} punten staan bij elkaar: {group.name}. Elk punt houdt zijn eigen tekst en antwoord.", extra_tags=undo
    )
    return redirect("consultation:similar-list", municipality, round)


def _page(request: PortalRequest, round: Round, *, refusal: services.ChangeRefused | None = None, status: int = 200) -> HttpResponse:
    context = {
        "area": round.area,
        "round": round,
        "page": page_of(candidates_in(round), request, size=20),
        "groups": groups_in(round),
        "refusal": refusal or (services.RoundFrozen() if round.is_frozen else None),
    }
    return render(request, "consultation/similar_list.html", context, status=status)


def _address(round: Round, group: ContributionGroup, act: str) -> str:
    return reverse("consultation:group-change", args=[round.area.slug, round.slug, group.pk]) + f"?actie={act}"


@require_POST
def group_change(request: PortalRequest, municipality: str, round: str, pk: int) -> HttpResponse:
    """One step with a group: end it (hef-op), undo that (herstel), take a point out (eruit:<id>), put it back (erin:<id>)."""
    found = enter_round(request.user, municipality, round, Action.RECORD)
    group = get_object_or_404(ContributionGroup, pk=pk, area=found.area)
    group.area = found.area
    act, _, named = request.GET.get("actie", "").partition(":")
    point = contributions_of(found).filter(pk=int(named) if named.isdecimal() and len(named) < 10 else 0).first()
    undo = ""
    try:
        if act == "hef-op":
            services.ungroup(group, by=request.user)
            said, undo = f"De groep {group.name} is opgeheven. De punten staan weer los.", "herstel"
        elif act == "herstel":
            services.regroup(group, by=request.user)
            said = f"De groep {group.name} is er weer."
        elif act == "eruit" and point and point.group_id == group.pk:
            services.take_out(point, by=request.user)
            undo = f"erin:{point.pk}" if group.contributions.exists() else "herstel"
            said = f"Punt {point.number} staat weer los."
        elif act == "erin" and point:
            services.add_to_group([point], group, by=request.user)
            said = f"Punt {point.number} hoort weer bij {group.name}."
        else:
            said = "Er is niets veranderd: een collega was eerder."
    except services.ChangeRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said, extra_tags=_address(found, group, undo) if undo else "")
    return redirect("consultation:similar-list", municipality, round)
