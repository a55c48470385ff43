"""Acts on many points at once (samen afwegen): choose them, look at exactly what happens, then all of it or nothing."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from consultation.services import ChangeRefused, RoundFrozen
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest, wants_fragment
from ivp_portal.web.paging import PARAMETER
from priorities import services
from priorities.doors import enter_plan
from priorities.forms.batches import AssignForm, BatchDecisionForm, typed_in, values_of
from priorities.models import Batch, BatchAct, Plan
from priorities.states import BatchStatus
from priorities.triage.batch_page import batches_of, first_point, left_out_after, outcome_of, preview_of
from priorities.triage.handlers import officers_of
from priorities.triage.queue_filter import filter_from, matching_points, query_of

ACTS = {"akkoord": BatchAct.AGREE, "toewijzen": BatchAct.ASSIGN}
"""`actie` in the queue's form; anything else is deciding."""


@require_POST
def start(request: PortalRequest, municipality: str, period: str) -> HttpResponse:
    """From the queue: `punt` for each point, or `alles=1` for all that the filter in the address leaves, or `alles=pagina` with `getoond`.

    `actie` says what to do with them and `soort` may name the destination to begin with. Writes nothing but the preview.
    """
    plan = enter_plan(request.user, municipality, period, Action.DECIDE)
    filter = filter_from(request.GET)
    if plan.is_frozen:
        return _nothing(request, plan, query_of(filter), str(RoundFrozen()), status=409)
    if request.POST.get("alles") == "1":
        points = list(matching_points(plan, filter, user_id=request.user.pk).values_list("pk", flat=True))
    else:
        named = request.POST.getlist("getoond" if request.POST.get("alles") == "pagina" else "punt")
        points = [int(pk) for pk in named if pk.isascii() and pk.isdecimal() and len(pk) < 18]
    kind = request.POST.get("soort", "")
    try:
        act = ACTS.get(request.POST.get("actie", ""), BatchAct.DECIDE)
        batch = services.prepare_batch(plan, act, points, {"form": {"destination": kind}} if kind else {}, request.user, query_of(filter))
    except services.NothingChosen as refusal:
        return _nothing(request, plan, query_of(filter), str(refusal), status=422)
    return redirect("priorities:batch-detail", municipality, period, batch.pk)


def _nothing(request: PortalRequest, plan: Plan, query: str, sentence: str, *, status: int) -> HttpResponse:
    return render(request, "priorities/batch_empty.html", {"plan": plan, "sentence": sentence, "query": query}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: PortalRequest, municipality: str, period: str, pk: str) -> HttpResponse:
    """The preview; the button that carries it out; and at the same address how far it is and what came of it."""
    plan = enter_plan(request.user, municipality, period, Action.DECIDE)
    batch = get_object_or_404(batches_of(plan), pk=pk)
    batch.plan, batch.area = plan, plan.area
    if request.method == "POST":
        return _act(request, batch)
    return _show(request, batch)


def _act(request: PortalRequest, batch: Batch) -> HttpResponse:
    act = request.POST.get("actie", "")
    try:
        if batch.status == BatchStatus.PREVIEW:
            return _confirm(request, batch) if act == "vastleggen" else _keep(request, batch)
        if act == "verder" and batch.status in {BatchStatus.REFUSED, BatchStatus.FAILED}:
            batch = services.go_on_without(batch, request.user)
        elif act == "ongedaan" and batch.status == BatchStatus.DONE:
            batch = services.take_back_batch(batch, request.user)
    except services.NothingChosen:
        messages.warning(request, "Er blijft geen punt over. Kies andere punten.")
    except ChangeRefused as refusal:
        messages.error(request, str(refusal))
    return redirect(_address(batch))


