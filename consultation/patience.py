"""What every form without log-in has around it. When the database is away it answers that it did not work, with all that was typed."""

import functools
import logging
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ivp_portal.web.languages import speaks_its_address

logger = logging.getLogger(__name__)
NO_TIME = (OperationalError, InterfaceError)
"""The database is away, or has no time: a lock or a statement took too long."""
RETRY_AFTER_SECONDS = "30"


def keeps_what_was_typed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """When the database is away the answer is 503 with all that was typed, drawn from the request alone, and a button to try again."""

    @functools.wraps(view)
    def patient(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NO_TIME:
            logger.exception("The public form was answered without the database.")
            typed = [(name, str(value)) for name, values in request.POST.lists() for value in values]
            context = {
                "area": {"formal_name": "IVP-portaal"},
                "refused": True,
                "texts": [(name, value) for name, value in typed if _is_text(name)],
                "others": [(name, value) for name, value in typed if not _is_text(name) and name != "actie"],
                "path": request.path,
            }
            page = HttpResponse(render_to_string("consultation/public/busy.html", context), status=503)
            page.headers["Retry-After"] = RETRY_AFTER_SECONDS
            return page

    return patient


def _is_text(name: str) -> bool:
    return name == "text" or name.endswith("-text")


def form_for_anybody(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Around a form without log-in, in the language of its address.

    No token in a cookie: somebody whose browser keeps none must be able to answer too; a forged request could do no more than anybody can
    do by hand with the same address. Each step is a transaction of its own, so that what was typed is kept also when a later one fails.
    """
    for around in (
        require_http_methods(["GET", "HEAD", "POST"]),
        keeps_what_was_typed,
        speaks_its_address,
        never_cache,
        transaction.non_atomic_requests,
        login_not_required,
        csrf_exempt,
    ):
        view = around(view)
    return view
