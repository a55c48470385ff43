"""Rounds on the screen: the list, one round with everything said in it, a new one."""

import datetime
import threading

from django.db import connection
from django.urls import URLResolver, get_resolver
from django.utils import timezone

import pytest
import time_machine

from consultation import services
from consultation.models import Channel, Contribution, Contributor, ContributorKind, Round, RoundKind, Submission
from consultation.services.rounds import RESERVED_SLUGS
from ivp_portal.organisation.access import inside
from tests.consultation.conftest import contributions, logged, make_round

NEW_ROUND = {
    "kind": "residents",
    "title": "Inwoners 2026",
    "question": "Wat kan er veiliger?",
    "opens_at": "2026-10-01T09:00",
    "closes_at": "2026-11-15T23:59",
    "contact_days": "30",
}


def say(round: Round, count: int) -> None:
    """As many points, each of somebody else."""
    with inside(round.area):
        for number in range(round.contributions.count() + 1, round.contributions.count() + count + 1):
            contributor = Contributor.objects.create(area=round.area, kind=ContributorKind.PARTNER, party=f"Organisatie {number}")
            submission = Submission.objects.create(area=round.area, round=round, contributor=contributor, channel=Channel.LETTER)
            Contribution.objects.create(
                area=round.area,
                round=round,
                submission=submission,
                number=number,
                subject="Verkeer",
                sub_subject=f"Punt {number}",
                text="Zo is het.",
            )


def test_the_list_shows_each_round_with_its_points_and_its_state(client, anke, evening):
    say(evening, 3)
    with inside(evening.area):
        services.withdraw(contributions(evening)[0], reason="dubbel", by=anke)
    client.force_login(anke)
    with time_machine.travel(evening.opens_at + datetime.timedelta(hours=1)):
        page = client.get("/blaricum/inbreng/")
    assert page.status_code == 200
    assert page.context["page"][0].points == 2
    for text in ("Raadssessie september", "Raadssessie", "1 ingetrokken", "Open", "16 september 2026, 20.00 tot 23.00 uur", "Nieuwe ronde"):
        assert text in page.text


def test_rounds_of_another_area_are_not_in_the_list(client, anke, evening, hilversum, areas):
    make_round(hilversum, title="Sessie van de buren")
    make_round(areas["gooi-en-vechtstreek"], title="Sessie van het district")
    client.force_login(anke)
    page = client.get("/blaricum/inbreng/").text
    assert "Raadssessie september" in page
    assert "Sessie van" not in page


def test_the_latest_round_stands_first(client, anke, evening):
    for years, title in ((4, "Over vier jaar"), (-4, "Vier jaar terug")):
        with inside(evening.area):
            days = datetime.timedelta(days=365 * years)
            Round.objects.create(
                area=evening.area,
                slug=f"r{years + 4}",
                kind=RoundKind.PARTNERS,
                title=title,
                opens_at=evening.opens_at + days,
                closes_at=evening.closes_at + days,
            )
    client.force_login(anke)
    shown = [round.title for round in client.get("/blaricum/inbreng/").context["page"]]
    assert shown == ["Over vier jaar", "Raadssessie september", "Vier jaar terug"]


def test_an_empty_list_says_what_to_do_next(client, anke, carla, blaricum):
    client.force_login(anke)
    assert "/blaricum/inbreng/nieuwe-ronde/" in client.get("/blaricum/inbreng/").text
    client.force_login(carla)
    page = client.get("/blaricum/inbreng/").text
    assert "Nog geen consultatieronde" in page
    assert "nieuwe-ronde" not in page


def test_a_round_shows_what_was_said_with_a_reference_to_cite(client, anke, evening):
    say(evening, 2)
    client.force_login(anke)
    page = client.get("/blaricum/inbreng/avond/").text
    for text in ("2 punten", "Punt 1", "Partner: Organisatie 2", "Brief", "avond/2", "Zo is het.", "/verbeteren/", "/intrekken/"):
        assert text in page


