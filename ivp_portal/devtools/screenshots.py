"""The pictures of docs/handleiding, made of the sample. `python3 dev.py screenshots` runs this on servers that hold nothing else.

The clock stands at MOMENT and the browser speaks Dutch, so that the same source gives the same pictures.
"""

import contextlib
import csv
import io
import logging
import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.utils.formats import date_format

import time_machine
from PIL import Image  # WeasyPrint brings it
from playwright.sync_api import Browser, FilePayload, Page, sync_playwright

from ivp_portal.devtools.console import ROOT, Failure, say
from ivp_portal.devtools.processes import HOST
from ivp_portal.sample.accounts import SAMPLE_PASSWORD

PICTURES = ROOT / "docs" / "handleiding" / "beelden"
SPREADSHEET = ROOT / "ivp_portal" / "sample" / "data" / "voorbeeld-raadssessie.csv"
MOMENT = datetime(2026, 11, 24, 10, 30, tzinfo=ZoneInfo("Europe/Amsterdam"))  # a Tuesday on which the sample's weighing is half-way

DESK, PHONE = 1280, 390  # CSS pixels wide
DESK_HEIGHT, PHONE_HEIGHT = 860, 844
COLOURS = 96  # enough for our letters on our colours; a third of the bytes
LARGEST_BYTES, LARGEST_TOTAL_BYTES = 150_000, 2_000_000  # a manual is also read over a slow line

BLARICUM, OLD, NEW = "/blaricum", "/blaricum/2023-2026", "/blaricum/2027-2030"
SESSION = f"{BLARICUM}/inbreng/blaricum-raadssessie-2026"
RESIDENTS, TAKE_PART = f"{BLARICUM}/inbreng/blaricum-inwoners-2026", f"{BLARICUM}/meedoen/blaricum-inwoners-2026/"
STRATEGY = "/midden-nederland/inbreng/strategie-2019-2022"

ADDRESSES = """Politie Gooi Noord (voorbeeld); politie@voorbeeld.nl
Dudok Wonen (voorbeeld); wonen@voorbeeld.nl
Stichting Dorpshart (voorbeeld); dorpshart@voorbeeld.nl"""
NAMING = "Meneer De Wit van Voorbeeldlaan 12 rijdt elke avond te hard door onze straat. Bel mij gerust: 06 12345678."
LIGHTS = "De lantaarnpalen bij het bankje in het park zijn al weken stuk. Ik loop daar ’s avonds niet meer. (voorbeeld)"
UNCLEAR = "Bij het hertenkamp is het ’s avonds niet pluis. Daar moet iets aan gebeuren. (voorbeeld)"
A_QUESTION = "Wat maakt dat u zich daar niet veilig voelt: is het te donker, of gebeurt er iets? (voorbeeld)"
EDITS = " De wijkagent koppelt dit terug in de bewonersavond. (voorbeeld)", " Over een jaar kijken we of het hielp. (voorbeeld)"
A_CODE = "BLA 7K3M 92QD 4XTP"


@dataclass(frozen=True)
class Picture:
    """One picture: who looks, at which address, what they do first and what is the last thing in view."""

    name: str
    who: str
    address: str
    do: Callable[[Page], object] = lambda page: None
    ends_at: str = ""
    """Selector of the last thing shown; '' shows one screenful."""
    ends_before: str = ""
    """Selector of the first thing not shown."""
    on_a_phone: bool = False


def choose_regional(page: Page) -> None:
    """Weigh the first open point as far as the button."""
    wait_for_panels(page)
    page.keyboard.press("2")
    page.locator("#id_first_regional_priority").select_option(label="Digitale veiligheid")
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")


def wait_for_panels(page: Page) -> None:
    """What stands beside a point comes after the page."""
    page.locator("#erbij[hx-trigger=load]").wait_for(state="detached")


def record(page: Page) -> None:
    """Weigh the first open point."""
    choose_regional(page)
    page.keyboard.press("Control+Enter")
    page.get_by_text("Vastgelegd.").wait_for()
    wait_for_panels(page)


def try_spreadsheet(page: Page) -> None:
    """Look at the trial of the sample's spreadsheet."""
    page.locator("input[type=file]").set_input_files(SPREADSHEET)
    page.get_by_role("button", name="Bekijk de proef").click()
    page.get_by_role("heading", name="Zo komt het binnen").wait_for()


