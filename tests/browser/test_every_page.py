"""Every page in a real Chromium: axe reports nothing, 320 px needs no sideways scrolling, nothing is fetched from elsewhere."""

import pytest

from ivp_portal.organisation.access import inside
from priorities import services
from priorities.models import Plan
from tests.architecture.test_every_url import LINES, address_of, world
from tests.browser.axe import found_by_axe
from tests.conftest import make_contribution
from tests.priorities.conftest import weigh

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NO_PAGE = {
    "consultation:attachment-download",
    "consultation:import-problems",
    "public:invitation-file",
    "public:release-file",
    "reports:report-download",
    "web:health",
    "web:security-txt",
}
PAGES = [name for name, line in LINES.items() if line.get and name not in NO_PAGE]
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
READERS = {"priorities:plan-adopt": "gerda"}
PARTS = 6

__all__ = ["world"]


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_accessible_and_fits_a_narrow_phone(browser, live_server, logged_in, world, part):
    """One browser for a part of the pages: starting one for each would take longer than the pages themselves."""
    wrong, elsewhere, complaints = [], [], []
    for who in ("anke", "gerda"):
        names = [name for name in PAGES[part::PARTS] if READERS.get(name, "anke") == who]
        if not names:
            continue
        context = browser.new_context(locale="nl-NL", viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.on("request", lambda request: elsewhere.append(request.url) if not request.url.startswith(live_server.url) else None)
        page.on("console", lambda message: complaints.append(f"{message.text} {message.location}") if message.type == "error" else None)
        logged_in(page, who)
        for name in names:
            wrong += _looked_at(page, name, live_server.url + address_of(name, world))
        context.close()
    assert wrong == []
    assert [url for url in elsewhere if not url.startswith("data:")] == []
    assert complaints == []


def _looked_at(page, name: str, address: str) -> list[str]:
    """What is wrong with this page, on a screen and on a narrow phone."""
    page.set_viewport_size({"width": 1280, "height": 900})
    response = page.goto(address)
    if response.status != 200:
        return [f"{name}: {response.status}"]
    wrong = [f"{name}: {found}" for found in found_by_axe(page)]
    page.set_viewport_size({"width": 320, "height": 800})
    width = page.evaluate("document.documentElement.scrollWidth")
    return wrong + ([f"{name}: {width} px wide at 320"] if width > 320 else [])


AGREEMENT = {
    "anke": [
        "",
        "?status=alles",
        "?status=akkoord&lijst=1",
        "{waits}/",
        "{returned}/",
        "{waits}/akkoord/",
        "{agree}",
        "{outcome}",
        "{refused}",
    ],
    "peter": ["?status=akkoord", "{waits}/", "{waits}/akkoord/", "{waits}/erbij/", "{returned}/geschiedenis/", "voortgang/"],
    "carla": [
        "",
        "?status=alles&lijst=1",
        "{waits}/",
        "{returned}/",
        "{waits}/erbij/",
        "{returned}/geschiedenis/",
        "voortgang/",
        "voorstellen/",
    ],
}
"""Under afwegen/, while decisions wait for a second person; the words between braces are those of the fixture below."""


@pytest.fixture
def waiting_world(world, council_round, anke, peter):
    """One decision that waits, one handed back, and acts on many points: to look at, done, and refused."""
    waits, returned, third = (make_contribution(council_round, f"Punt over {name}") for name in ("licht", "lawaai", "loten"))
    with inside("blaricum") as (area,):
        services.change_way_of_working(area, needs_agreement=True, question_days=14, seen=0, by=anke)
    weigh(waits, anke)
    back = weigh(returned, anke)
    with inside("blaricum"):
        services.hand_back(back, by=peter, remark="Noem wanneer.")
        plan = Plan.objects.get(starts_on__year=2027)
        agree = services.prepare_batch(plan, "agree", [waits.pk, third.pk], {}, anke)
        words = {
            "choices": [{"kind": "going_concern", "priority": None, "named": ""}],
            "extent": "wholly",
            "rationale": "Gewoon werk.",
            "standard": None,
        }
        outcome = services.carry_out_batch(services.prepare_batch(plan, "decide", [third.pk], {}, anke), anke, values=words)
        refused = services.carry_out_batch(services.prepare_batch(plan, "agree", [waits.pk], {}, anke), anke)
        assert (outcome.status, refused.status) == ("done", "refused")
    many = {"agree": agree, "outcome": outcome, "refused": refused}
    return {"waits": waits.pk, "returned": returned.pk} | {name: f"samen/{batch.pk}/" for name, batch in many.items()}


@pytest.mark.parametrize("who", AGREEMENT)
def test_what_waits_for_agreement_and_many_at_once_are_accessible_and_fit(page, live_server, logged_in, waiting_world, who):
    logged_in(page, who)
    base = f"{live_server.url}/blaricum/2027-2030/afwegen/"
    assert [found for tail in AGREEMENT[who] for found in _looked_at(page, tail, base + tail.format(**waiting_world))] == []


def test_the_log_in_page_is_accessible_too(page, live_server):
    page.goto(f"{live_server.url}/inloggen/")
    assert found_by_axe(page) == []
