"""The files of a draft, for those who write it and for the second person who reads it."""

import uuid

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consultation import services
from consultation.doors import enter_invitation, enter_release
from consultation.invited_page import draft_of
from consultation.models import Invitation


@login_not_required
@never_cache
@require_safe
def invitation_file(request: HttpRequest, municipality: str, language: str, token: str, pk: uuid.UUID) -> FileResponse:
    """A file of the draft, with the link of the invitation."""
    return _file(enter_invitation(municipality, token), pk)


@login_not_required
@never_cache
@require_safe
def release_file(request: HttpRequest, municipality: str, language: str, token: str, pk: uuid.UUID) -> FileResponse:
    """A file of the draft, with the link of the offer."""
    return _file(enter_release(municipality, token), pk)


def _file(invitation: Invitation, pk: uuid.UUID) -> FileResponse:
    """As a download, never opened in the page: somebody else made it."""
    draft = draft_of(invitation)
    if draft is None or invitation.revoked_at:
        raise Http404
    attachment = get_object_or_404(draft.attachments.all(), pk=pk)
    try:
        file = services.open_draft_file(attachment)
    except services.FileGone as gone:
        raise Http404 from gone
    response = FileResponse(file, as_attachment=True, filename=attachment.name, content_type="application/octet-stream")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