def make_papers(page: Page) -> None:
    """Have every paper of the plan made."""
    for title in page.locator("#id_document option").all_inner_texts():
        page.get_by_label("Soort").select_option(label=title)
        page.get_by_role("button", name="Maak document").click()
        page.get_by_text(f"{title} wordt gemaakt").wait_for()
    page.reload()
    # PostgreSQL, which writes down when a paper was ready, has a clock of its own.
    page.locator(".p-file .p-meta > span:last-child").evaluate_all(
        r"(spans, at) => spans.forEach((span) => { span.textContent = span.textContent.replace(/\d+ \w+ \d+, [\d.]+ uur/, at) })",
        date_format(MOMENT, r"j F Y, H.i \u\u\r"),
    )


def follow(*names: str) -> Callable[[Page], None]:
    """Click the first link of each name, one page after the other."""

    def click_all(page: Page) -> None:
        for name in names:
            page.get_by_role("link", name=name, exact=True).first.click()
            page.wait_for_load_state()

    return click_all


def open_first(page: Page) -> None:
    """Open the first row of a list."""
    page.locator("main tbody th a").first.click()
    page.wait_for_load_state()


def split_letter(page: Page) -> None:
    """Open the letter that waits, to make points of it."""
    open_first(page)
    follow("Splits in punten")(page)


def invite_many(page: Page) -> None:
    """Put three bodies in the list of who is invited."""
    page.locator("#id_kind").select_option("partner")
    page.locator("#id_lines").fill(ADDRESSES)
    page.get_by_role("button", name="Neem over").click()
    page.get_by_role("heading", name="Uitnodigingen", exact=True).wait_for()


def write_as_invited(page: Page) -> None:
    """What the first body in the list sees when it follows its link."""
    from consultation.links import invitation_token  # needs Django, which main() sets up
    from consultation.models import Invitation

    address = page.locator("main tbody th a").first.get_attribute("href") or ""
    token = invitation_token(Invitation(pk=int(address.rstrip("/").rpartition("/")[2])))
    page.goto(f"{BLARICUM}/meedoen/uitnodiging/{token}/")
    page.get_by_role("heading", name="Leg voor aan een collega").wait_for()


def name_somebody(page: Page) -> None:
    """Enter a point that names a neighbour, and look at it as the officer who must."""
    page.locator("#id_subject").fill("Verkeer en parkeren")
    page.locator("#id_sub_subject").fill("Te hard rijden (voorbeeld)")
    page.locator("#id_text").fill(NAMING)
    page.locator("#id_channel").select_option("letter")
    page.get_by_role("button", name="Sla op", exact=True).click()
    page.get_by_role("link", name="Nakijken", exact=True).click()
    page.get_by_role("heading", name="Persoonsgegevens nakijken").wait_for()


def hand_in(page: Page, text: str = LIGHTS) -> None:
    """Fill in the public form, no quicker than a person, and look at the receipt."""
    page.locator("textarea").first.fill(text)
    page.wait_for_timeout(4000)
    page.get_by_role("button", name="Verstuur", exact=True).click()
    page.get_by_role("heading", name="Dank u wel").wait_for()
    hold_still(page)


def follow_up(page: Page) -> None:
    """The status page of what was just handed in."""
    hand_in(page)
    follow("Naar mijn statuspagina")(page)
    hold_still(page)


def weigh_together(page: Page) -> None:
    """Tick three points of the queue and say where they go, as far as the button."""
    for box in page.locator("#rij-keuze input[name=punt]").all()[:3]:
        box.check()
    page.get_by_role("button", name="Samen afwegen").click()
    page.get_by_role("radio", name="Going concern").check()
    page.locator("#samen-punten .p-to").first.wait_for()  # what each becomes
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")


def read_back(page: Page) -> None:
    """Take the weighed points along, change the words of two, and look at the differences."""
    answer = page.request.get(f"{NEW}/afwegen/uitvoer/csv/?status=afgewogen")
    rows = list(csv.DictReader(io.StringIO(answer.body().decode("utf-8-sig")), delimiter=";"))
    for row, words in zip(rows, EDITS, strict=False):
        row["Motivering"] += words
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, list(rows[0]), delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    file = FilePayload(name="motiveringen.csv", mimeType="text/csv", buffer=sheet.getvalue().encode())
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Bekijk de verschillen").click()
    page.get_by_role("heading", name="Wat er verandert").wait_for()


