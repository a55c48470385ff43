"""What somebody is writing stays: through a closed tab, a second tab, another device and a full round, until it is sent or forgotten."""

import datetime
import threading
from typing import Any

from django.core import mail
from django.db import connection, transaction
from django.test import Client

import pytest
import time_machine

from consultation import services
from consultation.models import Contribution, Draft
from consultation.points import as_typed, headline
from consultation.services.drafts import AlreadyHandedIn, DraftUnsound, NewerDraft, RoundClosed
from ivp_portal.organisation.access import inside, inside_every_area
from tests.consultation.public_rounds import (
    ADDRESS,
    AGENT,
    ENGLISH,
    drafts,
    filled,
    hidden_in,
    make_public_round,
    submissions,
)

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def round(blaricum):
    return make_public_round(blaricum)


def test_a_closed_tab_loses_nothing(client, round):
    client.post(ADDRESS, filled(client, actie="automatisch"), **HTMX)
    page = client.get(ADDRESS)  # later, in the same browser
    assert AGENT in page.text and "Wis mijn tekst" in page.text
    assert client.post(ADDRESS, {**hidden_in(page.text), "punt-1-text": AGENT, "actie": "verstuur"}).status_code == 302
    assert len(submissions(round)) == 1 and len(drafts(round)) == 1
    assert AGENT not in client.get(ADDRESS).text  # sent: the next form is empty


def test_the_draft_is_there_in_the_other_language_too(client, round):
    client.post(ADDRESS, filled(client, actie="later"))
    assert AGENT in client.get(ENGLISH).text


def test_the_cookie_says_which_draft_and_nothing_else_to_nobody_else(client, round, blaricum):
    answer = client.post(ADDRESS, filled(client, actie="later"))
    assert {(cookie["path"], cookie["httponly"], cookie["samesite"]) for cookie in answer.cookies.values()} == {
        (ADDRESS, True, "Lax"),
        (ENGLISH, True, "Lax"),
    }
    (draft,) = drafts(round)
    forged = Client()
    forged.cookies["concept-nl"] = draft.pk.hex
    assert AGENT not in forged.get(ADDRESS).text
    stranger = make_public_round(blaricum, "straat")
    elsewhere = Client()
    elsewhere.cookies["concept-nl"] = answer.cookies["concept-nl"].value
    assert AGENT not in elsewhere.get(f"/blaricum/meedoen/{stranger.slug}/").text


def test_nothing_is_kept_of_somebody_who_only_looks(client, round):
    client.get(ADDRESS)
    assert client.post(ADDRESS, filled(client, " ", actie="automatisch"), **HTMX).status_code == 204
    assert drafts(round) == []


