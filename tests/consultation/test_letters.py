"""A letter into text: without a database."""

import io
import os
import unicodedata

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consultation import letters
from consultation.confined import FileRefused, OutOfBounds, read_confined
from consultation.filetypes import FileKind
from consultation.letters import read_letter, tidy
from consultation.office_text import numeral
from consultation.passages import suggest_points
from tests.consultation.confined_readers import asks_for_much, tells_its_bounds, turns_round
from tests.consultation.letter_files import (
    CLOSING,
    LETTER,
    POINTS,
    docx_bytes,
    docx_letter,
    docx_list,
    docx_with_body,
    in_list,
    locked_pdf,
    mail,
    odt_bytes,
    odt_heading,
    odt_letter,
    odt_list,
    odt_style,
    odt_table,
    pdf_letter,
    pdf_of,
    repacked,
    scanned_pdf,
    zip_of,
)
from tests.consultation.spreadsheet_files import council_rows, locked_xlsx, ods_file, xlsx_file

MAKERS = {
    "docx": (docx_letter, FileKind.DOCX),
    "odt": (odt_letter, FileKind.ODT),
    "pdf": (pdf_letter, FileKind.PDF),
    "pdf with double spacing": (lambda: pdf_letter("body { line-height: 2.2 }"), FileKind.PDF),
    "pdf in a narrow justified column": (lambda: pdf_letter("body { width: 9cm; hyphens: auto; text-align: justify }"), FileKind.PDF),
    "pdf locked against changes": (lambda: locked_pdf(""), FileKind.PDF),
    "utf-8": (lambda: LETTER.encode(), FileKind.TXT),
    "utf-8 with a mark": (lambda: LETTER.encode("utf-8-sig"), FileKind.TXT),
    "utf-16": (lambda: LETTER.encode("utf-16"), FileKind.TXT),
    "windows-1252": (lambda: LETTER.encode("cp1252"), FileKind.TXT),
    "windows line ends": (lambda: LETTER.replace("\n", "\r\n").encode(), FileKind.TXT),
    "e-mail": (lambda: mail(LETTER), FileKind.EML),
}


@pytest.mark.parametrize("name", MAKERS)
def test_a_letter_says_the_same_in_every_format(name: str) -> None:
    make, kind = MAKERS[name]
    letter = read_letter(make())
    assert letter.kind == kind
    assert letter.text.removeprefix("Onderwerp: Reactie op het plan\n\n") == LETTER
    assert [(point.subject, letter.text[point.start : point.end]) for point in suggest_points(letter.text)] == list(POINTS)


def test_only_a_pdf_tells_its_pages() -> None:
    assert read_letter(pdf_letter("p { break-after: page }")).pages == len(LETTER.split("\n\n"))
    assert read_letter(docx_letter()).pages is None


# Word


def test_the_numbers_that_word_counts_stand_in_the_text() -> None:
    document = docx.Document()
    deep = docx_list(document, ("decimal", "%1."), ("lowerLetter", "%2)"), ("upperRoman", "%1.%3"))
    other = docx_list(document, ("bullet", "\uf0b7"))
    for text, number, level in (
        ("Verkeer", deep, 0),
        ("De dijk", deep, 1),
        ("Het plein", deep, 1),
        ("Bij de school", deep, 2),
        ("Jeugd", deep, 0),
        ("Het park", deep, 1),
        ("Geen nummer", 0, 0),
        ("Een bolletje", other, 0),
    ):
        in_list(document.add_paragraph(text), number, level)
    assert read_letter(docx_bytes(document)).text.split("\n\n") == [
        "1. Verkeer",
        "a) De dijk",
        "b) Het plein",
        "1.I Bij de school",
        "2. Jeugd",
        "a) Het park",
        "Geen nummer",
        "• Een bolletje",
    ]


