"""Which rounds feed a plan: chosen by an officer, kept once their points were weighed."""

import datetime

from django.urls import reverse
from django.utils import timezone

import pytest

from consultation.models import Round, RoundKind
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from priorities import services
from priorities.decision_kinds import GOING_CONCERN
from priorities.rules import Choice

PLAN = ["blaricum", "2027-2030"]


@pytest.fixture
def residents(plan):
    """A round that feeds no plan yet."""
    with inside(plan.area):
        now = timezone.now()
        return Round.objects.create(
            area=plan.area,
            slug="inwoners",
            kind=RoundKind.RESIDENTS,
            title="Inwoners",
            opens_at=now,
            closes_at=now + datetime.timedelta(days=9),
        )


def rounds_of(plan):
    with inside(plan.area):
        return list(plan.rounds.order_by("pk").values_list("slug", flat=True))


def test_a_round_without_a_plan_is_named_on_the_start_page_and_joins_with_one_tick(client, anke, plan, council_round, residents):
    client.force_login(anke)
    start = client.get(reverse("priorities:start", args=PLAN)).text
    assert "‘Inwoners’ hoort nog niet bij een plan." in start
    address = reverse("priorities:plan-rounds", args=PLAN)
    response = client.post(address, {"rounds": [council_round.pk, residents.pk]}, follow=True)
    assert "De rondes van het plan zijn opgeslagen." in response.text
    assert rounds_of(plan) == ["raadssessie", "inwoners"]
    with inside(plan.area):
        line = LogEntry.objects.about(plan).last()
        assert (line.verb, line.facts["after"]) == ("plan.rounds_chosen", ["inwoners", "raadssessie"])
    assert "hoort nog niet bij een plan" not in client.get(reverse("priorities:start", args=PLAN)).text


def test_a_round_whose_points_were_weighed_stays(client, anke, plan, council_round, overlast):
    with inside(plan.area):
        services.decide(overlast, choices=[Choice(GOING_CONCERN)], extent="wholly", rationale="Blijft.", by=anke)
    client.force_login(anke)
    response = client.post(reverse("priorities:plan-rounds", args=PLAN), {"rounds": []})
    assert response.status_code == 422
    assert "Van ‘Raadssessie 2026’ zijn al punten afgewogen." in response.text
    assert rounds_of(plan) == ["raadssessie"]


def test_a_round_nobody_weighed_may_leave(client, anke, plan, council_round, overlast):
    client.force_login(anke)
    client.post(reverse("priorities:plan-rounds", args=PLAN), {"rounds": []})
    assert rounds_of(plan) == []


def test_a_neighbours_round_is_no_choice(client, anke, plan, council_round, hilversum):
    with inside(hilversum):
        now = timezone.now()
        foreign = Round.objects.create(
            area=hilversum,
            slug="raad",
            kind=RoundKind.COUNCIL_SESSION,
            title="Raad Hilversum",
            opens_at=now,
            closes_at=now + datetime.timedelta(1),
        )
    client.force_login(anke)
    response = client.post(reverse("priorities:plan-rounds", args=PLAN), {"rounds": [council_round.pk, foreign.pk]})
    assert response.status_code == 422
    assert "Raad Hilversum" not in response.text
    assert rounds_of(plan) == ["raadssessie"]
