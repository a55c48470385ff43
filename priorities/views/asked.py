"""The pages behind the links in our mails that ask something: advice of a colleague or partner, more of the contributor. No account."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from consultation.patience import form_for_anybody
from consultation.public_page import how_to_reach
from consultation.services import ChangeRefused
from ivp_portal.organisation.models import Area
from ivp_portal.web.languages import in_the_other_language
from priorities import services
from priorities.answers import quoted
from priorities.forms.asking import AdviceAnswerForm, QuestionAnswerForm
from priorities.triage.asked import advice_of, enter_asked, is_needed, is_over, question_of, shown_to_adviser
from priorities.triage.links import UnknownLink
from priorities.views.status import leaves_no_trace


def for_who_has_the_link(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Around both pages: whoever has the link may answer, and when the database is away what they typed comes back."""
    return leaves_no_trace(form_for_anybody(transaction.atomic(view)))


@for_who_has_the_link
def advice(request: HttpRequest, municipality: str, language: str, token: str) -> HttpResponse:
    """The point, the question and a place for the advice; afterwards what was given, with thanks."""
    area = enter_asked(municipality)
    try:
        asked = advice_of(area, token)
    except UnknownLink:
        return _gone(request, area)
    needed = is_needed(asked.contribution)
    form = AdviceAnswerForm(request.POST if request.method == "POST" else None)
    refusal = ""
    if form.is_valid():
        try:
            services.give_advice(asked, text=form.cleaned_data["text"])
        except ChangeRefused as refused:
            refusal = str(refused)
        else:
            return redirect(request.path)
    more = {"asked": asked, "shown": shown_to_adviser(asked.contribution), "needed": needed}
    return _page(request, area, "advice", form, refusal=refusal, is_over=not needed and not asked.answered_at, **more)


@for_who_has_the_link
def question(request: HttpRequest, municipality: str, language: str, token: str) -> HttpResponse:
    """The sender's own words, our question and a place to answer; afterwards what they said, and after the term that it has passed."""
    area = enter_asked(municipality)
    try:
        asked = question_of(area, token)
    except UnknownLink:
        return _gone(request, area)
    form = QuestionAnswerForm(request.POST if request.method == "POST" else None)
    refusal = ""
    if form.is_valid():
        try:
            services.answer_question(asked, text=form.cleaned_data["text"])
        except ChangeRefused as refused:
            refusal = str(refused)
        else:
            return redirect(request.path)
    more = {"asked": asked, "said": quoted(asked.contribution), "needed": is_needed(asked.contribution)}
    return _page(request, area, "question", form, refusal=refusal, is_over=is_over(asked), **more)


def _page(request: HttpRequest, area: Area, template: str, form: Any, *, refusal: str, is_over: bool, **more: Any) -> HttpResponse:
    """With what was typed when it came too late, so that nothing is lost."""
    asked = more["asked"]
    typed = form.cleaned_data["text"] if refusal else ""
    language = str(request.resolver_match.kwargs["language"]) if request.resolver_match else "nl"
    context = {
        **_shell(request, area),
        "form": form,
        "round_title": asked.contribution.round.text("title", language),
        "refusal": refusal,
        "refused": bool(refusal) or is_over,
        "is_over": is_over,
        "typed": typed,
        **more,
    }
    status = 410 if is_over else 409 if refusal else 422 if form.errors and not asked.answered_at else 200
    return render(request, f"priorities/asked/{template}.html", context, status=status)


def _gone(request: HttpRequest, area: Area) -> HttpResponse:
    """One page for what was never asked and for what was withdrawn."""
    return render(request, "priorities/asked/gone.html", _shell(request, area) | {"refused": True}, status=404)


def _shell(request: HttpRequest, area: Area) -> dict[str, Any]:
    """What templates/public.html needs."""
    reach = how_to_reach()
    return {"area": area, "other_language_url": in_the_other_language(request), "reach": reach, "contact_url": f"mailto:{reach}"}
