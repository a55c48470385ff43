"""A spreadsheet into points and problems: without a database."""

import datetime
import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consultation.importing import FIELDS, KINDS, ColumnsUnclear, Reading, column_letter, read
from consultation.models import ContributorKind
from consultation.spreadsheets import ROWS_LIMIT, FileRefused, as_shown
from tests.consultation.spreadsheet_files import (
    COUNCIL_SESSION,
    HEADER,
    council_rows,
    csv_file,
    locked_xlsx,
    merged_council_session,
    ods_file,
    saved,
    xlsx_file,
)

ROWS = [["Sociale veiligheid", "Jeugdoverlast", "Bij het plein"], ["Verkeer", "Snelheid", "Geïnventariseerd op de dijk; ook 's nachts"]]


def said(reading: Reading) -> list[tuple[str, str, str]]:
    return [(row.subject, row.sub_subject, row.text) for row in reading.rows]


def messages(content: bytes, **columns: str) -> list[tuple[int | None, str, str, str]]:
    return [(problem.row, problem.column, problem.value, problem.message) for problem in read(content, columns).problems]


# The same table in every format


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_csv_is_read_whatever_its_encoding_and_delimiter(delimiter: str, encoding: str) -> None:
    reading = read(csv_file(ROWS, delimiter=delimiter, encoding=encoding))
    assert said(reading) == [tuple(row) for row in ROWS]
    assert not reading.problems


@pytest.mark.parametrize("make", [xlsx_file, ods_file, csv_file])
def test_a_file_tells_the_same_in_every_format(make) -> None:
    rows = [*ROWS, ["Verkeer", "Fietsen", "Eerste regel\nTweede regel"]]
    assert [row.fingerprint for row in read(make(rows)).rows] == [row.fingerprint for row in read(csv_file(rows)).rows]


def test_quoted_newlines_and_quotes_stay_in_the_text() -> None:
    reading = read(csv_file([["Verkeer", "Snelheid", 'Zij zei: "te hard"\r\nen ging; weg']]))
    assert reading.rows[0].text == 'Zij zei: "te hard"\nen ging; weg'


def test_rows_are_numbered_as_the_spreadsheet_counts() -> None:
    reading = read(b'Titel\n\nOnderwerp;Toelichting\nVerkeer;"een\ntwee"\n\nVerkeer;drie\n')
    assert [row.number for row in reading.rows] == [4, 6]
    assert [row.number for row in read(merged_council_session()).rows] == list(range(4, 19))


def test_excels_own_hint_about_the_delimiter_is_no_row() -> None:
    reading = read(b"sep=,\r\nOnderwerp,Toelichting\r\nVerkeer,Hard; heel hard\r\n")
    assert [(row.number, row.text) for row in reading.rows] == [(2, "Hard; heel hard")]


def test_many_commas_in_the_texts_do_not_make_it_a_comma_file() -> None:
    rows = "".join(f"Verkeer;Te hard, op de dijk, op het plein, elke {day}\n" for day in ("maandag", "dinsdag", "woensdag"))
    reading = read(f"Onderwerp;Toelichting\n{rows}".encode())
    assert reading.rows[1].text == "Te hard, op de dijk, op het plein, elke dinsdag"


# Subjects


def test_the_15_points_of_the_council_session_come_in_with_merged_subjects() -> None:
    expected = [(subject, point) for subject, points in COUNCIL_SESSION for point in points]
    for content in (
        merged_council_session(),
        ods_file(council_rows(repeat_subject=False), header=HEADER[:2]),
        csv_file(council_rows(repeat_subject=False), header=HEADER[:2], encoding="cp1252"),
    ):
        assert [(row.subject, row.sub_subject) for row in read(content).rows] == expected


def test_a_blank_subject_is_the_one_above_and_the_reading_says_so() -> None:
    reading = read(csv_file([["Verkeer", "Snelheid", ""], ["", "Fietsen", ""], ["", "Parkeren", ""]]))
    assert [row.subject for row in reading.rows] == ["Verkeer"] * 3
    assert reading.filled == 2


def test_a_blank_subject_is_never_the_one_of_another_respondent() -> None:
    rows = [["12", "Verkeer", "Snelheid"], ["12", "", "Fietsen"], ["13", "", "Vuurwerk"], ["13", "", "Honden"], ["14", "Jeugd", "Park"]]
    content = csv_file(rows, header=("Respondent ID", "Onderwerp", "Toelichting"))
    empty = "Het onderwerp is leeg, en de rij erboven geeft het niet. Vul het onderwerp in."
    assert messages(content) == [(4, "Onderwerp", "", empty), (5, "Onderwerp", "", empty)]
    assert [(row.respondent, row.subject) for row in read(content).rows] == [("12", "Verkeer"), ("12", "Verkeer"), ("14", "Jeugd")]


