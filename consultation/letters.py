"""The bytes of a letter or of minutes into one plain text, or one Dutch sentence that says why not. Pure; no Django.

A stranger's file is opened in a confined child. The text is NFC with \\n for a new line; an empty line stands between paragraphs, and a
heading, a numbered point and a bullet are paragraphs of their own that show the number that the word processor counts.
"""

import email
import email.policy
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

from consultation import filetypes
from consultation.confined import FileRefused, OutOfBounds, read_confined, too_big
from consultation.filetypes import FileKind
from consultation.passages import Paragraph, paragraphs

CHILD_MEMORY_BYTES = 160_000_000
CHILD_SECONDS = 20
PAGES_LIMIT = 300
TEXT_LIMIT = 1_000_000
"""Characters: some 300 full pages."""
COMMON_LINE_LIMIT = 100

CHOOSE = "Kies een pdf, een Word-document (.docx), een tekstdocument (.odt), een tekstbestand of een bewaarde e-mail (.eml)."
TYPE_IT = "Typ de tekst over, of plak hem in het tekstvak."
EMPTY = "Dit bestand is leeg. Kies het bestand met de brief erin."
NO_LETTER = f"Dit is geen brief die we kunnen lezen. {CHOOSE}"
PROGRAM = f"Dit is een programma en geen brief. {CHOOSE}"
SPREADSHEET = "Dit is een spreadsheet en geen brief. Lees hem in bij ‘Spreadsheet inlezen’."
PICTURE = f"Dit is een foto of een scan. We hebben er geen tekst in gevonden. {TYPE_IT}"
SCAN = f"Dit is een scan: we hebben er geen tekst in gevonden. {TYPE_IT}"
NO_TEXT = f"We hebben in dit bestand geen tekst gevonden. {TYPE_IT}"
OLD_WORD = "Dit is een oud Word-bestand (.doc). Open het, bewaar het als .docx en kies dat bestand."
RICH_TEXT = "Dit is een rtf-bestand. Open het, bewaar het als .docx en kies dat bestand."
MACROS = "In dit bestand zitten macro’s (kleine programma’s). Bewaar het als .docx of als pdf en kies dat bestand."
PASSWORD = "Dit bestand heeft een wachtwoord. Haal het wachtwoord eraf, bewaar het bestand en kies het opnieuw."  # noqa: S105
DAMAGED = "Dit bestand is beschadigd. Open het in uw tekstprogramma, bewaar het opnieuw en kies het dan."
SWOLLEN = (
    f"Dit bestand is uitgepakt te groot om te lezen. Bewaar het als pdf zonder afbeeldingen en kies dat bestand. Lukt dat niet? {TYPE_IT}"
)
TOO_LONG = f"Dit bestand is te lang om als brief te lezen: ten hoogste {PAGES_LIMIT} bladzijden. Verdeel het over meer bestanden."
UNREADABLE_LETTERS = "De letters in dit bestand kunnen we niet lezen. Bewaar het als ‘UTF-8’ of als .docx en kies dat bestand."
NUL = "In dit bestand staat een teken dat geen tekst is (een nulbyte). Open het, bewaar het als ‘UTF-8’ of als .docx en kies dat bestand."

MAIL_HEADERS = re.compile(
    rb"(from|to|date|subject|message-id|received|return-path|mime-version|delivered-to|x-[\w-]+|content-type):", re.IGNORECASE
)
MAIL_SIGNS = re.compile(rb"^(?:from|date|subject|message-id|received|mime-version):[ \t]", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Letter:
    """What a file says."""

    text: str
    kind: FileKind
    pages: int | None = None
    """How many there are; only a PDF says so."""
    empty_pages: tuple[int, ...] = ()
    """The pages of a PDF on which no text was found, counted from 1: perhaps a scan among the others."""


def read_letter(content: bytes, limit_bytes: int | None = None) -> Letter:
    """The text of the file. What the file is follows from its bytes, never from its name. Raises FileRefused."""
    if limit_bytes is not None and len(content) > limit_bytes:
        raise FileRefused(too_big(len(content), limit_bytes))
    if not content.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"):
        raise FileRefused(EMPTY)
    try:
        answer = read_confined(read_any, content, memory_bytes=CHILD_MEMORY_BYTES, seconds=CHILD_SECONDS)
    except OutOfBounds as error:
        raise FileRefused(SWOLLEN) from error
    return Letter(answer["text"], FileKind(answer["kind"]), answer.get("pages"), tuple(answer.get("empty_pages", ())))


def tidy(text: str) -> str:
    """A text from a page, a mail or the clipboard with its paragraphs whole: lines joined, and words that were cut at their end."""
    text = clean(text)
    joined = ""
    previous: Paragraph | None = None
    for part in paragraphs(text):
        if previous is not None:
            close = text[previous.end : part.start].count("\n") == 1 and _stays_close(previous) and _stays_close(part)
            joined += "\n" if close else "\n\n"
        joined += _unbroken(part.text, text)
        previous = part
    return joined


def clean(text: str) -> str:
    """The text in NFC with \\n for a new line, without signs that nobody sees; a run of blanks is one space."""
    text = re.sub(r"\r\n?|[\u0085\u2028\u2029\v\f]", "\n", text).translate(SIGNS)
    text = "".join(letter for letter in text if letter == "\n" or unicodedata.category(letter) not in ("Cc", "Cs", "Co", "Cn"))
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in text.split("\n"))
    return unicodedata.normalize("NFC", "\n".join(lines)).strip("\n")


