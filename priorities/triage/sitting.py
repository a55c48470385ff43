"""What somebody decided since they logged in: to take back, to repeat, and to choose from first.

It is kept beside the decisions and not in the session: it is written in their transaction, so there is one commit and no half of it.
It ends when they log in again: the door of a plan brings only what was kept since (queue_counts).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import NamedTuple

from ivp_portal.database.prepared import kept_by_server
from ivp_portal.organisation.models import User
from priorities.models import Plan

KEPT = 50
"""Decisions that can be taken back one after another."""


class Done(NamedTuple):
    """One decision of this sitting."""

    contribution: int
    decision: int
    point: str
    """What the point is called, to say what will be taken back."""


@dataclass(slots=True)
class Sitting:
    """What one person did for one plan, the last at the end."""

    done: list[Done] = field(default_factory=list)
    last: dict[str, str] = field(default_factory=dict)
    """The fields of the last decision; in its rationale {thema} and {onderwerp} stand for what they were."""
    named: dict[str, str] = field(default_factory=dict)
    """Kind code -> the priority (its id), body, policy field or chapter it named last."""

    @property
    def latest(self) -> Done | None:
        """What U takes back now."""
        return self.done[-1] if self.done else None

    def remember(self, contribution: int, decision: int, point: str, *, fields: dict[str, str], named: dict[str, str]) -> None:
        """Add a decision: what it was about, the fields it was made with, and what its kinds named."""
        self.done.append(Done(contribution, decision, point))
        self.last = fields
        self.named = self.named | named

    def stands_again(self, contribution: int, decision: int) -> None:
        """An earlier answer of this sitting holds again, as a new decision: that is what the next step back takes away."""
        earlier = [index for index, done in enumerate(self.done) if done.contribution == contribution]
        if earlier:
            self.done[earlier[-1]] = self.done[earlier[-1]]._replace(decision=decision)


def sitting_of(plan: Plan) -> Sitting:
    """What the door of this plan found of who came in: an empty sitting when they decided nothing since they logged in. No query."""
    kept = plan.sitting or {}
    return Sitting([Done(*done) for done in kept.get("done", [])], kept.get("last", {}), kept.get("named", {}))


_KEEP = """
INSERT INTO priorities_sittingrecord (area_id, plan_id, user_id, since, kept) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (user_id, plan_id) DO UPDATE SET since = excluded.since, kept = excluded.kept
"""


def keep(plan: Plan, user: User, sitting: Sitting) -> None:
    """Write it down, the oldest decisions beyond KEPT left out. One statement, in the transaction of what was decided."""
    plan.sitting = {"done": sitting.done[-KEPT:], "last": sitting.last, "named": sitting.named}
    with kept_by_server() as cursor:
        cursor.execute(_KEEP, [plan.area_id, plan.pk, user.pk, user.last_login, json.dumps(plan.sitting)])


def forget(plan: Plan, user: User, contribution_id: int, decision_id: int, *, restored: int | None) -> None:
    """Leave out a decision that was taken back; `restored` is the one that holds again in its place, if any."""
    sitting = sitting_of(plan)
    sitting.done = [done for done in sitting.done if done.decision != decision_id]
    if restored is not None:
        sitting.stands_again(contribution_id, restored)
    keep(plan, user, sitting)
