"""How many points of a plan stand where: the sums of QueueCount, and the facets of the queue counted under each other's filter."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Count

from consultation.models import ContributorKind
from ivp_portal.database.prepared import kept_by_server
from ivp_portal.organisation.models import Area, User
from priorities.models import Plan, QueueState
from priorities.models.queue import QueueRowQuerySet
from priorities.triage.queue_filter import ALL, DONE, MINE, NO_THEME, NOBODY, STATES, TO_AGREE, TO_DO, TriageFilter
from priorities.triage.saved_views import VIEWS


class Mark(NamedTuple):
    """So many points with the same round, state, source, theme and assignee."""

    round_id: int
    state: str
    source: str
    theme_id: int | None
    theme: str | None
    assignee_id: int | None
    assignee: str | None
    number: int

    def value_of(self, facet: str, user_id: int) -> set[str]:
        """The values of this facet, as they stand in the address, under which these points come."""
        if facet == "source":
            return {self.source}
        if facet == "theme":
            return {str(self.theme_id) if self.theme_id else NO_THEME}
        if facet == "status":
            return {ALL, *(name for name, states in STATES.items() if self.state in states)}
        if facet == "round":
            return {str(self.round_id)}
        if self.assignee_id is None:
            return {NOBODY}
        return {str(self.assignee_id)} | ({MINE} if self.assignee_id == user_id else set())


_SUMS = """
SELECT json_build_array(c.round_id, c.state, c.source, c.theme_id, t.name, c.assignee_id, u.full_name, sum(c.number))
FROM priorities_queuecount c
LEFT JOIN consultation_theme t ON t.id = c.theme_id
LEFT JOIN organisation_user u ON u.id = c.assignee_id
WHERE c.area_id = p.area_id AND c.round_id IN (SELECT round_id FROM priorities_planround WHERE plan_id = p.id)
GROUP BY c.round_id, c.state, c.source, c.theme_id, t.name, c.assignee_id, u.full_name
HAVING sum(c.number) > 0
"""
_COLUMNS = [field.attname for field in Plan._meta.concrete_fields]
_PLANS = f"""
SELECT {", ".join(f"p.{column}" for column in _COLUMNS)},
    ARRAY(
        SELECT json_build_array(f.round_id, r.slug) FROM priorities_planround f JOIN consultation_round r ON r.id = f.round_id
        WHERE f.plan_id = p.id
    ) AS feeding,
    ARRAY({_SUMS}) AS sums,
    ARRAY({VIEWS}) AS seen_views,
    (
        SELECT s.kept::json FROM priorities_sittingrecord s WHERE s.plan_id = p.id AND s.user_id = %(user)s AND s.since = %(since)s
    ) AS sitting,
    (SELECT json_build_array(count(*), max(q.later)) FROM priorities_queuerow q WHERE q.area_id = p.area_id AND q.later > 0) AS put_off,
    EXISTS (
        SELECT 1 FROM priorities_priority WHERE level_changed_at IS NOT NULL OR period_changed_at IS NOT NULL OR withdrawn_at IS NOT NULL
    ) AS priorities_moved
FROM priorities_plan p
"""  # noqa: S608 - our own words
_OF_PERIOD = _PLANS + "WHERE p.area_id = %(area)s AND p.starts_on = %(first)s AND extract(year FROM p.ends_on) = %(last)s"
_BARE_OF_PERIOD = _OF_PERIOD.replace(f"ARRAY({_SUMS})", "NULL").replace(f"ARRAY({VIEWS})", "NULL")
_NEWEST = _PLANS + "WHERE p.area_id = %(area)s ORDER BY p.starts_on DESC LIMIT 1"
_THIS = _PLANS + "WHERE p.id = %(plan)s"


def plan_of_period(area: Area, period: str, user: User | AnonymousUser, *, bare: bool = False) -> Plan | None:
    """The plan of that period, with its rounds, sums, and this user's views and sitting; None when there is none. One query.

    Written out: every page of a plan begins with it. `bare` is without sums and views, for a change that shows no queue.
    """
    first, last = (int(year) for year in period.split("-"))
    return _with_its_queue(area, user, _BARE_OF_PERIOD if bare else _OF_PERIOD, first=datetime.date(first, 1, 1), last=last)


def newest_plan(area: Area, user: User | AnonymousUser) -> Plan | None:
    """The same of the newest plan of the area, whatever its period."""
    return _with_its_queue(area, user, _NEWEST)


def _with_its_queue(area: Area, user: User | AnonymousUser, statement: str, **values: Any) -> Plan | None:
    with kept_by_server() as cursor:
        cursor.execute(statement, {"area": area.pk, "user": user.pk or 0, "since": getattr(user, "last_login", None)} | values)
        row = cursor.fetchone()
    if row is None:
        return None
    *columns, feeding, marks, views, sitting, put_off, priorities_moved = row
    plan = Plan.from_db(connection.alias, _COLUMNS, columns)
    plan.area, plan.round_slugs, plan.marks, plan.put_off = area, dict(feeding), marks, put_off
    plan.views, plan.sitting = views or (), sitting
    plan.may_need_review = priorities_moved and not plan.is_frozen
    return plan


def marks_of(plan: Plan) -> list[Mark]:
    """The sums of the plan's rounds. No query after the door of a plan; one elsewhere, once per object."""
    if plan.marks is None:
        (found,) = Plan.objects.raw(_THIS, {"plan": plan.pk, "user": 0, "since": None})
        plan.marks = found.sums  # type: ignore[attr-defined]
    return [Mark(*mark) for mark in plan.marks]


