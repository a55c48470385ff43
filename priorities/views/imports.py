"""A whole import taken back. It stands here because it can only be while nothing was decided about its points."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from consultation.doors import enter_round
from consultation.lists import imports_of, standing_points_of
from consultation.services import AlreadyUndone, ChangeRefused, RoundFrozen
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest
from priorities import services
from priorities.views.changes import CHANGES


@require_http_methods(CHANGES)
def undo(request: PortalRequest, municipality: str, round: str, pk: str) -> HttpResponse:
    """Ask, and then withdraw every point that came from the file."""
    found = enter_round(request.user, municipality, round, Action.RECORD)
    upload = get_object_or_404(imports_of(found).filter(imported_at__isnull=False), pk=pk)
    refusal: ChangeRefused | None = RoundFrozen() if found.is_frozen else AlreadyUndone() if upload.undone_at else None
    if request.method == "POST" and refusal is None:
        try:
            withdrawn = services.undo_import(upload, by=request.user)
        except ChangeRefused as refused:
            refusal = refused
        else:
            what = "1 punt is" if withdrawn == 1 else f"{withdrawn} punten zijn"
            messages.success(request, f"Het inlezen is ongedaan gemaakt: {what} ingetrokken.")
            return redirect("consultation:import-list", municipality, round)
    context = {"area": found.area, "round": found, "upload": upload, "refusal": refusal, "standing": standing_points_of(upload)}
    return render(request, "priorities/import_undo.html", context, status=409 if request.method == "POST" else 200)
