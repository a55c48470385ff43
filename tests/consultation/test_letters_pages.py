"""A letter recorded for whoever sent it, and the list and page of what was handed in."""

import datetime
import hashlib

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

import docx
import pytest
import time_machine

from consultation import services
from consultation.models import Attachment, ContactDetails, Contribution, Contributor, Invitation, RoundKind, Submission, Transcript
from ivp_portal.organisation.access import inside
from tests.consultation.conftest import contributions, logged, make_round
from tests.consultation.letter_files import LETTER, docx_bytes, docx_letter

NEW = "/blaricum/inbreng/avond/brief/"
LIST = "/blaricum/inbreng/avond/inzendingen/"
LATER = datetime.datetime(2026, 10, 1, 12, 0, tzinfo=datetime.UTC)
WORD_LETTER = docx_letter()
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture(autouse=True)
def after_the_evening():
    with time_machine.travel(LATER, tick=True):
        yield


@pytest.fixture
def officer(client, anke):
    client.force_login(anke)
    return client


def filled(**changes) -> dict:
    """What an officer fills in for a letter of a housing corporation."""
    return {"contributor_kind": "partner", "party": "Dudok Wonen", "channel": "letter", "said_on": "2026-09-14", "text": LETTER} | changes


def word_file(name: str = "brief.docx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, WORD_LETTER, content_type=WORD)


def handed_in(round) -> list[Submission]:
    with inside(round.area):
        return list(Submission.objects.filter(round=round).select_related("contributor", "invitation").order_by("pk"))


# Recording


def test_an_uploaded_letter_is_kept_byte_for_byte_and_read_and_its_sender_is_who_sent_it(officer, evening):
    answer = officer.post(NEW, filled(text="", file=word_file()), follow=True)
    (letter,) = handed_in(evening)
    assert answer.redirect_chain == [(f"{LIST}{letter.pk}/splitsen/", 302)]
    assert str(letter.contributor) == "Partner: Dudok Wonen"
    assert letter.original_text == LETTER
    assert len(letter.code) == 12
    assert contributions(evening) == []
    with inside(evening.area):
        file, transcript = Attachment.objects.get(), Transcript.objects.get()
    assert file.sha256 == hashlib.sha256(WORD_LETTER).hexdigest()
    with default_storage.open(file.file) as kept:
        assert kept.read() == WORD_LETTER
    assert (transcript.number, transcript.text) == (1, LETTER)
    verb, facts = logged(evening)[-1]
    assert (verb, facts["round"], facts["channel"]) == ("letter.recorded", "avond", "letter")


def test_a_pasted_email_is_recorded_as_it_was_pasted(officer, evening):
    officer.post(NEW, filled(channel="email", text="Beste raad,\r\n\r\nMeer licht in het park."))
    (letter,) = handed_in(evening)
    assert letter.original_text == "Beste raad,\n\nMeer licht in het park."
    assert letter.channel == "email"


def test_a_double_click_stores_the_letter_once(officer, evening):
    page = officer.get(NEW)
    key = str(page.context["form"]["key"].value())
    for _ in range(2):
        assert officer.post(NEW, filled(key=key, text="", file=word_file())).status_code == 302
    assert len(handed_in(evening)) == 1
    with inside(evening.area):
        assert Attachment.objects.count() == 1


def test_what_came_after_the_term_is_marked_so_and_nothing_else_is(officer, evening):
    officer.post(NEW, filled(said_on="2026-09-16"))
    assert "na de termijn" not in officer.post(NEW, filled(said_on="2026-09-16"), follow=True).text
    late = officer.post(NEW, filled(said_on="2026-09-17"), follow=True).text
    assert "Hij kwam na de termijn binnen" in late
    assert [letter.is_late for letter in handed_in(evening)] == [False, False, True]
    assert officer.get(LIST + "?toon=na-de-termijn").context["page"].paginator.count == 1


def test_contact_details_are_kept_apart_with_their_purpose_and_a_last_day(officer, client, carla, evening):
    officer.post(NEW, filled(contributor_kind="resident", party="", name="J. Voorbeeld", email="j@voorbeeld.nl", address="Dorpsstraat 1"))
    (letter,) = handed_in(evening)
    with inside(evening.area):
        contact = ContactDetails.objects.get()
    assert (contact.submission_id, contact.name, contact.email) == (letter.pk, "J. Voorbeeld", "j@voorbeeld.nl")
    assert contact.purpose == "Ontvangstbewijs en antwoord sturen"
    assert contact.keep_until == datetime.date(2027, 9, 16)
    assert str(letter.contributor) == "Inwoner"
    assert "J. Voorbeeld" in officer.get(f"{LIST}{letter.pk}/").text
    client.force_login(carla)
    page = client.get(f"{LIST}{letter.pk}/")
    assert page.status_code == 200
    assert "J. Voorbeeld" not in page.text


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"text": ""}, "Kies een bestand, of plak de tekst in het tekstvak."),
        ({"contributor_kind": ""}, "Kies wie dit zei."),
        ({"channel": ""}, "Kies hoe het binnenkwam, bijvoorbeeld Brief."),
        ({"channel": "spreadsheet"}, "Dit kunt u hier niet kiezen."),
        ({"said_on": "2026-10-02"}, "Deze dag moet nog komen."),
        ({"email": "geen adres"}, "Dit e-mailadres klopt niet."),
    ],
)
def test_a_letter_that_cannot_be_is_refused_beside_its_field_and_nothing_typed_is_lost(officer, evening, change, message):
    page = officer.post(NEW, filled(**change))
    assert page.status_code == 422
    assert page.text.count(message) == 2
    assert "Dudok Wonen" in page.text
    assert "<title>Fout: " in page.text
    assert handed_in(evening) == []


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"MZ" + bytes(300), "Dit is een programma"), (b"", "Dit bestand is leeg."), (b"PK\x03\x04 geen echte zip", "beschadigd")],
    ids=["a program", "nothing", "half a zip"],
)
def test_a_file_that_cannot_be_a_letter_is_refused_and_nothing_is_stored(officer, evening, content, message):
    page = officer.post(NEW, filled(text="", file=SimpleUploadedFile("brief.docx", content)))
    assert page.status_code == 422
    assert message in page.text
    assert handed_in(evening) == []
    with inside(evening.area):
        assert not Attachment.objects.exists()


