"""What our views know of a request, beyond Django's own."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:
    from django.contrib.auth.models import _User


class PortalRequest(HttpRequest):
    """A request of somebody who is logged in: LoginRequiredMiddleware lets nobody else through."""

    user: "_User"
    htmx: HtmxDetails


def wants_fragment(request: HttpRequest) -> bool:
    """True when only a part of the page is asked for: by htmx, but not for a whole new page or one out of its history."""
    htmx: HtmxDetails = getattr(request, "htmx")  # noqa: B009 - set by HtmxMiddleware, unknown to HttpRequest
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request
