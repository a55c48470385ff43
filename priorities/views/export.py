"""Taking the points of the queue along: as a spreadsheet, a csv, or a table to paste."""

import tempfile

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest
from priorities import services
from priorities.doors import enter_plan
from priorities.models import Plan
from priorities.sheets.point_sheet import COLUMNS, SHEET, file_name, sheet_rows
from priorities.sheets.sheet_files import FORMATS, Format, as_pasted
from priorities.triage.agreement import settled_in
from priorities.triage.queue_filter import TriageFilter, filter_from, matching_points, query_of

CHOOSE, PASTE = "kies", "tabel"
PASTE_LIMIT = 500
"""Rows in a table to paste: more is a file's work."""
KEPT_IN_MEMORY = 5_000_000


@require_safe
def export(request: PortalRequest, municipality: str, period: str, format: str) -> HttpResponseBase:
    """The points the filter leaves, as the address names it: a file, the table to paste, or the page where one chooses."""
    plan = enter_plan(request.user, municipality, period, Action.EXPORT)
    filter = filter_from(request.GET)
    if format in FORMATS:
        return _file(request, plan, filter, FORMATS[format])
    if format not in {CHOOSE, PASTE}:
        raise Http404
    return _page(request, plan, filter, with_table=format == PASTE)


def _page(request: PortalRequest, plan: Plan, filter: TriageFilter, *, with_table: bool) -> HttpResponse:
    points = matching_points(plan, filter, user_id=request.user.pk)
    number = points.order_by().count()
    context = {
        "plan": plan,
        "filter": filter,
        "query": query_of(filter),
        "number": number,
        "has_others": bool(settled_in(plan)[0]) and not number,
        "unchecked": points.order_by().with_unchecked_personal_data().count(),
        "formats": FORMATS.values(),
        "may_read_back": Action.DECIDE in plan.area.allowed and not plan.is_frozen,
        "table": "",
        "limit": PASTE_LIMIT,
    }
    if with_table and number:
        context["table"] = as_pasted(COLUMNS, sheet_rows(points[:PASTE_LIMIT]))
        services.note_export(plan, format=PASTE, number=min(number, PASTE_LIMIT), query=query_of(filter), by=request.user)
    response = render(request, "priorities/triage_export.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


def _file(request: PortalRequest, plan: Plan, filter: TriageFilter, format: Format) -> HttpResponseBase:
    """Written whole before it is sent: behind the wall, and so that what breaks on the way is an answer and not half a file."""
    points = matching_points(plan, filter, user_id=request.user.pk)
    file = tempfile.SpooledTemporaryFile(KEPT_IN_MEMORY)  # noqa: SIM115 - the response closes it
    number = format.write(file, COLUMNS, sheet_rows(points), sheet=SHEET)
    services.note_export(plan, format=format.name, number=number, query=query_of(filter), by=request.user)
    file.seek(0)
    response = FileResponse(file, as_attachment=True, filename=file_name(plan, filter, format.name), content_type=format.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