SIGNS = {
    **dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"), ""),
    **dict.fromkeys((0xF0B7, 0xF0A7, 0xF076, 0xF0D8, 0x25AA), "•"),  # bullets in the Symbol and Wingdings fonts
    0xFB00: "ff",
    0xFB01: "fi",
    0xFB02: "fl",
    0xFB03: "ffi",
    0xFB04: "ffl",
    0xFB05: "st",
    0xFB06: "st",
    0x09: " ",
}


def _stays_close(part: Paragraph) -> bool:
    """A row of a table, or a line of an address or a signature."""
    return not part.number and not part.heading and (" | " in part.text or (len(part.text) < 50 and part.text[-1] not in ".!?:"))


def _unbroken(paragraph: str, text: str) -> str:
    """The lines of a paragraph as one."""
    joined = ""
    for line in filter(None, paragraph.split("\n")):
        if joined and line[0].islower() and joined[-1] in "-‐" and joined[-2:-1].isalpha():
            first, last = re.split(r"\s", joined)[-1], re.match(r"\w+", line)
            word = f"{first}{last.group() if last else ''}"
            if last and last.group() in ("en", "of"):  # jeugd- en drugsoverlast
                joined += f" {line}"
            else:
                joined = (joined if word in text else joined[:-1]) + line
        else:
            joined += f" {line}" if joined else line
    return joined


# In the child


def read_any(content: bytes) -> dict[str, Any]:
    """What read_letter gives, as plain values, or the sentence."""
    try:
        answer = _read(content)
    except FileRefused as error:
        return {"refused": str(error)}
    if len(answer["text"]) > TEXT_LIMIT:
        return {"refused": TOO_LONG}
    if not any(letter.isalnum() for letter in answer["text"]):
        return {"refused": SCAN if answer["kind"] == FileKind.PDF else NO_TEXT}
    return answer


