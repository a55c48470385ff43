"""Taking points along: what is in the file, what never is, and how it opens."""

import io
import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

import openpyxl
import pytest
import python_calamine
import time_machine
from odf.opendocument import load as load_ods

from consultation.models import Contribution, Theme, ThemeField
from consultation.spreadsheets import read_table
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from priorities.decision_kinds import GOING_CONCERN, OTHER_BODY
from priorities.models import Note, ThemeHandler
from priorities.rules import Choice
from priorities.sheets.point_sheet import TITLES
from priorities.sheets.sheet_files import FORMATS, Column, as_typed, plain
from tests.conftest import make_contribution
from tests.priorities.conftest import weigh

OUT = "/blaricum/2027-2030/afwegen/uitvoer/"
ALL = "?status=alles"


@pytest.fixture
def officer(client, anke):
    client.force_login(anke)
    return client


def taken(client, format, query=ALL):
    """The bytes of the file."""
    response = client.get(f"{OUT}{format}/{query}")
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def rows_in(content):
    """Title -> cell, of every row, read as this portal reads any spreadsheet."""
    (_, header), *rest = read_table(content).rows
    return [dict(zip(header, [as_typed(cell) for cell in cells] + [""] * len(header), strict=False)) for _, cells in rest]


@pytest.mark.parametrize("format", FORMATS)
def test_a_point_goes_along_with_its_answer_and_nothing_internal(officer, council_round, overlast, plan, anke, format):
    with inside(plan.area):
        field = ThemeField.objects.create(area=plan.area, number=1, name="Woon- en leefomgeving")
        theme = Theme.objects.create(area=plan.area, field=field, name="Jeugd en overlast")
        Contribution.objects.filter(pk=overlast.pk).update(theme=theme)
        ThemeHandler.objects.create(area=plan.area, theme=theme, assignee=anke)
        Note.objects.create(area=plan.area, contribution=overlast, text="Niet naar buiten brengen.", written_by=anke)
    decision = weigh(overlast, anke, Choice(GOING_CONCERN), Choice(OTHER_BODY, named="Veiligheidsregio"))
    make_contribution(council_round, "Snelheid", party="Dorp & Natuur")
    content = taken(officer, format)
    assert rows_in(content) == [
        {
            "Kenmerk": "raadssessie/1",
            "Onderwerp": "Sociale veiligheid",
            "Sub-onderwerp": "Jeugdoverlast",
            "Tekst": "Groepen jongeren bij het winkelcentrum.",
            "Soort inbrenger": "Raad",
            "Fractie of organisatie": "",
            "Thema": "Jeugd en overlast",
            "Staat": "Afgewogen",
            "Bestemming": "Going concern; Andere organisatie",
            "Prioriteit of naam": "Veiligheidsregio",
            "Overnemen": "Geheel",
            "Motivering": "Dit blijft gewoon werk.",
            "Besluitnummer": str(decision.pk),
            "Persoonsgegevens": "",
        },
        dict.fromkeys(TITLES, "")
        | {
            "Kenmerk": "raadssessie/2",
            "Onderwerp": "Sociale veiligheid",
            "Sub-onderwerp": "Snelheid",
            "Soort inbrenger": "Raad",
            "Fractie of organisatie": "Dorp & Natuur",
            "Staat": "Nog doen",
        },
    ]
    everything = " ".join(cell for _, row in read_table(content).rows for cell in row)
    assert "Anke" not in everything
    assert "naar buiten" not in everything


def test_only_what_the_filter_leaves_goes_along(officer, council_round, overlast, anke):
    make_contribution(council_round, "Snelheid")
    weigh(overlast, anke)
    assert [row["Sub-onderwerp"] for row in rows_in(taken(officer, "csv", ""))] == ["Snelheid"]
    assert [row["Sub-onderwerp"] for row in rows_in(taken(officer, "csv", "?status=afgewogen"))] == ["Jeugdoverlast"]
    assert rows_in(taken(officer, "xlsx", "?zoek=bestaatniet")) == []


def test_the_name_of_the_file_says_whose_points_which_and_when(officer, overlast, anke):
    with time_machine.travel("2026-11-20 12:00+01:00", tick=False):
        response = officer.get(f"{OUT}xlsx/?bron=council&zoek=jeugd&van={anke.pk}")
    assert response["Content-Disposition"] == ('attachment; filename="blaricum-2027-2030-nog-doen-raad-jeugd-eigen-keuze-2026-11-20.xlsx"')
    assert response["Cache-Control"] == "private, no-store"


def test_the_log_says_who_took_how_many(officer, overlast, plan, anke):
    taken(officer, "ods")
    with inside(plan.area):
        line = LogEntry.objects.get(verb="points.exported")
    assert (line.actor_name, line.facts) == ("Anke de Boer", {"format": "ods", "number": 1, "query": "?status=alles"})
    assert line.sentence == "nam punten mee in een bestand"


def test_who_may_not_have_papers_made_takes_nothing(client, carla, bram, overlast):
    for reader, status in ((carla, 403), (bram, 404)):
        client.force_login(reader)
        for format in (*FORMATS, "kies", "tabel"):
            assert client.get(f"{OUT}{format}/").status_code == status


def test_a_format_nobody_knows_is_not_found(officer, plan):
    assert officer.get(f"{OUT}pdf/").status_code == 404


