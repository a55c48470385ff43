"""A priority gets another level or is withdrawn: what was decided with it is listed as ‘te herzien’, and nothing changes by itself."""

import datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import pytest

from consultation.models import Round
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from ivp_portal.organisation.roles import Role
from ivp_portal.organisation.services import grant_membership
from priorities import services
from priorities.decision_kinds import LOCAL_PRIORITY, REGIONAL_PRIORITY, WITHIN_PRIORITY
from priorities.models import Decision, Destination, Plan, PlanRound, Priority
from priorities.priority_page import candidates_for
from priorities.rules import Choice, PriorityFacts, RuleBroken
from priorities.snapshots import snapshot_of
from priorities.triage.review import affected_by, review_count
from tests.conftest import make_contribution, make_priority, person
from tests.priorities.conftest import COUNCIL_DATE, weigh

QUEUE = "/blaricum/2027-2030/afwegen/?status=te-herzien"
DISTRICT = "/gooi-en-vechtstreek/prioriteiten/"
PLAN = "/blaricum/2027-2030/plan/"


@pytest.fixture
def district(blaricum):
    return blaricum.lineage()[2]


@pytest.fixture
def north(blaricum):
    """Basisteam Gooi Noord, in which Blaricum lies and Hilversum does not."""
    return blaricum.lineage()[1]


@pytest.fixture
def dirk(dirk, north):
    """The district coordinator, who coordinates the basisteam as well."""
    grant_membership(dirk, north, Role.DISTRICT_COORDINATOR)
    return dirk


@pytest.fixture
def crime(plan):
    with inside(plan.area):
        return plan.priorities.select_related("area").get(title="Ondermijning")


def goes_to(priority, kind=REGIONAL_PRIORITY):
    return Choice(kind, PriorityFacts(priority.pk, priority.title, priority.level))


@pytest.fixture
def decision(crime, overlast, anke):
    return weigh(overlast, anke, goes_to(crime))


def move(client, priority, to, **other):
    data = {"to_area": to.pk, "reason": "De teamchefs besloten dit.", "seen": "1"} | other
    return client.post(f"{DISTRICT}{priority.pk}/niveau/", data, follow=True)


def withdraw(client, priority, **other):
    data = {"reason": "Het speelt niet meer.", "seen": "1"} | other
    return client.post(f"{DISTRICT}{priority.pk}/intrekken/", data, follow=True)


def test_a_coordinator_moves_a_priority_and_the_officer_of_blaricum_sees_her_list(
    client, dirk, anke, north, crime, decision, overlast, plan
):
    other = make_contribution(overlast.round, "Snelheid")
    weigh(other, anke)
    client.force_login(dirk)
    preview = client.get(f"{DISTRICT}{crime.pk}/niveau/?naar={north.pk}").text
    assert "Blaricum: 1 afweging" in preview
    assert "‘Ondermijning’ staat nu bij basisteam Gooi Noord." in move(client, crime, north).text

    client.force_login(anke)
    start = client.get("/blaricum/2027-2030/").text
    assert "1 afweging is te herzien" in start
    assert "status=te-herzien" in start
    item = client.get(QUEUE, follow=True)
    assert "Jeugdoverlast" in item.text
    assert "‘Ondermijning’ stond op een ander niveau (district) en staat nu bij basisteam Gooi Noord." in item.text
    assert "Weeg dit punt opnieuw af. Tot dan geldt de afweging die er staat." in item.text
    assert "1 afweging is te herzien" in client.get("/blaricum/2027-2030/plan/").text
    with inside(plan.area):
        assert Decision.objects.current().get(contribution=overlast) == decision
        assert review_count(plan) == 1
        assert Destination.objects.get(decision=decision).level == "district"

    with inside(plan.area):
        moved = Priority.objects.select_related("area").get(pk=crime.pk)
    weigh(overlast, anke, goes_to(moved))
    assert "te herzien" not in client.get("/blaricum/2027-2030/").text
    with inside(plan.area):
        assert review_count(plan) == 0


def test_the_move_is_in_the_log_of_both_areas_with_its_reason(client, dirk, anke, north, district, crime):
    client.force_login(dirk)
    move(client, crime, north)
    with inside(district, north):
        lines = LogEntry.objects.about(crime).filter(verb="priority.moved")
        assert {line.area_id for line in lines} == {district.pk, north.pk}
        assert lines[0].facts["reason"] == "De teamchefs besloten dit."
        priority = Priority.objects.prefetch_related("sections").get(pk=crime.pk)
        assert (priority.area_id, priority.version) == (north.pk, 2)
        assert all(section.area_id == north.pk for section in priority.sections.all())
    client.force_login(anke)
    assert "De teamchefs besloten dit." in client.get(f"/blaricum/prioriteiten/{crime.pk}/").text


