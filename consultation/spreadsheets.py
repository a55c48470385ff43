"""The bytes of a spreadsheet (xlsx, ods or csv) into one table of texts, or one Dutch sentence that says why not. Pure; no Django.

Workbooks are opened by calamine in a confined child: a file of five kilobytes with one cell in the far corner makes it ask for half a
terabyte.
"""

import csv
import datetime
import io
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from consultation import filetypes
from consultation.confined import FileRefused, OutOfBounds, read_confined, too_big

ROWS_LIMIT = 100_000
CELLS_LIMIT = 2_000_000
"""In all rows together. A file of nothing but delimiters is small, and a table of millions of empty cells is not."""
COLUMNS_LIMIT = 16_384
"""As many as a worksheet of Excel has."""
CHILD_MEMORY_BYTES = 512_000_000
CHILD_SECONDS = 20
DELIMITERS = (";", "\t", ",")

CHOOSE_ANOTHER = "Kies een bestand dat eindigt op .xlsx, .ods of .csv."
EMPTY = "Dit bestand is leeg. Kies een bestand met een kopregel en daaronder de punten."
NO_SPREADSHEET = f"Dit is geen spreadsheet. {CHOOSE_ANOTHER}"
OLD_EXCEL = "Dit is een oud Excel-bestand (.xls). Open het, bewaar het als .xlsx en kies dat bestand."
PASSWORD = "Dit bestand heeft een wachtwoord. Haal het wachtwoord eraf, bewaar het bestand en kies het opnieuw."  # noqa: S105
DAMAGED = "Dit bestand is beschadigd. Open het in uw spreadsheetprogramma, bewaar het opnieuw en kies het dan."
SWOLLEN = (
    "Dit bestand is uitgepakt te groot om te lezen. Vaak staat er iets in een cel ver buiten de tabel. "
    "Kopieer alleen de tabel naar een leeg bestand, bewaar dat en kies het."
)
TOO_MANY_CELLS = "Dit bestand heeft te veel cellen. Haal kolommen weg die niet nodig zijn, of verdeel de rijen over meer bestanden."
TOO_WIDE = "Een rij in dit bestand heeft te veel cellen om te lezen. Kopieer alleen de tabel naar een leeg bestand, bewaar dat en kies het."
UNREADABLE_LETTERS = "De letters in dit bestand kunnen we niet lezen. Bewaar het als ‘CSV UTF-8’ en kies dat bestand."


@dataclass(frozen=True, slots=True)
class Table:
    """The rows that hold anything, each with its number as the spreadsheet program counts (the first row of the sheet is 1)."""

    rows: tuple[tuple[int, tuple[str, ...]], ...]
    sheet: str = ""
    """The worksheet's name; empty for a csv."""
    other_sheets: tuple[str, ...] = ()
    """Visible worksheets with something in them that were not read."""
    counts_cells: bool = False
    """True when a row with another number of cells than the header is a mistake: in a csv, where nothing else shows it."""


def too_many(rows: int | None = None) -> str:
    """The sentence for a table of more than ROWS_LIMIT rows."""
    has = f"{rows:,} rijen".replace(",", ".") if rows else "te veel rijen"
    return f"Dit bestand heeft {has}. Verdeel het over bestanden van ten hoogste {ROWS_LIMIT:,} rijen.".replace(",", ".")


def read_table(content: bytes, limit_bytes: int | None = None) -> Table:
    """The first visible worksheet with anything in it, or the csv. What the file is follows from its bytes, never from its name.

    Raises FileRefused.
    """
    refuse_at_sight(content, limit_bytes)
    return _workbook(content) if content.startswith(b"PK") else _csv(_decoded(content))


