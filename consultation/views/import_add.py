"""Choosing a spreadsheet to read in."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from consultation import services
from consultation.doors import enter_round
from consultation.forms.imports import UploadForm
from consultation.importing import FileRefused
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest


@require_http_methods(["GET", "HEAD", "POST"])
def import_add(request: PortalRequest, municipality: str, round: str) -> HttpResponse:
    """Choose a file. One that cannot be read is refused here, and nothing of it is kept."""
    found = enter_round(request.user, municipality, round, Action.RECORD)
    context: dict[str, Any] = {"area": found.area, "round": found, "refusal": services.RoundFrozen() if found.is_frozen else None}
    if found.is_frozen or request.method != "POST":
        context["form"] = UploadForm()
        return render(request, "consultation/import_add.html", context, status=409 if request.method == "POST" else 200)
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload = services.take_in(found, content=file.read(), file_name=file.name, by=request.user)
        except FileRefused as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("consultation:import-detail", municipality, round, upload.pk)
    return render(request, "consultation/import_add.html", context | {"form": form}, status=422)
