"""Vier ogen in a real browser: a colleague agrees with one key, goes on to the next, and lays that one back."""

import pytest
from playwright.sync_api import expect

from ivp_portal.organisation.access import inside
from priorities import services
from priorities.decision_kinds import OTHER_BODY
from priorities.models import QueueRow
from priorities.rules import Choice
from tests.browser.axe import found_by_axe
from tests.conftest import make_contribution
from tests.priorities.conftest import weigh

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def two_waiting(plan, council_round, overlast, anke, peter):
    """Two of Anke's decisions that wait, the first of them changed since Peter agreed."""
    speed = make_contribution(council_round, "Snelheid", text="Er wordt te hard gereden.")
    with inside("blaricum") as (area,):
        services.change_way_of_working(area, needs_agreement=True, question_days=14, seen=0, by=anke)
    agreed = weigh(overlast, anke)
    weigh(speed, anke)
    with inside("blaricum"):
        services.agree(agreed, by=peter)
        choice = [Choice(OTHER_BODY, named="Politie")]
        services.decide(overlast, choices=choice, extent="partly", rationale="Dit blijft het werk van de politie.", by=anke)
    return overlast, speed


def test_a_colleague_agrees_by_key_and_lays_the_next_one_back(page, live_server, logged_in, two_waiting):
    first, second = two_waiting
    queue = f"{live_server.url}/blaricum/2027-2030/afwegen/"
    logged_in(page, "peter")
    page.goto(f"{queue}{first.pk}/?status=akkoord")
    expect(page.get_by_role("heading", name="Geeft u akkoord?")).to_be_visible()
    expect(page.locator(".p-diff ins").last).to_contain_text("van de politie")
    look_at(page)
    page.evaluate("window.stayed = true")
    page.keyboard.press("v")
    expect(page.get_by_text("Akkoord gegeven: Jeugdoverlast.")).to_be_visible()
    expect(page.locator("h2#punt-kop")).to_contain_text("Snelheid")
    page.get_by_text("Leg terug met een opmerking").click()
    page.get_by_role("button", name="Leg terug bij Anke de Boer").click()
    expect(page.get_by_text("Vul in wat er anders moet.").first).to_be_visible()
    look_at(page)
    page.get_by_label("Wat moet er anders?").fill("Noem de wijkagent.")
    page.get_by_role("button", name="Leg terug bij Anke de Boer").click()
    expect(page.get_by_text("Snelheid is teruggelegd.")).to_be_visible()
    assert page.evaluate("window.stayed")  # no page was loaded
    with inside("blaricum"):
        assert dict(QueueRow.objects.values_list("pk", "state")) == {first.pk: "done", second.pk: "returned"}
    page.goto(f"{queue}{first.pk}/geschiedenis/")
    expect(page.get_by_text("gaf akkoord").last).to_be_visible()
    look_at(page)
    page.context.clear_cookies()
    logged_in(page, "anke")
    page.goto(f"{queue}{second.pk}/")
    expect(page.get_by_text("Teruggelegd door Peter Vos")).to_be_visible()
    look_at(page)


def look_at(page):
    """Axe has nothing to say, and it fits a narrow phone."""
    assert found_by_axe(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size({"width": 1280, "height": 960})
