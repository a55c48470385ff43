"""The rows of the queue as the screen shows them: around the open point, and page by page. Keys, never offsets: others decide meanwhile."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, F, IntegerField, QuerySet, Subquery, Value
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleGreaterThanOrEqual, TupleLessThan
from django.utils.dates import MONTHS_3

from consultation.models import ContributorKind
from ivp_portal.database.prepared import Prepared
from priorities.models import QueueState
from priorities.models.queue import QueueRowQuerySet
from priorities.triage.queue_filter import Listing

WINDOW_BEFORE, WINDOW_AFTER = 5, 30
"""Rows around the open point when the screen is drawn."""
EDGE = 3
"""So many rows from the end of what is shown, opening a point draws the list anew, so that what comes next is always in sight."""
PAGE_SIZE = 50
FOUND_PAGE = 20
"""Rows on a page of a search that finds very much: the queue is walked until there are so many, however seldom its words go together."""
COUNTED_BEFORE = 1_000
"""A position further on is not counted: nobody reads it, and the queue must be as quick at its end as at its start."""

ORDER = ("later", "round_id", "number")
COLUMNS = (
    "pk", "contribution__sub_subject", "contribution__subject", "source", "contribution__submission__said_on", "state", "asked", *ORDER,
)  # fmt: skip


class Key(NamedTuple):
    """A place in the order of the queue; it stays one when the row that stood there is gone."""

    later: int
    round_id: int
    number: int

    def __str__(self) -> str:
        """As it stands in an address: '0.12.345'."""
        return f"{self.later}.{self.round_id}.{self.number}"


def key_in(text: str) -> Key | None:
    """The place an address names; None when it names none."""
    parts = text.split(".")
    if len(parts) != len(ORDER) or not all(part.isascii() and part.isdecimal() and len(part) < 10 for part in parts):
        return None
    return Key(*map(int, parts))


class Row(NamedTuple):
    """A point in the queue, as far as the list shows it."""

    pk: int
    sub_subject: str
    subject: str
    source: str
    said_on: datetime.date | None
    state: str
    asked: bool
    later: int
    round_id: int
    number: int
    position: int = 0
    """Of the row that was asked for: how many come before it."""

    @property
    def key(self) -> Key:
        return Key(self.later, self.round_id, self.number)

    @property
    def point(self) -> str:
        return self.sub_subject or self.subject

    def note(self, *, inside: bool) -> str:
        """'Inwoner · 3 okt · wacht op akkoord': who said it, when, and how far it is unless it simply waits.

        For those `inside`, who weigh, also that something was asked about it and nobody answered yet (ADR 13).
        """
        asked = ASKED if inside and self.asked else ""
        return " · ".join(filter(None, (SOURCES[self.source], _short(self.said_on), STATES[self.state], asked)))


@functools.lru_cache(maxsize=1_000)
def _short(day: datetime.date | None) -> str:
    """'3 okt'; '' for a day nobody knows."""
    return f"{day.day} {MONTHS_3[day.month]}" if day else ""


SOURCES: dict[str, str] = {kind.value: str(kind.label) for kind in ContributorKind}
ASKED = "wacht op antwoord"
STATES: dict[str, str] = {state.value: "" if state == QueueState.TODO else str(state.label).lower() for state in QueueState}


class _Many(Subquery):
    """How many rows a query gives."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def after(rows: QueueRowQuerySet, key: Key) -> QueueRowQuerySet:
    """Those that come after this place."""
    return rows.filter(TupleGreaterThan(_order(), key))


def before(rows: QueueRowQuerySet, key: Key) -> QueueRowQuerySet:
    """Those that come before this place."""
    return rows.filter(TupleLessThan(_order(), key))


