"""The one door to WeasyPrint: HTML in, one file out that is PDF/A-3a and PDF/UA-1 at once and has the same bytes every time."""

import gc
import logging
import math
import mimetypes
import os
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import SuspiciousFileOperation

from reports import fonts

HERE = "https://papier.invalid"
"""Base of every address in a paper. Nothing is ever fetched from it: the static files and the fonts hang on it."""
FONTS = f"{HERE}/fonts/"
CLOCK = "1672531200"
"""The moment a variable font gets in its head table while it is cut to size; the clock would change the bytes of every file."""

UA_IDENTIFICATION = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
  xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>PDF/UA version</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>"""
"""Says PDF/UA-1 in the metadata of a PDF/A-3a file, with the extension schema that PDF/A asks for (ISO 19005-3, 6.6.2.3)."""

Progress = Callable[[int, str], None]
"""Called with a percentage that never falls and a Dutch sentence. What it raises stops the rendering."""

_one_at_a_time = threading.Lock()
"""The garbage collector, the clock and the loggers are the process's: two renderings in two threads would undo each other's settings."""


class PaperFailed(Exception):
    """The paper could not be made; the message says what was missing or refused."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside the PDF. `dated` is fixed by the caller: the clock would change the bytes."""

    name: str
    content: bytes
    description: str
    dated: datetime


@dataclass(frozen=True, slots=True)
class Pdf:
    content: bytes
    pages: int


def pdf_from(html: str, identifier: bytes, attachments: Sequence[Attachment] = (), on_progress: Progress | None = None) -> Pdf:
    """PDF/A-3a and PDF/UA-1 in one file; the same arguments give the same bytes (within one version of WeasyPrint and its libraries).

    Only our own static files and the papers' fonts can be reached from the HTML. Raises PaperFailed when it points anywhere else or when
    a stylesheet or font is missing: a paper in the wrong dress is not filed. What on_progress raises comes through as it is.
    """
    import weasyprint  # takes a second to import, so not before the first paper
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError

    with _one_at_a_time, _fixed_clock(), _garbage_left_alone(), _watched(on_progress, len(html)) as complaints:
        try:
            fetcher = _own_files_only()
            fonts_used = FontConfiguration()
            letters = weasyprint.CSS(string=fonts.font_faces(FONTS), base_url=HERE, url_fetcher=fetcher, font_config=fonts_used)
            page = weasyprint.HTML(string=html, base_url=HERE, url_fetcher=fetcher)
            document = page.render(font_config=fonts_used, stylesheets=[letters], pdf_variant="pdf/a-3a")
            content = document.write_pdf(
                finisher=_finish,
                pdf_variant="pdf/a-3a",
                pdf_identifier=identifier,
                attachments=[
                    weasyprint.Attachment(
                        string=attachment.content,
                        name=attachment.name,
                        description=attachment.description,
                        created=attachment.dated,
                        modified=attachment.dated,
                        relationship="Data",
                    )
                    for attachment in attachments
                ],
            )
        except FatalURLFetchingError as refused:  # a BaseException: WeasyPrint swallows every other kind
            raise PaperFailed(str(refused)) from None
    if complaints:
        raise PaperFailed("; ".join(complaints))
    if on_progress:
        on_progress(100, "Het document is klaar")
    return Pdf(content, len(document.pages))


def _own_files_only() -> Any:
    """A fetcher that knows the papers' fonts and our static files and refuses all else.

    Contributions are typed by strangers: without this an image in a text could read the network or the disk.
    """
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class OwnFilesOnly(URLFetcher):
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            content = _font(url) or _static_file(url)
            if content is None:
                raise FatalURLFetchingError(f"refused: {url}")
            kind = mimetypes.guess_type(url)[0] or "application/octet-stream"
            return URLFetcherResponse(url, content, {"Content-Type": kind})

    return OwnFilesOnly()


def _font(url: str) -> bytes | None:
    path = fonts.FILES.get(url.removeprefix(FONTS))
    return path.read_bytes() if path else None


def _static_file(url: str) -> bytes | None:
    """The content of a static file by the address {% static %} gives it, hashed name or plain; None when it is not one of ours."""
    prefix = urljoin(HERE, settings.STATIC_URL)
    name = unquote(url.removeprefix(prefix))
    if name == url or not name:
        return None
    try:
        if path := finders.find(name):
            return Path(path).read_bytes()
        if staticfiles_storage.exists(name):  # a hashed name, as collectstatic makes them
            with staticfiles_storage.open(name) as file:
                return bytes(file.read())
    except SuspiciousFileOperation:
        pass
    return None


