"""Reading in a spreadsheet on the screen: choose, look at the dry run, say what the columns mean, read in."""

import datetime
import html
import threading

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

import pytest
import time_machine

from consultation import services
from consultation.importing import FIELDS
from consultation.models import Contributor, RoundKind, SpreadsheetImport, Submission
from ivp_portal.organisation.access import inside
from tests.consultation.conftest import contributions, logged, make_round
from tests.consultation.spreadsheet_files import HEADER, council_rows, csv_file, merged_council_session, xlsx_file
from tests.consultation.test_importing import BAD_FILES

ADD = "/blaricum/inbreng/avond/inlezen/"
COUNCIL_CSV = csv_file(council_rows(), header=HEADER[:2])
THREE_WRONG = csv_file(
    [
        *([*row, ""] for row in council_rows()),
        ["", "", ""],
        ["Verkeer", "", ""],
        ["Verkeer", "Fout", "31-09-2026"],
        ["Verkeer", "Ook fout", "ooit"],
    ],
    header=(*HEADER[:2], "Datum"),
)


@pytest.fixture
def officer(client, anke):
    client.force_login(anke)
    return client


def upload(client, content: bytes, name: str = "opbrengst.csv", address: str = ADD):
    """Choose a file; the answer is the dry run, or the form again."""
    return client.post(address, {"file": SimpleUploadedFile(name, content)}, follow=True)


def place(answer) -> str:
    """The address of the dry run somebody was sent to."""
    return answer.redirect_chain[-1][0]


def uploads(round) -> list[SpreadsheetImport]:
    with inside(round.area):
        return list(SpreadsheetImport.objects.filter(round=round).order_by("uploaded_at"))


# The dry run


@pytest.mark.parametrize("make", [lambda: COUNCIL_CSV, merged_council_session])
def test_the_15_points_are_shown_before_anything_is_written_and_read_in_with_one_button(officer, anke, evening, make):
    page = upload(officer, make())
    assert page.status_code == 200
    for text in ("Er is nog niets ingelezen.", "15 rijen", "<strong>15 nieuwe punten</strong>", "Lees 15 punten in", "Digitale veiligheid"):
        assert text in page.text
    assert contributions(evening) == []
    done = officer.post(place(page), follow=True)
    assert done.redirect_chain == [(place(page), 302)]
    assert "<h1>15 punten ingelezen</h1>" in done.text
    points = contributions(evening)
    assert [(made.subject, made.sub_subject) for made in points] == [tuple(row) for row in council_rows()]
    assert [made.number for made in points] == list(range(1, 16))
    verb, facts = logged(evening)[-1]
    assert verb == "contributions.imported"
    assert (facts["added"], facts["known"], facts["refused"], facts["file"]) == (15, 0, 0, "opbrengst.csv")
    assert len(logged(evening)) == 1


def test_the_dry_run_names_each_problem_by_row_column_and_value(officer, evening):
    page = upload(officer, THREE_WRONG)
    assert "3 rijen kunnen niet mee" in page.text
    counts = [page.context["trial"].added, page.context["trial"].known, page.context["trial"].refused]
    assert counts == [15, 0, 3]
    for row, column, value in ((18, "Sub-onderwerp", "(leeg)"), (19, "Datum", "31-09-2026"), (20, "Datum", "ooit")):
        assert f'scope="row">{row}</th><td class="utrecht-table__cell">{column}</td>' in page.text
        assert value in page.text
    assert "Deze dag bestaat niet." in page.text
    preview = page.context["trial"].preview.rows
    assert [row.number for row in preview] == [14, 15, 16, 18, 19, 20]
    assert [row.state for row in preview][-3:] == ["bad"] * 3


def test_the_good_rows_come_in_when_the_page_says_so_and_the_others_stay_to_be_mended(officer, evening):
    page = upload(officer, THREE_WRONG)
    assert "De 3 rijen met een fout blijven buiten." in page.text
    done = officer.post(place(page), follow=True)
    assert "15 punten ingelezen" in done.text
    assert "Deze dag bestaat niet." in done.text
    assert len(contributions(evening)) == 15
    mended = THREE_WRONG.replace(b"31-09-2026", b"30-09-2026")
    again = upload(officer, mended)
    assert [again.context["trial"].added, again.context["trial"].known, again.context["trial"].refused] == [1, 15, 2]
    assert "Lees 1 punt in" in again.text


def test_the_dry_run_shows_six_rows_from_the_top_when_all_is_well(officer, evening):
    assert [row.number for row in upload(officer, COUNCIL_CSV).context["trial"].preview.rows] == [2, 3, 4, 5, 6, 7]


