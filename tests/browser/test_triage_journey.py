"""Weighing the fifteen real points in a real browser: with the keyboard alone, and with JavaScript off."""

import pytest
from playwright.sync_api import expect

from ivp_portal.organisation.access import inside
from priorities.decision_kinds import DECISION_KINDS, offered
from priorities.standing import standing_of
from tests.browser.conftest import session_rows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KEY_OF = {kind.code: str(key) for key, kind in enumerate(offered(), 1)}
PARTLY = "Jeugdoverlast"
EXPECTED_FIRST = {
    "going_concern": 6,
    "regional_priority": 5,
    "local_priority": 1,
    "within_priority": 1,
    "other_policy": 1,
    "other_chapter": 1,
}


def destinations(row: dict[str, str]) -> list[tuple[str, str]]:
    """[('regional_priority', 'Digitale veiligheid'), ('other_body', 'Veiligheidsregio')]."""
    return [(part.partition(":")[0], part.partition(":")[2]) for part in row["destinations"].split("|")]


def assert_the_real_outcome(plan) -> None:
    with inside("blaricum"):
        standing = standing_of(plan)
    assert standing.undecided == 0
    assert standing.first_destinations == EXPECTED_FIRST
    assert standing.destinations == EXPECTED_FIRST | {"other_body": 1}
    assert standing.extents == {"wholly": 14, "partly": 1, "not": 0}


def test_an_officer_weighs_all_fifteen_points_with_the_keyboard_alone(page, live_server, logged_in, anke, plan, fifteen_points):
    logged_in(page, "anke")
    page.goto(f"{live_server.url}/blaricum/2027-2030/afwegen/")
    page.evaluate("window.stillTheSamePage = true")
    strokes = 0

    def press(key: str) -> None:
        nonlocal strokes
        strokes += 1
        page.keyboard.press(key)

    def type_in(text: str) -> None:
        nonlocal strokes
        strokes += len(text)
        page.keyboard.type(text)

    for index, row in enumerate(session_rows()):
        heading = page.locator("#punt-kop")
        expect(heading).to_have_text(row["sub_subject"])
        if index:
            expect(heading).to_be_focused()
            assert page.evaluate("window.stillTheSamePage"), "a full page was loaded"
        for position, (code, name) in enumerate(destinations(row)):
            kind = DECISION_KINDS[code]
            if position == 0:
                press(KEY_OF[code])
            else:
                page.keyboard.press("Escape")
                press("+")
                press("Tab")
                type_in(kind.label)
                press("Tab")
            if name:
                expect(page.locator(":focus")).to_be_visible()
                type_in(name)
        if row["sub_subject"] == PARTLY:
            page.keyboard.press("Escape")
            press("d")
        if not page.locator("#id_rationale").input_value():
            page.keyboard.press("Escape")
            press("m")
            type_in("Zie het plan.")
        press("Control+Enter")
        expect(page.get_by_text(f"Vastgelegd. {row['sub_subject']} gaat")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Alle 15 punten zijn afgewogen")
    assert_the_real_outcome(plan)
    print(f"keystrokes for 15 points: {strokes}")  # noqa: T201 shown by pytest -s


def test_an_officer_weighs_all_fifteen_points_with_javascript_off(browser, live_server, anke, plan, fifteen_points):
    context = browser.new_context(java_script_enabled=False, locale="nl-NL")
    page = context.new_page()
    page.goto(f"{live_server.url}/inloggen/?next=/blaricum/2027-2030/afwegen/")
    page.get_by_label("Gebruikersnaam").fill("anke")
    page.get_by_label("Wachtwoord").fill("geheim-genoeg-12")
    page.get_by_role("button", name="Log in").click()
    for row in session_rows():
        expect(page.locator("#punt-kop")).to_have_text(row["sub_subject"])
        for position, (code, name) in enumerate(destinations(row)):
            prefix = "first" if position == 0 else "second"
            if position == 0:
                page.locator(f"input[name=destination][value={code}]").check()
            else:
                page.locator("summary", has_text="Tweede bestemming").click()
                page.locator("#id_second").select_option(code)
            field = page.locator(f"[name={prefix}_{code}]")
            if DECISION_KINDS[code].needs_priority:
                field.select_option(label=name)
            elif name:
                field.fill(name)
        if row["sub_subject"] == PARTLY:
            page.locator("#id_extent_1").check()
        page.locator("#id_rationale").fill("Zie het plan.")
        page.get_by_role("button", name="Vastleggen en volgende").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Alle 15 punten zijn afgewogen")
    assert_the_real_outcome(plan)
    context.close()
