"""A file that came with a submission, for whoever works on it. Never drawn by the browser: it is a stranger's."""

import uuid

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from consultation import services
from consultation.doors import enter_round
from consultation.held import attachments_in
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest


@require_GET
def attachment_download(request: PortalRequest, municipality: str, round: str, pk: uuid.UUID) -> HttpResponse | FileResponse:
    """The file, under the name the sender gave it; a page that says so when the storage does not have it."""
    found = enter_round(request.user, municipality, round, Action.RECORD)
    attachment = get_object_or_404(attachments_in(found), pk=pk)
    attachment.area = found.area
    try:
        file = services.open_attachment(attachment, by=request.user)
    except services.FileGone:
        return render(request, "consultation/attachment_gone.html", {"area": found.area, "round": found, "file": attachment}, status=410)
    response = FileResponse(file, as_attachment=True, filename=attachment.name, content_type=attachment.content_type)
    response.headers["Content-Length"] = str(attachment.size)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response