def test_a_blank_first_subject_is_a_problem() -> None:
    content = csv_file([["", "Snelheid", ""], ["Verkeer", "Fietsen", ""]])
    assert messages(content) == [(2, "Onderwerp", "", "Het onderwerp is leeg, en de rij erboven geeft het niet. Vul het onderwerp in.")]
    assert said(read(content)) == [("Verkeer", "Fietsen", "")]


def test_a_cell_merged_over_rows_counts_in_each_of_them() -> None:
    def merge(book, sheet) -> None:
        sheet.merge_cells("C2:C3")

    content = xlsx_file(
        [["Verkeer", "Snelheid", "VVD"], ["", "Fietsen", None], ["", None, None]], header=("Onderwerp", "Punt", "Fractie"), change=merge
    )
    assert [(row.sub_subject, row.party) for row in read(content).rows] == [("Snelheid", "VVD"), ("Fietsen", "VVD")]


# Columns


@pytest.mark.parametrize(
    ("header", "field"),
    [(header, field) for field, about in FIELDS.items() for header in about.headers if field != "subject"]
    + [("Sub onderwerp", "sub_subject"), ("SUB-ONDERWERP:", "sub_subject"), (" Soort inbrenger ", "kind"), ("sub_subject", "sub_subject")],
)
def test_a_header_is_recognised(header: str, field: str) -> None:
    value = {"kind": "raad", "said_on": "16-9-2026"}.get(field, "waarde")
    reading = read(csv_file([["Verkeer", value]], header=("Onderwerp", header)))
    assert reading.columns[field] == header.strip()
    assert not reading.unread


def test_unknown_columns_are_named_and_not_read() -> None:
    reading = read(csv_file([["Verkeer", "Snelheid", "Jan Jansen", "jan@voorbeeld.nl"]], header=(*HEADER[:2], "Naam", "E-mail")))
    assert reading.unread == ("Naam", "E-mail")
    assert "Jansen" not in repr(reading.rows)


def test_a_mapping_wins_from_the_guess_and_takes_its_column() -> None:
    content = csv_file([["Jeugd", "Verkeer", "Te hard"]], header=("Onderwerp", "Rubriek", "Wat zei u?"))
    reading = read(content, {"subject": "Rubriek", "text": "wat zei u"})
    assert said(reading) == [("Verkeer", "", "Te hard")]
    assert reading.unread == ("Onderwerp",)


@pytest.mark.parametrize("field", ["sub_subject", "Sub-onderwerp", "subonderwerp"])
def test_a_field_may_be_named_in_dutch(field: str) -> None:
    assert read(csv_file([["Verkeer", "Hard"]], header=("Onderwerp", "Kort")), {field: "Kort"}).rows[0].sub_subject == "Hard"


def test_a_column_can_be_left_unread() -> None:
    reading = read(csv_file([["Verkeer", "Hard", "Wijkplatform"]], header=("Onderwerp", "Punt", "Bron")), {"kind": ""})
    assert not reading.problems
    assert reading.unread == ("Bron",)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"subject": "Thma"}, "De kolom ‘Thma’ staat niet in het bestand. Wel: Onderwerp, Sub-onderwerp, Toelichting."),
        ({"subject": "Toelichting", "text": "Toelichting"}, "De kolom ‘Toelichting’ is twee keer gekozen. Kies hem één keer."),
        (
            {"kleur": "Toelichting"},
            "Het veld ‘kleur’ bestaat niet. Kies uit: subject, sub_subject, text, theme, party, kind, said_on, respondent.",
        ),
        ({"subject": ""}, "We vinden geen kolom met het onderwerp. Kies welke kolom dat is, of zet ‘Onderwerp’ erboven."),
    ],
)
def test_a_mapping_that_cannot_be_says_why(columns: dict[str, str], message: str) -> None:
    with pytest.raises(FileRefused, match="^" + message.replace("?", r"\?") + "$"):
        read(csv_file(ROWS), columns)


