"""Real spreadsheet files for the tests, written by the libraries that people's programs stand for."""

import io
import struct
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl
from odf.office import Annotation
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P

HEADER = ("Onderwerp", "Sub-onderwerp", "Toelichting")

# The 15 points of Blaricum's council session of 2022 (subject, sub-subject); the subject column was merged there.
COUNCIL_SESSION = (
    ("Digitale veiligheid", ("Voorlichting ouderen en jongeren", "Cyberaanval infrastructuur")),
    ("Veel voorkomende criminaliteit", ("Vandalisme en vernielingen", "Inbraakpreventie")),
    ("Ondermijning", ("Bewustwording", "Meldingsbereidheid", "Controles (horeca, vastgoed)")),
    (
        "Sociale veiligheid",
        (
            "Zichtbaarheid politie en boa's",
            "Veiligheidsgevoel vergroten",
            "Meer jongerenontmoetingsplekken",
            "Jeugdoverlast",
            "Overlast honden",
        ),
    ),
    ("Fysieke veiligheid en crisisbeheersing", ("Parkeeroverlast", "Snelheid", "Meer oefenen in rampen en crisis")),
)


def council_rows(*, repeat_subject: bool = True) -> list[list[str]]:
    """The 15 rows, with the subject in each or only where it changes."""
    return [
        [subject if repeat_subject or not position else "", point]
        for subject, points in COUNCIL_SESSION
        for position, point in enumerate(points)
    ]


def csv_file(rows: Sequence[Sequence[str]], *, header: Sequence[str] = HEADER, delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    """Every cell between quotation marks, as the strictest programs write it."""
    lines = [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [header, *rows]]
    return "\r\n".join([*lines, ""]).encode(encoding)


def xlsx_file(
    rows: Sequence[Sequence[Any]], *, header: Sequence[str] = HEADER, change: Callable[[Any, Any], None] = lambda book, sheet: None
) -> bytes:
    """A workbook with one sheet ‘Opbrengst’; `change(book, sheet)` may do more to it."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Opbrengst"
    for row in [header, *rows]:
        sheet.append(list(row))
    change(book, sheet)
    return saved(book)


def saved(book: Any) -> bytes:
    """The bytes of a workbook of openpyxl."""
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def merged_council_session() -> bytes:
    """The council session as the clerk kept it: the subject merged over its rows, and a line above the header."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Opbrengst"
    sheet.append(["Opbrengst raadssessie"])
    sheet.append([])
    sheet.append(["Onderwerp", "Sub-onderwerp"])
    for subject, points in COUNCIL_SESSION:
        first = sheet.max_row + 1
        for position, point in enumerate(points):
            sheet.append([subject if not position else None, point])
        sheet.merge_cells(start_row=first, end_row=sheet.max_row, start_column=1, end_column=1)
    return saved(book)


def ods_file(rows: Sequence[Sequence[Any]], *, header: Sequence[str] = HEADER) -> bytes:
    """A sheet of LibreOffice: an empty cell in the first column is covered by the one above, and the end of the sheet is repeated."""
    document = OpenDocumentSpreadsheet()
    sheet = Table(name="Blad1")
    for row in [header, *rows]:
        line = TableRow()
        for column, value in enumerate(row):
            line.addElement(CoveredTableCell() if value == "" and column == 0 else _cell(value))
        sheet.addElement(line)
    rest = TableRow(numberrowsrepeated=1_000_000)
    rest.addElement(TableCell(numbercolumnsrepeated=16_000))
    sheet.addElement(rest)
    document.spreadsheet.addElement(sheet)
    file = io.BytesIO()
    document.write(file)
    return file.getvalue()


def _cell(value: Any) -> TableCell:
    cell = TableCell(valuetype="string")
    note = Annotation()
    note.addElement(P(text="een notitie van de griffier"))
    cell.addElement(note)
    for line in str(value).split("\n"):
        cell.addElement(P(text=line))
    return cell


def locked_xlsx() -> bytes:
    """What Excel makes of a workbook with a password: a compound file (MS-CFB) that holds the stream EncryptedPackage."""
    sector = 512
    free, end, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        b"",
        0,  # no directory sectors in version 3
        1,  # one sector of the allocation table
        1,  # the directory starts in sector 1
        0,
        4096,
        end,
        0,
        end,
        0,
        0,  # the allocation table is sector 0
    ) + struct.pack("<108I", *[free] * 108)
    allocation = struct.pack("<128I", table, end, *range(3, 10), end, *[free] * 118)

    def entry(name: str, kind: int, start: int, size: int, child: int = free) -> bytes:
        words = (name + "\0").encode("utf-16-le")
        return struct.pack("<64sHBBIII16sIQQIQ", words, len(words), kind, 1, free, free, child, b"", 0, 0, 0, start, size)

    directory = entry("Root Entry", 5, end, 0, child=1) + entry("EncryptedPackage", 2, 2, 4096) + bytes(256)
    return header[:sector] + allocation + directory + bytes(range(256)) * 16