def work_with_agreement(page: Page) -> None:
    """From now on a second person agrees; and weigh a point, so that something waits."""
    page.get_by_label("Een tweede persoon moet akkoord geven").check()
    page.get_by_role("button", name="Sla op").click()
    page.goto(f"{NEW}/afwegen/")
    record(page)
    page.goto(f"{BLARICUM}/werkwijze/")


def read_second(page: Page) -> None:
    """What a colleague has weighed, with the button to agree."""
    wait_for_panels(page)
    set_moment(page)


def asked_about(page: Page) -> None:
    """What a sender sees who follows the link in a mail with a question."""
    from priorities.models import Question  # needs Django, which main() sets up
    from priorities.triage.links import token_of

    page.locator("input[type=email]").fill("inwoner@voorbeeld.nl")
    hand_in(page, UNCLEAR)
    desk = browser_of(page).new_context(base_url=page.url, locale="nl-NL", timezone_id="Europe/Amsterdam").new_page()
    log_in(desk, "anke")
    desk.goto(f"{NEW}/afwegen/?zoek=hertenkamp")
    desk.get_by_role("link", name="Stel een vraag").click()
    desk.get_by_label("Uw vraag").fill(A_QUESTION)
    desk.get_by_role("button", name="Verstuur vraag").click()
    desk.get_by_text("Wacht op reactie").wait_for()
    desk.context.close()
    page.goto(f"{BLARICUM}/meedoen/vraag/{token_of(Question(pk=1))}/")


def browser_of(page: Page) -> Browser:
    """The browser a page is in; Failure when it has none."""
    if (browser := page.context.browser) is None:
        raise Failure("This page has no browser.")
    return browser


def set_moment(page: Page) -> None:
    """PostgreSQL, which writes down when something was decided, has a clock of its own."""
    page.locator("main").evaluate(
        r"""(main, moment) => {
            const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                walker.currentNode.data = walker.currentNode.data.replace(/[a-z]+ \d+ [a-z]+ \d{4}, \d\d\.\d\d uur/, moment);
            }
        }""",
        date_format(MOMENT, r"l j F Y, H.i \u\u\r"),
    )


def hold_still(page: Page) -> None:
    """What differs each time, as if it did not: the minute of today, and the code, which is drawn by lot."""
    page.locator("main").evaluate(
        r"""(main, [now, code]) => {
            const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
            const day = now.slice(0, now.indexOf(","));
            while (walker.nextNode()) {
                const node = walker.currentNode;
                node.data = node.data.replace(new RegExp(day + ", \d\d\.\d\d"), now).replace(/[A-Z]{3}( [2-9A-Z]{4}){3}/, code);
            }
        }""",
        [date_format(MOMENT, "j F Y, H.i"), A_CODE],
    )


def open_menu(page: Page) -> None:
    """Open the menu of a narrow screen."""
    page.locator("summary", has_text="Menu").click()


