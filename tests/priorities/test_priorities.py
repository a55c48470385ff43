"""Priorities: read by everyone they reach, written at their own area, and closed once an adopted plan holds them."""

import datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext

import pytest

from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from priorities import services
from priorities.decision_kinds import LOCAL_PRIORITY, REGIONAL_PRIORITY
from priorities.models import Priority, SectionKind
from priorities.rules import Choice, PriorityFacts, RuleBroken
from tests.conftest import make_contribution, make_priority
from tests.priorities.conftest import weigh

LIST = "/blaricum/prioriteiten/"
NEW = "/blaricum/prioriteiten/nieuw/"
AT_DISTRICT = "/gooi-en-vechtstreek/prioriteiten/nieuw/"
SECTIONS = {kind.value: f"Antwoord-{kind.value}." for kind in SectionKind}


def filled_in(**other):
    return {"title": "Wonen", "summary": "Veilig thuis.", "lead": "", "starts_on": "2027-01-01", "ends_on": "2030-12-31"} | SECTIONS | other


def found(area, title="Wonen"):
    with inside(area):
        return Priority.objects.of(area).prefetch_related("sections").get(title=title)


def url_of(priority, page="", area="blaricum"):
    return f"/{area}/prioriteiten/{priority.pk}/{page}"


@pytest.fixture
def district(blaricum):
    return blaricum.lineage()[2]


@pytest.fixture
def youth(plan):
    with inside(plan.area):
        return plan.priorities.select_related("area").get(title="Jeugd")


@pytest.fixture
def digital(plan):
    with inside(plan.area):
        return plan.priorities.select_related("area").get(title="Digitale veiligheid")


def test_an_officer_writes_a_local_priority_with_its_five_answers(client, anke, blaricum):
    client.force_login(anke)
    response = client.post(NEW, filled_in(), follow=True)
    assert "De prioriteit ‘Wonen’ is opgeslagen." in response.text
    priority = found(blaricum)
    assert priority.level_label == "Lokaal"
    assert {section.kind: section.body for section in priority.sections.all()} == SECTIONS
    for kind in SectionKind:
        assert kind.label in response.text
        assert SECTIONS[kind.value] in response.text
    with inside(blaricum):
        assert [line.verb for line in LogEntry.objects.about(priority)] == ["priority.written"]


def test_a_coordinator_writes_at_the_district_and_every_municipality_reads(client, dirk, bram, carla, district):
    client.force_login(dirk)
    assert client.post(AT_DISTRICT, filled_in()).status_code == 302
    priority = found(district)
    assert priority.level_label == "District"
    for who, area in ((carla, "blaricum"), (bram, "hilversum")):
        client.force_login(who)
        assert "Veilig thuis." in client.get(url_of(priority, area=area)).text
        assert client.post(url_of(priority, "bewerken/", area=area), filled_in(seen="1")).status_code == 403


@pytest.mark.parametrize(("who", "answer"), [("carla", 403), ("gerda", 403), ("dirk", 403), ("bram", 404)])
def test_a_local_priority_is_written_by_the_officers_of_the_municipality(client, request, anke, youth, who, answer):
    client.force_login(request.getfixturevalue(who))
    assert client.post(NEW, filled_in()).status_code == answer
    assert client.post(url_of(youth, "bewerken/"), filled_in(seen="1")).status_code == answer
    client.force_login(anke)
    assert client.post(url_of(youth, "bewerken/"), filled_in(seen="1")).status_code == 302


def test_an_officer_does_not_write_at_the_district(client, anke, digital):
    client.force_login(anke)
    assert client.get(AT_DISTRICT).status_code == 404
    assert client.get(url_of(digital, "bewerken/")).status_code == 403
    assert client.get(url_of(digital)).status_code == 200


def test_a_priority_of_another_municipality_is_not_found(client, anke, hilversum, plan):
    foreign = make_priority(hilversum, "Drugshandel op straat")
    client.force_login(anke)
    assert client.get(url_of(foreign)).status_code == 404
    assert client.get(url_of(foreign, "bewerken/")).status_code == 404
    assert "Drugshandel" not in client.get(LIST).text


def test_an_empty_answer_leaves_no_heading(client, anke, carla, blaricum):
    client.force_login(anke)
    client.post(NEW, filled_in(need="", measure="  "))
    client.force_login(carla)
    text = client.get(url_of(found(blaricum))).text
    assert SectionKind.AMBITION.label in text
    assert SectionKind.NEED.label not in text
    assert SectionKind.MEASURE.label not in text


def test_a_change_is_logged_with_both_texts(client, anke, youth):
    client.force_login(anke)
    data = filled_in(title="Jeugd", summary="Jeugd in één zin.", seen="1", need="")
    assert client.post(url_of(youth, "bewerken/"), data).status_code == 302
    with inside(youth.area):
        line = LogEntry.objects.about(youth).get()
        youth.refresh_from_db()
    assert youth.version == 2
    assert line.facts["after"] == {kind: text for kind, text in SECTIONS.items() if kind != "need"}
    assert line.facts["before"] == dict.fromkeys(line.facts["after"], "")


def test_a_colleague_who_was_earlier_is_named_and_nothing_typed_is_lost(client, anke, peter, youth):
    client.force_login(peter)
    client.post(url_of(youth, "bewerken/"), filled_in(title="Jeugd", lead="Van Peter.", ends_on="2029-12-31", seen="1"))
    client.force_login(anke)
    response = client.post(url_of(youth, "bewerken/"), filled_in(title="Jeugd", lead="Van Anke.", seen="1"))
    assert response.status_code == 409
    for words in ("Peter Vos was eerder", "Van Peter.", "Van Anke.", "31-12-2029", 'name="seen" value="2"'):
        assert words in response.text
    assert found(youth.area, "Jeugd").lead == "Van Peter."
    assert client.post(url_of(youth, "bewerken/"), filled_in(title="Jeugd", lead="Van Anke.", seen="2")).status_code == 302
    assert found(youth.area, "Jeugd").lead == "Van Anke."


