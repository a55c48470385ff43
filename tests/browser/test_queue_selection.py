"""Selecting points in the queue: it lasts while somebody goes from point to point, and is sent along when the act begins."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_selection_lasts_from_point_to_point_and_can_be_cleared(page, live_server, logged_in, anke, fifteen_points):
    logged_in(page, "anke")
    base = f"{live_server.url}/blaricum/2027-2030/afwegen/"
    page.goto(f"{base}{fifteen_points[0].pk}/")
    count = page.locator("[data-choice-count]")
    expect(count).to_have_text("15 punten")
    page.locator("body").press("x")
    expect(count).to_have_text("1 geselecteerd")
    page.locator("body").press("j")
    page.wait_for_url(f"{base}{fifteen_points[1].pk}/")
    expect(count).to_have_text("1 geselecteerd")
    page.locator("body").press("x")
    expect(count).to_have_text("2 geselecteerd")
    page.get_by_role("button", name="Wis selectie").click()
    expect(count).to_have_text("15 punten")
    page.locator("body").press("x")
    page.goto(f"{base}?lijst=1")
    page.get_by_role("button", name="Selecteer deze bladzijde").click()
    expect(page.locator("[data-choice-count]")).to_have_text("15 geselecteerd")


def test_what_was_selected_on_another_page_goes_along(page, live_server, logged_in, anke, fifteen_points):
    logged_in(page, "anke")
    base = f"{live_server.url}/blaricum/2027-2030/afwegen/"
    page.goto(f"{base}?lijst=1")
    page.get_by_label(f"Selecteer {fifteen_points[14].sub_subject}").check()
    page.goto(f"{base}{fifteen_points[0].pk}/")
    page.locator("body").press("x")
    page.locator("#rij-keuze [type=submit]:not([name])").click()
    page.wait_for_url(lambda url: "/samen/" in url)
    assert "2 punten" in page.locator("h1").inner_text()
