"""Weighing the fifteen real points in a real browser: with the keyboard alone, and with JavaScript off."""

import pytest
from playwright.sync_api import Page, Request, expect

from ivp_portal.organisation.access import inside
from priorities.decision_kinds import DECISION_KINDS, offered
from priorities.models import Decision, StandardRationale
from priorities.standing import standing_of
from tests.browser.conftest import log_in, session_rows

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


class Keyboard:
    """Somebody at the keyboard: counts what they press, and how often the page was loaded or the focus lost."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.strokes = 0
        self.loads = 0
        page.on("request", self._seen)

    def _seen(self, request: Request) -> None:
        self.loads += request.is_navigation_request()

    def watch_the_focus(self) -> None:
        """From now on every frame in which nothing has the focus is counted."""
        self.page.evaluate(
            """() => {
              window.framesWithoutFocus = 0;
              const look = () => {
                if (!document.activeElement || document.activeElement === document.body) window.framesWithoutFocus += 1;
                requestAnimationFrame(look);
              };
              look();
            }"""
        )

    def press(self, *keys: str) -> None:
        for key in keys:
            self.strokes += 1
            self.page.keyboard.press(key)

    def type_in(self, text: str) -> None:
        self.strokes += len(text)
        self.page.keyboard.type(text)

    def has_focus_in(self, words: str) -> bool:
        """Whether the field with the focus shows these words already."""
        return (
            self.page.evaluate(
                "() => { const e = document.activeElement; return e.matches('select') ? e.selectedOptions[0].textContent : e.value ?? ''; }"
            )
            == words
        )


def weigh(keyboard: Keyboard, row: dict[str, str], before: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Choose what the council's paper of 2022 says; what is the same as just before takes one key."""
    chosen = destinations(row)
    if chosen == before and row["sub_subject"] != PARTLY:
        keyboard.press("r")
        return chosen
    for position, (code, name) in enumerate(chosen):
        if position == 0:
            keyboard.press(KEY_OF[code])
        else:
            keyboard.press("Escape", "+")
            keyboard.type_in(DECISION_KINDS[code].label)
            keyboard.press("Tab")
        if name and not keyboard.has_focus_in(name):
            expect(keyboard.page.locator(":focus")).to_be_visible()
            keyboard.type_in(name)
    if row["sub_subject"] == PARTLY:
        keyboard.press("Escape", "d")
    if not keyboard.page.locator("#id_rationale").input_value():
        keyboard.press("Escape", "m")
        keyboard.type_in("Zie het plan.")
    return chosen


def test_an_officer_weighs_all_fifteen_points_with_the_keyboard_alone(page, live_server, anke, plan, fifteen_points):
    log_in(page, live_server, "anke")
    page.goto(f"{live_server.url}/blaricum/2027-2030/afwegen/")
    keyboard, before = Keyboard(page), []
    heading = page.locator("#punt-kop")
    for index, row in enumerate(session_rows()):
        expect(heading).to_have_text(row["sub_subject"])
        if index:
            expect(heading).to_be_focused()
        if index == 1:
            keyboard.watch_the_focus()
        if index == 2:  # take it on, and leave a note for colleagues
            expect(page.get_by_role("heading", name="Notities")).to_be_visible()
            keyboard.press("a")
            expect(page.get_by_text("U behandelt dit punt", exact=True)).to_be_visible()
            keyboard.press("n")
            keyboard.type_in("Navragen bij de politie.")
            keyboard.press("Control+Enter")
            expect(page.locator(".p-notes")).to_contain_text("Navragen bij de politie.")
            keyboard.press("Escape")
        before = weigh(keyboard, row, before)
        keyboard.press("Control+Enter")
        expect(page.get_by_text(f"Vastgelegd. {row['sub_subject']} gaat")).to_be_visible()
        if index == 4:  # back once, and the same again: three keys
            keyboard.press("u")
            expect(heading).to_have_text(row["sub_subject"])
            keyboard.press("r", "Control+Enter")
            expect(page.get_by_text(f"Vastgelegd. {row['sub_subject']} gaat")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Alle 15 punten zijn afgewogen")
    assert_the_real_outcome(plan)
    assert keyboard.loads == 0, "a full page was loaded"
    assert page.evaluate("window.framesWithoutFocus") == 0
    print(f"keystrokes for 15 points: {keyboard.strokes}")  # noqa: T201 shown by pytest -s


def test_a_repeated_decision_takes_two_keys_and_the_text_follows_the_point(page, live_server, logged_in, anke, plan, fifteen_points):
    with inside("blaricum"):
        text = "Over {onderwerp} maken we elk jaar afspraken."
        StandardRationale.objects.create(area=plan.area, kind="going_concern", name="Jaarlijks", text=text, is_usual=True)
    logged_in(page, "anke")
    page.goto(f"{live_server.url}/blaricum/2027-2030/afwegen/")
    keyboard, rows = Keyboard(page), session_rows()
    keyboard.press("1", "Control+Enter")
    expect(page.locator("#punt-kop")).to_have_text(rows[1]["sub_subject"])
    keyboard.strokes = 0
    keyboard.press("r", "Control+Enter")
    expect(page.locator("#punt-kop")).to_have_text(rows[2]["sub_subject"])
    assert keyboard.strokes == 2
    with inside("blaricum"):
        made = list(Decision.objects.order_by("pk"))
        assert [decision.rationale for decision in made] == [text.replace("{onderwerp}", row["sub_subject"]) for row in rows[:2]]
        assert all(decision.standard.name == "Jaarlijks" for decision in made)


def test_two_officers_on_one_point_see_each_other_and_the_second_gets_both_texts(browser, live_server, logged_in, anke, peter, overlast):
    address = f"{live_server.url}/blaricum/2027-2030/afwegen/{overlast.pk}/"
    pages = []
    for who in ("peter", "anke"):
        page = browser.new_context(locale="nl-NL", viewport={"width": 1280, "height": 800}).new_page()
        logged_in(page, who)
        page.goto(address)
        pages.append(page)
        expect(page.locator("[name=bekend]")).to_be_attached()
        page.wait_for_timeout(1500)
    first, second = pages
    expect(second.locator(".p-here")).to_have_text("Peter Vos heeft dit punt ook open")
    expect(second.locator("#p-live")).to_have_text("Peter Vos heeft dit punt ook open")
    for page, words in ((first, "De jeugd krijgt een eigen plek."), (second, "De jeugd krijgt voorlopig geen plek.")):
        page.keyboard.press("1")
        page.locator("#id_rationale").fill(words)
        page.keyboard.press("Control+Enter")
        if page is first:
            expect(page.get_by_role("heading", level=1)).to_have_text("Het enige punt is afgewogen")
    expect(second.get_by_role("heading", name="Peter Vos was eerder")).to_be_visible()
    expect(second.locator(".p-diff del")).to_contain_text("een eigen")
    expect(second.locator(".p-diff ins")).to_contain_text("voorlopig geen")
    second.get_by_role("button", name="Pas mijn voorstel eerst aan").click()
    expect(second.locator("#id_rationale")).to_have_value("De jeugd krijgt voorlopig geen plek.")
    second.keyboard.press("Control+Enter")
    expect(second.get_by_text("Vastgelegd. Jeugdoverlast gaat naar Going concern.")).to_be_visible()
    for page in pages:
        page.context.close()


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
