"""The plan's data, its route and its priorities: what officers fill in, and what the log keeps of it."""

import datetime

from django.utils import timezone

import pytest

from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from priorities import services
from priorities.models import Phase, Plan
from priorities.rules import RuleBroken
from tests.conftest import make_priority

DATA, ROUTE, PRIORITIES = (f"/blaricum/2027-2030/plan/{page}/" for page in ("gegevens", "route", "prioriteiten"))
DATES = {"image_forming_on_date": "2026-09-16", "opinion_forming_on_date": "2027-01-20", "decision_making_on_date": "2027-02-03"}


def fresh(plan):
    with inside(plan.area):
        return Plan.objects.get(pk=plan.pk)


def lines(plan, verb):
    with inside(plan.area):
        return list(LogEntry.objects.about(plan).filter(verb=verb))


def chosen(plan):
    with inside(plan.area):
        return list(plan.plan_priorities.values_list("priority__title", flat=True))


def test_the_data_of_the_plan_are_kept_and_logged(client, anke, plan):
    client.force_login(anke)
    data = {"motto": "Samen veilig", "portfolio_holder": "de burgemeester", "made_with": "de politie", "colophon": "Dit is *ons* plan."}
    assert client.post(DATA, data).status_code == 302
    found = fresh(plan)
    assert {name: getattr(found, name) for name in data} == data
    (line,) = lines(plan, "plan.changed")
    assert line.facts == {"before": dict.fromkeys(data, ""), "after": data}
    client.post(DATA, data)
    assert len(lines(plan, "plan.changed")) == 1


def test_a_motto_that_is_too_long_is_told_in_numbers(client, anke, plan):
    client.force_login(anke)
    response = client.post(DATA, {"motto": "m" * 161})
    assert response.status_code == 422
    assert "Dit zijn 161 tekens. Gebruik er ten hoogste 160." in response.text
    assert "m" * 161 in response.text


def test_the_route_is_filled_in_on_one_page(client, anke, plan):
    client.force_login(anke)
    data = DATES | {"opinion_forming_meeting": "Commissie", "decision_making_note": "Aanvang 20.00 uur", "weigh_by": "2026-12-04T17:00"}
    assert client.post(ROUTE, data).status_code == 302
    with inside(plan.area):
        steps = {step.phase: step for step in plan.route_steps.all()}
    assert [steps[phase].on_date.isoformat() for phase in Phase] == list(DATES.values())
    assert (steps["opinion_forming"].meeting, steps["decision_making"].note) == ("Commissie", "Aanvang 20.00 uur")
    assert timezone.localtime(fresh(plan).weigh_by).strftime("%d-%m-%Y %H:%M") == "04-12-2026 17:00"
    assert {line.facts["phase"] for line in lines(plan, "route.changed")} == set(Phase.values)
    assert 'value="2027-01-20"' in client.get(ROUTE).text


def test_a_route_may_be_filled_in_bit_by_bit(client, anke, plan):
    client.force_login(anke)
    assert client.post(ROUTE, {"opinion_forming_on_date": "2027-01-20"}).status_code == 302
    assert client.post(ROUTE, {}).status_code == 302
    with inside(plan.area):
        assert list(plan.route_steps.values_list("on_date", flat=True)) == [None] * 3


@pytest.mark.parametrize(
    ("wrong", "field", "answer"),
    [
        ({"opinion_forming_on_date": "2026-09-15"}, "opinion_forming_on_date", "Oordeelsvorming komt na beeldvorming (16-09-2026)."),
        ({"decision_making_on_date": "2027-01-19"}, "decision_making_on_date", "Besluitvorming komt na oordeelsvorming (20-01-2027)."),
        (
            {"opinion_forming_on_date": "", "decision_making_on_date": "2026-09-01"},
            "decision_making_on_date",
            "Besluitvorming komt na beeldvorming (16-09-2026).",
        ),
        ({"image_forming_on_date": "2026-02-30"}, "image_forming_on_date", "Deze dag bestaat niet."),
    ],
)
def test_the_steps_follow_each_other(client, anke, plan, wrong, field, answer):
    client.force_login(anke)
    response = client.post(ROUTE, DATES | wrong)
    assert response.status_code == 422
    assert answer in response.text
    assert f'href="#id_{field}"' in response.text
    with inside(plan.area):
        assert not plan.route_steps.exists()


