"""A real Chromium, and the fifteen points of Blaricum's council session of 2022 waiting to be weighed."""

import csv
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.test import Client

import pytest
from playwright.sync_api import Page

from ivp_portal.organisation.access import inside
from ivp_portal.organisation.models import User
from priorities.models import PlanPriority
from tests.conftest import make_contribution, make_priority
from tests.machine import wait_for

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


@pytest.fixture(autouse=True)
def the_last_answer(transactional_db) -> Iterator[None]:
    """A page that was closed may have asked for something still: the tables are emptied once nobody reads them."""
    yield
    asking = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
    with connection.cursor() as cursor:

        def quiet() -> bool:
            cursor.execute(asking)
            return cursor.fetchone() == (0,)

        wait_for(lambda: quiet() and not time.sleep(0.05) and quiet(), "the last answer")


@pytest.fixture
def logged_in(live_server) -> Callable[[Page, str], None]:
    """Somebody who logged in before; only the journeys that begin at the door go through it."""

    def carry(page: Page, username: str) -> None:
        client = Client()
        client.force_login(User.objects.get(username=username))
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])

    return carry
