"""The standard rationales an officer may start from: those of the area, those shared by the areas above it, else that of the code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from priorities.decision_kinds import ALL
from priorities.models import Plan, StandardRationale
from priorities.texts.placeholders import filled, in_our_words

__all__ = ["StandardText", "filled", "offered_to"]

OF_THE_CODE = "Standaardtekst"
"""The name of the sentence each decision kind brings along."""


@dataclass(frozen=True, slots=True)
class StandardText:
    """A text to start from. In it {prioriteit}, {thema} and {onderwerp} stand for what the point and its destination name."""

    pk: int | None
    """Of the StandardRationale, for Decision.standard; None for the sentence the kind brings along."""
    name: str
    text: str
    is_usual: bool = False
    """It comes by itself when its kind is chosen: the first of its list, when the area or one above it says so."""
    is_shared: bool = False
    """It is one of an area above this one."""


def offered_to(plan: Plan) -> dict[str, list[StandardText]]:
    """Kind code -> the texts to choose from, the one to offer first at the head; at least one for every kind that is offered.

    The area's own come before those of the areas above, the nearest first. Where there is none, the kind's own sentence. One query.
    """
    return arranged(plan, StandardRationale.objects.of(plan.area).in_use())


def arranged(plan: Plan, texts: Iterable[StandardRationale]) -> dict[str, list[StandardText]]:
    """The same of texts somebody has already. No query."""
    nearness = {area.pk: steps for steps, area in enumerate(plan.area.lineage())}
    rows = sorted(texts, key=lambda row: (not row.is_usual, nearness[row.area_id], row.name.casefold()))
    found: dict[str, list[StandardText]] = {kind.code: [] for kind in ALL if not kind.retired}
    for row in rows:
        if row.kind in found:
            found[row.kind].append(StandardText(row.pk, row.name, row.text, row.is_usual, row.area_id != plan.area_id))
    for kind in ALL:
        if not kind.retired and not found[kind.code]:
            found[kind.code] = [StandardText(None, OF_THE_CODE, in_our_words(kind.stock_rationale), is_usual=True)]
    return found