def _keep(request: PortalRequest, batch: Batch) -> HttpResponse:
    """Keep ticks and words, and show the same preview with them, or another page of it; or the others, when some cannot."""
    _remember(request, batch)
    if request.POST.get("actie") == "standaard" and isinstance(form := _form(batch, request), BatchDecisionForm):
        services.change_preview(batch, batch.values | {"form": typed_in(request.POST) | form.with_standard_text()})
    if request.POST.get("actie") == "verder":
        return redirect(_address(services.go_on_without(batch, request.user)))
    page = request.POST.get("naar") or request.POST.get(PARAMETER, "1")
    return redirect(f"{_address(batch)}?{PARAMETER}={page}" if page.isdecimal() and page != "1" else _address(batch))


def _remember(request: PortalRequest, batch: Batch) -> None:
    out = left_out_after(batch, request.POST.get(PARAMETER, "1"), request.POST.getlist("punt"))
    kept = {name: value for name, value in batch.values.items() if name not in {"choices", "extent", "rationale", "standard"}}
    services.change_preview(batch, kept | {"left_out": sorted(out), "form": typed_in(request.POST)})


def _confirm(request: PortalRequest, batch: Batch) -> HttpResponse:
    if batch.plan.is_frozen:
        return _show(request, batch, status=409, problem=str(RoundFrozen()))
    out = left_out_after(batch, request.POST.get(PARAMETER, "1"), request.POST.getlist("punt"))
    form = _form(batch, request)
    if form is not None and not form.is_valid():
        _remember(request, batch)
        return _show(request, batch, form=form, status=422)
    chosen = form.values() if isinstance(form, AssignForm) else values_of(form) if isinstance(form, BatchDecisionForm) else {}
    kept = {name: value for name, value in batch.values.items() if name != "left_out"}
    try:
        batch = services.carry_out_batch(batch, request.user, values=kept | chosen | {"form": typed_in(request.POST)}, without=out)
    except services.NothingChosen:
        _remember(request, batch)
        return _show(request, batch, form=form, status=422, problem="Alle vinkjes zijn weg. Laat er ten minste één staan.")
    if batch.status == BatchStatus.REFUSED:
        return _show(request, batch, status=409)
    return redirect(_address(batch))


def _form(batch: Batch, request: PortalRequest | None = None) -> BatchDecisionForm | AssignForm | None:
    data = request.POST if request else None
    if batch.act == BatchAct.ASSIGN:
        return AssignForm(data, officers=officers_of(batch.plan.area), batch=batch)
    if batch.act != BatchAct.DECIDE:
        return None
    contribution, offer = first_point(batch.plan, batch)
    form = BatchDecisionForm(data, plan=batch.plan, contribution=contribution, offer=offer)
    form.initial |= batch.values.get("form", {})
    return form


def _show(request: PortalRequest, batch: Batch, *, form: forms.Form | None = None, status: int = 200, problem: str = "") -> HttpResponse:
    context: dict[str, Any] = {"plan": batch.plan, "batch": batch, "query": batch.query, "problem": problem}
    page = request.GET.get(PARAMETER) or request.POST.get(PARAMETER)
    if batch.status == BatchStatus.PREVIEW:
        context |= {"preview": preview_of(batch, page, user=request.user), "form": form or _form(batch)}
        context["asks_agreement"] = batch.act == BatchAct.DECIDE and services.needs_agreement(batch.area)
        return render(request, "priorities/batch_preview.html", context, status=status)
    if wants_fragment(request):
        response = render(request, "priorities/_batch_status.html", context | {"polled": True})
        response["Cache-Control"] = "no-store"
        return response
    if batch.status in {BatchStatus.WAITING, BatchStatus.RUNNING}:
        return render(request, "priorities/batch_progress.html", context, status=status)
    can = services.others_of(batch) if batch.status == BatchStatus.REFUSED else []
    context |= {"outcome": outcome_of(batch, page), "can": len(can)}
    return render(request, "priorities/batch_outcome.html", context, status=status)


def _address(batch: Batch) -> str:
    return reverse("priorities:batch-detail", args=[batch.plan.area.slug, batch.plan.period, batch.pk])