def test_personal_data_nobody_looked_at_is_said_before_and_in_the_file(officer, council_round, overlast):
    with inside(council_round.area):
        Contribution.objects.filter(pk=overlast.pk).update(personal_data=["name", "phone"])
    make_contribution(council_round, "Snelheid")
    page = officer.get(f"{OUT}kies/").text
    assert "In 1 punt staan misschien persoonsgegevens die niemand nakeek." in page
    assert page.index("persoonsgegevens die niemand") < page.index("uitvoer/xlsx/")
    marked = [row["Persoonsgegevens"] for row in rows_in(taken(officer, "xlsx"))]
    assert marked == ["nog niet nagekeken: naam, telefoonnummer", ""]


def test_the_page_offers_the_files_of_this_view_and_a_table_to_paste(officer, council_round, overlast, plan):
    page = officer.get(f"{OUT}kies/?bron=council").text
    assert "1 punt meenemen" in page
    for format in FORMATS:
        assert f'href="{OUT}{format}/?bron=council" download' in page
    assert "<textarea" not in page
    with inside(plan.area):
        assert not LogEntry.objects.filter(verb="points.exported").exists()
    page = officer.get(f"{OUT}tabel/?bron=council").text
    table = re.search(r"<textarea[^>]* readonly[^>]*>(.*?)</textarea>", page, re.DOTALL)[1]
    assert [line.split("\t")[:3] for line in table.strip().splitlines()] == [
        TITLES[:3],
        ["raadssessie/1", "Sociale veiligheid", "Jeugdoverlast"],
    ]
    assert re.search(r'<button[^>]* data-copies="tabel-tekst"[^>]* hidden>', page)
    with inside(plan.area):
        assert LogEntry.objects.get(verb="points.exported").facts["format"] == "tabel"


def test_a_plan_without_a_point_does_not_send_you_round(officer, plan):
    page = officer.get(f"{OUT}kies/?status=alles").text
    assert "Er is nog geen inbreng." in page
    assert "Neem alle punten mee" not in page


def test_an_empty_list_says_so(officer, plan):
    page = officer.get(f"{OUT}kies/").text
    assert "Geen punten om mee te nemen" in page
    assert "xlsx/" not in page


DANGEROUS = ["=1+1", '=HYPERLINK("http://voorbeeld.nl")', "+31 35 123 45 67", "-meer licht", "@SUM(A1)", "'=1", "''-x", "'gewoon"]


@pytest.mark.parametrize("format", FORMATS)
def test_what_looks_like_a_formula_is_text_and_comes_back_as_it_was(officer, council_round, format):
    for words in DANGEROUS:
        make_contribution(council_round, words, text=words)
    content = taken(officer, format)
    assert [row["Tekst"] for row in rows_in(content)] == DANGEROUS
    if format == "csv":
        lines = content.decode("utf-8-sig").splitlines()
        assert not re.search(r'(^|;)"?[=+\-@]', "\n".join(lines[1:]), re.MULTILINE)


def test_the_csv_opens_in_a_dutch_excel(officer, overlast):
    content = taken(officer, "csv")
    assert content.startswith(b"\xef\xbb\xbf" + b";".join(title.encode() for title in TITLES) + b"\r\n")


def test_the_workbook_is_pleasant_to_read_and_holds_no_formula(officer, council_round, overlast):
    make_contribution(council_round, "=1+1")
    sheet = openpyxl.load_workbook(io.BytesIO(taken(officer, "xlsx")))["Punten"]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:N3"
    assert sheet["A1"].font.bold
    assert sheet["D2"].alignment.wrap_text
    assert sheet.column_dimensions["D"].width == 60
    assert (sheet["C3"].value, sheet["C3"].data_type) == ("=1+1", "s")


def test_the_ods_opens_in_another_reader_too(officer, overlast):
    content = taken(officer, "ods")
    assert load_ods(io.BytesIO(content)).spreadsheet.childNodes[0].getAttribute("name") == "Punten"
    book = python_calamine.load_workbook(io.BytesIO(content))
    assert book.get_sheet_by_name("Punten").to_python()[0] == TITLES


ODD = [
    "twee\nregels\n\nen nog een", "  dubbele  spaties   hier", "_x0041_ en _x000D_", "<b>&amp;\"'", "1,5", "01-02-2026", "WAAR", "1e5",
    "😀 é \u00a0 \u2028", "12;13, en\tmeer", '"aanhaling"; ja', "'", "\x0b\x1f", "lang " * 2000,
]  # fmt: skip


@pytest.mark.parametrize("format", FORMATS)
def test_odd_texts_come_back_as_they_were(format):
    file = io.BytesIO()
    rows = [(str(number), text) for number, text in enumerate(ODD)]
    assert FORMATS[format].write(file, (Column("Nummer", 8), Column("Tekst", 40)), rows, sheet="Punten") == len(ODD)
    found = {cells[0]: as_typed(cells[1]) if len(cells) > 1 else "" for _, cells in read_table(file.getvalue()).rows[1:]}
    assert [found[str(number)] for number in range(len(ODD))] == [plain(text) for text in ODD]


def test_a_text_too_long_for_a_cell_is_cut_and_says_so(officer, council_round):
    make_contribution(council_round, "Brief", text="x" * 40_000)
    (row,) = rows_in(taken(officer, "xlsx"))
    assert len(row["Tekst"]) == 32_000
    assert row["Tekst"].endswith("lees verder in het portaal]")


@pytest.mark.parametrize("address", ["csv/", "kies/", "tabel/"])
def test_taking_fifty_costs_what_one_costs(officer, council_round, overlast, anke, address):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            response = officer.get(f"{OUT}{address}{ALL}")
            assert response.status_code == 200
        return len(queries)

    weigh(overlast, anke)
    once = cost()
    for number in range(49):
        weigh(make_contribution(council_round, f"Punt {number}"), anke)
    assert cost() == once