def refuse_at_sight(content: bytes, limit_bytes: int | None = None) -> None:
    """What can be said of a file without reading it: quick, whatever its size. Raises FileRefused."""
    if limit_bytes is not None and len(content) > limit_bytes:
        raise FileRefused(too_big(len(content), limit_bytes))
    if not content.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"):
        raise FileRefused(EMPTY)
    if content.startswith(b"PK"):
        _check_package(content)
    elif content.startswith(filetypes.COMPOUND_FILE):
        raise FileRefused(PASSWORD if filetypes.is_locked_compound(content) else OLD_EXCEL)
    elif content.startswith(filetypes.NEVER_TEXT):
        raise FileRefused(NO_SPREADSHEET)


# Workbooks


def _check_package(content: bytes) -> None:
    """Refuse what is no workbook, what is locked, and what unpacks to far more than it should."""
    try:
        package = filetypes.package_of(content)
    except filetypes.PackageSwollen as error:
        raise FileRefused(SWOLLEN) from error
    except filetypes.PackageLocked as error:
        raise FileRefused(PASSWORD) from error
    except filetypes.PackageDamaged as error:
        raise FileRefused(DAMAGED) from error
    if "xl/workbook.xml" not in package.parts and not package.mimetype.startswith(filetypes.ODS_MIMETYPE):
        raise FileRefused(NO_SPREADSHEET)


def _workbook(content: bytes) -> Table:
    try:
        answer = read_confined(read_workbook, content, memory_bytes=CHILD_MEMORY_BYTES, seconds=CHILD_SECONDS)
    except OutOfBounds as error:
        raise FileRefused(SWOLLEN) from error
    rows = tuple((number, tuple(cells)) for number, cells in answer["rows"])
    return Table(rows=rows, sheet=answer["sheet"], other_sheets=tuple(answer["other_sheets"]))


def read_workbook(content: bytes) -> dict[str, Any]:
    """In the child: the table as plain values, or the sentence."""
    import python_calamine as calamine

    try:
        book = calamine.load_workbook(io.BytesIO(content))
        shown = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.visible == calamine.SheetVisibleEnum.Visible and sheet.typ == calamine.SheetTypeEnum.WorkSheet
        ]
        filled = [name for name in shown if book.get_sheet_by_name(name).start is not None]
        if not filled:
            return {"refused": EMPTY}
        rows: list[tuple[int, list[str]]] = []
        room = CELLS_LIMIT
        for number, cells in _rows(book.get_sheet_by_name(filled[0])):
            rows.append((number, cells))
            room -= len(cells)
            if len(rows) > ROWS_LIMIT + 1:
                return {"refused": too_many()}
            if room < 0:
                return {"refused": TOO_MANY_CELLS}
    except calamine.PasswordError:
        return {"refused": PASSWORD}
    except (MemoryError, KeyboardInterrupt):
        raise
    except BaseException:  # a panic of the library is no Exception
        return {"refused": DAMAGED}
    return {"sheet": filled[0], "other_sheets": filled[1:], "rows": rows} if rows else {"refused": EMPTY}


def _rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    """Each row with anything in it; a cell merged with the ones below it counts in each of their rows that says something itself."""
    left = sheet.start[1]
    starts: dict[int, list[tuple[int, int]]] = {}
    for first, last in sheet.merged_cell_ranges or []:
        if last[0] > first[0]:
            starts.setdefault(first[0], []).append((last[0], first[1]))
    running: list[tuple[int, int, str]] = []  # last row, column, value
    for index, row in enumerate(sheet.iter_rows()):
        cells = [""] * left + [as_shown(value) for value in row]
        if not any(cell.strip() for cell in cells):
            continue
        running = [span for span in running if span[0] >= index]
        for _, column, value in running:
            cells[column] = value
        running += [(last, column, cells[column]) for last, column in starts.get(index, ()) if column < len(cells)]
        while cells and not cells[-1]:
            cells.pop()
        yield index + 1, cells


def as_shown(value: object) -> str:
    """A cell's value as a Dutch spreadsheet shows it."""
    match value:
        case bool():
            return "WAAR" if value else "ONWAAR"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case float():
            return repr(value).replace(".", ",")
        case datetime.datetime() if value.time() == datetime.time():
            return f"{value:%d-%m-%Y}"
        case datetime.datetime():
            return f"{value:%d-%m-%Y %H:%M}"
        case datetime.date():
            return f"{value:%d-%m-%Y}"
        case datetime.time():
            return f"{value:%H:%M}"
        case _:
            return str(value)


