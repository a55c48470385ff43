"""Answers that go to the same place in nearly the same words (the pair of seed 004): found, shown side by side, made equal."""

import time

from django.db import connection
from django.test.utils import CaptureQueriesContext

import pytest

from ivp_portal.organisation.access import inside
from priorities import services
from priorities.decision_kinds import GOING_CONCERN, REGIONAL_PRIORITY
from priorities.models import Batch, BatchAct, Decision, StandardRationale
from priorities.rules import Choice, PriorityFacts
from priorities.services import batches
from priorities.texts.wordings import wording_groups
from tests.conftest import make_contribution
from tests.priorities.test_nearly_same import PLAIN, REGIONAL, WORK

PAGE = "/blaricum/2027-2030/standaardteksten/woorden/"


@pytest.fixture
def crime(plan):
    with inside(plan.area):
        priority = plan.priorities.select_related("area").get(title="Ondermijning")
    return Choice(REGIONAL_PRIORITY, PriorityFacts(priority.pk, priority.title, priority.level))


def answered(round, by, name, rationale, choice):
    contribution = make_contribution(round, name)
    with inside(round.area):
        return services.decide(contribution, choices=[choice], extent="wholly", rationale=rationale, by=by)


@pytest.fixture
def seed(council_round, anke, crime):
    """The table of seed 004: three answers about ondermijning of which one says ‘regionale’, and two about going concern."""
    return [
        answered(council_round, anke, "Bewustwording", REGIONAL, crime),
        answered(council_round, anke, "Meldingsbereidheid", PLAIN, crime),
        answered(council_round, anke, "Controles", PLAIN, crime),
        answered(council_round, anke, "Vandalisme", WORK, Choice(GOING_CONCERN)),
        answered(council_round, anke, "Honden", WORK, Choice(GOING_CONCERN)),
    ]


def test_the_pair_of_the_seed_is_found_and_what_is_equal_is_not(client, anke, seed):
    client.force_login(anke)
    text = client.get(PAGE).text
    assert "Regionale prioriteit: Ondermijning" in text
    assert "3 afwegingen, 2 manieren om het te zeggen" in text
    assert "Meest gebruikt: 2 keer" in text
    assert "<ins>" in text
    assert "regionale" in text
    assert "structureel aandacht" not in text


def test_with_nothing_to_show_the_page_says_so(client, anke, plan):
    client.force_login(anke)
    assert "Niets gevonden" in client.get(PAGE).text


def test_answers_that_go_elsewhere_are_left_alone(client, anke, council_round, crime):
    answered(council_round, anke, "Bewustwording", REGIONAL, crime)
    answered(council_round, anke, "Meldingsbereidheid", PLAIN, Choice(GOING_CONCERN))
    client.force_login(anke)
    assert "Niets gevonden" in client.get(PAGE).text


def test_an_officer_makes_them_equal_after_a_preview(client, anke, seed, plan):
    client.force_login(anke)
    first = seed[1].pk
    response = client.post(PAGE, {"groep": first, "zoals": seed[0].pk})
    with inside(plan.area):
        batch = Batch.objects.get()
        assert response.url == f"/blaricum/2027-2030/afwegen/samen/{batch.pk}/"
        assert batch.act == BatchAct.REWRITE
        assert batch.points == [seed[1].contribution_id, seed[2].contribution_id]
        assert set(batch.values["rationales"].values()) == {REGIONAL}
        assert Decision.objects.current().filter(rationale=PLAIN).count() == 2
    preview = client.get(response.url)
    assert preview.status_code == 200
    assert "Meldingsbereidheid" in preview.text
    with inside(plan.area):
        batches.carry_out(batch, anke)
        assert Decision.objects.current().filter(rationale=REGIONAL).count() == 3
        assert wording_groups(plan) == []


@pytest.mark.parametrize("sent", [{}, {"groep": "1"}, {"groep": "x", "zoals": "y"}, {"groep": "999999", "zoals": "999999"}])
def test_a_group_that_is_not_there_any_more_is_told(client, anke, seed, plan, sent):
    client.force_login(anke)
    response = client.post(PAGE, sent)
    assert response.status_code == 409
    assert "intussen anders" in response.text
    with inside(plan.area):
        assert not Batch.objects.exists()