def test_where_the_priority_reaches_no_more_its_name_stays_and_the_point_is_listed(client, dirk, bram, north, hilversum, crime):
    with inside(hilversum):
        plan = Plan.objects.create(area=hilversum, starts_on=datetime.date(2027, 1, 1), ends_on=datetime.date(2030, 12, 31))
    point = _point_in(plan)
    weigh(point, bram, goes_to(crime))
    client.force_login(dirk)
    move(client, crime, north)
    client.force_login(bram)
    item = client.get(f"/hilversum/2027-2030/afwegen/{point.pk}/?status=te-herzien").text
    assert "‘Ondermijning’ is nu een regionale prioriteit van Gooi Noord en geldt hier niet meer." in item
    assert f'value="{crime.pk}"' not in item
    assert "Ondermijning" not in client.get("/hilversum/prioriteiten/").text
    with inside(hilversum):
        assert Destination.objects.select_related("priority").get(decision__contribution=point).name == "Ondermijning"
        assert review_count(plan) == 1


def _point_in(plan):
    with inside(plan.area):
        moment = timezone.now()
        round = Round.objects.create(
            area=plan.area,
            slug="raadssessie",
            kind="council_session",
            title="Raadssessie",
            opens_at=moment,
            closes_at=moment + datetime.timedelta(hours=2),
        )
        PlanRound.objects.create(area=plan.area, plan=plan, round=round)
    return make_contribution(round, "Loodsen")


def test_a_moved_priority_that_a_municipality_never_named_is_not_visible_there(client, dirk, bram, north, hilversum, crime):
    client.force_login(dirk)
    move(client, crime, north)
    with inside(hilversum):
        assert not Priority.objects.filter(pk=crime.pk).exists()


def test_back_where_it_was_everything_holds_again(client, dirk, anke, north, district, crime, decision, plan):
    client.force_login(dirk)
    move(client, crime, north)
    response = client.post(
        f"/gooi-noord/prioriteiten/{crime.pk}/niveau/", {"to_area": district.pk, "reason": "Toch niet.", "seen": "2"}, follow=True
    )
    assert "staat nu bij district Gooi en Vechtstreek" in response.text
    with inside(plan.area):
        assert review_count(plan) == 0


def test_a_withdrawn_priority_is_offered_no_more_and_what_names_it_is_listed(client, dirk, anke, crime, decision, overlast, plan):
    client.force_login(dirk)
    assert "Blaricum: 1 afweging" in client.get(f"{DISTRICT}{crime.pk}/intrekken/").text
    assert "‘Ondermijning’ is ingetrokken." in withdraw(client, crime).text
    client.force_login(anke)
    item = client.get(f"/blaricum/2027-2030/afwegen/{overlast.pk}/?status=te-herzien").text
    assert "‘Ondermijning’ is geen prioriteit meer." in item
    assert f'<option value="{crime.pk}"' not in item
    assert "Ingetrokken" in client.get("/blaricum/prioriteiten/").text
    answer = {"destination": "going_concern", "extent": "wholly", "rationale": "Blijft gewoon werk.", "seen": decision.pk}
    done = client.post(f"/blaricum/2027-2030/afwegen/{overlast.pk}/?status=te-herzien", answer | {"actie": "volgende"}, follow=True)
    assert "Er is niets meer te herzien" in done.text
    for refused in (goes_to(crime), goes_to(crime, WITHIN_PRIORITY)):
        with pytest.raises(RuleBroken, match="geldt hier niet"):
            weigh(overlast, anke, refused)
    client.force_login(dirk)
    assert client.post(f"{DISTRICT}{crime.pk}/weer-instellen/").status_code == 302
    with inside(plan.area):
        assert review_count(plan) == 0


def test_a_decision_names_only_what_holds_here_now(plan, overlast, anke, crime, hilversum):
    youth = make_priority(plan.area, "Oude jeugd", year=2023)
    foreign = make_priority(hilversum, "Drugshandel")
    wrong_level = Choice(LOCAL_PRIORITY, PriorityFacts(crime.pk, crime.title, "municipality"))
    for choice in (goes_to(youth, LOCAL_PRIORITY), goes_to(foreign, LOCAL_PRIORITY), wrong_level):
        with pytest.raises(RuleBroken, match="geldt hier niet"):
            weigh(overlast, anke, choice)
    with inside(plan.area):
        assert not overlast.decisions.exists()
    assert weigh(overlast, anke, goes_to(crime))


