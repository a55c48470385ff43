"""Many points at once in a real browser: by keyboard, on a narrow phone, and with JavaScript off."""

import re

from django.urls import reverse

import pytest
from playwright.sync_api import expect

from ivp_portal.organisation.access import inside
from priorities import services
from priorities.models import BatchAct, Decision
from tests.browser.axe import found_by_axe
from tests.priorities.conftest import weigh
from tests.priorities.test_batches import points_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def preview(live_server, plan, council_round, anke, peter):
    """The address of a preview of six points, one of which a colleague decided before."""
    points = points_in(council_round, 6)
    weigh(points[5], peter)
    with inside(plan.area):
        batch = services.prepare_batch(plan, BatchAct.DECIDE, [point.pk for point in points], {}, anke)
    return live_server.url + reverse("priorities:batch-detail", args=["blaricum", "2027-2030", batch.pk])


def decided(plan) -> int:
    with inside(plan.area):
        return Decision.objects.current().filter(batch__isnull=False).count()


def assert_fits_and_is_accessible(page) -> None:
    assert found_by_axe(page) == []
    before = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert found_by_axe(page) == []
    page.set_viewport_size(before)


def test_by_keyboard_the_preview_follows_what_is_chosen_and_one_key_takes_it_back(page, logged_in, plan, preview):
    logged_in(page, "anke")
    page.goto(preview)
    assert_fits_and_is_accessible(page)
    page.keyboard.press("1")
    expect(page.locator("#samen-punten .p-to")).to_have_count(6)
    expect(page.locator("#id_rationale")).not_to_have_value("")
    page.locator('input[name="punt"]').nth(2).focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Leg 5 afwegingen vast")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("5 punten samen afwegen")
    expect(page.locator('input[name="punt"]').nth(2)).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("5 afwegingen vastgelegd")
    assert decided(plan) == 5
    assert_fits_and_is_accessible(page)
    page.keyboard.press("u")
    expect(page.get_by_role("heading", level=1)).to_have_text("5 afwegingen ongedaan gemaakt")
    assert decided(plan) == 1, "what the colleague decided stands again"


def test_a_refused_act_names_the_point_and_goes_on_without_it(page, logged_in, plan, preview, council_round, peter):
    logged_in(page, "anke")
    page.goto(preview)
    page.keyboard.press("1")
    with inside(plan.area):
        point = council_round.contributions.order_by("number")[1]
    weigh(point, peter)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Niets vastgelegd")
    expect(page.get_by_role("alert")).to_contain_text("Verkeer 2: Peter Vos legde hier op")
    assert decided(plan) == 0
    assert_fits_and_is_accessible(page)
    page.get_by_role("button", name="Ga door met de andere 5").click()
    page.get_by_role("button", name="Leg 5 afwegingen vast").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("5 afwegingen vastgelegd")


def test_without_javascript_it_works_the_same(browser, logged_in, plan, preview):
    context = browser.new_context(java_script_enabled=False, locale="nl-NL")
    page = context.new_page()
    logged_in(page, "anke")
    page.goto(preview)
    page.get_by_label("Verkeer 3").uncheck()
    page.get_by_label("Going concern").check()
    page.get_by_label("Motivering").fill("Dit blijft gewoon werk.")
    page.get_by_role("button", name="Werk de lijst bij").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("5 punten samen afwegen")
    expect(page.get_by_label("Motivering")).to_have_value("Dit blijft gewoon werk.")
    page.get_by_role("button", name=re.compile("Leg 5")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("5 afwegingen vastgelegd")
    assert decided(plan) == 5
    context.close()
