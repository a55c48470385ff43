"""The keys of the triage screen and its smallest sizes, in a real browser: what people find, and what never gets in their way."""

import re

import pytest
from playwright.sync_api import Page, expect

from ivp_portal.organisation.access import inside
from priorities.models import Decision, StandardRationale
from tests.conftest import make_contribution

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def screen(page: Page, live_server, logged_in, anke, plan, fifteen_points) -> Page:
    """The second point of fifteen, open, with all that belongs beside it."""
    with inside("blaricum"):
        for name, is_usual in (("Kort", True), ("Lang", False)):
            text = f"{name}: {{onderwerp}} blijft gewoon werk."
            StandardRationale.objects.create(area=plan.area, kind="going_concern", name=name, text=text, is_usual=is_usual)
    logged_in(page, "anke")
    page.goto(f"{live_server.url}/blaricum/2027-2030/afwegen/{fifteen_points[1].pk}/")
    expect(page.get_by_role("heading", name="Lijkt hierop")).to_be_visible()
    return page


def test_the_overview_lists_what_works_now_traps_nothing_and_closes_with_escape(screen):
    screen.keyboard.press("?")
    overview = screen.locator("#sneltoetsen")
    expect(overview).to_be_visible()
    expect(screen.locator("#sneltoetsen-kop")).to_be_focused()
    for line in ("volgende punt", "bestemming kiezen", "op mij zetten", "notitie", "selecteren", "later: achteraan de lijst"):
        expect(overview.get_by_text(line)).to_be_visible()
    for line in ("zoals mijn vorige afweging", "ongedaan maken", "akkoord geven"):  # nothing was decided yet
        expect(overview.get_by_text(line)).to_be_hidden()
    for _ in range(4):
        screen.keyboard.press("Tab")
    assert screen.evaluate("document.activeElement.closest('#sneltoetsen') === null"), "the overview holds the focus"
    screen.keyboard.press("Escape")
    expect(overview).to_be_hidden()


def test_the_keys_do_nothing_while_somebody_types_or_when_they_are_off(screen):
    address = screen.url
    screen.locator("#id_rationale").focus()
    screen.keyboard.type("jk1lub/?x gd+")
    expect(screen.locator("#id_rationale")).to_have_value("jk1lub/?x gd+")
    screen.keyboard.press("Escape")
    expect(screen.locator("#besluit-kop")).to_be_focused()
    screen.keyboard.press("?")
    screen.get_by_role("button", name="Sneltoetsen uitzetten").click()
    screen.keyboard.press("Escape")
    for key in "jlx1":
        screen.keyboard.press(key)
    assert screen.url == address
    expect(screen.locator("input[name=destination]:checked")).to_have_count(0)
    screen.reload()
    screen.keyboard.press("j")
    assert screen.url == address, "the choice was not kept in this browser"
    screen.locator("input[name=destination]").first.check()
    screen.locator("#id_rationale").fill("Met Ctrl en Enter wordt er nog wel vastgelegd.")
    screen.keyboard.press("Control+Enter")
    expect(screen.get_by_text("Vastgelegd.")).to_be_visible()


def test_the_standard_text_leads_to_what_is_still_to_be_chosen(screen):
    screen.keyboard.press("s")
    expect(screen.locator("input[name=destination]").first).to_be_focused()
    screen.keyboard.press("3")
    screen.keyboard.press("Escape")
    screen.keyboard.press("s")
    expect(screen.locator("select[name=first_local_priority]")).to_be_focused()
    expect(screen.locator("#id_rationale")).to_have_value("")


def test_one_after_another_is_taken_back_with_the_same_key(screen):
    for _ in range(2):
        screen.keyboard.press("1")
        screen.keyboard.press("Control+Enter")
        expect(screen.get_by_text("Vastgelegd.")).to_be_visible()
        expect(screen.locator("#punt-kop")).to_be_focused()
        screen.reload()
    for left in (1, 0):
        screen.keyboard.press("u")
        expect(screen.get_by_text("Ongedaan gemaakt:")).to_be_visible()
        expect(screen.get_by_role("button", name="ongedaan maken")).to_have_count(left)
    with inside("blaricum"):
        assert not Decision.objects.current().exists()


