"""Taking back what you just decided, one after another, and putting a point off: what is said, what stands, where you land."""

import datetime

from django.test import Client
from django.urls import reverse
from django.utils import timezone

import pytest

from consultation.services import freeze_round, withdraw
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from priorities.models import Decision, Handling, SittingRecord
from priorities.tasks import tidy_up
from priorities.triage import sitting
from priorities.triage.queue_counts import plan_of_period
from tests.conftest import make_contribution
from tests.priorities.test_triage_page import GOING_CONCERN, decided, item_url

TAKE_BACK = "/blaricum/2027-2030/afwegen/ongedaan-maken/"


def later_url(contribution):
    return reverse("priorities:triage-later", args=["blaricum", "2027-2030", contribution.pk])


@pytest.fixture
def points(council_round, overlast):
    return [overlast, make_contribution(council_round, "Snelheid"), make_contribution(council_round, "Honden")]


def decide_all(client, points):
    for point in points:
        client.post(item_url(point), GOING_CONCERN | {"rationale": f"Over {point.point}."})


def test_what_somebody_just_decided_is_taken_back_and_again_the_one_before(client, anke, points):
    client.force_login(anke)
    decide_all(client, points)
    for point in reversed(points):
        page = client.post(TAKE_BACK, follow=True)
        assert f"Ongedaan gemaakt: {point.point}. Het punt staat weer in de lijst." in page.text
        assert page.redirect_chain[0][0].startswith(item_url(point))
        assert decided(point) == []
    assert "Er is niets meer om ongedaan te maken" in client.post(TAKE_BACK, follow=True).text
    with inside("blaricum"):
        assert [line.verb for line in LogEntry.objects.about(points[0])] == ["decision.made", "decision.undone"]


@pytest.mark.parametrize("way", ["keys", "message"])
def test_of_two_answers_to_one_point_the_first_comes_back_and_is_then_taken_back_too(client, anke, overlast, way):
    client.force_login(anke)
    decide_all(client, [overlast])
    (first,) = decided(overlast)
    client.post(item_url(overlast), GOING_CONCERN | {"seen": first.pk, "rationale": "Bij nader inzien."})
    (second,) = decided(overlast)
    address = TAKE_BACK if way == "keys" else f"{item_url(overlast)}ongedaan-maken/?besluit={second.pk}"
    assert "De vorige afweging geldt weer." in client.post(address, follow=True).text
    assert [decision.rationale for decision in decided(overlast)] == ["Over Jeugdoverlast."]
    assert "Het punt staat weer in de lijst." in client.post(TAKE_BACK, follow=True).text
    assert decided(overlast) == []


def test_the_screen_says_what_will_be_taken_back(client, anke, points):
    client.force_login(anke)
    assert "zitting-terug" not in client.get(item_url(points[0])).text
    decide_all(client, points[:1])
    client.get(item_url(points[1]))  # the message was read
    assert "‘Jeugdoverlast’ ongedaan maken" in client.get(item_url(points[1])).text


def test_after_taking_one_back_the_same_key_takes_back_the_one_before(client, anke, points):
    client.force_login(anke)
    decide_all(client, points)
    client.get(item_url(points[0]))  # the messages were read
    page = client.post(TAKE_BACK, follow=True).text
    assert page.count('data-key="u"') == 1
    assert "‘Snelheid’ ongedaan maken" in page


def test_what_a_colleague_changed_since_is_passed_over_in_words(client, anke, peter, points):
    client.force_login(anke)
    decide_all(client, points[:2])
    (mine,) = decided(points[1])
    colleague = Client()
    colleague.force_login(peter)
    colleague.post(item_url(points[1]), GOING_CONCERN | {"seen": mine.pk, "rationale": "Beter."})
    page = client.post(TAKE_BACK, follow=True)
    assert "Snelheid is intussen opnieuw afgewogen. Die afweging blijft staan." in page.text
    assert "Ongedaan gemaakt: Jeugdoverlast." in page.text
    assert [decision.rationale for decision in decided(points[1])] == ["Beter."]
    assert decided(points[0]) == []


def test_a_point_that_was_withdrawn_is_passed_over(client, anke, points):
    client.force_login(anke)
    decide_all(client, points[:2])
    with inside("blaricum"):
        withdraw(points[1], reason="Dubbel.", by=anke)
    page = client.post(TAKE_BACK, follow=True)
    assert "Snelheid is intussen ingetrokken." in page.text
    assert decided(points[0]) == []


def test_after_adoption_nothing_is_taken_back_or_put_off(client, anke, points):
    client.force_login(anke)
    decide_all(client, points[:1])
    with inside("blaricum"):
        freeze_round(points[0].round, by=None)
    for address in (TAKE_BACK, later_url(points[1])):
        assert "vastgesteld" in client.post(address, follow=True).text
    assert len(decided(points[0])) == 1
    with inside("blaricum"):
        assert not Handling.objects.exists()


