"""Somebody tells the municipality something, without an account: it arrives whole, once, and they get a code."""

import datetime
import re

from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import pytest
import time_machine

from consultation.models import ContactDetails, Contribution, Mail, Theme, ThemeField
from consultation.services import freeze_round
from ivp_portal.organisation.access import inside
from tests.consultation.conftest import logged
from tests.consultation.public_rounds import (
    ADDRESS,
    AGENT,
    CODE,
    ENGLISH,
    drafts,
    filled,
    hidden_in,
    make_public_round,
    make_themes,
    sheet,
    submissions,
)


@pytest.fixture
def round(blaricum):
    return make_public_round(blaricum)


@pytest.fixture
def themes(blaricum, round):
    return make_themes(blaricum, round)


def points(round):
    with inside(round.area):
        return list(Contribution.objects.filter(round=round).select_related("theme").order_by("number"))


def test_what_somebody_writes_arrives_and_they_get_a_code(client, round, themes):
    answer = client.post(ADDRESS, {**filled(client), "punt-1-theme": themes[0].pk})
    assert answer.status_code == 302
    receipt = client.get(answer.url)
    assert re.search(CODE, receipt.text)
    (submission,) = submissions(round)
    (point,) = points(round)
    assert submission.code in re.search(CODE, receipt.text)[0].replace(" ", "")
    assert (submission.channel, submission.contributor.kind, submission.language) == ("form", "resident", "nl")
    assert submission.original_text == AGENT
    assert (point.subject, point.theme, point.text) == ("High Impact Crimes", themes[0], AGENT)
    assert point.sub_subject == "Bij mijn moeder van 83 stond een nepagent aan de deur"
    assert logged(round)[-1] == ("submission.received", {"round": "buurt", "points": 1, "channel": "form"})
    with inside(round.area):
        assert not ContactDetails.objects.exists() and not Mail.objects.exists()


def test_an_address_longer_than_mail_can_carry_is_named_and_nothing_is_lost(client, round):
    address = f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.nl"
    answer = client.post(ADDRESS, filled(client, email=address))
    assert answer.status_code == 422
    assert f"Dit zijn {len(address)} tekens. Gebruik er ten hoogste 254." in answer.text
    assert AGENT in answer.text
    assert not submissions(round)


