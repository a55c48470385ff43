"""The plan page: what stands on it for whom, and what it costs."""

import datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import pytest
import time_machine

from ivp_portal.organisation.access import inside
from priorities import services
from priorities.decision_kinds import LOCAL_PRIORITY, REGIONAL_PRIORITY
from priorities.models import Chapter, Plan, PlanPriority
from priorities.plan_page import plan_page
from priorities.rules import Choice, PriorityFacts
from tests.conftest import make_contribution, make_priority
from tests.priorities.conftest import weigh

URL = "/blaricum/2027-2030/plan/"
AT_WORK = datetime.date(2025, 4, 1)


def to(kind, priority):
    return Choice(kind, PriorityFacts(priority.pk, priority.title, priority.area.kind))


def priority_of(plan, title):
    with inside(plan.area):
        return plan.priorities.select_related("area").get(title=title)


def page_of(plan, today=AT_WORK):
    with inside(plan.area):
        fresh = Plan.objects.select_related("area").get(pk=plan.pk)  # a plan counts its points once in its life
        return plan_page(fresh, today)


def test_an_officer_finds_everything_there_is_to_do(client, anke, dated, overlast):
    client.force_login(anke)
    text = client.get(URL).text
    assert "Integraal Veiligheidsplan Blaricum 2027–2030" in text
    for name, args in (("plan-route", ()), ("plan-change", ()), ("plan-priorities", ()), ("chapter-add", ()), ("plan-propose", ())):
        assert reverse(f"priorities:{name}", args=["blaricum", "2027-2030", *args]) in text
    assert "Nog 1 punt afwegen" in text
    assert "Nog 6 hoofdstukken afmaken" in text


@pytest.mark.parametrize("who", ["carla", "gerda", "dirk"])
def test_who_does_not_write_finds_no_buttons_in_a_concept(client, request, who, dated):
    client.force_login(request.getfixturevalue(who))
    text = client.get(URL).text
    assert "Tot slot" in text
    assert "Leg voor aan de raad" not in text
    for name in ("plan-route", "plan-change", "plan-priorities", "chapter-add", "plan-propose", "plan-adopt", "plan-withdraw"):
        assert reverse(f"priorities:{name}", args=["blaricum", "2027-2030"]) not in text


def test_an_outsider_does_not_learn_that_the_plan_exists(client, bram, plan):
    client.force_login(bram)
    assert client.get(URL).status_code == 404
    assert client.get("/blaricum/2031-2034/plan/").status_code == 404


def test_before_the_council_the_officer_may_take_it_back_and_the_clerk_may_adopt(client, anke, gerda, proposed):
    client.force_login(anke)
    text = client.get(URL).text
    assert "Haal terug uit de raad" in text
    assert "Leg de vaststelling vast" not in text
    client.force_login(gerda)
    text = client.get(URL).text
    assert "Leg de vaststelling vast" in text
    assert "Haal terug uit de raad" not in text


@pytest.mark.parametrize("who", ["anke", "gerda", "carla"])
def test_an_adopted_plan_has_no_buttons(client, request, who, adopted):
    client.force_login(request.getfixturevalue(who))
    text = client.get(URL).text
    assert "woensdag 4 juni 2025, besluit 2025-88" in text
    for words in ("Leg voor", "Haal terug", "Leg de vaststelling", "toevoegen", "Datums wijzigen", "Kiezen en ordenen", "Nog leeg"):
        assert words not in text
    assert text.count("<form") == text.count('action="/uitloggen/"')


def test_the_route_has_four_steps_and_says_where_we_are(dated, overlast, anke):
    steps = page_of(dated).route
    assert [(step.label, step.is_done, step.is_now) for step in steps] == [
        ("Beeldvorming", True, False),
        ("Afweging", False, True),
        ("Oordeelsvorming", False, False),
        ("Besluitvorming", False, False),
    ]
    weigh(overlast, anke)
    assert [step.is_now for step in page_of(dated).route] == [False, False, True, False]
    late = page_of(dated, datetime.date(2025, 7, 1)).route
    assert [step.is_done for step in late] == [True, True, True, False], (
        "the council's step is done when it adopted, not when its day is past"
    )


