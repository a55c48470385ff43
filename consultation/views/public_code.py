"""The page where a code from a receipt leads to the answer, and how it slows down whoever guesses."""

import time

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from consultation.forms.public import CodeForm
from consultation.public_page import knows_code
from consultation.views.public_pages import shell
from ivp_portal.organisation.access import enter_publicly
from ivp_portal.web.languages import speaks_its_address

TRIES = 5
"""So many wrong codes from one browser are typing mistakes; after that each has to wait for the next."""
WAIT_SECONDS = 30
TRIES_COOKIE = "codes"
TRIES_SALT = "consultation.views.public_code"


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
    response = render(request, "consultation/public/code.html", {**shell(request, area, language), "form": form}, status=status)
    if status == 429:
        response.headers["Retry-After"] = str(wait)
    elif form.errors:
        _count(response, wrong, request.path)
    return response


def _count(response: HttpResponse, wrong: int, path: str) -> None:
    """Let this browser remember how many wrong codes it sent, and when the last."""
    response.set_cookie(
        TRIES_COOKIE,
        signing.dumps([wrong, int(time.time())], salt=TRIES_SALT),
        path=path,
        max_age=3600,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _tries(request: HttpRequest) -> tuple[int, int]:
    """(how many wrong codes this browser sent, how many seconds it still has to wait)."""
    try:
        wrong, latest = signing.loads(request.COOKIES.get(TRIES_COOKIE, ""), salt=TRIES_SALT)
    except signing.BadSignature:
        return 0, 0
    return wrong, max(0, WAIT_SECONDS - int(time.time() - latest)) if wrong >= TRIES else 0
