"""A chapter of the plan: to read, and for whoever may, to write."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from ivp_portal.audit.versions import TextConflict, conflict_with
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest, wants_fragment
from priorities import services
from priorities.doors import enter_council_plan, enter_open_plan
from priorities.forms.plans import ChapterForm
from priorities.forms.texts import MARKS
from priorities.models import Chapter, ChapterShows, Plan
from priorities.plan_page import shown_after
from priorities.reading import chapter_text
from priorities.views.changes import CHANGES, closed_plan_answers_409, done, may_draft, sent


@require_http_methods(CHANGES)
@closed_plan_answers_409
def add(request: PortalRequest, municipality: str, period: str) -> HttpResponse:
    """A chapter after the last one."""
    plan = enter_open_plan(request.user, municipality, period, Action.DRAFT)
    number = plan.chapters.count() + 1
    form = ChapterForm(sent(request))
    asks_preview = "preview" in request.POST
    if form.is_valid() and not asks_preview:
        added = services.add_chapter(plan, **form.texts, by=request.user)
        return done(request, plan, f"Hoofdstuk {added.number}, {added.title}, is toegevoegd.")
    context = {"plan": plan, "form": form, "number": str(number)}
    return _write(request, "priorities/chapter_add.html", context, form, number, asks_preview=asks_preview)


def _write(
    request: PortalRequest, template: str, context: dict[str, Any], form: ChapterForm, number: int, *, asks_preview: bool
) -> HttpResponse:
    """The page on which a chapter is written, with what it will look like; htmx asks for the latter alone."""
    typed = {name: str(form[name].value() or "") for name in ("lead", "body")}
    context |= {"marks": MARKS, "text": chapter_text(typed, number, level=3)}
    if asks_preview and wants_fragment(request):
        template = "priorities/_chapter_preview.html"
    status = 409 if context.get("conflict") else 422 if form.errors and not asks_preview else 200
    return render(request, template, context, status=status)


@require_http_methods(CHANGES)
@closed_plan_answers_409
def chapter(request: PortalRequest, municipality: str, period: str, number: int) -> HttpResponse:
    """One chapter: to read, and for whoever may, to write."""
    enter, action = (enter_open_plan, Action.DRAFT) if request.method == "POST" else (enter_council_plan, Action.READ)
    plan = enter(request.user, municipality, period, action)
    chapter = get_object_or_404(plan.chapters, number=number)
    context: dict[str, Any] = {"plan": plan, "chapter": chapter, "number": str(number)}
    if not may_draft(plan):
        neighbours = {"previous": plan.chapters.filter(number__lt=number).last(), "next": plan.chapters.filter(number__gt=number).first()}
        text = chapter_text({"lead": chapter.lead, "body": chapter.body}, number, level=2)
        context |= neighbours | {"text": text, "after": shown_after(chapter, plan)}
        return render(request, "priorities/chapter_detail.html", context)
    form = ChapterForm(sent(request), chapter=chapter)
    asks_preview = "preview" in request.POST
    if form.is_valid() and not asks_preview:
        try:
            services.change_chapter(chapter, seen=form.cleaned_data["seen"], **form.texts, by=request.user)
        except services.NewerVersion as newer:
            context["conflict"] = _conflict(newer, form)
        else:
            return _saved(request, plan, chapter, form.texts["title"])
    return _write(request, "priorities/chapter_change.html", context | {"form": form}, form, number, asks_preview=asks_preview)


def _conflict(newer: services.NewerVersion, form: ChapterForm) -> TextConflict:
    labels = {name: str(form[name].label) for name in form.texts}
    theirs = {name: getattr(newer.current, name) for name in labels}
    for texts in (theirs, mine := dict(form.texts)):
        texts["shows"] = ChapterShows(texts["shows"]).label
    return conflict_with(newer.current, theirs=theirs, mine=mine, labels=labels)


def _saved(request: PortalRequest, plan: Plan, chapter: Chapter, title: str) -> HttpResponse:
    sentence = f"Hoofdstuk {chapter.number}, {title}, is opgeslagen."
    if "stay" not in request.POST:
        return done(request, plan, sentence)
    messages.success(request, sentence)
    return redirect("priorities:chapter-change", plan.area.slug, plan.period, chapter.number)
