"""Reading edited rationales back from a sheet: choose the file, look at the differences, take them over."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from consultation.importing import FileRefused
from consultation.services import ChangeRefused, RoundFrozen
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest
from ivp_portal.web.paging import page_of
from priorities import services
from priorities.doors import enter_plan
from priorities.forms.sheets import SheetForm
from priorities.models import Plan, RationaleSheet
from priorities.sheets.sheet_page import comparison_of, sheets_of

CLASHES_SHOWN = 100
PROBLEMS_SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: PortalRequest, municipality: str, period: str) -> HttpResponse:
    """Choose a file. One that cannot be read is refused here, and nothing of it is kept."""
    plan = enter_plan(request.user, municipality, period, Action.DECIDE)
    context: dict[str, Any] = {"plan": plan, "refusal": RoundFrozen() if plan.is_frozen else None}
    if plan.is_frozen or request.method != "POST":
        context["form"] = SheetForm()
        return render(request, "priorities/sheet_add.html", context, status=409 if request.method == "POST" else 200)
    form = SheetForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            sheet = services.take_in_sheet(plan, content=file.read(), file_name=file.name, by=request.user)
        except FileRefused as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("priorities:sheet-detail", municipality, period, sheet.pk)
    return render(request, "priorities/sheet_add.html", context | {"form": form}, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: PortalRequest, municipality: str, period: str, pk: str) -> HttpResponse:
    """What the sheet would change, word by word; the button that takes it over."""
    plan = enter_plan(request.user, municipality, period, Action.DECIDE)
    sheet = get_object_or_404(sheets_of(plan), pk=pk)
    if request.method == "POST":
        return _take_over(request, plan, sheet)
    return _show(request, plan, sheet)


def _take_over(request: PortalRequest, plan: Plan, sheet: RationaleSheet) -> HttpResponse:
    seen = request.POST.get("gezien", "").split()
    try:
        batch = services.take_over_sheet(sheet, seen=seen, chosen=request.POST.getlist("toch"), by=request.user)
    except ChangeRefused as refusal:
        return _show(request, plan, sheet, refusal=refusal, chosen=request.POST.getlist("toch"), status=409)
    return redirect("priorities:batch-detail", plan.area.slug, plan.period, batch.pk)


def _show(
    request: PortalRequest,
    plan: Plan,
    sheet: RationaleSheet,
    *,
    refusal: ChangeRefused | None = None,
    chosen: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    found = comparison_of(plan, sheet)
    is_taken_over = sheet.batch is not None and sheet.batch.status in services.STANDING
    context = {
        "plan": plan,
        "sheet": sheet,
        "found": found,
        "page": page_of(found.edits, request),
        "clashes": found.clashes[:CLASHES_SHOWN],
        "more_clashes": len(found.clashes) - CLASHES_SHOWN,
        "problems": found.problems[:PROBLEMS_SHOWN],
        "more_problems": len(found.problems) - PROBLEMS_SHOWN,
        "tokens": " ".join(found.tokens),
        "chosen": chosen or [],
        "refusal": refusal or (RoundFrozen() if plan.is_frozen else None),
        "is_taken_over": is_taken_over,
        "may_take_over": not plan.is_frozen and not is_taken_over and bool(found.edits or found.clashes),
    }
    return render(request, "priorities/sheet_detail.html", context, status=status)
