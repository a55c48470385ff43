"""What looks like what: words in other forms, typing errors, near-duplicates beside related points, and who may read whose words."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

import pytest

from consultation.likeness import clusters, likeness
from consultation.models import Contribution
from consultation.services import withdraw
from consultation.similarity import hint_for, near_duplicates, similar_points, suggest_themes
from ivp_portal.organisation.access import inside
from tests.conftest import make_contribution
from tests.consultation.conftest import make_round
from tests.consultation.public_rounds import ADDRESS, make_public_round

SAME = {"donker": 0.5, "fietspad": 0.5}


@pytest.mark.parametrize(
    ("sought", "alternatives", "said", "near", "related"),
    [
        (SAME, {}, {"donker", "fietspad"}, True, True),
        (SAME, {}, {"donker", "fietspad", "vaart"}, True, True),
        (SAME, {}, {"donker", "bos", "wandel", "hond", "park"}, False, True),
        (SAME, {}, {"vuurwerk"}, False, False),
        (SAME, {"fietspad": {"fietspadj"}}, {"donker", "fietspadj"}, True, True),
        ({}, {}, {"donker"}, False, False),
        (SAME, {}, set(), False, False),
    ],
)
def test_likeness_needs_both_sides(sought, alternatives, said, near, related):
    alike = likeness(sought, alternatives, said)
    assert (alike.is_near, alike.is_related) == (near, related)


def test_clusters_hold_what_says_the_same_and_each_point_once():
    points = {1: {"donker", "fietspad"}, 2: {"fietspad", "donker"}, 3: {"vuurwerk", "jan"}, 4: {"donker", "fietspad", "vaart"}, 5: set()}
    assert clusters(points) == [[1, 2, 4]]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Meer licht op het fietspadje", "Licht langs de fietspaden"),
        ("Drukte bij Overvegt", "Drukte in Overvecht"),
        ("vuurwrk in november", "Vuurwerk in november"),
        ("De bomen bij de school", "Een boom bij de scholen"),
    ],
)
def test_other_forms_and_typing_errors_find_each_other(evening, typed, said):
    point = make_contribution(evening, said)
    make_contribution(evening, "Honden zonder lijn")
    with inside(evening.area):
        assert [found.contribution for found in similar_points(evening.area, typed)] == [point]


def test_a_near_duplicate_comes_before_what_is_related(evening):
    related = make_contribution(evening, "Fatbikes in het bos", text="Wandelaars en ruiters schrikken van fatbikes op de smalle paden.")
    near = make_contribution(evening, "Fatbikes op de stoep")
    with inside(evening.area):
        found = similar_points(evening, "Fatbikes rijden op de stoep")
    assert [(one.contribution, one.is_near) for one in found] == [(near, True), (related, False)]


def test_what_was_withdrawn_or_is_said_elsewhere_is_not_found(evening, hilversum, anke):
    gone = make_contribution(evening, "Fatbikes op de stoep")
    make_contribution(make_round(hilversum), "Fatbikes op de stoep")
    with inside(evening.area):
        withdraw(gone, reason="Dubbel", by=anke)
        assert similar_points(evening.area, "Fatbikes op de stoep") == []


def test_words_without_meaning_and_odd_signs_find_nothing(evening):
    make_contribution(evening, "Fatbikes op de stoep")
    with inside(evening.area):
        for text in ("", "de het een", "123 456", "'); --", "a\x00b", "& | ! <->", "\\"):
            assert similar_points(evening.area, text) == []


def test_it_costs_as_many_queries_for_one_point_as_for_fifty(evening):
    make_contribution(evening, "Fatbikes op de stoep 0")
    counts = []
    for _ in range(2):
        with inside(evening.area), CaptureQueriesContext(connection) as queries:
            similar_points(evening, "Fatbikes op de stoep")
        counts.append(len(queries))
        for number in range(50):
            make_contribution(evening, f"Fatbikes op de stoep {number}")
    assert counts[0] == counts[1] == 3  # the stems of the text, the words that look like them, the points


def test_themes_are_suggested_with_their_ground(evening, themes, blaricum):
    point = make_contribution(evening, "Fatbikes op de stoep")
    with inside(blaricum):
        Contribution.objects.filter(pk=point.pk).update(theme=themes["Verkeersveiligheid"])
        text = "Fatbikes op de stoep, en fietsdiefstal"
        found = suggest_themes(blaricum, text, similar=similar_points(blaricum, text))
    assert [(str(one.theme), one.ground) for one in found] == [
        ("Diefstal", "noemt fietsdiefstal"),
        ("Verkeersveiligheid", f"lijkt op punt {point.number}"),
    ]


def test_one_point_that_is_merely_about_the_same_suggests_no_theme(evening, themes, blaricum):
    """Two of them do."""
    said = ("Fatbikes in het bos", "Wandelaars en ruiters schrikken van fatbikes op de smalle paden.")
    text = "Fatbikes op de stoep"
    suggested = []
    for _ in range(2):
        make_contribution(evening, said[0], text=said[1])
        with inside(blaricum):
            Contribution.objects.filter(round=evening).update(theme=themes["Verkeersveiligheid"])
            found = similar_points(blaricum, text)
            assert found and not any(one.is_near for one in found)
            suggested.append([str(one.theme) for one in suggest_themes(blaricum, text, similar=found)])
    assert suggested == [[], ["Verkeersveiligheid"]]


def test_the_hint_stands_right_under_the_explanation(client, anke, evening, themes):
    client.force_login(anke)
    page = client.get(reverse("consultation:contribution-add", args=["blaricum", evening.slug])).text
    assert page.index('name="text"') < page.index('id="lijkt-op"') < page.index('name="theme"')


def test_an_officer_sees_what_was_said_before_without_losing_what_was_typed(client, anke, evening, themes):
    make_contribution(evening, "Fietsdiefstal bij het station")
    client.force_login(anke)
    address = reverse("consultation:contribution-add", args=["blaricum", evening.slug])
    page = client.post(address, {"actie": "vergelijk", "sub_subject": "Fietsdiefstal op het station", "party": "Dorp & Natuur"})
    assert page.status_code == 200
    assert "Vrijwel hetzelfde" in page.text
    assert "noemt fietsdiefstal" in page.text
    assert 'value="Fietsdiefstal op het station"' in page.text
    assert 'value="Dorp &amp; Natuur"' in page.text
    assert "Vul het onderwerp in" not in page.text
    with inside(evening.area):
        assert Contribution.objects.filter(round=evening).count() == 1


def test_correcting_a_point_leaves_out_the_point_itself(client, anke, evening):
    point = make_contribution(evening, "Fietsdiefstal bij het station")
    client.force_login(anke)
    address = reverse("consultation:contribution-correct", args=["blaricum", evening.slug, point.pk])
    assert "Geen vergelijkbare punten gevonden." in client.get(address).text


def test_near_duplicates_of_a_round_come_in_groups(evening):
    said = ("Fatbikes op de stoep", "Vuurwerk", "Fatbikes op stoepen!", "Fatbikes op stoep")
    points = [make_contribution(evening, words) for words in said]
    with inside(evening.area):
        assert near_duplicates(evening) == [[points[0], points[2], points[3]]]


SAID = "Jongeren met fatbikes rijden over de stoep."


@pytest.mark.parametrize(("kinds", "checked", "shown"), [([], False, True), (["email"], False, False), (["email"], True, True)])
def test_a_visitor_reads_anothers_words_only_once_they_are_cleared(client, blaricum, kinds, checked, shown):
    round = make_public_round(blaricum)
    point = make_contribution(round, SAID, text=SAID)
    with inside(blaricum):
        seen = timezone.now() if checked else None
        Contribution.objects.filter(pk=point.pk).update(personal_data=kinds, personal_data_checked_at=seen)
    page = client.get(ADDRESS)
    assert "bijna hetzelfde" not in page.text
    sheet = page.text.split('name="blad" value="')[1].split('"')[0]
    form = {"blad": sheet, "punten": "1", "punt-1-text": "Fatbikes rijden over de stoep"}
    page = client.post(ADDRESS, form | {"actie": "later"})
    assert page.status_code == 200
    assert "1 ander zei al bijna hetzelfde" in page.text
    assert ("Jongeren met fatbikes rijden" in page.text) is shown
    page = client.post(ADDRESS, form | {"actie": "automatisch", "versie": "1"}, headers={"HX-Request": "true"})
    assert 'id="lijkt-1" hx-swap-oob="true"' in page.text
    assert "1 ander zei al bijna hetzelfde" in page.text


def test_a_round_that_is_not_public_gives_no_hint(evening):
    make_contribution(evening, SAID)
    with inside(evening.area):
        assert hint_for(evening, SAID) is None
