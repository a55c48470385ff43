"""What an attachment is, told from its bytes: without a database."""

import io
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image  # WeasyPrint brings it

from consultation import filetypes
from consultation.confined import FileRefused
from consultation.filetypes import FILE_TYPES, FileKind, sniff
from tests.consultation.letter_files import docx_letter, locked_pdf, odt_letter, pdf_letter, repacked, zip_of
from tests.consultation.spreadsheet_files import council_rows, csv_file, locked_xlsx, ods_file, xlsx_file


def picture(form: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, form)
    return file.getvalue()


ALLOWED = {
    "pdf": (pdf_letter, FileKind.PDF),
    "a pdf with a password": (lambda: locked_pdf("geheim"), FileKind.PDF),
    "a pdf after a mail server's line": (lambda: b"\r\n" * 40 + pdf_letter(), FileKind.PDF),
    "docx": (docx_letter, FileKind.DOCX),
    "docx in another order": (lambda: repacked(zip_of({"word/document.xml": b"<x/>"}), {"[Content_Types].xml": b"<x/>"}), FileKind.DOCX),
    "odt": (odt_letter, FileKind.ODT),
    "xlsx": (lambda: xlsx_file(council_rows()), FileKind.XLSX),
    "ods": (lambda: ods_file(council_rows()), FileKind.ODS),
    "csv": (lambda: csv_file(council_rows()), FileKind.TXT),
    "windows-1252": (lambda: "Geïnventariseerd".encode("cp1252"), FileKind.TXT),
    "utf-16": (lambda: "Geïnventariseerd".encode("utf-16"), FileKind.TXT),
    "long utf-8": (lambda: "é".encode() * 70_000, FileKind.TXT),
    "long utf-8 that is cut within a letter": (lambda: b"a" + "Á".encode() * 70_000, FileKind.TXT),
    "jpeg": (lambda: picture("JPEG"), FileKind.JPEG),
    "png": (lambda: picture("PNG"), FileKind.PNG),
    "webp": (lambda: picture("WEBP"), FileKind.WEBP),
    "a telephone's photograph": (lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", FileKind.HEIC),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_a_file_is_what_its_bytes_are(name: str) -> None:
    make, kind = ALLOWED[name]
    content = make()
    assert sniff(content) == FILE_TYPES[kind]
    file = io.BytesIO(content)
    file.seek(5)
    assert sniff(file) == FILE_TYPES[kind]
    assert file.tell() == 0


def test_every_kind_of_attachment_has_a_type_and_a_label() -> None:
    assert set(FILE_TYPES) == set(FileKind) - {FileKind.EML}
    assert {kind.label for kind in FileKind} == set(filetypes.LABELS.values())
    assert len({about.content_type for about in FILE_TYPES.values()}) == len(FILE_TYPES)
    assert all(about.extension.startswith(".") for about in FILE_TYPES.values())
    assert FILE_TYPES[FileKind.ODT].content_type == "application/vnd.oasis.opendocument.text"


REFUSED = {
    "empty": (lambda: b"", filetypes.EMPTY),
    "blank": (lambda: b" \r\n", filetypes.EMPTY),
    "a program of Windows": (lambda: b"MZ\x90\0" + os.urandom(500), filetypes.PROGRAM),
    "a program of Linux": (lambda: b"\x7fELF\x02\x01\x01" + os.urandom(500), filetypes.PROGRAM),
    "a script": (lambda: b"#!/bin/sh\nrm -rf /\n", filetypes.PROGRAM),
    "a web page": (lambda: b"\n<!DOCTYPE html><script>alert(1)</script>", filetypes.OTHER),
    "a drawing with a script": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", filetypes.OTHER),
    "an old doc": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), filetypes.OLD_OFFICE),
    "an xlsx with a password": (locked_xlsx, filetypes.PASSWORD),
    "an odt with a password": (
        lambda: repacked(odt_letter(), {"META-INF/manifest.xml": b"<manifest:encryption-data/>"}),
        filetypes.PASSWORD,
    ),
    "a docx with macros": (lambda: repacked(docx_letter(), {"word/vbaProject.bin": b"x"}), filetypes.MACROS),
    "an odt with macros": (lambda: repacked(odt_letter(), {"Basic/Standard/Module1.xml": b"x"}), filetypes.MACROS),
    "a drawing of LibreOffice": (
        lambda: zip_of({"mimetype": b"application/vnd.oasis.opendocument.graphics", "content.xml": b"<x/>"}),
        filetypes.OTHER,
    ),
    "an archive": (lambda: b"Rar!\x1a\x07\0" + bytes(99), filetypes.OTHER),
    "another zip": (lambda: zip_of({"a.txt": b"x"}), filetypes.OTHER),
    "half a docx": (lambda: docx_letter()[:4000], filetypes.DAMAGED),
    "a zip bomb": (lambda: repacked(docx_letter(), {"word/media/a": bytes(201_000_000)}), filetypes.SWOLLEN),
    "a gif": (lambda: picture("GIF"), filetypes.OTHER),
    "noise": (lambda: bytes(range(256)) * 4, filetypes.OTHER),
    "a nul": (lambda: b"tekst\0\0en meer tekst", filetypes.OTHER),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_we_do_not_take_in_says_why(name: str) -> None:
    make, sentence = REFUSED[name]
    with pytest.raises(FileRefused) as refusal:
        sniff(make())
    assert str(refusal.value) == sentence


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.binary(max_size=100).map(lambda rest: b"PK\x03\x04" + rest)))
def test_whatever_the_bytes_there_is_an_answer(content: bytes) -> None:
    try:
        assert sniff(content) in FILE_TYPES.values()
    except FileRefused as refusal:
        assert str(refusal).endswith(".")
