"""Standard rationales: those an area may use, one with where it was used, and one's own area's to write."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ivp_portal.audit.versions import TextConflict, conflict_with
from ivp_portal.organisation.access import enter_area
from ivp_portal.organisation.models import Area
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest
from ivp_portal.web.paging import page_of
from priorities import services
from priorities.doors import enter_standard
from priorities.forms.standards import StandardForm
from priorities.models import Plan, StandardRationale
from priorities.rules import RuleBroken
from priorities.texts.placeholders import MEANINGS, fits
from priorities.texts.standard_page import kind_labelled, kinds_at, other_words_in, standard_at, standards_at, used_in
from priorities.texts.wordings import rationale_at
from priorities.views.changes import CHANGES, blame, sent

LABELS = {"name": "Naam", "text": "Tekst", "is_usual": "Als eerste aanbieden"}


@require_safe
def list_standards(request: PortalRequest, municipality: str) -> HttpResponse:
    """The standard texts by decision kind: the area's own and those it shares, with how often each is used."""
    area = enter_area(request.user, municipality, Action.READ)
    plan = Plan.objects.of(area).newest_first().first()
    context = {"area": area, "kinds": standards_at(area), "may_draft": Action.DRAFT in area.allowed, "plan": plan}
    return render(request, "priorities/standard_list.html", context)


@require_safe
def detail(request: PortalRequest, municipality: str, pk: int) -> HttpResponse:
    """One standard text, and the points whose answer started from it."""
    area, standard = enter_standard(request.user, municipality, pk, Action.READ)
    times, other = other_words_in(standard, area)
    page = page_of(used_in(standard, area), request)
    for decision in page:
        decision.says_it = fits(standard.text, decision.rationale)
    context = {
        "area": area,
        "standard": standard,
        "kind_label": kind_labelled(standard.kind),
        "is_own": standard.area_id == area.pk,
        "may_draft": Action.DRAFT in area.allowed,
        "page": page,
        "times": times,
        "other": other,
    }
    return render(request, "priorities/standard_detail.html", context)


@require_http_methods(CHANGES)
def add(request: PortalRequest, municipality: str) -> HttpResponse:
    """Write a standard text at the area one came in through: from nothing, as a copy (?van=), or from an answer's words (?afweging=)."""
    area = enter_area(request.user, municipality, Action.DRAFT)
    original = _original(request, area)
    kinds = kinds_at(area)
    form = StandardForm(sent(request), kinds=kinds, start=_start(request, area, original))
    if form.is_valid():
        try:
            standard = services.add_standard(area, **form.values, copied_from=original, by=request.user)
        except RuleBroken as broken:
            blame(form, broken)
        else:
            messages.success(request, f"De standaardtekst ‘{standard}’ is opgeslagen.")
            return redirect("priorities:standard-detail", area.slug, standard.pk)
    context = {"area": area, "form": form, "original": original, "places": MEANINGS}
    return render(request, "priorities/standard_add.html", context, status=422 if form.errors else 200)


def _original(request: PortalRequest, area: Area) -> StandardRationale | None:
    """The text ?van= names, to copy; None for any it may not read."""
    number = request.GET.get("van", "")
    return standard_at(area, int(number)).first() if number.isascii() and number.isdecimal() and len(number) < 18 else None


def _start(request: PortalRequest, area: Area, original: StandardRationale | None) -> dict[str, Any]:
    """What the form begins with."""
    if original:
        return {"kind": original.kind, "name": original.name, "text": original.text, "is_usual": original.is_usual}
    number = request.GET.get("afweging", "")
    kind, text = request.GET.get("bestemming", ""), ""
    if number.isascii() and number.isdecimal() and len(number) < 18 and (found := rationale_at(area, int(number))):
        kind, text = found
    by_code = {each.code: each for each in kinds_at(area)}
    return {"kind": kind if kind in by_code else "", "text": text}


@require_http_methods(CHANGES)
def change(request: PortalRequest, municipality: str, pk: int) -> HttpResponse:
    """Change a standard text of one's own area. No decision changes with it."""
    area, standard = enter_standard(request.user, municipality, pk, Action.DRAFT)
    form = StandardForm(sent(request), kinds=kinds_at(area), standard=standard)
    conflict = None
    if form.is_valid():
        try:
            services.change_standard(standard, seen=form.cleaned_data["seen"], **({"is_usual": False} | form.values), by=request.user)
        except services.NewerVersion as newer:
            conflict = _conflict(newer, form)
        except RuleBroken as broken:
            blame(form, broken)
        else:
            name = form.cleaned_data["name"]
            messages.success(request, f"De standaardtekst ‘{name}’ is opgeslagen. Afwegingen houden hun eigen woorden.")
            return redirect("priorities:standard-detail", area.slug, standard.pk)
    context = {"area": area, "standard": standard, "form": form, "conflict": conflict, "places": MEANINGS}
    context["kind_label"] = kind_labelled(standard.kind)
    return render(request, "priorities/standard_change.html", context, status=409 if conflict else 422 if form.errors else 200)


@require_POST
def offer(request: PortalRequest, municipality: str, pk: int) -> HttpResponse:
    """Offer a standard text of one's own area no longer, or again."""
    area, standard = enter_standard(request.user, municipality, pk, Action.DRAFT)
    if request.POST.get("aanbieden") == "ja":
        services.restore_standard(standard, by=request.user)
        messages.success(request, f"‘{standard}’ staat weer in de keuzelijst.")
    else:
        services.retire_standard(standard, by=request.user)
        messages.success(request, f"‘{standard}’ staat niet meer in de keuzelijst. Afwegingen houden hun woorden.")
    return redirect("priorities:standard-detail", area.slug, standard.pk)


def _conflict(newer: services.NewerVersion, form: StandardForm) -> TextConflict:
    current = newer.current
    assert isinstance(current, StandardRationale)  # noqa: S101 - for the type checker
    words = {True: "Ja", False: "Nee"}
    theirs = {"name": current.name, "text": current.text, "is_usual": words[current.is_usual]}
    mine = form.cleaned_data | {"is_usual": words[bool(form.cleaned_data.get("is_usual"))]}
    return conflict_with(current, theirs=theirs, mine=mine, labels=LABELS)
