"""What looks like personal data in a point: found when it is written, looked at by an officer, and never named in the log."""

import datetime
import json
from io import StringIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

import pytest
import time_machine

from consultation import services
from consultation.models import Contribution
from consultation.splitting import spots_of
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from tests.consultation.conftest import contributions, logged, make_round

REVIEW = "/blaricum/inbreng/avond/nakijken/"
LATER = datetime.datetime(2026, 10, 1, 12, 0, tzinfo=datetime.UTC)
TEXT = "Mijn buurman, de heer Van Vliet, parkeert fout. Bel mij: 06-12345678 of mail j.jansen@voorbeeld.nl."


@pytest.fixture(autouse=True)
def after_the_evening():
    with time_machine.travel(LATER, tick=True):
        yield


@pytest.fixture
def officer(client, anke):
    client.force_login(anke)
    return client


def said(round, by, text: str = TEXT) -> Contribution:
    with inside(round.area):
        return services.record_on_behalf(
            round,
            subject="Verkeer",
            sub_subject="Fout parkeren",
            text=text,
            contributor_kind="resident",
            channel="letter",
            said_on=datetime.date(2026, 9, 16),
            by=by,
        )


@pytest.fixture
def naming(evening, anke) -> Contribution:
    """A point that names a neighbour, with a telephone number and an address to mail to."""
    return said(evening, anke)


def test_it_is_found_when_a_point_is_recorded_split_or_corrected(officer, evening, anke, naming):
    assert naming.personal_data == ["email", "name", "phone"]
    with inside(evening.area):
        letter = services.record_letter(
            evening,
            contributor_kind="resident",
            channel="letter",
            said_on=datetime.date(2026, 9, 16),
            text=f"Beste raad,\n\n{TEXT}",
            by=anke,
        )
        transcript = letter.transcripts.get()
        point = services.split(letter, services.Cut(transcript, spots_of(transcript.text, TEXT)[0], "Parkeren"), by=anke)
        assert point.personal_data == ["email", "name", "phone"]
        assert (
            services.correct(point, subject="Verkeer", sub_subject="Parkeren", text="Er wordt fout geparkeerd.", by=anke).personal_data
            == []
        )


def test_it_is_found_whichever_way_a_point_is_written_on_the_screen(officer, evening):
    evening_address = "/blaricum/inbreng/avond/"
    entered = {"subject": "Verkeer", "sub_subject": "Parkeren", "text": TEXT, "contributor_kind": "resident", "channel": "phone"}
    officer.post(f"{evening_address}nieuw/", entered | {"said_on": "2026-09-16"})
    sheet = SimpleUploadedFile("opbrengst.csv", f"Onderwerp;Toelichting\nVerkeer;{TEXT}\n".encode())
    upload = officer.post(f"{evening_address}inlezen/", {"file": sheet}, follow=True)
    officer.post(upload.redirect_chain[-1][0])
    sent = {"contributor_kind": "resident", "party": "", "channel": "email", "said_on": "2026-09-14", "text": f"Beste raad,\n\n{TEXT}"}
    letter = officer.post(f"{evening_address}brief/", sent, follow=True)
    officer.post(letter.redirect_chain[-1][0], {"quote": TEXT, "title": "Parkeren"})
    points = contributions(evening)
    assert [point.personal_data for point in points] == [["email", "name", "phone"]] * 3
    for point in points:
        officer.post(
            f"{evening_address}{point.pk}/verbeteren/", {"subject": "Verkeer", "sub_subject": "Parkeren", "text": "Bel 06-12345678."}
        )
    assert [point.personal_data for point in contributions(evening)] == [["phone"]] * 3


def searched(*options: str) -> dict[str, int]:
    out = StringIO()
    call_command("find_personal_data", *options, stdout=out)
    return json.loads(out.getvalue())


def test_points_of_before_it_was_looked_for_are_marked_once_and_frozen_ones_are_counted(evening, hilversum, anke, naming, frozen):
    adopted = make_round(evening.area, "eerder")
    for round in (evening, adopted):
        said(round, anke, "Meer licht bij het station." if round == evening else TEXT)
    with inside(evening.area):
        Contribution.objects.update(personal_data=[])
    frozen(adopted)
    assert searched("--area", "hilversum") == {"marked": 0, "left_in_frozen_rounds": 0}
    assert searched() == {"marked": 1, "left_in_frozen_rounds": 1}
    assert searched("--area", "blaricum") == {"marked": 0, "left_in_frozen_rounds": 1}
    assert [point.personal_data for point in contributions(evening)] == [["email", "name", "phone"], []]
    assert [line for line in logged(evening) if line[0] == "contributions.searched"] == [("contributions.searched", {"count": 1})]
    with pytest.raises(CommandError, match="Er is geen gebied ‘nergens’"):
        searched("--area", "nergens")


def test_correcting_asks_for_another_look(evening, anke, naming):
    with inside(evening.area):
        services.let_stand(naming, by=anke)
        assert not Contribution.objects.with_unchecked_personal_data().exists()
        services.correct(naming, subject="Verkeer", sub_subject="Parkeren", text="Vraag het mevrouw De Wit.", by=anke)
        assert Contribution.objects.with_unchecked_personal_data().exists()


