"""Queries put together once and asked many times.

Putting together the SQL of a query with many joins takes Django several times as long as PostgreSQL needs to answer it, and PostgreSQL
several times as long to plan it. Where a screen asks the same query with other values on every page, that is most of its time. A Prepared
keeps the compiled query and fills in the values, and lets the server keep its plan; kept_by_server() does that for SQL written out.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable
from typing import Any, NamedTuple

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler

from psycopg import ClientCursor
from psycopg.types.numeric import Int8

KEPT = 256
"""Shapes a thread remembers of one query."""
_STAND_IN = 7_340_000_000_000_000
"""Numbers that stand for the values while the query is put together: more than any id or position will ever be."""


def kept_by_server() -> CursorWrapper:
    """A cursor that sends the values beside the SQL, so that the server plans a statement once per connection (prepare_threshold).

    What it asks must be the same text every time, with values that the same plan suits. While somebody listens to what is asked it is a
    plain cursor, because only that one can say it.
    """
    if connection.queries_logged:
        return connection.cursor()
    connection.close_if_health_check_failed()  # as connection.cursor() does: the server may have been away since the last request
    connection.ensure_connection()
    return connection.make_cursor(ServerBindingCursor(connection.connection))  # type: ignore[call-arg, arg-type]


class _Known(NamedTuple):
    """A query that was put together: its SQL has a place for each name, and its other values as they are."""

    queryset: QuerySet[Any, Any]
    compiler: SQLCompiler
    sql: str


class Prepared:
    """A query of which some numbers differ from one time to the next, and whose other words follow from a key.

    `build` makes the query from the key's own values and from one number for each name; it must put each number in as it is. All that it
    depends on besides those numbers must be in the key. With `one_plan` the server keeps its plan too, made for every value alike
    (plan_cache_mode in the settings): right where rows are looked up by an id or by a place in an index, which is what all of ours do.
    """

    def __init__(self, *names: str, one_plan: bool = False) -> None:
        self.one_plan = one_plan
        self.stand_ins = {name: _STAND_IN + index for index, name in enumerate(names)}
        self._kept = threading.local()  # a compiler holds what it is doing: no two threads may share one

    def rows(self, key: Hashable, build: Callable[..., QuerySet[Any, Any]], **values: int) -> list[Any]:
        """What the query gives for these numbers, as iterating over it would."""
        known: dict[Hashable, _Known] = self._kept.__dict__.setdefault("known", {})
        if key not in known:
            if len(known) >= KEPT:
                known.clear()
            known[key] = self._compiled(build)
        queryset, compiler, sql = known[key]
        with kept_by_server() if self.one_plan else connection.cursor() as cursor:
            cursor.execute(sql, {name: Int8(value) for name, value in values.items()})
            found = cursor.fetchall()
        compiler.execute_sql = lambda *args, **kwargs: [found]  # type: ignore[method-assign, assignment]
        rows: Iterable[Any] = queryset._iterable_class(queryset)  # type: ignore[assignment]
        return list(rows)

    def _compiled(self, build: Callable[..., QuerySet[Any, Any]]) -> _Known:
        queryset = build(**self.stand_ins)
        compiler = queryset.query.get_compiler(using=queryset.db)
        sql, parameters = compiler.as_sql()
        missing = [name for name, value in self.stand_ins.items() if value not in parameters]
        if missing:
            raise ValueError(f"{', '.join(missing)} does not stand in the query as a value of its own.")
        connection.ensure_connection()
        sql = ClientCursor(connection.connection).mogrify(sql, parameters).replace("%", "%%")
        for name, value in self.stand_ins.items():
            sql = sql.replace(str(value), f"%({name})s")
        queryset.query.get_compiler = lambda *args, **kwargs: compiler  # type: ignore[method-assign]
        return _Known(queryset, compiler, sql)