def test_a_long_list_of_problems_is_cut_and_says_so(officer, evening):
    page = upload(officer, csv_file([["Verkeer", "", ""]] * 130))
    assert "De eerste 100; daarna nog 30" in page.text
    assert '<button class="utrecht-button utrecht-button--primary-action"' not in page.text


@pytest.mark.parametrize("name", ["opbrengst.csv", "opbrengst.xlsx", "opbrengst"])
def test_a_file_that_cannot_be_read_is_refused_with_its_sentence_and_nothing_is_kept(officer, evening, name):
    page = upload(officer, b"MZ\x90\0" + bytes(900), name)
    assert page.status_code == 422
    assert page.text.count("Dit is geen spreadsheet. Kies een bestand dat eindigt op .xlsx, .ods of .csv.") == 2
    assert uploads(evening) == []


def test_every_bad_file_is_refused_on_the_page_with_its_own_sentence_and_nothing_is_kept(officer, evening):
    for name, (content, sentence) in BAD_FILES.items():
        page = upload(officer, content, "opbrengst.xlsx")
        assert (page.status_code, sentence in html.unescape(page.text)) == (422, True), name
    assert uploads(evening) == []
    assert contributions(evening) == []


def test_rows_that_do_not_fit_the_header_are_named_and_the_others_come_in(officer, evening):
    content = b"Onderwerp;Punt;Toelichting\nVerkeer;Hard;Te hard; veel te hard\nJeugd;Hangen\nVerkeer;Fietsen;x;;\n"
    page = upload(officer, content)
    assert "Deze rij heeft 4 cellen en de kopregel 3." in page.text
    officer.post(place(page))
    assert [point.sub_subject for point in contributions(evening)] == ["Fietsen"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-8-sig"])
def test_a_file_in_any_common_encoding_reads_right(officer, evening, encoding):
    content = csv_file([["Verkeer", "Fietsverlichting", "De straten zijn geïnventariseerd."]], encoding=encoding)
    officer.post(place(upload(officer, content)))
    assert [point.text for point in contributions(evening)] == ["De straten zijn geïnventariseerd."]


def test_no_file_at_all_is_refused(officer, evening):
    assert "Kies een bestand." in officer.post(ADD, {}).text


def test_a_file_that_is_too_big_is_refused_unread(officer, evening, settings):
    settings.UPLOAD_LIMIT_BYTES = 2 * 1024 * 1024
    page = upload(officer, b"x" * (2 * 1024 * 1024 + 1))
    assert page.status_code == 422
    assert "Dit bestand is 3 MB. Kies een bestand van ten hoogste 2 MB." in page.text
    assert uploads(evening) == []


def test_what_a_cell_holds_is_text_and_never_markup(officer, evening):
    page = upload(officer, csv_file([["<script>alert(1)</script>", "<img src=x>", ""], ["Verkeer", "", "<b>x</b>"]]))
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert" in page.text
    officer.post(place(page))
    assert "<img" not in officer.get("/blaricum/inbreng/avond/").text


# Twice


def test_the_same_file_twice_adds_nothing(officer, evening):
    officer.post(place(upload(officer, COUNCIL_CSV)))
    page = upload(officer, COUNCIL_CSV)
    assert "Alle punten uit dit bestand staan er al in." in page.text
    assert ">Lees " not in page.text
    officer.post(place(page))
    assert len(contributions(evening)) == 15
    assert [verb for verb, _ in logged(evening)] == ["contributions.imported"]


def test_the_same_table_in_another_format_adds_nothing(officer, evening):
    officer.post(place(upload(officer, COUNCIL_CSV)))
    assert upload(officer, merged_council_session()).context["trial"].added == 0


def test_two_equal_rows_in_one_file_are_two_points(officer, evening):
    content = csv_file([["Verkeer", "Hard", ""], ["Verkeer", "Hard", ""]])
    officer.post(place(upload(officer, content)))
    assert len(contributions(evening)) == 2
    assert upload(officer, content).context["trial"].added == 0


def test_what_was_corrected_or_withdrawn_does_not_come_back(officer, anke, evening):
    officer.post(place(upload(officer, COUNCIL_CSV)))
    first, second, *_ = contributions(evening)
    with inside(evening.area):
        services.correct(first, subject="Anders", sub_subject="Anders", text="", by=anke)
        services.withdraw(second, reason="dubbel", by=anke)
    assert upload(officer, COUNCIL_CSV).context["trial"].added == 0


def test_a_double_click_reads_in_once_and_leads_to_the_same_page(officer, evening):
    address = place(upload(officer, COUNCIL_CSV))
    for _ in range(2):
        assert officer.post(address).url == address
    assert len(contributions(evening)) == 15
    assert "15 punten ingelezen" in officer.get(address).text
    assert len(logged(evening)) == 1


def test_a_file_with_more_rows_adds_those_and_numbers_count_on(officer, evening):
    officer.post(place(upload(officer, COUNCIL_CSV)))
    more = csv_file([["Verkeer", "Nieuw", ""], *([*row, ""] for row in council_rows())])
    officer.post(place(upload(officer, more)))
    last = contributions(evening)[-1]
    assert (last.number, last.sub_subject) == (16, "Nieuw")


@pytest.mark.django_db(transaction=True)
def test_two_colleagues_and_a_double_click_at_the_same_moment_read_in_once(anke, peter, evening):
    with inside(evening.area):
        kept = [services.keep_upload(evening, content=COUNCIL_CSV, file_name="opbrengst.csv", by=who) for who in (anke, peter)]
    added = []

    def press(upload: SpreadsheetImport) -> None:
        try:
            with inside(evening.area):
                outcome = services.import_contributions(
                    evening, content=COUNCIL_CSV, file_name="opbrengst.csv", by=upload.uploaded_by, key=upload.pk
                )
            added.append(outcome.added)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[upload]) for upload in [*kept, *kept]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(added) == [0, 0, 0, 15]
    assert len(contributions(evening)) == 15
    assert sorted(upload.added for upload in uploads(evening)) == [0, 15]