def test_without_a_subject_column_the_headers_can_be_chosen_from() -> None:
    with pytest.raises(ColumnsUnclear) as refusal:
        read(csv_file([["Verkeer", "Hard"]], header=("Rubriek", "Wat zei u?")))
    assert refusal.value.headers == ("Rubriek", "Wat zei u?")


def test_two_columns_of_one_name_are_told_apart() -> None:
    content = csv_file([["Verkeer", "een", "twee"]], header=("Onderwerp", "Opmerking", "Opmerking"))
    assert read(content).unread == ("Opmerking (kolom C)",)
    assert read(content, {"text": "Opmerking (kolom C)"}).rows[0].text == "twee"


def test_the_header_is_found_below_a_title_and_beside_an_empty_column() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["B2"], sheet["B5"], sheet["C5"], sheet["B6"], sheet["C6"] = "Opbrengst van de avond", "Onderwerp", "Punt", "Verkeer", "Hard"
    reading = read(saved(book))
    assert [(row.number, row.sub_subject) for row in reading.rows] == [(6, "Hard")]
    assert reading.headers == ("Onderwerp", "Punt")


def test_the_first_visible_sheet_with_something_in_it_is_read_and_the_others_are_named() -> None:
    book = openpyxl.Workbook()
    book.active.title = "Leeg"
    hidden = book.create_sheet("Verborgen")
    hidden.append(["Onderwerp"])
    hidden.sheet_state = "hidden"
    for title in ("Opbrengst", "Lijst van aanwezigen"):
        sheet = book.create_sheet(title)
        sheet.append(["Onderwerp", "Punt"])
        sheet.append(["Verkeer", title])
    reading = read(saved(book))
    assert (reading.sheet, reading.other_sheets) == ("Opbrengst", ("Lijst van aanwezigen",))


@pytest.mark.parametrize(("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_have_the_letters_of_the_spreadsheet(index: int, letters: str) -> None:
    assert column_letter(index) == letters


# Values

DATES = [
    ("30-09-2026", datetime.date(2026, 9, 30)),
    ("30-9-26", datetime.date(2026, 9, 30)),
    ("30/09/2026", datetime.date(2026, 9, 30)),
    ("30.09.2026", datetime.date(2026, 9, 30)),
    ("2026-09-30", datetime.date(2026, 9, 30)),
    ("2026-09-30T20:00:00Z", datetime.date(2026, 9, 30)),
    ("30-09-2026 20:15", datetime.date(2026, 9, 30)),
    ("30 september 2026", datetime.date(2026, 9, 30)),
    ("woensdag 30 september 2026, 20.15 uur", datetime.date(2026, 9, 30)),
    ("1 mrt. 2026", datetime.date(2026, 3, 1)),
    ("", None),
]


@pytest.mark.parametrize(("text", "day"), DATES)
def test_a_date_is_understood_as_people_write_it(text: str, day: datetime.date | None) -> None:
    assert read(csv_file([["Verkeer", "Hard", text]], header=("Onderwerp", "Punt", "Datum"))).rows[0].said_on == day


@pytest.mark.parametrize("day", [datetime.date(2026, 9, 30), datetime.datetime(2026, 9, 30, 20, 15)])  # noqa: DTZ001 as a workbook has it
def test_a_date_in_a_workbook_is_that_day(day: datetime.date) -> None:
    reading = read(xlsx_file([["Verkeer", "Hard", day]], header=("Onderwerp", "Punt", "Datum")))
    assert reading.rows[0].said_on == datetime.date(2026, 9, 30)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("Datum", "31-09-2026", "Deze dag bestaat niet. Vul een bestaande datum in, bijvoorbeeld 30-09-2026."),
        ("Datum", "9/30/2026", "Deze dag bestaat niet. Vul een bestaande datum in, bijvoorbeeld 30-09-2026."),
        ("Datum", "1-1-0202", "Deze dag bestaat niet. Vul een bestaande datum in, bijvoorbeeld 30-09-2026."),
        ("Datum", "volgende week", "Dit is geen datum. Schrijf dag, maand en jaar, bijvoorbeeld 30-09-2026."),
        ("Datum", "46295", "Dit is geen datum. Schrijf dag, maand en jaar, bijvoorbeeld 30-09-2026."),
        (
            "Soort inbrenger",
            "Inwonner",
            "Deze soort kennen we niet. Bedoelt u Inwoner? Kies uit Raad, Inwoner, Partner, Professional of Gemeente.",
        ),
        ("Soort inbrenger", "XYZ", "Deze soort kennen we niet. Kies uit Raad, Inwoner, Partner, Professional of Gemeente."),
        ("Fractie", "F" * 121, "Dit zijn 121 tekens. Maak er ten hoogste 120 van."),
        ("Toelichting", "t" * 20_001, "Dit zijn 20.001 tekens. Maak er ten hoogste 20.000 van."),
    ],
)
def test_a_value_that_cannot_be_is_named_with_its_place_and_the_remedy(column: str, value: str, message: str) -> None:
    content = csv_file([["Verkeer", "Hard", ""], ["Verkeer", "Zacht", value]], header=("Onderwerp", "Punt", column))
    shown = value if len(value) <= 120 else value[:119] + "…"
    assert messages(content) == [(3, column, shown, message)]
    assert len(read(content).rows) == 1


