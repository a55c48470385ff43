"""The English catalogue of the public pages against the source: what is said there, and what the catalogue answers.

The Dutch sentence in the source is the key, so there is no Dutch catalogue. Sentences are found the way Django's makemessages
does, by Babel in place of the xgettext program.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from django.utils.translation.template import templatize

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
ENGLISH = ROOT / "ivp_portal" / "locale" / "en" / "LC_MESSAGES" / "django.po"
SOURCE = tuple(ROOT / name for name in ("templates", "ivp_portal", "consultation", "priorities", "reports"))
# No dates and no names of programs: what is the same is written the same.
HEADER = r"""# What the portal says to the public, in English. Add what is new:  python3 dev.py manage messages
msgid ""
msgstr ""
"Language: en\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

"""
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)|%[sd]|\{\w*\}")


def said_in(*folders: Path) -> Catalog:
    """Every sentence for gettext in the templates and Python files of these folders, with the files it stands in."""
    catalog = Catalog(locale="en", fuzzy=False)
    for folder in folders:
        for path in sorted([*folder.rglob("*.html"), *folder.rglob("*.txt"), *folder.rglob("*.py")]):
            for message, context in sentences(path):
                place = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
                catalog.add(message, locations=[(str(place), 0)], context=context)
    return catalog


def sentences(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    """The sentences of one file, a pair for singular and plural, each with the context it was given."""
    source = path.read_text(encoding="utf-8")
    if path.suffix in {".html", ".txt"}:
        # What comes out of a template is Python only as far as its calls go: its indentation means nothing.
        source = "\n".join(line.lstrip() for line in templatize(source, origin=str(path)).splitlines())
    for _line, message, _comments, context in extract("python", BytesIO(source.encode()), keywords=KEYWORDS):
        yield message, context


def read(path: Path = ENGLISH) -> Catalog:
    """The catalogue as it was written down."""
    with path.open("rb") as file:
        return read_po(file, locale="en", domain="django", abort_invalid=True)


def forms(sentence: str | tuple[str, ...] | list[str] | None) -> list[str]:
    """A sentence, or its singular and plural, as a list; one empty sentence for None."""
    return [sentence or ""] if sentence is None or isinstance(sentence, str) else list(sentence)


def problems_of(message: Message, answer: Message | None) -> str:
    """What is wrong with the English of one sentence, empty when nothing is."""
    if answer is None:
        return "is not in the catalogue"
    if answer.fuzzy:
        return "has English that was guessed (fuzzy)"
    asked, given = forms(message.id), forms(answer.string)
    if len(asked) != len(given) or not all(given):
        return "has no English"
    if any(set(PLACEHOLDER.findall(one)) != set(PLACEHOLDER.findall(other)) for one, other in zip(asked, given, strict=True)):
        return "has other placeholders in English"
    return ""


def differences(source: Catalog, english: Catalog) -> list[str]:
    """What stands between the source and a complete catalogue, a line a sentence; nothing when it is complete and without dead wood."""
    found = []
    for message in source:
        if message.id and (problem := problems_of(message, english.get(message.id, message.context))):
            found.append(f"{forms(message.id)[0]!r} ({message.locations[0][0]}) {problem}")
    for message in english:
        if message.id and source.get(message.id, message.context) is None:
            found.append(f"{forms(message.id)[0]!r} is said nowhere any more")
    return found


def renew(path: Path = ENGLISH, folders: tuple[Path, ...] = SOURCE) -> list[str]:
    """Add what is new to the catalogue, drop what is no longer said, compile it; returns what still lacks English."""
    source = said_in(*folders)
    english = read(path) if path.exists() else Catalog(locale="en", fuzzy=False)
    english.update(source, no_fuzzy_matching=True, update_creation_date=False)
    written = BytesIO()
    write_po(written, english, width=140, omit_header=True, sort_by_file=True, ignore_obsolete=True, include_lineno=False)
    path.write_bytes(HEADER.encode() + written.getvalue())
    compile_catalogue(path)
    return differences(source, read(path))


def compile_catalogue(path: Path = ENGLISH) -> None:
    """Write the catalogue as Django reads it, beside the one people read. Set-up and image do the same with `pybabel compile`."""
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, read(path))
