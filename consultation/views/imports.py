"""Reading in a spreadsheet: look at the dry run, say what the columns mean, read it in.

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
from consultation.forms.imports import ColumnsForm
from consultation.import_page import import_page
from consultation.importing import FileRefused
from consultation.lists import imports_of, problems_of
from consultation.models import Round, SpreadsheetImport
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest

PATIENCE_SECONDS = 15  # a crashed PostgreSQL is back within a few; gunicorn gives a request thirty
LOCK_PATIENCE = "5s"

NOTHING_READ = "Er is niets ingelezen. Het bestand staat klaar; probeer het opnieuw."


@require_POST
def import_columns(request: PortalRequest, municipality: str, round: str, pk: str) -> HttpResponse:
    """Say what the columns mean, and see the dry run again."""
    found = enter_round(request.user, municipality, round, Action.RECORD)
    upload = get_object_or_404(imports_of(found), pk=pk)
    if upload.imported_at is None and not upload.is_under_way and not _is_gone(upload):
        headers = import_page(found, upload).trial.headers
        form = ColumnsForm(request.POST, headers=headers, columns={})
        if not form.is_valid():
            return _dry_run(request, found, upload, columns_form=form, status=422)
        services.choose_columns(upload, headers=headers, columns=form.columns(), by=request.user)
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
    if upload.imported_at is None and not upload.is_under_way and not _is_gone(upload):
        try:
            if upload.is_big:
                if import_page(round, upload).trial.unclear:
                    return _dry_run(request, round, upload, status=422)
                upload.round = round
                services.ask_to_read_in(upload, by=request.user)
            else:
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


def _is_gone(upload: SpreadsheetImport) -> bool:
    """True of a big file whose trial was refused or stopped: its bytes are not kept."""
    return upload.is_big and upload.trial is None


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
                upload = get_object_or_404(imports_of(found).select_for_update(of=("self",)), pk=pk)
                if upload.imported_at is not None:
                    return redirect("consultation:import-detail", municipality, round, pk)
                return _dry_run(request, found, upload, failure=NOTHING_READ, status=503)
        except (OperationalError, InterfaceError):
            time.sleep(0.5)
    return HttpResponse(render_to_string("consultation/import_unknown.html", {"address": request.path}), status=503)


def _page(request: PortalRequest, round: Round, upload: SpreadsheetImport) -> HttpResponse:
    context: dict[str, Any] = {"area": round.area, "round": round, "upload": upload}
    if upload.imported_at is not None:
        problems, hidden = problems_of(upload)
        return render(request, "consultation/import_done.html", context | {"problems": problems, "hidden": hidden})
    if upload.is_under_way:
        return render(request, "consultation/import_progress.html", context)
    if _is_gone(upload):
        return render(request, "consultation/import_refused.html", context)
    return _dry_run(request, round, upload)


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
    page = import_page(round, upload)
    context = {
        "area": round.area,
        "round": round,
        "upload": upload,
        "trial": page.trial,
        "problems": page.problems,
        "hidden": page.hidden,
        "memory": page.memory,
        "columns_form": columns_form or ColumnsForm(headers=page.trial.headers, columns=page.columns),
        "failure": failure,
        "refusal": services.RoundFrozen() if round.is_frozen and (page.trial.unclear or page.trial.added) else None,
    }
    return render(request, "consultation/import_detail.html", context, status=status)
