"""A police unit weighs what municipalities said about its draft strategy: four answers, each with its reasons."""

import datetime

from django.urls import reverse

import pytest

from consultation.models import Channel, Contribution, Contributor, ContributorKind, RoundKind, Submission
from consultation.services import group
from ivp_portal.organisation.access import inside
from ivp_portal.organisation.roles import Role
from priorities.decision_kinds import ADOPTED, GOING_CONCERN, offered
from priorities.models import Decision, Plan, PlanRound
from priorities.rules import Choice, RuleBroken, problems_with
from priorities.services import decide
from tests.conftest import person
from tests.consultation.conftest import make_round

PERIOD = "2027-2030"


@pytest.fixture
def unit(areas):
    return areas["midden-nederland"]


@pytest.fixture
def marga(unit):
    """Policy officer of the unit."""
    return person("marga", "Marga Prins", unit, Role.POLICY_OFFICER)


@pytest.fixture
def strategy(unit):
    """The draft strategy, put to the municipalities."""
    return make_round(unit, slug="ontwerp", kind=RoundKind.STRATEGY, title="Ontwerpstrategie 2027-2030")


@pytest.fixture
def letter(strategy, unit):
    """One point of Hilversum's letter."""
    with inside(unit):
        hilversum = Contributor.objects.create(area=unit, kind=ContributorKind.AREA, party="Hilversum")
        submission = Submission.objects.create(
            area=unit, round=strategy, contributor=hilversum, channel=Channel.LETTER, said_on=datetime.date(2026, 9, 16)
        )
        return Contribution.objects.create(
            area=unit, round=strategy, submission=submission, number=1, subject="Jeugd", text="Meer aandacht voor online dreiging."
        )


@pytest.fixture
def weighed_plan(strategy, unit):
    """The unit's plan with that round."""
    with inside(unit):
        plan = Plan.objects.create(area=unit, starts_on=datetime.date(2027, 1, 1), ends_on=datetime.date(2030, 12, 31))
        PlanRound.objects.create(area=unit, plan=plan, round=strategy)
    return plan


def address(name, *more):
    return reverse(f"priorities:{name}", args=["midden-nederland", PERIOD, *more])


def test_the_unit_begins_with_its_strategy_round(client, marga, letter, strategy):
    client.force_login(marga)
    page = client.get(reverse("priorities:plan-start", args=["midden-nederland"]))
    assert "Ontwerpstrategie 2027-2030" in page.text
    form = {"first_year": 2027, "last_year": 2030, "rounds": [strategy.pk]}
    page = client.post(reverse("priorities:plan-start", args=["midden-nederland"]), form, follow=True)
    assert page.redirect_chain == [(address("start"), 302)]
    assert "Nog 1 punt af te wegen" in page.text
    for room in ("Inbreng", "Afwegen", "Documenten"):
        assert f">{room}" in page.text
    assert "Raadsvoorstel" not in page.text
    assert "Route naar de raad" not in page.text


def test_an_officer_of_the_unit_takes_over_a_point_of_hilversum(client, marga, weighed_plan, letter):
    client.force_login(marga)
    page = client.get(address("triage-item", letter.pk))
    assert [kind.label in page.text for kind in offered(for_draft_strategy=True)] == [True] * 4
    assert "Going concern" not in page.text
    assert 'data-key="4"' in page.text
    assert ADOPTED.stock_rationale in page.text
    assert "Tweede bestemming" not in page.text
    form = {"destination": "adopted", "rationale": "We noemen online dreiging nu bij jeugd.", "seen": "", "actie": "volgende"}
    page = client.post(address("triage-item", letter.pk), form, follow=True)
    assert "Vastgelegd. Jeugd kreeg het antwoord ‘Overgenomen’." in page.text
    with inside(weighed_plan.area):
        decision = Decision.objects.current().get(contribution=letter)
    assert (decision.extent, decision.rationale, decision.made_by) == ("wholly", "We noemen online dreiging nu bij jeugd.", marga)
    assert "Overgenomen" in client.get(address("triage-item", letter.pk)).text
    assert "legde een afweging vast" in client.get(address("triage-history", letter.pk)).text


@pytest.mark.parametrize(("kind", "extent"), [("partly_adopted", "partly"), ("not_adopted", "not"), ("noted", "wholly")])
def test_the_answer_itself_says_how_much_is_taken_up(client, marga, weighed_plan, letter, kind, extent):
    client.force_login(marga)
    client.post(address("triage-item", letter.pk), {"destination": kind, "rationale": "Daarom.", "seen": "", "actie": "volgende"})
    with inside(weighed_plan.area):
        assert Decision.objects.current().get(contribution=letter).extent == extent