def marks_among(rows: QueueRowQuerySet) -> list[Mark]:
    """The sums of these rows themselves: of a few. One query."""
    columns = ("round_id", "state", "source", "theme_id", "theme__name", "assignee_id", "assignee__full_name")
    return [Mark(*mark) for mark in rows.order_by().values_list(*columns).annotate(Count("pk"))]


def left_of(plan: Plan) -> int:
    """The points that wait for a decision, handed back ones too: what the menu shows. No query after the door of a plan."""
    return sum(mark.number for mark in marks_of(plan) if mark.state in STATES[TO_DO])


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet: what choosing it leaves of the queue, under the other filters."""

    value: str
    label: str
    number: int
    url: str
    """The queue after choosing it."""
    is_chosen: bool


@dataclass(slots=True)
class Facets:
    """What the queue can be narrowed by. Each facet is counted under the other filters, so no choice leads to an empty list unawares."""

    statuses: list[Option]
    sources: list[Option]
    themes: list[Option]
    assignees: list[Option]
    any_source_url: str
    """The queue with every source."""
    matching: int
    """How many points the whole filter leaves."""
    returned: int
    """How many of ‘nog doen’ were handed back."""
    is_counted: bool = True
    """False while a search finds more than is counted: then the numbers are left out."""


STATUS_LABELS = {TO_DO: "Nog doen", TO_AGREE: "Wacht op akkoord", DONE: "Afgewogen", ALL: "Alles"}
FACETS = ("status", "source", "round", "theme", "assignee")


def number_matching(marks: Iterable[Mark], filter: TriageFilter, *, user_id: int, rounds: dict[int, str]) -> int:
    """How many points the filter leaves: what facets_of counts, for a page that shows no facet."""
    wanted = _wanted(filter, rounds)
    return sum(mark.number for mark in marks if all(value in mark.value_of(facet, user_id) for facet, value in wanted.items() if value))


def _wanted(filter: TriageFilter, rounds: dict[int, str]) -> dict[str, str]:
    """Facet -> the value it must have, '' for any."""
    ids = {slug: str(pk) for pk, slug in rounds.items()}
    wanted = {"status": filter.status, "source": filter.source, "theme": filter.theme, "assignee": filter.assignee}
    return wanted | {"round": ids.get(filter.round, "0") if filter.round else ""}


def facets_of(
    marks: Iterable[Mark], filter: TriageFilter, *, user_id: int, rounds: dict[int, str], address: Callable[[TriageFilter], str]
) -> Facets:
    """Counted from the sums. `rounds` gives the slug of each round of the plan, `address` the queue under a filter."""
    wanted = _wanted(filter, rounds)
    found: dict[str, Counter[str]] = {facet: Counter() for facet in FACETS}
    matching = returned = 0
    themes: dict[str, str] = {}
    people: dict[str, str] = {}
    for mark in marks:
        values = {facet: mark.value_of(facet, user_id) for facet in FACETS}
        missed = [facet for facet in FACETS if wanted[facet] and wanted[facet] not in values[facet]]
        for facet in FACETS if not missed else missed if len(missed) == 1 else ():
            for value in values[facet]:
                found[facet][value] += mark.number
        if not missed:
            matching += mark.number
        if missed in ([], ["status"]) and mark.state == QueueState.RETURNED:
            returned += mark.number
        if mark.theme_id:
            themes[str(mark.theme_id)] = mark.theme or ""
        if mark.assignee_id:
            people[str(mark.assignee_id)] = mark.assignee or "Iemand zonder naam"

    def options(facet: str, labels: Iterable[tuple[str, str]], *, keeps: Callable[[str], bool] = lambda value: False) -> list[Option]:
        return [
            Option(value, label, found[facet][value], address(filter.without(**{facet: value})), value == wanted[facet])
            for value, label in labels
            if found[facet][value] or value == wanted[facet] or keeps(value)
        ]

    by_name = sorted(themes.items(), key=lambda item: item[1].casefold())
    others = sorted(((pk, name) for pk, name in people.items() if pk != str(user_id)), key=lambda item: item[1].casefold())
    return Facets(
        statuses=options("status", STATUS_LABELS.items(), keeps=lambda value: value != TO_AGREE),
        sources=options("source", ContributorKind.choices),
        themes=options("theme", [*by_name, (NO_THEME, "Zonder thema")]),
        assignees=options("assignee", [(MINE, "Mij"), (NOBODY, "Niemand"), *others]),
        any_source_url=address(filter.without(source="")),
        matching=matching,
        returned=returned,
    )
