"""A round made, made after another one, and changed."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from consultation import services
from consultation.doors import enter_round
from consultation.forms.rounds import RoundForm, as_texts, initial_for, initial_of, initial_of_copy
from consultation.lists import changes_of
from consultation.models import Round, RoundKind
from ivp_portal.audit.versions import TextConflict, conflict_with
from ivp_portal.organisation.access import enter_area
from ivp_portal.organisation.models import Area
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest

PURPOSES = (
    (RoundKind.COUNCIL_SESSION, "U hoort de raad op een avond, en voert in wat er is gezegd."),
    (RoundKind.RESIDENTS, "Iedereen kan meedoen via de website, of belt of schrijft u."),
    (RoundKind.PARTNERS, "U nodigt organisaties uit, zoals politie, woningcorporatie en huisarts."),
    (RoundKind.PROFESSIONALS, "U vraagt mensen die er dagelijks mee werken, zoals wijkagent en jongerenwerker."),
    (RoundKind.STRATEGY, "U legt een ontwerp voor aan gemeenten. Elke gemeente heeft een eigen plek."),
)
"""What each kind of round is for, in the order of the page."""


@require_http_methods(["GET", "HEAD", "POST"])
def round_add(request: PortalRequest, municipality: str) -> HttpResponse:
    """Make a round: first which kind, then a form with what usually suits that kind."""
    area = enter_area(request.user, municipality, Action.RECORD)
    kind = request.GET.get("soort", "")
    if request.method != "POST" and kind not in RoundKind.values:
        return render(request, "consultation/round_kind.html", {"area": area, "purposes": PURPOSES})
    return _make(request, area, RoundForm(request.POST or None, area=area, initial=initial_for(kind)))


@require_http_methods(["GET", "HEAD", "POST"])
def round_copy(request: PortalRequest, municipality: str, round: str) -> HttpResponse:
    """Make a round after another one of the area: all but its title and moments is filled in."""
    pattern = enter_round(request.user, municipality, round, Action.RECORD)
    form = RoundForm(request.POST or None, area=pattern.area, initial=initial_of_copy(pattern))
    return _make(request, pattern.area, form, pattern)


def _make(request: PortalRequest, area: Area, form: RoundForm, pattern: Round | None = None) -> HttpResponse:
    if form.is_valid():
        try:
            made = services.open_round(area, **form.values, by=request.user)
        except services.TitleTaken as taken:
            form.add_error("title", str(taken))
        else:
            messages.success(request, f"De ronde ‘{made.title}’ staat klaar.")
            return redirect("consultation:round-detail", area.slug, made.slug)
    kind = str(form["kind"].value() or "")
    context = {"area": area, "form": form, "pattern": pattern, "kind": RoundKind(kind).label if kind in RoundKind.values else ""}
    return render(request, "consultation/round_add.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def round_change(request: PortalRequest, municipality: str, round: str) -> HttpResponse:
    """Change a round until it is frozen; who was later than a colleague sees both texts."""
    found = enter_round(request.user, municipality, round, Action.RECORD)
    if request.method != "POST":
        return _form(request, found, RoundForm(area=found.area, round=found, initial=initial_of(found)))
    form = RoundForm(request.POST, area=found.area, round=found)
    if not form.is_valid():
        return _form(request, found, form, status=409 if found.is_frozen else 422)
    try:
        services.change_round(found, seen=form.cleaned_data["seen"], **form.values, by=request.user)
    except services.NewerVersion:
        return _form(request, found, form, status=409, conflict=_conflict(found, form))
    except services.RoundFrozen:
        return _form(request, found, form, status=409)
    except services.TitleTaken as taken:
        form.add_error("title", str(taken))
        return _form(request, found, form, status=422)
    messages.success(request, f"De ronde ‘{form.cleaned_data['title']}’ is opgeslagen.")
    return redirect(reverse("consultation:round-change", args=[municipality, round]))


def _conflict(round: Round, form: RoundForm) -> TextConflict:
    theirs = services.values_of(round)
    labels = {name: str(form[name].label) for name in theirs}
    return conflict_with(round, theirs=as_texts(theirs), mine=as_texts(form.values), labels=labels)


def _form(
    request: PortalRequest, round: Round, form: RoundForm, *, status: int = 200, conflict: TextConflict | None = None
) -> HttpResponse:
    """The settings of a round; without a button when it is frozen."""
    context: dict[str, Any] = {
        "area": round.area,
        "round": round,
        "form": form,
        "conflict": conflict,
        "changes": changes_of(round),
        "refusal": services.RoundFrozen() if round.is_frozen else None,
    }
    return render(request, "consultation/round_change.html", context, status=status)
