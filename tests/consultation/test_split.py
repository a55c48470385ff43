"""A letter split into points: what the letter proposes, what an officer points at, and what stays as it was meanwhile."""

import datetime
import hashlib
import threading

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

import pytest
import time_machine

from consultation import services
from consultation.models import Attachment, Passage, Submission, Theme, ThemeField, Transcript
from consultation.services import Cut
from consultation.splitting import letter_of, spots_of
from ivp_portal.organisation.access import inside
from tests.consultation.conftest import contributions, logged
from tests.consultation.letter_files import LETTER, OPENING, POINTS, docx_letter

LIST = "/blaricum/inbreng/avond/inzendingen/"
LATER = datetime.datetime(2026, 10, 1, 12, 0, tzinfo=datetime.UTC)
MINDED = "Wij ontvangen graag de uitvoeringsplannen."


@pytest.fixture(autouse=True)
def after_the_evening():
    with time_machine.travel(LATER, tick=True):
        yield


@pytest.fixture
def officer(client, anke):
    client.force_login(anke)
    return client


def record(round, by, text: str = LETTER) -> Submission:
    with inside(round.area):
        return services.record_letter(
            round, contributor_kind="area", party="Hilversum", channel="letter", said_on=datetime.date(2026, 9, 14), text=text, by=by
        )


@pytest.fixture
def letter(evening, anke) -> Submission:
    """Hilversum's letter with its three numbered points, of which nothing was made yet."""
    return record(evening, anke)


@pytest.fixture
def address(letter) -> str:
    return f"{LIST}{letter.pk}/splitsen/"


def passages(area) -> list[dict]:
    """Every anchor as its row stands in the database."""
    with inside(area):
        return list(Passage.objects.order_by("pk").values())


def keys_of(page) -> list[str]:
    return [proposal.key for proposal in page.context["letter"].proposals]


# The show: three points out of an uploaded document, in few actions, and a fourth that leaves them alone


def test_three_numbered_points_come_out_of_a_document_in_under_ten_actions_and_a_fourth_leaves_their_anchors_alone(officer, evening):
    document = docx_letter()
    actions = 0
    page = officer.get("/blaricum/inbreng/avond/brief/")
    actions += 1  # open the page
    answer = officer.post(
        "/blaricum/inbreng/avond/brief/",
        {
            "key": str(page.context["form"]["key"].value()),
            "contributor_kind": "area",
            "party": "Hilversum",
            "channel": "letter",
            "said_on": "2026-09-14",
            "file": SimpleUploadedFile("brief.docx", document),
        },
        follow=True,
    )
    actions += 6  # who, name, how, when, the file, the button
    address = answer.redirect_chain[-1][0]
    assert [proposal.subject for proposal in answer.context["letter"].proposals] == [title for title, _ in POINTS]
    assert "Neem alle 3 punten over" in answer.text
    answer = officer.post(address, {"voorstel": keys_of(answer)}, follow=True)
    actions += 1
    assert actions < 10
    assert "Punten 1, 2 en 3 zijn bewaard." in answer.text
    assert [(point.sub_subject, point.text) for point in contributions(evening)] == list(POINTS)
    before = passages(evening.area)
    assert [anchor["exact"] for anchor in before] == [text for _, text in POINTS]

    officer.get(address)  # a second time
    officer.post(address, {"quote": MINDED, "title": "Uitvoeringsplannen"})
    after = passages(evening.area)
    assert len(after) == 4
    assert repr(after[:3]).encode() == repr(before).encode()
    assert contributions(evening)[3].sub_subject == "Uitvoeringsplannen"
    with inside(evening.area):
        assert Attachment.objects.get().sha256 == hashlib.sha256(document).hexdigest()


# Making a point


def test_a_point_is_made_of_the_words_that_were_selected(officer, evening, address, letter):
    answer = officer.post(address, {"quote": MINDED, "title": "", "theme": "", "text": ""}, follow=True)
    assert answer.redirect_chain == [(address, 302)]
    assert "Punt 1 is bewaard: Wij ontvangen graag de uitvoeringsplannen." in answer.text
    (point,) = contributions(evening)
    assert (point.subject, point.sub_subject, point.text, point.submission_id) == (
        "Nog geen thema",
        "Wij ontvangen graag de uitvoeringsplannen",
        MINDED,
        letter.pk,
    )
    assert f"<mark>{MINDED}</mark>" in answer.text
    verb, facts = logged(evening)[-1]
    assert (verb, facts) == ("contribution.split", {"round": "avond", "number": 1, "version": 1})


