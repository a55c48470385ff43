"""What the page of a spreadsheet shows: its dry run, its problems, and what was remembered of its columns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from consultation import services
from consultation.importing import ColumnsUnclear, FileRefused
from consultation.lists import PROBLEMS_SHOWN, problems_of
from consultation.models import ColumnMemory, Round, SpreadsheetImport
from consultation.trial import Trial, told, trial_of


@dataclass(slots=True)
class ImportPage:
    """One spreadsheet between its choice and the button."""

    trial: Trial
    problems: list[dict[str, Any]] = field(default_factory=list)
    hidden: int = 0
    """How many problems are not in the list."""
    memory: ColumnMemory | None = None
    """The earlier choice its columns follow."""

    @property
    def columns(self) -> Mapping[str, str]:
        """What the form for the columns starts with."""
        return self.trial.columns or {}


def import_page(round: Round, upload: SpreadsheetImport) -> ImportPage:
    """The dry run: of a small file made now, of a big one as the worker kept it."""
    page = _kept(upload) if upload.is_big else _made_now(round, upload)
    memory = services.remembered_columns(round.area, page.trial.headers) if upload.columns else None
    page.memory = memory if memory and memory.columns == upload.columns else None
    return page


def _kept(upload: SpreadsheetImport) -> ImportPage:
    return ImportPage(Trial.from_json(upload.trial or {"headers": []}), *problems_of(upload))


def _made_now(round: Round, upload: SpreadsheetImport) -> ImportPage:
    try:
        outcome = services.try_out(round, bytes(upload.content), upload.columns)
    except FileRefused as unclear:
        headers = unclear.headers if isinstance(unclear, ColumnsUnclear) else ()
        return ImportPage(Trial(headers=headers, unclear=str(unclear)))
    problems = outcome.problems
    return ImportPage(trial_of(outcome), told(problems[:PROBLEMS_SHOWN]), max(0, len(problems) - PROBLEMS_SHOWN))


def all_problems(round: Round, upload: SpreadsheetImport) -> list[dict[str, Any]]:
    """Every problem of the file, for the list that can be taken away."""
    if upload.is_big or upload.imported_at is not None:
        return list(upload.problems)
    try:
        return told(services.try_out(round, bytes(upload.content), upload.columns).problems)
    except FileRefused:
        return []
