"""Every page in a real Chromium: axe reports nothing, 320 px needs no sideways scrolling, nothing is fetched from elsewhere."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.architecture.test_every_url import LINES, address_of, world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NO_PAGE = {
    "consultation:attachment-download",
    "consultation:import-problems",
    "public:invitation-file",
    "public:release-file",
    "reports:report-download",
    "web:health",
    "web:security-txt",
}
PAGES = [name for name, line in LINES.items() if line.get and name not in NO_PAGE]
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
READERS = {"priorities:plan-adopt": "gerda"}

__all__ = ["world"]


def test_every_page_is_accessible_and_fits_a_narrow_phone(browser, live_server, logged_in, world):
    """One browser for all pages: starting one for each would take longer than the pages themselves."""
    wrong, elsewhere, complaints = [], [], []
    for who in ("anke", "gerda"):
        context = browser.new_context(locale="nl-NL", viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.on("request", lambda request: elsewhere.append(request.url) if not request.url.startswith(live_server.url) else None)
        page.on("console", lambda message: complaints.append(f"{message.text} {message.location}") if message.type == "error" else None)
        logged_in(page, who)
        for name in PAGES:
            if READERS.get(name, "anke") != who:
                continue
            page.set_viewport_size({"width": 1280, "height": 900})
            response = page.goto(live_server.url + address_of(name, world))
            if response.status != 200:
                wrong.append(f"{name}: {response.status}")
                continue
            wrong += [f"{name}: {found['id']}: {found['help']}" for found in Axe().run(page, options=RULES).response["violations"]]
            page.set_viewport_size({"width": 320, "height": 800})
            width = page.evaluate("document.documentElement.scrollWidth")
            if width > 320:
                wrong.append(f"{name}: {width} px wide at 320")
        context.close()
    assert wrong == []
    assert [url for url in elsewhere if not url.startswith("data:")] == []
    assert complaints == []


def test_the_log_in_page_is_accessible_too(page, live_server):
    page.goto(f"{live_server.url}/inloggen/")
    assert Axe().run(page, options=RULES).response["violations"] == []