def test_a_list_by_style_counts_too() -> None:
    document = docx.Document()
    for text in ("Eerst dit", "Dan dat"):
        document.add_paragraph(text, style="List Number")
    document.add_paragraph("En dit", style="List Bullet")
    assert read_letter(docx_bytes(document)).text == "1. Eerst dit\n\n2. Dan dat\n\n• En dit"


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (1, "decimal", "1"),
        (7, "decimalZero", "07"),
        (3, "lowerLetter", "c"),
        (28, "a", "bb"),
        (4, "upperLetter", "D"),
        (9, "lowerRoman", "ix"),
        (44, "I", "XLIV"),
        (0, "lowerRoman", "0"),
    ],
)
def test_numbers_take_the_form_of_their_list(value: int, form: str, shown: str) -> None:
    assert numeral(value, form) == shown


def test_a_table_is_a_line_for_each_row() -> None:
    document = docx.Document()
    document.add_heading("Meldingen", 1)
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ("Wijk", "Aantal (voorbeeld)", "Bijvanck", "12"), strict=True):
        cell.text = text
    frame = document.add_table(rows=1, cols=1)
    frame.cell(0, 0).text = "Een kader om tekst"
    assert read_letter(docx_bytes(document)).text == "Meldingen\n\nWijk | Aantal (voorbeeld)\nBijvanck | 12\n\nEen kader om tekst"


def test_what_was_inserted_counts_and_what_was_deleted_or_hidden_does_not() -> None:
    content = docx_with_body(
        "<w:p><w:r><w:t xml:space='preserve'>Wij willen </w:t></w:r>"
        "<w:del><w:r><w:delText>minder</w:delText></w:r></w:del><w:ins><w:r><w:t>meer</w:t></w:r></w:ins>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>geheim</w:t></w:r><w:r><w:tab/><w:t>toezicht</w:t></w:r></w:p>"
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>Uit een invulveld</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )
    assert read_letter(content).text == "Wij willen meer toezicht\n\nUit een invulveld"


# LibreOffice


def test_the_lists_and_tables_of_an_odt_are_read() -> None:
    from odf.opendocument import OpenDocumentText

    document = OpenDocumentText()
    style = odt_style(document, "lijst", ("1", "."), ("a", ")"))
    bullets = odt_style(document, "bolletjes", ("•", ""))
    document.text.addElement(odt_heading("Verslag"))
    document.text.addElement(odt_list(style, [("Verkeer", odt_list("", ["De dijk", "Het plein"])), "Jeugd"]))
    document.text.addElement(odt_list(bullets, ["Los punt"]))
    document.text.addElement(odt_list(style, ["Begint opnieuw"]))
    document.text.addElement(odt_table([["Wijk", "Aantal"], ["Bijvanck", "12"]]))
    assert read_letter(odt_bytes(document)).text.split("\n\n") == [
        "Verslag",
        "1. Verkeer",
        "a) De dijk",
        "b) Het plein",
        "2. Jeugd",
        "• Los punt",
        "1. Begint opnieuw",
        "Wijk | Aantal\nBijvanck | 12",
    ]


# PDF


def test_what_stands_on_every_page_is_left_out_and_a_sentence_goes_on_over_the_edge() -> None:
    words = " ".join(f"woord{number}" for number in range(900))
    css = (
        '@page { @top-center { content: "Gemeente Hilversum" } @bottom-right { content: "Pagina " counter(page) " van " counter(pages) } }'
    )
    letter = read_letter(pdf_of(f"<p>Begin {words}.</p>", css))
    assert letter.pages is not None
    assert letter.pages > 1
    assert letter.text == f"Begin {words}."


def test_a_page_without_text_among_the_others_is_named() -> None:
    content = pdf_of('<p>Zie de bijlage.</p><p style="break-before: page">&nbsp;</p><p style="break-before: page">Einde.</p>')
    assert read_letter(content).empty_pages == (2,)


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        ("De veiligheids-\nregio komt langs.", "De veiligheidsregio komt langs."),
        ("De veiligheids‐\nregio komt langs.", "De veiligheidsregio komt langs."),
        ("Tegen jeugd-\nen drugsoverlast.", "Tegen jeugd- en drugsoverlast."),
        ("De concept-strategie: de concept-\nstrategie is goed.", "De concept-strategie: de concept-strategie is goed."),
        ("Bij de brug –\ndie is smal.", "Bij de brug – die is smal."),
        ("geı̈nventariseerd met een ﬁets\u00ad\u200b en  twee\u00a0spaties", "geı̈nventariseerd met een fiets en twee spaties"),
        ("\ufeffEen\r\n\r\nTwee", "Een\n\nTwee"),
        ("Gemeente Laren\nPostbus 5\n1250 AA Laren", "Gemeente Laren\nPostbus 5\n1250 AA Laren"),
    ],
)
def test_lines_are_made_whole(lines: str, joined: str) -> None:
    assert tidy(lines) == unicodedata.normalize("NFC", joined)