def test_a_step_is_not_over_on_its_own_day(dated):
    assert not page_of(dated, datetime.date(2025, 3, 12)).route[0].is_done


def test_a_chapter_is_empty_started_or_filled_in(written):
    with inside(written.area):
        written.chapters.filter(number=2).update(lead="Alleen een inleiding.")
    labels = [line.state.label for line in page_of(written).chapters]
    assert labels == ["Ingevuld", "Bezig", *["Nog leeg"] * 5]


def test_each_priority_says_how_many_points_go_to_it(client, anke, plan, council_round, overlast):
    youth, digital = priority_of(plan, "Jeugd"), priority_of(plan, "Digitale veiligheid")
    phishing = make_contribution(council_round, "Phishing")
    weigh(overlast, anke, to(LOCAL_PRIORITY, youth), to(REGIONAL_PRIORITY, digital))
    weigh(phishing, anke, to(REGIONAL_PRIORITY, digital))
    weigh(phishing, anke, to(LOCAL_PRIORITY, youth))  # a second thought: only the decision that stands counts
    counts = {line.priority.title: line.points for line in page_of(plan).priorities}
    assert counts == {"Ondermijning": 0, "Digitale veiligheid": 1, "Jeugd": 2}


def test_a_point_that_goes_to_a_priority_outside_the_plan_is_pointed_out(plan, overlast, anke):
    weigh(overlast, anke, to(LOCAL_PRIORITY, priority_of(plan, "Jeugd")))
    assert page_of(plan).advised[0].done
    with inside(plan.area):
        left = [priority_of(plan, title) for title in ("Ondermijning", "Digitale veiligheid")]
        services.choose_priorities(plan, priorities=left, by=anke)
    item = page_of(plan).advised[0]
    assert not item.done
    assert "Jeugd" in item.label


def test_the_last_change_is_named_with_its_author(client, anke, peter, written):
    with inside(written.area):
        chapter = written.chapters.get(number=3)
        services.change_chapter(chapter, seen=1, title="Focus", lead="Kort.", body="Lang.", shows="", by=peter)
    client.force_login(anke)
    assert "door Peter Vos" in client.get(URL).text


def test_without_dates_the_plan_cannot_be_put_before_the_council_yet(client, anke, written):
    client.force_login(anke)
    text = client.get(URL).text
    assert "De route mist nog 3 datums" in text
    assert "Leg voor aan de raad" not in text


@time_machine.travel("2025-04-01T10:00:00+02:00")
def test_the_page_costs_the_same_with_three_and_with_thirty_of_everything(client, anke, dated, council_round):
    # session, user; door: area with lineage, memberships, wall; plan with its rounds and how many points stand where;
    # chapters, points per priority, priorities, those that hold no more, route, proposal, last change; a savepoint around the view (2).
    client.force_login(anke)
    grow(dated, council_round, anke, upto=3)
    few = queries(client)
    grow(dated, council_round, anke, upto=30)
    assert queries(client) == few
    assert few == 14


def grow(plan, council_round, by, *, upto):
    """Chapters, priorities and points up to this number of each."""
    with inside(plan.area):
        have = council_round.contributions.count()
    for number in range(have + 1, upto + 1):
        priority = make_priority(plan.area, f"Prioriteit {number}")
        with inside(plan.area):
            PlanPriority.objects.create(area=plan.area, plan=plan, priority=priority, position=number + 10)
            Chapter.objects.create(area=plan.area, plan=plan, number=number + 10, title=f"Hoofdstuk {number}")
        weigh(make_contribution(council_round, f"Punt {number}"), by, to(LOCAL_PRIORITY, priority))


def queries(client):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(URL).status_code == 200
    return len(captured)