def test_a_file_without_readable_text_is_kept_and_the_officer_types_it_over(officer, evening):
    empty = docx_bytes(docx.Document())
    answer = officer.post(NEW, filled(text="", file=SimpleUploadedFile("scan.docx", empty)), follow=True)
    (letter,) = handed_in(evening)
    assert answer.redirect_chain == [(f"{LIST}{letter.pk}/tekst/", 302)]
    assert "We hebben er geen tekst in gevonden" in answer.text
    assert officer.get(f"{LIST}{letter.pk}/splitsen/").url == f"{LIST}{letter.pk}/tekst/"
    officer.post(f"{LIST}{letter.pk}/tekst/", {"text": LETTER, "seen": "1"})
    assert "Mensenhandel komt niet voor" in officer.get(f"{LIST}{letter.pk}/splitsen/").text
    with inside(evening.area):
        assert Attachment.objects.get().sha256 == hashlib.sha256(empty).hexdigest()
        assert [version.text for version in Transcript.objects.all()] == ["", LETTER]
    assert handed_in(evening)[0].original_text == ""


def test_a_letter_to_a_strategy_round_answers_the_slot_of_its_municipality(officer, blaricum, hilversum):
    round = make_round(blaricum, slug="strategie", kind=RoundKind.STRATEGY, title="Strategie")
    with inside(blaricum):
        slot = Invitation.objects.create(area=blaricum, round=round, body=hilversum, name="Hilversum", kind="area")
    address = "/blaricum/inbreng/strategie/brief/"
    assert "Op welke uitnodiging is dit het antwoord?" in officer.get(address).text
    officer.post(address, filled(invitation=slot.pk, contributor_kind="", party=""))
    (letter,) = handed_in(round)
    assert str(letter.contributor) == "Gemeente: Hilversum"
    assert letter.invitation == slot


def test_the_slot_of_another_round_is_no_choice(officer, evening, blaricum, hilversum):
    other = make_round(blaricum, slug="strategie", kind=RoundKind.STRATEGY, title="Strategie")
    with inside(blaricum):
        slot = Invitation.objects.create(area=blaricum, round=other, body=hilversum, name="Hilversum", kind="area")
    assert officer.post(NEW, filled(invitation=slot.pk)).status_code == 422
    assert handed_in(evening) == []


