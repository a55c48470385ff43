"""The page of whoever was invited by name: read, write with colleagues, lay before a second person. The link is the key; no account."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from consultation import services
from consultation.doors import enter_invitation
from consultation.forms.public import content_of
from consultation.patience import form_for_anybody
from consultation.states import InvitationState
from consultation.views.invited_sending import ACTIONS
from consultation.views.invited_visit import InvitedVisit
from consultation.views.invited_writing import form_page, save


@form_for_anybody
def invitation(request: HttpRequest, municipality: str, language: str, token: str) -> HttpResponse:
    """What is asked, and the form; after it was sent what was sent, and after the last moment that it is over."""
    with services.files_follow_the_transaction():
        found = enter_invitation(municipality, token)
        if request.method == "GET":
            services.opened(found)
        visit = InvitedVisit.begin(request, found, language)
        if ended := visit.ended():
            return _too_late(visit) if request.method == "POST" and ended.status_code == 410 else ended
        if request.method == "POST":
            visit.draft = services.start_draft(found.round, language=language, invitation=found)
            return ACTIONS.get(request.POST.get("actie", "").partition(":")[0], save)(visit)
        if visit.draft and visit.draft.offered_at:
            return visit.page("offered")
        return form_page(visit, visit.draft.content if visit.draft else {})


def _too_late(visit: InvitedVisit) -> HttpResponse:
    """What was typed when the door had closed: on the page, so that it can be sent by mail."""
    ended = visit.ended()
    typed = [point["text"] for point in content_of(visit.request.POST)["points"] if point["text"].strip()]
    if not typed or ended is None:
        return ended or redirect(visit.request.path)
    reason = gettext("U kunt niet meer reageren via deze link.")
    is_revoked = visit.state == InvitationState.REVOKED
    return visit.page("over", status=410, reason=reason, refused=True, is_revoked=is_revoked, typed=typed)
