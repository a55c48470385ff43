"""What an act on many points writes: a handful of statements, whatever the number of points, and a line in the log for each of them.

The points are locked and each of them can (priorities.triage.batch_points): services.batches saw to that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from consultation.models import Contribution
from ivp_portal.audit.log import Line, record_many
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.models import User
from priorities.models import Batch, BatchAct, Decision, Handling, SecondReading, Verdict
from priorities.rules import Choice
from priorities.services.decisions import needs_agreement
from priorities.triage.batch_points import PointNow, rationale_for


@dataclass(frozen=True, slots=True)
class Act:
    """One batch under way: the points in their order, the destinations that were chosen, and who does it."""

    batch: Batch
    points: Sequence[PointNow]
    choices: Sequence[Choice]
    by: User

    def line(self, verb: str, point: PointNow, **facts: Any) -> Line:
        """A line about one point that says of which act, on how many, it was part."""
        return Line(verb, point.pk, point.point, facts | {"batch": str(self.batch.pk), "batch_size": len(self.points)})

    def record(self, lines: Iterable[Line]) -> None:
        record_many(lines, by=self.by, kind=Contribution, area=self.batch.area)


@dataclass(frozen=True, slots=True)
class Answer:
    """A decision as it is to be appended for one point."""

    point: PointNow
    extent: str
    rationale: str
    standard_id: int | None
    places: Sequence[Place]


@dataclass(frozen=True, slots=True)
class Place:
    """A destination as it is to be written."""

    kind: str
    priority_id: int | None
    level: str
    named: str
    name: str


def decide(act: Act) -> None:
    """The same destinations, extent and rationale for each, as services.decide() for one."""
    values = act.batch.values
    places = [_place(choice) for choice in act.choices]
    answers = [
        Answer(point, values["extent"], rationale_for(point, values, act.choices).strip(), values["standard"], places)
        for point in act.points
    ]
    _supersede(act.points)
    decisions = _append(act, answers)
    act.record(_decided(act, answer, decisions[answer.point.pk]) for answer in answers)


def _place(choice: Choice) -> Place:
    priority = choice.priority
    return Place(
        choice.kind.code, priority.pk if priority else None, priority.level if priority else "", choice.named.strip(), choice.name.strip()
    )


# One statement for all of them, whatever their number. Rows as models would cost more time than the database takes.
DECISIONS = """
INSERT INTO priorities_decision
    (area_id, contribution_id, extent, rationale, standard_id, batch_id, needs_agreement, made_by_id, made_at)
