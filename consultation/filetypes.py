"""What a file is, told from its bytes and never from its name. Pure; no Django."""

import contextlib
import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from enum import StrEnum
from typing import IO

from consultation.confined import FileRefused

UNPACKED_LIMIT_BYTES = 200_000_000
TEXT_HEAD_BYTES = 65_536
"""How much of a file is looked at to see whether it is text."""
CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\v\f\r")
COMPOUND_FILE = b"\xd0\xcf\x11\xe0"
"""How the files of Office 97 begin, and a newer one with a password, which is wrapped in such a file [MS-CFB, MS-OFFCRYPTO]."""
ODT_MIMETYPE = b"application/vnd.oasis.opendocument.text"
ODS_MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"
NEVER_TEXT = (b"MZ", b"\x7fELF", b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"{\\rtf", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")


ALLOWED = "Kies een bestand van Word, LibreOffice of Excel, een pdf, een tekstbestand of een foto."
EMPTY = "Dit bestand is leeg. Kies een bestand met iets erin."
DAMAGED = "Dit bestand is beschadigd. Open het in het programma waarmee het is gemaakt, bewaar het opnieuw en kies het dan."
PASSWORD = "Dit bestand heeft een wachtwoord. Haal het wachtwoord eraf, bewaar het bestand en kies het opnieuw."  # noqa: S105
SWOLLEN = "Dit bestand is uitgepakt te groot om te openen. Bewaar het als pdf en kies dat bestand."
OLD_OFFICE = "Dit is een bestand van een oude versie van Office. Open het, bewaar het als .docx, .xlsx of .pdf en kies dat bestand."
PROGRAM = f"Dit is een programma en geen document. {ALLOWED}"
MACROS = "In dit bestand zitten macro’s (kleine programma’s). Bewaar het zonder macro’s, of als pdf, en kies dat bestand."
OTHER = f"Dit soort bestand nemen we niet aan. {ALLOWED}"

PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe")
MARKUP = ("<!doctype", "<html", "<?xml", "<svg", "<script", "<?php")


class FileKind(StrEnum):
    """What a file can be that we take in."""

    PDF = "pdf"
    DOCX = "docx"
    ODT = "odt"
    XLSX = "xlsx"
    ODS = "ods"
    TXT = "txt"
    EML = "eml"
    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    HEIC = "heic"

    @property
    def label(self) -> str:
        """What people call it, in Dutch."""
        return LABELS[self]


LABELS = {
    FileKind.PDF: "pdf",
    FileKind.DOCX: "Word-document",
    FileKind.ODT: "tekstdocument (odt)",
    FileKind.XLSX: "Excel-bestand",
    FileKind.ODS: "spreadsheet (ods)",
    FileKind.TXT: "tekstbestand",
    FileKind.EML: "e-mail",
    FileKind.JPEG: "foto (jpg)",
    FileKind.PNG: "afbeelding (png)",
    FileKind.WEBP: "afbeelding (webp)",
    FileKind.HEIC: "foto (heic)",
}


@dataclass(frozen=True, slots=True)
class FileType:
    """What a file is, and how to serve it: by these, never by what the sender said."""

    kind: FileKind
    content_type: str
    extension: str
    """With its dot."""


FILE_TYPES = {
    kind: FileType(kind, content_type, extension)
    for kind, content_type, extension in (
        (FileKind.PDF, "application/pdf", ".pdf"),
        (FileKind.DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"),
        (FileKind.ODT, ODT_MIMETYPE.decode(), ".odt"),
        (FileKind.XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
        (FileKind.ODS, ODS_MIMETYPE.decode(), ".ods"),
        (FileKind.TXT, "text/plain", ".txt"),
        (FileKind.JPEG, "image/jpeg", ".jpg"),
        (FileKind.PNG, "image/png", ".png"),
        (FileKind.WEBP, "image/webp", ".webp"),
        (FileKind.HEIC, "image/heic", ".heic"),
    )
}
ACCEPT = ",".join([*(about.extension for about in FILE_TYPES.values()), ".jpeg", ".csv"])
"""What the browser's file window offers first; only the bytes decide."""


PICTURES = (
    (FileKind.JPEG, re.compile(rb"\xff\xd8\xff")),
    (FileKind.PNG, re.compile(rb"\x89PNG\r\n\x1a\n")),
    (FileKind.WEBP, re.compile(rb"RIFF.{4}WEBP", re.DOTALL)),
    (FileKind.HEIC, re.compile(rb".{4}ftyp(?:heic|heix|mif1)", re.DOTALL)),  # what a telephone makes (ISO 23008-12)
)


class PackageDamaged(Exception):
    """The zip cannot be read."""


class PackageLocked(Exception):
    """The zip, or the document in it, has a password."""


class PackageSwollen(Exception):
    """The zip unpacks to more than UNPACKED_LIMIT_BYTES."""


class NoText(Exception):
    """The bytes are no text at all."""


class UnknownLetters(Exception):
    """The bytes look like text, in none of the encodings we know."""


def sniff(file: bytes | IO[bytes]) -> FileType:
    """What an attachment is: one of FILE_TYPES. Of a file little is read, and it is left at its beginning.

    Raises FileRefused with the sentence for what is empty, damaged, locked, swollen, a program, or nothing that we take in.
    """
    source = io.BytesIO(file) if isinstance(file, bytes) else file
    source.seek(0)
    head = source.read(TEXT_HEAD_BYTES)
    try:
        return FILE_TYPES[_kind(head, source)]
    finally:
        source.seek(0)


def _kind(head: bytes, source: IO[bytes]) -> FileKind:
    if not head.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"):
        raise FileRefused(EMPTY)
    if head.startswith(PROGRAMS):
        raise FileRefused(PROGRAM)
    for kind, mark in PICTURES:
        if mark.match(head):
            return kind
    if b"%PDF-" in head[:1024]:  # ISO 32000-1, annex H: readers look for it in the first 1024 bytes
        return FileKind.PDF
    if head.startswith(COMPOUND_FILE):
        raise FileRefused(PASSWORD if is_locked_compound(head + source.read()) else OLD_OFFICE)
    if head.startswith(b"PK"):
        return _package_kind(source)
    return _text_kind(head)


def _package_kind(source: IO[bytes]) -> FileKind:
    try:
        package = package_of(source)
    except PackageDamaged as error:
        raise FileRefused(DAMAGED) from error
    except PackageLocked as error:
        raise FileRefused(PASSWORD) from error
    except PackageSwollen as error:
        raise FileRefused(SWOLLEN) from error
    if any(name.lower().endswith("vbaproject.bin") or name.startswith("Basic/") for name in package.parts):
        raise FileRefused(MACROS)
    for kind, part in ((FileKind.DOCX, "word/document.xml"), (FileKind.XLSX, "xl/workbook.xml")):
        if part in package.parts and "[Content_Types].xml" in package.parts:
            return kind
    for kind, mimetype in ((FileKind.ODT, ODT_MIMETYPE), (FileKind.ODS, ODS_MIMETYPE)):
        if package.mimetype.strip() == mimetype and "content.xml" in package.parts:
            return kind
    raise FileRefused(OTHER)


def _text_kind(head: bytes) -> FileKind:
    text = "\0"
    for cut in range(4 if len(head) == TEXT_HEAD_BYTES else 1):  # the head of a long file may end within a letter
        with contextlib.suppress(NoText, UnknownLetters):
            text = decoded(head[: len(head) - cut])
            break
    if "\0" in text or text.lstrip().lower().startswith(MARKUP):
        raise FileRefused(OTHER)
    return FileKind.TXT


@dataclass(frozen=True, slots=True)
class Package:
    """What a zip says it holds, before anything is unpacked."""

    parts: dict[str, int]
    """The name of each part and its size unpacked."""
    mimetype: bytes
    """What an ODF says it is; empty for another zip."""


def package_of(content: bytes | IO[bytes]) -> Package:
    """What the zip holds. Raises PackageDamaged, PackageLocked or PackageSwollen."""
    try:
        with zipfile.ZipFile(io.BytesIO(content) if isinstance(content, bytes) else content) as package:
            parts = {part.filename: part.file_size for part in package.infolist()}
            if sum(parts.values()) > UNPACKED_LIMIT_BYTES:
                raise PackageSwollen
            if any(part.flag_bits & 1 for part in package.infolist()) or "encrypted-package" in parts:
                raise PackageLocked
            if b"encryption-data" in _beginning(package, "META-INF/manifest.xml"):
                raise PackageLocked
            return Package(parts, _beginning(package, "mimetype"))
    except (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise PackageDamaged from error


def _beginning(package: zipfile.ZipFile, name: str) -> bytes:
    """The first megabyte of a part, or nothing when there is no such part: a whole one may be 200 MB."""
    if name not in package.NameToInfo:
        return b""
    with package.open(name) as part:
        return part.read(1_048_576)


def is_locked_compound(content: bytes) -> bool:
    """Whether a compound file is a newer document with a password, rather than an old one."""
    return "EncryptedPackage".encode("utf-16-le") in content


def decoded(content: bytes) -> str:
    """The text, whichever of the four encodings it is in. Raises NoText or UnknownLetters; a NUL is left for the caller."""
    if content.startswith(NEVER_TEXT):
        raise NoText
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            candidates: tuple[str, ...] = (encoding,)
            break
    else:
        candidates = (_unmarked_utf16(content), "utf-8", "cp1252")
        if not candidates[0] and len(content) > 200 and len(content.translate(None, CONTROLS)) < 0.99 * len(content):
            raise NoText
    for encoding in filter(None, candidates):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnknownLetters


def _unmarked_utf16(content: bytes) -> str:
    """UTF-16 without a mark shows by its zeros: in Western text every second byte is one."""
    half = len(content) // 2
    if len(content) % 2 or not half:
        return ""
    if content[1::2].count(0) > 0.4 * half and content[::2].count(0) < 0.05 * half:
        return "utf-16-le"
    if content[::2].count(0) > 0.4 * half and content[1::2].count(0) < 0.05 * half:
        return "utf-16-be"
    return ""
