"""What no web page may hold: the content security policy would refuse it, and a reader would see a page half drawn."""

import re
from pathlib import Path

from django.conf import settings

import pytest

ROOT = Path(settings.BASE_DIR) / "templates"
PAGES = sorted(path for path in ROOT.rglob("*.html") if "pdf" not in path.relative_to(ROOT).parts)
FORBIDDEN = {
    "a style attribute": r"<[^>]+\sstyle\s*=",
    "a style element": r"<style\b",
    "an inline script": r"<script\b(?![^>]*\bsrc=)",
    "an event handler": r"<[^>]+\son[a-z]+\s*=",
    "a javascript address": r"javascript:",
    "htmx code that is evaluated": r"hx-(on|vals=.js:)",
    "something from another site": r"""(src|href|action)=["']?(https?:)?//""",
}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_is_strict(page):
    text = page.read_text()
    assert [what for what, pattern in FORBIDDEN.items() if re.search(pattern, text, re.IGNORECASE)] == []


@pytest.mark.parametrize(
    ("what", "example"),
    [
        ("a style attribute", '<p style="color: red">'),
        ("a style element", "<style>p {}</style>"),
        ("an inline script", "<script>let a</script>"),
        ("an event handler", '<a href="#" onclick="go()">'),
        ("a javascript address", '<a href="javascript:go()">'),
        ("htmx code that is evaluated", '<a hx-on:click="go()">'),
        ("something from another site", '<img src="//elders.invalid/a.png">'),
    ],
)
def test_the_net_catches_what_it_is_for(what, example):
    assert re.search(FORBIDDEN[what], example, re.IGNORECASE)