# Columns


def test_columns_that_are_not_read_are_named_and_so_are_taken_over_subjects(officer, evening):
    content = csv_file([["Verkeer", "Hard", "Jan Jansen"], ["", "Zacht", ""]], header=(*HEADER[:2], "Naam"))
    page = upload(officer, content).text
    assert "Niet ingelezen: Naam." in page
    assert "Bij 1 rij is het onderwerp overgenomen van de rij erboven." in page


def test_an_officer_says_what_the_columns_mean(officer, evening):
    page = upload(officer, csv_file([["Snelheid", "Te hard"]], header=("Rubriek", "Wat zei u?")))
    assert "We vinden geen kolom met het onderwerp." in page.text
    assert "<details" in page.text and " open>" in page.text
    address = place(page)
    mapping = {f"kolom-{field}": "-" for field in FIELDS if field not in ("subject", "text")}
    refused = officer.post(address + "kolommen/", mapping | {"kolom-subject": "-", "kolom-text": "Wat zei u?"})
    assert refused.status_code == 422
    assert "Kies de kolom met het onderwerp." in refused.text
    refused = officer.post(address + "kolommen/", mapping | {"kolom-subject": "Rubriek", "kolom-text": "Rubriek"})
    assert "De kolom ‘Rubriek’ koos u al hierboven." in refused.text
    shown = officer.post(address + "kolommen/", mapping | {"kolom-subject": "Rubriek", "kolom-text": "Wat zei u?"}, follow=True)
    assert "Lees 1 punt in" in shown.text
    officer.post(address)
    (made,) = contributions(evening)
    assert (made.subject, made.text) == ("Snelheid", "Te hard")


def test_a_file_whose_columns_are_not_clear_is_not_read_in(officer, evening):
    page = upload(officer, csv_file([["Snelheid", "Te hard"]], header=("Rubriek", "Wat zei u?")))
    answer = officer.post(place(page))
    assert answer.status_code == 422
    assert "We vinden geen kolom met het onderwerp." in answer.text
    assert contributions(evening) == []


def test_columns_of_a_file_that_was_read_in_are_not_mapped_any_more(officer, evening):
    address = place(upload(officer, COUNCIL_CSV))
    officer.post(address)
    assert officer.post(address + "kolommen/", {}).url == address
    assert officer.get(address + "kolommen/").status_code == 405


# Who said it


def test_a_council_session_has_one_voice_for_each_party(officer, evening):
    header = ("Onderwerp", "Punt", "Fractie")
    rows = [["Verkeer", "1", "VVD"], ["Jeugd", "2", "Dorp & Natuur"], ["Verkeer", "3", "vvd"], ["Verkeer", "4", ""]]
    officer.post(place(upload(officer, xlsx_file(rows, header=header))))
    assert [str(made.submission.contributor) for made in contributions(evening)] == [
        "Raad, fractie VVD",
        "Raad, fractie Dorp & Natuur",
        "Raad, fractie VVD",
        "Raad",
    ]
    with inside(evening.area):
        assert (Contributor.objects.count(), Submission.objects.count()) == (3, 3)
        texts = Submission.objects.get(contributor__party="VVD").original_text
    assert texts == "Verkeer\n1\n\nVerkeer\n3"