def test_a_council_member_reads_a_round_but_changes_nothing(client, carla, evening):
    say(evening, 1)
    client.force_login(carla)
    page = client.get("/blaricum/inbreng/avond/")
    assert page.status_code == 200
    assert "Punt 1" in page.text
    for address in ("verbeteren", "intrekken", "inlezen", "nieuw"):
        assert f"/{address}/" not in page.text
    for address in ("nieuwe-ronde/", "avond/nieuw/", "avond/inlezen/"):
        assert client.get(f"/blaricum/inbreng/{address}").status_code == 403
        assert client.post(f"/blaricum/inbreng/{address}", {}).status_code == 403
    assert len(contributions(evening)) == 1


def test_somebody_from_another_municipality_finds_nothing_here(client, bram, evening):
    client.force_login(bram)
    for address in ("", "avond/", "nieuwe-ronde/", "avond/nieuw/", "avond/inlezen/", "niet-daar/"):
        assert client.get(f"/blaricum/inbreng/{address}").status_code == 404


def test_an_unknown_round_is_not_found(client, anke, evening, hilversum):
    make_round(hilversum, slug="sessie")
    client.force_login(anke)
    assert client.get("/blaricum/inbreng/sessie/").status_code == 404


def test_a_withdrawn_point_stays_readable_and_says_so(client, anke, evening):
    say(evening, 1)
    with inside(evening.area):
        services.withdraw(contributions(evening)[0], reason="dubbel", by=anke)
    client.force_login(anke)
    page = client.get("/blaricum/inbreng/avond/").text
    assert "Punt 1" in page
    assert "Ingetrokken" in page
    assert "/intrekken/" not in page


def test_a_frozen_round_has_no_buttons_and_says_why(client, anke, evening, frozen):
    say(evening, 1)
    frozen(evening)
    client.force_login(anke)
    page = client.get("/blaricum/inbreng/avond/").text
    assert "Er kan niets meer bij of af." in page
    assert "Afgesloten" in page
    for address in ("verbeteren", "intrekken", "inlezen", "nieuw"):
        assert f"/{address}/" not in page


def test_a_long_round_has_pages(client, anke, evening):
    say(evening, 60)
    client.force_login(anke)
    first, second = client.get("/blaricum/inbreng/avond/").text, client.get("/blaricum/inbreng/avond/?pagina=2").text
    assert "60 punten" in first
    assert "1 tot en met 50" in first
    assert "Punt 60<" in second
    assert "Punt 60<" not in first


# Session and user; the transaction's begin and end; the area with its lineage and what may be done there, the wall; newest plan (for the
# menu). Then the page's own: a count and its rows, and in a round the round itself, its numbers (three) and the themes to filter by.
@pytest.mark.parametrize(("address", "queries"), [("/blaricum/inbreng/", 8), ("/blaricum/inbreng/avond/", 13)])
def test_the_number_of_queries_does_not_grow_with_the_list(client, anke, evening, address, queries, django_assert_num_queries):
    say(evening, 3)
    client.force_login(anke)
    with django_assert_num_queries(queries):
        client.get(address)
    for number in range(30):
        make_round(evening.area, slug=f"avond-{number}", title=f"Avond {number}")
    say(evening, 30)
    with django_assert_num_queries(queries):
        client.get(address)


# A new round


def test_an_officer_makes_a_round(client, anke, blaricum):
    client.force_login(anke)
    answer = client.post("/blaricum/inbreng/nieuwe-ronde/", NEW_ROUND, follow=True)
    assert answer.redirect_chain == [("/blaricum/inbreng/inwoners-2026/", 302)]
    assert "De ronde ‘Inwoners 2026’ staat klaar." in answer.text
    with inside(blaricum):
        made = Round.objects.get(slug="inwoners-2026")
    assert (made.kind, made.question) == (RoundKind.RESIDENTS, "Wat kan er veiliger?")
    assert timezone.localtime(made.closes_at).strftime("%d-%m-%Y %H:%M") == "15-11-2026 23:59"
    assert logged(made) == [("round.opened", {})]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"title": ""}, "Vul ‘Titel’ in."),
        ({"kind": ""}, "Maak een keuze bij ‘Soort’."),
        ({"closes_at": "2026-09-30T09:00"}, "De ronde sluit nu voordat hij opent. Kies een later tijdstip."),
        ({"opens_at": "morgen"}, "Dit tijdstip bestaat niet."),
        ({"title": "raadssessie SEPTEMBER"}, "Er is al een ronde met deze titel."),
    ],
)
def test_a_round_that_cannot_be_is_refused_and_nothing_typed_is_lost(client, anke, evening, change, message):
    client.force_login(anke)
    page = client.post("/blaricum/inbreng/nieuwe-ronde/", NEW_ROUND | change)
    assert page.status_code == 422
    assert message in page.text
    assert "Wat kan er veiliger?" in page.text
    assert page.text.count("<title>Fout: ") == 1
    with inside(evening.area):
        assert list(Round.objects.of(evening.area)) == [evening]


