"""The page of an act on many points: which points, from what to what, which of them cannot, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Prefetch, QuerySet
from django.http import Http404

from consultation.models import Contribution
from ivp_portal.organisation.models import User
from ivp_portal.web.paging import PAGE_SIZE
from priorities.decision_kinds import DECISION_KINDS, DecisionKind
from priorities.models import Batch, BatchAct, Decision, Destination, Plan, QueueRow, QueueState
from priorities.rules import Choice
from priorities.triage.batch_points import WHATEVER_STANDS, choices_of, obstacles, points_now, rationale_for
from priorities.triage.offer import Offer
from priorities.triage.open_point import point_to_decide

SHOWN_REASONS = 20
UNDOING = (BatchAct.UNDO, BatchAct.GIVE_BACK)


@dataclass(frozen=True, slots=True)
class Words:
    """How an act is said, for one point and for more; {n} is how many."""

    title: tuple[str, str]
    button: tuple[str, str]
    done: tuple[str, str]


WORDS: dict[BatchAct, Words] = {
    BatchAct.DECIDE: Words(
        ("{n} punt afwegen", "{n} punten samen afwegen"),
        ("Leg {n} afweging vast", "Leg {n} afwegingen vast"),
        ("{n} afweging vastgelegd", "{n} afwegingen vastgelegd"),
    ),
    BatchAct.AGREE: Words(
        ("Akkoord op {n} afweging", "Samen akkoord op {n} afwegingen"),
        ("Geef akkoord op {n} afweging", "Geef akkoord op {n} afwegingen"),
        ("Akkoord gegeven op {n} afweging", "Akkoord gegeven op {n} afwegingen"),
    ),
    BatchAct.ASSIGN: Words(
        ("{n} punt toewijzen", "{n} punten samen toewijzen"),
        ("Wijs {n} punt toe", "Wijs {n} punten toe"),
        ("{n} punt toegewezen", "{n} punten toegewezen"),
    ),
    BatchAct.UNDO: Words(
        ("{n} afweging ongedaan maken", "{n} afwegingen ongedaan maken"),
        ("Maak {n} afweging ongedaan", "Maak {n} afwegingen ongedaan"),
        ("{n} afweging ongedaan gemaakt", "{n} afwegingen ongedaan gemaakt"),
    ),
    BatchAct.GIVE_BACK: Words(
        ("{n} toewijzing ongedaan maken", "{n} toewijzingen ongedaan maken"),
        ("Maak {n} toewijzing ongedaan", "Maak {n} toewijzingen ongedaan"),
        ("{n} toewijzing ongedaan gemaakt", "{n} toewijzingen ongedaan gemaakt"),
    ),
    BatchAct.REWRITE: Words(
        ("{n} motivering vervangen", "{n} motiveringen vervangen"),
        ("Vervang {n} motivering", "Vervang {n} motiveringen"),
        ("{n} motivering vervangen", "{n} motiveringen vervangen"),
    ),
}


def said(pair: tuple[str, str], number: int) -> str:
    """'Leg 6 afwegingen vast', 'Leg 1 afweging vast', 'Leg 5.000 afwegingen vast'."""
    return pair[number != 1].format(n=f"{number:,}".replace(",", "."))


@dataclass(frozen=True, slots=True)
class Row:
    """One point as the preview shows it."""

    point: Contribution
    is_in: bool
    """Still ticked."""
    current: Decision | None
    """What stands now."""
    becomes: str
    """The rationale it gets, or who answers it, where that differs from point to point; '' elsewhere."""
    reason: str
    """Why it cannot; '' when it can."""


@dataclass(slots=True)
class Preview:
    """What will happen when somebody confirms."""

    title: str
    button: str
    chosen: int
    """How many points are ticked."""
    new: int
    other: int
    """How many of the ticked ones had a decision already."""
    page: Page[Any]
    rows: Sequence[Row]
    kinds: Sequence[DecisionKind]
    """Where they go, as far as that was chosen."""
    blocked: int
    """How many of the ticked ones cannot."""
    reasons: Sequence[tuple[str, str]]
    """(point, reason) of the first of those."""
    can: int
    """How many could go on without those."""

    @property
    def explained(self) -> str:
        """What becomes of the rationale."""
        who, each = ("Dit punt krijgt", "het") if self.chosen == 1 else ("Alle punten krijgen", "elk")
        return f"{who} deze tekst. Voor {{thema}} en {{onderwerp}} komt wat bij {each} punt hoort."


def batches_of(plan: Plan) -> QuerySet[Batch]:
    """The acts on many points of this plan."""
    return Batch.objects.filter(plan=plan).select_related("made_by")


def first_point(plan: Plan, batch: Batch) -> tuple[Contribution, Offer | None]:
    """The point whose round says which answers there are, and what can be chosen; the latter not of one that was withdrawn meanwhile."""
    try:
        return point_to_decide(plan, batch.points[0])
    except Http404:
        found = Contribution.objects.select_related("round", "theme").defer("search")
        return found.get(pk=batch.points[0], round__in=plan.round_ids), None


def left_out_of(batch: Batch) -> set[int]:
    """The points that were unticked in the preview."""
    return set(batch.values.get("left_out", ()))


def left_out_after(batch: Batch, page: str, ticked: Iterable[str]) -> set[int]:
    """The same, after somebody sent the page of the preview with these ticks. Other pages keep what they had."""
    shown = set(Paginator(batch.points, PAGE_SIZE).get_page(page))
    kept = {int(pk) for pk in ticked if pk.isascii() and pk.isdecimal()}
    return (left_out_of(batch) - shown) | (shown - kept)


def preview_of(batch: Batch, page: str | None, *, user: User) -> Preview:
    """The preview as it stands now. Nine queries at most, whatever the number of points; one more for the priorities that are named."""
    out = left_out_of(batch)
    now = points_now(batch.plan, batch.points)
    choices = choices_of(batch.plan, batch.values)
    reasons = {pk: why for pk, why in obstacles(batch, now, user_id=user.pk, choices=choices).items() if pk not in out}
    ticked = [(pk, seen) for pk, seen in zip(batch.points, batch.seen, strict=True) if pk not in out]
    shown = Paginator(batch.points, PAGE_SIZE).get_page(page)
    new = sum(not seen for _, seen in ticked)
    words = WORDS[BatchAct(batch.act)]
    before = _names_before(batch) if batch.act == BatchAct.GIVE_BACK else {}
    return Preview(
        title=said(words.title, len(ticked)),
        button=said(words.button, len(ticked)),
        chosen=len(ticked),
        new=new,
        other=len(ticked) - new,
        page=shown,
        rows=[
            Row(
                point,
                is_in=point.pk not in out,
                current=point.current_decisions[0] if point.current_decisions else None,  # type: ignore[attr-defined]
                becomes=before.get(point.pk) or _becomes(batch, now, point.pk, choices),
                reason=reasons.get(point.pk, ""),
            )
            for point in _points(list(shown))
        ],
        kinds=_kinds(batch),
        blocked=len(reasons),
        reasons=[(now[pk].point if pk in now else f"Punt {pk}", why) for pk, why in list(reasons.items())[:SHOWN_REASONS]],
        can=len(ticked) - len(reasons),
    )


def _kinds(batch: Batch) -> list[DecisionKind]:
    typed = batch.values.get("form", {})
    chosen = [DECISION_KINDS.get(typed.get(name, "")) for name in ("destination", "second", "third")]
    return [kind for kind in chosen if kind]


def _becomes(batch: Batch, now: Mapping[int, Any], pk: int, choices: Sequence[Choice]) -> str:
    if batch.act == BatchAct.REWRITE:
        return str(batch.values["rationales"].get(str(pk), ""))
    typed = batch.values.get("form", batch.values)
    if pk in now and "{" in typed.get("rationale", ""):
        return rationale_for(now[pk], typed, choices)
    return ""


def _names_before(batch: Batch) -> dict[int, str]:
    """Point -> with whom it lay before. One query."""
    before = {int(pk): user for pk, user in batch.values["before"].items()}
    people = User.objects.in_bulk({user for user in before.values() if user})
    return {pk: str(people[user]) if user else "niemand" for pk, user in before.items()}


def _points(ids: Sequence[int]) -> list[Contribution]:
    destinations = Destination.objects.select_related("priority").order_by("position")
    current = Decision.objects.current().select_related("made_by").prefetch_related(Prefetch("destinations", destinations))
    found = (
        Contribution.objects.filter(pk__in=ids)
        .select_related("submission__contributor", "queue_row__assignee")
        .defer("search")
        .prefetch_related(Prefetch("decisions", current, to_attr="current_decisions"))
    )
    by_id = {point.pk: point for point in found}
    return [by_id[pk] for pk in ids if pk in by_id]


@dataclass(slots=True)
class Outcome:
    """What came of it."""

    title: str
    number: int
    choices: Sequence[Choice]
    assignee: User | None
    is_about_people: bool
    """It said who answers the points, and left what was decided alone."""
    refused: Sequence[tuple[Contribution, str]]
    """The points that could not, with the reason: the first of them."""
    page: Page[Any]
    points: Sequence[Contribution]
    undone_by: Batch | None
    """The act that took it back."""
    may_undo: bool
    waiting: int
    """How many of the points wait for a second person."""


def outcome_of(batch: Batch, page: str | None) -> Outcome:
    """How it ended. Nine queries at most, whatever the number of points."""
    reasons = {one["point"]: one["reason"] for one in batch.refused}
    shown = Paginator(batch.points, PAGE_SIZE).get_page(page)
    undoes = Batch.objects.filter(plan=batch.plan, act__in=UNDOING, status="done", values__batch=str(batch.pk))
    undone_by = undoes.select_related("made_by").first()
    wanted = batch.values.get("assignee")
    return Outcome(
        title=said(WORDS[BatchAct(batch.act)].done, len(batch.points)),
        number=len(batch.points),
        choices=choices_of(batch.plan, batch.values),
        assignee=User.objects.get(pk=wanted) if wanted else None,
        is_about_people=batch.act in WHATEVER_STANDS,
        refused=[(point, reasons[point.pk]) for point in _points(list(reasons)[:SHOWN_REASONS])],
        page=shown,
        points=_points(list(shown)) if batch.status == "done" else [],
        undone_by=undone_by,
        may_undo=_can_be_undone(batch) and undone_by is None and not batch.plan.is_frozen,
        waiting=QueueRow.objects.filter(pk__in=batch.points, state=QueueState.TO_AGREE).count() if batch.status == "done" else 0,
    )


def _can_be_undone(batch: Batch) -> bool:
    """An agreement cannot: what a second person read and said stays said. Of points that lay there already nothing is to be undone."""
    if batch.act == BatchAct.ASSIGN:
        return bool(batch.values.get("before"))
    return batch.act in {BatchAct.DECIDE, BatchAct.REWRITE}
