"""What became of it: the page a sender finds with the code on the receipt. Open to whoever has the code, and to nobody else."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from consultation import codes
from consultation.public_page import how_to_reach
from consultation.services import EnoughSaid, react
from ivp_portal.organisation.access import enter_publicly
from ivp_portal.organisation.models import Area
from ivp_portal.web.languages import in_the_other_language, speaks_its_address
from priorities.forms.answers import ReactionForm
from priorities.status_page import Status, status_of


def leaves_no_trace(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """No search engine keeps the page, and no site that is linked from it hears the code in its address."""

    @wraps(view)
    def traceless(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return traceless


# No token in a cookie, as the form itself (consultation.views.public): whoever knows the code may react, whatever their browser keeps.
@csrf_exempt
@login_not_required
@never_cache
@leaves_no_trace
@speaks_its_address
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest, municipality: str, language: str, code: str) -> HttpResponse:
    """The answer, and 'Laat het ons weten'. An unknown code is a 404 that says what to do."""
    area = enter_publicly(municipality)
    typed = codes.typed(code)
    if typed and typed != code:
        return redirect("answers:status", municipality=municipality, language=language, code=typed)
    found = status_of(area, typed) if typed else None
    if found is None:
        return render(request, "priorities/status_unknown.html", _shell(request, area, language), status=404)
    form = ReactionForm(request.POST if request.method == "POST" else None)
    if found.submission and form.is_valid():
        try:
            react(found.submission, text=form.cleaned_data["text"])
        except EnoughSaid as refusal:
            return _page(request, area, language, found, form, refusal=str(refusal), refused=True)
        messages.success(request, gettext("Dank u wel. Een medewerker leest uw reactie."))
        return redirect(request.path)
    return _page(request, area, language, found, form)


def _page(request: HttpRequest, area: Area, language: str, found: Status, form: ReactionForm, **more: Any) -> HttpResponse:
    context = {
        **_shell(request, area, language),
        "status": found,
        "code": codes.shown(found.code, area.name),
        "round_title": found.submission.round.text("title", language) if found.submission else "",
        "form": form,
        **more,
    }
    return render(request, "priorities/status.html", context, status=409 if more else 422 if form.errors else 200)


def _shell(request: HttpRequest, area: Area, language: str) -> dict[str, Any]:
    """What templates/public.html needs."""
    return {
        "area": area,
        "start_url": reverse("public:round-list", args=[area.slug, language]),
        "other_language_url": in_the_other_language(request),
        "contact_url": f"mailto:{how_to_reach()}",
        "code_url": reverse("public:code", args=[area.slug, language]),
    }