def in_sight(screen: Page, selector: str) -> bool:
    return screen.evaluate(
        """selector => {
          const box = document.querySelector(selector).getBoundingClientRect();
          const x = box.left + box.width / 2;
          const above = document.elementFromPoint(x, box.top + 4), below = document.elementFromPoint(x, box.bottom - 4);
          const inside = (each) => each !== null && each.closest(selector) !== null;
          return inside(above) && inside(below);
        }""",
        selector,
    )


def test_the_open_row_and_the_decision_stay_in_sight_on_a_low_screen(screen, fifteen_points, live_server):
    screen.set_viewport_size({"width": 1280, "height": 800})
    for point in (fifteen_points[13], fifteen_points[7]):
        screen.goto(f"{live_server.url}/blaricum/2027-2030/afwegen/{point.pk}/")
        expect(screen.get_by_role("heading", name="Lijkt hierop")).to_be_visible()
        assert in_sight(screen, ".p-queue__list li.is-open"), point
    assert screen.locator("#id_rationale").bounding_box()["height"] > 90
    screen.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    assert in_sight(screen, ".p-kinds")
    for key, following in (("j", fifteen_points[8]), ("l", fifteen_points[9])):
        screen.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        screen.keyboard.press(key)
        expect(screen.locator("#punt-kop")).to_have_text(following.point)
        expect(screen.locator("#punt-kop")).to_be_focused()
        assert in_sight(screen, ".p-triage__bar h1"), "the screen stayed where the point before it was read"
        assert in_sight(screen, ".p-queue__list li.is-open")


def test_what_opens_among_the_filters_comes_in_sight(screen):
    screen.set_viewport_size({"width": 1280, "height": 700})
    screen.get_by_text("Thema en behandelaar").click()
    screen.get_by_text("Weergaven").click()
    expect(screen.get_by_role("button", name="Bewaar weergave")).to_be_in_viewport()
    expect(screen.locator(".p-queue__foot button", has_text="Samen afwegen")).to_be_in_viewport()


def test_another_standard_text_is_picked_with_the_keyboard_and_own_words_stay(screen):
    words = screen.locator("#id_rationale")
    screen.keyboard.press("1")
    expect(words).to_have_value("Kort: Cyberaanval infrastructuur blijft gewoon werk.")
    screen.keyboard.press("s")
    expect(screen.locator("#id_standard_going_concern")).to_be_focused()
    screen.keyboard.press("ArrowDown")
    expect(words).to_have_value("Lang: Cyberaanval infrastructuur blijft gewoon werk.")
    words.fill("Zelf bedacht.")
    screen.locator("#id_standard_going_concern").select_option(label="Kort")
    expect(words).to_have_value("Zelf bedacht.\nKort: Cyberaanval infrastructuur blijft gewoon werk.")
    screen.keyboard.press("Control+Enter")
    expect(screen.get_by_text("Vastgelegd.")).to_be_visible()
    with inside("blaricum"):
        assert Decision.objects.get().standard.name == "Kort"


def test_a_note_is_kept_with_the_keys_that_save_and_decides_nothing(screen):
    screen.keyboard.press("n")
    screen.keyboard.type("Navragen.")
    screen.keyboard.press("Control+Enter")
    expect(screen.locator(".p-notes")).to_contain_text("Navragen.")
    with inside("blaricum"):
        assert not Decision.objects.exists()


def test_the_address_and_the_back_button_follow_the_point(screen):
    first = screen.url
    screen.keyboard.press("j")
    expect(screen.locator("#punt-kop")).to_have_text("Vandalisme en vernielingen")
    assert screen.url != first
    expect(screen).to_have_title("Vandalisme en vernielingen afwegen – Gemeente Blaricum, IVP-portaal")
    screen.go_back()
    expect(screen.locator("#punt-kop")).to_have_text("Cyberaanval infrastructuur")
    expect(screen.locator("footer")).to_be_visible()
    assert screen.url == first