def test_a_frozen_round_takes_no_letter_and_what_was_typed_stays(officer, evening, frozen):
    frozen(evening)
    page = officer.post(NEW, filled())
    assert page.status_code == 409
    assert "Er kan niets meer bij of af." in page.text
    assert "Dudok Wonen" in page.text
    assert handed_in(evening) == []


# The list


def test_the_list_says_who_how_when_and_what_waits(officer, evening, anke):
    officer.post(NEW, filled(file=word_file()))
    with inside(evening.area):
        services.record_on_behalf(
            evening, subject="Verkeer", sub_subject="Geluid", text="", contributor_kind="council", party="Dorp & Natuur",
            channel="session", said_on=datetime.date(2026, 9, 16), by=anke,
        )  # fmt: skip
    page = officer.get(LIST)
    rows = {str(row.contributor): (row.points, row.files, row.waits) for row in page.context["page"]}
    assert rows == {"Partner: Dudok Wonen": (0, 1, True), "Raad, fractie Dorp & Natuur": (1, 0, False)}
    assert page.text.count("Nog niet gesplitst") == 2  # the filter, and the letter
    assert officer.get(LIST + "?toon=niet-gesplitst").context["page"].paginator.count == 1
    assert officer.get(LIST + "?kanaal=session").context["page"].paginator.count == 1
    assert officer.get(LIST + "?zoek=dudok").context["page"].paginator.count == 1
    (letter, _) = handed_in(evening)
    assert officer.get(f"{LIST}?zoek=BLA+{letter.code[:4]}+{letter.code[4:]}").context["page"].paginator.count == 1
    assert "Niets gevonden" in officer.get(LIST + "?zoek=niemand").text


def test_an_empty_list_says_what_to_do(officer, client, carla, evening):
    assert "Brief of verslag invoeren" in officer.get(LIST).text
    client.force_login(carla)
    page = client.get(LIST)
    assert "Nog niets binnengekomen" in page.text
    assert "Brief of verslag invoeren" not in page.text


def many(round, number: int) -> None:
    with inside(round.area):
        who = Contributor.objects.create(area=round.area, kind="resident")
        sent = Submission.objects.bulk_create(
            Submission(area=round.area, round=round, contributor=who, channel="form", original_text="Meer licht.") for _ in range(number)
        )
        first = round.contributions.count() + 1
        Contribution.objects.bulk_create(
            Contribution(area=round.area, round=round, submission=submission, number=first + place, subject="Licht")
            for place, submission in enumerate(sent)
        )


def test_a_long_list_costs_no_more_queries_than_a_short_one(officer, evening, django_assert_num_queries):
    many(evening, 2)
    with CaptureQueriesContext(connection) as short:
        officer.get(LIST)
    many(evening, 60)
    with django_assert_num_queries(len(short)):
        page = officer.get(LIST)
    assert page.context["page"].paginator.count == 62
    assert len(page.context["page"]) == 50


# One submission


def test_a_submission_shows_the_original_its_file_its_points_and_its_history(officer, evening):
    officer.post(NEW, filled(file=word_file()))
    (letter,) = handed_in(evening)
    officer.post(f"{LIST}{letter.pk}/splitsen/", {"quote": "Wij willen dat 80% van zijn uren in de wijk valt."})
    page = officer.get(f"{LIST}{letter.pk}/").text
    assert "<mark>Wij willen dat 80% van zijn uren in de wijk valt.</mark>" in page
    assert 'href="#plek-1"' in page
    assert 'id="plek-1"' in page
    assert hashlib.sha256(WORD_LETTER).hexdigest() in page
    assert "Niet gescand" in page
    assert "Anke de Boer legde een brief vast" in page


def test_a_submission_of_another_round_or_municipality_is_not_found(officer, client, evening, blaricum, hilversum, bram):
    officer.post(NEW, filled())
    (letter,) = handed_in(evening)
    make_round(blaricum, slug="andere", title="Andere")
    make_round(hilversum, slug="avond")
    for page in ("", "splitsen/", "tekst/"):
        assert officer.get(f"/blaricum/inbreng/andere/inzendingen/{letter.pk}/{page}").status_code == 404
    client.force_login(bram)
    for page in ("", "splitsen/", "tekst/"):
        assert client.get(f"{LIST}{letter.pk}/{page}").status_code == 404
        assert client.get(f"/hilversum/inbreng/avond/inzendingen/{letter.pk}/{page}").status_code == 404