def first_words(patterns: list, prefix: str) -> set[str]:
    """The literal first segments of the addresses below `prefix`, a route of an include."""
    found = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver) and str(pattern.pattern) == prefix:
            routes = [str(below.pattern) for below in pattern.url_patterns]
            found |= {route.split("/")[0] for route in routes if route and not route.startswith("<")}
    return found


@pytest.mark.parametrize("prefix", ["<slug:municipality>/inbreng/", "<slug:municipality>/<say:language>/"])
def test_no_round_can_take_an_address_of_ours(prefix):
    ours = first_words(get_resolver().url_patterns, prefix)
    assert ours
    assert ours <= RESERVED_SLUGS


def test_a_round_with_the_name_of_an_address_of_ours_gets_another(client, anke, blaricum):
    client.force_login(anke)
    for word in sorted(RESERVED_SLUGS):
        answer = client.post("/blaricum/inbreng/nieuwe-ronde/", NEW_ROUND | {"title": word})
        assert answer.url == f"/blaricum/inbreng/{word}-2/"


def test_first_an_officer_says_who_is_asked_and_the_form_follows(client, anke, blaricum):
    client.force_login(anke)
    page = client.get("/blaricum/inbreng/nieuwe-ronde/")
    assert "Wie wilt u iets vragen?" in page.text
    assert [f"?soort={kind}" in page.text for kind in RoundKind.values] == [True] * 5
    residents = client.get("/blaricum/inbreng/nieuwe-ronde/?soort=residents").context["form"]
    assert (residents["is_public"].value(), residents["reminder_days"].value()) == (True, "")
    strategy = client.get("/blaricum/inbreng/nieuwe-ronde/?soort=strategy").context["form"]
    assert (strategy["is_public"].value(), strategy["reminder_days"].value()) == (False, "14, 3, 0")
    assert "Wie wilt u iets vragen?" in client.get("/blaricum/inbreng/nieuwe-ronde/?soort=iets").text


def test_a_double_click_makes_one_round(client, anke, blaricum):
    client.force_login(anke)
    first, second = (client.post("/blaricum/inbreng/nieuwe-ronde/", NEW_ROUND) for _ in range(2))
    assert first.url == second.url
    with inside(blaricum):
        assert Round.objects.of(blaricum).count() == 1


@pytest.mark.parametrize(
    ("title", "slug"), [("Nieuwe ronde", "nieuwe-ronde-2"), ("!!!", "ronde"), ("Avónd", "avond-2"), ("a" * 200, "a" * 70)]
)
def test_the_address_of_a_round_is_made_of_its_title_and_belongs_to_it_alone(client, anke, evening, title, slug):
    client.force_login(anke)
    assert client.post("/blaricum/inbreng/nieuwe-ronde/", NEW_ROUND | {"title": title}).url == f"/blaricum/inbreng/{slug}/"
    assert client.get(f"/blaricum/inbreng/{slug}/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_two_officers_who_make_the_same_round_at_once_make_one(anke, blaricum):
    values = {"kind": "partners", "title": "Partners", "question": "", "by": anke}
    moments = {"opens_at": timezone.now(), "closes_at": timezone.now() + datetime.timedelta(days=1)}
    made = []

    def make() -> None:
        try:
            with inside(blaricum):
                made.append(services.open_round(blaricum, **values, **moments).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4
    assert len(set(made)) == 1


@pytest.mark.parametrize(
    ("kind", "example"),
    [("council_session", "Raadssessie september 2026"), ("residents", "Veilig in uw buurt"), ("strategy", "Ontwerpstrategie 2027–2030")],
)
def test_the_example_of_a_title_suits_the_kind(client, anke, evening, kind, example):
    client.force_login(anke)
    address = "/blaricum/inbreng/nieuwe-ronde/"
    assert example in client.get(f"{address}?soort={kind}").text
    assert example in client.post(address, {"kind": kind}).text
