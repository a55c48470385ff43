"""Texts that several people write: what changed in them, and whether somebody was earlier."""

from collections.abc import Mapping
from typing import Any

from django.db import models


class NewerVersion(Exception):
    """Somebody saved this text after it was opened here; `current` is the row as it stands now."""

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
    return value if isinstance(value, str | int | list | dict | type(None)) else str(value)
