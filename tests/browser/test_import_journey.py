"""The council session's table is read in by a person with a browser, with script and without; what goes wrong is as accessible."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import found_by_axe
from tests.consultation.conftest import contributions
from tests.consultation.spreadsheet_files import HEADER, council_rows, csv_file, merged_council_session

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# The Content-Type is the browser's guess and plays no part.
SESSION = {"name": "raadssessie.xlsx", "mimeType": "application/octet-stream", "buffer": merged_council_session()}
WITH_FAULTS = {
    "name": "buurtgesprekken.csv",
    "mimeType": "text/csv",
    "buffer": csv_file(
        [*([*row, ""] for row in council_rows()), ["Verkeer", "Snelheid", "31-09-2026"], ["", "", "1-9-2026"]],
        header=(*HEADER[:2], "Datum"),
    ),
}


def choose(page: Page, live_server, file: dict) -> None:
    page.goto(f"{live_server.url}/blaricum/inbreng/raadssessie/inlezen/")
    page.get_by_label("Bestand").set_input_files(file)
    page.get_by_role("button", name="Bekijk de proef").click()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_the_fifteen_points_are_read_in_after_a_look(browser, live_server, logged_in, anke, council_round, script):
    context = browser.new_context(locale="nl-NL", java_script_enabled=script)
    page = context.new_page()
    logged_in(page, "anke")
    page.goto(f"{live_server.url}/blaricum/inbreng/")
    page.get_by_role("link", name=council_round.title).click()
    page.get_by_role("link", name="Spreadsheet inlezen").click()
    page.get_by_label("Bestand").set_input_files(SESSION)
    page.get_by_role("button", name="Bekijk de proef").click()
    expect(page.get_by_role("region", name="Zo komt het binnen")).to_contain_text("Voorlichting ouderen en jongeren")
    assert contributions(council_round) == []
    page.get_by_role("button", name="Lees 15 punten in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("15 punten ingelezen")
    page.get_by_role("link", name="Naar de ronde").click()
    expect(page.get_by_role("heading", name="15 punten")).to_be_visible()
    context.close()
    assert len(contributions(council_round)) == 15


def test_what_goes_wrong_is_accessible_and_fits_a_narrow_phone(page, live_server, logged_in, anke, council_round):
    wrong = []

    def look(what: str) -> None:
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 900})
            wrong.extend(f"{what} at {width}: {found}" for found in found_by_axe(page))
            if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
                wrong.append(f"{what}: {wide} px wide at {width}")

    logged_in(page, "anke")
    choose(page, live_server, {"name": "virus.xlsx", "mimeType": "text/csv", "buffer": b"MZ" + bytes(300)})
    expect(page.get_by_role("alert")).to_contain_text("Dit is geen spreadsheet.")
    expect(page).to_have_title("Fout: Spreadsheet inlezen – Gemeente Blaricum, IVP-portaal")
    look("a file that cannot be read")

    choose(page, live_server, WITH_FAULTS)
    expect(page.get_by_role("region", name="Wat er mis is, per rij")).to_contain_text("31-09-2026")
    page.get_by_text("Kolommen koppelen", exact=True).last.click()
    look("rows with a problem")

    page.get_by_label("Onderwerp", exact=True).select_option("Niet inlezen")
    page.get_by_role("button", name="Bekijk de proef opnieuw").click()
    expect(page.get_by_role("alert").first).to_contain_text("Kies de kolom met het onderwerp.")
    look("columns that are not clear")

    page.get_by_label("Onderwerp", exact=True).select_option("Onderwerp")
    page.get_by_role("button", name="Bekijk de proef opnieuw").click()
    page.get_by_role("button", name="Lees 15 punten in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("15 punten ingelezen")
    look("what was read in")

    page.goto(f"{live_server.url}/blaricum/inbreng/raadssessie/nieuw/")
    page.get_by_role("button", name="Sla op", exact=True).click()
    expect(page.get_by_role("alert")).to_be_focused()
    look("a point that cannot be")
    assert wrong == []