def test_other_years_for_a_priority_put_the_decisions_of_a_plan_outside_them_on_the_list(client, dirk, crime, decision, plan, anke):
    with inside(plan.area):
        plan.plan_priorities.filter(priority=crime).delete()  # the plan itself does not hold it: then the years may change
    data = {"title": "Ondermijning", "summary": "", "lead": "", "starts_on": "2028-01-01", "ends_on": "2031-12-31", "seen": "1"}
    client.force_login(dirk)
    assert client.post(f"{DISTRICT}{crime.pk}/bewerken/", data).status_code == 302
    client.force_login(anke)
    assert "geldt nu in 2028–2031, niet in de jaren van dit plan." in client.get(QUEUE, follow=True).text


@pytest.mark.parametrize("who", ["anke", "carla", "gerda", "bram"])
def test_only_who_may_write_at_both_areas_moves_a_priority(client, request, dirk, areas, crime, north, who, plan):
    client.force_login(request.getfixturevalue(who))
    assert client.get(f"{DISTRICT}{crime.pk}/niveau/").status_code == 404
    assert move(client, crime, north).status_code == 404
    assert withdraw(client, crime).status_code == 404
    client.force_login(dirk)
    other = areas["gooi-zuid"]
    assert "Gooi Zuid" not in client.get(f"{DISTRICT}{crime.pk}/niveau/").text
    assert move(client, crime, other).status_code == 422
    with inside(plan.area):
        assert Priority.objects.get(pk=crime.pk).level_changed_at is None


def test_a_priority_goes_only_up_or_down_its_own_line(dirk, areas, crime, district):
    elsewhere = next(area for area in areas.values() if area.kind == "district" and area.pk != district.pk)
    with inside(district, elsewhere), pytest.raises(RuleBroken, match="ligt niet boven of onder"):
        services.move_priority(crime, to=elsewhere, seen=1, reason="Zomaar.", by=dirk)
    with inside(district), pytest.raises(RuleBroken, match="staat al bij"):
        services.move_priority(crime, to=district, seen=1, reason="Zomaar.", by=dirk)


def test_a_reason_must_be_given_and_an_older_screen_is_told(client, dirk, north, crime):
    client.force_login(dirk)
    assert move(client, crime, north, reason="").status_code == 422
    assert withdraw(client, crime, reason="").status_code == 422
    assert move(client, crime, north, seen="0").status_code == 409
    assert withdraw(client, crime, seen="0").status_code == 409
    with inside(crime.area):
        assert Priority.objects.get(pk=crime.pk).version == 1


def test_a_priority_in_an_adopted_plan_stays_where_it_is(client, dirk, north, crime, adopted):
    client.force_login(dirk)
    for response in (move(client, crime, north), withdraw(client, crime)):
        assert response.status_code == 409
        assert "staat in het vastgestelde plan" in response.text


def test_a_plan_with_decisions_to_look_at_again_is_not_adopted(client, dirk, gerda, anke, proposed, crime, decision, overlast):
    client.force_login(dirk)
    withdraw(client, crime)
    client.force_login(gerda)
    address = "/blaricum/2027-2030/plan/vaststellen/"
    response = client.post(address, {"adopted_on": COUNCIL_DATE.isoformat()})
    assert response.status_code == 409
    assert "1 afweging is te herzien." in response.text
    assert "Jeugdoverlast" in response.text
    with inside(proposed.area), pytest.raises(services.NotYet, match="1 afweging is te herzien"):
        services.adopt_plan(proposed, on=COUNCIL_DATE, by=gerda)
    weigh(overlast, anke)
    with inside(proposed.area):
        with pytest.raises(services.NotYet, match="gekozen die hier niet meer geldt"):
            services.adopt_plan(proposed, on=COUNCIL_DATE, by=gerda)
        proposed.plan_priorities.filter(priority=crime).delete()
        assert services.adopt_plan(proposed, on=COUNCIL_DATE, by=gerda)


def test_a_plan_with_decisions_to_look_at_again_is_not_put_before_the_council(client, dirk, anke, north, dated, crime, decision, overlast):
    client.force_login(dirk)
    move(client, crime, north)
    client.force_login(anke)
    plan = client.get(PLAN).text
    assert plan.index("Dat kan zodra dit klaar is:") < plan.index("1 afweging is te herzien") < plan.index("Vóór de vaststelling moet ook:")
    assert f"{PLAN}voorleggen/" not in plan
    page = client.get(f"{PLAN}voorleggen/").text
    assert f'<a href="{QUEUE}">Weeg dit punt opnieuw af</a>' in page
    assert "Leg voor aan de raad</button>" not in page
    response = client.post(f"{PLAN}voorleggen/")
    assert response.status_code == 409
    assert "Nog niet voorgelegd" in response.text
    assert "Jeugdoverlast" in response.text
    with inside(dated.area), pytest.raises(services.NotYet, match="1 afweging is te herzien"):
        services.propose_plan(dated, by=anke)
    weigh(overlast, anke)
    assert client.post(f"{PLAN}voorleggen/").status_code == 302


