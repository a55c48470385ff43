"""What waits for somebody outside, over the whole plan."""

import datetime
import re

import pytest
import time_machine

from consultation.services import freeze_round
from ivp_portal.organisation.access import inside
from priorities import services
from priorities.models import QueueRow
from tests.conftest import make_contribution
from tests.consultation.invitations import moment
from tests.priorities.test_handling import work_at
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
    assert f"Vraag aan de inbrenger: {QUESTION}" in page
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


def test_after_its_term_a_question_waits_for_nobody_before_the_job_ran_too(client, anke, waits):
    _, point = waits
    page = list_at(client, anke, "2026-11-25 00:01")
    assert "1 vraag staat open, 1 te laat." in page, "only the advice"
    assert QUESTION not in page
    with time_machine.travel(moment("2026-11-25 00:01"), tick=False):
        client.force_login(anke)
        panel = client.get(work_at(point)).text
    assert "Geen reactie ontvangen" in panel
    assert "Reageren kon tot dinsdag 24 november 2026" in panel
    assert LIST not in panel


@time_machine.travel(moment("2026-11-12 09:00"), tick=False)
def test_an_officer_finds_the_list_from_the_start_page_and_from_a_point_that_waits(client, anke, carla, waits):
    overlast, point = waits
    start = "/blaricum/2027-2030/"
    client.force_login(anke)
    assert "2 vragen wachten op een antwoord" in client.get(start).text
    for waiting in (overlast, point):
        assert f'href="{LIST}"' in client.get(work_at(waiting)).text
    with inside(overlast.area):
        services.give_advice(overlast.advice_requests.get(), text="Ja.")
    assert "1 vraag wacht op een antwoord" in client.get(start).text
    assert LIST not in client.get(work_at(overlast)).text
    client.force_login(carla)
    assert "op een antwoord" not in client.get(start).text


def rows_of(client, user) -> dict[str, str]:
    """The queue as somebody sees it: the id of a point -> what stands under its name."""
    client.force_login(user)
    page = client.get("/blaricum/2027-2030/afwegen/?lijst=1").text
    return dict(re.findall(r'afwegen/(\d+)/"[^>]*>.*?p-queue__m">(.*?)</span>', page))


def test_the_queue_marks_a_point_somebody_was_asked_about_until_it_is_answered_or_over_and_only_for_officers(client, anke, carla, waits):
    overlast, point = waits
    for asked in waits:
        assert rows_of(client, anke)[str(asked.pk)].endswith("· wacht op antwoord")
    assert "wacht op antwoord" not in " ".join(rows_of(client, carla).values())
    with inside(overlast.area):
        services.give_advice(overlast.advice_requests.get(), text="Ja.")
    assert "antwoord" not in rows_of(client, anke)[str(overlast.pk)]
    services.lapse_questions(moment("2026-11-25 00:00"))
    assert "antwoord" not in rows_of(client, anke)[str(point.pk)]
    with inside(overlast.area):
        assert services.refresh_queue(overlast.area) == 0, "the rows were right"
        QueueRow.objects.filter(pk=point.pk).update(asked=True)
        assert services.refresh_queue(overlast.area) == 1


def test_after_adoption_nothing_waits_any_more(client, anke, waits, council_round):
    with inside(council_round.area):
        freeze_round(council_round, by=None)
    assert "Er staat niets open." in list_at(client, anke, "2026-11-12 09:00")


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


QUERIES = 8
