"""Much at once into a table behind the wall: many rows, or one large file.

COPY is the quickest way in, but PostgreSQL refuses it on a table with row-level security. So the rows are copied into a table of this
transaction, before anything is locked, and one statement brings them over.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection, models
from django.utils import timezone

import psycopg
from psycopg import sql


def new_ids(model: type[models.Model], count: int) -> list[int]:
    """So many ids that nobody else gets."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [model._meta.db_table, model._meta.pk.column, count],
        )
        return [number for (number,) in cursor.fetchall()]


def stage(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Put the rows in staged_<table>, with a column `position` that counts from 1. What was staged for the table before goes.

    While they are copied the connection does nothing else: whoever makes the rows asks the database before.
    """
    fields = _fields(model)
    described = sql.SQL(", ").join(
        [sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(_type_of(fields[column]))) for column in columns]
    )
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(_staged(model)))
        cursor.execute(
            sql.SQL("CREATE TEMPORARY TABLE {} ({}, position bigint GENERATED ALWAYS AS IDENTITY) ON COMMIT DROP").format(
                _staged(model), described
            )
        )
        with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(_staged(model), names)) as copy:
            for row in rows:
                copy.write_row(row)


def bring_over(
    model: type[models.Model],
    columns: Sequence[str],
    *,
    given: Mapping[str, Any],
    counted: Mapping[str, int] | None = None,
    positions: range | None = None,
) -> None:
    """Insert what was staged: these columns as staged, `given` the same for every row, `counted` from the number given, by position.

    Every other column gets the default of its field. `positions` limits it to a part.
    """
    wanted: list[sql.Composable] = []
    names: list[sql.Composable] = []
    values: list[Any] = []
    for column, field in _fields(model).items():
        if field.generated or (field.primary_key and column not in columns):
            continue
        names.append(sql.Identifier(column))
        if column in columns:
            wanted.append(sql.Identifier(column))
        elif counted and column in counted:
            wanted.append(sql.SQL("{} + position - 1").format(sql.Literal(counted[column])))
        else:
            wanted.append(sql.SQL("%s::{}").format(sql.SQL(_type_of(field))))
            values.append(field.get_db_prep_save(given[column] if column in given else _usual(field), connection))
    part: sql.Composable = sql.SQL("")
    if positions is not None:
        part = sql.SQL("WHERE position BETWEEN {} AND {}").format(sql.Literal(positions.start), sql.Literal(positions.stop - 1))
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {} {} ORDER BY position").format(
                sql.Identifier(model._meta.db_table), sql.SQL(", ").join(names), sql.SQL(", ").join(wanted), _staged(model), part
            ),
            values,
        )


def _fields(model: type[models.Model]) -> "dict[str, models.Field[Any, Any]]":
    """The fields of the table by the name of their column."""
    return {str(field.column): field for field in model._meta.concrete_fields}


def _type_of(field: "models.Field[Any, Any]") -> str:
    """The type of the column, without what would number it."""
    return (field.rel_db_type(connection) if field.primary_key else field.db_type(connection)) or "text"


def _usual(field: "models.Field[Any, Any]") -> Any:
    """What the field holds when nobody says otherwise."""
    if getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False):
        return timezone.now()
    return field.get_default()


def _staged(model: type[models.Model]) -> sql.Identifier:
    return sql.Identifier(f"staged_{model._meta.model_name}")


def put_bytes(row: models.Model, column: str, content: bytes) -> None:
    """Write a large file into this row, as bytes: Django's own cursor would write it out in hexadecimal, several times over."""
    statement = sql.SQL("UPDATE {} SET {} = %b WHERE {} = %b").format(
        sql.Identifier(row._meta.db_table), sql.Identifier(column), sql.Identifier(str(row._meta.pk.column))
    )
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(statement, [content, row.pk])


def get_bytes(row: models.Model, column: str) -> bytes:
    """What put_bytes wrote."""
    statement = sql.SQL("SELECT {} FROM {} WHERE {} = %b").format(
        sql.Identifier(column), sql.Identifier(row._meta.db_table), sql.Identifier(str(row._meta.pk.column))
    )
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        found = cursor.execute(statement, [row.pk], binary=True).fetchone()
    return bytes(found[0]) if found else b""
