"""What a spreadsheet would bring, or brought: the counts, and six rows around the first that cannot come in. Pure; no Django."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from consultation.importing import FIELDS, SHOWN, Problem, Reading, Row


@dataclass(frozen=True, slots=True)
class Outcome:
    """What reading a file into a round did, or would do. Each row is new, known or has a problem."""

    reading: Reading
    new: tuple[Row, ...]
    changed: tuple[Problem, ...] = ()
    """Rows of a respondent who is known and now says something else."""

    @property
    def rows(self) -> int:
        return self.reading.total

    @property
    def added(self) -> int:
        return len(self.new)

    @property
    def known(self) -> int:
        """Rows that an earlier import of the round already brought."""
        return len(self.reading.rows) - len(self.new) - len(self.changed)

    @property
    def refused(self) -> int:
        """Rows with a problem."""
        return self.rows - self.added - self.known

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All of them, in the order of the file."""
        if not self.changed:
            return self.reading.problems
        return tuple(sorted([*self.reading.problems, *self.changed], key=lambda problem: problem.row or 0))


@dataclass(frozen=True, slots=True)
class PreviewCell:
    field: str
    value: str
    is_bad: bool


@dataclass(frozen=True, slots=True)
class PreviewRow:
    number: int
    state: str
    """new, known or bad."""
    cells: tuple[PreviewCell, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    headers: tuple[str, ...]
    rows: tuple[PreviewRow, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """The dry run as its page shows it; of a big file it is kept, as JSON."""

    headers: tuple[str, ...]
    unclear: str = ""
    """The Dutch sentence that asks what the columns mean; then there is nothing below."""
    sheet: str = ""
    other_sheets: tuple[str, ...] = ()
    columns: dict[str, str] | None = None
    unread: tuple[str, ...] = ()
    rows: int = 0
    filled: int = 0
    added: int = 0
    known: int = 0
    refused: int = 0
    preview: Preview | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain values, for from_json."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> "Trial":
        """What as_json gave. Raises msgspec.ValidationError for anything else."""
        return msgspec.convert(plain, cls)


def trial_of(outcome: Outcome) -> Trial:
    """The dry run of a file that could be read."""
    reading = outcome.reading
    return Trial(
        headers=reading.headers,
        sheet=reading.sheet,
        other_sheets=reading.other_sheets,
        columns=reading.columns,
        unread=reading.unread,
        rows=outcome.rows,
        filled=reading.filled,
        added=outcome.added,
        known=outcome.known,
        refused=outcome.refused,
        preview=preview_of(outcome),
    )


def preview_of(outcome: Outcome) -> Preview:
    """Six rows in a row: the first problem with two before it, or the first six when there is none."""
    reading = outcome.reading
    fields = [field for field in FIELDS if field in reading.columns]
    shown = {line.number for line in reading.lines}
    bad = {(problem.row, problem.field) for problem in outcome.problems if problem.row in shown}
    bad_rows = {row for row, _ in bad}
    new_rows = {row.number for row in outcome.new if row.number in shown}
    rows = tuple(
        PreviewRow(
            number=line.number,
            state="bad" if line.number in bad_rows else "new" if line.number in new_rows else "known",
            cells=tuple(PreviewCell(field, line.values.get(field, ""), (line.number, field) in bad) for field in fields),
        )
        for line in reading.lines[:SHOWN]
    )
    return Preview(headers=tuple(FIELDS[field].label for field in fields), rows=rows)


def told(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Problems as they are kept and given to others: row, column, value and what to do."""
    return [{"row": problem.row, "column": problem.column, "value": problem.value, "message": problem.message} for problem in problems]
