"""The home of a round: its numbers, its address to share, finding points, its rooms; for an area of any level."""

import datetime

from django.urls import resolve, reverse
from django.utils import timezone

import pytest
import time_machine

from consultation import services
from consultation.models import Channel, Contribution, Contributor, ContributorKind, Round, RoundKind, Submission
from consultation.round_nav import ROOMS
from ivp_portal.organisation.access import inside
from ivp_portal.organisation.roles import Role
from tests.conftest import person
from tests.consultation.conftest import make_round
from tests.consultation.test_rounds import NEW_ROUND, say

HOME = "/blaricum/inbreng/avond/"


def hear(round: Round, number: int, sub_subject: str, *, channel: str = Channel.LETTER, is_late: bool = False, **facts) -> Contribution:
    """One point of its own submission."""
    with inside(round.area):
        contributor = Contributor.objects.create(area=round.area, kind=ContributorKind.RESIDENT)
        submission = Submission.objects.create(area=round.area, round=round, contributor=contributor, channel=channel, is_late=is_late)
        values = {"subject": "Verkeer", "text": "Zo is het."} | facts
        return Contribution.objects.create(
            area=round.area, round=round, submission=submission, number=number, sub_subject=sub_subject, **values
        )


@pytest.fixture
def mixed(evening, anke, themes):
    """Five points: parked cars, a withdrawn one, a late one, one with a theme, one with what may be a telephone number."""
    hear(evening, 1, "Auto's op de stoep", text="Ze parkeren overal.")
    twice = hear(evening, 2, "Nog eens auto's")
    hear(evening, 3, "Lampen kapot", is_late=True, channel=Channel.PHONE)
    hear(evening, 4, "Te hard rijden", theme=themes["Verkeersveiligheid"])
    hear(evening, 5, "Bel mij", personal_data=["phone"])
    with inside(evening.area):
        services.withdraw(twice, reason="dubbel", by=anke)
    return evening


def test_the_numbers_of_a_round_lead_to_the_points_they_count(client, anke, mixed):
    client.force_login(anke)
    page = client.get(HOME)
    assert page.context["numbers"] == {"points": 4, "withdrawn": 1, "late": 1, "unchecked": 1, "themeless": 3, "submissions": 5, "held": 0}
    assert f'href="{HOME}nakijken/"' in page.text
    for address in ("?thema=geen", "?toon=na-de-termijn", "?toon=ingetrokken"):
        assert f'href="{address}"' in page.text
        assert client.get(HOME + address).context["page"].paginator.count


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ("", [1, 2, 3, 4, 5]),
        ("zoek=parkeer", [1]),
        ("zoek=auto", [1, 2]),
        ("zoek=4", [4]),
        ("zoek=fatbike", []),
        ("kanaal=phone", [3]),
        ("toon=na-de-termijn", [3]),
        ("toon=persoonsgegevens", [5]),
        ("toon=ingetrokken", [2]),
        ("thema=geen", [1, 2, 3, 5]),
        ("thema=geen&kanaal=letter&zoek=auto", [1, 2]),
        ("thema=kwaad&kanaal=postduif&toon=iets&pagina=x", [1, 2, 3, 4, 5]),
        ("thema=99999999999&zoek=%00", [1, 2, 3, 4, 5]),
        ("zoek='%26!(", []),
    ],
)
def test_an_officer_finds_points(client, anke, mixed, asked, numbers):
    client.force_login(anke)
    page = client.get(f"{HOME}?{asked}")
    assert page.status_code == 200
    assert [point.number for point in page.context["page"]] == numbers


def test_points_are_found_by_their_theme(client, anke, mixed, themes):
    client.force_login(anke)
    page = client.get(f"{HOME}?thema={themes['Verkeersveiligheid'].pk}")
    assert [point.number for point in page.context["page"]] == [4]
    assert f'<option value="{themes["Verkeersveiligheid"].pk}" selected>Verkeersveiligheid</option>' in page.text
    assert "1 punt gevonden" in page.text


def test_what_is_not_found_says_so_and_the_search_stays(client, anke, mixed):
    client.force_login(anke)
    page = client.get(f"{HOME}?zoek=fatbike").text
    assert "Niets gevonden voor ‘fatbike’. Zoek met minder woorden." in page
    assert 'value="fatbike"' in page
    assert "Wis alles" in page


def test_a_point_says_that_it_was_late_and_that_somebody_should_look(client, anke, mixed):
    client.force_login(anke)
    page = client.get(HOME).text
    assert page.count("Na de termijn</span>") == 1
    assert page.count("Mogelijk persoonsgegevens</span>") == 1


def test_the_next_page_keeps_the_filter(client, anke, evening):
    say(evening, 60)
    client.force_login(anke)
    assert "zoek=punt&amp;pagina=2" in client.get(f"{HOME}?zoek=punt").text


def test_a_long_text_folds_away(client, anke, evening):
    hear(evening, 1, "Lang", text="woord " * 300)
    client.force_login(anke)
    page = client.get(HOME).text
    assert "Lees alles" in page
    assert "woord " * 299 in page


