"""The page of documents: what was made, asking for more, following it, reading it and taking it away."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST, require_safe

from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest, wants_fragment
from ivp_portal.web.paging import page_of
from priorities.doors import enter_plan
from priorities.models import Plan
from priorities.standing import rounds_to_look_at
from reports import services
from reports.documents import DOCUMENTS_BY_SLUG
from reports.forms import ReportForm
from reports.overview import Now, plan_now, reports_of, row_for
from reports.rendering import html_for
from reports.states import ReportStatus

PAGE_SIZE = 15


@require_safe
def report_list(request: PortalRequest, municipality: str, period: str) -> HttpResponse:
    """What was made of this plan, and the form to ask for more."""
    plan = enter_plan(request.user, municipality, period, Action.READ)
    now = plan_now(plan)
    return _page(request, plan, now, ReportForm(refusals=now.refusals))


def _page(request: PortalRequest, plan: Plan, now: Now, form: ReportForm) -> HttpResponse:
    may_export = Action.EXPORT in plan.area.allowed
    page = page_of(reports_of(plan), request, size=PAGE_SIZE)
    context = {
        "plan": plan,
        "now": now,
        "page": page,
        "rows": [row_for(report, now, may_export=may_export) for report in page],
        "form": form,
        "may_export": may_export,
        "to_look_at": rounds_to_look_at(plan),
    }
    return render(request, "reports/report_list.html", context, status=422 if form.errors else 200)


@require_POST
def report_request(request: PortalRequest, municipality: str, period: str) -> HttpResponse:
    """Ask for a paper of the plan as it is now."""
    plan = enter_plan(request.user, municipality, period, Action.EXPORT)
    now = plan_now(plan)
    form = ReportForm(request.POST, refusals=now.refusals)
    if not form.is_valid():
        return _page(request, plan, now, form)
    document = form.cleaned_data["document"]
    try:
        report = services.request_report(plan, document, by=request.user)
    except services.RequestRefused as refused:  # a colleague changed the plan just now
        form.add_error("document", str(refused))
        return _page(request, plan, plan_now(plan), form)
    if report.status == ReportStatus.READY:
        messages.info(request, f"{document.title}: dit document is er al. Er is sindsdien niets gewijzigd.")
    else:
        messages.success(request, f"{document.title} wordt gemaakt. U kunt gewoon verder werken.")
    return redirect(_address_of(municipality, period, report.pk))


def _address_of(municipality: str, period: str, pk: int) -> str:
    return f"{reverse('reports:report-list', args=[municipality, period])}#document-{pk}"


@require_safe
def report_status(request: PortalRequest, municipality: str, period: str, pk: int) -> HttpResponse:
    """The row of one report, which asks for itself again while it is not finished; without JavaScript its place in the list."""
    plan = enter_plan(request.user, municipality, period, Action.READ)
    report = get_object_or_404(reports_of(plan), pk=pk)
    if not wants_fragment(request):
        return redirect(_address_of(municipality, period, report.pk))
    row = row_for(report, plan_now(plan), may_export=Action.EXPORT in plan.area.allowed)
    response = render(request, "reports/_report_status.html", {"plan": plan, "row": row})
    response["Cache-Control"] = "no-store"
    return response


@require_GET
def report_download(request: PortalRequest, municipality: str, period: str, pk: int) -> HttpResponse | FileResponse:
    """The PDF, after comparing it with the row; a page that says so when it is gone or was changed."""
    plan = enter_plan(request.user, municipality, period, Action.READ)
    report = get_object_or_404(reports_of(plan).filter(status=ReportStatus.READY).select_related("area"), pk=pk)
    report.plan = plan
    try:
        file = services.download(report, by=request.user)
    except services.FileUnfit as problem:
        row = row_for(report, plan_now(plan), may_export=Action.EXPORT in plan.area.allowed)
        return render(request, "reports/report_unfit.html", {"plan": plan, "row": row, "problem": str(problem)}, status=410)
    response = FileResponse(file, as_attachment=True, filename=report.download_name, content_type="application/pdf")
    response["Content-Length"] = str(report.size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def report_preview(request: PortalRequest, municipality: str, period: str, document: str) -> HttpResponse:
    """The paper of the plan as it is now, in the browser, from the very template the PDF is made of."""
    plan = enter_plan(request.user, municipality, period, Action.READ)
    if document not in DOCUMENTS_BY_SLUG:
        raise Http404
    now = plan_now(plan)
    if reason := now.refusals.get(document):
        messages.warning(request, reason)
        return redirect("reports:report-list", municipality, period)
    response = HttpResponse(html_for(DOCUMENTS_BY_SLUG[document], now.snapshot))
    response["Cache-Control"] = "private, no-store"
    return response
