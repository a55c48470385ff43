"""What no person seems to have written waits for an officer; nobody is refused, and the sender notices nothing."""

import re

from django.core import mail

import pytest

from consultation import services, spam
from consultation.models import Contribution, Draft
from consultation.services import freeze_round
from ivp_portal.organisation.access import inside
from tests.consultation.conftest import logged
from tests.consultation.public_rounds import ADDRESS, AGENT, CODE, drafts, filled, hidden_in, make_public_round, submissions

HELD = "/blaricum/inbreng/buurt/vastgehouden/"


@pytest.fixture
def round(blaricum):
    return make_public_round(blaricum)


def hold(client, text: str = AGENT) -> str:
    """Send something that a program would send; returns the address of its receipt."""
    answer = client.post(ADDRESS, filled(client, text, website="https://casino.invalid"))
    assert answer.status_code == 302
    return answer.url


def test_the_field_nobody_sees_is_hidden_from_everybody_who_reads_or_tabs(client, round):
    page = client.get(ADDRESS).text
    (block,) = re.findall(r'<div class="p-hidden" aria-hidden="true">.*?</div>\s*</div>', page, re.DOTALL)
    assert 'name="website"' in block and 'tabindex="-1"' in block and 'autocomplete="off"' in block


def test_what_a_program_filled_in_is_held_with_the_usual_receipt(client, round, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(ADDRESS, filled(client, website="x", email="j.jansen@voorbeeld.nl"))
    assert re.search(CODE, client.get(answer.url).text)
    assert [sent.to for sent in mail.outbox] == [["j.jansen@voorbeeld.nl"]]
    assert submissions(round) == []
    (draft,) = drafts(round)
    assert draft.held_for == ["Het veld dat mensen niet zien, was ingevuld."]
    assert logged(round)[-1] == ("submission.held", {"reasons": draft.held_for})
    code = re.search(CODE, client.get(answer.url).text)[0]
    assert client.post("/blaricum/meedoen/code/", {"code": code}).status_code == 302


def test_what_comes_back_at_once_is_held(client, round):
    data = hidden_in(client.get(ADDRESS).text)
    client.post(ADDRESS, {**data, "punt-1-text": AGENT, "actie": "verstuur"})
    assert drafts(round)[0].held_for == ["Het formulier kwam binnen 3 tellen terug."]


def test_a_form_that_was_not_ours_is_held_too(client, round):
    client.post(ADDRESS, {"punt-1-text": AGENT, "blad": "zelf-gemaakt", "actie": "verstuur"})
    assert submissions(round) == [] and drafts(round)[0].held_at


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Kijk op https://a.invalid, https://b.invalid en www.c.invalid", "Er staan 3 webadressen in."),
        ('Klik <a href="x">hier</a>', "Er staat code voor een link in."),
        ("Klik [url=x]hier[/url]", "Er staat code voor een link in."),
    ],
)
def test_advertising_is_held(client, round, text, reason):
    client.post(ADDRESS, filled(client, text))
    assert drafts(round)[0].held_for == [reason]


@pytest.mark.parametrize("text", [AGENT, "Zie https://www.blaricum.nl/fietspad: daar is het donker.", "3 < 5 en <b>vet</b>"])
def test_what_people_write_is_not(client, round, text):
    client.post(ADDRESS, filled(client, text))
    assert len(submissions(round)) == 1


def test_the_same_text_of_a_whole_street_waits_from_the_fourth_on(client, round):
    for _ in range(4):
        client.post(ADDRESS, filled(client))
    assert len(submissions(round)) == 3
    assert drafts(round)[-1].held_for == ["Dezelfde tekst kwam al 3 keer binnen."]


@pytest.mark.parametrize(("lately", "waits"), [(spam.RATE - 1, False), (spam.RATE, True)])
def test_a_flood_is_held_for_the_round_and_never_for_an_address(client, round, blaricum, lately, waits):
    with inside(blaricum):
        made = [Draft(area=blaricum, round=round, handed_in_at=round.opens_at, content={}) for _ in range(lately)]
        Draft.objects.bulk_create(made)
        Draft.objects.update(handed_in_at=drafts(round)[0].created_at)
    client.post(ADDRESS, filled(client))
    assert bool(submissions(round)) is not waits
    other = make_public_round(blaricum, "straat")
    client.post("/blaricum/meedoen/straat/", filled(client, address="/blaricum/meedoen/straat/"))
    assert len(submissions(other)) == 1


def test_an_officer_reads_and_lets_through_what_a_person_wrote_as_of_when_it_came(client, round, anke):
    hold(client)
    hold(client, "Koop nu!")
    client.force_login(anke)
    page = client.get(HELD)
    assert AGENT in page.text and "Koop nu!" in page.text and "Het veld dat mensen niet zien" in page.text
    person = drafts(round)[0]
    answer = client.post(HELD, {"drafts": [person.pk], "actie": "door"}, follow=True)
    assert "Doorgelaten: 1 inzending." in answer.text and AGENT not in answer.text
    (submission,) = submissions(round)
    assert (submission.original_text, submission.received_at, submission.is_late) == (AGENT, person.handed_in_at, False)
    assert submission.code == person.code
    assert [verb for verb, _ in logged(round)][-2:] == ["submission.received", "submission.let_through"]


def test_an_officer_throws_away_what_no_person_wrote(client, round, anke):
    receipt = hold(client, "Koop nu!")
    client.force_login(anke)
    answer = client.post(HELD, {"drafts": [drafts(round)[0].pk], "actie": "weg"}, follow=True)
    assert "Weggegooid: 1 inzending." in answer.text and "Er wacht niets" in answer.text
    assert drafts(round)[0].content == {} and submissions(round) == []
    assert logged(round)[-1][0] == "submission.refused"
    assert client.get(receipt).status_code == 200


def test_two_officers_at_once_bring_it_in_once_and_the_second_hears_so(client, round, anke):
    hold(client)
    (draft,) = drafts(round)
    client.force_login(anke)
    client.post(HELD, {"drafts": [draft.pk], "actie": "door"})
    again = client.post(HELD, {"drafts": [draft.pk], "actie": "weg"})
    assert again.status_code == 422 and "Een collega was eerder" in again.text
    with inside(round.area):
        services.refuse_spam(draft, by=anke)
        assert services.let_through(draft, by=anke) == submissions(round)[0]
        assert Contribution.objects.filter(round=round).count() == 1


def test_nothing_ticked_asks_to_tick_something(client, round, anke):
    hold(client)
    client.force_login(anke)
    answer = client.post(HELD, {"actie": "weg"})
    assert answer.status_code == 422 and "Kies eerst een of meer inzendingen." in answer.text


def test_in_a_frozen_round_nothing_is_let_through(client, round, anke):
    hold(client)
    with inside(round.area):
        freeze_round(round, by=None)
    client.force_login(anke)
    answer = client.post(HELD, {"drafts": [drafts(round)[0].pk], "actie": "door"})
    assert answer.status_code == 409 and submissions(round) == []


def test_a_council_member_and_a_neighbour_do_not_see_what_is_held(client, round, carla, bram):
    client.force_login(carla)
    assert client.get(HELD).status_code == 403
    client.force_login(bram)
    assert client.get(HELD).status_code == 404


def test_the_list_takes_as_many_queries_for_one_as_for_thirty(client, round, anke, django_assert_max_num_queries):
    client.force_login(anke)
    hold(client)
    with django_assert_max_num_queries(20) as few:
        client.get(HELD)
    for number in range(29):
        hold(client, f"Punt {number}")
    with django_assert_max_num_queries(20) as many:
        client.get(HELD)
    assert len(few) == len(many)