def test_with_three_destinations_the_save_bar_does_not_cover_the_rationale_somebody_types_in(screen):
    screen.set_viewport_size({"width": 1280, "height": 800})
    screen.keyboard.press("1")
    for kind in ("Andere organisatie", "Ander beleidsterrein"):
        screen.keyboard.press("Escape")
        screen.keyboard.press("+")
        screen.keyboard.type(kind)
    screen.keyboard.press("Escape")
    screen.keyboard.press("m")
    expect(screen.locator("#id_rationale")).to_be_focused()
    assert in_sight(screen, "#id_rationale")


def test_the_list_stays_from_point_to_point_and_moves_on_near_its_end(page, live_server, logged_in, anke, council_round):
    points = [make_contribution(council_round, f"Punt {number}") for number in range(1, 51)]
    make_contribution(council_round, "Iets heel anders")
    logged_in(page, "anke")
    page.goto(f"{live_server.url}/blaricum/2027-2030/afwegen/{points[0].pk}/")
    heading, row = page.locator("#punt-kop"), page.locator(".p-queue__list [aria-current]")
    page.evaluate("document.querySelector('.p-queue__list').dataset.drawn = 'first'")
    for number in (2, 3):
        page.keyboard.press("j")
        expect(heading).to_have_text(f"Punt {number}")
        expect(heading).to_be_focused()
        expect(row).to_have_count(1)
        expect(row).to_contain_text(f"Punt {number}")
        expect(page.locator(".p-item__at")).to_have_text(f"{number} van 51")
    expect(page.locator("[data-drawn=first]")).to_have_count(1)
    assert page.title().startswith("Punt 3 afwegen")
    expect(page.get_by_role("heading", name="Notities")).to_be_visible()
    page.keyboard.press("x")
    assert page.locator("[name=punt]:checked").get_attribute("value") == str(points[2].pk)
    page.go_back()
    expect(heading).to_have_text("Punt 2")
    expect(row).to_contain_text("Punt 2")
    page.evaluate("document.querySelector('.p-queue__list').dataset.drawn = 'second'")
    for number in range(3, 16):  # further than the list shows at once
        page.keyboard.press("j")
        expect(heading).to_have_text(f"Punt {number}")
        assert in_sight(page, ".p-queue__list .is-open"), number
    page.get_by_role("link", name="Punt 9", exact=False).first.click()
    expect(heading).to_have_text("Punt 9")
    expect(heading).to_be_focused()
    expect(page.locator("[data-drawn=second]")).to_have_count(1)
    assert in_sight(page, ".p-queue__list .is-open")
    page.get_by_role("link", name="Punt 31").click()
    expect(heading).to_have_text("Punt 31")
    expect(page.get_by_role("link", name="Punt 45")).to_be_attached()
    expect(page.locator("[data-drawn=second]")).to_have_count(0)
    assert in_sight(page, ".p-queue__list .is-open")


def test_keys_that_are_pressed_at_once_wait_for_the_point_before_and_reach_the_right_one(screen, fifteen_points):
    def slowly(route):
        screen.wait_for_timeout(150)
        route.continue_()

    screen.route("**/afwegen/*/", slowly)
    for key in ("j", "j", "k", "j", "3"):
        screen.keyboard.press(key)
    expect(screen.locator("#punt-kop")).to_have_text(fifteen_points[3].point)
    expect(screen).to_have_title(re.compile(f"^{fifteen_points[3].point} afwegen"))
    expect(screen.locator("input[name=destination][value=local_priority]")).to_be_checked()
    assert screen.url.endswith(f"/{fifteen_points[3].pk}/")


