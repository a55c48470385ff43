"""Points put together and taken apart: whatever people do, each keeps its words, its author, its date and its place."""

import contextlib
import re

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consultation import services
from consultation.models import Contribution, ContributionGroup
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from tests.conftest import make_contribution
from tests.consultation.conftest import logged


@pytest.fixture
def page_url(evening):
    return reverse("consultation:similar-list", args=["blaricum", evening.slug])


def groups_of(round):
    """name -> numbers of the points in it."""
    with inside(round.area):
        found = Contribution.objects.filter(round=round, group__isnull=False).order_by("number").values_list("group__name", "number")
        groups = {}
        for name, number in found:
            groups.setdefault(name, []).append(number)
        return groups


def undo_in(page):
    """The address behind the button Ongedaan maken."""
    return re.search(r'<form action="([^"]+)" method="post">(?:(?!</form>).)*Ongedaan maken', page, re.S)[1].replace("&amp;", "&")


def test_an_officer_puts_together_what_says_the_same_with_one_press_and_undoes_it(client, anke, evening, page_url):
    points = [make_contribution(evening, words) for words in ("Fatbikes op de stoep", "Vuurwerk", "Fatbikes op stoepen")]
    client.force_login(anke)
    page = client.get(page_url)
    assert "2 punten: Fatbikes op stoepen" in page.text
    form = {"punt": re.findall(r'name="punt" value="(\d+)"', page.text), "naam": re.search(r'name="naam" value="([^"]+)"', page.text)[1]}
    page = client.post(page_url, form, follow=True)
    assert "2 punten staan bij elkaar" in page.text
    assert groups_of(evening) == {"Fatbikes op stoepen": [1, 3]}
    assert [verb for verb, _ in logged(evening)].count("contribution.grouped") == 2
    detail = client.get(reverse("consultation:round-detail", args=["blaricum", evening.slug])).text
    assert detail.count("Fatbikes op stoepen") >= 3  # its own name, and as a badge at both
    page = client.post(undo_in(page.text), follow=True)
    assert "De groep Fatbikes op stoepen is opgeheven." in page.text
    assert groups_of(evening) == {}
    page = client.post(undo_in(page.text), follow=True)
    assert "is er weer" in page.text
    assert groups_of(evening) == {"Fatbikes op stoepen": [1, 3]}
    with inside(evening.area):
        assert LogEntry.objects.about(points[0]).count() == 3  # in, out, in


def test_a_group_of_one_ends_and_taking_out_can_be_undone(client, anke, evening, page_url):
    three = [make_contribution(evening, "Fatbikes op de stoep") for _ in range(3)]
    with inside(evening.area):
        group = services.group(three, name="Fatbikes", by=anke)
    client.force_login(anke)
    address = reverse("consultation:group-change", args=["blaricum", evening.slug, group.pk])
    page = client.post(f"{address}?actie=eruit:{three[0].pk}", follow=True)
    assert groups_of(evening) == {"Fatbikes": [2, 3]}
    client.post(undo_in(page.text))
    assert groups_of(evening) == {"Fatbikes": [1, 2, 3]}
    client.post(f"{address}?actie=eruit:{three[0].pk}", follow=True)
    page = client.post(f"{address}?actie=eruit:{three[1].pk}", follow=True)
    assert groups_of(evening) == {}
    client.post(undo_in(page.text))
    assert groups_of(evening) == {"Fatbikes": [2, 3]}


def test_a_third_that_looks_like_a_group_joins_it(client, anke, evening, page_url):
    two = [make_contribution(evening, "Fatbikes op de stoep") for _ in range(2)]
    with inside(evening.area):
        services.group(two, name="Fatbikes", by=anke)
    third = make_contribution(evening, "Fatbikes op stoepen")
    client.force_login(anke)
    assert "3 punten: Fatbikes" in client.get(page_url).text
    client.post(page_url, {"punt": [point.pk for point in (*two, third)]})
    assert groups_of(evening) == {"Fatbikes": [1, 2, 3]}