def test_each_resident_speaks_for_themself(officer, blaricum):
    round = make_round(blaricum, slug="inwoners", kind=RoundKind.RESIDENTS)
    content = csv_file([["Verkeer", "1", ""], ["Verkeer", "2", ""]])
    officer.post(place(upload(officer, content, address="/blaricum/inbreng/inwoners/inlezen/")))
    points = contributions(round)
    assert {made.submission.contributor.kind for made in points} == {"resident"}
    assert len({made.submission.contributor_id for made in points}) == 2


def test_the_kind_and_the_day_in_the_file_go_before_those_of_the_round(officer, evening):
    header = ("Onderwerp", "Punt", "Soort inbrenger", "Organisatie", "Datum")
    rows = [
        ["Verkeer", "1", "Partner", "Politie", datetime.date(2026, 9, 1)],
        ["Verkeer", "2", "partner", "politie", datetime.date(2026, 9, 2)],
    ]
    officer.post(place(upload(officer, xlsx_file(rows, header=header))))
    first, second = contributions(evening)
    assert str(first.submission.contributor) == "Partner: Politie"
    assert first.submission.contributor_id == second.submission.contributor_id
    assert [made.submission.said_on.day for made in (first, second)] == [1, 2]
    assert first.submission.spreadsheet_id == uploads(evening)[0].pk


# What is kept


def test_the_file_is_wiped_once_it_is_read_in_and_no_name_in_it_is_stored(officer, evening):
    content = csv_file([["Verkeer", "Hard", "Jan Jansen", "jan@voorbeeld.nl"]], header=(*HEADER[:2], "Naam", "E-mail"))
    address = place(upload(officer, content))
    assert b"Jan Jansen" in bytes(uploads(evening)[0].content)
    officer.post(address)
    (kept,) = uploads(evening)
    assert bytes(kept.content) == b""
    assert kept.sha256 == services.sha256(content)
    with connection.cursor() as cursor, inside(evening.area):
        for table in ("submission", "contribution", "contributor", "spreadsheetimport"):
            cursor.execute(f"SELECT count(*) FROM consultation_{table} t WHERE t::text LIKE '%%Jansen%%'")
            assert cursor.fetchone() == (0,)


def test_files_that_nobody_read_in_go_after_a_week(officer, evening):
    with time_machine.travel(timezone.now() - datetime.timedelta(days=8)):
        upload(officer, COUNCIL_CSV)
        done = place(upload(officer, merged_council_session()))
        officer.post(done)
    with time_machine.travel(timezone.now() - datetime.timedelta(days=6)):
        upload(officer, COUNCIL_CSV, "zes dagen.csv")
    upload(officer, COUNCIL_CSV, "vandaag.csv")
    assert [kept.file_name for kept in uploads(evening)] == ["opbrengst.csv", "zes dagen.csv", "vandaag.csv"]
    assert uploads(evening)[0].imported_at is not None


# Frozen rounds, and who may


def test_a_frozen_round_takes_no_file(officer, evening, frozen):
    frozen(evening)
    assert "Er kan niets meer bij of af." in officer.get(ADD).text
    page = upload(officer, COUNCIL_CSV)
    assert page.status_code == 409
    assert "Er kan niets meer bij of af." in page.text
    assert uploads(evening) == []


def test_a_round_that_froze_after_the_dry_run_refuses_and_keeps_the_file(officer, evening, frozen):
    address = place(upload(officer, COUNCIL_CSV))
    frozen(evening)
    page = officer.post(address)
    assert page.status_code == 409
    assert "Er kan niets meer bij of af." in page.text
    assert contributions(evening) == []
    assert bytes(uploads(evening)[0].content) == COUNCIL_CSV
    page = officer.get(address)
    assert page.status_code == 200
    assert "Lees 15 punten in" not in page.text


def test_reading_in_what_is_known_is_no_error_in_a_frozen_round(officer, evening, frozen):
    officer.post(place(upload(officer, COUNCIL_CSV)))
    second = place(upload(officer, COUNCIL_CSV))
    frozen(evening)
    assert officer.post(second, follow=True).status_code == 200
    assert len(contributions(evening)) == 15


@pytest.mark.parametrize("ending", ["", "kolommen/"])
def test_a_dry_run_is_for_officers_of_this_municipality_and_this_round(client, officer, carla, bram, evening, blaricum, ending):
    address = place(upload(officer, COUNCIL_CSV)) + ending
    make_round(blaricum, slug="andere", title="Andere")
    assert officer.post(address.replace("avond", "andere")).status_code == 404
    client.force_login(carla)
    assert client.post(address).status_code == 403
    client.force_login(bram)
    assert client.post(address).status_code == 404
    client.logout()
    assert client.post(address).status_code == 302
    assert contributions(evening) == []