@contextmanager
def _fixed_clock() -> Iterator[None]:
    """Fonts are cut to size while rendering; fontTools reads this variable instead of the clock."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = CLOCK
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before


@contextmanager
def _garbage_left_alone() -> Iterator[None]:
    """A rendering makes millions of objects that all stay until it is over: looking for garbage among them costs a fifth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
        gc.collect()


class _Steps(logging.Handler):
    """Turns WeasyPrint's progress log into a percentage and a sentence."""

    def __init__(self, on_progress: Progress, expected_pages: int) -> None:
        super().__init__()
        self.on_progress = on_progress
        self.expected_pages = expected_pages
        self.percentage = 0

    def emit(self, record: logging.LogRecord) -> None:
        percentage, sentence = self._read(record.getMessage())
        if sentence:
            self.percentage = max(self.percentage, percentage)
            self.on_progress(self.percentage, sentence)

    def _read(self, step: str) -> tuple[int, str]:
        if page := re.search(r"Step 5 .* Page (\d+)", step):
            # How many pages there will be is not known before the last one: approach 80 and never reach it.
            number = int(page[1])
            return 15 + int(65 * (1 - math.exp(-1.5 * number / self.expected_pages))), f"Pagina {number} is opgemaakt"
        return next((said for start, said in STEPS.items() if step.startswith(start)), (0, ""))


STEPS = {
    "Step 1": (2, "De tekst wordt gelezen"),
    "Step 2": (4, "De opmaak wordt gelezen"),
    "Step 3": (6, "De opmaak wordt toegepast"),
    "Step 4": (10, "De pagina’s worden ingedeeld"),
    "Step 6": (82, "De pagina’s worden weggeschreven"),
    "Step 7": (96, "De gegevens van het document worden toegevoegd"),
}
CHARACTERS_A_PAGE = 4_000
"""Of HTML, roughly; only the pace of the progress bar hangs on it."""


class _Complaints(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@contextmanager
def _watched(on_progress: Progress | None, length: int) -> Iterator[list[str]]:
    """Collects what WeasyPrint logs as an error, and passes its progress on."""
    log, progress_log = logging.getLogger("weasyprint"), logging.getLogger("weasyprint.progress")
    complaints = _Complaints()
    log.addHandler(complaints)
    steps = _Steps(on_progress, max(3, length // CHARACTERS_A_PAGE)) if on_progress else None
    level, propagates = progress_log.level, progress_log.propagate
    if steps:
        progress_log.setLevel(logging.INFO)
        progress_log.propagate = False
        progress_log.addHandler(steps)
    try:
        yield complaints.messages
    finally:
        log.removeHandler(complaints)
        if steps:
            progress_log.removeHandler(steps)
            progress_log.setLevel(level)
            progress_log.propagate = propagates


def _finish(document: Any, pdf: Any) -> None:
    """Last hand on the file before it is written: PDF/UA in the metadata, and complete headers in the tables."""
    metadata = _object(pdf, pdf.catalog["Metadata"])
    metadata.stream = [part.replace(b"</rdf:RDF>", UA_IDENTIFICATION + b"</rdf:RDF>") for part in metadata.stream]
    for element in list(pdf.objects):
        if isinstance(element, dict) and element.get("S") == "/Table":
            _complete_headers(pdf, element)


def _complete_headers(pdf: Any, table: Any) -> None:
    """Give every header cell its scope, and every data cell the header of its group of rows.

    WeasyPrint links a cell to the headers of its row and its column, not to the row above that names the group.
    """
    for section in _children(pdf, table, "/THead", "/TBody"):
        group = None
        for row in _children(pdf, section, "/TR"):
            cells = _children(pdf, row, "/TH", "/TD")
            for cell in cells:
                if cell["S"] == "/TH":
                    cell["A"]["Scope"] = "/Column" if section["S"] == "/THead" else "/Row"
                elif group is not None:
                    cell["A"]["Headers"].append(group)
            if len(cells) == 1 and "ColSpan" in cells[0]["A"]:
                group = cells[0]["ID"]


def _children(pdf: Any, element: Any, *kinds: str) -> list[Any]:
    children = (_object(pdf, child) for child in element["K"] if not isinstance(child, int))
    return [child for child in children if child.get("S") in kinds]


def _object(pdf: Any, reference: bytes) -> Any:
    """What a reference such as b'12 0 R' stands for."""
    return pdf.objects[int(reference.split()[0])]
