"""What is written leaves the hands of whoever wrote it: laid before a second person, taken back, sent."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from consultation import services
from consultation.forms.invited import OfferForm
from consultation.forms.public import PublicForm, content_of
from consultation.views.invited_visit import InvitedVisit
from consultation.views.invited_writing import WRITING, form_page, keep, refused


def _offer(visit: InvitedVisit) -> HttpResponse:
    """‘Leg voor’: saved first, then laid before the second person."""
    content, form = content_of(visit.request.POST), OfferForm(visit.request.POST)
    try:
        keep(visit, content)
    except services.ChangeRefused as refusal:
        return refused(visit, content, refusal)
    sound = _sound(visit, content)
    if visit.kept_out or not form.is_valid() or sound.errors:
        return form_page(visit, content, status=422, form=sound, offer=form, kept_out=visit.kept_out)
    assert visit.draft is not None  # noqa: S101 - keep() loaded it
    writer = visit.draft.saved_by or gettext("Een collega")
    try:
        services.offer(visit.draft, **form.cleaned_data, writer=writer, seen_version=visit.draft.version)
    except services.SamePerson as same:
        form.add_error("to", str(same))
        return form_page(visit, content, status=422, offer=form)
    except services.ChangeRefused as refusal:
        return refused(visit, content, refusal)
    messages.success(visit.request, gettext("Voorgelegd. Uw collega krijgt een mail met een eigen link."))
    return redirect(visit.request.path)


def _send(visit: InvitedVisit) -> HttpResponse:
    """‘Verstuur’, for who speaks for themselves."""
    content = content_of(visit.request.POST)
    try:
        keep(visit, content)
        sound = _sound(visit, content)
        if visit.kept_out or sound.errors:
            return form_page(visit, content, status=422, form=sound, kept_out=visit.kept_out)
        assert visit.draft is not None  # noqa: S101 - keep() loaded it
        services.send_without_release(visit.draft, seen_version=visit.draft.version, name=visit.draft.saved_by)
    except services.ChangeRefused as refusal:
        return refused(visit, content, refusal)
    return redirect(visit.request.path)


def _sound(visit: InvitedVisit, content: dict[str, Any]) -> PublicForm:
    """The form, checked. A letter alone will do."""
    form = PublicForm(content, round=visit.invitation.round, themes=visit.themes, language=visit.language, bound=True)
    if visit.draft is None or not visit.draft.attachments.all() or any(point["text"].strip() for point in content["points"]):
        form.is_valid()
    return form


def _take_back(visit: InvitedVisit) -> HttpResponse:
    """‘Haal terug’: the writers go on."""
    assert visit.draft is not None  # noqa: S101 - made before any action
    try:
        services.take_back(visit.draft)
    except services.ChangeRefused:
        return redirect(visit.request.path)
    messages.success(visit.request, gettext("Teruggehaald. De link van uw collega werkt niet meer."))
    return redirect(visit.request.path)


ACTIONS: dict[str, Callable[[InvitedVisit], HttpResponse]] = WRITING | {
    "leg-voor": _offer,
    "haal-terug": _take_back,
    "verstuur": _send,
}