def test_a_withdrawn_priority_goes_into_no_plan_and_comes_back_where_it_stood(client, dirk, anke, dated, crime, council_round):
    last = make_priority(dated.area, "Buurtpreventie")
    with inside(dated.area):
        services.choose_priorities(dated, priorities=[crime, last], by=anke)
    client.force_login(dirk)
    withdraw(client, crime)
    assert on_paper(dated) == ["Buurtpreventie"]
    client.force_login(anke)
    plan = client.get(PLAN).text
    assert "is ingetrokken en gaat niet mee in het plan." in plan
    assert "1 gekozen prioriteit geldt niet meer" in plan
    chosen = client.get(f"{PLAN}prioriteiten/").text
    assert "is ingetrokken en gaat niet mee in het plan." in chosen
    assert client.post(f"{PLAN}voorleggen/").status_code == 409
    with inside(dated.area), pytest.raises(services.NotYet, match="gekozen die hier niet meer geldt"):
        services.propose_plan(dated, by=anke)
    client.force_login(dirk)
    client.post(f"{DISTRICT}{crime.pk}/weer-instellen/")
    assert on_paper(dated) == ["Ondermijning", "Buurtpreventie"]


def test_saving_what_the_page_shows_takes_out_only_what_was_withdrawn(client, dirk, anke, dated, crime):
    with inside(dated.area):
        others = [priority for priority in candidates_for(dated, []) if priority != crime]
        services.choose_priorities(dated, priorities=[crime, *others], by=anke)
    client.force_login(dirk)
    withdraw(client, crime)
    client.force_login(anke)
    form = client.get(f"{PLAN}prioriteiten/").context["form"]
    shown = {bound.html_name: bound.value() for _, bound in form.rows() if bound.value()}
    assert client.post(f"{PLAN}prioriteiten/", shown).status_code == 302
    with inside(dated.area):
        assert [row.priority for row in dated.plan_priorities.select_related("priority")] == others
    assert others
    plan = client.get(PLAN).text
    assert "Ondermijning" not in plan
    assert client.post(f"{PLAN}voorleggen/").status_code == 302


def on_paper(plan):
    with inside(plan.area):
        return [priority.title for priority in snapshot_of(plan).priorities]


def test_who_moves_or_withdraws_a_priority_reads_first_which_plans_lose_it(client, dirk, areas, north, dated, crime):
    client.force_login(dirk)
    lost = "De prioriteit gaat niet meer mee in het plan van Blaricum (2027–2030)."
    assert lost in client.get(f"{DISTRICT}{crime.pk}/intrekken/").text
    assert lost not in client.get(f"{DISTRICT}{crime.pk}/niveau/?naar={north.pk}").text  # Blaricum lies in it
    grant_membership(dirk, areas["gooi-zuid"], Role.DISTRICT_COORDINATOR)
    assert lost in client.get(f"{DISTRICT}{crime.pk}/niveau/?naar={areas['gooi-zuid'].pk}").text


def test_what_a_change_does_is_counted_per_municipality(dirk, anke, bram, hilversum, north, district, crime, decision):
    with inside(hilversum):
        plan = Plan.objects.create(area=hilversum, starts_on=datetime.date(2027, 1, 1), ends_on=datetime.date(2030, 12, 31))
    weigh(_point_in(plan), bram, goes_to(crime))
    with inside(district):
        assert [(one.area.name, one.count) for one in affected_by(crime, to=north)] == [("Blaricum", 1), ("Hilversum", 1)]
        assert affected_by(crime, to=district) == []


def test_while_nothing_moved_the_list_costs_one_small_query(plan, anke, crime, overlast, client, dirk, north):
    for n in range(12):
        weigh(make_contribution(overlast.round, f"Punt {n}"), anke, goes_to(crime))
    with inside(plan.area):
        plan.area.lineage(), plan.round_ids
        with CaptureQueriesContext(connection) as before:
            assert review_count(plan) == 0
    assert len(before) == 1
    assert "priorities_destination" not in before[0]["sql"].split("WHERE")[0]
    client.force_login(dirk)
    move(client, crime, north)
    with inside(plan.area), CaptureQueriesContext(connection) as after:
        assert review_count(plan) == 12
    assert len(after) == 2


def test_another_level_is_offered_only_to_who_has_one_to_take_it_to(client, request, dirk, areas, crime):
    client.force_login(dirk)
    assert f"{DISTRICT}{crime.pk}/niveau/" in client.get(f"{DISTRICT}{crime.pk}/").text
    client.force_login(person("lot", "Lot Bos", areas["gooi-en-vechtstreek"], Role.DISTRICT_COORDINATOR))
    page = client.get(f"{DISTRICT}{crime.pk}/").text
    assert f"{DISTRICT}{crime.pk}/intrekken/" in page
    assert f"{DISTRICT}{crime.pk}/niveau/" not in page
