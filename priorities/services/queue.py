"""Upkeep of the queue, which the database keeps by itself (ADR 10): its sums put together, and all of it made again."""

from django.db import connection, transaction

from ivp_portal.organisation.access import inside_every_area
from ivp_portal.organisation.models import Area
from priorities.models import QueueRow

_MARKS = "area_id, round_id, state, source, theme_id, assignee_id"

# One statement: what it takes away and what it puts in its place are seen together or not at all. Lines that are added meanwhile stay, and
# of two that run at once each puts together only what it took away itself.
_SETTLE = f"""
WITH crowded AS (
    SELECT area_id FROM priorities_queuecount
    GROUP BY area_id HAVING count(*) > count(DISTINCT (round_id, state, source, theme_id, assignee_id))
),
gone AS (DELETE FROM priorities_queuecount c USING crowded WHERE c.area_id = crowded.area_id RETURNING c.*)
INSERT INTO priorities_queuecount ({_MARKS}, number)
    SELECT {_MARKS}, sum(number) FROM gone GROUP BY {_MARKS} HAVING sum(number) <> 0
"""  # noqa: S608 - our own words

_RECOUNT = f"""
WITH gone AS (DELETE FROM priorities_queuecount WHERE area_id = %(area)s)
INSERT INTO priorities_queuecount ({_MARKS}, number)
    SELECT {_MARKS}, count(*) FROM priorities_queuerow WHERE area_id = %(area)s GROUP BY {_MARKS}
"""  # noqa: S608 - our own words


def settle_counts() -> None:
    """Put the many lines of QueueCount with the same marks into one. Changes no sum; nobody waits for it."""
    with inside_every_area(), connection.cursor() as cursor:
        cursor.execute(_SETTLE)


@transaction.atomic
def refresh_queue(area: Area) -> int:
    """Work out the queue of this area again from what it follows from, and count it: how many rows were not as they should be.

    For after a repair by hand. Holds back every change of the queue while it runs.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE priorities_queuerow IN SHARE ROW EXCLUSIVE MODE")
        before = _rows_of(area)
        cursor.execute(
            "DELETE FROM priorities_queuerow q WHERE q.area_id = %s AND NOT EXISTS ("
            "SELECT 1 FROM consultation_contribution c WHERE c.id = q.contribution_id)",
            [area.pk],
        )
        cursor.execute("SELECT priorities_refresh_queue(array_agg(id)) FROM consultation_contribution WHERE area_id = %s", [area.pk])
        cursor.execute(_RECOUNT, {"area": area.pk})
    return len({row[0] for row in before ^ _rows_of(area)})


def _rows_of(area: Area) -> set[tuple[object, ...]]:
    columns = ("pk", "round_id", "number", "source", "theme_id", "state", "asked", "assignee_id", "later")
    return set(QueueRow.objects.filter(area=area).values_list(*columns))
