"""Addresses that leave the portal, in a mail or on paper: whole ones, with the name people reach it by."""

from urllib.parse import urljoin, urlsplit

from django.conf import settings


def absolute(path: str) -> str:
    """The whole address of a path of ours: absolute('/blaricum/') is 'https://ivp.voorbeeld.nl/blaricum/'.

    Of the setting PORTAL_URL, never of what a request calls us: a Host header is the visitor's to choose. Raises ValueError for anything
    but a path.
    """
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError(f"{path!r} is not a path of the portal.")
    return urljoin(settings.PORTAL_URL, path)


def portal_host() -> str:
    """The name people reach the portal by, without a port."""
    return urlsplit(settings.PORTAL_URL).hostname or "localhost"
