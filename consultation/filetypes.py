"""What a file is, told from its bytes and never from its name. Pure; no Django."""

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import BinaryIO

UNPACKED_LIMIT_BYTES = 200_000_000
CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\v\f\r")
COMPOUND_FILE = b"\xd0\xcf\x11\xe0"
"""How the files of Office 97 begin, and a newer one with a password, which is wrapped in such a file [MS-CFB, MS-OFFCRYPTO]."""
ODS_MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"
NEVER_TEXT = (b"MZ", b"\x7fELF", b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"{\\rtf", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")


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


@dataclass(frozen=True, slots=True)
class Package:
    """What a zip says it holds, before anything is unpacked."""

    parts: dict[str, int]
    """The name of each part and its size unpacked."""
    mimetype: bytes
    """What an ODF says it is; empty for another zip."""


def package_of(content: bytes | BinaryIO) -> Package:
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
