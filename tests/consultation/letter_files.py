"""Real letters and minutes for the tests, written by the libraries that people's programs stand for."""

import io
import zipfile
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from typing import Any

import docx
import pikepdf
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from odf.opendocument import OpenDocumentText
from odf.style import ListLevelProperties
from odf.table import Table, TableCell, TableRow
from odf.text import H, List, ListItem, ListLevelStyleBullet, ListLevelStyleNumber, ListStyle, P

POINTS = (
    (
        "Mensenhandel komt niet voor",
        "De strategie noemt mensenhandel nergens, terwijl het onder ondermijning vaak aan het licht komt. "
        "Vanuit ons eigen plan betalen wij de zorgcoördinatie voor slachtoffers.",
    ),
    ("Doelen en indicatoren", "Er staan weinig doelen in die een raad kan volgen. Wij ontvangen graag de uitvoeringsplannen."),
    ("Tot in de haarvaten van de wijk", "De wijkagent is de schakel met bewoners. Wij willen dat 80% van zijn uren in de wijk valt."),
)
OPENING = (
    "Geachte heer Bouwmeester,",
    "U vroeg 39 gemeenten om een reactie op de concept-strategie. Onze commissie sprak erover op 6 maart. Dit vinden wij ervan.",
)
CLOSING = ("De ronde eindigt op 29 maart. Laat u ons weten wat u met onze punten doet.", "Hoogachtend,", "Burgemeester en wethouders")
LETTER = "\n\n".join(
    [*OPENING, *(part for number, (title, text) in enumerate(POINTS, 1) for part in (f"{number}) {title}", text)), *CLOSING]
)


def docx_letter(change: Callable[[Any], None] = lambda document: None) -> bytes:
    """The letter as Word keeps it: the numbers of the points are counted by Word and stand nowhere in the text."""
    document = docx.Document()
    number = docx_list(document, ("decimal", "%1)"))
    for part in OPENING:
        document.add_paragraph(part)
    for title, text in POINTS:
        in_list(document.add_paragraph(title), number)
        document.add_paragraph(text)
    for part in CLOSING:
        document.add_paragraph(part)
    change(document)
    return docx_bytes(document)


def docx_bytes(document: Any) -> bytes:
    """The bytes of a document of python-docx."""
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def docx_list(document: Any, *levels: tuple[str, str]) -> int:
    """A list of its own with these forms and patterns by level; its number."""
    numbering = document.part.numbering_part.element
    name = 100 + len(numbering)
    xml = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{pattern}"/></w:lvl>'
        for level, (form, pattern) in enumerate(levels)
    )
    numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{name}">{xml}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="{name}"><w:abstractNumId w:val="{name}"/></w:num>'))
    return name


def in_list(paragraph: Any, number: int, level: int = 0) -> None:
    """Make the paragraph a point of the list."""
    xml = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    paragraph._p.get_or_add_pPr().append(parse_xml(xml))


def docx_with_body(xml: str) -> bytes:
    """A DOCX whose body is this XML, which the library cannot write itself."""
    document = docx.Document()
    body = document.element.body
    for child in list(body):
        body.remove(child)
    for child in parse_xml(f"<w:body {nsdecls('w')}>{xml}</w:body>"):
        body.append(child)
    return docx_bytes(document)


def odt_letter() -> bytes:
    """The letter as LibreOffice keeps it: each point a list of one that goes on counting."""
    document = OpenDocumentText()
    style = odt_style(document, "punten", ("1", ")"))
    for part in OPENING:
        document.text.addElement(P(text=part))
    for position, (title, text) in enumerate(POINTS):
        document.text.addElement(odt_list(style, [title], **({"continuenumbering": "true"} if position else {})))
        document.text.addElement(P(text=text))
    for part in CLOSING:
        document.text.addElement(P(text=part))
    return odt_bytes(document)


def odt_bytes(document: Any) -> bytes:
    """The bytes of a document of odfpy."""
    file = io.BytesIO()
    document.write(file)
    return file.getvalue()


def odt_style(document: Any, name: str, *levels: tuple[str, str]) -> str:
    """A list style with these forms and suffixes by level; the form ‘•’ is a bullet."""
    style = ListStyle(name=name)
    for level, (form, suffix) in enumerate(levels, 1):
        if form == "•":
            about = ListLevelStyleBullet(level=level, bulletchar="•")
        else:
            about = ListLevelStyleNumber(level=level, numformat=form, numsuffix=suffix)
        about.addElement(ListLevelProperties())
        style.addElement(about)
    document.automaticstyles.addElement(style)
    return name


def odt_list(style: str, items: Sequence[str | tuple[str, Any]], **attributes: str) -> Any:
    """A list; an item may bring a list of its own."""
    element = List(stylename=style, **attributes) if style else List(**attributes)
    for item in items:
        text, inner = item if isinstance(item, tuple) else (item, None)
        holder = ListItem()
        holder.addElement(P(text=text))
        if inner is not None:
            holder.addElement(inner)
        element.addElement(holder)
    return element


def odt_table(rows: Sequence[Sequence[str]]) -> Any:
    """A table of texts."""
    table = Table(name="Tabel1")
    for row in rows:
        line = TableRow()
        for text in row:
            cell = TableCell()
            cell.addElement(P(text=text))
            line.addElement(cell)
        table.addElement(line)
    return table


def odt_heading(text: str) -> Any:
    """A heading of the first level."""
    return H(outlinelevel=1, text=text)


def pdf_of(html: str, css: str = "") -> bytes:
    """A PDF drawn from HTML, on A4."""
    import weasyprint

    page = "@page { size: A4; margin: 25mm } body { font: 11pt sans-serif } p { margin: 0 0 1em }"
    return weasyprint.HTML(string=f'<html lang="nl"><style>{page}{css}</style><body>{html}</body></html>').write_pdf()


def pdf_letter(css: str = "") -> bytes:
    """The letter as a PDF."""
    return pdf_of("".join(f"<p>{part}</p>" for part in LETTER.split("\n\n")), css)


def locked_pdf(user: str, owner: str = "baas") -> bytes:
    """The letter with a password to open it, or with none but the owner's: locked against changes only."""
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf_letter())) as document:
        document.save(file, encryption=pikepdf.Encryption(user=user, owner=owner))
    return file.getvalue()


def scanned_pdf() -> bytes:
    """A PDF of one page with a grey square on it and not a letter."""
    return pdf_of('<div style="width:5cm;height:5cm;background:#ccc"></div>')


def zip_of(parts: dict[str, bytes]) -> bytes:
    """A zip with these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return file.getvalue()


def repacked(content: bytes, parts: dict[str, bytes]) -> bytes:
    """The package with these parts put in, or put in the place of those it had."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return zip_of({name: package.read(name) for name in package.namelist()} | parts)


def mail(text: str, *, subject: str = "Reactie op het plan", html: str = "", encoding: str = "utf-8") -> bytes:
    """An e-mail as a mail program saves it."""
    message = EmailMessage()
    message["From"] = "Riet de Wit <riet@voorbeeld.nl>"
    message["To"] = "gemeente@voorbeeld.nl"
    message["Date"] = "Wed, 16 Sep 2026 20:00:00 +0200"
    message["Subject"] = subject
    if text:
        message.set_content(text, charset=encoding)
    if html:
        message.add_alternative(html, subtype="html") if text else message.set_content(html, subtype="html")
    return message.as_bytes()
