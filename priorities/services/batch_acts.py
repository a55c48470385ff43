"""What an act on many points writes: a handful of statements, whatever the number of points, and a line in the log for each of them.

The points are locked and each of them can (priorities.triage.batch_points): services.batches saw to that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from consultation.models import Contribution
from ivp_portal.audit.log import Line, record_many
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.models import User
from priorities.models import Batch, BatchAct, Decision, Handling, SecondReading, Verdict
from priorities.rules import Choice
from priorities.services.appending import Answer, append, places_again, places_chosen
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


def decide(act: Act) -> None:
    """The same destinations, extent and rationale for each, as services.decide() for one."""
    values = act.batch.values
    places = places_chosen(act.choices)
    answers = [
        Answer(point.pk, values["extent"], rationale_for(point, values, act.choices).strip(), values["standard"], places)
        for point in act.points
    ]
    _answer(act, answers)


def _answer(act: Act, answers: Sequence[Answer]) -> None:
    """Give each of the points its answer in place of what stood, and a line in the log."""
    _supersede(act.points)
    decisions = append(act.batch.area_id, answers, by=act.by, batch=act.batch)
    act.record(
        act.line(
            "decision.changed" if point.decision else "decision.made",
            point,
            **answer.facts(decisions[point.pk].decision, replaces=point.decision),
        )
        for point, answer in zip(act.points, answers, strict=True)
    )


def _supersede(points: Iterable[PointNow]) -> None:
    if stands := [point.decision for point in points if point.decision]:
        Decision.objects.filter(pk__in=stands).update(superseded_at=timezone.now())


def rewrite(act: Act) -> None:
    """Other words for each; where it goes, how much of it and the standard text it began with stay."""
    texts: dict[str, str] = act.batch.values["rationales"]
    stands = {one.contribution_id: one for one in _with_places([point.decision for point in act.points if point.decision])}
    _answer(act, [_again(stands[point.pk], texts[str(point.pk)].strip()) for point in act.points])


def _again(decision: Decision, rationale: str) -> Answer:
    """An earlier decision with these words."""
    places = places_again(decision.destinations.all())
    return Answer(decision.contribution_id, decision.extent, rationale, decision.standard_id, places)


def _with_places(ids: Iterable[int]) -> Iterable[Decision]:
    return Decision.objects.filter(pk__in=list(ids)).prefetch_related("destinations__priority")


def undo(act: Act) -> None:
    """Take back what stands of each: the one before is put back as a new one, or the point is open again, as services.undo() for one."""
    before = _ones_before(act)
    answers = [_again(before[point.pk], before[point.pk].rationale) for point in act.points if point.pk in before]
    _supersede(act.points)
    restored = append(act.batch.area_id, answers, by=act.by, batch=act.batch) if answers else {}
    act.record(
        act.line("decision.undone", point, decision=point.decision, restored=restored[point.pk].decision if point.pk in restored else None)
        for point in act.points
    )


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
    """Have somebody answer them, or nobody in particular; a point that lay there already gets no line, as services.assign() for one.

    Who answered the others before is kept with the act, so that it can be taken back.
    """
    wanted: int | None = act.batch.values["assignee"]
    changed = [point for point in act.points if point.handler != wanted]
    act.batch.values["before"] = {str(point.pk): point.handler for point in changed}
    _hand(act, dict.fromkeys(changed, wanted))


def give_back(act: Act) -> None:
    """Undo an act of assigning: each point lies again with who answered it before."""
    before: dict[str, int | None] = act.batch.values["before"]
    _hand(act, {point: before[str(point.pk)] for point in act.points})


def _hand(act: Act, chosen: Mapping[PointNow, int | None]) -> None:
    people = User.objects.in_bulk({user for user in chosen.values() if user})
    Handling.objects.bulk_create(
        [Handling(contribution_id=point.pk, area=act.batch.area, assignee_id=user) for point, user in chosen.items()],
        update_conflicts=True,
        unique_fields=["contribution"],
        update_fields=["assignee"],
    )
    act.record(_handed(act, point, people[user] if user else None) for point, user in chosen.items())


def _handed(act: Act, point: PointNow, to: User | None) -> Line:
    verb = "point.left" if to is None else "point.claimed" if to == act.by else "point.assigned"
    return act.line(verb, point, to=str(to or ""), before=point.handler_name or "")


ACTS: dict[BatchAct, Callable[[Act], None]] = {
    BatchAct.DECIDE: decide,
    BatchAct.AGREE: agree,
    BatchAct.ASSIGN: assign,
    BatchAct.UNDO: undo,
    BatchAct.GIVE_BACK: give_back,
    BatchAct.REWRITE: rewrite,
}
