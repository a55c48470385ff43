"""The paragraphs of a DOCX or an ODT as texts, with the numbers that the word processor itself counts. Pure; no Django.

Read from the XML rather than through a library for making such files: those leave out content controls, tracked insertions and the numbers
of lists, and a letter must come in whole. Deleted text, comments and hidden text stay out. defusedxml refuses entities.
"""

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

PART_LIMIT_BYTES = 30_000_000
"""The most that one part may unpack to: a letter of a thousand pages is less."""
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WORD_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"))
ROMAN_UNITS = ((4, "iv"), (1, "i"))
BULLET = "•"


class PartTooLarge(Exception):
    """A part of the package unpacks to more than PART_LIMIT_BYTES."""


def docx_blocks(content: bytes) -> list[str]:
    """The paragraphs and tables of a DOCX, footnotes last; a table is a line per row. Raises PartTooLarge, or what the parser raises."""
    parts = _parts(content, {"word/document.xml", "word/numbering.xml", "word/styles.xml", "word/footnotes.xml", "word/endnotes.xml"})
    return _Docx(parts).blocks()


def odt_blocks(content: bytes) -> list[str]:
    """The paragraphs and tables of an ODT, footnotes last; a table is a line per row. Raises PartTooLarge, or what the parser raises."""
    parts = _parts(content, {"content.xml", "styles.xml"})
    return _Odt(parts).blocks()


def _parts(content: bytes, names: set[str]) -> dict[str, Element]:
    roots = {}
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in names & set(package.namelist()):
            if package.getinfo(name).file_size > PART_LIMIT_BYTES:
                raise PartTooLarge(name)
            roots[name] = _plain(ElementTree.fromstring(package.read(name), forbid_dtd=True))
    return roots


def _plain(root: Element) -> Element:
    """The strict variant of OOXML (ISO/IEC 29500-1) with the names of the usual one."""
    if root.tag.startswith(WORD_STRICT):
        for element in root.iter():
            element.tag = element.tag.replace(WORD_STRICT, WORD)
            element.attrib = {name.replace(WORD_STRICT, WORD): value for name, value in element.attrib.items()}
    return root


def _found(root: Element, path: str) -> Element:
    element = root.find(path)
    if element is None:
        raise ValueError(f"no {path}")
    return element


# Numbers