def test_a_point_has_a_theme_and_words_of_its_own_when_the_officer_says_so(officer, evening, address):
    with inside(evening.area):
        nation = evening.area.lineage()[-1]
        with inside(nation):
            field = ThemeField.objects.create(area=nation, number=91, name="Proef")
        theme = Theme.objects.create(area=evening.area, field=field, name="Wijkagenten")
    officer.post(address, {"quote": MINDED, "title": "Plannen", "theme": theme.pk, "text": "De raad wil de plannen zien."})
    (point,) = contributions(evening)
    assert (point.subject, point.sub_subject, point.text, point.theme_id) == (
        "Wijkagenten",
        "Plannen",
        "De raad wil de plannen zien.",
        theme.pk,
    )
    assert passages(evening.area)[0]["exact"] == MINDED


def test_the_plus_of_a_paragraph_fills_in_its_words_and_makes_nothing_yet(officer, evening, address):
    page = officer.get(address, {"alinea": "2"})
    assert page.context["form"]["quote"].value() == OPENING[1]
    assert "Gevonden in alinea 2" in page.text
    assert contributions(evening) == []
    for nonsense in ("0", "999", "x", "99999999999999999999"):
        assert officer.get(address, {"alinea": nonsense}).context["form"]["quote"].value() == ""


def test_pasted_words_are_found_whatever_their_white_space_and_quotation_marks(officer, evening, address):
    officer.post(address, {"quote": "  wij   ontvangen\r\ngraag de UITVOERINGSPLANNEN. "})
    assert passages(evening.area)[0]["exact"] == MINDED


def test_words_that_are_not_in_the_letter_are_refused_and_stay_on_the_screen(officer, evening, address):
    page = officer.post(address, {"quote": "Dit staat er nergens.", "title": "Mijn onderwerp"})
    assert page.status_code == 422
    assert page.text.count("Deze woorden staan niet zo in de brief.") == 2
    assert "Dit staat er nergens." in page.text
    assert "Mijn onderwerp" in page.text
    assert contributions(evening) == []


TWICE = "Beste raad,\n\nMeer licht in het park. Dat is hard nodig.\n\nEn ook langs de weg: Meer licht in het park. Alstublieft."


def test_words_that_stand_twice_are_asked_about(officer, evening, anke):
    letter = record(evening, anke, TWICE)
    address = f"{LIST}{letter.pk}/splitsen/"
    page = officer.post(address, {"quote": "Meer licht in het park."})
    assert page.status_code == 422
    assert "Deze woorden staan 2 keer in de brief. Kies de plek die u bedoelt." in page.text
    assert "Alinea 3: " in page.text
    second = list(page.context["form"].spots)[1]
    officer.post(address, {"quote": "Meer licht in het park.", "spot": second})
    assert passages(evening.area)[0]["prefix"].endswith("langs de weg: ")


def test_what_stands_around_a_selection_tells_which_of_two_places_is_meant(officer, evening, anke):
    letter = record(evening, anke, TWICE)
    officer.post(
        f"{LIST}{letter.pk}/splitsen/", {"quote": "Meer licht in het park.", "before": "En ook langs de weg: ", "after": " Alstublieft."}
    )
    assert passages(evening.area)[0]["suffix"] == " Alstublieft."


@pytest.mark.parametrize(("before", "after", "found"), [("", "", 2), ("a ", "", 1), ("", " b", 1), ("zzz", "yyy", 2)])
def test_the_place_of_a_quotation(before, after, found):
    assert len(spots_of("a mooi. En dan mooi b", "mooi", before, after)) == found


def test_points_may_overlap_and_the_letter_shows_both(officer, evening, address):
    officer.post(address, {"quote": "De wijkagent is de schakel met bewoners. Wij willen dat 80% van zijn uren in de wijk valt."})
    page = officer.post(address, {"quote": "Wij willen dat 80% van zijn uren in de wijk valt."}, follow=True)
    assert '<mark class="p-mark--more">Wij willen dat 80% van zijn uren in de wijk valt.</mark>' in page.text
    assert len(contributions(evening)) == 2


def test_a_double_click_makes_one_point(officer, evening, address):
    key = str(officer.get(address).context["form"]["key"].value())
    for _ in range(2):
        assert officer.post(address, {"quote": MINDED, "key": key}).status_code == 302
    assert len(contributions(evening)) == 1


# What the letter proposes


def test_a_proposal_can_be_accepted_alone_and_the_others_stay_proposals(officer, evening, address):
    page = officer.get(address)
    page = officer.post(address, {"voorstel": keys_of(page)[1]}, follow=True)
    assert [point.sub_subject for point in contributions(evening)] == [POINTS[1][0]]
    assert [proposal.subject for proposal in page.context["letter"].proposals] == [POINTS[0][0], POINTS[2][0]]