# E-mail


def test_an_e_mail_is_its_body_under_its_subject() -> None:
    html = (
        "<html><head><title>x</title><style>p {}</style></head><body><p>Beste gemeente,</p><ul><li>Meer licht</li></ul>Groet</body></html>"
    )
    assert read_letter(mail("", subject="Reactie", html=html)).text == "Onderwerp: Reactie\n\nBeste gemeente,\n\n• Meer licht\n\nGroet"
    assert read_letter(mail("Geïnventariseerd.", html=html, encoding="iso-8859-1")).text.endswith("\n\nGeïnventariseerd.")


def test_a_letter_that_begins_like_an_e_mail_is_a_letter() -> None:
    assert read_letter(b"Subject: wat ik nog zeggen wil\n\nEr is te weinig licht.").kind == FileKind.TXT


# What cannot be read


def document_xml(body: bytes) -> bytes:
    root = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    return root + body + b"</w:body></w:document>"


def zip_bomb() -> bytes:
    return repacked(docx_letter(), {"word/media/foto.jpg": bytes(201_000_000)})


def swollen_part() -> bytes:
    return repacked(docx_letter(), {"word/document.xml": b"<a>" + b" " * 31_000_000 + b"</a>"})


def deep_xml() -> bytes:
    return repacked(docx_letter(), {"word/document.xml": document_xml(b"<w:p>" * 200_000 + b"</w:p>" * 200_000)})


def entities() -> bytes:
    laughs = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
    return repacked(docx_letter(), {"word/document.xml": f'<!DOCTYPE a [<!ENTITY l0 "ha">{laughs}]><a>&l9;</a>'.encode()})


def many_elements() -> bytes:
    return repacked(docx_letter(), {"word/document.xml": document_xml(b"<w:p/>" * 4_000_000)})


def pdf_bomb() -> bytes:
    import pikepdf

    document = pikepdf.new()
    page = document.add_blank_page()
    page.Contents = document.make_stream(b"BT /F1 12 Tf (a) Tj ET\n" * 8_000_000)
    file = io.BytesIO()
    document.save(file, compress_streams=True)
    return file.getvalue()


