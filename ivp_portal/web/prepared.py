"""Queries put together once and asked many times.

Putting together the SQL of a query with many joins takes Django several times as long as PostgreSQL needs to answer it. Where a screen asks
the same query with other values on every page, that is most of its time. A Prepared keeps the compiled query, and fills in the values.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable
from typing import Any

from django.db.models import QuerySet

KEPT = 256
"""Shapes a thread remembers of one query."""
_STAND_IN = 7_340_000_000_000_000
"""Numbers that stand for the values while the query is put together: more than any id or position will ever be."""


class Prepared:
    """A query of which some numbers differ from one time to the next, and whose other words follow from a key.

    `build` makes the query from the key's own values and from one number for each name; it must put each number in as it is. All that it
    depends on besides those numbers must be in the key.
    """

    def __init__(self, *names: str) -> None:
        self.stand_ins = {name: _STAND_IN + index for index, name in enumerate(names)}
        self._kept = threading.local()  # a compiler holds what it is doing: no two threads may share one

    def rows(self, key: Hashable, build: Callable[..., QuerySet[Any, Any]], **values: int) -> list[Any]:
        """What the query gives for these numbers, as iterating over it would."""
        known: dict[Hashable, tuple[QuerySet[Any, Any], str, tuple[Any, ...]]] = self._kept.__dict__.setdefault("known", {})
        if key not in known:
            if len(known) >= KEPT:
                known.clear()
            known[key] = self._compiled(build)
        queryset, sql, parameters = known[key]
        real = {self.stand_ins[name]: value for name, value in values.items()}
        filled = tuple(real.get(value, value) if isinstance(value, int) else value for value in parameters)
        compiler = queryset.query.get_compiler(using=queryset.db)
        compiler.as_sql = lambda *args, **kwargs: (sql, filled)
        rows: Iterable[Any] = queryset._iterable_class(queryset)  # type: ignore[assignment]
        return list(rows)

    def _compiled(self, build: Callable[..., QuerySet[Any, Any]]) -> tuple[QuerySet[Any, Any], str, tuple[Any, ...]]:
        queryset = build(**self.stand_ins)
        compiler = queryset.query.get_compiler(using=queryset.db)
        sql, parameters = compiler.as_sql()
        missing = [name for name, value in self.stand_ins.items() if value not in parameters]
        if missing:
            raise ValueError(f"{', '.join(missing)} does not stand in the query as a value of its own.")
        queryset.query.get_compiler = lambda *args, **kwargs: compiler  # type: ignore[method-assign]
        return queryset, sql, tuple(parameters)