def test_a_proposal_that_was_accepted_gives_no_second_point(officer, evening, address):
    keys = keys_of(officer.get(address))
    officer.post(address, {"voorstel": keys})
    answer = officer.post(address, {"voorstel": keys}, follow=True)
    assert "een collega nam dit voorstel net over" in answer.text
    assert len(contributions(evening)) == 3


def test_a_point_made_by_hand_or_withdrawn_is_not_proposed_again(officer, evening, anke, address):
    officer.post(address, {"quote": MINDED})
    assert [proposal.subject for proposal in officer.get(address).context["letter"].proposals] == [POINTS[0][0], POINTS[2][0]]
    with inside(evening.area):
        services.withdraw(contributions(evening)[0], reason="dubbel", by=anke)
    page = officer.get(address)
    assert [proposal.subject for proposal in page.context["letter"].proposals] == [POINTS[0][0], POINTS[2][0]]
    assert "1 ingetrokken punt" in page.text
    assert "<mark>" not in page.text


def test_the_proposal_can_be_put_aside(officer, address):
    assert "Voorstel: 3 punten" in officer.get(address).text
    assert "Voorstel:" not in officer.get(address, {"voorstel": "nee"}).text


@pytest.mark.django_db(transaction=True)
def test_two_officers_who_accept_the_same_proposals_at_once_make_each_point_once(anke, peter, evening):
    letter = record(evening, anke)
    with inside(evening.area):
        keys = [proposal.key for proposal in letter_of(letter).proposals]
    made: list[int] = []

    def accept(by) -> None:
        try:
            with inside(evening.area):
                made.append(len(services.accept_proposals(letter, keys, by=by)))
        finally:
            connection.close()

    threads = [threading.Thread(target=accept, args=[by]) for by in (anke, peter)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [0, 3]
    assert [point.sub_subject for point in contributions(evening)] == [title for title, _ in POINTS]


@pytest.mark.django_db(transaction=True)
def test_two_officers_who_split_at_once_both_get_their_point(anke, peter, evening):
    letter = record(evening, anke)
    with inside(evening.area):
        transcript = Transcript.objects.get()

    def split(by, words: str) -> None:
        try:
            with inside(evening.area):
                services.split(letter, Cut(transcript, spots_of(LETTER, words)[0], words), by=by)
        finally:
            connection.close()

    threads = [threading.Thread(target=split, args=args) for args in ((anke, MINDED), (peter, "De wijkagent is de schakel met bewoners."))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {point.sub_subject for point in contributions(evening)} == {MINDED, "De wijkagent is de schakel met bewoners."}
    assert [point.number for point in contributions(evening)] == [1, 2]


# Who may, when, and at what cost


def test_a_frozen_round_can_be_read_and_not_split(officer, evening, address, frozen):
    keys = keys_of(officer.get(address))
    officer.post(address, {"quote": MINDED})
    frozen(evening)
    page = officer.get(address)
    assert f"<mark>{MINDED}</mark>" in page.text
    assert "Bewaar punt" not in page.text
    assert "Maak een punt van alinea" not in page.text
    assert officer.post(address, {"quote": "De wijkagent is de schakel"}).status_code == 409
    assert officer.post(address, {"voorstel": keys}).status_code == 409
    assert len(contributions(evening)) == 1


def test_a_council_member_reads_the_submission_and_splits_nothing(client, carla, evening, letter, address):
    client.force_login(carla)
    assert client.get(f"{LIST}{letter.pk}/").status_code == 200
    assert client.get(address).status_code == 403
    assert client.post(address, {"quote": MINDED}).status_code == 403
    assert contributions(evening) == []


def test_a_submission_that_is_no_letter_cannot_be_split(officer, evening, anke):
    with inside(evening.area):
        point = services.record_on_behalf(
            evening, subject="Verkeer", sub_subject="Geluid", text="", contributor_kind="council", channel="session", said_on=None, by=anke
        )
    assert officer.get(f"{LIST}{point.submission_id}/splitsen/").status_code == 404
    assert "Geluid" in officer.get(f"{LIST}{point.submission_id}/").text


def test_a_letter_with_many_points_costs_no_more_queries_than_one_with_few(officer, evening, anke, address, letter):
    def make(words: list[str]) -> None:
        with inside(evening.area):
            transcript = letter.transcripts.get()
            for word in words:
                services.split(letter, Cut(transcript, spots_of(LETTER, word)[0], word), by=anke)

    make(["Mensenhandel", "commissie"])
    with CaptureQueriesContext(connection) as few:
        officer.get(address)
    make(sorted({word for word in LETTER.replace(",", " ").replace(".", " ").split() if len(word) > 5})[:30])
    with CaptureQueriesContext(connection) as many:
        page = officer.get(address)
    assert len(page.context["letter"].places) > 25
    assert len(many) == len(few)
