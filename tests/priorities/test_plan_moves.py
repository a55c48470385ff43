"""The life of a plan: which moves there are, what each needs, and what is told when one is refused."""

import itertools

from django.db import IntegrityError, transaction

import pytest

from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from priorities import services
from priorities.models import Phase, Plan
from priorities.services import Meeting
from priorities.states import FROZEN, PLAN_MOVES, MoveRefused, PlanStatus, require_move
from tests.priorities.conftest import COUNCIL_DATE, ROUTE

MOVES = {
    (PlanStatus.DRAFT, PlanStatus.PROPOSED),
    (PlanStatus.PROPOSED, PlanStatus.DRAFT),
    (PlanStatus.PROPOSED, PlanStatus.ADOPTED),
    (PlanStatus.ADOPTED, PlanStatus.SUPERSEDED),
}
PROPOSE, WITHDRAW = "/blaricum/2027-2030/plan/voorleggen/", "/blaricum/2027-2030/plan/terughalen/"


@pytest.mark.parametrize(("now", "to"), list(itertools.product(PlanStatus, repeat=2)))
def test_a_move_that_is_not_in_the_table_is_refused(now, to):
    if (now, to) in MOVES:
        require_move(now, to)
    else:
        with pytest.raises(MoveRefused):
            require_move(now, to)


def test_every_status_has_its_moves_and_a_frozen_plan_never_thaws():
    assert set(PLAN_MOVES) == set(PlanStatus)
    assert all(to in FROZEN for status in FROZEN for to in PLAN_MOVES[status])


@pytest.mark.parametrize(("status", "dated"), list(itertools.product(PlanStatus, [True, False])))
def test_the_database_knows_a_day_exactly_for_an_adopted_plan(plan, status, dated):
    fits = dated == (status in FROZEN)
    with inside(plan.area):
        try:
            with transaction.atomic():
                Plan.objects.filter(pk=plan.pk).update(status=status, adopted_on=COUNCIL_DATE if dated else None)
        except IntegrityError:
            assert not fits
        else:
            assert fits


def status_of(plan):
    with inside(plan.area):
        return Plan.objects.get(pk=plan.pk).status


def verbs(plan):
    with inside(plan.area):
        return [line.verb for line in LogEntry.objects.about(plan)]


def test_an_officer_puts_the_plan_before_the_council_and_takes_it_back(client, anke, dated):
    client.force_login(anke)
    assert "Zo staat het plan ervoor" in client.get(PROPOSE).text
    response = client.post(PROPOSE, follow=True)
    assert "Het plan is voorgelegd aan de raad." in response.text
    assert status_of(dated) == PlanStatus.PROPOSED
    response = client.post(WITHDRAW, {"reason": "De commissie vroeg om een extra hoofdstuk."}, follow=True)
    assert "weer een concept" in response.text
    assert status_of(dated) == PlanStatus.DRAFT
    assert verbs(dated)[-2:] == ["plan.proposed", "plan.withdrawn"]
    with inside(dated.area):
        assert LogEntry.objects.about(dated).last().facts["reason"] == "De commissie vroeg om een extra hoofdstuk."


def test_a_plan_without_three_dates_is_not_put_before_the_council(client, anke, written):
    client.force_login(anke)
    with inside(written.area):
        services.change_route(written, steps={Phase.IMAGE_FORMING: ROUTE[Phase.IMAGE_FORMING]}, weigh_by=None, by=anke)
    response = client.post(PROPOSE)
    assert response.status_code == 409
    assert "Vul de datum in van: Oordeelsvorming, Besluitvorming." in response.text
    assert status_of(written) == PlanStatus.DRAFT
    with inside(written.area):
        services.change_route(written, steps=ROUTE, weigh_by=None, by=anke)
    assert client.post(PROPOSE).status_code == 302


def test_taking_back_needs_a_reason(client, anke, proposed):
    client.force_login(anke)
    response = client.post(WITHDRAW, {"reason": "  "})
    assert response.status_code == 422
    assert "Vul ‘Waarom haalt u het plan terug?’ in." in response.text
    assert status_of(proposed) == PlanStatus.PROPOSED


def test_what_was_done_already_is_told_and_not_done_twice(client, anke, proposed):
    client.force_login(anke)
    response = client.post(PROPOSE)
    assert response.status_code == 409
    assert "Dit plan is al ‘Voorgelegd aan de raad’." in response.text
    assert client.post(WITHDRAW, {"reason": "Nog niet af"}).status_code == 302
    assert client.post(WITHDRAW, {"reason": "Nog niet af"}).status_code == 409
    assert verbs(proposed).count("plan.proposed") == verbs(proposed).count("plan.withdrawn") == 1


@pytest.mark.parametrize("who", ["carla", "gerda", "dirk"])
def test_only_officers_move_the_plan_to_and_from_the_council(client, request, anke, who, dated):
    client.force_login(request.getfixturevalue(who))
    for url in (PROPOSE, WITHDRAW):
        assert client.get(url).status_code == client.post(url, {"reason": "x"}).status_code == 403
    assert status_of(dated) == PlanStatus.DRAFT
    client.force_login(anke)
    assert client.post(PROPOSE).status_code == 302


def test_an_outsider_finds_no_moves(client, bram, dated):
    client.force_login(bram)
    assert {client.post(url, {"reason": "x"}).status_code for url in (PROPOSE, WITHDRAW)} == {404}


def test_the_list_of_what_is_not_ready_names_the_steps(plan, anke):
    with inside(plan.area):
        services.change_route(plan, steps={Phase.DECISION_MAKING: Meeting(on_date=COUNCIL_DATE)}, weigh_by=None, by=anke)
        with pytest.raises(services.NotYet) as refusal:
            services.propose_plan(plan, by=anke)
    assert refusal.value.items == ["Beeldvorming", "Oordeelsvorming"]