def many_themes(area):
    """Twelve themes in two fields, all of the area: no round chose from them."""
    with inside(area, area.lineage()[-1]):
        nation = area.lineage()[-1]
        fields = [
            ThemeField.objects.create(area=nation, number=1, name="Veilige woon- en leefomgeving"),
            ThemeField.objects.create(area=nation, number=3, name="Jeugd en veiligheid"),
        ]
        return [
            Theme.objects.create(area=nation, field=fields[place // 6], name=f"Thema {place:02}", plain_name=f"Gewoon {place:02}")
            for place in range(12)
        ]


@pytest.mark.parametrize(
    ("address", "other", "field"),
    [(ADDRESS, "Iets anders, of ik weet het niet", "Jeugd en veiligheid"), (ENGLISH, "Something else", "Young people and safety")],
)
def test_many_themes_are_one_list_by_safety_field_and_what_was_chosen_stays(client, round, address, other, field):
    themes = many_themes(round.area)
    page = client.get(address).text
    assert 'type="radio"' not in page
    options = re.search(r"<select.*?</select>", page, re.DOTALL)[0]
    assert re.search(rf'<option value="0"[^>]*>{other}', options).start() < options.index("<optgroup")
    assert re.findall(r'<optgroup label="([^"]+)"', options)[1] == field
    assert "Gewoon 07" in options
    again = client.post(address, filled(client, " ", **{"punt-1-theme": themes[7].pk}))
    assert re.search(rf'<option value="{themes[7].pk}" selected', again.text)
    client.post(address, filled(client, **{"punt-1-theme": themes[7].pk}))
    (point,) = points(round)
    assert point.theme == themes[7]


def test_the_list_of_themes_costs_as_much_for_twelve_as_for_two(client, round, django_assert_num_queries):
    with CaptureQueriesContext(connection) as two:
        client.get(ADDRESS)
    many_themes(round.area)
    with django_assert_num_queries(len(two)):
        client.get(ADDRESS)


def test_the_text_is_kept_to_the_letter(client, round):
    text = "  Wat ís er met ’t pad?\r\n\r\n\tHet is er “donker” 🚲 <b>heel</b> {{ donker }} & meer…\r\n"
    client.post(ADDRESS, filled(client, text))
    (submission,) = submissions(round)
    assert submission.original_text == text.replace("\r\n", "\n")


def test_a_point_without_a_theme_waits_for_one(client, round, themes):
    client.post(ADDRESS, filled(client))
    (point,) = points(round)
    assert (point.theme, point.subject) == (None, "Nog geen thema")


def test_more_than_one_point_is_one_submission(client, round, themes):
    more = client.post(ADDRESS, filled(client, "Te hard rijden.", actie="nog-een"))
    assert more.status_code == 200
    assert "Punt 2: Wat wilt u ons vertellen?" in more.text and "Te hard rijden." in more.text
    data = {**hidden_in(more.text), "punt-1-text": "Te hard rijden.", "punt-2-text": "Donker fietspad.", "punt-2-theme": themes[1].pk}
    client.post(ADDRESS, {**data, "actie": "verstuur"})
    (submission,) = submissions(round)
    assert submission.original_text == "Te hard rijden.\n\nDonker fietspad."
    assert [(point.number, point.text, point.subject) for point in points(round)] == [
        (1, "Te hard rijden.", "Nog geen thema"),
        (2, "Donker fietspad.", "Jeugd"),
    ]


def test_a_point_can_go_out_again_and_an_empty_one_counts_for_nothing(client, round):
    data = {**sheet(client), "punten": "3", "punt-1-text": "Een", "punt-2-text": "Twee", "punt-3-text": " "}
    fewer = client.post(ADDRESS, {**data, "actie": "haal-weg:1"})
    assert hidden_in(fewer.text)["punten"] == "2" and "Twee" in fewer.text and "Een</textarea>" not in fewer.text
    client.post(ADDRESS, {**hidden_in(fewer.text), "punt-1-text": "Twee", "punt-2-text": " ", "actie": "verstuur"})
    assert [point.text for point in points(round)] == ["Twee"]


def test_an_empty_form_is_not_sent_and_says_what_to_do(client, round, themes):
    answer = client.post(ADDRESS, filled(client, " ", email="geen-adres", **{"punt-1-theme": themes[1].pk}))
    assert answer.status_code == 422
    assert "<title>Fout: " in answer.text and "Nog niet verstuurd: 2 dingen te doen" in answer.text
    assert "Vul in wat u ons wilt vertellen. Eén zin is genoeg." in answer.text
    assert "Dit e-mailadres klopt niet." in answer.text and 'value="geen-adres"' in answer.text
    assert re.search(rf'value="{themes[1].pk}"[^>]*checked', answer.text)
    assert submissions(round) == []


def test_whoever_gives_an_address_gets_a_receipt_and_it_is_kept_apart_and_not_for_ever(client, round, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(ADDRESS, filled(client, email="j.jansen@voorbeeld.nl"))
    (submission,) = submissions(round)
    with inside(round.area):
        contact = ContactDetails.objects.get(submission=submission)
    assert contact.email == "j.jansen@voorbeeld.nl"
    assert contact.keep_until == timezone.localdate(round.closes_at) + datetime.timedelta(days=365)
    (sent,) = mail.outbox
    assert sent.to == ["j.jansen@voorbeeld.nl"] and re.search(CODE, sent.body) and submission.code in sent.body
    assert "e-mailadres dat u opgaf" in client.get(answer.url).text
    assert "j.jansen" not in client.get(answer.url).text


def test_a_double_click_and_sending_again_store_it_once(client, round, django_capture_on_commit_callbacks):
    data = filled(client, email="j.jansen@voorbeeld.nl")
    with django_capture_on_commit_callbacks(execute=True):
        first, second = client.post(ADDRESS, data), client.post(ADDRESS, data)
    assert first.status_code == second.status_code == 302 and first.url == second.url
    assert len(submissions(round)) == 1 and len(mail.outbox) == 1


def test_something_new_on_a_page_that_was_sent_is_not_lost_and_goes_as_a_second_one(client, round):
    data = filled(client)
    receipt = client.post(ADDRESS, data).url
    again = client.post(ADDRESS, {**data, "punt-1-text": "En nog iets anders."})
    assert again.status_code == 409
    assert "Dit formulier is al verstuurd" in again.text and receipt in again.text and "En nog iets anders." in again.text
    client.post(ADDRESS, {**hidden_in(again.text), "punt-1-text": "En nog iets anders.", "actie": "verstuur"})
    assert [submission.original_text for submission in submissions(round)] == [AGENT, "En nog iets anders."]


def test_a_browser_without_cookies_can_send_as_well(client, round):
    data = filled(client)
    client.cookies.clear()
    assert client.post(ADDRESS, data).status_code == 302
    assert len(submissions(round)) == 1


def test_the_page_speaks_english_with_the_english_texts_of_the_round(client, round, themes):
    page = client.get(ENGLISH)
    assert page.headers["Content-Language"] == "en" and '<html lang="en"' in page.text
    assert "What could be safer in Blaricum?" in page.text and "Tell us what you see." in page.text
    assert "Young people" in page.text and "Jongeren" not in page.text
    answer = client.post(ENGLISH, filled(client, "It is dark.", ENGLISH))
    assert "Thank you" in client.get(answer.url).text
    (submission,) = submissions(round)
    assert submission.language == "en"


def test_every_page_of_a_round_says_when_it_closes(client, blaricum):
    closes_at = timezone.make_aware(datetime.datetime(2026, 11, 15, 23, 59))  # noqa: DTZ001 made aware here
    with time_machine.travel(closes_at - datetime.timedelta(days=3), tick=False):
        round = make_public_round(blaricum, days=3)
        moment = "zondag 15 november 2026, 23.59 uur"
        assert moment in client.get(ADDRESS).text and moment in client.get("/blaricum/meedoen/").text
        receipt = client.post(ADDRESS, filled(client)).url
        assert moment in client.get(receipt).text
    with time_machine.travel(closes_at + datetime.timedelta(seconds=1), tick=False):
        page = client.get(ADDRESS)
        assert moment in page.text and "U kunt hier niet meer insturen" in page.text and "<textarea" not in page.text
    with time_machine.travel(round.opens_at - datetime.timedelta(hours=1), tick=False):
        page = client.get(ADDRESS)
        assert "woensdag 11 november 2026, 23.59 uur" in page.text and moment in page.text and "<textarea" not in page.text


def test_a_round_that_closes_while_somebody_writes_refuses_and_keeps_the_text(client, round):
    data = filled(client)
    with time_machine.travel(round.closes_at + datetime.timedelta(minutes=2), tick=False):
        answer = client.post(ADDRESS, data)
        assert answer.status_code == 409
        assert "deze ronde is gesloten" in answer.text and AGENT in answer.text and "mailto:" in answer.text
    assert submissions(round) == []
    assert [draft.content["points"][0]["text"] for draft in drafts(round)] == [AGENT]


def test_a_frozen_round_takes_nothing_more(client, round):
    data = filled(client)
    with inside(round.area):
        freeze_round(round, by=None)
    answer = client.post(ADDRESS, data)
    assert answer.status_code == 409 and AGENT in answer.text
    assert submissions(round) == []


@pytest.mark.parametrize("address", ["/blaricum/meedoen/avond/", "/nergens/meedoen/buurt/", "/blaricum/meedoen/bestaat-niet/"])
def test_a_round_that_is_not_for_everybody_is_not_there(client, evening, round, address):
    assert client.get(address).status_code == 404
    assert client.post(address, {"actie": "verstuur"}).status_code == 404


def test_the_list_shows_what_is_open_and_links_to_it(client, blaricum, round):
    page = client.get("/blaricum/meedoen/")
    assert f'href="{ADDRESS}"' in page.text
    assert "stelt nu geen vragen" in client.get("/hilversum/meedoen/").text


def test_the_list_takes_as_many_queries_for_one_round_as_for_thirty(client, blaricum, round, django_assert_num_queries):
    with django_assert_num_queries(5):  # savepoint, area, wall, rounds, release
        client.get("/blaricum/meedoen/")
    for number in range(30):
        make_public_round(blaricum, f"ronde-{number}")
    with django_assert_num_queries(5):
        client.get("/blaricum/meedoen/")


@pytest.mark.parametrize("written", ["{code}", "bla {code}", "BLA {spaced}", "{lower}"])
def test_the_code_leads_to_the_answer_however_it_is_typed(client, round, written):
    client.post(ADDRESS, filled(client))
    code = submissions(round)[0].code
    typed = written.format(code=code, spaced=" ".join((code[:4], code[4:8], code[8:])), lower=code.lower())
    answer = client.post("/blaricum/meedoen/code/", {"code": typed})
    assert answer.status_code == 302 and answer.url == f"/blaricum/meedoen/code/{code}/"


def test_wrong_codes_make_that_browser_wait_and_nobody_else(client, round):
    client.post(ADDRESS, filled(client))
    code, page = submissions(round)[0].code, "/blaricum/meedoen/code/"
    for _ in range(5):
        assert client.post(page, {"code": "2222 3333 4444"}).status_code == 422
    answer = client.post(page, {"code": code})
    assert answer.status_code == 429 and 0 < int(answer.headers["Retry-After"]) <= 30
    assert type(client)().post(page, {"code": code}).status_code == 302  # the same address, another browser
    with time_machine.travel(timezone.now() + datetime.timedelta(seconds=31), tick=False):
        assert client.post(page, {"code": code}).status_code == 302


def test_a_code_of_a_neighbour_is_unknown_here(client, round, hilversum):
    client.post(ADDRESS, filled(client))
    answer = client.post("/hilversum/meedoen/code/", {"code": submissions(round)[0].code})
    assert answer.status_code == 422 and "Deze code kennen we niet" in answer.text
    assert client.post("/hilversum/meedoen/code/", {"code": "geen code"}).status_code == 422


def test_a_receipt_is_only_there_for_what_was_sent(client, round):
    client.post(ADDRESS, filled(client, actie="later"))
    (draft,) = drafts(round)
    assert client.get(f"{ADDRESS}{draft.pk}/").status_code == 404


def test_what_looks_like_personal_data_is_marked_for_the_officer(client, round):
    client.post(ADDRESS, filled(client, "Bel mij op 06-12345678 of mail j.jansen@voorbeeld.nl."))
    (point,) = points(round)
    assert point.personal_data and point.personal_data_checked_at is None


@pytest.fixture
def overworked(blaricum):
    """A database that has no time for contact details any more, the last thing that is written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION no_time() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION 'no time' USING ERRCODE = 'lock_not_available'; END $$;"
            "CREATE TRIGGER no_time BEFORE INSERT ON consultation_contactdetails FOR EACH ROW EXECUTE FUNCTION no_time()"
        )


def test_when_the_database_has_no_time_the_form_comes_back_filled_in_and_nothing_half_is_left(client, round, themes, overworked):
    data = filled(client, email="j.jansen@voorbeeld.nl", **{"punt-1-theme": themes[1].pk})
    answer = client.post(ADDRESS, data)
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "30"
    assert AGENT in answer.text and "j.jansen@voorbeeld.nl" in answer.text and "Probeer opnieuw" in answer.text
    assert submissions(round) == [] and points(round) == []
    assert [draft.content["points"] for draft in drafts(round)] == [[{"text": AGENT, "theme": themes[1].pk}]]
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER no_time ON consultation_contactdetails")
    again = {**hidden_in(answer.text), "punt-1-text": AGENT, "email": "j.jansen@voorbeeld.nl", "actie": "verstuur"}
    assert client.post(ADDRESS, again).status_code == 302
    assert [submission.original_text for submission in submissions(round)] == [AGENT]


@pytest.mark.django_db(transaction=True)
def test_when_the_database_is_away_all_that_was_typed_is_on_the_page_that_says_so(client, round, settings):
    data = filled(client, email="j.jansen@voorbeeld.nl", **{"punten": "2", "punt-2-text": "<b>Twee</b>"})
    connection.close()
    place = connection.settings_dict["HOST"]
    connection.settings_dict["HOST"] = "/nergens"
    try:
        answer = client.post(ADDRESS, data)
    finally:
        connection.settings_dict["HOST"] = place
    assert answer.status_code == 503
    assert AGENT in answer.text and "&lt;b&gt;Twee&lt;/b&gt;" in answer.text and "Probeer opnieuw" in answer.text
    texts = {"punt-1-text": AGENT, "punt-2-text": "<b>Twee</b>", "actie": "verstuur"}
    assert client.post(ADDRESS, {**hidden_in(answer.text), **texts}).status_code == 302
    assert [submission.original_text for submission in submissions(round)] == [f"{AGENT}\n\n<b>Twee</b>"]
