"""How a municipality weighs (werkwijze): whether a second person must agree, and the term for questions."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from ivp_portal.audit.versions import TextConflict, conflict_with
from ivp_portal.organisation.access import enter_area
from ivp_portal.organisation.models import Area
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest
from priorities import services
from priorities.forms.readings import WayOfWorkingForm
from priorities.models import WayOfWorking
from priorities.triage.agreement import waiting_at
from priorities.views.changes import CHANGES, sent


@require_http_methods(CHANGES)
def change(request: PortalRequest, municipality: str) -> HttpResponse:
    """Choose how the area weighs, for decisions that are made from now on."""
    area = enter_area(request.user, municipality, Action.DRAFT)
    way = services.way_of_working_of(area)
    form = WayOfWorkingForm(sent(request), way=way)
    if not form.is_valid():
        return _show(request, area, way, form, status=422 if form.errors else 200)
    try:
        services.change_way_of_working(area, **form.cleaned_data, by=request.user)
    except services.NewerVersion as newer:
        return _show(request, area, way, form, status=409, conflict=_conflict(newer, form))
    messages.success(request, "De werkwijze is opgeslagen. Zij geldt voor afwegingen die u vanaf nu vastlegt.")
    return redirect("priorities:way-of-working", area.slug)


def _conflict(newer: services.NewerVersion, form: WayOfWorkingForm) -> TextConflict:
    current = newer.current
    assert isinstance(current, WayOfWorking)  # noqa: S101 - for the type checker
    typed = form.cleaned_data
    return conflict_with(
        current,
        theirs=_words(current.needs_agreement, current.question_days),
        mine=_words(typed["needs_agreement"], typed["question_days"]),
        labels={name: str(form[name].label) for name in ("needs_agreement", "question_days")},
    )


def _words(needs_agreement: bool, question_days: int) -> dict[str, str]:
    return {"needs_agreement": "ja" if needs_agreement else "nee", "question_days": str(question_days)}


def _show(
    request: PortalRequest, area: Area, way: WayOfWorking, form: WayOfWorkingForm, *, status: int, conflict: TextConflict | None = None
) -> HttpResponse:
    context = {"area": area, "way": way, "form": form, "waiting": waiting_at(area), "conflict": conflict}
    return render(request, "priorities/way_of_working.html", context, status=status)