def test_a_sitting_remembers_the_last_fifty_of_one_person_and_one_plan(anke, peter, plan):
    kept = sitting.Sitting([sitting.Done(number, number, "Punt") for number in range(60)])
    anke.last_login = peter.last_login = timezone.now()
    with inside("blaricum") as (area,):
        sitting.keep(plan, anke, kept)
        of_anke, of_peter = (plan_of_period(area, "2027-2030", who) for who in (anke, peter))
        assert [done.decision for done in sitting.sitting_of(of_anke).done] == list(range(10, 60))
        assert sitting.sitting_of(of_peter).latest is None


def test_who_logs_in_again_begins_a_new_sitting_and_the_old_one_is_let_go(client, anke, points):
    client.force_login(anke)
    decide_all(client, points[:1])
    client.force_login(anke)
    assert "Er is niets meer om ongedaan te maken" in client.post(TAKE_BACK, follow=True).text
    assert len(decided(points[0])) == 1
    with inside("blaricum"):
        SittingRecord.objects.update(since=timezone.now() - datetime.timedelta(hours=11))
    tidy_up()
    with inside("blaricum"):
        assert not SittingRecord.objects.exists()


def test_the_text_that_was_taken_back_is_offered_again(client, anke, points):
    client.force_login(anke)
    decide_all(client, points[:1])
    (mine,) = decided(points[0])
    page = client.post(TAKE_BACK, follow=True)
    assert f'href="?tekst={mine.pk}"' in page.text
    again = client.get(item_url(points[0]) + f"?tekst={mine.pk}").text
    assert "Over Jeugdoverlast.</textarea>" in again
    assert 'name="seen"' in again and f'value="{mine.pk}"' not in again.partition('name="seen"')[2].partition(">")[0]


@pytest.mark.parametrize("tail", ["?tekst=x", "?tekst=999999", "?tekst=99999999999999999999", "?teruggenomen=x", "?zoals=vorige"])
def test_an_odd_address_opens_the_plain_form(client, anke, overlast, tail):
    client.force_login(anke)
    page = client.get(item_url(overlast) + tail)
    assert page.status_code == 200
    assert "</textarea>" in page.text


def test_a_decision_of_another_point_is_not_offered_as_text(client, anke, points):
    client.force_login(anke)
    decide_all(client, points[:1])
    (of_another,) = decided(points[0])
    assert "Over Jeugdoverlast." not in client.get(item_url(points[1]) + f"?tekst={of_another.pk}").text


def test_later_puts_the_point_at_the_end_and_opens_the_next(client, anke, points):
    client.force_login(anke)
    page = client.post(later_url(points[0]), follow=True)
    assert page.redirect_chain == [(item_url(points[1]), 302)]
    assert "Jeugdoverlast staat nu achteraan." in page.text
    client.post(item_url(points[1]), GOING_CONCERN)
    response = client.post(item_url(points[2]), GOING_CONCERN)
    assert response.url == item_url(points[0])
    with inside("blaricum"):
        assert not LogEntry.objects.about(points[0]).exists()


def test_what_was_put_off_gets_its_own_place_back(client, anke, points):
    client.force_login(anke)
    page = client.post(later_url(points[0]), follow=True)
    assert f"{later_url(points[0])}?terug=1" in page.text
    page = client.post(f"{later_url(points[0])}?terug=1", follow=True)
    assert "Jeugdoverlast staat weer op zijn eigen plek." in page.text
    assert client.get("/blaricum/2027-2030/afwegen/").url == item_url(points[0])


def test_two_put_off_keep_their_order(client, anke, points):
    client.force_login(anke)
    for point in (points[1], points[0]):
        client.post(later_url(point))
    order = []
    for _ in points:
        address = client.get("/blaricum/2027-2030/afwegen/").url
        order.append(address)
        client.post(address, GOING_CONCERN)
    assert order == [item_url(points[2]), item_url(points[1]), item_url(points[0])]


def test_the_last_decision_is_offered_again_for_the_next_point(client, anke, plan, points):
    with inside(plan.area):
        youth = plan.priorities.get(title="Jeugd")
    client.force_login(anke)
    sent = {"destination": "local_priority", "first_local_priority": youth.pk, "extent": "partly", "rationale": "Jeugd eerst."}
    client.post(item_url(points[0]), GOING_CONCERN | sent)
    page = client.get(item_url(points[1]) + "?zoals=vorige").text
    assert "Jeugd eerst.</textarea>" in page
    assert 'value="local_priority" checked' in page
    assert f'<option value="{youth.pk}" selected>Jeugd</option>' in page
    assert 'id="id_extent_1" value="partly" checked' in page
    with inside("blaricum"):
        assert not Decision.objects.filter(contribution=points[1]).exists()