def test_the_page_marks_what_was_found_and_proposes_a_text_without_it(officer, evening, naming):
    page = officer.get(REVIEW)
    assert "1 punt nog na te kijken." in page.text
    for marked in ("Van Vliet", "06-12345678", "j.jansen@voorbeeld.nl"):
        assert any(marked in part.split("</mark>")[0] for part in page.text.split("<mark>")[1:]), marked
    ((_, form),) = page.context["rows"]
    proposed = form["text"].value()
    assert "06-12345678" not in proposed
    assert "j.jansen@voorbeeld.nl" not in proposed
    assert "Van Vliet" not in proposed
    assert "parkeert fout" in proposed


def test_keeping_the_proposed_text_takes_the_names_out_and_the_log_holds_kinds_and_no_words(officer, evening, naming):
    ((_, form),) = officer.get(REVIEW).context["rows"]
    sent = {name: form[name].value() for name in ("subject", "sub_subject", "text")}
    answer = officer.post(REVIEW, sent | {"punt": naming.number, "actie": "bewaar"}, follow=True)
    assert "De nieuwe tekst van punt 1 is bewaard." in answer.text
    assert "Alles is nagekeken" in answer.text
    (point,) = contributions(evening)
    assert point.text == sent["text"]
    assert point.personal_data_checked_at is not None
    verb, facts = logged(evening)[-1]
    assert (verb, facts) == ("contribution.redacted", {"taken_out": {"email": 1, "name": 1, "phone": 1}})
    with inside(evening.area):
        line = LogEntry.objects.order_by("-pk")[0]
        assert "Vliet" not in f"{line.target_label}{line.facts}"
        assert "Van Vliet" in point.submission.original_text  # what somebody handed in is never altered


def test_letting_it_stand_leaves_the_words_and_a_line_in_the_log(officer, evening, naming):
    answer = officer.post(REVIEW, {"punt": naming.number, "actie": "laat-staan"}, follow=True)
    assert "Punt 1 blijft zoals het is." in answer.text
    officer.post(REVIEW, {"punt": naming.number, "actie": "laat-staan"})  # a double click does no harm
    (point,) = contributions(evening)
    assert point.text == TEXT
    assert point.personal_data_checked_at is not None
    assert [line for line in logged(evening) if line[0] == "contribution.checked"] == [
        ("contribution.checked", {"kinds": ["email", "name", "phone"]})
    ]


def test_a_text_that_cannot_be_is_refused_beside_its_field_and_stays_on_the_screen(officer, evening, naming):
    page = officer.post(REVIEW, {"punt": naming.number, "actie": "bewaar", "subject": "", "sub_subject": "", "text": "Mijn tekst"})
    assert page.status_code == 422
    assert "<title>Fout: " in page.text
    assert "Vul het onderwerp in" in page.text
    assert "Mijn tekst" in page.text
    assert contributions(evening)[0].text == TEXT


def test_a_point_that_was_withdrawn_meanwhile_stays_as_it_was(officer, evening, anke, naming):
    with inside(evening.area):
        services.withdraw(naming, reason="dubbel", by=anke)
    for action in ("bewaar", "laat-staan"):
        answer = officer.post(REVIEW, {"punt": naming.number, "actie": action, "subject": "x", "sub_subject": "x", "text": ""}, follow=True)
        assert "Dit punt is ingetrokken." in answer.text
    assert contributions(evening)[0].text == TEXT
    assert "Alles is nagekeken" in officer.get(REVIEW).text


def test_a_frozen_round_is_only_read(officer, evening, naming, frozen):
    frozen(evening)
    page = officer.get(REVIEW)
    assert "Van Vliet" in page.text
    assert "Laat zo staan" not in page.text
    assert officer.post(REVIEW, {"punt": naming.number, "actie": "laat-staan"}).status_code == 409
    assert contributions(evening)[0].personal_data_checked_at is None


@pytest.mark.parametrize(("number", "status"), [("0", 404), ("99", 404), ("", 422), ("x", 422), ("9" * 30, 422)])
def test_a_point_that_does_not_exist_is_not_looked_at(officer, evening, naming, number, status):
    assert officer.post(REVIEW, {"punt": number, "actie": "laat-staan"}).status_code == status
    assert contributions(evening)[0].personal_data_checked_at is None


def test_only_whoever_may_record_looks_at_it(client, carla, bram, evening, naming):
    client.force_login(carla)
    assert client.get(REVIEW).status_code == 403
    client.force_login(bram)
    assert client.get(REVIEW).status_code == 404


def test_a_long_list_costs_no_more_queries_than_a_short_one(officer, evening, anke, naming):
    with CaptureQueriesContext(connection) as short:
        officer.get(REVIEW)
    for _ in range(11):
        said(evening, anke)
    with CaptureQueriesContext(connection) as long:
        page = officer.get(REVIEW)
    assert len(page.context["rows"]) == 10
    assert len(long) == len(short)