SELECT %s, point, extent, rationale, standard, %s, %s, %s, now()
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[]) AS given(point, extent, rationale, standard)
RETURNING contribution_id, id
"""
DESTINATIONS = """
INSERT INTO priorities_destination (area_id, decision_id, position, kind, priority_id, level, named)
SELECT %s, * FROM unnest(%s::bigint[], %s::smallint[], %s::text[], %s::bigint[], %s::text[], %s::text[])
"""


def _append(act: Act, answers: Sequence[Answer]) -> dict[int, int]:
    """Append these; what stood was superseded before. Returns point -> decision. Three statements, none for no answers."""
    if not answers:
        return {}
    batch = act.batch
    asked = needs_agreement(batch.area)
    rows = [(answer.point.pk, answer.extent, answer.rationale, answer.standard_id) for answer in answers]
    with connection.cursor() as cursor:
        cursor.execute(DECISIONS, [batch.area_id, batch.pk, asked, act.by.pk, *_columns(rows)])
        decisions: dict[int, int] = dict(cursor.fetchall())
        places = [
            (decisions[answer.point.pk], position, place.kind, place.priority_id, place.level, place.named)
            for answer in answers
            for position, place in enumerate(answer.places, 1)
        ]
        cursor.execute(DESTINATIONS, [batch.area_id, *_columns(places)])
    return decisions


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _supersede(points: Iterable[PointNow]) -> None:
    if stands := [point.decision for point in points if point.decision]:
        Decision.objects.filter(pk__in=stands).update(superseded_at=timezone.now())


def _decided(act: Act, answer: Answer, decision: int) -> Line:
    return act.line(
        "decision.changed" if answer.point.decision else "decision.made",
        answer.point,
        decision=decision,
        replaces=answer.point.decision,
        destinations=[{"kind": place.kind, "name": place.name} for place in answer.places],
        extent=answer.extent,
        rationale=answer.rationale,
    )


def rewrite(act: Act) -> None:
    """Other words for each; where it goes, how much of it and the standard text it began with stay."""
    texts: dict[str, str] = act.batch.values["rationales"]
    stands = {one.contribution_id: one for one in _with_places([point.decision for point in act.points if point.decision])}
    answers = [
        Answer(point, stands[point.pk].extent, texts[str(point.pk)].strip(), stands[point.pk].standard_id, _places_of(stands[point.pk]))
        for point in act.points
    ]
    _supersede(act.points)
    decisions = _append(act, answers)
    act.record(_decided(act, answer, decisions[answer.point.pk]) for answer in answers)


def _with_places(ids: Iterable[int]) -> Iterable[Decision]:
    return Decision.objects.filter(pk__in=list(ids)).prefetch_related("destinations__priority")


def _places_of(decision: Decision) -> list[Place]:
    found = sorted(decision.destinations.all(), key=lambda one: one.position)
    return [Place(one.kind, one.priority_id, one.level, one.named, one.name) for one in found]


def undo(act: Act) -> None:
    """Take back what stands of each: the one before is put back as a new one, or the point is open again, as services.undo() for one."""
    before = _ones_before(act)
    answers = [
        Answer(point, old.extent, old.rationale, old.standard_id, _places_of(old))
        for point in act.points
        if (old := before.get(point.pk)) is not None
    ]
    _supersede(act.points)
    restored = _append(act, answers)
    act.record(act.line("decision.undone", point, decision=point.decision, restored=restored.get(point.pk)) for point in act.points)


def _ones_before(act: Act) -> dict[int, Decision]:
    """Point -> the decision before the one that stands, unless that one was taken back itself. Four statements."""
    ids = [point.pk for point in act.points]
    stands = [point.seen for point in act.points]
    earlier = Decision.objects.filter(contribution__in=ids).exclude(pk__in=stands).order_by("contribution_id", "-pk")
    last = dict(earlier.distinct("contribution_id").values_list("contribution_id", "pk"))
    lines = LogEntry.objects.filter(target_type=Contribution._meta.label_lower, target_id__in=list(map(str, ids)), verb="decision.undone")
    undone = set(lines.values_list("facts__decision", flat=True))
    return {one.contribution_id: one for one in _with_places(pk for pk in last.values() if pk not in undone)}


def agree(act: Act) -> None:
    """A second person agrees with what stands of each, as services.agree() for one."""
    SecondReading.objects.bulk_create(
        SecondReading(area=act.batch.area, decision_id=point.seen, verdict=Verdict.AGREED, read_by=act.by) for point in act.points
    )
    act.record(act.line("decision.agreed", point, decision=point.decision) for point in act.points)


def assign(act: Act) -> None:
    """Have somebody answer them, or nobody in particular; a point that lay there already gets no line, as services.assign() for one."""
    wanted: int | None = act.batch.values["assignee"]
    to = User.objects.get(pk=wanted) if wanted else None
    handlings = Handling.objects.filter(contribution__in=[point.pk for point in act.points]).select_related("assignee")
    before = {one.contribution_id: one.assignee for one in handlings}
    changed = [point for point in act.points if before.get(point.pk) != to]
    Handling.objects.bulk_create(
        [Handling(contribution_id=point.pk, area=act.batch.area, assignee=to) for point in changed],
        update_conflicts=True,
        unique_fields=["contribution"],
        update_fields=["assignee"],
    )
    verb = "point.left" if to is None else "point.claimed" if to == act.by else "point.assigned"
    act.record(act.line(verb, point, to=str(to or ""), before=str(before.get(point.pk) or "")) for point in changed)


ACTS: dict[BatchAct, Callable[[Act], None]] = {
    BatchAct.DECIDE: decide,
    BatchAct.AGREE: agree,
    BatchAct.ASSIGN: assign,
    BatchAct.UNDO: undo,
    BatchAct.REWRITE: rewrite,
}
