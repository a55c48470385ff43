"""A table of texts as a spreadsheet (xlsx, ods), a csv or a table to paste, written row by row. Pure; no Django.

What people said is text and stays text: a spreadsheet program never calculates with it. Where the file itself cannot say so (csv, and what
is pasted), an apostrophe goes before what begins like a formula (OWASP, CSV Injection); as_typed() takes it off again.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import IO
from xml.sax.saxutils import escape

CELL_LIMIT = 32_000
"""Excel holds 32,767 characters in a cell."""
CUT = " … [te lang voor een spreadsheet; lees verder in het portaal]"
NEVER_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
FORMULA = re.compile(r"'*[=+\-@\t\r]")
QUOTED = re.compile(r"'+[=+\-@\t\r]")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what stands above it, and how wide it is in characters."""

    title: str
    width: int


def plain(text: str) -> str:
    """The text as every spreadsheet can hold and give back: one kind of line end, no tabs or control characters, no space around it."""
    return NEVER_IN_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")).strip()


def as_shown(text: str) -> str:
    """The text as a cell of ours says it: plain, and cut where a cell ends."""
    text = plain(text)
    return text if len(text) <= CELL_LIMIT else text[: CELL_LIMIT - len(CUT)] + CUT


def _quoted(text: str, begins: re.Pattern[str]) -> str:
    return f"'{text}" if begins.match(text) else text


def as_typed(cell: str) -> str:
    """What somebody meant by a cell of a file that was written here, whichever format it went through since."""
    text = plain(cell)
    return text[1:] if QUOTED.match(text) else text


def letter_of(place: int) -> str:
    """The letter of a column, counted from 1: 'A' to 'Z'."""
    return chr(ord("A") + place - 1)


# Excel


def write_xlsx(file: IO[bytes], columns: Sequence[Column], rows: Iterable[Sequence[str]], *, sheet: str) -> int:
    """A workbook with a frozen header, a filter, columns of a fit width and texts that wrap; every cell is text.

    As the others: gives back how many rows it wrote, the header not among them.
    """
    from openpyxl import Workbook  # here: it brings numpy along where that is installed, and few requests need it
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill

    book = Workbook(write_only=True)
    page = book.create_sheet(sheet)
    page.freeze_panes = "B2"
    for place, column in enumerate(columns, 1):
        page.column_dimensions[letter_of(place)].width = column.width
    head, fill, shape = Font(bold=True), PatternFill("solid", fgColor="EEEEEA"), Alignment(wrap_text=True, vertical="top")

    def cell(text: str) -> WriteOnlyCell:
        made = WriteOnlyCell(page, value="")
        made.value = _escaped(_quoted(as_shown(text), QUOTED))
        made.data_type = "s"  # after the value, which would make a formula of '='
        made.alignment = shape
        return made

    titles = [cell(column.title) for column in columns]
    for title in titles:
        title.font, title.fill = head, fill
    page.append(titles)
    number = 0
    for row in rows:
        page.append([cell(text) if text else None for text in row])
        number += 1
    page.auto_filter.ref = f"A1:{letter_of(len(columns))}{number + 1}"
    book.save(file)
    return number


def _escaped(text: str) -> str:
    """'_x0041_' means A to Excel (ECMA-376, ST_Xstring): the low line of one that somebody typed is written out."""
    return re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)


# OpenDocument

