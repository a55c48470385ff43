"""The page of the second person: read it whole, release it or hand it back. Their link is another than that of the writers."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from consultation import services
from consultation.doors import enter_release
from consultation.forms.invited import HandBackForm, ReleaseForm
from consultation.invited_page import draft_of
from consultation.patience import form_for_anybody
from consultation.views.invited_visit import InvitedVisit


@form_for_anybody
def release(request: HttpRequest, municipality: str, language: str, token: str) -> HttpResponse:
    """The whole text with its two buttons; after it was sent what was sent."""
    with transaction.atomic():
        visit = InvitedVisit.begin(request, enter_release(municipality, token), language)
        if ended := visit.ended():
            return ended
        if request.method != "POST":
            return _page(visit)
        return _hand_back(visit) if request.POST.get("actie") == "leg-terug" else _release(visit)


def _release(visit: InvitedVisit) -> HttpResponse:
    """‘Geef vrij en verstuur’."""
    form = ReleaseForm(visit.request.POST)
    if not form.is_valid():
        return _page(visit, form=form, status=422)
    assert visit.draft is not None  # noqa: S101 - the door found it
    seen = visit.request.POST.get("versie", "")
    try:
        services.release(visit.draft, **form.cleaned_data, seen_version=int(seen) if seen.isdecimal() else -1)
    except services.ChangeRefused as refusal:
        visit.draft = draft_of(visit.invitation)
        return _page(visit, form=form, refusal=refusal, status=409)
    return redirect(visit.request.path)


def _hand_back(visit: InvitedVisit) -> HttpResponse:
    """‘Leg terug’."""
    form = HandBackForm(visit.request.POST)
    if not form.is_valid():
        return _page(visit, back=form, status=422)
    assert visit.draft is not None  # noqa: S101 - the door found it
    try:
        visit.draft = services.hand_back(visit.draft, **form.cleaned_data)
    except services.ChangeRefused as refusal:
        return _page(visit, back=form, refusal=refusal, status=409)
    messages.success(visit.request, gettext("Teruggelegd. De schrijvers krijgen een mail met uw opmerking."))
    return visit.page("handed_back")


def _page(
    visit: InvitedVisit,
    *,
    form: ReleaseForm | None = None,
    back: HandBackForm | None = None,
    refusal: services.ChangeRefused | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"form": form or ReleaseForm(), "back": back or HandBackForm(), "refusal": refusal, "refused": status != 200}
    return visit.page("release", status=status, token=visit.request.path, **context)
