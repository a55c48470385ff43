"""What looks like personal data, looked at by an officer before anything is published."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from consultation import services
from consultation.doors import enter_round
from consultation.forms.contributions import PointForm
from consultation.models import Contribution, Round
from consultation.privacy_page import PAGE_SIZE, flagged, waiting_in
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest
from ivp_portal.web.paging import page_of

LONGEST_NUMBER = 9


@require_http_methods(["GET", "HEAD", "POST"])
def privacy_review(request: PortalRequest, municipality: str, round: str) -> HttpResponse:
    """Each point that may name somebody: keep the text with that taken out, or let it stand."""
    found = enter_round(request.user, municipality, round, Action.RECORD)
    if request.method != "POST":
        return _page(request, found)
    asked = request.POST.get("punt", "")
    if not asked.isdecimal() or len(asked) > LONGEST_NUMBER:
        return _page(request, found, status=422)
    point = get_object_or_404(Contribution.objects.of(found.area).filter(round=found), number=int(asked))
    if found.is_frozen:
        return _page(request, found, status=409)
    try:
        if request.POST.get("actie") == "laat-staan":
            services.let_stand(point, by=request.user)
            messages.success(request, f"Punt {point.number} blijft zoals het is.")
        else:
            form = _form(point, request.POST)
            if not form.is_valid():
                return _page(request, found, refused=(point, form), status=422)
            services.redact(point, **form.cleaned_data, by=request.user)
            messages.success(
                request, f"De nieuwe tekst van punt {point.number} is bewaard. Het logboek onthoudt niet wat eruit is gehaald."
            )
    except services.ChangeRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("consultation:privacy-review", municipality, round)


def _form(point: Contribution, data: object = None, initial: dict[str, str] | None = None) -> PointForm:
    """The words of one point; there are more such forms on the page."""
    return PointForm(data, initial=initial, auto_id=f"punt-{point.number}-%s")


def _page(
    request: PortalRequest, round: Round, *, refused: tuple[Contribution, PointForm] | None = None, status: int = 200
) -> HttpResponse:
    page = page_of(waiting_in(round), request, size=PAGE_SIZE)
    shown = [flagged(point) for point in page]
    forms = {refused[0].pk: refused[1]} if refused else {}
    context = {
        "area": round.area,
        "round": round,
        "page": page,
        "rows": [(one, forms.get(one.contribution.pk) or _form(one.contribution, initial=one.proposed)) for one in shown],
        "refusal": services.RoundFrozen() if round.is_frozen else None,
        "refused": refused[1] if refused else None,
    }
    return render(request, "consultation/privacy_review.html", context, status=status)