SETTLED = "document.fonts.ready.then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))"
LAST = "main > :last-child"
# In this order: what one does, the next ones see. What comes after the council's papers adds points, and would change the counts above.
MANUAL = (
    Picture("inloggen", "", "/inloggen/", ends_at=".p-signin"),
    Picture("start", "anke", f"{NEW}/", ends_at=LAST),
    Picture("ronde", "anke", f"{SESSION}/"),
    Picture("inlezen-bestand", "anke", f"{SESSION}/inlezen/", ends_at=".p-cols"),
    Picture("inlezen-proef", "anke", f"{SESSION}/inlezen/", try_spreadsheet, ends_at="form.p-panel >> nth=0"),
    Picture("afwegen", "anke", f"{NEW}/afwegen/", choose_regional, ends_at=".p-triage__grid"),
    Picture("afwegen-vastgelegd", "anke", f"{NEW}/afwegen/", record),
    Picture("plan", "anke", f"{NEW}/plan/", ends_at=LAST),
    Picture("hoofdstuk-schrijven", "anke", f"{NEW}/plan/hoofdstukken/1/"),
    Picture("prioriteit-schrijven", "anke", f"{BLARICUM}/prioriteiten/", follow("High Impact Crimes", "Bewerk deze prioriteit")),
    Picture("raadsvoorstel-schrijven", "anke", f"{NEW}/voorstel/"),
    Picture("voorleggen", "anke", f"{NEW}/plan/voorleggen/", ends_at="main form"),
    Picture("vaststellen-nog-niet", "gerda", f"{NEW}/plan/vaststellen/", ends_at="main li >> nth=4"),
    Picture("documenten", "gerda", f"{OLD}/documenten/", make_papers, ends_at=".p-cols"),
    Picture("vaststellen", "hanna", "/hilversum/2023-2026/plan/vaststellen/", ends_at="main form"),
    Picture("raadslid-menu", "carla", f"{NEW}/", open_menu, on_a_phone=True),
    Picture("raadslid-plan", "carla", f"{OLD}/plan/", on_a_phone=True),
    Picture("raadslid-prioriteit", "carla", f"{BLARICUM}/prioriteiten/", follow("Jeugd"), on_a_phone=True),
    Picture("raadslid-afweging", "carla", f"{NEW}/afwegen/?status=afgewogen", ends_before=".p-decide__body > :last-child", on_a_phone=True),
    Picture("district", "dirk", "/gooi-en-vechtstreek/", ends_at=LAST),
    Picture("district-prioriteit", "dirk", "/gooi-en-vechtstreek/prioriteiten/", follow("Digitale veiligheid", "Bewerk deze prioriteit")),
    Picture("uitnodigingen-gemeenten", "nora", f"{STRATEGY}/uitnodigingen/"),
    Picture("brief-splitsen", "nora", f"{STRATEGY}/inzendingen/", split_letter),
    Picture("ronde-maken", "anke", f"{BLARICUM}/inbreng/nieuwe-ronde/", ends_at=".p-choices"),
    Picture("ronde-inwoners", "anke", f"{RESIDENTS}/"),
    Picture("themas", "anke", f"{BLARICUM}/inbreng/themas/"),
    Picture("uitnodigingen", "anke", f"{RESIDENTS}/uitnodigingen/veel/", invite_many, ends_at="main table"),
    Picture("uitnodiging-schrijven", "anke", f"{RESIDENTS}/uitnodigingen/", write_as_invited),
    Picture("nakijken", "anke", f"{RESIDENTS}/nieuw/", name_somebody, ends_at="main section.p-panel >> nth=0"),
    Picture("voortgang", "anke", f"{RESIDENTS}/voortgang/?toon=alles", hold_still),
    Picture("standaardteksten", "anke", f"{BLARICUM}/standaardteksten/"),
    Picture("samen-afwegen", "anke", f"{NEW}/afwegen/", weigh_together, ends_at="main form"),
    Picture("teruglezen", "anke", f"{NEW}/afwegen/teruglezen/", read_back),
    Picture("werkwijze", "anke", f"{BLARICUM}/werkwijze/", work_with_agreement, ends_at="main form"),
    Picture("akkoord", "peter", f"{NEW}/afwegen/?status=akkoord", read_second),
    Picture("meedoen-formulier", "", TAKE_PART, on_a_phone=True),
    Picture("meedoen-ontvangst", "", TAKE_PART, hand_in, on_a_phone=True),
    Picture("meedoen-status", "", TAKE_PART, follow_up, on_a_phone=True),
    Picture("meedoen-vraag", "", TAKE_PART, asked_about, on_a_phone=True),
)


def main() -> None:
    """Make every picture again; Failure when they have become too large. The database under IVP_VAR is empty."""
    from ivp_portal.wsgi import application  # sets Django up

    settings.CELERY_TASK_ALWAYS_EAGER = True  # papers are made at once, by the server below
    logging.getLogger("django.server").setLevel(logging.ERROR)
    with time_machine.travel(MOMENT, tick=True):
        call_command("migrate", verbosity=0)
        call_command("load_sample", stdout=io.StringIO())
        with served(application) as site, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=browser_words(), env={**os.environ, "LANGUAGE": "nl"}
            )
            files = dict(take_all(browser, site))
            browser.close()
    check_sizes(files)
    PICTURES.mkdir(parents=True, exist_ok=True)
    for old in PICTURES.glob("*.png"):
        old.unlink()
    for name, content in files.items():
        (PICTURES / f"{name}.png").write_bytes(content)
    say(f"  {len(files)} pictures, {sum(map(len, files.values())) // 1000} kB, in {PICTURES.relative_to(ROOT)}")


