"""What the buttons on the page of whoever was invited do: save, add and remove."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from consultation import services
from consultation.forms.invited import OfferForm, WriterForm
from consultation.forms.public import PublicForm, content_of
from consultation.invited_page import draft_of
from consultation.points import POINTS_LIMIT, as_one_text
from consultation.views.invited_visit import InvitedVisit


def form_page(visit: InvitedVisit, content: dict[str, Any], *, status: int = 200, **more: Any) -> HttpResponse:
    """The form with this in it, checked or not."""
    post = visit.request.POST
    writer = {"saved_by": post.get("saved_by", "")}
    context: dict[str, Any] = {
        "form": PublicForm(content, round=visit.invitation.round, themes=visit.themes, language=visit.language),
        "writer": WriterForm(initial=writer),
        "offer": OfferForm(initial={"to": post.get("to", ""), "note": post.get("note", "")}),
        "version": visit.draft.version if visit.draft else 0,
        "refused": status != 200,
    }
    return visit.page("form", status=status, **context | more)


def keep(visit: InvitedVisit, content: dict[str, Any]) -> None:
    """Save what was typed and the files that were chosen. Raises ChangeRefused."""
    assert visit.draft is not None  # noqa: S101 - made before any action
    post = visit.request.POST
    seen, writer = _whole(post.get("versie")), post.get("saved_by", "").strip()[:120]
    content.pop("website", None)
    visit.draft = services.save_for_body(visit.draft, content, seen_version=seen, saved_by=writer, language=visit.language)
    for file in visit.request.FILES.getlist("attachments"):
        try:
            services.keep_attachment(visit.invitation.round, file, draft=visit.draft)
        except services.AttachmentRefused as refusal:
            visit.kept_out.append(str(refusal))
    visit.draft = draft_of(visit.invitation)


def refused(visit: InvitedVisit, content: dict[str, Any], refusal: services.ChangeRefused) -> HttpResponse:
    """Somebody was here before. What was typed stays on the screen, beside what stands there now."""
    visit.draft = draft_of(visit.invitation)
    newer = ""
    if isinstance(refusal, services.NewerDraft) and visit.draft:
        newer = as_one_text(point.get("text", "") for point in visit.draft.content.get("points", []))
    elif isinstance(refusal, services.AlreadyHandedIn):
        return redirect(visit.request.path)
    return form_page(visit, content, status=409, refusal=str(refusal), newer=newer, lies=isinstance(refusal, services.LiesForRelease))


def save(visit: InvitedVisit, change: Callable[[list[dict[str, Any]]], None] | None = None) -> HttpResponse:
    """‘Bewaar’, and whatever changes the number of points on the way."""
    content = content_of(visit.request.POST)
    if change:
        change(content["points"])
    try:
        keep(visit, content)
    except services.ChangeRefused as refusal:
        return refused(visit, content, refusal)
    if visit.kept_out:
        return form_page(visit, content, status=422, kept_out=visit.kept_out)
    if not change:
        messages.success(visit.request, gettext("Bewaard. Uw reactie is nog niet verstuurd."))
        return redirect(visit.request.path)
    return form_page(visit, content)


def _one_more(visit: InvitedVisit) -> HttpResponse:
    """‘Nog een punt’."""
    return save(visit, lambda points: points.append({"text": "", "theme": None}) if len(points) < POINTS_LIMIT else None)


def _one_less(visit: InvitedVisit) -> HttpResponse:
    """‘Haal punt 2 weg’: actie=haal-weg:2."""
    named = _whole(visit.request.POST["actie"].partition(":")[2])

    def without(points: list[dict[str, Any]]) -> None:
        if len(points) > 1 and 0 < named <= len(points):
            del points[named - 1]

    return save(visit, without)


def _without_file(visit: InvitedVisit) -> HttpResponse:
    """‘Haal dit bestand weg’: actie=bestand-weg:<id>."""
    named = visit.request.POST["actie"].partition(":")[2]
    content = content_of(visit.request.POST)
    try:
        keep(visit, content)
    except services.ChangeRefused as refusal:
        return refused(visit, content, refusal)
    for attachment in visit.draft.attachments.all() if visit.draft else []:
        if str(attachment.pk) == named:
            services.drop_attachment(attachment)
    visit.draft = draft_of(visit.invitation)
    return form_page(visit, content)


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


WRITING: dict[str, Callable[[InvitedVisit], HttpResponse]] = {
    "nog-een": _one_more,
    "haal-weg": _one_less,
    "bestand-weg": _without_file,
}