def test_two_steps_may_be_on_one_day(client, anke, plan):
    client.force_login(anke)
    assert client.post(ROUTE, DATES | {"opinion_forming_on_date": "2027-02-03"}).status_code == 302


def test_the_service_refuses_a_route_out_of_order_too(anke, plan):
    steps = {
        Phase.IMAGE_FORMING: services.Meeting(on_date=datetime.date(2027, 1, 2)),
        Phase.DECISION_MAKING: services.Meeting(on_date=datetime.date(2027, 1, 1)),
    }
    with inside(plan.area), pytest.raises(RuleBroken, match="Besluitvorming komt na beeldvorming"):
        services.change_route(plan, steps=steps, weigh_by=None, by=anke)


def places(plan, **by_title):
    """The form with a place for the priorities named; the others stay out."""
    with inside(plan.area):
        found = {priority.title: priority.pk for priority in plan.priorities.all()}
    return {f"place_{pk}": str(by_title.get(title.split()[0], "")) for title, pk in found.items()}


def test_priorities_stand_in_the_order_of_their_places(client, anke, plan):
    client.force_login(anke)
    assert client.post(PRIORITIES, places(plan, Jeugd=1, Digitale=3, Ondermijning=2)).status_code == 302
    assert chosen(plan) == ["Jeugd", "Ondermijning", "Digitale veiligheid"]
    (line,) = lines(plan, "plan.priorities_chosen")
    assert line.facts["before"] == ["Ondermijning", "Digitale veiligheid", "Jeugd"]
    assert line.facts["after"] == ["Jeugd", "Ondermijning", "Digitale veiligheid"]
    client.post(PRIORITIES, places(plan, Jeugd=1, Digitale=3, Ondermijning=2))
    assert len(lines(plan, "plan.priorities_chosen")) == 1


def test_a_priority_without_a_place_leaves_the_plan(client, anke, plan):
    client.force_login(anke)
    client.post(PRIORITIES, places(plan, Jeugd=2))
    assert chosen(plan) == ["Jeugd"]


def test_two_priorities_cannot_have_one_place(client, anke, plan):
    client.force_login(anke)
    response = client.post(PRIORITIES, places(plan, Jeugd=1, Digitale=1))
    assert response.status_code == 422
    assert "Op plaats 1 staat al ‘Digitale veiligheid’. Kies een andere plaats." in response.text
    assert len(chosen(plan)) == 3


def test_only_priorities_that_reach_the_plan_are_offered(client, anke, plan, hilversum, blaricum, areas):
    foreign = make_priority(hilversum, "Drugshandel op straat")
    later = make_priority(blaricum, "Over tien jaar", year=2036)
    unit = make_priority(areas["midden-nederland"], "Mensenhandel")
    client.force_login(anke)
    text = client.get(PRIORITIES).text
    assert unit.title in text
    assert foreign.title not in text
    assert later.title not in text
    client.post(PRIORITIES, {f"place_{foreign.pk}": "1", f"place_{later.pk}": "2", f"place_{unit.pk}": "3"})
    assert chosen(plan) == ["Mensenhandel"]


def test_the_service_refuses_what_the_form_does_not_offer(anke, plan, hilversum):
    foreign = make_priority(hilversum, "Drugshandel op straat")
    with inside(plan.area), pytest.raises(RuleBroken, match="geldt hier niet"):
        services.choose_priorities(plan, priorities=[foreign], by=anke)
    with inside(plan.area):
        youth = plan.priorities.get(title="Jeugd")
        with pytest.raises(RuleBroken, match="twee keer"):
            services.choose_priorities(plan, priorities=[youth, youth], by=anke)
    assert len(chosen(plan)) == 3


@pytest.mark.parametrize("url", [DATA, ROUTE, PRIORITIES])
def test_only_officers_of_the_municipality_change_a_plan(client, anke, carla, gerda, dirk, bram, plan, url):
    for who, answer in ((carla, 403), (gerda, 403), (dirk, 403), (bram, 404)):
        client.force_login(who)
        assert client.get(url).status_code == client.post(url, {}).status_code == answer
    client.force_login(anke)
    assert client.get(url).status_code == 200