def _order() -> Any:
    return Tuple(F("later"), F("round"), F("number"))


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where the open point stands in the list."""

    position: int
    """Which of the list it is; 0 when it is not among them, or further on than is counted."""
    is_listed: bool
    previous: int | None
    """The id of the point before it."""
    next: int | None


@dataclass(frozen=True, slots=True)
class Window:
    """The rows around the open point."""

    rows: Sequence[Row]
    neighbours: Neighbours
    has_earlier: bool
    has_later: bool

    @property
    def inner(self) -> tuple[Key, Key] | None:
        """From which place to which a point can be opened without drawing the rows anew: near the end of what is shown it cannot."""
        if not self.rows:
            return None
        first, last = EDGE if self.has_earlier else 0, len(self.rows) - 1 - (EDGE if self.has_later else 0)
        return (self.rows[first].key, self.rows[last].key) if first <= last else None


AROUND, PAST, UNTIL = (Prepared(*ORDER, one_plan=True) for _ in range(3))
FROM_THE_START = Prepared(one_plan=True)


def _ask(query: Prepared, listing: Listing, build: Callable[..., QuerySet[Any, Any]], **place: int) -> list[Any]:
    return list(build(**place)) if listing.key is None else query.rows(listing.key, build, **place)


def window_around(listing: Listing, open_pk: int, key: Key, *, is_counted: bool = True) -> Window:
    """The rows around the place of the open point, which may itself have left the list. One query.

    The position is left out unless `is_counted`: where a search finds very much.
    """
    asked = _around(listing, COLUMNS, before_it=WINDOW_BEFORE, after_it=WINDOW_AFTER + 1, is_counted=is_counted)
    found = sorted((Row(*row) for row in _ask(AROUND, listing, asked, **key._asdict())), key=lambda row: row.key)
    at = next((index for index, row in enumerate(found) if row.key >= key), len(found))
    neighbours = _neighbours(found, at, open_pk)
    later = len(found) - at - neighbours.is_listed
    return Window(found, neighbours, has_later=later >= WINDOW_AFTER, has_earlier=at >= WINDOW_BEFORE)


class Step(NamedTuple):
    """A place in the queue, and whose it is."""

    pk: int
    later: int
    round_id: int
    number: int
    position: int

    @property
    def key(self) -> Key:
        return Key(self.later, self.round_id, self.number)


BESIDE = Prepared(*ORDER, one_plan=True)


def neighbours_of(listing: Listing, open_pk: int, key: Key) -> Neighbours:
    """The points before and after a place. One query, of the index alone."""
    asked = _around(listing, ("pk", *ORDER), before_it=1, after_it=2, is_counted=True)
    found = sorted((Step(*row) for row in _ask(BESIDE, listing, asked, **key._asdict())), key=lambda step: step.key)
    return _neighbours(found, next((index for index, step in enumerate(found) if step.key >= key), len(found)), open_pk)


def _around(
    listing: Listing, columns: tuple[str, ...], *, before_it: int, after_it: int, is_counted: bool
) -> Callable[..., QuerySet[Any, Any]]:
    """So many rows before a place and from it on, with how many come before it in all."""

    def around(**place: int) -> QuerySet[Any, Any]:
        here, rows = Key(**place), listing.rows()
        nowhere = Value(COUNTED_BEFORE + 1, BigIntegerField())
        counted = _Many(before(rows, here).order_by().values("pk")[: COUNTED_BEFORE + 1]) if is_counted else nowhere
        earlier = before(rows, here).in_order().reverse().values_list(*columns, Value(0, BigIntegerField()))[:before_it]
        later = rows.filter(TupleGreaterThanOrEqual(_order(), here)).in_order().values_list(*columns, counted)[:after_it]
        return earlier.union(later, all=True)

    return around


def _neighbours(found: Sequence[Row | Step], at: int, open_pk: int) -> Neighbours:
    """Of rows in order, of which the one at this index is the first that does not come before the open point."""
    is_listed = at < len(found) and found[at].pk == open_pk
    following = found[at + 1 :] if is_listed else found[at:]
    return Neighbours(
        position=found[at].position + 1 if is_listed and found[at].position <= COUNTED_BEFORE else 0,
        is_listed=is_listed,
        previous=found[at - 1].pk if at else None,
        next=following[0].pk if following else None,
    )


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of the list, with the places its neighbours begin after or end before."""

    rows: Sequence[Row]
    previous: Key | None
    next: Key | None


def page_of_queue(listing: Listing, *, past: Key | None = None, until: Key | None = None, size: int = PAGE_SIZE) -> QueuePage:
    """The page that begins after `past`, or ends before `until`; the first when neither is given. One query, two at the start.

    A page before which too few rows are left is the first page: it is always full. Another `size` is for a listing without a key.
    """
    if until is not None:
        found = _page(UNTIL, listing, until, lambda here: before(listing.rows(), here).in_order().reverse(), size)
        if len(found) > size:
            shown = found[:size][::-1]
            return QueuePage(shown, shown[0].key, shown[-1].key)
        past = None
    if past is not None:
        found = _page(PAST, listing, past, lambda here: after(listing.rows(), here).in_order(), size)
        if not found:
            return page_of_queue(listing, size=size)
    else:
        found = [Row(*row) for row in _ask(FROM_THE_START, listing, lambda: _columns(listing.rows().in_order(), size))]
    shown = found[:size]
    return QueuePage(shown, shown[0].key if past is not None else None, shown[-1].key if len(found) > size else None)


def _page(query: Prepared, listing: Listing, key: Key, rows: Callable[[Key], QueueRowQuerySet], size: int) -> list[Row]:
    return [Row(*row) for row in _ask(query, listing, lambda **place: _columns(rows(Key(**place)), size), **key._asdict())]


def _columns(rows: QueueRowQuerySet, size: int) -> QuerySet[Any, Any]:
    return rows.values_list(*COLUMNS)[: size + 1]


NEXT, FIRST = Prepared(*ORDER, "besides", one_plan=True), Prepared(one_plan=True)


def next_in(listing: Listing, *, following: Key | None = None, besides: int = 0) -> int | None:
    """The id of the first point after this place, round to the start when nothing follows; None when there is none. One query.

    `besides` is the id of a point that is not wanted: the one somebody just decided.
    """
    if following is None:
        first = _ask(FIRST, listing, lambda: listing.rows().in_order().values_list("pk")[:1])
        return first[0][0] if first else None

    def next_or_first(besides: int, **place: int) -> QuerySet[Any, Any]:
        rows = listing.rows().exclude(pk=besides)
        start = rows.in_order().values_list("pk", *ORDER)[:1]
        return after(rows, Key(**place)).in_order().values_list("pk", *ORDER)[:1].union(start, all=True)

    found = _ask(NEXT, listing, next_or_first, besides=besides, **following._asdict())
    places = sorted(((Key(*key), pk) for pk, *key in found), key=lambda place: (place[0] <= following, place[0]))
    return places[0][1] if places else None
