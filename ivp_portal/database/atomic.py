"""Changes that are written whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection, transaction

Given = ParamSpec("Given")
Result = TypeVar("Result")


def whole(change: Callable[Given, Result]) -> Callable[Given, Result]:
    """As transaction.atomic, for a change that refuses only before it writes: inside a transaction it needs no savepoint of its own.

    A request is one transaction, so nearly every change is inside one; a savepoint costs two statements.
    """

    @wraps(change)
    def carried_out(*given: Given.args, **named: Given.kwargs) -> Result:
        if connection.in_atomic_block:
            return change(*given, **named)
        with transaction.atomic():
            return change(*given, **named)

    return carried_out
