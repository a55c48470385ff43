"""Many names with their e-mail address at once, pasted or out of a spreadsheet: what was understood, and what not by row. No database."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

NAME_LIMIT = 120
ROWS_LIMIT = 2000
MAILBOX = re.compile(r"(?P<name>[^<>]*)<\s*(?P<email>[^<>\s]+@[^<>\s]+)\s*>")
"""'Jan Jansen <jan@voorbeeld.nl>': how an e-mail program writes, and copies, who gets a mail (RFC 5322, 3.4)."""
BETWEEN_MAILBOXES = re.compile(r"[;\t]|(?<=>)\s*,")
HEADERS = frozenset({"e-mail", "email", "e-mailadres", "emailadres", "mail", "mailadres"})


@dataclass(frozen=True, slots=True)
class Row:
    """A name and where to reach it; `number` is that of the line, from 1."""

    number: int
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one line, as a Dutch sentence."""

    number: int
    text: str
    message: str


def same(name: str) -> str:
    """What two spellings of one name have in common: 'Gemeente  Blaricum' and 'blaricum'."""
    plain = " ".join(unicodedata.normalize("NFC", name).casefold().split())
    return plain.removeprefix("gemeente ")


def cells_of(text: str) -> Iterable[tuple[int, list[str]]]:
    """The lines of pasted text as cells, split at the semicolon, else the tab (a spreadsheet pastes those), else the last comma.

    A line copied from an e-mail program holds one or more of `MAILBOX`: each is a line of its own, with the same number.
    """
    for number, line in enumerate(text.replace("\x00", "").splitlines(), 1):
        if MAILBOX.search(line):
            yield from ((number, cells) for cells in _mailboxes(line))
        elif ";" in line:
            yield number, line.split(";")
        elif "\t" in line:
            yield number, line.split("\t")
        else:
            yield number, line.rsplit(",", 1)


def _mailboxes(line: str) -> Iterable[list[str]]:
    """The people on a line from an e-mail program; a part without an address is the name of the next."""
    name: list[str] = []
    for part in filter(None, map(str.strip, BETWEEN_MAILBOXES.split(line))):
        if "@" in part:
            yield [*name, part]
            name = []
        else:
            name.append(part)
    if name:
        yield name


def read(lines: Iterable[tuple[int, list[str]]]) -> tuple[list[Row], list[Problem]]:
    """The rows that are sound, and what is wrong with the others. Empty lines, and a first line that says 'e-mail', are skipped."""
    rows: list[Row] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for number, cells in lines:
        values = [_tidy(cell) for cell in cells]
        while values and not values[-1]:
            values.pop()
        values = _without_brackets(values)
        if not values or (not seen and len(values) > 1 and values[1].casefold() in HEADERS):
            continue
        if len(rows) + len(problems) >= ROWS_LIMIT:
            problems.append(Problem(number, "", f"Dit zijn meer dan {ROWS_LIMIT} regels. Doe de rest in een tweede keer."))
            break
        if message := _wrong_with(values, seen):
            problems.append(Problem(number, "; ".join(values)[:200], message))
        else:
            rows.append(Row(number, values[0], values[1]))
        if values[0]:
            seen.setdefault(same(values[0]), number)
    return rows, problems


def _tidy(cell: str) -> str:
    return " ".join(cell.split()).strip("\"'").strip()


def _without_brackets(values: list[str]) -> list[str]:
    """What an e-mail program wrote in the last cell as name and address; its name counts when no other cell gives one."""
    if not values or not (found := MAILBOX.fullmatch(values[-1])):
        return values
    name, email = _tidy(found["name"].rstrip(" ,")), found["email"]
    others = values[:-1]
    return [*others, email] if any(others) else [name if name != email else "", email]


def _wrong_with(values: list[str], seen: dict[str, int]) -> str:
    """A sentence about the first thing that is wrong; empty when nothing is."""
    if len(values) < 2:
        return "Zet achter de naam een puntkomma en het e-mailadres. Bijvoorbeeld: Politie Gooi Noord; naam@voorbeeld.nl"
    if len(values) > 2:
        return "Hier staat meer dan een naam en een e-mailadres. Laat de rest weg."
    name, email = values
    if not name:
        return "De naam ontbreekt."
    if len(name) > NAME_LIMIT:
        return f"Deze naam is langer dan {NAME_LIMIT} tekens. Kort hem in."
    if earlier := seen.get(same(name)):
        return f"Deze naam staat ook op regel {earlier}. Laat één van de twee staan."
    try:
        validate_email(email)
    except ValidationError:
        return f"‘{email}’ is geen e-mailadres. Bijvoorbeeld: naam@voorbeeld.nl"
    return ""