def test_a_public_round_shows_its_address_to_share(client, anke, evening, settings):
    settings.PORTAL_URL = "https://ivp.voorbeeld.nl"
    client.force_login(anke)
    assert "Deel deze ronde" not in client.get(HOME).text
    with inside(evening.area):
        Round.objects.filter(pk=evening.pk).update(is_public=True)
    with time_machine.travel(evening.opens_at - datetime.timedelta(hours=1)):
        page = client.get(HOME).text
        assert 'value="https://ivp.voorbeeld.nl/blaricum/meedoen/avond/"' in page
        assert "Mensen kunnen meedoen vanaf woensdag 16 september 2026, 20.00 uur." in page
    with time_machine.travel(evening.opens_at):
        assert "Iedereen met dit adres kan meedoen." in client.get(HOME).text
    with time_machine.travel(evening.closes_at):
        assert "Het formulier is dicht." in client.get(HOME).text


def test_every_room_of_a_round_exists_and_the_current_one_is_marked(client, anke, evening):
    client.force_login(anke)
    for room in ROOMS:
        address = reverse(room.address, args=["blaricum", "avond"])
        assert resolve(address).view_name.startswith(room.pages)
        page = client.get(address)
        assert page.status_code == 200
        rooms = page.text.partition('aria-label="Onderdelen van de ronde"')[2].partition("</nav>")[0]
        assert f'<a href="{address}" aria-current="page">{room.label}</a>' in rooms
        assert rooms.count("aria-current") == 1


def test_a_council_member_sees_only_the_rooms_that_are_open_to_all(client, carla, evening):
    client.force_login(carla)
    rooms = client.get(HOME).text.partition('aria-label="Onderdelen van de ronde"')[2].partition("</nav>")[0]
    assert "Punten" in rooms
    assert "Instellingen" not in rooms
    assert "Inlezen" not in rooms


def test_ten_thousand_points_are_one_page_among_many(client, anke, evening, django_assert_max_num_queries):
    point = hear(evening, 1, "De eerste")
    with inside(evening.area):
        shared = {"area": evening.area, "round": evening, "submission_id": point.submission_id, "subject": "Verkeer"}
        Contribution.objects.bulk_create(
            [Contribution(number=number, text=f"Punt {number}", **shared) for number in range(2, 10_001)], 2000
        )
    client.force_login(anke)
    with django_assert_max_num_queries(15):
        page = client.get(f"{HOME}?pagina=200")
    assert "10000 punten" in page.text
    assert "9951 tot en met 10000" in page.text


# An area of another level


@pytest.fixture
def wil(areas):
    """Policy officer of the police unit."""
    return person("wil", "Wil Aarts", areas["midden-nederland"], Role.POLICY_OFFICER)


def test_an_officer_of_the_unit_works_as_one_of_a_municipality_does(client, wil, areas, themes):
    client.force_login(wil)
    page = client.get("/midden-nederland/").text
    assert "/midden-nederland/inbreng/" in page.partition('aria-label="Hoofdmenu"')[2].partition("</nav>")[0]
    assert "Bekijk de rondes" in page
    assert client.get("/midden-nederland/inbreng/").status_code == 200
    made = client.post("/midden-nederland/inbreng/nieuwe-ronde/", NEW_ROUND | {"kind": "strategy", "title": "Strategie"})
    assert made.url == "/midden-nederland/inbreng/strategie/"
    point = {"subject": "Ondermijning", "sub_subject": "Te weinig", "contributor_kind": "area", "party": "Blaricum", "channel": "letter"}
    client.post(f"{made.url}nieuw/", point | {"said_on": "2026-10-01"})
    page = client.get(made.url)
    assert page.context["numbers"]["points"] == 1
    pk = page.context["page"][0].pk
    for address in ("instellingen/", "kopie/", "inlezen/", f"{pk}/verbeteren/"):
        assert client.get(made.url + address).status_code == 200
    for address in ("themas/", "themas/nieuw/", "themas/onderwerpen/", f"themas/{themes['Ondermijning'].pk}/"):
        assert client.get(f"/midden-nederland/inbreng/{address}").status_code == 200


def test_the_unit_reads_what_a_municipality_asks_but_changes_nothing(client, wil, evening):
    client.force_login(wil)
    page = client.get(HOME)
    assert page.status_code == 200
    assert "Instellingen" not in page.text
    assert client.post(f"{HOME}instellingen/", {}).status_code == 403


def test_a_municipality_does_not_see_the_rounds_of_the_unit(client, anke, areas):
    make_round(areas["midden-nederland"], slug="strategie", kind=RoundKind.STRATEGY, title="Strategie")
    client.force_login(anke)
    assert client.get("/midden-nederland/inbreng/").status_code == 404
    assert client.get("/midden-nederland/inbreng/strategie/").status_code == 404


@pytest.mark.parametrize(("day", "count", "has_weesp"), [("2019-03-01", 39, True), ("2022-03-23", 39, True), ("2022-06-01", 38, False)])
def test_each_municipality_that_existed_on_the_day_has_a_place(areas, day, count, has_weesp):
    slots = services.slots_for(areas["midden-nederland"], datetime.date.fromisoformat(day))
    assert len(slots) == count
    assert ("Weesp" in [area.name for area in slots]) == has_weesp
    assert [area.name for area in slots] == sorted(area.name for area in slots)


def test_a_round_of_one_municipality_has_one_place(areas):
    assert services.slots_for(areas["blaricum"], timezone.localdate()) == [areas["blaricum"]]
