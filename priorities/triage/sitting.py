"""What somebody decided since they logged in, as their session keeps it: to take back, to repeat, and to choose from first."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

KEPT = 50
"""Decisions that can be taken back one after another."""
KEY = "afwegen"


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


Session = MutableMapping[str, Any]


def sitting_of(session: Session, plan_id: int) -> Sitting:
    """What the session knows of this plan; an empty sitting when it knows nothing."""
    kept = session.get(KEY, {}).get(str(plan_id), {})
    return Sitting([Done(*done) for done in kept.get("done", [])], kept.get("last", {}), kept.get("named", {}))


def keep(session: Session, plan_id: int, sitting: Sitting) -> None:
    """Put it in the session, the oldest decisions beyond KEPT left out."""
    everything = session.get(KEY, {})
    everything[str(plan_id)] = {"done": [list(done) for done in sitting.done[-KEPT:]], "last": sitting.last, "named": sitting.named}
    session[KEY] = everything


def forget(session: Session, plan_id: int, contribution_id: int, decision_id: int, *, restored: int | None) -> None:
    """Leave out a decision that was taken back; `restored` is the one that holds again in its place, if any."""
    sitting = sitting_of(session, plan_id)
    sitting.done = [done for done in sitting.done if done.decision != decision_id]
    if restored is not None:
        sitting.stands_again(contribution_id, restored)
    keep(session, plan_id, sitting)
