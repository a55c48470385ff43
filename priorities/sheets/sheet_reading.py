"""A sheet that was taken along and comes back: which rows it has, by reference and decision. Pure; no Django.

It is recognised by its headers, in any order and with any columns added or left out, as long as the three it is read by are there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from consultation.confined import FileRefused
from consultation.spreadsheets import Table
from priorities.sheets.sheet_files import as_typed

HEADER_WITHIN = 10
"""Somebody may have written a title above the header, in so many rows."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row as it came back."""

    row: int
    """As the spreadsheet program counts."""
    reference: str
    decision: str
    """The number of the decision it was made from, as it stands there; '' for a point that had none."""
    rationale: str
    others: Mapping[str, str] = field(default_factory=dict)
    """Title -> cell, of the columns that are not read back but that we know."""


@dataclass(frozen=True, slots=True)
class SheetProblem:
    """What is wrong with a row, as a Dutch sentence that says what to do."""

    row: int
    sentence: str


def _key(header: str) -> str:
    return " ".join(as_typed(header).lower().split())


def read_sheet(table: Table, *, keys: tuple[str, str, str], known: Sequence[str]) -> tuple[list[SheetRow], list[SheetProblem]]:
    """The rows, and what is wrong with the others. `keys` are the titles of reference, decision and rationale; `known` all titles.

    Raises FileRefused when the header is not found: the sentence says which columns are missing.
    """
    at, body = _header(table, keys)
    places = {title: at[_key(title)] for title in known if _key(title) in at}
    rows: list[SheetRow] = []
    problems: list[SheetProblem] = []
    first_seen: dict[str, int] = {}
    for number, cells in body:
        said = {title: as_typed(cells[place]) if place < len(cells) else "" for title, place in places.items()}
        reference = said[keys[0]]
        if not reference:
            problems.append(SheetProblem(number, f"Het kenmerk ontbreekt. Neem het over uit de kolom ‘{keys[0]}’ van uw uitvoer."))
        elif reference in first_seen:
            words = f"{reference} staat ook in rij {first_seen[reference]}. Laat één van beide rijen staan."
            problems.append(SheetProblem(number, words))
        else:
            first_seen[reference] = number
            others = {title: said[title] for title in places if title not in keys}
            rows.append(SheetRow(number, reference, said[keys[1]], said[keys[2]], others))
    return rows, problems


def _header(table: Table, keys: tuple[str, str, str]) -> tuple[dict[str, int], Sequence[tuple[int, tuple[str, ...]]]]:
    """Header -> place of its column, and the rows below it."""
    best: list[str] = list(keys)
    for index, (_, cells) in enumerate(table.rows[:HEADER_WITHIN]):
        at = {_key(cell): place for place, cell in reversed(list(enumerate(cells))) if cell.strip()}
        missing = [title for title in keys if _key(title) not in at]
        if not missing:
            return at, table.rows[index + 1 :]
        best = min(best, missing, key=len)
    names = " en ".join([", ".join(f"‘{title}’" for title in best[:-1]), f"‘{best[-1]}’"] if len(best) > 1 else [f"‘{best[0]}’"])
    missed = f"de kolom {names}" if len(best) == 1 else f"de kolommen {names}"
    raise FileRefused(f"In dit bestand vinden we {missed} niet. Neem de punten opnieuw mee en wijzig alleen de motiveringen.")
