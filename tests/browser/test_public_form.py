"""A resident with a phone of 320 pixels, a keyboard and no JavaScript tells what is on their mind, in Dutch and in English."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.axe import found_by_axe
from tests.consultation.public_rounds import ADDRESS, AGENT, CODE, ENGLISH, make_public_round, make_themes, submissions

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = {
    "nl": {
        "address": ADDRESS,
        "title": "Wat kan er veiliger in Blaricum?",
        "text": "Wat wilt u ons vertellen?",
        "theme": "Waar gaat het over?",
        "young": "Jongeren",
        "more": "Nog een punt",
        "files": "Bestanden meesturen",
        "email": "E-mailadres",
        "send": "Verstuur",
        "point": "Punt",
        "wrong": "Nog niet verstuurd",
        "thanks": "Dank u wel, we hebben uw inbreng",
    },
    "en": {
        "address": ENGLISH,
        "title": "What could be safer in Blaricum?",
        "text": "What do you want to tell us?",
        "theme": "What is it about?",
        "young": "Young people",
        "more": "Another point",
        "files": "Send files along",
        "email": "E-mail address",
        "send": "Send",
        "point": "Point",
        "wrong": "Not sent yet",
        "thanks": "Thank you, we have your input",
    },
}


@pytest.fixture
def round(blaricum):
    return make_public_round(blaricum)


@pytest.fixture
def themes(blaricum, round):
    return make_themes(blaricum, round)


def is_sound(page) -> None:
    """Nothing sticks out of 320 pixels."""
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def tab_to(page, target) -> None:
    """Press Tab until this has the focus, as somebody without a mouse does."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"Tab never reaches {target}.")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_phone_a_keyboard_and_no_javascript_are_enough(browser, live_server, round, themes, language):
    say = WORDS[language]
    context = browser.new_context(viewport={"width": 320, "height": 640}, java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url + say["address"])
    assert page.locator("html").get_attribute("lang") == language
    assert page.get_by_role("heading", level=1).inner_text() == say["title"]
    # What a screen reader calls each thing, and what it is.
    text = page.get_by_role("textbox", name=say["text"])
    group = page.get_by_role("group", name=re.compile(re.escape(say["theme"])))
    assert group.get_by_role("radio").count() == 3
    email = page.get_by_role("textbox", name=re.compile(re.escape(say["email"])))
    assert email.get_attribute("autocomplete") == "email" and email.get_attribute("aria-describedby")
    assert page.get_by_label(say["files"]).get_attribute("type") == "file"
    assert page.get_by_role("textbox").count() == 2, "the field that nobody sees has no name for anybody"
    # An empty form comes back and says what to do, beside the field and at the top.
    tab_to(page, email)
    page.keyboard.type("geen-adres")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text(say["wrong"])
    assert page.title().startswith("Fout: " if language == "nl" else "Error: ")
    assert text.get_attribute("aria-invalid") == "true" and email.get_attribute("aria-invalid") == "true"
    assert email.input_value() == "geen-adres"
    tab_to(page, text)
    page.keyboard.type(AGENT, delay=15)
    tab_to(page, group.get_by_role("radio").first)
    page.keyboard.press("ArrowDown")
    assert group.get_by_role("radio", name=say["young"]).is_checked()
    tab_to(page, page.get_by_role("button", name=say["more"]))
    page.keyboard.press("Enter")
    second = page.get_by_role("textbox", name=f"{say['point']} 2: ")
    expect(second).to_be_visible()
    tab_to(page, second)
    page.keyboard.type("Fietspad <donker> & glad.", delay=15)
    tab_to(page, email)
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    tab_to(page, page.get_by_role("button", name=say["send"], exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(say["thanks"])
    assert re.search(CODE, page.locator("main").inner_text())
    context.close()
    (submission,) = submissions(round)
    assert submission.original_text == f"{AGENT}\n\nFietspad <donker> & glad." and submission.language == language


def test_axe_finds_nothing_on_the_way_and_nothing_sticks_out(page, live_server, round, themes):
    page.set_viewport_size({"width": 320, "height": 640})
    for address in (ADDRESS, ENGLISH, "/blaricum/meedoen/", "/blaricum/meedoen/code/"):
        page.goto(live_server.url + address)
        is_sound(page)
        assert found_by_axe(page) == [], address
    page.goto(live_server.url + ADDRESS)
    page.get_by_role("button", name="Verstuur", exact=True).click()
    page.get_by_role("alert").wait_for()
    is_sound(page)
    assert found_by_axe(page) == []


def test_with_javascript_the_text_is_kept_while_typing_and_a_closed_tab_loses_nothing(page, live_server, round, themes):
    page.goto(live_server.url + ADDRESS)
    page.get_by_role("textbox", name="Wat wilt u ons vertellen?").fill(AGENT)
    page.get_by_text("Uw tekst is bewaard om").wait_for()
    page.get_by_role("button", name="Nog een punt").click()
    second = page.get_by_role("textbox", name="Punt 2: Wat wilt u ons vertellen?")
    expect(second).to_be_focused()
    second.fill("Het fietspad is donker.")
    page.get_by_text("Uw tekst is bewaard om").wait_for()
    context = page.context
    page.close()
    again = context.new_page()
    again.goto(live_server.url + ADDRESS)
    assert again.get_by_role("textbox", name="Punt 1: Wat wilt u ons vertellen?").input_value() == AGENT
    assert again.get_by_role("textbox", name="Punt 2: Wat wilt u ons vertellen?").input_value() == "Het fietspad is donker."
    again.set_viewport_size({"width": 320, "height": 640})
    is_sound(again)
    assert found_by_axe(again) == []
    again.get_by_role("button", name="Verstuur", exact=True).click()
    again.get_by_role("heading", name="Dank u wel").wait_for()
    assert found_by_axe(again) == []
    assert len(submissions(round)) == 1
