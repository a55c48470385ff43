"""The queries of the open point: what was said and where, what stands, and what was named before. Each is one, whatever the size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import FilteredRelation, OuterRef, Prefetch, Q, Subquery, prefetch_related_objects
from django.db.models.functions import JSONObject
from django.http import Http404

from consultation.anchors import Anchor
from consultation.models import Contribution, Passage, Transcript
from consultation.models.contribution import ContributionQuerySet
from consultation.quoting import Quoted, quoted_in
from ivp_portal.database.prepared import Prepared
from priorities import decision_kinds
from priorities.models import Decision, Destination, Extent, Plan
from priorities.rules import Choice
from priorities.triage.agreement import last_said
from priorities.triage.offer import Offer, offer_columns, offer_in
from priorities.triage.points import triage_queue

NAMES_OFFERED = 200
POINT, TO_DECIDE = Prepared("pk", one_plan=True), Prepared("pk", one_plan=True)


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """A point as the screen shows it."""

    contribution: Contribution
    """With its round, group, theme, submission, contributor and row in the queue, with its assignee."""
    current: Decision | None
    """What stands, with its destinations; None while nobody decided."""
    quoted: Quoted | None
    """Its place in the letter; None for what did not come in a letter, or stands in it no more."""
    is_from_letter: bool
    offer: Offer
    """What can be chosen about it."""


def open_point(plan: Plan, pk: int) -> OpenPoint:
    """The point of this plan, with its place in the letter. Raises Http404 for any other, and for one that was withdrawn.

    One query, a second for the destinations when it was decided.
    """
    key = (plan.pk, plan.starts_on, *plan.round_slugs, *(area.pk for area in plan.area.lineage()))
    found = next(iter(POINT.rows(key, lambda pk: _point(plan, pk), pk=pk)), None)
    if found is None:
        raise Http404
    passage, text = getattr(found, "passage", None), getattr(found, "newest_text", None)
    current = with_destinations(getattr(found, "stands", None))
    found.current_decisions = [current] if current else []
    found.area = plan.area
    return OpenPoint(found, current, _quoted(passage, text), bool(text), offer_in(plan, found))


def point_to_decide(plan: Plan, pk: int) -> tuple[Contribution, Offer]:
    """Of that point what a decision needs: its round, theme and place in the queue, and what can be chosen. One query.

    Raises Http404 as open_point().
    """
    key = (plan.pk, plan.starts_on, *plan.round_slugs, *(area.pk for area in plan.area.lineage()))
    found = next(iter(TO_DECIDE.rows(key, lambda pk: _point_to_decide(plan, pk), pk=pk)), None)
    if found is None:
        raise Http404
    found.area = plan.area
    return found, offer_in(plan, found)


def _point_to_decide(plan: Plan, pk: int) -> ContributionQuerySet:
    found = triage_queue(plan).filter(queue_row__isnull=False, pk=pk).annotate(**offer_columns(plan))
    return found.select_related("round", "theme", "queue_row")


def _point(plan: Plan, pk: int) -> ContributionQuerySet:
    passages = Passage.objects.filter(contribution=OuterRef("pk")).order_by("-pk")
    versions = Transcript.objects.filter(submission=OuterRef("submission")).order_by("-number")
    anchor = JSONObject(exact="exact", prefix="prefix", suffix="suffix", said="transcript__text")
    return (
        triage_queue(plan)  # type: ignore[misc]  # the filtered relation is a field of this query only
        .filter(queue_row__isnull=False, pk=pk)
        .annotate(
            stands=FilteredRelation("decisions", condition=Q(decisions__superseded_at__isnull=True)),
            passage=Subquery(passages.values(json=anchor)[:1]),
            newest_text=Subquery(versions.values("text")[:1]),
            second_reader=last_said(),
            **offer_columns(plan),
        )
        .select_related("round", "group", "theme", "submission__contributor", "queue_row__assignee", "stands__made_by")
    )


def _quoted(passage: dict[str, str] | None, newest_text: str | None) -> Quoted | None:
    if passage is None or not newest_text:
        return None
    return quoted_in(newest_text, Anchor(passage["exact"], passage["prefix"], passage["suffix"]), passage["said"])


def with_destinations(decision: Decision | None) -> Decision | None:
    """The decision with its destinations and their priorities, in order. One query; none for None."""
    if decision is not None:
        destinations = Destination.objects.select_related("priority").order_by("position")
        prefetch_related_objects([decision], Prefetch("destinations", destinations))
    return decision


def decision_about(contribution: Contribution, pk: str) -> Decision | None:
    """A decision that was made about this point, whether it stands or not; None when the address names none. At most two queries."""
    if not (pk.isascii() and pk.isdecimal() and len(pk) < 18):
        return None
    return with_destinations(Decision.objects.filter(contribution=contribution, pk=int(pk)).first())


def decision_in(plan: Plan, pk: int) -> Decision | None:
    """A decision about a point of this plan, whether it stands or not, with that point; None when there is no such. One query."""
    return Decision.objects.filter(pk=pk, contribution__round__in=plan.round_ids).select_related("contribution").first()


def goes_to(choices: Sequence[Choice], extent: str) -> str:
    """What was decided, as the end of a sentence about the point: ‘gaat deels naar Lokale prioriteit: Jeugd’."""
    first = choices[0].kind
    if first.drafts_only:
        return f"kreeg het antwoord ‘{first.label}’"
    if not first.taken_up:
        return "wordt niet opgenomen"
    places = [f"{choice.kind.label}: {choice.name}" if choice.name else choice.kind.label for choice in choices]
    return f"gaat {'deels ' if extent == Extent.PARTLY else ''}naar {' en '.join(places)}"


def names_used(plan: Plan) -> dict[str, list[str]]:
    """Kind code -> what this area named with it before, chapters of the plan first: to offer while somebody types. Two queries."""
    kinds = [kind for kind in decision_kinds.ALL if kind.names]
    used: dict[str, list[str]] = {kind.code: [] for kind in kinds}
    found = Destination.objects.filter(area=plan.area, kind__in=used).values_list("kind", "named").distinct().order_by("named")
    for code, named in found[:NAMES_OFFERED]:
        used[code].append(named)
    for kind in kinds:
        if kind.names_chapter:
            titles = list(plan.chapters.values_list("title", flat=True))
            used[kind.code] = titles + [named for named in used[kind.code] if named not in titles]
    return used
