"""The preview on the dry run's page: six rows as they will come in, around the first that cannot."""

from dataclasses import dataclass

from consultation.importing import FIELDS
from consultation.services import Outcome

ROWS = 6
BEFORE = 2


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


def preview_of(outcome: Outcome) -> Preview:
    """Six rows in a row: the first problem with two before it, or the first six when there is none."""
    reading = outcome.reading
    fields = [field for field in FIELDS if field in reading.columns]
    bad = {(problem.row, problem.field) for problem in reading.problems}
    bad_rows = {row for row, _ in bad}
    new_rows = {row.number for row in outcome.new}
    first = next((at for at, line in enumerate(reading.lines) if line.number in bad_rows), 0)
    start = max(0, min(first - BEFORE, len(reading.lines) - ROWS))
    rows = tuple(
        PreviewRow(
            number=line.number,
            state="bad" if line.number in bad_rows else "new" if line.number in new_rows else "known",
            cells=tuple(PreviewCell(field, line.values.get(field, ""), (line.number, field) in bad) for field in fields),
        )
        for line in reading.lines[start : start + ROWS]
    )
    return Preview(headers=tuple(FIELDS[field].label for field in fields), rows=rows)
