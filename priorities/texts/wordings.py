"""Answers of a plan that go to the same place and say so in nearly the same words: which there are, and how often each is used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Count, F, Min, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat

from consultation.models import Contribution
from consultation.models.contribution import ContributionQuerySet
from ivp_portal.organisation.models import Area
from priorities.decision_kinds import DECISION_KINDS
from priorities.models import Decision, Destination, Plan, Priority
from priorities.texts.nearly_same import groups_of
from priorities.texts.placeholders import fits
from priorities.texts.standards import offered_to

Goes = tuple[str, ...]
"""The destinations of an answer, each as 'kind|priority|named'."""
OF_THE_POINT = ("{thema}", "{onderwerp}")


@dataclass(frozen=True, slots=True)
class Wording:
    """One way of saying it."""

    text: str
    times: int
    decision: int
    """The first decision that says it so: stands for the wording in a form."""


@dataclass(frozen=True, slots=True)
class WordingGroup:
    """Answers that go to the same place in nearly the same words; the most used wording is the first."""

    goes: Goes
    extent: str
    where: str
    """'Regionale prioriteit: Ondermijning'."""
    wordings: Sequence[Wording]

    @property
    def times(self) -> int:
        return sum(wording.times for wording in self.wordings)

    @property
    def first(self) -> Wording:
        return self.wordings[0]

    @property
    def others(self) -> Sequence[Wording]:
        return self.wordings[1:]


def standing_decisions(plan: Plan) -> QuerySet[Any, Any]:
    """The decisions that hold on standing points of the plan, each with `goes`."""
    priority = Coalesce(Cast("priority_id", CharField()), Value(""))
    one = Concat(F("kind"), Value("|"), priority, Value("|"), F("named"), output_field=CharField())
    goes = Destination.objects.filter(decision=OuterRef("pk")).order_by("position").values_list(Cast(one, TextField()))
    return (
        Decision.objects.current()
        .filter(contribution__withdrawn_at__isnull=True, contribution__round__in=plan.round_ids)
        .annotate(goes=ArraySubquery(goes))
    )


def wording_groups(plan: Plan) -> list[WordingGroup]:
    """The groups, those with the most answers first. Four queries: equal texts are counted in the database.

    What a standard text makes of a point's own theme or subject is no other wording: those texts are left out.
    """
    rows = standing_decisions(plan).values_list("goes", "extent", "rationale").annotate(n=Count("pk"), first=Min("pk")).order_by()
    said: dict[tuple[Goes, str], dict[str, Wording]] = defaultdict(dict)
    for goes, extent, rationale, times, first in rows:
        said[tuple(goes), extent][rationale] = Wording(rationale, times, first)
    several = {key: texts for key, texts in said.items() if len(texts) > 1}
    if not several:
        return []
    by_point = {
        kind: [standard.text for standard in standards if any(place in standard.text for place in OF_THE_POINT)]
        for kind, standards in offered_to(plan).items()
    }
    titles = _titles(goes for goes, _ in several)
    found = []
    for (goes, extent), texts in several.items():
        meant = by_point.get(goes[0].split("|")[0], [])
        times = {text: wording.times for text, wording in texts.items() if not any(fits(standard, text) for standard in meant)}
        for group in groups_of(times):
            found.append(WordingGroup(goes, extent, _where(goes, titles), [texts[text] for text in group]))
    return sorted(found, key=lambda group: (-group.times, group.where, group.first.text))


def _titles(all_goes: Iterable[Goes]) -> dict[str, str]:
    named = {one.split("|")[1] for goes in all_goes for one in goes} - {""}
    return {str(pk): title for pk, title in Priority.objects.filter(pk__in=named).values_list("pk", "title")}


def _where(goes: Goes, titles: dict[str, str]) -> str:
    places = []
    for one in goes:
        kind, priority, named = one.split("|", 2)
        name = titles.get(priority, "") or named
        places.append(f"{DECISION_KINDS[kind].label}: {name}" if name else DECISION_KINDS[kind].label)
    return " en ".join(places)


def points_saying(plan: Plan, group: WordingGroup, wordings: Sequence[Wording]) -> ContributionQuerySet:
    """The points of the group that are answered in one of these wordings, in the order of the queue."""
    decisions = standing_decisions(plan).filter(
        goes=list(group.goes), extent=group.extent, rationale__in=[wording.text for wording in wordings]
    )
    found = Contribution.objects.filter(pk__in=decisions.values("contribution"), queue_row__isnull=False)
    return found.defer("search").order_by("queue_row__later", "queue_row__round_id", "queue_row__number")


def rationale_at(area: Area, decision: int) -> tuple[str, str] | None:
    """(kind of its first destination, rationale) of a decision of the area that holds; None for any other. One query."""
    found = Decision.objects.current().filter(area=area, pk=decision, destinations__position=1)
    return found.values_list("destinations__kind", "rationale").first()
