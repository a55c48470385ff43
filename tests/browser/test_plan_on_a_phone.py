"""A council member reads the plan on a phone of 320 pixels: only tables scroll, in a place of their own, and axe finds nothing."""

import pytest

from ivp_portal.organisation.access import inside
from priorities import services
from priorities.models import Phase, SectionKind
from priorities.services import ArgumentText
from tests.browser.axe import found_by_axe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = "Veiligheidshuissamenwerkingsovereenkomstvoorbereidingsbijeenkomst"
TEXT = f"## {LONG}\n\nEen zin met {LONG} erin.\n\nTabel: Cijfers\n\n| Jaar | {LONG} | Aantal |\n|---|---|---|\n| 2025 | ja | 3 |\n"


@pytest.fixture
def youth(plan, anke):
    """A local priority in a plan in which every text holds a word that is too long and a table that is too wide."""
    said = [ArgumentText(1, LONG, TEXT)]
    with inside(plan.area):
        services.add_chapter(plan, title=LONG, lead=LONG, body=TEXT, shows="priorities", by=anke)
        services.change_route(plan, steps={Phase.IMAGE_FORMING: services.Meeting(LONG, None, LONG)}, weigh_by=None, by=anke)
        proposal = {"title": LONG, "decision_points": LONG, "summary": TEXT}
        services.change_proposal(plan, seen=0, texts=proposal, arguments=said, caveats=said, by=anke)
        youth = plan.priorities.select_related("area").get(title="Jeugd")
        texts = {"title": LONG, "summary": LONG, "lead": LONG, "sections": dict.fromkeys(SectionKind, TEXT)}
        return services.change_priority(youth, seen=1, starts_on=youth.starts_on, ends_on=youth.ends_on, by=anke, **texts)


def test_every_page_of_the_plan_fits_a_phone(page, live_server, logged_in, carla, youth):
    page.set_viewport_size({"width": 320, "height": 640})
    logged_in(page, "carla")
    pages = ["2027-2030/plan/", "2027-2030/plan/hoofdstukken/1/", "2027-2030/voorstel/", "prioriteiten/", f"prioriteiten/{youth.pk}/"]
    for path in pages:
        response = page.goto(f"{live_server.url}/blaricum/{path}")
        assert response.status == 200
        assert page.get_by_text(LONG).first.is_visible(), path
        assert page.evaluate("document.documentElement.scrollWidth") == 320, path
        assert found_by_axe(page, rules={}) == [], path
