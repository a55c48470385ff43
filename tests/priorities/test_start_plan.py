"""Beginning a plan: its years, its rounds, its seven chapters."""

import datetime
import threading

from django.db import connection

import pytest
import time_machine

from consultation.models import Round
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from priorities import services
from priorities.models import Plan
from priorities.rules import RuleBroken

URL = "/hilversum/plannen/nieuw/"


def plans(area):
    with inside(area):
        return list(Plan.objects.of(area).order_by("starts_on"))


@pytest.fixture
def free_round(hilversum):
    moment = datetime.datetime(2026, 9, 1, 9, 0, tzinfo=datetime.UTC)
    end = moment + datetime.timedelta(days=60)
    with inside(hilversum):
        return Round.objects.create(area=hilversum, slug="inwoners", kind="residents", title="Inwoners", opens_at=moment, closes_at=end)


def test_a_plan_begins_with_seven_chapters_and_its_rounds(client, bram, hilversum, free_round):
    client.force_login(bram)
    response = client.post(URL, {"first_year": "2027", "last_year": "2030", "rounds": [free_round.pk]}, follow=True)
    assert response.redirect_chain == [("/hilversum/2027-2030/plan/", 302)]
    assert "Het plan is begonnen" in response.text
    (plan,) = plans(hilversum)
    with inside(hilversum):
        assert [(chapter.number, chapter.title, chapter.shows) for chapter in plan.chapters.all()] == [
            (1, "Inleiding", "weighing"),
            (2, "Veiligheidsbeeld", "figures"),
            (3, "Focus", ""),
            (4, "Prioriteiten", "priorities"),
            (5, "Communicatie", ""),
            (6, "Samenwerking op andere onderwerpen", ""),
            (7, "Tot slot", ""),
        ]
        assert list(plan.rounds.all()) == [free_round]
        assert [line.verb for line in LogEntry.objects.about(plan)] == ["plan.started"]


@time_machine.travel("2026-05-01T12:00:00+02:00")
def test_the_years_that_come_next_are_filled_in(client, bram, anke, plan):
    client.force_login(bram)
    text = client.get(URL).text
    assert 'value="2027"' in text
    assert 'value="2030"' in text
    client.force_login(anke)
    text = client.get("/blaricum/plannen/nieuw/").text
    assert 'value="2031"' in text
    assert 'value="2034"' in text


@pytest.mark.parametrize(
    ("first", "last", "answer"),
    [
        ("2027", "2031", "Een plan geldt ten hoogste 4 jaar. Kies 2030 of eerder."),
        ("2027", "2026", "Het laatste jaar ligt vóór 2027. Kies 2027 of later."),
        ("", "2030", "Vul ‘Eerste jaar’ in."),
        ("tweeduizend", "2030", "Vul een heel getal in"),
        ("1999", "2002", "Vul 2000 of meer in."),
    ],
)
def test_the_period_must_be_one_a_council_can_set(client, bram, hilversum, first, last, answer):
    client.force_login(bram)
    response = client.post(URL, {"first_year": first, "last_year": last})
    assert response.status_code == 422
    assert answer in response.text
    assert plans(hilversum) == []
    assert client.post(URL, {"first_year": "2027", "last_year": "2030"}).status_code == 302


def test_a_second_plan_cannot_begin_in_the_same_year(client, anke, plan):
    client.force_login(anke)
    response = client.post("/blaricum/plannen/nieuw/", {"first_year": "2027", "last_year": "2028"})
    assert response.status_code == 422
    assert "Er is al een plan dat in 2027 begint: 2027-2030. Kies een ander jaar." in response.text


def test_a_round_feeds_one_plan(client, anke, plan, council_round, free_round):
    client.force_login(anke)
    text = client.get("/blaricum/plannen/nieuw/").text
    assert council_round.title not in text
    assert free_round.title not in text  # that of another municipality
    response = client.post("/blaricum/plannen/nieuw/", {"first_year": "2031", "last_year": "2034", "rounds": [council_round.pk]})
    assert response.status_code == 422
    with inside(plan.area), pytest.raises(RuleBroken, match="hoort al bij een ander plan"):
        services.start_plan(
            plan.area, starts_on=datetime.date(2031, 1, 1), ends_on=datetime.date(2034, 12, 31), rounds=[council_round], by=anke
        )


def test_only_officers_of_the_municipality_begin_a_plan(client, anke, carla, gerda, dirk, bram, blaricum):
    for who, answer in ((carla, 403), (gerda, 403), (dirk, 403), (bram, 404)):
        client.force_login(who)
        assert client.post("/blaricum/plannen/nieuw/", {"first_year": "2027", "last_year": "2030"}).status_code == answer
    assert plans(blaricum) == []
    client.force_login(anke)
    assert client.post("/blaricum/plannen/nieuw/", {"first_year": "2027", "last_year": "2030"}).status_code == 302


def test_a_district_has_no_plan(client, dirk):
    client.force_login(dirk)
    assert client.get("/gooi-en-vechtstreek/plannen/nieuw/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_officers_who_begin_at_once_make_one_plan(hilversum, bram):
    ready, refused = threading.Barrier(2), []

    def start():
        try:
            ready.wait(timeout=20)
            with inside(hilversum):
                services.start_plan(hilversum, starts_on=datetime.date(2027, 1, 1), ends_on=datetime.date(2030, 12, 31), by=bram)
        except RuleBroken as broken:
            refused.append(str(broken))
        finally:
            connection.close()

    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(plans(hilversum)) == 1
    assert refused == ["Er is al een plan dat in 2027 begint: 2027-2030. Kies een ander jaar."]
