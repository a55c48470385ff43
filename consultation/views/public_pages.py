"""The public pages around the form: which rounds are open, the receipt, and going on later."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consultation import codes
from consultation.doors import enter_public_round
from consultation.models import RoundStatus
from consultation.public_page import draft_of, form_path, how_to_reach, public_rounds, receipt_of, remember, resumed
from ivp_portal.organisation.access import enter_publicly
from ivp_portal.organisation.models import Area
from ivp_portal.web.languages import in_the_other_language, speaks_its_address


def shell(request: HttpRequest, area: Area, language: str) -> dict[str, object]:
    """What templates/public.html needs."""
    return {
        "area": area,
        "start_url": reverse("public:round-list", args=[area.slug, language]),
        "other_language_url": in_the_other_language(request),
        "contact_url": f"mailto:{how_to_reach()}",
    }


@login_not_required
@never_cache
@speaks_its_address
@require_safe
def round_list(request: HttpRequest, municipality: str, language: str) -> HttpResponse:
    """What can be answered in this area, now or soon."""
    area = enter_publicly(municipality)
    rounds = [
        {
            "round": round,
            "title": round.text("title", language),
            "question": round.text("question", language),
            "is_open": round.status() == RoundStatus.OPEN,
            "url": reverse("public:form", args=[area.slug, language, round.slug]),
        }
        for round in public_rounds(area)
    ]
    return render(request, "consultation/public/round_list.html", {**shell(request, area, language), "rounds": rounds})


@login_not_required
@never_cache
@speaks_its_address
@require_safe
def receipt(request: HttpRequest, municipality: str, language: str, round: str, key: uuid.UUID) -> HttpResponse:
    """That it arrived, and the code with which the answer is found. Whoever has this address sent it."""
    found = enter_public_round(municipality, round)
    draft = receipt_of(found, key)
    if draft is None:
        raise Http404
    context = {
        **shell(request, found.area, language),
        "round": found,
        "title": found.text("title", language),
        "draft": draft,
        "code": codes.shown(draft.code, found.area.name),
        "status_url": reverse("answers:status", kwargs={"municipality": found.area.slug, "language": language, "code": draft.code}),
        "form_url": form_path(found, language),
        "is_open": found.status() == RoundStatus.OPEN,
        "mailed": draft.mails.filter(kind="receipt").exists(),
    }
    return render(request, "consultation/public/receipt.html", context)


@login_not_required
@never_cache
@speaks_its_address
@require_safe
def resume(request: HttpRequest, municipality: str, language: str, round: str, link: str) -> HttpResponse:
    """The personal link to go on with what somebody began, on whatever device. Sent already: its receipt."""
    found = enter_public_round(municipality, round)
    draft = draft_of(found, resumed(link))
    if draft and draft.handed_in_at:
        return redirect("public:receipt", municipality, language, round, draft.pk)
    response = redirect(form_path(found, language))
    if draft:
        remember(response, draft, found)
    else:
        messages.warning(request, gettext("Deze link is verlopen, of de tekst is gewist. U kunt hieronder opnieuw beginnen."))
    return response