def _read(content: bytes) -> dict[str, Any]:
    if content.startswith(filetypes.PROGRAMS):
        raise FileRefused(PROGRAM)
    if b"%PDF-" in content[:1024]:
        return _read_pdf(content)
    if content.startswith(b"PK"):
        return _read_package(content)
    if content.startswith(filetypes.COMPOUND_FILE):
        raise FileRefused(PASSWORD if filetypes.is_locked_compound(content) else _old_office(content))
    if content.startswith((b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\0", b"MM\0*")):
        raise FileRefused(PICTURE)
    if content.startswith(b"{\\rtf"):
        raise FileRefused(RICH_TEXT)
    if MAIL_HEADERS.match(content) and len(MAIL_SIGNS.findall(content[:20_000])) > 1:
        return _read_mail(content)
    return {"kind": FileKind.TXT, "text": tidy(_plain_text(content))}


def _old_office(content: bytes) -> str:
    """An old Excel file has a stream called Workbook or Book [MS-XLS]."""
    return SPREADSHEET if any(name.encode("utf-16-le") in content for name in ("Workbook\0", "Book\0")) else OLD_WORD


def _plain_text(content: bytes) -> str:
    try:
        text = filetypes.decoded(content)
    except filetypes.NoText as error:
        raise FileRefused(NO_LETTER) from error
    except filetypes.UnknownLetters as error:
        raise FileRefused(UNREADABLE_LETTERS) from error
    if "\0" in text:
        raise FileRefused(NUL)
    if text.lstrip().lower().startswith(filetypes.MARKUP):
        raise FileRefused(NO_LETTER)
    return text


# Word processors


def _read_package(content: bytes) -> dict[str, Any]:
    from consultation import office_text

    kind = _package_kind(content)
    try:
        blocks = office_text.docx_blocks(content) if kind == FileKind.DOCX else office_text.odt_blocks(content)
    except office_text.PartTooLarge as error:
        raise FileRefused(SWOLLEN) from error
    except MemoryError:
        raise
    except Exception as error:  # whatever the parsers say: it is not what it should be
        raise FileRefused(DAMAGED) from error
    return {"kind": kind, "text": "\n\n".join(filter(None, (clean(block) for block in blocks)))}


SENTENCES = {
    filetypes.DAMAGED: DAMAGED,
    filetypes.PASSWORD: PASSWORD,
    filetypes.SWOLLEN: SWOLLEN,
    filetypes.MACROS: MACROS,
    filetypes.OTHER: NO_LETTER,
}


def _package_kind(content: bytes) -> FileKind:
    try:
        kind = filetypes.sniff(content).kind
    except FileRefused as error:
        raise FileRefused(SENTENCES.get(str(error), str(error))) from error
    if kind in (FileKind.XLSX, FileKind.ODS):
        raise FileRefused(SPREADSHEET)
    return kind


# PDF


def _read_pdf(content: bytes) -> dict[str, Any]:
    import pypdf
    from pypdf.errors import LimitReachedError

    try:
        reader = pypdf.PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):  # one that is only locked against changes opens without a word
            raise FileRefused(PASSWORD)
        if len(reader.pages) > PAGES_LIMIT:
            raise FileRefused(TOO_LONG)
        pages = list(_pages(reader))
    except (FileRefused, MemoryError):
        raise
    except LimitReachedError as error:
        raise FileRefused(SWOLLEN) from error
    except Exception as error:  # whatever the library says: it is not what it should be
        raise FileRefused(DAMAGED) from error
    return {
        "kind": FileKind.PDF,
        "text": tidy(_one_text(_without_margins(pages))),
        "pages": len(pages),
        "empty_pages": [number for number, lines in enumerate(pages, 1) if not any(line.strip() for line in lines)],
    }


def _pages(reader: Any) -> Iterator[list[str]]:
    """The lines of each page, with empty ones where the page has them."""
    length = 0
    for page in reader.pages:
        text = page.extract_text(extraction_mode="layout", layout_mode_strip_rotated=False)
        if not text.strip():
            text = page.extract_text()
        length += len(text.strip())
        if length > 20 * TEXT_LIMIT:
            raise FileRefused(TOO_LONG)
        yield [re.sub(r"(?<=\S) {3,}(?=\S)", " | ", line.rstrip()) for line in text.strip("\n").split("\n")]


def _without_margins(pages: Sequence[list[str]]) -> list[list[str]]:
    """The pages without the line above and below that most of them share, but for its page number."""
    stripped = [list(page) for page in pages]
    for edge in (0, -1):
        shown = [_edge_line(page, edge) for page in stripped]
        common = {line for line in shown if line and shown.count(line) > 1 and shown.count(line) >= len(pages) / 2}
        for page, line in zip(stripped, shown, strict=True):
            while line in common and page:
                removed = page.pop(edge)
                if removed.strip():
                    break
    return stripped


def _edge_line(page: Sequence[str], edge: int) -> str:
    lines = [line.strip() for line in page if line.strip()]
    return re.sub(r"\d+", "#", lines[edge]) if lines and len(lines[edge]) <= COMMON_LINE_LIMIT else ""


def _one_text(pages: Sequence[list[str]]) -> str:
    """The pages below one another; a sentence that goes on over the edge is not cut in two."""
    text = ""
    for page in pages:
        following = "\n".join(page).strip()
        if text and following:
            goes_on = text[-1] not in ".!?:;" and following[0].islower()
            text += "\n" if goes_on else "\n\n\n"
        text += following
    return text


# E-mail


def _read_mail(content: bytes) -> dict[str, Any]:
    """The body of an e-mail (RFC 5322) under its subject."""
    try:
        message = email.message_from_bytes(content, policy=email.policy.default)
        body = message.get_body(("plain", "html")) if isinstance(message, EmailMessage) else None
        said = body.get_content() if body is not None else ""
        subject = str(message["subject"] or "")
        if body is not None and body.get_content_type() == "text/html":
            said = _seen(said)
    except (LookupError, ValueError, AttributeError, TypeError) as error:
        raise FileRefused(DAMAGED) from error
    if "\0" in said:
        raise FileRefused(NUL)
    if not said.strip():
        raise FileRefused(NO_TEXT)
    heading = f"Onderwerp: {' '.join(subject.split())}" if subject.strip() else ""
    return {"kind": FileKind.EML, "text": "\n\n".join(filter(None, (clean(heading), tidy(said))))}


def _seen(html: str) -> str:
    reader = _HtmlText()
    reader.feed(html)
    reader.close()
    return "".join(reader.texts)


class _HtmlText(HTMLParser):
    """What one sees of a page of HTML, as lines."""

    PARAGRAPHS = frozenset({"p", "div", "li", "ul", "ol", "table", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"})
    UNSEEN = frozenset({"script", "style", "head", "title"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.unseen += tag in self.UNSEEN
        if tag in self.PARAGRAPHS:
            self.texts.append("\n\n• " if tag == "li" else "\n\n")
        elif tag in ("br", "tr"):
            self.texts.append("\n")
        elif tag in ("td", "th"):
            self.texts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self.unseen -= tag in self.UNSEEN and self.unseen > 0
        if tag in self.PARAGRAPHS:
            self.texts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.texts.append(re.sub(r"\s+", " ", data))
