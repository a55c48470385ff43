"""What waits for somebody outside, over the whole plan."""

import datetime

import pytest
import time_machine

from ivp_portal.organisation.access import inside
from priorities import services
from tests.conftest import make_contribution
from tests.consultation.invitations import moment
from tests.priorities.test_questions import QUESTION, reachable

LIST = "/blaricum/2027-2030/afwegen/wachten/"


def ask_advice(point, by, *, name: str = "Veiligheidsregio", due: str = "2026-11-20"):
    with inside(point.area):
        return services.ask_advice(
            point, to_name=name, to_email="a@voorbeeld.nl", question="Kan dit?", due_on=datetime.date.fromisoformat(due), by=by
        )


@pytest.fixture
def waits(anke, overlast, council_round):
    """Advice asked on the first of November by the twentieth, and a question asked on the tenth, until the twenty-fourth."""
    with time_machine.travel(moment("2026-11-01 10:00"), tick=False):
        ask_advice(overlast, anke)
    point = reachable(council_round)
    with time_machine.travel(moment("2026-11-10 10:00"), tick=False), inside(point.area):
        services.ask_question(point, text=QUESTION, by=anke)
    return overlast, point


def list_at(client, user, when: str) -> str:
    with time_machine.travel(moment(when), tick=False):
        client.force_login(user)
        return client.get(LIST).text


def test_an_officer_sees_what_waits_how_long_and_what_is_late(client, anke, waits):
    page = list_at(client, anke, "2026-11-12 09:00")
    assert "2 vragen staan open." in page
    assert "Advies van Veiligheidsregio: Kan dit?" in page
    assert "11 dagen geleden" in page
    assert f"Vraag aan de inzender: {QUESTION}" in page
    assert "Te laat" not in page
    page = list_at(client, anke, "2026-11-21 09:00")
    assert "2 vragen staan open, 1 te laat." in page
    assert page.index("Veiligheidsregio") < page.index(QUESTION)


def test_what_came_in_was_withdrawn_or_lapsed_does_not_wait(client, anke, waits):
    overlast, _ = waits
    with inside(overlast.area):
        services.give_advice(overlast.advice_requests.get(), text="Ja.")
    services.lapse_questions(moment("2026-11-25 00:00"))
    assert "Er staat niets open." in list_at(client, anke, "2026-11-25 09:00")


def test_the_council_does_not_read_what_colleagues_ask(client, carla, waits):
    client.force_login(carla)
    assert client.get(LIST).status_code == 403


def test_the_list_costs_the_same_for_one_and_for_fifty(client, anke, waits, council_round, django_assert_num_queries):
    client.force_login(anke)
    for number in range(48):
        ask_advice(make_contribution(council_round, f"Punt {number}"), anke, due="2030-01-01")
    # savepoint; session, user; area, memberships, wall (2); plan; its rounds; requests, questions; the menu's plans and counts
    with django_assert_num_queries(QUERIES):
        assert "50 vragen staan open" in client.get(LIST).text


QUERIES = 9
