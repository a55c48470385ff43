"""Two officers do whatever they like with a few points: the history tells each thing once, and nothing is ever altered or lost.

The machine keeps its own account of what must have happened and compares that, after every step, with what the database says.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from consultation import services as consultation
from consultation.models import Contribution, ContributionGroup
from consultation.services import AlreadyWithdrawn, CannotGroup, ChangeRefused, RoundFrozen
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from ivp_portal.organisation.models import User
from ivp_portal.organisation.roles import Action
from priorities import services
from priorities.decision_kinds import GOING_CONCERN, OTHER_BODY
from priorities.models import BatchAct, Decision, Destination, Plan, QueueCount, QueueRow, SecondReading
from priorities.rules import Choice
from priorities.services import batches
from priorities.triage.story import point_of, story_of
from tests.conftest import make_contribution

POINTS = 3
points = st.integers(0, POINTS - 1)
many = st.lists(points, min_size=1, max_size=POINTS, unique=True)
officers = st.sampled_from(["anke", "peter"])
verdicts = st.sampled_from(["agree", "hand_back"])
mostly, seldom = st.sampled_from([True, True, True, False]), st.sampled_from([False, False, False, True])
Row = dict[str, Any]


@dataclass
class Made:
    """A decision as it must stand in the database."""

    pk: int
    author: str
    asks: bool
    said: list[str] = field(default_factory=list)
    """What readers said of it."""
    taken_back: bool = False

    @property
    def state(self) -> str:
        if not self.asks or "agree" in self.said:
            return "done"
        return "returned" if self.said else "to_agree"


@dataclass
class Point:
    """What must have become of one point."""

    row: Contribution
    decisions: list[Made] = field(default_factory=list)
    stands: Made | None = None
    withdrawn: bool = False
    group: int | None = None
    assignee: str | None = None
    told: list[tuple[str, str]] = field(default_factory=list)
    """(verb, officer) of each line its history must have, in order."""

    @property
    def state(self) -> str:
        return self.stands.state if self.stands else "todo"


class Triage(RuleBasedStateMachine):
    """Each example works in a part of the transaction that is rolled back after it."""

    plan: Plan
    rows: list[Contribution]
    officers: dict[str, User]

    @initialize(asks=mostly)
    def begin(self, asks: bool) -> None:
        self.savepoint = transaction.savepoint()
        self.points = [Point(row) for row in self.rows]
        self.asks = False
        self.way_version = 0
        self.frozen = False
        self.seen_rows: dict[tuple[str, int], str] = {}
        self.superseded: dict[int, Any] = {}
        if asks:
            self.other_way_of_working()
        for at in range(POINTS - 1):  # so that there is something to read and to take back from the start
            self.decide(at, "anke", "begin", True, False)

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            try:
                self.the_queue_worked_out_anew_is_the_same()
                self.the_story_tells_each_line_once()
            finally:
                transaction.savepoint_rollback(self.savepoint)

    def the_story_tells_each_line_once(self) -> None:
        """What an officer reads is the whole log of the point, in its order, and nothing twice: of that to which most happened."""
        point = max(self.points, key=lambda one: len(one.told))
        days = story_of(self.plan, point_of(self.plan, point.row.pk))
        told = [moment.line for day in days for moment in day.moments if moment.line]
        assert told == list(LogEntry.objects.about(point.row).values_list("pk", flat=True))

    def the_queue_worked_out_anew_is_the_same(self) -> None:
        """The triggers kept up with every change."""
        before = _queue()
        with connection.cursor() as cursor:
            cursor.execute("SELECT priorities_refresh_queue(array_agg(id)) FROM consultation_contribution")
        assert _queue() == before

    # What officers do

    def _refused(self, point: Point, *, is_conflict: bool = False) -> type[Exception] | None:
        """Why nothing can happen to this point, in the order in which the services look."""
        if self.frozen:
            return RoundFrozen
        if point.withdrawn:
            return AlreadyWithdrawn
        return services.Conflict if is_conflict else None

    def _try(self, expected: type[Exception] | None, act: Any) -> Any:
        """Do it; a refusal is the one that was expected, and undoes what it began."""
        if expected is None:
            return act()
        with pytest.raises(expected), transaction.atomic():
            act()
        return None

    def _append(self, point: Point, decision: Decision, officer: str, verb: str | None = None) -> None:
        if verb is None:
            verb = "decision.changed" if point.stands else "decision.made"
        point.stands = Made(decision.pk, officer, self.asks)
        point.decisions.append(point.stands)
        point.told.append((verb, officer))

    @rule(at=points, officer=officers, words=st.text("abc de", min_size=1, max_size=8), kind=st.booleans(), is_stale=seldom)
    def decide(self, at: int, officer: str, words: str, kind: bool, is_stale: bool) -> None:
        point = self.points[at]
        now = point.stands.pk if point.stands else None
        seen = (now or 0) + 1 if is_stale else now
        choice = Choice(GOING_CONCERN) if kind else Choice(OTHER_BODY, named="Politie")
        decision = self._try(
            self._refused(point, is_conflict=is_stale),
            lambda: services.decide(
                point.row, choices=[choice], extent="wholly", rationale=f"Reden {words}.", by=self.officers[officer], seen=seen
            ),
        )
        if decision:
            self._append(point, decision, officer)

    @rule(at=points, is_own=seldom, verdict=verdicts, is_old=seldom)
    def read(self, at: int, is_own: bool, verdict: str, is_old: bool) -> None:
        """A colleague of the author reads it, or now and then the author."""
        point = self.points[at]
        if not point.decisions:
            return
        made = point.decisions[0] if is_old else point.decisions[-1]
        officer = made.author if is_own else next(name for name in self.officers if name != made.author)
        expected = self._refused(point, is_conflict=made is not point.stands)
        if expected is None:
            expected = self._cannot_read(made, officer, verdict)
        decision = Decision.objects.get(pk=made.pk)
        by = self.officers[officer]
        if verdict == "agree":
            self._try(expected, lambda: services.agree(decision, by=by))
        else:
            self._try(expected, lambda: services.hand_back(decision, by=by, remark="Anders."))
        if expected is None:
            made.said.append(verdict)
            point.told.append(("decision.agreed" if verdict == "agree" else "decision.handed_back", officer))

    def _cannot_read(self, made: Made, officer: str, verdict: str) -> type[Exception] | None:
        if made.state == "done":
            return services.NothingToAgree
        if made.author == officer:
            return services.OwnDecision
        return services.NothingToAgree if verdict == "hand_back" and made.said else None

    @rule(at=points, officer=officers, is_old=seldom)
    def undo(self, at: int, officer: str, is_old: bool) -> None:
        point = self.points[at]
        if not point.decisions:
            return
        made = point.decisions[0] if is_old else point.decisions[-1]
        expected = self._refused(point, is_conflict=made is not point.stands)
        decision = Decision.objects.get(pk=made.pk)
        restored = self._try(expected, lambda: services.undo(decision, by=self.officers[officer]))
        if expected is None:
            self._taken_back(point, restored, officer)

    def _taken_back(self, point: Point, restored: Decision | None, officer: str) -> None:
        stands = point.stands
        assert stands is not None
        at = point.decisions.index(stands)
        before = point.decisions[at - 1] if at else None
        stands.taken_back = True
        if before is None or before.taken_back:
            assert restored is None
            point.stands = None
            point.told.append(("decision.undone", officer))
        else:
            assert restored is not None
            self._append(point, restored, officer, "decision.undone")

    @rule(chosen=many, officer=officers, act=st.sampled_from([BatchAct.DECIDE, BatchAct.AGREE, BatchAct.UNDO, BatchAct.ASSIGN]),
          meanwhile=st.none() | st.none() | points)  # fmt: skip
    def many_at_once(self, chosen: list[int], officer: str, act: BatchAct, meanwhile: int | None) -> None:
        """All or nothing. Between the preview and the button a colleague may decide about one of them."""
        by = self.officers[officer]
        values: dict[str, Any] = {
            "choices": [{"kind": "other_body", "priority": None, "named": "Politie"}],
            "extent": "wholly",
            "rationale": "Samen gelezen.",
            "standard": None,
            "assignee": by.pk,
        }
        batch = batches.prepare(self.plan, act, [self.points[at].row.pk for at in chosen], values, by)
        seen = {at: self.points[at].stands for at in chosen}
        if meanwhile is not None:
            self.decide(meanwhile, "peter", "ertussen", True, False)
        expected = self._batch_refused(chosen, officer, act, seen)
        status = self._carry_out(batch, by)
        assert status == ("refused" if expected else "done")
        if not expected:
            for at in chosen:
                self._happened(self.points[at], act, officer)

    def _carry_out(self, batch: Any, by: User) -> str:
        try:
            with transaction.atomic():
                return str(batches.carry_out(batch, by).status)
        except ChangeRefused:
            return "refused"

    def _batch_refused(self, chosen: list[int], officer: str, act: BatchAct, seen: dict[int, Made | None]) -> bool:
        for at in chosen:
            point = self.points[at]
            if self.frozen or point.withdrawn:
                return True
            if act == BatchAct.ASSIGN:
                continue
            if seen[at] is not point.stands:
                return True
            if act == BatchAct.UNDO and point.stands is None:
                return True
            if act == BatchAct.AGREE and (point.stands is None or point.state == "done" or point.stands.author == officer):
                return True
        return False

    def _happened(self, point: Point, act: BatchAct, officer: str) -> None:
        if act == BatchAct.ASSIGN:
            if point.assignee != officer:
                point.assignee = officer
                point.told.append(("point.claimed", officer))
            return
        current = Decision.objects.current().filter(contribution=point.row).first()
        if act == BatchAct.DECIDE:
            assert current is not None
            self._append(point, current, officer)
        elif act == BatchAct.UNDO:
            self._taken_back(point, current, officer)
        else:
            assert point.stands is not None
            point.stands.said.append("agree")
            point.told.append(("decision.agreed", officer))

    @rule(at=points, officer=officers, to=st.none() | officers)
    def assign(self, at: int, officer: str, to: str | None) -> None:
        point = self.points[at]
        expected = self._refused(point)
        self._try(expected, lambda: services.assign(point.row, to=self.officers[to] if to else None, by=self.officers[officer]))
        if expected is None and point.assignee != to:
            point.assignee = to
            point.told.append(("point.left" if to is None else "point.claimed" if to == officer else "point.assigned", officer))

    @rule(chosen=st.lists(points, min_size=2, max_size=3, unique=True), officer=officers)
    def group(self, chosen: list[int], officer: str) -> None:
        found = sorted((self.points[at] for at in chosen), key=lambda point: point.row.pk)
        blocked = any(point.withdrawn or point.group for point in found)
        expected = RoundFrozen if self.frozen else CannotGroup if blocked else None
        made = self._try(expected, lambda: consultation.group([point.row for point in found], name="Licht", by=self.officers[officer]))
        for point in found if made else ():
            point.group = made.pk
            point.told.append(("contribution.grouped", officer))

    @rule(at=points, officer=officers, everybody=st.booleans())
    def ungroup(self, at: int, officer: str, everybody: bool) -> None:
        point = self.points[at]
        if point.group is None:
            return
        expected = RoundFrozen if self.frozen else None
        by = self.officers[officer]
        if everybody:
            group = ContributionGroup.objects.get(pk=point.group)
            self._try(expected, lambda: consultation.ungroup(group, by=by))
        else:
            self._try(expected, lambda: consultation.take_out(point.row, by=by))
        if expected is None:
            mates = [other for other in self.points if other.group == point.group]
            for leaving in mates if everybody or len(mates) <= 2 else [point]:
                leaving.group = None
                leaving.told.append(("contribution.taken_out", officer))

    @precondition(lambda self: sum(len(point.told) for point in self.points) > 8)
    @rule(at=points, officer=officers, is_stale=seldom)
    def withdraw(self, at: int, officer: str, is_stale: bool) -> None:
        point = self.points[at]
        now = point.stands.pk if point.stands else None
        expected = RoundFrozen if self.frozen else services.Conflict if is_stale else None
        seen = (now or 0) + 1 if is_stale else now
        self._try(
            expected,
            lambda: services.withdraw_contribution(point.row, reason="Dubbel.", seen=seen, by=self.officers[officer]),
        )
        if expected is None and not point.withdrawn:
            point.withdrawn = True
            point.told.append(("contribution.withdrawn", officer))

    @rule()
    def other_way_of_working(self) -> None:
        self.asks = not self.asks
        way = services.change_way_of_working(
            self.plan.area, needs_agreement=self.asks, question_days=14, seen=self.way_version, by=self.officers["anke"]
        )
        self.way_version = way.version

    @precondition(lambda self: not self.frozen and sum(len(point.told) for point in self.points) > 12)
    @rule()
    def freeze(self) -> None:
        consultation.freeze_round(self.points[0].row.round, by=None)
        self.frozen = True

    # What must hold after each of these

    @invariant()
    def everything_holds(self) -> None:
        decisions, lines, rows = (list(model.objects.order_by("pk").values()) for model in (Decision, LogEntry, QueueRow))
        self.the_history_tells_each_thing_once(lines)
        self.what_was_written_is_never_altered(decisions, lines)
        self.the_right_decision_stands_or_none(decisions)
        self.the_queue_says_how_far_each_point_is(rows)
        self.the_counts_add_up_to_the_rows(rows)

    def the_history_tells_each_thing_once(self, lines: list[Row]) -> None:
        told: dict[int, list[tuple[str, int]]] = {point.row.pk: [] for point in self.points}
        for line in lines:
            if line["target_type"] == "consultation.contribution":
                told[int(line["target_id"])].append((line["verb"], line["actor_id"]))
        ids = {key: user.pk for key, user in self.officers.items()}
        assert told == {point.row.pk: [(verb, ids[who]) for verb, who in point.told] for point in self.points}

    def what_was_written_is_never_altered(self, decisions: list[Row], lines: list[Row]) -> None:
        written = {("line", row["id"]): row for row in lines}
        for row in decisions:
            row, ended = {name: value for name, value in row.items() if name != "superseded_at"}, row["superseded_at"]
            written["decision", row["id"]] = row
            if ended is not None:
                assert self.superseded.setdefault(row["id"], ended) == ended
            else:
                assert row["id"] not in self.superseded
        for name, model in (("destination", Destination), ("reading", SecondReading)):
            written |= {(name, row["id"]): row for row in model.objects.values()}
        sums = {key: hashlib.sha256(repr(sorted(row.items())).encode()).hexdigest() for key, row in written.items()}
        assert {key: sums.get(key) for key in self.seen_rows} == self.seen_rows
        self.seen_rows = sums

    def the_right_decision_stands_or_none(self, decisions: list[Row]) -> None:
        standing = [(row["contribution_id"], row["id"]) for row in decisions if row["superseded_at"] is None]
        assert sorted(standing) == sorted((point.row.pk, point.stands.pk) for point in self.points if point.stands)
        assert {row["id"] for row in decisions} == {made.pk for point in self.points for made in point.decisions}

    def the_queue_says_how_far_each_point_is(self, rows: list[Row]) -> None:
        people = {name: user.pk for name, user in self.officers.items()} | {None: None}
        assert {row["contribution_id"]: (row["state"], row["assignee_id"]) for row in rows} == {
            point.row.pk: (point.state, people[point.assignee]) for point in self.points if not point.withdrawn
        }

    def the_counts_add_up_to_the_rows(self, rows: list[Row]) -> None:
        marks = ("round_id", "state", "source", "theme_id", "assignee_id")
        counted: Counter[tuple[Any, ...]] = Counter()
        for *key, number in QueueCount.objects.values_list(*marks, "number"):
            counted[tuple(key)] += number
        present = Counter(tuple(row[mark] for mark in marks) for row in rows)
        assert {key: number for key, number in counted.items() if number} == dict(present)


def _queue() -> list[tuple[Any, ...]]:
    return list(QueueRow.objects.order_by("pk").values_list())


def test_whatever_two_officers_do_nothing_is_lost_altered_or_told_twice(plan, council_round, anke, peter):
    rows = [make_contribution(council_round, f"Punt {number}") for number in range(POINTS)]
    with inside(plan.area) as (area,):
        for row in rows:
            row.round.area = area
        area.allowed = frozenset(Action)
        plan.area = area
        machine = type("Blaricum", (Triage,), {"plan": plan, "rows": rows, "officers": {"anke": anke, "peter": peter}})
        run_state_machine_as_test(machine, settings=settings(max_examples=14, stateful_step_count=30, deadline=None))