def test_in_a_frozen_round_nothing_is_put_together_or_taken_apart(client, anke, evening, frozen, page_url):
    points = [make_contribution(evening, "Fatbikes op de stoep") for _ in range(3)]
    with inside(evening.area):
        group = services.group(points[:2], name="Fatbikes", by=anke)
    frozen(evening)
    client.force_login(anke)
    assert client.post(page_url, {"punt": [point.pk for point in points]}).status_code == 409
    address = reverse("consultation:group-change", args=["blaricum", evening.slug, group.pk])
    assert "vastgesteld" in client.post(f"{address}?actie=hef-op", follow=True).text
    assert groups_of(evening) == {"Fatbikes": [1, 2]}
    assert "Zet bij elkaar<" not in client.get(page_url).text


@pytest.mark.parametrize("picked", [[0], [0, 2]], ids=["one alone", "one that was withdrawn"])
def test_what_cannot_be_a_group_is_refused(client, anke, evening, page_url, picked):
    points = [make_contribution(evening, "Fatbikes op de stoep") for _ in range(3)]
    with inside(evening.area):
        services.withdraw(points[2], reason="Dubbel", by=anke)
    client.force_login(anke)
    assert client.post(page_url, {"punt": [points[place].pk for place in picked]}).status_code == 409
    assert groups_of(evening) == {}
    assert client.post(page_url, {"punt": [points[0].pk, points[1].pk]}).status_code == 302


def test_a_group_of_another_municipality_is_a_404(client, bram, anke, evening):
    with inside(evening.area):
        group = ContributionGroup.objects.create(area=evening.area, name="Fatbikes")
    client.force_login(bram)
    assert client.post(reverse("consultation:group-change", args=["blaricum", evening.slug, group.pk])).status_code == 404


def test_the_page_costs_as_many_queries_for_one_group_as_for_ten(client, anke, evening, page_url):
    client.force_login(anke)
    counts = []
    for words in (["bomen"], ["honden", "katten", "lawaai", "vuurwerk", "fietsen", "winkels", "speeltuin", "parkeren", "snelheid"]):
        for word in words:
            for state in ("oude", "nieuwe"):
                two = [make_contribution(evening, f"Meer {word} {state} {word}straat") for _ in range(2)]
                if state == "oude":
                    with inside(evening.area):
                        services.group(two, name=word, by=anke)
        client.get(page_url)
        with CaptureQueriesContext(connection) as queries:
            client.get(page_url)
        counts.append(len(queries))
    assert counts[0] == counts[1]


VERBS = st.sampled_from(["group", "add", "take_out", "ungroup", "regroup", "withdraw"])
STEPS = st.lists(st.tuples(VERBS, st.integers(0, 4), st.integers(0, 4)), max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_sequence_of_steps_loses_alters_or_doubles_a_point(evening, anke, steps):
    points = [make_contribution(evening, f"Punt over iets {word}", party=word) for word in ("a", "b", "c", "d", "e")]
    ids = [point.pk for point in points]
    with inside(evening.area):
        before = said_by(ids)
        withdrawn = set()
        for step, first, second in steps:
            with contextlib.suppress(services.ChangeRefused):
                take(step, ids[first], ids[second], anke)
                withdrawn |= {ids[first]} if step == "withdraw" else set()
            sizes = [group.contributions.count() for group in ContributionGroup.objects.filter(contributions__in=ids).distinct()]
            assert all(size > 1 for size in sizes)
        assert said_by(ids) == before
        assert set(Contribution.objects.filter(pk__in=ids).standing().values_list("pk", flat=True)) == set(ids) - withdrawn


def said_by(ids):
    """What must never change: words, number, sender, day and moment of every point."""
    fields = ("pk", "number", "subject", "sub_subject", "text", "submission__contributor__party", "submission__said_on", "recorded_at")
    return list(Contribution.objects.filter(pk__in=ids).order_by("pk").values_list(*fields))


def take(step, first, second, by):
    """One step by somebody, with the points as they are now."""
    one, other = Contribution.objects.get(pk=first), Contribution.objects.get(pk=second)
    group = other.group or ContributionGroup.objects.filter(area=one.area).order_by("-pk").first()
    if step == "group":
        services.group([one, other], name="Samen", by=by)
    elif step == "withdraw":
        services.withdraw(one, reason="Dubbel", by=by)
    elif step == "take_out":
        services.take_out(one, by=by)
    elif group and step == "add":
        services.add_to_group([one], group, by=by)
    elif group:
        getattr(services, step)(group, by=by)
