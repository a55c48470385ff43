"""Taking a suggestion over in a real browser: it comes beside the point by itself, and fills the form only when asked."""

import re

import pytest
from playwright.sync_api import expect

from consultation.models import Theme
from consultation.services import load_themes
from ivp_portal.organisation.access import inside
from priorities.models import Decision
from priorities.services import ask_to_learn
from priorities.suggestions.lessons import decided_points
from tests.browser.axe import found_by_axe
from tests.conftest import make_contribution
from tests.priorities.test_suggestions import PAGE, decided

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def scooters(council_round, plan, anke):
    """An open point with a suggestion, learnt from 42 decisions."""
    point = make_contribution(council_round, "Scooters en lachgas", text="Jongeren op scooters met lachgas bij het winkelcentrum.")
    load_themes()
    with inside("blaricum") as (blaricum,):
        youth = plan.priorities.get(title="Jeugd")
        themes = [Theme.objects.of(blaricum.lineage()[-1]).get(name=name) for name in ("Jeugdoverlast", "Verkeersveiligheid")]
    decided(council_round, anke, youth=youth, theme=themes)
    with inside("blaricum") as (blaricum,):
        assert len(decided_points(blaricum)) == 42
        ask_to_learn(blaricum, by=anke)
    return point


def test_a_suggestion_fills_the_form_when_asked_and_keeps_what_was_typed(page, live_server, logged_in, scooters):
    logged_in(page, "anke")
    page.goto(f"{live_server.url}/blaricum/2027-2030/afwegen/{scooters.pk}/")
    panel = page.get_by_role("region", name="Voorstel")
    expect(panel.get_by_text("U beslist.")).to_be_visible()
    choice = page.get_by_role("radio", name=re.compile("Lokale prioriteit"))
    expect(choice).not_to_be_checked()
    page.get_by_role("textbox", name="Motivering").fill("Wat ik zelf al schreef.")
    panel.get_by_role("link", name="Neem over in het formulier").click()
    expect(choice).to_be_checked()
    expect(page.get_by_label("Prioriteit bij ‘Lokale prioriteit’").first).to_have_value(re.compile(r"\d+"))
    expect(page.get_by_role("textbox", name="Motivering")).to_have_value("Wat ik zelf al schreef.")
    with inside("blaricum"):
        assert not Decision.objects.filter(contribution=scooters).exists()
    assert found_by_axe(page) == []


def test_one_press_gives_the_suggested_theme(page, live_server, logged_in, scooters):
    logged_in(page, "anke")
    page.goto(f"{live_server.url}/blaricum/2027-2030/afwegen/{scooters.pk}/")
    give = page.get_by_role("button", name="Geef thema ‘Jeugdoverlast’")
    give.click()
    expect(give).to_have_count(0)
    with inside("blaricum"):
        scooters.refresh_from_db()
        assert scooters.theme.name == "Jeugdoverlast"
    expect(page.get_by_role("heading", level=2, name="Scooters en lachgas")).to_be_visible()


def test_the_page_about_suggestions_with_figures_is_accessible_and_fits_a_phone(page, live_server, logged_in, scooters):
    logged_in(page, "anke")
    page.goto(live_server.url + PAGE)
    expect(page.get_by_text("Staat aan")).to_be_visible()
    assert found_by_axe(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
