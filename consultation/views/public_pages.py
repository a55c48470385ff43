"""The public pages around the form: which rounds are open, the receipt, going on later, and the code that leads to the answer."""

import time
import uuid

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from consultation import codes
from consultation.doors import enter_public_round
from consultation.forms.public import CodeForm
from consultation.models import RoundStatus
from consultation.public_page import draft_of, form_path, how_to_reach, knows_code, public_rounds, receipt_of, remember, resumed
from ivp_portal.organisation.access import enter_publicly
from ivp_portal.organisation.models import Area
from ivp_portal.web.languages import in_the_other_language, speaks_its_address

TRIES = 5
"""So many wrong codes from one browser are typing mistakes; after that each has to wait for the next."""
WAIT_SECONDS = 30
TRIES_COOKIE = "codes"
TRIES_SALT = "consultation.views.public_pages.codes"


def _shell(request: HttpRequest, area: Area, language: str) -> dict[str, object]:
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
    return render(request, "consultation/public/round_list.html", {**_shell(request, area, language), "rounds": rounds})


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
        **_shell(request, found.area, language),
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


# As the form itself: a code must also be found by a browser that keeps no cookies.
@csrf_exempt
@login_not_required
@never_cache
@speaks_its_address
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest, municipality: str, language: str) -> HttpResponse:
    """From the code on the receipt to the page with the answer.

    Guessing leads nowhere (59 bits). A browser that keeps trying has to wait; never an address, behind which a whole office may sit.
    """
    area = enter_publicly(municipality)
    form = CodeForm(request.POST or None)
    wrong, wait = _tries(request)
    if form.is_valid():
        if wait:
            sentence = ngettext(
                "Wacht nog %(number)d tel en probeer het dan opnieuw.", "Wacht nog %(number)d tellen en probeer het dan opnieuw.", wait
            )
            form.add_error("code", sentence % {"number": wait})
        elif knows_code(area, form.cleaned_data["code"]):
            return redirect("answers:status", municipality, language, form.cleaned_data["code"])
        else:
            form.add_error("code", gettext("Deze code kennen we niet. Kijk of u hem goed overtypte van uw ontvangstbewijs."))
            wrong += 1
    status = 429 if wait and form.errors else 422 if form.errors else 200
    response = render(request, "consultation/public/code.html", {**_shell(request, area, language), "form": form}, status=status)
    if status == 429:
        response.headers["Retry-After"] = str(wait)
    elif form.errors:
        response.set_cookie(
            TRIES_COOKIE,
            signing.dumps([wrong, int(time.time())], salt=TRIES_SALT),
            path=request.path,
            max_age=3600,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


def _tries(request: HttpRequest) -> tuple[int, int]:
    """(how many wrong codes this browser sent, how many seconds it still has to wait)."""
    try:
        wrong, latest = signing.loads(request.COOKIES.get(TRIES_COOKIE, ""), salt=TRIES_SALT)
    except signing.BadSignature:
        return 0, 0
    return wrong, max(0, WAIT_SECONDS - int(time.time() - latest)) if wrong >= TRIES else 0
