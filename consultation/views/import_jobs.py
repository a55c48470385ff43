"""Beside the dry run: the files of a round, how far a worker is with one, stopping it, and taking its problems away."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST, require_safe

from consultation import services
from consultation.doors import enter_round
from consultation.import_page import all_problems
from consultation.lists import imports_done, imports_of
from consultation.problem_list import as_csv
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest, wants_fragment
from ivp_portal.web.paging import page_of


@require_safe
def import_list(request: PortalRequest, municipality: str, round: str) -> HttpResponse:
    """What was read in from spreadsheets, by whom and when."""
    found = enter_round(request.user, municipality, round, Action.RECORD)
    context = {"area": found.area, "round": found, "page": page_of(imports_done(found), request)}
    return render(request, "consultation/import_list.html", context)


@require_safe
def import_status(request: PortalRequest, municipality: str, round: str, pk: str) -> HttpResponse:
    """How far it is; asks for itself again while it is not finished. Without JavaScript the page of the file."""
    found = enter_round(request.user, municipality, round, Action.RECORD)
    upload = get_object_or_404(imports_of(found), pk=pk)
    if not wants_fragment(request):
        return redirect("consultation:import-detail", municipality, round, pk)
    response = render(request, "consultation/_import_status.html", {"area": found.area, "round": found, "upload": upload, "polled": True})
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def import_stop(request: PortalRequest, municipality: str, round: str, pk: str) -> HttpResponse:
    """Leave off reading; nothing of it stays behind."""
    found = enter_round(request.user, municipality, round, Action.RECORD)
    upload = get_object_or_404(imports_of(found), pk=pk)
    if services.stop_import(upload, by=request.user):
        messages.info(request, "Het inlezen stopt. Er komt niets bij in de ronde.")
    return redirect("consultation:import-detail", municipality, round, pk)


@require_GET
def import_problems(request: PortalRequest, municipality: str, round: str, pk: str) -> HttpResponse:
    """All problems, as a file for a spreadsheet program."""
    found = enter_round(request.user, municipality, round, Action.RECORD)
    upload = get_object_or_404(imports_of(found), pk=pk)
    response = HttpResponse(as_csv(all_problems(found, upload)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="fouten-{found.slug}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
