"""One request for the form of a round: what its page needs, and keeping what was typed in it."""

import contextlib
import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from consultation import services
from consultation.doors import enter_public_round
from consultation.forms.public import PublicForm, content_of
from consultation.models import Draft, Round, Theme
from consultation.patience import NO_TIME, RETRY_AFTER_SECONDS
from consultation.public_page import Sheet, draft_of, form_path, how_to_reach, remember, remembered
from consultation.similarity import hint_for
from consultation.theme_choice import themes_of
from ivp_portal.web.languages import in_the_other_language


@dataclass
class Visit:
    """What stands between the request and its page. Once made, the page can be drawn without the database."""

    request: HttpRequest
    round: Round
    language: str
    themes: list[Theme]
    draft: Draft | None
    sheet: Sheet

    @classmethod
    def begin(cls, request: HttpRequest, municipality: str, language: str, slug: str) -> "Visit":
        """Raises Http404 for a round that is not for everybody."""
        round = enter_public_round(municipality, slug)
        if request.method == "POST":
            sheet = Sheet.read(request.POST.get("blad", ""), round) or Sheet.new()
            draft = draft_of(round, sheet.key)
        else:
            draft = draft_of(round, remembered(request, round))
            draft = None if draft and (draft.handed_in_at or draft.refused_at) else draft
            sheet = Sheet.new(draft)
        return cls(request, round, language, list(themes_of(round)), draft, sheet)

    def form(self, content: dict[str, Any], *, focus: int = 0) -> PublicForm:
        """The form as it was left, without judging it."""
        return PublicForm(content, round=self.round, themes=self.themes, language=self.language, focus=focus)

    def sent(self, content: dict[str, Any]) -> PublicForm:
        """What came in, to be checked."""
        return PublicForm(content, round=self.round, themes=self.themes, language=self.language, bound=True, files=self.request.FILES)

    def page(self, form: PublicForm, *, template: str = "form", status: int = 200, **more: Any) -> HttpResponse:
        """The form; this browser remembers its draft, if there is one by now."""
        reach = how_to_reach()
        if status == 200 and template == "form":
            add_hints(self, form)
        context = {
            "area": self.round.area,
            "round": self.round,
            "title": self.round.text("title", self.language),
            "question": self.round.text("question", self.language),
            "introduction": self.round.text("introduction", self.language),
            "form": form,
            "sheet": self.sheet.signed(self.round),
            "draft": self.draft,
            "files": list(self.draft.attachments.all()) if self.draft else [],
            "start_url": form_path(self.round, self.language),
            "other_language_url": in_the_other_language(self.request),
            "contact_url": f"mailto:{reach}",
            "reach": reach,
            **more,
        }
        response = render(self.request, f"consultation/public/{template}.html", context, status=status)
        if status == 503:
            response.headers["Retry-After"] = RETRY_AFTER_SECONDS
        return self.remembered(response)

    def remembered(self, response: HttpResponse) -> HttpResponse:
        """The answer, with which this browser finds its draft again, if there is one by now."""
        if self.draft and not self.draft.handed_in_at:
            remember(response, self.draft, self.round)
        return response

    def keep(self, content: dict[str, Any], *, insist: bool = True) -> list[str]:
        """Keep what was typed and the files that were chosen, in a transaction of its own; returns what is wrong with the files.

        Raises AlreadyHandedIn, and NewerDraft when another page saved since; with `insist` not when it was this very page that did.
        """
        content |= self.sheet.marks
        refused = []
        with services.files_follow_the_transaction():
            enter_public_round(self.round.area.slug, self.round.slug)
            draft = services.start_draft(self.round, language=self.language, key=self.sheet.key)
            own = insist and draft.content.get("page") == self.sheet.page
            seen = draft.version if own else _whole(self.request.POST.get("versie"))
            draft = services.save_draft(draft, content, seen_version=seen, language=self.language)
            for file in self.request.FILES.getlist("attachments"):
                try:
                    services.keep_attachment(self.round, file, draft=draft)
                except services.AttachmentRefused as refusal:
                    refused.append(str(refusal))
            self.draft = draft_of(self.round, draft.pk)
        return refused


def add_hints(visit: Visit, form: PublicForm) -> None:
    """Tell each point of the form that says something what others said like it, for the page; without the database nothing is told."""
    with contextlib.suppress(*NO_TIME):
        for point in form.points:
            if text := str(point["text"].value() or "").strip():
                point.similar = in_one_go(visit, functools.partial(hint_for, visit.round, text))


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def in_one_go(visit: Visit, change: Callable[[], Any]) -> Any:
    """Do it in a transaction of its own, with the door open."""
    with transaction.atomic():
        enter_public_round(visit.round.area.slug, visit.round.slug)
        return change()


def typed_in(visit: Visit) -> dict[str, Any]:
    """What stands in the form that came in, sound or not."""
    return content_of(visit.request.POST)