# Text


def _decoded(content: bytes) -> str:
    """The text, whichever of the four encodings it is in; NUL is in none of them."""
    try:
        text = filetypes.decoded(content)
    except filetypes.NoText as error:
        raise FileRefused(NO_SPREADSHEET) from error
    except filetypes.UnknownLetters as error:
        raise FileRefused(UNREADABLE_LETTERS) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise FileRefused(
            f"Op regel {line} staat een teken dat geen tekst is (een nulbyte). "
            "Open het bestand in uw spreadsheetprogramma, bewaar het als ‘CSV UTF-8’ en kies dat bestand."
        )
    if text.lstrip()[:20].lower().startswith(("<html", "<!doctype", "<?xml")):
        raise FileRefused(NO_SPREADSHEET)
    return text


def _csv(text: str) -> Table:
    said = re.match(r"sep=(.)\r?\n", text)  # Excel's own hint, which it does not count as a row
    if said:
        text = text[said.end() :]
    delimiter = said.group(1) if said else _delimiter(text)
    rows: list[tuple[int, tuple[str, ...]]] = []
    room = CELLS_LIMIT
    for number, cells in enumerate(_records(text, delimiter), 1):
        if any(cell.strip() for cell in cells):
            rows.append((number, tuple(cells)))
            if len(rows) > ROWS_LIMIT + 1:  # and not one more is kept: a file of commas is a million rows
                raise FileRefused(too_many())
            room -= len(cells)
            if room < 0:
                raise FileRefused(TOO_MANY_CELLS)
    if not rows:
        raise FileRefused(EMPTY)
    return Table(rows=tuple(rows), counts_cells=True)


END = "\x1ehet einde"


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    """The records of a csv; raises FileRefused where a quotation mark is never closed."""
    reader = csv.reader(itertools.chain(_lines(text, delimiter), ["\n", f"{END}\n"]), delimiter=delimiter)
    number = 0
    try:
        for record in reader:
            number += 1
            if record == [END]:
                return
            if record and record[-1].rstrip("\n").endswith(END):
                raise FileRefused(_unclosed(number))
            yield record
    except csv.Error as error:  # a cell of more than 131,072 characters
        raise FileRefused(_unclosed(number + 1)) from error


LINE = re.compile(r"[^\r\n]+(?:\r\n|[\r\n])?|\r\n|[\r\n]")


def _lines(text: str, delimiter: str) -> Iterator[str]:
    """The lines with their ends, one at a time: splitting the text would have it twice. Raises FileRefused for a line of cells only."""
    for found in LINE.finditer(text):
        start, end = found.span()
        if end - start > COLUMNS_LIMIT and text.count(delimiter, start, end) >= COLUMNS_LIMIT:
            raise FileRefused(TOO_WIDE)
        yield found.group()


def _unclosed(row: int) -> str:
    return f"In rij {row} begint een aanhalingsteken dat nergens sluit. Zet er een aan het einde van die cel, of haal het weg."


def _delimiter(text: str) -> str:
    """The sign that cuts the first rows into the most columns of the same number, told by counting outside quotation marks."""

    def score(delimiter: str) -> tuple[int, int]:
        widths = [len(record) for record in _first(_records(text, delimiter), 50) if record]
        several = [width for width in widths if width > 1]
        if not several:
            return (0, 0)
        common = max(set(several), key=lambda width: (several.count(width), width))
        return (several.count(common), common)

    def score_or_nothing(delimiter: str) -> tuple[int, int]:
        try:
            return score(delimiter)
        except FileRefused:
            return (0, 0)

    return max(DELIMITERS, key=score_or_nothing)


def _first(records: Iterable[list[str]], count: int) -> Iterator[list[str]]:
    for _, record in zip(range(count), records, strict=False):
        yield record