ODS = "application/vnd.oasis.opendocument.spreadsheet"
NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"), ("config", "config"),
        ("fo", "xsl-fo-compatible"), ("manifest", "manifest"),
    )
)  # fmt: skip
PROLOGUE = '<?xml version="1.0" encoding="UTF-8"?>\n'
MANIFEST = (
    f'{PROLOGUE}<manifest:manifest {NAMES} manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    '<manifest:file-entry manifest:full-path="settings.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
FROZEN = "".join(
    f'<config:config-item config:name="{name}" config:type="{kind}">{value}</config:config-item>'
    for name, kind, value in (
        ("HorizontalSplitMode", "short", 2), ("HorizontalSplitPosition", "int", 1), ("PositionRight", "int", 1),
        ("VerticalSplitMode", "short", 2), ("VerticalSplitPosition", "int", 1), ("PositionBottom", "int", 1),
    )
)  # fmt: skip
SPACES = re.compile("  +|^ | $", re.MULTILINE)


def write_ods(file: IO[bytes], columns: Sequence[Column], rows: Iterable[Sequence[str]], *, sheet: str) -> int:
    """The same for LibreOffice. Written part by part: a document in memory takes thirty times the room of its texts."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(zipfile.ZipInfo("mimetype"), ODS)  # first and not compressed, so that it can be told by its first bytes
        package.writestr("META-INF/manifest.xml", MANIFEST)
        package.writestr("settings.xml", _ods_settings(sheet))
        with package.open("content.xml", "w") as content:
            content.write(_ods_head(columns, sheet).encode())
            content.write(_ods_row([column.title for column in columns], style="kop").encode())
            number = 0
            for row in rows:
                content.write(_ods_row(row, style="cel").encode())
                number += 1
            content.write(_ods_foot(len(columns), number + 1, sheet).encode())
    return number


def _ods_head(columns: Sequence[Column], sheet: str) -> str:
    wraps = '<style:table-cell-properties fo:wrap-option="wrap" style:vertical-align="top"{}/>'
    styles = "".join(
        f'<style:style style:name="k{place}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{column.width * 0.2:.1f}cm"/></style:style>'
        for place, column in enumerate(columns)
    )
    styles += f'<style:style style:name="cel" style:family="table-cell">{wraps.format("")}</style:style>'
    shade = wraps.format(' fo:background-color="#eeeeea"')
    styles += (
        f'<style:style style:name="kop" style:family="table-cell">{shade}<style:text-properties fo:font-weight="bold"/></style:style>'
        '<style:style style:name="rij" style:family="table-row"><style:table-row-properties style:use-optimal-row-height="true"/>'
        "</style:style>"
    )
    widths = "".join(f'<table:table-column table:style-name="k{place}"/>' for place in range(len(columns)))
    return (
        f'{PROLOGUE}<office:document-content {NAMES} office:version="1.3"><office:automatic-styles>{styles}</office:automatic-styles>'
        f'<office:body><office:spreadsheet><table:table table:name="{escape(sheet)}">{widths}'
    )


def _ods_row(texts: Sequence[str], *, style: str) -> str:
    cells = "".join(_ods_cell(_quoted(as_shown(text), QUOTED), style) for text in texts)
    return f'<table:table-row table:style-name="rij">{cells}</table:table-row>'


def _ods_cell(text: str, style: str) -> str:
    if not text:
        return "<table:table-cell/>"
    lines = "".join(f"<text:p>{_ods_line(line)}</text:p>" for line in text.split("\n"))
    return f'<table:table-cell table:style-name="{style}" office:value-type="string">{lines}</table:table-cell>'


def _ods_line(line: str) -> str:
    """White space counts in a text document only where it is said to (OpenDocument 1.3, 6.1.2)."""
    return SPACES.sub(lambda found: f'<text:s text:c="{len(found[0])}"/>', escape(line))


def _ods_foot(width: int, number: int, sheet: str) -> str:
    name = escape(sheet).replace("'", "''")
    reach = f"'{name}'.A1:'{name}'.{letter_of(width)}{number}"
    filter = f'<table:database-range table:name="alles" table:target-range-address="{reach}" table:display-filter-buttons="true"/>'
    return (
        f"</table:table><table:database-ranges>{filter}</table:database-ranges></office:spreadsheet></office:body>"
        "</office:document-content>"
    )


def _ods_settings(sheet: str) -> str:
    named, indexed = "config:config-item-map-named", "config:config-item-map-indexed"
    return (
        f'{PROLOGUE}<office:document-settings {NAMES} office:version="1.3"><office:settings>'
        f'<config:config-item-set config:name="ooo:view-settings"><{indexed} config:name="Views"><config:config-item-map-entry>'
        f'<{named} config:name="Tables"><config:config-item-map-entry config:name="{escape(sheet)}">{FROZEN}'
        f"</config:config-item-map-entry></{named}></config:config-item-map-entry></{indexed}></config:config-item-set>"
        "</office:settings></office:document-settings>"
    )


# Text


def write_csv(file: IO[bytes], columns: Sequence[Column], rows: Iterable[Sequence[str]], *, sheet: str) -> int:
    """With ';' and in UTF-8 with a mark, as a Dutch Excel opens it."""
    letters = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(letters, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.title for column in columns])
    number = 0
    for row in rows:
        writer.writerow([_quoted(as_shown(text), FORMULA) for text in row])
        number += 1
    letters.detach()
    return number


def as_pasted(columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> str:
    """The same with tabs: what a spreadsheet program takes from the clipboard."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    writer.writerow([column.title for column in columns])
    writer.writerows([_quoted(as_shown(cell), FORMULA) for cell in row] for row in rows)
    return text.getvalue()


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file."""

    name: str
    """What it ends on, and how it stands in the address."""
    label: str
    content_type: str
    write: Callable[..., int]


FORMATS = {
    made.name: made
    for made in (
        Format("xlsx", "Excel (.xlsx)", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
        Format("ods", "LibreOffice (.ods)", ODS, write_ods),
        Format("csv", "Tekst met puntkomma’s (.csv)", "text/csv; charset=utf-8", write_csv),
    )
}
