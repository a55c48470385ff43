"""A letter is uploaded and split by a person with a browser: by selecting, by the keyboard alone, and without script."""

import datetime

import pytest
from playwright.sync_api import Page, expect

from consultation import services
from consultation.models import Passage, Submission
from ivp_portal.organisation.access import inside
from tests.browser.axe import found_by_axe
from tests.browser.conftest import log_in
from tests.consultation.conftest import contributions
from tests.consultation.letter_files import LETTER, POINTS, docx_letter

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FILE = {"name": "brief.docx", "mimeType": "application/octet-stream", "buffer": docx_letter()}
ROUND = "/blaricum/inbreng/raadssessie"


@pytest.fixture
def letter(council_round, anke) -> Submission:
    """Hilversum's letter, recorded and not split."""
    with inside(council_round.area):
        return services.record_letter(
            council_round,
            contributor_kind="area",
            party="Hilversum",
            channel="letter",
            said_on=datetime.date(2026, 9, 14),
            text=LETTER,
            by=anke,
        )


def passages(area) -> list[dict]:
    with inside(area):
        return list(Passage.objects.order_by("pk").values())


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_three_points_come_out_of_a_document_in_under_ten_actions_and_a_fourth_leaves_them_alone(
    browser, live_server, logged_in, anke, council_round, script
):
    context = browser.new_context(locale="nl-NL", java_script_enabled=script, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    logged_in(page, "anke")
    page.goto(f"{live_server.url}{ROUND}/brief/")
    actions = [
        lambda: page.get_by_label("Bestand").set_input_files(FILE),
        lambda: page.get_by_label("Gemeente", exact=True).check(),
        lambda: page.get_by_label("Fractie of organisatie").fill("Hilversum"),
        lambda: page.get_by_label("Hoe kwam het binnen?").select_option("Brief"),
        lambda: page.get_by_label("Wanneer?").fill("2026-09-14"),
        lambda: page.get_by_role("button", name="Bewaar en maak punten").click(),
        lambda: page.get_by_role("button", name="Neem alle 3 punten over").click(),
    ]
    for action in actions:
        action()
    assert len(actions) < 10
    expect(page.get_by_text("Punten 1, 2 en 3 zijn bewaard.")).to_be_visible()
    assert [(point.sub_subject, point.text) for point in contributions(council_round)] == list(POINTS)
    before = passages(council_round.area)

    page.get_by_role("button", name="Maak een punt van alinea 2", exact=True).click()
    expect(page.get_by_text("Gevonden in alinea 2")).to_be_visible()
    page.get_by_role("button", name="Bewaar punt").click()
    expect(page.get_by_role("heading", level=3, name="Punt 4")).to_be_visible()
    context.close()
    after = passages(council_round.area)
    assert len(after) == 4
    assert repr(after[:3]).encode() == repr(before).encode()


def test_what_is_selected_in_the_letter_becomes_the_quotation(page: Page, live_server, logged_in, anke, letter, council_round):
    logged_in(page, "anke")
    page.goto(f"{live_server.url}{ROUND}/inzendingen/{letter.pk}/splitsen/")
    page.get_by_text("Er staan weinig doelen in").first.click(click_count=3)
    expect(page.get_by_label("Citaat uit de brief")).to_have_value(POINTS[1][1])
    expect(page.locator("#p-live")).to_contain_text("Citaat overgenomen")
    page.get_by_label("Onderwerp", exact=False).fill("Doelen")
    page.get_by_role("button", name="Bewaar punt").click()
    expect(page.get_by_text("Punt 1 is bewaard: Doelen.")).to_be_visible()
    expect(page.locator("mark", has_text="Er staan weinig doelen in")).to_be_visible()
    # The number that stands in the letter now is no part of what is selected next.
    page.locator("mark", has_text="Er staan weinig doelen in").click(click_count=3)
    expect(page.get_by_label("Citaat uit de brief")).to_have_value(POINTS[1][1])
    assert [point.sub_subject for point in contributions(council_round)] == ["Doelen"]


def test_the_keyboard_alone_makes_a_point(page: Page, live_server, anke, letter, council_round):
    log_in(page, live_server, "anke")
    page.goto(f"{live_server.url}{ROUND}/inzendingen/{letter.pk}/splitsen/")
    page.get_by_role("button", name="Maak een punt van alinea 4", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Nieuw punt")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Citaat uit de brief")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("Mensenhandel")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Punt 1 is bewaard: Mensenhandel.")).to_be_visible()
    assert [(point.sub_subject, point.text) for point in contributions(council_round)] == [("Mensenhandel", POINTS[0][1])]


def test_every_state_of_splitting_is_accessible_and_fits_a_narrow_phone(
    page: Page, live_server, logged_in, anke, peter, letter, council_round
):
    wrong: list[str] = []
    address = f"{live_server.url}{ROUND}/inzendingen/{letter.pk}/"

    def look(what: str) -> None:
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 900})
            wrong.extend(f"{what} at {width}: {found}" for found in found_by_axe(page))
            if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
                wrong.append(f"{what}: {wide} px wide at {width}")

    logged_in(page, "anke")
    page.goto(address + "splitsen/")
    look("a proposal")
    page.get_by_role("button", name="Neem alle 3 punten over").click()
    expect(page.get_by_text("Punten 1, 2 en 3 zijn bewaard.")).to_be_visible()
    page.get_by_label("Citaat uit de brief").fill("Dit staat er niet.")
    page.get_by_role("button", name="Bewaar punt").click()
    expect(page.get_by_role("alert")).to_be_focused()
    look("words that are not there")
    page.get_by_label("Citaat uit de brief").fill("de")
    page.get_by_role("button", name="Bewaar punt").click()
    expect(page.get_by_role("group", name="Welke plek bedoelt u?")).to_be_visible()
    look("words that stand more than once")
    with inside(council_round.area):
        mended = LETTER.replace("graag de uitvoeringsplannen", "graag de uitvoeringsprogramma’s").replace(
            POINTS[2][1], "Deze alinea verviel."
        )
        services.correct_transcript(letter, text=mended, seen=1, by=peter)
    page.goto(address + "splitsen/")
    expect(page.get_by_text("De tekst hier is verbeterd")).to_be_visible()
    look("a corrected text")
    page.goto(address)
    look("the submission")
    page.goto(address + "tekst/")
    page.get_by_label("Tekst van de brief").fill(LETTER + " Anders.")
    with inside(council_round.area):
        services.correct_transcript(letter, text=mended + " Van Peter.", seen=2, by=peter)
    page.get_by_role("button", name="Sla op").click()
    expect(page.get_by_text("Peter Vos was eerder")).to_be_visible()
    look("two who mend at once")
    page.goto(f"{live_server.url}{ROUND}/inzendingen/")
    look("the list")
    page.goto(f"{live_server.url}{ROUND}/brief/")
    page.get_by_role("button", name="Bewaar en maak punten").click()
    expect(page.get_by_role("alert")).to_be_focused()
    look("a letter that cannot be")
    with inside(council_round.area):
        services.record_on_behalf(
            council_round, subject="Verkeer", sub_subject="Parkeren", text="Mail de heer Van Vliet, j.vliet@voorbeeld.nl.",
            contributor_kind="resident", channel="letter", said_on=None, by=anke,
        )  # fmt: skip
    page.goto(f"{live_server.url}{ROUND}/nakijken/")
    expect(page.get_by_role("heading", name="Punt 4", exact=True)).to_be_visible()
    look("personal data")
    assert wrong == []
