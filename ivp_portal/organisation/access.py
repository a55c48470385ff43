"""The only doors to an area.

For a request enter_municipality and enter_area, or enter_publicly on a page without log-in; for a task, a command or the shell inside().
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import Http404
from django.utils import timezone

from ivp_portal.database.prepared import kept_by_server
from ivp_portal.organisation.models import Area, AreaKind, Membership, User
from ivp_portal.organisation.roles import Action, grants


def may(user: User | AnonymousUser, action: Action, area: Area) -> bool:
    """True when a current membership at the area, or at one above it, allows the action. One query."""
    if not user.is_authenticated:
        return False
    lineage = [above.pk for above in area.lineage()]
    held = Membership.objects.current().filter(user_id=user.pk, area__in=lineage).values_list("role", "area")
    return any(grants(role, action, below=at != area.pk) for role, at in held)


def areas_open_to(user: User) -> list[Area]:
    """The areas at which this user has a current membership, municipalities first. One query."""
    found = Area.objects.filter(pk__in=Membership.objects.current().filter(user_id=user.pk).values("area"))
    return sorted(found, key=lambda area: (not area.is_municipality, area.name))


def enter_municipality(user: User | AnonymousUser, slug: str, action: Action) -> Area:
    """The municipality, its wall opened for the rest of this transaction.

    Raises Http404 for an unknown and for a foreign municipality alike, PermissionDenied for one's own without leave for this action.
    """
    return _enter(slug, user, action, AreaKind.MUNICIPALITY)


def enter_area(user: User | AnonymousUser, slug: str, action: Action) -> Area:
    """As enter_municipality, for an area of any level."""
    return _enter(slug, user, action)


def enter_publicly(slug: str) -> Area:
    """The area, opened for somebody who did not log in. What they may see of it is the business of the door that calls this one.

    Raises Http404 for an unknown area.
    """
    area = Area.objects.with_lineage().filter(slug=slug).first()
    if area is None:
        raise Http404
    _open_wall(area)
    return area


_COLUMNS = [field.attname for field in Area._meta.concrete_fields]
_DOOR = f"""
WITH RECURSIVE lineage AS (
    SELECT area.*, 0 AS step FROM organisation_area area WHERE slug = %(slug)s
    UNION ALL
    SELECT above.*, step + 1 FROM organisation_area above JOIN lineage ON above.id = lineage.parent_id
),
held AS MATERIALIZED (SELECT lineage.*, ARRAY(
    SELECT role FROM organisation_membership held
    WHERE held.area_id = lineage.id AND held.user_id = %(user)s
        AND (held.starts_on IS NULL OR held.starts_on <= %(today)s) AND (held.ends_on IS NULL OR held.ends_on >= %(today)s)
) AS roles FROM lineage),
opened AS MATERIALIZED (
    SELECT set_config('ivp.readable', string_agg(id::text, ','), true),
        set_config('ivp.writable', string_agg(id::text, ',') FILTER (WHERE step = 0), true)
    FROM held HAVING bool_or(roles <> '{{}}') AND bool_or(step = 0 AND kind = 'municipality')
)
SELECT {", ".join(f"held.{column}" for column in _COLUMNS)}, roles, EXISTS (SELECT 1 FROM opened) FROM held ORDER BY step
"""  # noqa: S608 - our own words


def _enter(slug: str, user: User | AnonymousUser, action: Action, *kinds: AreaKind) -> Area:
    """The area, those above it and what somebody is at each of them, in one query. Of these kinds, if any are given.

    Written out, because every page of the portal begins with it: putting the same query together takes four times as long as asking it.
    The same statement opens the wall of a municipality to who is anything there; who may not do this is refused, which ends the
    transaction and closes it again. For an area with others below it that is a statement of its own.
    """
    _require_transaction()
    with kept_by_server() as cursor:
        cursor.execute(_DOOR, {"slug": slug, "user": user.pk or 0, "today": timezone.localdate()})
        rows = cursor.fetchall()
    lineage = [Area.from_db(connection.alias, _COLUMNS, columns) for *columns, _, _ in rows]
    if not lineage or (kinds and lineage[0].kind not in kinds):
        raise Http404
    for area, above in itertools.pairwise(lineage):
        area.parent = above
    area = lineage[0]
    held = {(role, step > 0) for step, (*_, roles, _) in enumerate(rows) for role in roles}
    allowed = frozenset(action for action in Action if any(grants(role, action, below=below) for role, below in held))
    if Action.READ not in allowed:
        raise Http404
    if action not in allowed:
        raise PermissionDenied
    *_, is_open = rows[0]
    if not is_open:
        _open_wall(area)
    area.allowed = allowed
    user.entered = area  # type: ignore[union-attr]  # read by the menu
    return area


def _require_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("A municipality's rows are opened per transaction: there is none.")


def _open_wall(*areas: Area) -> None:
    """Open these areas for writing and those around them for reading, until the end of the transaction. One statement."""
    _require_transaction()
    readable = {above.pk for area in areas for above in area.lineage()}
    roots = [area.pk for area in areas if area.kind != AreaKind.MUNICIPALITY]
    _set_open(readable=readable, writable={area.pk for area in areas}, readable_below=roots)


_SET_OPEN = "SELECT set_config('ivp.readable', %s, true), set_config('ivp.writable', %s, true)"
_SET_OPEN_BELOW = """
WITH RECURSIVE below AS (
    SELECT id FROM organisation_area WHERE id = ANY(%s) UNION SELECT a.id FROM organisation_area a JOIN below ON a.parent_id = below.id
)
SELECT set_config('ivp.readable', concat_ws(',', %s, (SELECT string_agg(id::text, ',') FROM below)), true),
    set_config('ivp.writable', %s, true)
"""


def _set_open(*, readable: Iterable[int], writable: Iterable[int], readable_below: Sequence[int] = ()) -> None:
    lists = [",".join(map(str, sorted(ids))) for ids in (readable, writable)]
    with connection.cursor() as cursor:
        if readable_below:
            cursor.execute(_SET_OPEN_BELOW, [list(readable_below), *lists])
        else:
            cursor.execute(_SET_OPEN, lists)


@contextmanager
def inside(*places: str | Area) -> Iterator[tuple[Area, ...]]:
    """A transaction in which these areas (or their slugs) are open: for tasks, commands and the shell.

    Whatever was open before is open again afterwards. Raises Area.DoesNotExist for an unknown slug.
    """
    with _wall_as_it_was():
        areas = tuple(
            Area.objects.with_lineage().get(pk=place.pk) if isinstance(place, Area) else Area.objects.with_lineage().get(slug=place)
            for place in places
        )
        _open_wall(*areas)
        yield areas


@contextmanager
def inside_every_area() -> Iterator[None]:
    """A transaction in which everything is open: only for upkeep that belongs to no municipality, such as the reaper of reports."""
    with _wall_as_it_was():
        everywhere = list(Area.objects.values_list("pk", flat=True))
        _set_open(readable=everywhere, writable=everywhere)
        yield


@contextmanager
def _wall_as_it_was() -> Iterator[None]:
    """A transaction, or a part of one, after which the wall is open as it was before; a mistake rolls it back by itself."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('ivp.readable', true), current_setting('ivp.writable', true)")
        before = [value or "" for value in cursor.fetchone()]
        yield
        cursor.execute("SELECT set_config('ivp.readable', %s, true), set_config('ivp.writable', %s, true)", before)
