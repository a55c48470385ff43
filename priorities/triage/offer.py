"""What an officer can choose from: the priorities a plan may name, and the standard texts. Also as columns of another query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, QuerySet
from django.db.models.functions import JSONObject

from ivp_portal.database.prepared import Prepared
from priorities.models import Plan, Priority, StandardRationale
from priorities.rules import PriorityFacts
from priorities.texts.standards import StandardText, arranged

PRIORITIES, STANDARDS = "offered_priorities", "offered_standards"
OFFERED = Prepared(one_plan=True)


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be chosen in this plan."""

    priorities: Mapping[int, PriorityFacts]
    """By their ids, in the order of their titles."""
    standards: Mapping[str, list[StandardText]]
    """As priorities.texts.standards.offered_to gives them."""


def offer_to(plan: Plan) -> Offer:
    """What can be chosen in this plan. Two queries."""
    key = (plan.starts_on, *(area.pk for area in plan.area.lineage()))
    priorities, standards = (OFFERED.rows((ask.__name__, *key), lambda ask=ask: ask(plan)) for ask in (_priorities, _standards))
    return _offer(plan, [row["facts"] for row in priorities], [row["facts"] for row in standards])


def offer_columns(plan: Plan) -> dict[str, ArraySubquery]:
    """The same as columns of another query, whose row then goes to offer_in."""
    return {PRIORITIES: ArraySubquery(_priorities(plan)), STANDARDS: ArraySubquery(_standards(plan))}


def offer_in(plan: Plan, row: object) -> Offer:
    """What a row brought along that was asked with offer_columns. No query."""
    return _offer(plan, getattr(row, PRIORITIES), getattr(row, STANDARDS))


def _priorities(plan: Plan) -> QuerySet[Any, Any]:
    found = Priority.objects.reaching(plan.area).in_period(plan.starts_on).order_by("title")
    return found.values(facts=JSONObject(pk="pk", title="title", level=F("area__kind")))


def _standards(plan: Plan) -> QuerySet[Any, Any]:
    names = ("pk", "area_id", "kind", "name", "text", "is_usual")
    return StandardRationale.objects.of(plan.area).in_use().values(facts=JSONObject(**{name: name for name in names}))


def _offer(plan: Plan, priorities: list[dict[str, Any]], standards: list[dict[str, Any]]) -> Offer:
    facts = {one["pk"]: PriorityFacts(**one) for one in priorities}
    return Offer(facts, arranged(plan, [StandardRationale(**one) for one in standards]))