def browser_words() -> list[str]:
    """Chromium's options: Dutch, drawing everything anew in one way, and no looking things up by itself. As root it has no sandbox."""
    drawing = ["--font-render-hinting=none", "--disable-lcd-text", "--disable-partial-raster", "--num-raster-threads=1", "--disable-gpu"]
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic", "--no-first-run"]
    return ["--lang=nl", *drawing, *quiet, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


@contextlib.contextmanager
def served(application: WSGIHandler) -> Iterator[str]:
    """The portal in a thread of this process, whose clock it shares; its address."""
    server = ThreadedWSGIServer((HOST, 0), WSGIRequestHandler)
    server.set_app(application)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def take_all(browser: Browser, site: str) -> Iterator[tuple[str, bytes]]:
    """The name and the PNG of each picture, with a window and a login of its own for each person."""
    for (who, on_a_phone), pictures in groupby(MANUAL, key=lambda picture: (picture.who, picture.on_a_phone)):
        size = (PHONE, PHONE_HEIGHT) if on_a_phone else (DESK, DESK_HEIGHT)
        context = browser.new_context(
            base_url=site,
            locale="nl-NL",
            timezone_id="Europe/Amsterdam",
            reduced_motion="reduce",
            viewport={"width": size[0], "height": size[1]},
        )
        page = context.new_page()
        if who:
            log_in(page, who)
        for picture in pictures:
            yield picture.name, take(page, picture, *size)
        context.close()


def log_in(page: Page, username: str) -> None:
    """Come in as one of the sample's people."""
    page.goto("/inloggen/")
    page.get_by_label("Gebruikersnaam").fill(username)
    page.get_by_label("Wachtwoord").fill(SAMPLE_PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(lambda url: "/inloggen/" not in url)


def take(page: Page, picture: Picture, width: int, height: int) -> bytes:
    """One picture as a small PNG. Raises Failure when the page is not there."""
    answer = page.goto(picture.address)
    if answer is None or not answer.ok:
        raise Failure(
            f"{picture.name}: {picture.address} answers {answer.status if answer else 'nothing'} to {picture.who or 'a visitor'}."
        )
    picture.do(page)
    if not picture.who:
        page.evaluate("document.activeElement.blur()")
    bottom = height
    if selector := picture.ends_at or picture.ends_before:
        box = page.locator(selector).first.bounding_box()
        if box is None:
            raise Failure(f"{picture.name}: nothing on {picture.address} is {selector}.")
        bottom = round(box["y"] + (box["height"] + 24 if picture.ends_at else -8))
        page.set_viewport_size(
            {"width": width, "height": max(height, bottom)}
        )  # not full_page: what sticks to the window stays where it is
    page.mouse.move(0, 0)  # nothing is pointed at
    page.evaluate(SETTLED)
    try:
        shot = page.screenshot(clip={"x": 0, "y": 0, "width": width, "height": bottom}, animations="disabled", caret="hide")
    finally:
        page.set_viewport_size({"width": width, "height": height})
    return small(shot)


def small(png: bytes) -> bytes:
    """The same picture in COLOURS colours, without anything beside it."""
    made = io.BytesIO()
    with Image.open(io.BytesIO(png)) as image:
        image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(made, "PNG", optimize=True)
    return made.getvalue()


def check_sizes(files: dict[str, bytes]) -> None:
    """Raise Failure when a picture, or all together, weigh too much for a page that is read over a slow line."""
    large = [f"{name} ({len(content) // 1000} kB)" for name, content in files.items() if len(content) > LARGEST_BYTES]
    if large or sum(map(len, files.values())) > LARGEST_TOTAL_BYTES:
        raise Failure(
            f"Too large: {', '.join(large) or 'all pictures together'}. Show less of the page (ends_at in {Path(__file__).name})."
        )


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"\n{failure}")
