"""The text of a letter mended: a version more, while the points, the file and what was handed in stay as they were."""

import datetime
import hashlib

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

import pytest
import time_machine

from consultation import services
from consultation.models import Attachment, Passage, Submission, Transcript
from ivp_portal.organisation.access import inside
from tests.consultation.conftest import contributions, logged
from tests.consultation.letter_files import LETTER, docx_letter

LIST = "/blaricum/inbreng/avond/inzendingen/"
LATER = datetime.datetime(2026, 10, 1, 12, 0, tzinfo=datetime.UTC)
SAID = "Wij ontvangen graag de uitvoeringsplannen."


@pytest.fixture(autouse=True)
def after_the_evening():
    with time_machine.travel(LATER, tick=True):
        yield


@pytest.fixture
def officer(client, anke):
    client.force_login(anke)
    return client


@pytest.fixture
def letter(evening, anke) -> Submission:
    """A letter that came as a file, with one point in it."""
    with inside(evening.area):
        return services.record_letter(
            evening,
            contributor_kind="area",
            party="Hilversum",
            channel="letter",
            said_on=datetime.date(2026, 9, 14),
            text=LETTER,
            file=SimpleUploadedFile("brief.docx", docx_letter()),
            by=anke,
        )


@pytest.fixture
def split(officer, letter) -> str:
    """The address of the split page of the letter, once a point was made."""
    address = f"{LIST}{letter.pk}/splitsen/"
    officer.post(address, {"quote": SAID})
    return address


def mend(client, letter, text: str, seen: int = 1):
    return client.post(f"{LIST}{letter.pk}/tekst/", {"text": text, "seen": seen}, follow=True)


def versions(area) -> list[tuple[int, str]]:
    with inside(area):
        return list(Transcript.objects.order_by("number").values_list("number", "text"))


def test_a_correction_is_a_version_more_and_the_point_is_drawn_where_its_words_went(officer, evening, letter, split):
    with inside(evening.area):
        before = list(Passage.objects.values())
        checksum = Attachment.objects.get().sha256
    mended = LETTER.replace("Geachte heer Bouwmeester,", "Geachte heer Bouwmeester, geachte leden,\n\nHartelijk dank voor uw brief.")
    answer = mend(officer, letter, mended)
    assert answer.redirect_chain == [(split, 302)]
    assert "De tekst is verbeterd." in answer.text
    assert versions(evening.area) == [(1, LETTER), (2, mended)]
    assert f"<mark>{SAID}</mark>" in answer.text
    assert "De tekst hier is verbeterd" not in answer.text
    with inside(evening.area):
        assert list(Passage.objects.values()) == before
        assert Attachment.objects.get().sha256 == checksum == hashlib.sha256(stored_file(evening)).hexdigest()
        assert Submission.objects.get().original_text == LETTER
    assert ("letter.corrected", {"version": 2}) in logged(evening)


def stored_file(round) -> bytes:
    """What the storage holds of the one file there is."""
    with inside(round.area), default_storage.open(Attachment.objects.get().file) as file:
        return file.read()


def test_words_of_a_point_that_were_corrected_are_shown_with_the_original_beside(officer, evening, letter, split):
    page = mend(officer, letter, LETTER.replace("graag de uitvoeringsplannen", "graag de uitvoeringsprogramma’s"))
    assert "De tekst hier is verbeterd" in page.text
    assert "Wij ontvangen graag de uitvoeringsprogramma’s." in page.text
    assert f"Bij het splitsen stond er:</span> “{SAID}”" in page.text
    assert contributions(evening)[0].text == SAID


def test_words_of_a_point_that_were_taken_out_are_told_of_and_the_point_keeps_them(officer, evening, letter, split):
    page = mend(officer, letter, "Geachte heer Bouwmeester,\n\nEen heel andere brief over verkeer en parkeren bij de school.")
    assert "Staat niet meer in de tekst" in page.text
    assert SAID in page.text
    assert contributions(evening)[0].text == SAID


def test_a_new_point_after_a_correction_belongs_to_the_new_version(officer, evening, letter, split):
    mend(officer, letter, LETTER + "\n\nP.S. Meer licht in het park.")
    officer.post(split, {"quote": "Meer licht in het park."})
    with inside(evening.area):
        assert [(row.exact, row.transcript.number) for row in Passage.objects.select_related("transcript").order_by("pk")] == [
            (SAID, 1),
            ("Meer licht in het park.", 2),
        ]


def test_saving_the_same_text_makes_no_version(officer, evening, letter):
    mend(officer, letter, LETTER.replace("\n", "\r\n"))
    assert versions(evening.area) == [(1, LETTER)]


def test_a_correction_of_an_older_version_shows_both_and_loses_neither(officer, client, evening, letter, peter):
    mend(officer, letter, LETTER + "\n\nVan Anke.")
    client.force_login(peter)
    page = mend(client, letter, LETTER + "\n\nVan Peter.", seen=1)
    assert page.status_code == 409
    assert "Anke de Boer was eerder" in page.text
    assert "Van Anke." in page.text
    assert "Van Peter." in page.text
    assert [number for number, _ in versions(evening.area)] == [1, 2]
    mend(client, letter, LETTER + "\n\nVan Peter.", seen=2)
    assert [text[-10:] for _, text in versions(evening.area)] == [LETTER[-10:], "\nVan Anke.", "Van Peter."]


def test_an_empty_text_is_refused(officer, evening, letter):
    page = mend(officer, letter, "  \n ")
    assert page.status_code == 422
    assert "<title>Fout: " in page.text
    assert versions(evening.area) == [(1, LETTER)]


def test_a_frozen_round_keeps_its_texts(officer, evening, letter, frozen):
    frozen(evening)
    page = mend(officer, letter, LETTER + " Anders.")
    assert page.status_code == 409
    assert "Anders." in page.text
    assert versions(evening.area) == [(1, LETTER)]


@pytest.mark.parametrize(("model", "change"), [(Passage, {"exact": "Anders."}), (Transcript, {"text": "Anders."})])
def test_the_database_refuses_to_change_an_anchor_or_a_version(evening, letter, split, model, change):
    with inside(evening.area), pytest.raises(DatabaseError, match="evidence"), transaction.atomic():
        model.objects.update(**change)