@pytest.mark.parametrize(
    ("wrong", "answer"),
    [
        ({"title": " "}, "Vul ‘Titel’ in."),
        ({"ends_on": "2026-12-31"}, "Het einde ligt vóór het begin (01-01-2027). Kies een latere dag."),
        ({"starts_on": ""}, "Vul ‘Geldt van’ in."),
        ({"title": "Jeugd"}, "Er is hier al een prioriteit ‘Jeugd’ voor deze jaren. Kies een andere titel."),
        ({"reason": "x" * 100_001}, "Gebruik er ten hoogste 100000."),
    ],
)
def test_what_is_wrong_is_told_beside_the_field(client, anke, youth, wrong, answer):
    client.force_login(anke)
    response = client.post(NEW, filled_in() | wrong)
    assert response.status_code == 422
    assert answer in response.text
    assert SECTIONS["need"] in response.text
    assert client.post(NEW, filled_in()).status_code == 302


def test_the_years_of_a_priority_keep_covering_the_plans_that_hold_it(client, anke, youth):
    client.force_login(anke)
    response = client.post(url_of(youth, "bewerken/"), filled_in(title="Jeugd", starts_on="2028-01-01", seen="1"))
    assert response.status_code == 422
    assert "Deze prioriteit staat in het plan 2027–2030 van Blaricum. Kies 01-01-2027 of eerder." in response.text
    assert client.post(url_of(youth, "bewerken/"), filled_in(title="Jeugd", starts_on="2026-01-01", seen="1")).status_code == 302


def test_a_look_at_the_result_stores_nothing(client, anke, blaricum, youth):
    client.force_login(anke)
    response = client.post(url_of(youth, "bewerken/"), filled_in(need="- één\n- twee", preview="1"), headers={"HX-Request": "true"})
    assert response.text.startswith("<section")
    assert "<li>één</li>" in response.text
    assert client.post(NEW, filled_in(preview="1")).status_code == 200
    with inside(blaricum):
        assert not Priority.objects.filter(title="Wonen").exists()
        assert Priority.objects.get(pk=youth.pk).version == 1


def test_a_priority_in_an_adopted_plan_keeps_its_words(client, anke, dirk, carla, adopted, youth, digital):
    for who, priority, area in ((anke, youth, "blaricum"), (dirk, digital, "gooi-en-vechtstreek")):
        client.force_login(who)
        url = url_of(priority, "bewerken/", area=area)
        assert client.get(url).status_code == 409
        response = client.post(url, filled_in(title=priority.title, lead="Dit wil ik niet kwijt", seen="1"))
        assert response.status_code == 409
        assert f"‘{priority.title}’ staat in het vastgestelde plan 2027–2030 van Blaricum." in response.text
        assert "Dit wil ik niet kwijt" in response.text
        assert "Bewerk deze prioriteit" not in client.get(url_of(priority, area=area)).text
        assert found(priority.area, priority.title).lead == ""
    with inside(youth.area), pytest.raises(services.PriorityHeld):
        services.change_priority(
            youth, seen=1, title="x", summary="", lead="", starts_on=youth.starts_on, ends_on=youth.ends_on, sections={}, by=anke
        )
    client.force_login(carla)
    assert "Er verandert niets meer aan." in client.get(url_of(youth)).text


def test_the_page_lists_the_points_that_go_to_the_priority(client, carla, anke, council_round, overlast, youth, digital):
    def to(kind, priority):
        return Choice(kind, PriorityFacts(priority.pk, priority.title, priority.area.kind))

    phishing = make_contribution(council_round, "Phishing")
    weigh(overlast, anke, to(LOCAL_PRIORITY, youth))
    weigh(phishing, anke, to(REGIONAL_PRIORITY, digital))
    client.force_login(carla)
    text = client.get(url_of(youth)).text
    assert "1 punt gaat naar deze prioriteit" in text
    assert "Jeugdoverlast" in text
    assert "Phishing" not in text


def test_a_title_is_taken_once_for_the_services_too(blaricum, anke, youth):
    with inside(blaricum), pytest.raises(RuleBroken, match="Kies een andere titel"):
        services.write_priority(blaricum, title="Jeugd", starts_on=youth.starts_on, ends_on=youth.ends_on, sections={}, by=anke)
    with inside(blaricum), pytest.raises(RuleBroken, match="Het einde ligt vóór het begin"):
        services.write_priority(
            blaricum, title="Nieuw", starts_on=youth.starts_on, ends_on=youth.starts_on - datetime.timedelta(days=1), sections={}, by=anke
        )


@pytest.mark.parametrize(("page", "cost"), [("list", 7), ("detail", 13)])
def test_the_pages_cost_the_same_with_three_and_with_thirty(client, anke, plan, council_round, youth, page, cost):
    # session with its user; door: area, memberships, wall; list: the priorities; detail: the priority, plan, holder, sections, points,
    # and where the reader may take it (2); menu: the plan; a savepoint around the view (2).
    client.force_login(anke)
    counts = []
    for number in (3, 30):
        with inside(plan.area):
            have = council_round.contributions.count()
        for each in range(have + 1, number + 1):
            make_priority(plan.area, f"Prioriteit {each}")
            point = make_contribution(council_round, f"Punt {each}")
            weigh(point, anke, Choice(LOCAL_PRIORITY, PriorityFacts(youth.pk, youth.title, youth.area.kind)))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LIST if page == "list" else url_of(youth)).status_code == 200
        counts.append(len(captured))
    assert counts == [cost, cost]