def test_every_cell_of_a_row_that_is_wrong_is_named() -> None:
    content = csv_file([["", "Hard", "31-9-2026", "XYZ"]], header=("Onderwerp", "Punt", "Datum", "Bron"))
    assert [column for _, column, _, _ in messages(content)] == ["Onderwerp", "Bron", "Datum"]


def test_a_row_in_which_nothing_is_said_is_a_problem_and_an_empty_row_is_none() -> None:
    content = csv_file([["Verkeer", "Hard", "x"], ["Verkeer", "", ""], ["", "", " "], ["Verkeer", "Zacht", ""]])
    assert messages(content) == [
        (3, "Toelichting", "", "Een punt zonder tekst kunnen we niet inlezen. Vul de tekst in of verwijder de rij.")
    ]
    reading = read(content)
    assert (reading.total, len(reading.rows)) == (3, 2)


def test_a_list_of_subjects_alone_is_a_list_of_points() -> None:
    assert said(read(b"Onderwerp\nVerkeer\nJeugd\n")) == [("Verkeer", "", ""), ("Jeugd", "", "")]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (12.0, "12"),
        (12.5, "12,5"),
        (True, "WAAR"),
        (False, "ONWAAR"),
        (datetime.time(20, 15), "20:15"),
        (datetime.date(2026, 9, 1), "01-09-2026"),
        ("x", "x"),
        (7, "7"),
        (1e300, "1e+300"),
    ],
)
def test_a_value_is_shown_as_a_dutch_spreadsheet_shows_it(value: object, shown: str) -> None:
    assert as_shown(value) == shown


def test_formulas_and_markup_are_text() -> None:
    reading = read(csv_file([["=HYPERLINK(1)", "<b>vet</b>", "=1+1"]]))
    assert said(reading) == [("=HYPERLINK(1)", "<b>vet</b>", "=1+1")]


def test_what_cannot_be_seen_is_left_out() -> None:
    reading = read(csv_file([["Ver\u200bkeer", "Te\u00a0 hard\ufeff", "e\u0301e\u0301n \x0b twee  \r\n\r\n"]]))
    assert said(reading) == [("Verkeer", "Te hard", "één\n twee")]


def test_kinds_are_those_of_the_model() -> None:
    assert {code: names[0] for code, names in KINDS.items()} == {kind.value: str(kind.label) for kind in ContributorKind}


# The same row twice


def test_two_equal_rows_in_one_file_both_count_and_the_file_gives_the_same_prints_again() -> None:
    content = csv_file([ROWS[0], ROWS[0], ROWS[1]])
    first, second = read(content), read(content)
    prints = [row.fingerprint for row in first.rows]
    assert len(set(prints)) == 3
    assert prints == [row.fingerprint for row in second.rows]


def test_order_capitals_spaces_and_columns_without_a_value_make_no_other_row() -> None:
    once = read(csv_file(ROWS))
    again = read(
        csv_file([["", "BIJ het  plein", "sociale veiligheid ", "Jeugdoverlast"]], header=("Fractie", "Tekst", "Thema", "Subthema"))
    )
    assert again.rows[0].fingerprint == once.rows[0].fingerprint


@pytest.mark.parametrize("column", range(6))
def test_another_value_makes_another_row(column: int) -> None:
    header = ("Onderwerp", "Punt", "Tekst", "Fractie", "Bron", "Datum")
    row = ["Verkeer", "Hard", "Te hard", "VVD", "raad", "1-1-2026"]
    other = [*row]
    other[column] = ["Jeugd", "Zacht", "Te zacht", "D66", "inwoner", "2-1-2026"][column]
    first, second = read(csv_file([row, other], header=header)).rows
    assert first.fingerprint != second.fingerprint


# Files that cannot be read, each with its own sentence


