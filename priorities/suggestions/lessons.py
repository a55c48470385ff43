"""What an area can learn from: its own decisions and themes, and the open points that may get a suggestion.

Only what was said is read, never who said it: no contributor, no contact details, no notes. And only of the area itself: the wall lets the
rows of areas above and below through to be read, so each query here names the area.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from consultation.models import Contribution, RoundKind
from ivp_portal.organisation.models import Area
from priorities.decision_kinds import DECISION_KINDS
from priorities.models import Decision, Destination, Priority, QueueRow, QueueState
from priorities.states import FROZEN
from priorities.suggestions.learning import LEARNT_FROM, Example, Goes, coarsened


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """A point nobody decided about yet."""

    pk: int
    text: str
    theme_id: int | None
    plan_starts_on: datetime.date
    is_about_a_draft: bool
    """What is said about a draft strategy gets an answer of another kind; no destination is suggested for it."""


def text_of(subject: str, sub_subject: str, text: str) -> str:
    """What is read of a point."""
    return f"{subject}\n{sub_subject}\n{text}"


def lessons(area: Area) -> "QuerySet[Decision]":
    """The decisions an area learns from: those that stand, about points that stand, but not the answers to a draft strategy."""
    own = Decision.objects.current().filter(area=area, contribution__withdrawn_at__isnull=True)
    return own.exclude(contribution__round__kind=RoundKind.STRATEGY)


def decided_points(area: Area, *, round: str = "") -> list[Example]:
    """Each point (of one round, or of all) with where its decision sends it first, in the order in which they were decided. One query.

    A priority goes by its title: in a new period the same title is another row, and the officer means the same by it.
    """
    learnt_from = lessons(area).filter(contribution__round__slug=round) if round else lessons(area)
    rows = (
        Destination.objects.filter(position=1, decision__in=learnt_from)
        .order_by("-decision_id")
        .values_list(
            "decision__contribution_id",
            "decision__contribution__subject",
            "decision__contribution__sub_subject",
            "decision__contribution__text",
            "kind",
            "priority__title",
            "named",
        )[:LEARNT_FROM]
    )
    found = list(rows)[::-1]
    labels = coarsened([Goes(kind, title or named) for *_, kind, title, named in found])
    return [Example(pk, text_of(*words), label) for (pk, *words, _, _, _), label in zip(found, labels, strict=True)]


def themed_points(area: Area) -> list[Example]:
    """Each standing point with its theme, as long as that is still offered, in the order in which they came. One query."""
    points = Contribution.objects.of(area).standing().filter(theme__isnull=False, theme__retired_at__isnull=True)
    rows = points.order_by("-pk").values_list("pk", "subject", "sub_subject", "text", "theme_id")[:LEARNT_FROM]
    return [Example(pk, text_of(subject, sub_subject, text), theme) for pk, subject, sub_subject, text, theme in list(rows)[::-1]]


def open_rows(area: Area) -> "QuerySet[QueueRow]":
    """The rows of the queue that wait for a decision, in plans that can still change."""
    rows = QueueRow.objects.filter(area=area, state=QueueState.TODO, round__plan_round__isnull=False)
    return rows.exclude(round__plan_round__plan__status__in=FROZEN)


def open_points(area: Area) -> list[OpenPoint]:
    """The points that may get a suggestion, by id: the order in which decisions lock them. One query."""
    rows = open_rows(area).order_by("contribution_id")
    names = ["contribution__subject", "contribution__sub_subject", "contribution__text"]
    found = rows.values_list("contribution_id", *names, "contribution__theme_id", "round__plan_round__plan__starts_on", "round__kind")
    return [
        OpenPoint(pk, text_of(subject, sub_subject, text), theme, starts_on, kind == RoundKind.STRATEGY)
        for pk, subject, sub_subject, text, theme, starts_on, kind in found
    ]


class Offered:
    """What may be named in the plans of an area: finds the priority of the right period by its title. One query a period."""

    def __init__(self, area: Area) -> None:
        self.area = area
        self._periods: dict[datetime.date, Sequence[Priority]] = {}

    def priority(self, goes: Goes, starts_on: datetime.date) -> Priority | None:
        """The priority this kind may name in a plan that starts on that day; None when no priority goes by that title there."""
        if starts_on not in self._periods:
            reaching = Priority.objects.reaching(self.area).in_period(starts_on).filter(withdrawn_at__isnull=True)
            self._periods[starts_on] = list(reaching.select_related("area"))
        fitting = DECISION_KINDS[goes.kind].priority_at
        title = goes.name.casefold()
        found = (one for one in self._periods[starts_on] if one.level in fitting and one.title.casefold() == title)
        return next(found, None)