BAD = {
    "empty": (lambda: b"", letters.EMPTY),
    "only white space": (lambda: b"\xef\xbb\xbf \r\n\t", letters.EMPTY),
    "an executable called brief.docx": (lambda: b"MZ\x90\0" + os.urandom(4000), letters.PROGRAM),
    "a shell script": (lambda: b"#!/bin/sh\nrm -rf /\n", letters.PROGRAM),
    "noise": (lambda: bytes(range(256)) * 20, letters.NO_LETTER),
    "a web page": (lambda: b"<!DOCTYPE html><p>hoi</p>", letters.NO_LETTER),
    "another zip": (lambda: zip_of({"a.txt": b"hoi"}), letters.NO_LETTER),
    "a damaged docx": (lambda: docx_letter()[:5000], letters.DAMAGED),
    "a docx without a body": (lambda: repacked(docx_letter(), {"word/document.xml": b"<w:document"}), letters.DAMAGED),
    "entities": (entities, letters.DAMAGED),
    "a damaged pdf": (lambda: b"%PDF-1.7\n" + pdf_letter()[800:1500], letters.DAMAGED),
    "a pdf with a password": (lambda: locked_pdf("geheim"), letters.PASSWORD),
    "a docx with a password": (locked_xlsx, letters.PASSWORD),
    "an odt with a password": (
        lambda: repacked(odt_letter(), {"META-INF/manifest.xml": b"<manifest:encryption-data/>"}),
        letters.PASSWORD,
    ),
    "an old doc": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le") + bytes(600), letters.OLD_WORD),
    "an old xls": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook\0".encode("utf-16-le") + bytes(600), letters.SPREADSHEET),
    "rtf": (lambda: rb"{\rtf1\ansi Beste gemeente}", letters.RICH_TEXT),
    "xlsx": (lambda: xlsx_file(council_rows()), letters.SPREADSHEET),
    "ods": (lambda: ods_file(council_rows()), letters.SPREADSHEET),
    "macros": (lambda: repacked(docx_letter(), {"word/vbaProject.bin": b"x"}), letters.MACROS),
    "a scan": (scanned_pdf, letters.SCAN),
    "a photo": (lambda: b"\xff\xd8\xff\xe0" + os.urandom(2000), letters.PICTURE),
    "a docx without words": (lambda: docx_bytes(docx.Document()), letters.NO_TEXT),
    "an e-mail without words": (lambda: mail(""), letters.NO_TEXT),
    "NUL bytes": (lambda: b"Beste gemeente,\0\0 hier staat iets.", letters.NUL),
    "a zip bomb": (zip_bomb, letters.SWOLLEN),
    "a swollen part": (swollen_part, letters.SWOLLEN),
    "more elements than memory": (many_elements, letters.SWOLLEN),
    "a book": (lambda: b"Dit is een lange zin die steeds terugkomt. " * 30_000, letters.TOO_LONG),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_says_why(name: str) -> None:
    make, sentence = BAD[name]
    with pytest.raises(FileRefused) as refusal:
        read_letter(make())
    assert str(refusal.value) == sentence


@pytest.mark.parametrize("make", [deep_xml, pdf_bomb])
def test_a_bomb_of_another_kind_is_refused(make) -> None:
    with pytest.raises(FileRefused) as refusal:
        read_letter(make())
    assert str(refusal.value) in (letters.DAMAGED, letters.SWOLLEN)


def test_a_file_over_the_limit_is_refused_unread() -> None:
    with pytest.raises(FileRefused, match=r"^Dit bestand is 2 MB\. Kies een bestand van ten hoogste 1 MB\.$"):
        read_letter(bytes(1_100_000), limit_bytes=1_048_576)


def test_every_sentence_is_its_own() -> None:
    sentences = {sentence for _, sentence in BAD.values()}
    assert len(sentences) == 15
    assert all(sentence.endswith(".") for sentence in sentences)


# The child


def test_a_reader_answers_within_its_bounds() -> None:
    assert read_confined(tells_its_bounds, b"abc", memory_bytes=200_000_000, seconds=5) == {"length": 3, "memory": 200_000_000}


@pytest.mark.parametrize("reader", [asks_for_much, turns_round])
def test_a_reader_that_asks_for_too_much_is_stopped(reader) -> None:
    with pytest.raises(OutOfBounds):
        read_confined(reader, b"abc", memory_bytes=200_000_000, seconds=1)


# Whatever comes

PIECES = [*LETTER.split(" "), "\n", "\n\n", "-\n", "\0", "\r"]


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.text(max_size=300), st.lists(st.sampled_from([*LETTER.split(" "), "\n", "\n\n", "-\n", "\0", "\r"]), max_size=80).map(" ".join)
    )
)
def test_no_letter_or_digit_is_lost_in_tidying(text: str) -> None:
    def said(some: str) -> list[str]:
        return [sign for sign in unicodedata.normalize("NFC", letters.clean(some)) if sign.isalnum()]

    assert said(tidy(text)) == said(text)
    assert "\n\n\n" not in tidy(text)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.sampled_from([docx_letter(), odt_letter()]).flatmap(lambda content: damaged(content))))
def test_whatever_the_bytes_the_reader_answers(content: bytes) -> None:
    answer = letters.read_any(content)
    assert answer.get("refused") or answer["text"].strip()


def damaged(content: bytes) -> st.SearchStrategy[bytes]:
    return st.tuples(st.integers(0, len(content) - 1), st.binary(min_size=1, max_size=8)).map(
        lambda at: content[: at[0]] + at[1] + content[at[0] + len(at[1]) :]
    )


def test_the_closing_is_no_part_of_the_last_point() -> None:
    text = read_letter(docx_letter()).text
    assert CLOSING[0] not in text[suggest_points(text)[-1].start : suggest_points(text)[-1].end]