def far_away() -> bytes:
    return xlsx_file([["Verkeer", "Hard", ""]], change=lambda book, sheet: sheet.__setitem__("XFD1048576", "."))


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", b"<workbook/>")
        package.writestr("xl/worksheets/sheet1.xml", bytes(250_000_000))
    return file.getvalue()


def word_file() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("word/document.xml", b"<w:document/>")
    return file.getvalue()


def locked_ods() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("mimetype", b"application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("META-INF/manifest.xml", b"<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>")
        package.writestr("content.xml", bytes(range(256)))
    return file.getvalue()


def damaged() -> bytes:
    whole = xlsx_file(ROWS)
    return whole[: len(whole) // 2]


def broken_inside() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx_file(ROWS))) as whole, zipfile.ZipFile(file, "w") as package:
        for name in whole.namelist():
            content = whole.read(name)
            package.writestr(name, content[: len(content) // 2] if "sheet1" in name else content)
    return file.getvalue()


BAD_FILES = {
    "empty": (b"", "Dit bestand is leeg."),
    "only blank lines": (b"\xef\xbb\xbf\r\n \r\n", "Dit bestand is leeg."),
    "only delimiters": (b";;\r\n;;\r\n", "Dit bestand is leeg."),
    "an empty workbook": (saved(openpyxl.Workbook()), "Dit bestand is leeg."),
    "header only (csv)": (csv_file([]), "Onder de kopregel staat nog niets."),
    "header only (xlsx)": (xlsx_file([]), "Onder de kopregel staat nog niets."),
    "header only (ods)": (ods_file([]), "Onder de kopregel staat nog niets."),
    "an executable": (b"MZ\x90\0" + bytes(500), "Dit is geen spreadsheet."),
    "bytes": (bytes(range(1, 256)) * 40, "Dit is geen spreadsheet."),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(300), "Dit is geen spreadsheet."),
    "a pdf": (b"%PDF-1.7\n" + b"x" * 300, "Dit is geen spreadsheet."),
    "a web page": (b"<!DOCTYPE html><html><body><table></table></body></html>", "Dit is geen spreadsheet."),
    "a word document": (word_file(), "Dit is geen spreadsheet."),
    "an old excel file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "Dit is een oud Excel-bestand (.xls)."),
    "a password (xlsx)": (locked_xlsx(), "Dit bestand heeft een wachtwoord."),
    "a password (ods)": (locked_ods(), "Dit bestand heeft een wachtwoord."),
    "cut off": (damaged(), "Dit bestand is beschadigd."),
    "broken inside": (broken_inside(), "Dit bestand is beschadigd."),
    "a cell far away": (far_away(), "Dit bestand is uitgepakt te groot om te lezen."),
    "a zip bomb": (bomb(), "Dit bestand is uitgepakt te groot om te lezen."),
    "a nul byte": (b"Onderwerp;Punt\nVerkeer;Ha\0rd\n" + b"Verkeer;x\n" * 200, "Op regel 2 staat een teken dat geen tekst is"),
    "half utf-16": (b"\xff\xfeO\0n\0d\0e\0r\0\x00", "De letters in dit bestand kunnen we niet lezen."),
    "a quote that never closes": (
        b'Onderwerp;Punt\nVerkeer;"Hard\nJeugd;Zacht\n' * 1,
        "In rij 2 begint een aanhalingsteken dat nergens sluit.",
    ),
    "a cell without an end": (b'Onderwerp;Punt\nVerkeer;"' + b"x" * 140_000, "In rij 2 begint een aanhalingsteken dat nergens sluit."),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_gets_its_own_sentence(name: str) -> None:
    content, beginning = BAD_FILES[name]
    with pytest.raises(FileRefused) as refusal:
        read(content)
    assert str(refusal.value).startswith(beginning)


def test_a_file_that_is_too_big_says_how_big_it_may_be() -> None:
    with pytest.raises(FileRefused, match=r"Dit bestand is 3 MB\. Kies een bestand van ten hoogste 2 MB\."):
        read(b"x" * 2_500_000, limit_bytes=2 * 1024 * 1024)


def plain_xlsx(rows: list[list[str]]) -> bytes:
    """A workbook of many rows, quicker than openpyxl makes one: the rows of its sheet are replaced."""
    lines = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row) + "</row>" for row in [list(HEADER), *rows]
    )
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx_file([]))) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                content = re.sub(rb"<sheetData>.*</sheetData>", f"<sheetData>{lines}</sheetData>".encode(), content, flags=re.DOTALL)
                content = re.sub(rb"<dimension[^>]*/>", b"", content)
            new.writestr(part.filename, content)
    return file.getvalue()