def test_an_answer_without_a_reason_or_of_a_municipal_plan_is_refused(client, marga, weighed_plan, letter):
    client.force_login(marga)
    page = client.post(address("triage-item", letter.pk), {"destination": "adopted", "rationale": "", "seen": ""})
    assert page.status_code == 422
    assert "Vul in waarom u dit besluit." in page.text
    form = {"destination": "going_concern", "rationale": "Blijft.", "extent": "wholly", "seen": ""}
    assert client.post(address("triage-item", letter.pk), form).status_code == 422
    with inside(weighed_plan.area), pytest.raises(RuleBroken, match="past niet bij deze ronde"):
        decide(letter, choices=[Choice(GOING_CONCERN)], extent="wholly", rationale="Blijft.", by=marga)


def test_the_rules_want_one_answer_to_the_extent_its_name_says():
    assert problems_with([Choice(ADOPTED)], extent="wholly", rationale="Daarom.", for_draft_strategy=True) == []
    for choices, extent, field in (([Choice(ADOPTED)], "partly", "extent"), ([Choice(ADOPTED)] * 2, "wholly", "destination-2")):
        fields = [problem.field for problem in problems_with(choices, extent=extent, rationale="Daarom.", for_draft_strategy=True)]
        assert field in fields


def test_officers_of_a_municipality_find_nothing_there(client, anke, weighed_plan, letter):
    client.force_login(anke)
    assert client.get(address("triage-item", letter.pk)).status_code == 404
    assert client.post(address("triage-item", letter.pk), {"destination": "adopted"}).status_code == 404


def test_pages_about_a_council_are_not_there_for_a_unit(client, marga, weighed_plan):
    client.force_login(marga)
    for name in ("plan-detail", "plan-route", "proposal-change", "plan-propose", "chapter-add"):
        assert client.get(address(name)).status_code == 404
    assert client.get(address("plan-rounds")).status_code == 200


def test_the_unit_gets_its_afwegingstabel_and_no_plan(client, marga, weighed_plan, letter):
    client.force_login(marga)
    page = client.get(reverse("reports:report-list", args=["midden-nederland", PERIOD]))
    assert page.status_code == 200
    paper = client.get(reverse("reports:report-preview", args=["midden-nederland", PERIOD, "afwegingstabel"]))
    assert paper.status_code == 200
    assert "Afwegingstabel bij de Veiligheidsstrategie Midden-Nederland 2027–2030" in paper.text
    assert "online dreiging" in paper.text
    assert client.get(reverse("reports:report-preview", args=["midden-nederland", PERIOD, "ivp"])).status_code == 302


def test_a_group_shows_its_others_with_their_answers(client, marga, weighed_plan, letter, strategy):
    with inside(strategy.area):
        other = Contribution.objects.create(
            area=strategy.area, round=strategy, submission=letter.submission, number=2, subject="Jeugd", text="Let op online dreiging."
        )
        group([letter, other], name="Online dreiging", by=marga)
        decide(other, choices=[Choice(ADOPTED)], extent="wholly", rationale="Terecht.", by=marga)
    client.force_login(marga)
    page = client.get(address("triage-beside", letter.pk)).text
    assert "Hoort bij groep ‘Online dreiging’ (2 punten)" in page
    assert address("triage-item", other.pk) in page


@pytest.mark.parametrize("slug", ["midden-nederland", "gooi-en-vechtstreek", "gooi-noord"])
def test_a_higher_area_calls_its_priorities_by_its_own_name(client, areas, slug):
    client.force_login(person("mies", "Mies Prins", areas[slug], Role.POLICY_OFFICER))
    page = client.get(reverse("priorities:municipality", args=[slug])).text
    assert f"Prioriteiten van {areas[slug].formal_name}</h2>" in page


def test_an_area_with_a_plan_still_leads_to_what_lies_below_it(client, marga, weighed_plan):
    client.force_login(marga)
    page = client.get(reverse("priorities:municipality", args=["midden-nederland"]), follow=True).text
    assert "Gebieden hieronder" in page
    assert 'href="/gooi-en-vechtstreek/">District Gooi en Vechtstreek</a>' in page


def test_the_start_page_of_a_unit_speaks_of_answers_and_not_of_destinations(client, marga, weighed_plan, letter):
    client.force_login(marga)
    form = {"destination": "adopted", "rationale": "We noemen online dreiging nu bij jeugd.", "seen": "", "actie": "volgende"}
    client.post(address("triage-item", letter.pk), form)
    page = client.get(address("start")).text
    assert "Wat het antwoord is" in page
    assert "bestemming" not in page
