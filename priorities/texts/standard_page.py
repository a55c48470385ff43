"""The queries behind the screens of standard rationales: which there are, how often each is used, where, and in which words."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Count, QuerySet

from ivp_portal.organisation.models import Area
from priorities.decision_kinds import ALL, DECISION_KINDS, DecisionKind
from priorities.models import Decision, StandardRationale
from priorities.models.decision import DecisionQuerySet
from priorities.texts.placeholders import fits, in_our_words


@dataclass(frozen=True, slots=True)
class StandardRow:
    """A standard text in the list."""

    standard: StandardRationale
    times: int
    """How many decisions that stand started from it, here."""
    is_own: bool


@dataclass(frozen=True, slots=True)
class KindTexts:
    """The standard texts of one decision kind."""

    kind: DecisionKind
    rows: list[StandardRow] = field(default_factory=list)

    @property
    def stock(self) -> str:
        """The sentence the kind brings along, in the words of the screen."""
        return in_our_words(self.kind.stock_rationale)

    @property
    def uses_stock(self) -> bool:
        """True while nobody wrote a text that is offered: the kind's own sentence is."""
        return all(row.standard.retired_at for row in self.rows)


def kinds_at(area: Area) -> list[DecisionKind]:
    """The kinds an area writes texts for: above the municipalities those for a draft strategy as well."""
    return [kind for kind in ALL if not kind.retired and not (kind.drafts_only and area.is_municipality)]


def standards_at(area: Area) -> list[KindTexts]:
    """Every kind with its texts: the area's own first, then those it shares, the nearest area first. Retired ones last. Two queries."""
    nearness = {above.pk: steps for steps, above in enumerate(area.lineage())}
    rows = list(StandardRationale.objects.of(area).select_related("area"))
    times = dict(
        decisions_from(area).filter(standard__in=[row.pk for row in rows]).values_list("standard").annotate(n=Count("pk")).order_by()
    )
    rows.sort(key=lambda row: (row.retired_at is not None, nearness[row.area_id], not row.is_usual, row.name.casefold()))
    found = {kind.code: KindTexts(kind) for kind in kinds_at(area)}
    for row in rows:
        if row.kind in found and (row.area_id == area.pk or not row.retired_at):
            found[row.kind].rows.append(StandardRow(row, times.get(row.pk, 0), row.area_id == area.pk))
    return list(found.values())


def decisions_from(area: Area) -> DecisionQuerySet:
    """The decisions that stand, about points that do, of the area and those below it."""
    where = {"area": area} if area.is_municipality else {"area__in": Area.objects.within(area)}
    return Decision.objects.current().filter(standard__isnull=False, contribution__withdrawn_at__isnull=True, **where)


def standard_at(area: Area, pk: int) -> QuerySet[StandardRationale]:
    """That text, when it is the area's own or shared with it."""
    return StandardRationale.objects.of(area).select_related("area").filter(pk=pk)


def used_in(standard: StandardRationale, area: Area) -> QuerySet[Decision]:
    """The decisions that started from this text, in the order of their rounds, each with its point and its plan's period."""
    found = decisions_from(area).filter(standard=standard)
    with_plan = found.select_related("area", "contribution__round__plan_round__plan").defer("contribution__search")
    return with_plan.order_by("contribution__round_id", "contribution__number")


def other_words_in(standard: StandardRationale, area: Area) -> tuple[int, int]:
    """(how many decisions started from it, how many of those say it in other words now). One query, a row for each wording."""
    wordings = decisions_from(area).filter(standard=standard).values_list("rationale").annotate(n=Count("pk")).order_by()
    times = other = 0
    for rationale, n in wordings:
        times += n
        other += 0 if fits(standard.text, rationale) else n
    return times, other


def kind_labelled(code: str) -> str:
    """The label of a kind by its code; retired ones are known too."""
    return DECISION_KINDS[code].label
