"""Beside the open point: take it, leave a note and use an advice by keyboard, with only the panel renewed and the focus never lost."""

import datetime

from django.utils import timezone

import pytest

from ivp_portal.organisation.access import inside
from priorities import services

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def advised(anke, peter, overlast):
    """A point of Peter's about which the police gave advice."""
    with inside(overlast.area):
        services.assign(overlast, to=peter, by=anke)
        due_on = timezone.localdate() + datetime.timedelta(days=10)
        asked = services.ask_advice(
            overlast, to_name="Politie", to_email="p@voorbeeld.nl", question="Herkent u dit?", due_on=due_on, by=anke
        )
        services.give_advice(asked, text="Ja, elke vrijdag.")
    return overlast


def test_an_officer_works_at_a_point_without_leaving_it(page, live_server, logged_in, advised):
    logged_in(page, "anke")
    page.goto(f"{live_server.url}/blaricum/2027-2030/afwegen/{advised.pk}/?bron=council")
    page.wait_for_selector("#erbij-werk")
    address = page.url
    loads = []
    page.on("load", lambda: loads.append(page.url))

    page.keyboard.press("a")
    page.wait_for_selector("#erbij-werk >> text=U behandelt dit punt.")
    assert page.evaluate("document.activeElement.id") == "werk-kop"
    assert page.inner_text("#punt-behandelaar") == "Anke de Boer"

    page.keyboard.press("n")
    page.keyboard.type("Bel de wijkagent.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Notities (1)")
    assert page.evaluate("document.activeElement.id") == "werk-kop"

    page.keyboard.press("n")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Nog niet bewaard")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    page.get_by_label("Notitie", exact=True).fill("Hij belt terug.")
    page.get_by_role("button", name="Bewaar notitie").click()
    page.wait_for_selector("text=Notities (2)")

    page.get_by_role("button", name="Zet in de motivering").click()
    assert page.input_value("#id_rationale") == "Ja, elke vrijdag."
    assert (page.url, loads) == (address, [])
