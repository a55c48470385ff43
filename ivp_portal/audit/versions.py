"""What several people write: what changed in it, whether somebody was earlier, and what stands now beside what was typed."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from ivp_portal.audit.models import LogEntry


class NewerVersion(Exception):
    """Somebody saved this after it was opened here; `current` is the row as it stands now."""

    def __init__(self, current: models.Model) -> None:
        super().__init__("Een collega was eerder.")
        self.current = current


def require_version(row: models.Model, seen: int) -> None:
    """Raise NewerVersion unless `seen` is the version that stands; the row must be locked."""
    if seen != row.version:  # type: ignore[attr-defined]
        raise NewerVersion(row)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What is new, as the log keeps it: {"before": {name: text}, "after": {name: text}}; empty when nothing changed."""
    changed = [name for name, value in after.items() if before.get(name) != value]
    if not changed:
        return {}
    return {"before": {name: _plain(before.get(name)) for name in changed}, "after": {name: _plain(after[name]) for name in changed}}


def _plain(value: Any) -> Any:
    """A day or a moment as text; what JSON knows stays as it is."""
    return value if isinstance(value, str | int | list | dict | None) else str(value)


@dataclass(frozen=True, slots=True)
class Difference:
    """One text that is not the same in both versions."""

    label: str
    theirs: str


@dataclass(frozen=True, slots=True)
class TextConflict:
    """A colleague saved this while somebody else worked on it."""

    who: str
    at: datetime.datetime | None
    version: str
    """The version that stands now, as the button that replaces it sends along."""
    differences: Sequence[Difference]


def conflict_with(current: models.Model, *, theirs: Mapping[str, Any], mine: Mapping[str, Any], labels: Mapping[str, str]) -> TextConflict:
    """What stands now beside what was typed. `theirs` and `mine` hold a text for each label. One query, for who and when."""
    last = LogEntry.objects.about(current).last()
    pairs = [(label, _shown(theirs.get(name)), _shown(mine.get(name))) for name, label in labels.items()]
    return TextConflict(
        who=last.actor_name if last else "Een collega",
        at=last.at if last else None,
        version=str(current.version),  # type: ignore[attr-defined]
        differences=[Difference(label, stands) for label, stands, typed in pairs if stands != typed],
    )


def _shown(value: Any) -> str:
    return f"{value:%d-%m-%Y}" if isinstance(value, datetime.date) else str(value or "")