def test_what_somebody_was_writing_is_there_when_they_come_back(screen):
    rationale = screen.locator("#id_rationale")
    rationale.press_sequentially("Half een zin")
    for key in ("Escape", "j"):
        screen.keyboard.press(key)
    expect(screen.locator("#punt-kop")).to_have_text("Vandalisme en vernielingen")
    expect(rationale).to_have_value("")
    screen.keyboard.press("k")
    expect(rationale).to_have_value("Half een zin")
    screen.keyboard.press("1")
    screen.keyboard.press("Control+Enter")
    expect(screen.get_by_text("Vastgelegd. Cyberaanval infrastructuur gaat")).to_be_visible()
    with inside("blaricum"):
        assert Decision.objects.get().rationale == "Half een zin"


def test_after_going_back_the_points_that_are_selected_are_those_somebody_selected(screen, fifteen_points):
    screen.keyboard.press("x")
    screen.keyboard.press("j")
    expect(screen.locator("#punt-kop")).to_have_text(fifteen_points[2].point)
    screen.keyboard.press("x")
    screen.get_by_role("button", name="Samen afwegen").click()
    expect(screen.get_by_role("heading", name="Deze punten")).to_be_visible()
    screen.go_back()
    expect(screen.locator("#punt-kop")).to_be_visible()
    ticked = {box.get_attribute("value") for box in screen.locator("[name=punt]:checked").all()}
    assert ticked <= {str(fifteen_points[1].pk), str(fifteen_points[2].pk)}


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1366, 768)])
def test_on_a_low_screen_the_save_bar_leaves_the_rationale_free(screen, width, height):
    screen.set_viewport_size({"width": width, "height": height})
    screen.keyboard.press("3")
    words = screen.locator("#id_rationale").bounding_box()
    bar = screen.locator(".p-decide__foot").bounding_box()
    assert words["y"] + words["height"] <= bar["y"]
    assert bar["y"] + bar["height"] <= height


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_there_is_one_point_with_its_list_its_neighbours_and_a_way_to_the_decision(screen, width):
    screen.set_viewport_size({"width": width, "height": 700})
    for name in ("Lijst", "Vorige", "Volgende", "Naar uw afweging"):
        expect(screen.get_by_role("link", name=name).first).to_be_visible()
    expect(screen.locator(".p-queue")).to_be_hidden()
    assert screen.evaluate("document.documentElement.scrollWidth") <= width
    screen.get_by_role("link", name="Naar uw afweging").click()
    expect(screen.locator("#besluit-kop")).to_be_in_viewport()
    screen.get_by_role("link", name="Lijst").first.click()
    expect(screen.get_by_role("heading", level=1)).to_have_text("Punten")
    assert screen.evaluate("document.documentElement.scrollWidth") <= width


def test_without_javascript_a_point_is_put_off_repeated_taken_back_and_given_a_text(browser, live_server, anke, plan, fifteen_points):
    context = browser.new_context(java_script_enabled=False, locale="nl-NL", viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(f"{live_server.url}/inloggen/?next=/blaricum/2027-2030/afwegen/")
    page.get_by_label("Gebruikersnaam").fill("anke")
    page.get_by_label("Wachtwoord").fill("geheim-genoeg-12")
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("button", name="Later").click()
    expect(page.get_by_text("Voorlichting ouderen en jongeren staat nu achteraan.")).to_be_visible()
    page.locator("input[name=destination][value=going_concern]").check()
    page.get_by_role("button", name="Standaardtekst").click()
    expect(page.locator("#id_rationale")).not_to_be_empty()
    page.get_by_role("button", name="Vastleggen en volgende").click()
    expect(page.locator("#punt-kop")).to_have_text("Vandalisme en vernielingen")
    page.get_by_role("link", name="Zoals vorige").click()
    expect(page.locator("input[name=destination][value=going_concern]")).to_be_checked()
    page.get_by_role("button", name="‘Cyberaanval infrastruct…’ ongedaan maken").click()
    expect(page.get_by_text("Ongedaan gemaakt: Cyberaanval infrastructuur.")).to_be_visible()
    page.get_by_role("link", name="Zet mijn tekst terug").click()
    expect(page.locator("#id_rationale")).not_to_be_empty()
    page.get_by_role("link", name="Wat hierop lijkt").click()
    expect(page.get_by_role("heading", name="Lijkt hierop")).to_be_visible()
    context.close()
