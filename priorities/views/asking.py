"""An officer asks: advice of a colleague or a partner, more of the contributor; and what still waits for them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consultation.models import Contribution
from consultation.services import ChangeRefused, RoundFrozen
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest
from ivp_portal.web.paging import page_of
from priorities import services
from priorities.doors import enter_plan
from priorities.forms.asking import AdviceForm, QuestionForm
from priorities.models import Plan
from priorities.triage.asking_page import asked_about, term_of, why_no_question
from priorities.triage.points import contribution_of
from priorities.triage.queue_filter import filter_from, query_of
from priorities.triage.waiting import waits_of
from priorities.views.changes import CHANGES, sent
from priorities.views.handling import back_to_point


@require_http_methods(CHANGES)
def advice_add(request: PortalRequest, municipality: str, period: str, pk: int) -> HttpResponse:
    """Ask a colleague or a partner for advice, by mail."""
    plan = enter_plan(request.user, municipality, period, Action.DECIDE)
    contribution = contribution_of(plan, pk)
    unchecked = bool(contribution.personal_data) and contribution.personal_data_checked_at is None
    form = AdviceForm(sent(request))

    def ask() -> str:
        request_made = services.ask_advice(contribution, **form.cleaned_data, by=request.user)
        return f"Uw vraag gaat per mail naar {request_made.to_name}."

    refusal = str(services.MayNamePeople()) if unchecked else ""
    return _ask(request, plan, contribution, form, ask, template="advice_add", refusal=refusal, unchecked=unchecked)


@require_http_methods(CHANGES)
def question_add(request: PortalRequest, municipality: str, period: str, pk: int) -> HttpResponse:
    """Ask who brought the point in, by mail."""
    plan = enter_plan(request.user, municipality, period, Action.DECIDE)
    contribution = contribution_of(plan, pk)
    form = QuestionForm(sent(request))
    refusal = why_no_question(contribution) if request.method != "POST" else ""

    def ask() -> str:
        services.ask_question(contribution, text=form.cleaned_data["text"], by=request.user)
        return "Uw vraag gaat per mail naar de inbrenger. De reactie komt bij dit punt te staan."

    more = {"until": term_of(plan), "language": contribution.submission.language}
    return _ask(request, plan, contribution, form, ask, template="question_add", refusal=refusal, **more)


def _ask(
    request: PortalRequest,
    plan: Plan,
    contribution: Contribution,
    form: BaseForm,
    ask: Callable[[], str],
    *,
    template: str,
    refusal: str,
    **more: Any,
) -> HttpResponse:
    """The form, or what it led to; what cannot be asked is said before somebody writes it."""
    refusal = str(RoundFrozen()) if plan.is_frozen else refusal
    status = 422 if form.errors else 200
    if request.method == "POST" and refusal:
        status = 409
    elif form.is_valid():
        try:
            return back_to_point(request, plan, contribution, ask())
        except ChangeRefused as refused:
            refusal, status = str(refused), 409
    query = query_of(filter_from(request.GET))
    context = {"plan": plan, "contribution": contribution, "query": query, "form": form, "refusal": refusal, **more}
    return render(request, f"priorities/{template}.html", context, status=status)


@require_POST
def advice_withdraw(request: PortalRequest, municipality: str, period: str, pk: int, number: int) -> HttpResponse:
    """Ask no longer: the link in the mail opens nothing any more."""
    plan = enter_plan(request.user, municipality, period, Action.DECIDE)
    contribution = contribution_of(plan, pk)
    asked = get_object_or_404(asked_about(contribution), pk=number)
    try:
        services.withdraw_advice(asked, by=request.user)
    except ChangeRefused as refused:
        messages.warning(request, str(refused))
        query = query_of(filter_from(request.GET))
        return redirect(reverse("priorities:triage-item", args=[municipality, period, pk]) + query)
    return back_to_point(request, plan, contribution, f"Verzoek aan {asked.to_name} ingetrokken. De link in de mail werkt niet meer.")


@require_safe
def waiting_list(request: PortalRequest, municipality: str, period: str) -> HttpResponse:
    """Everything of the plan that waits for somebody outside."""
    plan = enter_plan(request.user, municipality, period, Action.DECIDE)
    waits = waits_of(plan)
    context = {"plan": plan, "page": page_of(waits, request), "late": sum(wait.is_late for wait in waits)}
    return render(request, "priorities/waiting_list.html", context)
