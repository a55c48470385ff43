"""Many points given to a colleague in one act, and given back in one: each to who had it, or none."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

import pytest

from ivp_portal.organisation.access import inside
from priorities import services
from priorities.models import Handling
from priorities.services.batches import IMMEDIATE_POINTS
from tests.priorities.test_batches import START, choose, lines, points_in


@pytest.fixture
def officer(client, anke):
    client.force_login(anke)
    return client


@pytest.fixture
def six(council_round):
    return points_in(council_round, 6)


def test_points_are_given_to_a_colleague(officer, peter, carla, six):
    address = choose(officer, six, actie="toewijzen")
    page = officer.get(address)
    assert "Wijs 6 punten toe" in page.text
    form = {"actie": "vastleggen", "punt": [point.pk for point in six], "pagina": 1}
    assert officer.post(address, form | {"assignee": carla.pk}).status_code == 422
    page = officer.get(officer.post(address, form | {"assignee": peter.pk}).url)
    assert "<h1>6 punten toegewezen</h1>" in page.text
    with inside(six[0].area):
        assert set(Handling.objects.values_list("contribution", "assignee")) == {(point.pk, peter.pk) for point in six}
    (line,) = lines(six[0])
    assert (line.verb, line.facts["to"], line.facts["batch_size"]) == ("point.assigned", "Peter Vos", 6)
    address = choose(officer, six, actie="toewijzen")
    officer.post(address, form | {"assignee": peter.pk})
    assert len(lines(six[0])) == 1, "it lay there already"
    address = choose(officer, six, actie="toewijzen")
    officer.post(address, form | {"assignee": "niemand"})
    assert lines(six[0])[-1].verb == "point.left"


def lay_with(point, *, to, by):
    with inside(point.area):
        services.assign(point, to=to, by=by)


def handled(points):
    with inside(points[0].area):
        return dict(Handling.objects.filter(contribution__in=points).values_list("contribution", "assignee"))


def give(officer, points, to):
    """Assign these in one act; its address."""
    address = choose(officer, points, actie="toewijzen")
    officer.post(address, {"actie": "vastleggen", "punt": [point.pk for point in points], "pagina": 1, "assignee": to.pk})
    return address


def test_giving_many_to_a_colleague_is_taken_back_in_one_go_each_to_who_had_it(officer, anke, peter, six):
    lay_with(six[0], to=anke, by=peter)
    lay_with(six[1], to=peter, by=anke)
    page = officer.get(choose(officer, six, actie="toewijzen")).text
    assert "U kunt het daarna in één keer ongedaan maken." in page
    address = give(officer, six, peter)
    page = officer.get(address).text
    assert page.count("ligt bij Peter Vos") == 6
    assert 'value="ongedaan"' in page
    page = officer.get(officer.post(address, {"actie": "ongedaan"}).url).text
    assert "<h1>5 toewijzingen ongedaan gemaakt</h1>" in page, "one lay there already"
    assert (page.count("ligt bij Anke de Boer"), page.count("ligt bij niemand")) == (1, 4)
    assert handled(six) == {six[0].pk: anke.pk, six[1].pk: peter.pk} | {point.pk: None for point in six[2:]}
    assert [line.verb for line in lines(six[0])] == ["point.assigned", "point.assigned", "point.claimed"]
    assert [line.verb for line in lines(six[1])] == ["point.assigned"]
    last = lines(six[2])[-1]
    assert (last.verb, last.facts["before"], last.facts["batch_size"]) == ("point.left", "Peter Vos", 5)
    page = officer.get(address).text
    assert "Dit is ongedaan gemaakt door Anke de Boer" in page
    assert 'value="ongedaan"' not in page


def test_giving_many_back_is_refused_when_somebody_chose_otherwise_since(officer, anke, peter, six):
    address = give(officer, six, peter)
    lay_with(six[2], to=anke, by=peter)
    lay_with(six[3], to=None, by=peter)
    stands = handled(six)
    refused = officer.post(address, {"actie": "ongedaan"}).url
    page = officer.get(refused).text
    assert "<h1>Niets ongedaan gemaakt</h1>" in page
    assert "Intussen behandelt Anke de Boer dit punt." in page
    assert "Intussen haalde een collega de behandelaar van dit punt weg." in page
    assert handled(six) == stands
    again = officer.post(refused, {"actie": "verder"}).url
    page = officer.get(again).text
    assert "Maak 4 toewijzingen ongedaan" in page
    assert page.count("weer bij niemand") == 4
    officer.post(again, {"actie": "vastleggen", "punt": [point.pk for point in six], "pagina": 1})
    assert handled(six) == stands | {six[at].pk: None for at in (0, 1, 4, 5)}


def test_points_are_not_given_back_to_who_may_not_weigh_here_any_more(officer, anke, peter, six):
    for point in six:
        lay_with(point, to=peter, by=anke)
    address = give(officer, six, anke)
    with inside(six[0].area):
        peter.memberships.all().delete()
    page = officer.get(officer.post(address, {"actie": "ongedaan"}).url).text
    assert "Peter Vos mag hier geen punten afwegen." in page
    assert set(handled(six).values()) == {anke.pk}


def test_what_lay_with_a_colleague_already_leaves_nothing_to_take_back(officer, peter, anke, six):
    lay_with(six[0], to=peter, by=anke)
    assert 'value="ongedaan"' not in officer.get(give(officer, six[:1], peter)).text


def test_giving_three_points_and_back_costs_as_many_statements_as_fifty(officer, anke, peter, council_round):
    counts = []
    for number, subject in ((3, "Verkeer"), (50, "Overlast")):
        points = points_in(council_round, number, subject=subject)
        lay_with(points[0], to=anke, by=peter)
        address = choose(officer, points, actie="toewijzen")
        form = {"actie": "vastleggen", "punt": [point.pk for point in points], "pagina": 1, "assignee": peter.pk}
        with CaptureQueriesContext(connection) as given:
            officer.post(address, form)
        with CaptureQueriesContext(connection) as outcome:
            officer.get(address)
        with CaptureQueriesContext(connection) as given_back:
            officer.post(address, {"actie": "ongedaan"})
        counts.append((len(given), len(outcome), len(given_back)))
    assert counts[0] == counts[1]


def test_more_than_a_request_can_carry_are_given_and_given_back_by_a_worker(
    officer, anke, peter, council_round, django_capture_on_commit_callbacks
):
    points = points_in(council_round, IMMEDIATE_POINTS + 1)
    lay_with(points[-1], to=anke, by=peter)
    with django_capture_on_commit_callbacks(execute=True):
        address = officer.post(START, {"alles": "1", "actie": "toewijzen"}).url
        shown = [point.pk for point in points[:50]]
        officer.post(address, {"actie": "vastleggen", "punt": shown, "pagina": 1, "assignee": peter.pk})
    assert set(handled(points).values()) == {peter.pk}
    with django_capture_on_commit_callbacks(execute=True):
        back = officer.post(address, {"actie": "ongedaan"}).url
    assert "<h1>201 toewijzingen ongedaan gemaakt</h1>" in officer.get(back).text
    assert handled(points) == dict.fromkeys((point.pk for point in points), None) | {points[-1].pk: anke.pk}