def numeral(value: int, form: str) -> str:
    """The number in a form of OOXML or ODF: decimal or 1, lowerLetter or a, upperRoman or I, and so on."""
    if form in ("lowerLetter", "upperLetter", "a", "A"):
        letters = chr(ord("a") + (value - 1) % 26) * (1 + (value - 1) // 26) if 0 < value < 1000 else str(value)
        return letters.upper() if form in ("upperLetter", "A") else letters
    if form in ("lowerRoman", "upperRoman", "i", "I") and 0 < value < 4000:
        roman, rest = "", value
        for worth, sign in ROMAN + ROMAN_UNITS:
            roman += sign * (rest // worth)
            rest %= worth
        return roman.upper() if form in ("upperRoman", "I") else roman
    return f"{value:02}" if form == "decimalZero" else str(value)


@dataclass(slots=True)
class _Level:
    """How the points of one level of a list are marked; %1 in the pattern is the number of the first level."""

    form: str = "decimal"
    pattern: str = "%1."
    start: int = 1


@dataclass(slots=True)
class _Counter:
    """The numbers that a list has reached, by level."""

    reached: dict[int, int] = field(default_factory=dict)

    def next(self, level: int, levels: Mapping[int, _Level]) -> str:
        """The mark of the next point at this level (0 is the outermost)."""
        about = levels.get(level, _Level())
        self.reached[level] = self.reached.get(level, about.start - 1) + 1
        for deeper in [other for other in self.reached if other > level]:
            del self.reached[deeper]
        if about.form == "bullet":
            return BULLET
        if about.form == "none":
            return ""
        mark = about.pattern
        for above in range(level + 1):
            other = levels.get(above, _Level())
            mark = mark.replace(f"%{above + 1}", numeral(self.reached.get(above, other.start), other.form))
        return mark.strip()


def _row(cells: list[str]) -> str:
    return " | ".join(" ".join(cell.split()) for cell in cells)


# DOCX (ISO/IEC 29500-1)

WORD_SKIPPED = {f"{WORD}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "instrText", "delText", "sectPr", "tblPr", "tblGrid")}
WORD_SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": "", "ptab": " "}
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


class _Docx:
    def __init__(self, parts: Mapping[str, Element]) -> None:
        self.body = _found(parts["word/document.xml"], f"{WORD}body")
        self.notes = {
            kind: {note.get(f"{WORD}id"): note for note in parts[f"word/{kind}s.xml"]}
            for kind in ("footnote", "endnote")
            if f"word/{kind}s.xml" in parts
        }
        self.noted: list[Element] = []
        self.boxes: list[Element] = []
        self.counters: dict[str, _Counter] = {}
        self.begun: set[str] = set()
        self._read_numbering(parts.get("word/numbering.xml"))
        self._read_styles(parts.get("word/styles.xml"))

    def blocks(self) -> list[str]:
        """Every block of the body, and then the notes."""
        found = list(self._blocks(self.body))
        notes = [f"[{number}] {' '.join(self._blocks(note))}" for number, note in enumerate(self.noted, 1)]
        return found + notes

    def _read_numbering(self, root: Element | None) -> None:
        self.lists: dict[str, str] = {}
        self.levels: dict[str, dict[int, _Level]] = {}
        self.restarts: dict[str, dict[int, int]] = {}
        if root is None:
            return
        for abstract in root.iter(f"{WORD}abstractNum"):
            self.levels[abstract.get(f"{WORD}abstractNumId", "")] = dict(_word_level(level) for level in abstract.iter(f"{WORD}lvl"))
        for number in root.iter(f"{WORD}num"):
            name = number.get(f"{WORD}numId", "")
            self.lists[name] = _value(number, "abstractNumId")
            self.restarts[name] = {
                int(override.get(f"{WORD}ilvl", "0")): int(_value(override, "startOverride") or 1)
                for override in number.iter(f"{WORD}lvlOverride")
                if override.find(f"{WORD}startOverride") is not None
            }

    def _read_styles(self, root: Element | None) -> None:
        self.styles: dict[str, Element] = {}
        if root is not None:
            self.styles = {style.get(f"{WORD}styleId", ""): style for style in root.iter(f"{WORD}style")}

    def _blocks(self, parent: Element) -> Iterator[str]:
        for child in parent:
            if child.tag == f"{WORD}p":
                text = self._text(child)
                if text.strip():
                    yield f"{self._mark(child)} {text}".strip()
                boxes, self.boxes = self.boxes, []
                for box in boxes:
                    yield from self._blocks(box)
            elif child.tag == f"{WORD}tbl":
                yield from self._table(child)
            elif child.tag not in WORD_SKIPPED:
                yield from self._blocks(child)

    def _table(self, table: Element) -> Iterator[str]:
        rows = [row.findall(f"{WORD}tc") for row in table.findall(f"{WORD}tr")]
        if max((len(row) for row in rows), default=0) < 2:  # a frame around text
            for row in rows:
                for cell in row:
                    yield from self._blocks(cell)
            return
        yield "\n".join(_row([" ".join(self._blocks(cell)) for cell in row]) for row in rows)

    def _text(self, element: Element) -> str:
        texts = []
        for child in element:
            name = child.tag.removeprefix(WORD)
            if child.tag in WORD_SKIPPED or child.tag == FALLBACK or _is_hidden(child):
                continue
            if name == "t":
                texts.append(child.text or "")
            elif name in WORD_SIGNS:
                texts.append(WORD_SIGNS[name])
            elif name == "txbxContent":
                self.boxes.append(child)
            elif name in ("footnoteReference", "endnoteReference"):
                note = self.notes.get(name.removesuffix("Reference"), {}).get(child.get(f"{WORD}id"))
                if note is not None:
                    self.noted.append(note)
                    texts.append(f" [{len(self.noted)}]")
            else:
                texts.append(self._text(child))
        return "".join(texts)

    def _mark(self, paragraph: Element) -> str:
        """The number or bullet that Word draws before the paragraph."""
        name, level = self._list_of(paragraph)
        if name not in self.lists:
            return ""
        abstract = self.lists[name]
        counter = self.counters.setdefault(abstract, _Counter())
        if name not in self.begun:
            self.begun.add(name)
            for restarted, start in self.restarts[name].items():
                counter.reached[restarted] = start - 1
        return counter.next(level, self.levels.get(abstract, {}))

    def _list_of(self, paragraph: Element) -> tuple[str, int]:
        """The list and the level of the paragraph, said by itself or by its style."""
        properties = paragraph.find(f"{WORD}pPr")
        style = _value(properties, "pStyle")
        name, level = _numbered(properties)
        seen: set[str] = set()
        while not name and style and style not in seen and style in self.styles:
            seen.add(style)
            name, styled_level = _numbered(self.styles[style].find(f"{WORD}pPr"))
            level = level or styled_level
            style = _value(self.styles[style], "basedOn")
        return name, int(level or 0)


def _value(element: Element | None, child: str) -> str:
    found = element.find(f"{WORD}{child}") if element is not None else None
    return found.get(f"{WORD}val", "") if found is not None else ""


def _numbered(properties: Element | None) -> tuple[str, str]:
    numbering = properties.find(f"{WORD}numPr") if properties is not None else None
    return _value(numbering, "numId"), _value(numbering, "ilvl")


def _word_level(level: Element) -> tuple[int, _Level]:
    about = _Level(form=_value(level, "numFmt") or "decimal", pattern=_value(level, "lvlText"), start=int(_value(level, "start") or 1))
    return int(level.get(f"{WORD}ilvl", "0")), about


def _is_hidden(run: Element) -> bool:
    properties = run.find(f"{WORD}rPr") if run.tag == f"{WORD}r" else None
    vanish = properties.find(f"{WORD}vanish") if properties is not None else None
    return vanish is not None and vanish.get(f"{WORD}val", "1") not in ("0", "false")


# ODT (ISO/IEC 26300)

ODT_SKIPPED = {f"{TEXT}tracked-changes", f"{OFFICE}annotation", f"{OFFICE}annotation-end", f"{TEXT}sequence-decls", f"{OFFICE}forms"}


class _Odt:
    def __init__(self, parts: Mapping[str, Element]) -> None:
        self.body = _found(parts["content.xml"], f"{OFFICE}body/{OFFICE}text")
        self.levels = {
            style.get(f"{STYLE}name", ""): dict(_odt_level(level) for level in style)
            for part in parts.values()
            for style in part.iter(f"{TEXT}list-style")
        }
        self.counters: dict[str, _Counter] = {}
        self.noted: list[Element] = []
        self.boxes: list[Element] = []

    def blocks(self) -> list[str]:
        """Every block of the body, and then the notes."""
        found = list(self._blocks(self.body))
        notes = [f"[{number}] {' '.join(self._blocks(note))}" for number, note in enumerate(self.noted, 1)]
        return found + notes

    def _blocks(self, parent: Element, mark: Callable[[], str] = str) -> Iterator[str]:
        """The blocks in order; the first paragraph takes the mark."""
        for child in parent:
            if child.tag in (f"{TEXT}p", f"{TEXT}h"):
                text = self._text(child)
                if text.strip():
                    yield f"{mark()} {text}".strip()
                    mark = str
                boxes, self.boxes = self.boxes, []
                for box in boxes:
                    yield from self._blocks(box)
            elif child.tag == f"{TEXT}list":
                yield from self._list(child, child.get(f"{TEXT}style-name", ""), 0)
            elif child.tag == f"{TABLE}table":
                yield from self._table(child)
            elif child.tag not in ODT_SKIPPED:
                yield from self._blocks(child)

    def _list(self, element: Element, style: str, level: int) -> Iterator[str]:
        goes_on = element.get(f"{TEXT}continue-numbering") == "true" or element.get(f"{TEXT}continue-list")
        if not level and not goes_on:
            self.counters.pop(style, None)
        counter, levels = self.counters.setdefault(style, _Counter()), self.levels.get(style, {})
        for item in element:
            if item.tag == f"{TEXT}list-item" and item.get(f"{TEXT}start-value", "").isdecimal():
                counter.reached[level] = int(item.get(f"{TEXT}start-value", "1")) - 1
            numbered = item.tag == f"{TEXT}list-item"
            for child in item:
                if child.tag == f"{TEXT}list":
                    yield from self._list(child, child.get(f"{TEXT}style-name") or style, level + 1)
                    continue
                holder = Element("holder")
                holder.append(child)
                for block in self._blocks(holder, (lambda: counter.next(level, levels)) if numbered else str):
                    yield block
                    numbered = False

    def _table(self, table: Element) -> Iterator[str]:
        rows = [[cell for cell in row if cell.tag == f"{TABLE}table-cell"] for row in table.iter(f"{TABLE}table-row")]
        if max((len(row) for row in rows), default=0) < 2:
            for row in rows:
                for cell in row:
                    yield from self._blocks(cell)
            return
        yield "\n".join(_row([" ".join(self._blocks(cell)) for cell in row]) for row in rows)

    def _text(self, element: Element) -> str:
        texts = [element.text or ""]
        for child in element:
            if child.tag == f"{TEXT}s":
                texts.append(" " * min(int(child.get(f"{TEXT}c", "1")), 10))
            elif child.tag == f"{TEXT}tab":
                texts.append(" ")
            elif child.tag == f"{TEXT}line-break":
                texts.append("\n")
            elif child.tag == f"{DRAW}text-box":
                self.boxes.append(child)
            elif child.tag == f"{TEXT}note":
                body = child.find(f"{TEXT}note-body")
                if body is not None:
                    self.noted.append(body)
                    texts.append(f" [{len(self.noted)}]")
            elif child.tag not in ODT_SKIPPED:
                texts.append(self._text(child))
            texts.append(child.tail or "")
        return "".join(texts)


def _odt_level(level: Element) -> tuple[int, _Level]:
    number = int(level.get(f"{TEXT}level", "1"))
    if level.tag != f"{TEXT}list-level-style-number":
        return number - 1, _Level(form="bullet")
    form = level.get(f"{STYLE}num-format", "")
    shown = max(1, int(level.get(f"{TEXT}display-levels", "1")))
    numbers = ".".join(f"%{above}" for above in range(max(1, number - shown + 1), number + 1))
    pattern = f"{level.get(f'{STYLE}num-prefix', '')}{numbers}{level.get(f'{STYLE}num-suffix', '')}"
    return number - 1, _Level(form=form or "none", pattern=pattern, start=int(level.get(f"{TEXT}start-value", "1")))
