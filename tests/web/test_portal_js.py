"""The script of the shell in a real browser: shortcuts, the field that follows a choice, the standard rationale, menus."""

from collections.abc import Callable
from pathlib import Path

from django.contrib.staticfiles import finders

import pytest
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.browser

ADDRESS = "http://portaal.invalid/"
PAGE = """<!DOCTYPE html><html lang="nl"><head><title>Proef</title><script src="/portal.js" defer></script></head><body>
<a href="#volgende" data-key="j">Volgende</a>
<details class="p-drop"><summary data-key="?">Sneltoetsen</summary><ul><li>
<button type="button" data-keys-switch data-label-off="Sneltoetsen uitzetten" data-label-on="Sneltoetsen aanzetten" hidden></button>
</li></ul></details>
<form action="#verstuurd" method="get">
<input type="radio" name="kind" id="going" value="going" data-key="1"
 data-shows="taken-up" data-stock="Dit is regulier werk.">
<input type="radio" name="kind" id="local" value="local" data-key="2"
 data-shows="local taken-up" data-stock="{name} is een lokale prioriteit.">
<input type="radio" name="kind" id="policy" value="policy" data-key="3" data-shows="named" data-stock="Dit hoort bij {name}.">
<div data-block="local"><select name="priority" id="priority"><option value="">Maak een keuze</option><option value="7">Jeugd</option>
<option value="8">High Impact Crimes</option></select></div>
<div data-block="named"><input type="text" name="named" id="named"></div>
<div data-block="taken-up"><select name="second" id="second"><option value="">Geen</option>
<option value="body" data-shows="body">Organisatie</option></select>
<div data-block="body"><input type="text" name="body" id="body"></div></div>
<textarea name="rationale" id="rationale" data-stock-target data-key="m"></textarea>
<button type="button" id="stock" data-stock-copy data-key="s">Standaardtekst</button>
<button type="submit" id="save" data-key="ctrl+enter">Vastleggen</button>
</form></body></html>"""


@pytest.fixture
def screen(page: Page) -> Callable[[], Page]:
    """Opens the page above with our script; nothing else is fetched."""
    script = Path(str(finders.find("web/portal.js"))).read_text()

    def answer(route: Route) -> None:
        if route.request.url.endswith("portal.js"):
            route.fulfill(body=script, content_type="text/javascript")
        else:
            route.fulfill(body=PAGE, content_type="text/html")

    page.route("**/*", answer)

    def opened() -> Page:
        page.goto(ADDRESS)
        return page

    return opened


def test_a_key_does_what_its_control_does(screen):
    page = screen()
    page.keyboard.press("j")
    assert page.url.endswith("#volgende")
    page.keyboard.press("2")
    expect(page.locator("#local")).to_be_checked()
    page.keyboard.press("m")
    expect(page.locator("#rationale")).to_be_focused()


def test_while_typing_only_ctrl_enter_and_esc_work(screen):
    page = screen()
    page.locator("#rationale").press_sequentially("1 jaar? ja")
    expect(page.locator("#rationale")).to_have_value("1 jaar? ja")
    expect(page.locator("#going")).not_to_be_checked()
    page.keyboard.press("Escape")
    expect(page.locator("#rationale")).not_to_be_focused()
    page.keyboard.press("1")
    expect(page.locator("#going")).to_be_checked()
    page.locator("#rationale").focus()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/?kind=going&**")


def test_keys_can_be_switched_off_and_the_browser_remembers(screen):
    page = screen()
    page.keyboard.press("Shift+?")
    switch = page.get_by_role("button", name="Sneltoetsen uitzetten")
    switch.click()
    expect(page.get_by_role("button", name="Sneltoetsen aanzetten")).to_be_visible()
    page = screen()
    page.locator("body").press("1")
    expect(page.locator("#going")).not_to_be_checked()
    page.locator("summary").click()
    page.get_by_role("button", name="Sneltoetsen aanzetten").click()
    page.keyboard.press("1")
    expect(page.locator("#going")).to_be_checked()


def test_the_field_that_belongs_to_the_choice_is_shown_and_only_that_is_sent(screen):
    page = screen()
    expect(page.locator("#priority")).to_be_hidden()
    expect(page.locator("#named")).to_be_hidden()
    page.locator("#policy").check()
    page.locator("#named").fill("Jeugdbeleid")
    page.locator("#local").check()
    expect(page.locator("#priority")).to_be_visible()
    expect(page.locator("#named")).to_be_hidden()
    page.locator("#priority").select_option("7")
    page.locator("#save").click()
    page.wait_for_url("**/?kind=local&priority=7&second=&**")
    assert "named=" not in page.url and "body=" not in page.url


def test_a_block_within_a_block_follows_both(screen):
    page = screen()
    page.locator("#going").check()
    expect(page.locator("#body")).to_be_hidden()
    page.locator("#second").select_option("body")
    page.locator("#body").fill("Veiligheidsregio")
    page.locator("#policy").check()
    expect(page.locator("#second")).to_be_hidden()
    expect(page.locator("#body")).to_be_disabled()
    page.locator("#going").check()
    expect(page.locator("#body")).to_have_value("Veiligheidsregio")
    page.locator("#save").click()
    page.wait_for_url("**/?kind=going&second=body&body=Veiligheidsregio&**")


def test_the_second_destination_does_not_name_the_first(screen):
    page = screen()
    page.locator("#local").check()
    page.locator("#second").select_option("body")
    expect(page.locator("#rationale")).to_have_value("")


def test_the_standard_rationale_follows_the_choice_until_somebody_writes(screen):
    page = screen()
    rationale = page.locator("#rationale")
    page.locator("#going").check()
    expect(rationale).to_have_value("Dit is regulier werk.")
    page.locator("#local").check()
    expect(rationale).to_have_value("")
    page.locator("#priority").select_option("7")
    expect(rationale).to_have_value("Jeugd is een lokale prioriteit.")
    page.locator("#priority").select_option("8")
    expect(rationale).to_have_value("High Impact Crimes is een lokale prioriteit.")
    rationale.fill("Eigen woorden.")
    page.locator("#going").check()
    expect(rationale).to_have_value("Eigen woorden.")


def test_asking_for_the_standard_rationale_never_loses_words(screen):
    page = screen()
    page.locator("#going").check()
    page.locator("#rationale").fill("Eigen woorden.")
    page.locator("#stock").click()
    expect(page.locator("#rationale")).to_have_value("Eigen woorden.\nDit is regulier werk.")
    page.locator("#stock").click()
    expect(page.locator("#rationale")).to_have_value("Eigen woorden.\nDit is regulier werk.")


def test_a_menu_closes_on_esc_and_when_you_leave_it(screen):
    page = screen()
    menu = page.locator("details.p-drop")
    page.locator("summary").click()
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(page.locator("summary")).to_be_focused()
    page.locator("summary").click()
    page.locator("#rationale").click()
    expect(menu).not_to_have_attribute("open", "")