@pytest.mark.parametrize(("who", "reads", "makes"), [("carla", 200, 403), ("gerda", 200, 403), ("dirk", 200, 403), ("bram", 404, 404)])
def test_others_only_read_them_or_not_even_that(client, request, seed, who, reads, makes):
    client.force_login(request.getfixturevalue(who))
    response = client.get(PAGE)
    assert response.status_code == reads
    assert "Maak gelijk" not in response.text
    assert client.post(PAGE, {"groep": seed[1].pk, "zoals": seed[0].pk}).status_code == makes


def test_what_a_standard_text_makes_of_each_subject_is_no_other_wording(anke, council_round, plan, blaricum):
    text = "Voor {onderwerp} geldt: dit blijft gewoon werk van gemeente, politie en boa’s samen."
    with inside(blaricum):
        services.add_standard(blaricum, kind="going_concern", name="Per onderwerp", text=text, by=anke)
    for name in ("Snelheid", "Honden", "Parkeren"):
        answered(council_round, anke, name, text.replace("{onderwerp}", name), Choice(GOING_CONCERN))
    with inside(blaricum):
        assert wording_groups(plan) == []
        services.retire_standard(blaricum_standard(blaricum), by=anke)
        assert [group.times for group in wording_groups(plan)] == [3]


def blaricum_standard(area):
    return StandardRationale.objects.of(area).select_related("area").get()


def test_the_page_costs_the_same_for_two_groups_and_for_twelve(client, anke, council_round, crime):
    client.force_login(anke)

    def more(n):
        base = f"Straat{n} plein{n} laan{n} weg{n} dijk{n} steeg{n} brug{n} krijgt van gemeente en politie samen aandacht"
        answered(council_round, anke, f"A{n}", base + " dit jaar.", crime)
        answered(council_round, anke, f"B{n}", base + ".", crime)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            text = client.get(PAGE).text
        return len(captured), text.count("Meest gebruikt")

    for n in range(2):
        more(n)
    few, groups = queries()
    assert groups == 2
    for n in range(2, 12):
        more(n)
    assert queries() == (few, 12)


def test_ten_thousand_answers_are_held_against_each_other_within_seconds(anke, council_round, plan, crime):
    """Equal texts are counted in the database; the odd ones are found among the rest."""
    with inside(plan.area), connection.cursor() as cursor:
        seen = answered(council_round, anke, "Eerste", REGIONAL, crime)
        answered(council_round, anke, "Tweede", PLAIN, crime)
        cursor.execute(
            "INSERT INTO consultation_contribution (area_id, round_id, submission_id, number, subject, sub_subject, text, personal_data, "
            "recorded_at) SELECT area_id, round_id, submission_id, 10 + n, subject, 'Punt ' || n, '', '{}', now() "
            "FROM consultation_contribution, generate_series(1, 10000) n WHERE id = %s",
            [seen.contribution_id],
        )
        cursor.execute(
            "INSERT INTO priorities_decision (area_id, contribution_id, extent, rationale, needs_agreement, made_by_id, made_at) "
            "SELECT c.area_id, c.id, 'wholly', CASE WHEN c.number %% 2 = 0 THEN %s ELSE 'Straat' || c.number || ' krijgt aandacht ' || "
            "md5(c.number::text) || ' van ons allemaal' END, false, %s, now() FROM consultation_contribution c WHERE c.number > 10",
            [REGIONAL, anke.pk],
        )
        cursor.execute(
            "INSERT INTO priorities_destination (area_id, decision_id, position, kind, priority_id, level, named) "
            "SELECT d.area_id, d.id, 1, 'regional_priority', %s, 'district', '' FROM priorities_decision d "
            "JOIN consultation_contribution c ON c.id = d.contribution_id WHERE c.number > 10",
            [crime.priority.pk],
        )
        begun = time.monotonic()
        groups = wording_groups(plan)
        assert time.monotonic() - begun < 10
    assert [[wording.times for wording in group.wordings] for group in groups] == [[5001, 1]]