def test_the_personal_link_goes_on_elsewhere_and_comes_by_mail_to_whoever_gave_an_address(
    client, round, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(ADDRESS, filled(client, actie="later", email="j.jansen@voorbeeld.nl"))
    assert "nog niet verstuurd" in page.text
    (sent,) = mail.outbox
    link = next(word for word in sent.body.split() if "/verder/" in word)
    assert link in page.text
    phone = Client()
    answer = phone.get(link.removeprefix("http://127.0.0.1:8000"), follow=True)
    assert answer.redirect_chain == [(ADDRESS, 302)] and AGENT in answer.text


def test_a_link_to_what_was_sent_leads_to_its_receipt_and_a_made_up_one_to_an_empty_form(client, round):
    page = client.post(ADDRESS, filled(client, actie="later"))
    link = next(part for part in page.text.split('"') if "/verder/" in part).removeprefix("http://127.0.0.1:8000")
    client.post(ADDRESS, {**hidden_in(page.text), "punt-1-text": AGENT, "actie": "verstuur"})
    assert client.get(link).url == f"{ADDRESS}{drafts(round)[0].pk}/"
    wrong = client.get(f"{ADDRESS}verder/{'0' * 32}.x/", follow=True)
    assert wrong.status_code == 200 and "Deze link is verlopen" in wrong.text


def test_whoever_shares_a_computer_wipes_it(client, round):
    page = client.post(ADDRESS, filled(client, actie="later"))
    answer = client.post(ADDRESS, {**hidden_in(page.text), "punt-1-text": AGENT, "actie": "wis"}, follow=True)
    assert "Uw tekst is gewist" in answer.text and AGENT not in answer.text
    assert drafts(round) == []


def test_a_newer_text_of_another_tab_is_shown_and_not_written_over(client, round):
    first = client.post(ADDRESS, filled(client, "Eerste tekst", actie="later"))
    one, other = hidden_in(client.get(ADDRESS).text), hidden_in(client.get(ADDRESS).text)
    assert first.status_code == 200
    client.post(ADDRESS, {**one, "punt-1-text": "Tekst van het ene tabblad", "actie": "later"})
    answer = client.post(ADDRESS, {**other, "punt-1-text": "Tekst van het andere", "actie": "verstuur"})
    assert answer.status_code == 409
    assert "Tekst van het ene tabblad" in answer.text and "Tekst van het andere" in answer.text
    assert client.post(ADDRESS, {**hidden_in(answer.text), "punt-1-text": "Tekst van het andere", "actie": "verstuur"}).status_code == 302
    assert [submission.original_text for submission in submissions(round)] == ["Tekst van het andere"]


def test_what_a_page_kept_by_itself_does_not_stand_in_its_own_way(client, round):
    data = filled(client, "Te hard", actie="automatisch")
    answer = client.post(ADDRESS, data, **HTMX)
    assert "Uw tekst is bewaard om" in answer.text and hidden_in(answer.text)["versie"] == "1"
    # The page was sent before that answer arrived: it still says version 0.
    assert client.post(ADDRESS, {**data, "punt-1-text": "Te hard rijden", "actie": "verstuur"}).status_code == 302
    assert [submission.original_text for submission in submissions(round)] == ["Te hard rijden"]


def test_what_is_kept_by_itself_never_comes_after_what_was_sent(client, round):
    data = filled(client, "Te hard", actie="automatisch")
    client.post(ADDRESS, {**data, "actie": "verstuur"})
    late = client.post(ADDRESS, data, **HTMX)
    assert late.status_code == 200 and "Dit formulier is al verstuurd" in late.text
    assert [submission.original_text for submission in submissions(round)] == ["Te hard"]


def test_a_round_that_closed_still_shows_what_was_not_sent(client, round):
    client.post(ADDRESS, filled(client, actie="later"))
    with time_machine.travel(round.closes_at + datetime.timedelta(minutes=1), tick=False):
        page = client.get(ADDRESS)
    assert "Deze tekst verstuurde u niet" in page.text and AGENT in page.text and "<textarea" not in page.text


# The services, which invitations use too


def a_draft(round: Any, text: str = AGENT, **content: Any) -> Draft:
    with inside(round.area):
        draft = services.start_draft(round, language="nl")
        return services.save_draft(draft, {"points": [{"text": text, "theme": None}], **content}, seen_version=0)


def test_two_colleagues_do_not_write_over_each_other(round):
    draft = a_draft(round)
    with inside(round.area):
        services.save_draft(draft, {"points": [{"text": "Van Fatima"}]}, seen_version=1, saved_by="Fatima")
        with pytest.raises(NewerDraft) as newer:
            services.save_draft(draft, {"points": [{"text": "Van Jan"}]}, seen_version=1, saved_by="Jan")
        assert (newer.value.draft.saved_by, newer.value.draft.content["points"][0]["text"]) == ("Fatima", "Van Fatima")
        same = services.save_draft(draft, {"points": [{"text": "Van Fatima"}]}, seen_version=1, saved_by="Jan")
        assert same.version == 2  # the same text again is no conflict, and no change


def test_what_was_handed_in_is_written_no_more_and_handed_in_once(round):
    draft = a_draft(round)
    with inside(round.area):
        first = services.hand_in(draft)
        assert services.hand_in(draft) == first
        with pytest.raises(AlreadyHandedIn):
            services.save_draft(draft, {"points": []}, seen_version=2)
        draft.refresh_from_db()
        assert draft.content == {} and draft.code == first.code


@pytest.mark.parametrize(
    "content",
    [
        {"points": []},
        {"points": [{"text": " \n"}]},
        {"points": [{"text": "x" * 10_001}]},
        {"points": [{"text": "x"}] * 11},
        {"points": [{"text": "x"}], "email": "geen-adres"},
    ],
)
def test_what_is_unsound_is_kept_and_not_handed_in(round, content):
    with inside(round.area):
        draft = services.save_draft(services.start_draft(round, language="nl"), content, seen_version=0)
        with pytest.raises(DraftUnsound):
            services.hand_in(draft)
        draft.refresh_from_db()
        assert draft.content == content and draft.handed_in_at is None


def test_a_round_that_is_not_open_takes_nothing(round):
    draft = a_draft(round)
    for moment in (round.opens_at - datetime.timedelta(seconds=1), round.closes_at):
        with time_machine.travel(moment, tick=False), inside(round.area), pytest.raises(RoundClosed):
            services.hand_in(draft)


def test_unfinished_drafts_are_forgotten_thirty_days_after_the_round_and_what_was_sent_is_not(round):
    a_draft(round)
    sent = a_draft(round, "Verstuurd")
    with inside(round.area):
        services.hand_in(sent)
    for days, left in ((29, 2), (31, 1)):
        with time_machine.travel(round.closes_at + datetime.timedelta(days=days), tick=False), inside_every_area():
            services.forget_drafts()
        assert len(drafts(round)) == left
    assert drafts(round)[0].pk == sent.pk


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_each_their_own_number_and_the_same_form_twice_gives_one(areas):
    blaricum = areas["blaricum"]
    round = make_public_round(blaricum)
    forms = [filled(Client(), f"Punt van bewoner {number}") for number in range(6)]
    statuses: list[int] = []

    def send(data: dict[str, Any]) -> None:
        try:
            statuses.append(Client().post(ADDRESS, data).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(data,)) for data in forms * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [302] * 12
    with inside(blaricum):
        assert sorted(Contribution.objects.filter(round=round).values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]
        assert sorted(Contribution.objects.values_list("text", flat=True)) == sorted(data["punt-1-text"] for data in forms)


@pytest.mark.django_db(transaction=True)
def test_whoever_begins_a_draft_does_not_wait_for_somebody_who_hands_in(areas):
    round = make_public_round(areas["blaricum"])
    data = filled(Client(), actie="later")
    done = []

    def save() -> None:
        try:
            done.append(Client().post(ADDRESS, data).status_code)
        finally:
            connection.close()

    with transaction.atomic(), inside(round.area):
        services.lock(round.pk)
        thread = threading.Thread(target=save)
        thread.start()
        thread.join(timeout=10)
        assert done == [200]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Het is donker.", "Het is donker"),
        ("  Het is donker. Heel donker.", "Het is donker"),
        ("Is het veilig? Nee!", "Is het veilig?"),
        ("Regel een\nRegel twee", "Regel een"),
        ("“Pas op!” riep hij.", "“Pas op!”"),
        ("woord " * 30, " ".join(["woord"] * 13) + "…"),
        ("x" * 200, "x" * 79 + "…"),
        ("Kosten: 3.5 miljoen. Veel.", "Kosten: 3.5 miljoen"),
    ],
)
def test_a_point_is_called_by_its_first_sentence(text, said):
    assert headline(text) == said and len(headline(text)) <= 80


def test_what_a_browser_sends_becomes_a_text():
    assert as_typed("a\r\nb\rc\x00") == "a\nb\nc"
