"""A real Chromium, and the fifteen points of Blaricum's council session of 2022 waiting to be weighed."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from ivp_portal.organisation.access import inside
from priorities.models import PlanPriority
from tests.conftest import make_contribution, make_priority

SESSION_CSV = Path(__file__).resolve().parents[2] / "ivp_portal" / "sample" / "data" / "blaricum_council_session.csv"
PASSWORD = "geheim-genoeg-12"


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "nl-NL", "viewport": {"width": 1280, "height": 960}}


def session_rows() -> list[dict[str, str]]:
    with SESSION_CSV.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@pytest.fixture
def fifteen_points(council_round, plan):
    """The points in their order, and the priorities their destinations name."""
    with inside("blaricum"):
        names = dict(plan.priorities.values_list("title", "area__slug"))
    titles = {part.split(":")[1] for row in session_rows() for part in row["destinations"].split("|") if "priority:" in part}
    for position, title in enumerate(sorted(titles - names.keys()), 10):
        area = plan.area if title in {"Jeugd", "High Impact Crimes"} else plan.area.lineage()[2]
        priority = make_priority(area, title)
        with inside("blaricum"):
            PlanPriority.objects.create(area=plan.area, plan=plan, priority=priority, position=position)
    return [make_contribution(council_round, row["sub_subject"], subject=row["subject"]) for row in session_rows()]


def log_in(page: Page, live_server, username: str) -> None:
    """Log in as a person does, with the keyboard alone."""
    page.goto(f"{live_server.url}/inloggen/")
    page.get_by_label("Gebruikersnaam").focus()
    page.keyboard.type(username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/inloggen/" not in url)


@pytest.fixture
def logged_in(live_server) -> Callable[[Page, str], None]:
    return lambda page, username: log_in(page, live_server, username)
