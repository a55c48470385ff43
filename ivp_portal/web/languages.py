"""Which language a page speaks. Staff screens speak Dutch, whatever a browser asks for; public pages what their address says."""

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation

P = ParamSpec("P")
OTHER = {"nl": "en", "en": "nl"}


def speaking(language: str) -> translation.override:
    """Within it everything is said in that language, 'nl' or 'en'; the one before comes back after. Also for mails.

    Raises ValueError for a language the portal does not speak.
    """
    if language not in dict(settings.LANGUAGES):
        raise ValueError(f"{language!r} is not a language of the portal.")
    return translation.override(language)


def speaks_its_address(view: Callable[Concatenate[HttpRequest, P], HttpResponse]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A public view whose address says the language (`<say:language>`): the view and its page speak it, and the answer tells so."""

    @functools.wraps(view)
    def speaking_view(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        language = str(kwargs["language"])
        with speaking(language):
            response = view(request, *args, **kwargs)
        response.headers["Content-Language"] = language
        return response

    return speaking_view


def in_the_other_language(request: HttpRequest) -> str:
    """The address of this same page in the other language. Only for an address with a language in it."""
    match = request.resolver_match
    if match is None:
        raise ValueError("This request has not been matched to a view yet.")
    return reverse(match.view_name, args=match.args, kwargs={**match.kwargs, "language": OTHER[match.kwargs["language"]]})