@pytest.mark.parametrize("make", [csv_file, plain_xlsx])
def test_more_rows_than_we_read_at_once_are_refused(make) -> None:
    rows = [["Verkeer", str(number), "x"] for number in range(ROWS_LIMIT)]
    assert read(make(rows)).total == ROWS_LIMIT
    with pytest.raises(FileRefused, match=r"Verdeel het over bestanden van ten hoogste 100\.000 rijen\."):
        read(make([*rows, ["Verkeer", "nog een", ""]]))


def test_ragged_rows_of_a_csv_are_problems_and_give_no_subject_to_the_next() -> None:
    content = b"Onderwerp;Punt;Toelichting\nVerkeer;Hard;Te hard; veel te hard\nJeugd;Hangen\n;Overlast;x\nVerkeer;Fietsen;x;;\n"
    advice = "Staat er een scheidingsteken of een nieuwe regel in een tekst? Zet die tekst dan tussen aanhalingstekens."
    assert messages(content) == [
        (2, "", "veel te hard", f"Deze rij heeft 4 cellen en de kopregel 3. {advice}"),
        (3, "", "Jeugd Hangen", f"Deze rij heeft 2 cellen en de kopregel 3. {advice}"),
        (4, "Onderwerp", "", "Het onderwerp is leeg, en de rij erboven geeft het niet. Vul het onderwerp in."),
    ]
    assert said(read(content)) == [("Verkeer", "Fietsen", "x")]


def test_importing_knows_no_django() -> None:
    folder = Path(__file__).parents[2] / "consultation"
    for name in ("importing.py", "spreadsheets.py", "confined.py", "filetypes.py"):
        assert "django" not in (folder / name).read_text().replace("no Django", "").casefold()


# Whatever comes

cells = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0\x1e"), max_size=40)


@settings(max_examples=150, deadline=None)
@given(rows=st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=12), delimiter=st.sampled_from([";", ",", "\t"]))
def test_every_row_is_a_point_or_has_a_problem(rows: list[tuple[str, str, str]], delimiter: str) -> None:
    try:
        reading = read(csv_file(rows, delimiter=delimiter))
    except FileRefused:
        assert not any(cell.strip() for row in rows for cell in row) or any(
            ord(letter) < 32 for row in rows for cell in row for letter in cell
        )
        return
    good, bad = {row.number for row in reading.rows}, {problem.row for problem in reading.problems}
    assert not good & bad
    assert len(good) == len(reading.rows)
    assert reading.total == len(good) + len(bad)
    assert all(row.subject and (row.sub_subject or row.text) for row in reading.rows)
    assert len({row.fingerprint for row in reading.rows}) == len(reading.rows)
    assert not any("\0" in row.text + row.subject for row in reading.rows)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_whatever_lead_to_anything_but_a_reading_or_a_sentence(content: bytes) -> None:
    try:
        assert isinstance(read(content), Reading)
    except FileRefused as refusal:
        assert str(refusal).endswith(".")


WORKBOOK = xlsx_file(ROWS)  # made once: the moment it is made stands in it


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_a_workbook_with_damage_anywhere_leads_to_a_reading_or_a_sentence(data: st.DataObject) -> None:
    content = bytearray(WORKBOOK)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        assert isinstance(read(bytes(content)), Reading)
    except FileRefused as refusal:
        assert str(refusal).endswith(".")


@settings(max_examples=60, deadline=None)
@given(
    order=st.permutations(range(8)),
    repeats=st.lists(st.integers(0, 7), max_size=4),
)
def test_prints_do_not_depend_on_the_order_of_the_rows(order: list[int], repeats: list[int]) -> None:
    rows = [["Verkeer", f"Punt {number}", ""] for number in [*order, *repeats]]
    assert {row.fingerprint for row in read(csv_file(rows)).rows} == {row.fingerprint for row in read(csv_file(sorted(rows))).rows}


def test_a_file_of_nothing_but_delimiters_is_refused_and_not_unrolled() -> None:
    for content in (b"Onderwerp;Punt\r\n" + b";" * 100_000, b"Onderwerp;Punt\r\n" + (b"a" + b";" * 9_000 + b"\r\n") * 300):
        with pytest.raises(FileRefused, match="te veel cellen"):
            read(content)
