"""The open point: read it, decide, go to the next."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from consultation.models import Contribution
from consultation.services import ChangeRefused, RoundFrozen
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest
from priorities import services
from priorities.doors import enter_plan
from priorities.forms.decisions import DecisionForm
from priorities.models import Decision, Plan, StandardRationale
from priorities.rules import RuleBroken
from priorities.suggestions import suggesting
from priorities.triage.open_point import OpenPoint, decision_about, goes_to, open_point, point_to_decide
from priorities.triage.points import address_of, filter_for, first_in, queue_address
from priorities.triage.queue_filter import TriageFilter, filter_from, query_of
from priorities.triage.sitting import keep, sitting_of
from priorities.views.point_screen import may_decide, show


@require_http_methods(["GET", "HEAD", "POST"])
def item(request: PortalRequest, municipality: str, period: str, pk: int) -> HttpResponse:
    """One contribution: read it, decide, go to the next."""
    if request.method == "POST":
        return _sent(request, enter_plan(request.user, municipality, period, Action.DECIDE, bare=True), pk)
    plan = enter_plan(request.user, municipality, period, Action.READ)
    point, filter = open_point(plan, pk), filter_for(plan, filter_from(request.GET))
    return show(request, plan, point, filter, form=_empty_form(request, plan, point) if may_decide(plan) else None)


def _sent(request: PortalRequest, plan: Plan, pk: int) -> HttpResponse:
    """Record what was sent and go on; or the screen again, with everything that was filled in."""
    filter = filter_for(plan, filter_from(request.GET))
    contribution, offer = point_to_decide(plan, pk)

    def again(form: DecisionForm | None, status: int, **more: Any) -> HttpResponse:
        whole = enter_plan(request.user, plan.area.slug, plan.period, Action.DECIDE)
        try:
            point = open_point(whole, pk)
        except Http404:  # withdrawn a moment ago: what was typed is shown beside what we have of it
            point = OpenPoint(contribution, current=None, quoted=None, is_from_letter=False, offer=offer)
        return show(request, whole, point, filter, form=form, status=status, **more)

    if plan.is_frozen:
        return again(None, 409, refused=str(RoundFrozen()))
    form = DecisionForm(request.POST, plan=plan, contribution=contribution, offer=offer)
    if (act := request.POST.get("actie")) in {"standaard", "aanpassen"}:  # not sent yet: filled in further, or worded anew
        return again(_form_with(plan, open_point(plan, pk), form, with_text=act == "standaard"), 200)
    if not form.is_valid():
        return again(form, 422)
    try:
        decision = _decide(request, plan, contribution, form)
    except services.Conflict:
        return again(form, 409, conflict=True)
    except (ChangeRefused, RuleBroken) as refusal:  # the form knows the rules: only what changed meanwhile comes as far as this
        return again(form, 409, refused=str(refusal))
    _say_it_is_done(request, plan, contribution, decision, form, filter)
    if act == "blijven":
        return redirect(address_of(plan, pk, filter))
    following = first_in(plan, filter, request.user, following=contribution)
    return redirect(address_of(plan, following, filter) if following else queue_address(plan) + query_of(filter))


def _empty_form(request: PortalRequest, plan: Plan, point: OpenPoint) -> DecisionForm:
    """The form as it opens: with what stands, or with the text somebody just took back and wants again."""
    contribution, sitting = point.contribution, sitting_of(plan)
    text_of = decision_about(contribution, request.GET["tekst"]) if "tekst" in request.GET else None
    form = DecisionForm(plan=plan, contribution=contribution, current=point.current, text_of=text_of, sitting=sitting, offer=point.offer)
    if request.GET.get("zoals") == "vorige":
        form.initial = {**form.initial, **form.again(sitting.last)}
    elif "voorstel" in request.GET and (panel := suggesting.beside(plan, contribution, request.user)) and "shown" in panel:
        form.initial = {**form.initial, **QueryDict(panel["shown"].fills).dict()}
    return form


def _form_with(plan: Plan, point: OpenPoint, sent: DecisionForm, *, with_text: bool) -> DecisionForm:
    """A form with what was filled in, against what stands now unless only a standard text was asked for."""
    form = DecisionForm(plan=plan, contribution=point.contribution, offer=point.offer)
    seen = {} if with_text else {"seen": point.current.pk if point.current else None}
    form.initial = {**form.initial, **(sent.with_standard_text() if with_text else sent.filled_in()), **seen}
    return form


def _decide(request: PortalRequest, plan: Plan, contribution: Contribution, form: DecisionForm) -> Decision:
    """Record it, and remember it for this sitting."""
    chosen = form.cleaned_data["standard"]
    decision = services.decide(
        contribution,
        choices=form.cleaned_data["choices"],
        extent=form.cleaned_data["extent"],
        rationale=form.cleaned_data["rationale"],
        by=request.user,
        seen=services.ANYTHING if request.POST.get("actie") == "vervangen" else form.cleaned_data["seen"],
        standard=StandardRationale.objects.of(plan.area).filter(pk=chosen.pk).first() if chosen else None,
    )
    sitting = sitting_of(plan)
    sitting.remember(contribution.pk, decision.pk, contribution.point, fields=form.as_fields(), named=form.names_chosen())
    keep(plan, request.user, sitting)
    return decision


def _say_it_is_done(
    request: PortalRequest, plan: Plan, contribution: Contribution, decision: Decision, form: DecisionForm, filter: TriageFilter
) -> None:
    undo_at = reverse("priorities:triage-undo", args=[plan.area.slug, plan.period, contribution.pk])
    tail = query_of(filter)
    waits = " en wacht op akkoord" if decision.needs_agreement else ""
    words = f"Vastgelegd. {contribution.point} {goes_to(form.cleaned_data['choices'], decision.extent)}{waits}."
    messages.success(request, words, extra_tags=f"{undo_at}{tail}{'&' if tail else '?'}besluit={decision.pk}")
