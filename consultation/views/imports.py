"""Reading in a spreadsheet: choose it, look at the dry run, say what the columns mean, read it in.

Nothing is written before the last button, and whatever happens after it, the page says what came of it. That button works outside the
request's own transaction, because when the database falls over half-way the view must still be there to go and look.
"""

import time
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_POST

from consultation import services
from consultation.doors import enter_round
from consultation.forms import ColumnsForm, UploadForm
from consultation.importing import ColumnsUnclear, FileRefused
from consultation.lists import imports_of
from consultation.models import Round, SpreadsheetImport
from consultation.trial import preview_of
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest

PATIENCE_SECONDS = 15  # a crashed PostgreSQL is back within a few; gunicorn gives a request thirty
LOCK_PATIENCE = "5s"
AT_MOST_SHOWN = 100

NOTHING_READ = "Er is niets ingelezen. Het bestand staat klaar; probeer het opnieuw."


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
        content = file.read()
        try:
            services.try_out(found, content)
        except ColumnsUnclear:
            pass  # the next page asks
        except FileRefused as refusal:
            form.add_error("file", str(refusal))
        if not form.errors:
            upload = services.keep_upload(found, content=content, file_name=file.name, by=request.user)
            return redirect("consultation:import-detail", municipality, round, upload.pk)
    return render(request, "consultation/import_add.html", context | {"form": form}, status=422)


@require_POST
def import_columns(request: PortalRequest, municipality: str, round: str, pk: str) -> HttpResponse:
    """Say what the columns mean, and see the dry run again."""
    found = enter_round(request.user, municipality, round, Action.RECORD)
    upload = get_object_or_404(imports_of(found), pk=pk)
    if upload.imported_at is None:
        form = ColumnsForm(request.POST, headers=_headers(found, upload), columns={})
        if not form.is_valid():
            return _dry_run(request, found, upload, columns_form=form, status=422)
        upload.columns = form.columns()
        upload.save(update_fields=["columns"])
    return redirect("consultation:import-detail", municipality, round, pk)


@transaction.non_atomic_requests
@require_http_methods(["GET", "HEAD", "POST"])
def import_detail(request: PortalRequest, municipality: str, round: str, pk: str) -> HttpResponse:
    """The dry run; the button that reads it in; and at the same address what came of it."""
    if request.method != "POST":
        with transaction.atomic():
            found = enter_round(request.user, municipality, round, Action.RECORD)
            return _page(request, found, get_object_or_404(imports_of(found), pk=pk))
    try:
        with transaction.atomic():
            found = enter_round(request.user, municipality, round, Action.RECORD)
            return _read_in(request, found, get_object_or_404(imports_of(found), pk=pk))
    except (OperationalError, InterfaceError):
        return _go_and_look(request, municipality, round, pk)


def _read_in(request: PortalRequest, round: Round, upload: SpreadsheetImport) -> HttpResponse:
    """Press the button. Pressing it again, or together with a colleague, leads to the page of what the first did."""
    if upload.imported_at is None:
        try:
            services.import_contributions(
                round,
                content=bytes(upload.content),
                file_name=upload.file_name,
                columns=upload.columns,
                by=request.user,
                key=upload.pk,
            )
        except services.RoundFrozen:
            return _dry_run(request, round, upload, status=409)
        except FileRefused:  # the columns are not clear yet: the page asks
            return _dry_run(request, round, upload, status=422)
    return redirect("consultation:import-detail", round.area.slug, round.slug, upload.pk)


def _go_and_look(request: PortalRequest, municipality: str, round: str, pk: str) -> HttpResponse:
    """The database fell over. When it is back, the upload says whether everything came in or nothing.

    The lock waits for whoever still writes: where only the line broke, the import may be at work yet.
    """
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        connection.close()
        try:
            with transaction.atomic():
                found = enter_round(request.user, municipality, round, Action.RECORD)
                with connection.cursor() as cursor:
                    cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_PATIENCE])
                upload = get_object_or_404(imports_of(found).select_for_update(), pk=pk)
                if upload.imported_at is not None:
                    return redirect("consultation:import-detail", municipality, round, pk)
                return _dry_run(request, found, upload, failure=NOTHING_READ, status=503)
        except (OperationalError, InterfaceError):
            time.sleep(0.5)
    return HttpResponse(render_to_string("consultation/import_unknown.html", {"address": request.path}), status=503)


def _page(request: PortalRequest, round: Round, upload: SpreadsheetImport) -> HttpResponse:
    if upload.imported_at is None:
        return _dry_run(request, round, upload)
    context = {"area": round.area, "round": round, "upload": upload, "problems": upload.problems[:AT_MOST_SHOWN]}
    return render(request, "consultation/import_done.html", context | {"hidden": max(0, len(upload.problems) - AT_MOST_SHOWN)})


def _dry_run(
    request: PortalRequest,
    round: Round,
    upload: SpreadsheetImport,
    *,
    columns_form: ColumnsForm | None = None,
    failure: str = "",
    status: int = 200,
) -> HttpResponse:
    """What would come in, and what is wrong, by row and column; or what must be said about the columns first."""
    outcome, unclear = None, None
    try:
        outcome = services.try_out(round, bytes(upload.content), upload.columns)
    except FileRefused as error:
        unclear = error
    problems = outcome.reading.problems if outcome else ()
    if columns_form is None:
        columns = outcome.reading.columns if outcome else upload.columns
        columns_form = ColumnsForm(headers=outcome.reading.headers if outcome else _headers(round, upload), columns=columns)
    context = {
        "area": round.area,
        "round": round,
        "upload": upload,
        "outcome": outcome,
        "unclear": unclear,
        "problems": problems[:AT_MOST_SHOWN],
        "hidden": max(0, len(problems) - AT_MOST_SHOWN),
        "preview": preview_of(outcome) if outcome else None,
        "columns_form": columns_form,
        "failure": failure,
        "refusal": services.RoundFrozen() if round.is_frozen and (outcome is None or outcome.added) else None,
    }
    return render(request, "consultation/import_detail.html", context, status=status)


def _headers(round: Round, upload: SpreadsheetImport) -> tuple[str, ...]:
    """What can be chosen from: the headers as they stand, whatever was mapped."""
    try:
        return services.try_out(round, bytes(upload.content)).reading.headers
    except ColumnsUnclear as unclear:
        return unclear.headers
