"""Changes to decisions: each locks, asks the rule, writes, and leaves a line in the log."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import F, Q, Subquery
from django.utils import timezone

from consultation.models import Contribution, RoundKind
from consultation.services import hold_point
from ivp_portal.audit.log import record
from ivp_portal.audit.models import LogEntry
from ivp_portal.database.atomic import whole
from ivp_portal.organisation.models import Area, User
from priorities import rules
from priorities.models import Decision, Plan, Priority, StandardRationale, WayOfWorking
from priorities.rules import Choice, Problem, RuleBroken
from priorities.services.appending import Answer, append, places_again, places_chosen


class Conflict(Exception):
    """Somebody else decided in the meantime; `current` is what stands now, None when it was undone."""

    def __init__(self, current: Decision | None) -> None:
        super().__init__("Een collega was eerder.")
        self.current = current


ANYTHING: int = -1
"""For decide(seen=…): whatever stands now may be superseded."""


@whole
def decide(
    contribution: Contribution,
    *,
    choices: Sequence[Choice],
    extent: str,
    rationale: str,
    by: User,
    seen: int | None = ANYTHING,
    standard: StandardRationale | None = None,
) -> Decision:
    """Record the afweging. An earlier one is kept and superseded, never edited. `standard` is the text the rationale started from.

    `seen` is the id of the decision the officer had before them (None: there was none). Raises Conflict when another one stands by now,
    RuleBroken when the decision is not sound, RoundFrozen when the plan was adopted, AlreadyWithdrawn.
    """
    is_draft = contribution.round.kind == RoundKind.STRATEGY
    if problems := rules.problems_with(choices, extent=extent, rationale=rationale, for_draft_strategy=is_draft):
        raise RuleBroken(problems)
    contribution = lock_contribution(contribution)
    if problems := _problems_with_named(contribution, choices):
        raise RuleBroken(problems)
    if seen == ANYTHING:
        stands = _standing(contribution)
        seen = stands.pk if stands else None
    if seen is not None and not _supersede(contribution, seen):
        raise Conflict(_standing(contribution))
    answer = Answer(contribution.pk, extent, rationale.strip(), standard.pk if standard else None, places_chosen(choices))
    return _write(contribution, answer, "decision.changed" if seen else "decision.made", by=by, replaces=seen)


def _supersede(contribution: Contribution, decision: int) -> bool:
    """End a decision, to write the next in its place; False when it does not stand any more."""
    stands = Decision.objects.current().filter(contribution=contribution, pk=decision)
    return stands.update(superseded_at=timezone.now()) == 1


def _write(contribution: Contribution, answer: Answer, verb: str, *, by: User, replaces: int | None) -> Decision:
    """Append the answer and its line in the log. Raises Conflict when another one stands."""
    decision = _append(contribution, answer, by=by)
    record(verb, by=by, target=contribution, **answer.facts(decision.pk, replaces=replaces))
    return decision


def _append(contribution: Contribution, answer: Answer, *, by: User) -> Decision:
    """The answer as the decision that stands now. Raises Conflict when another one does."""
    made = append(contribution.area_id, [answer], by=by).get(contribution.pk)
    if made is None:
        raise Conflict(_standing(contribution))
    known = {
        "id": made.decision,
        "area_id": contribution.area_id,
        "contribution_id": contribution.pk,
        "extent": answer.extent,
        "needs_agreement": made.needs_agreement,
        "made_by_id": by.pk,
    }
    decision = Decision.from_db(connection.alias, [*known], [*known.values()])
    decision.contribution, decision.made_by = contribution, by
    return decision


def lock_contribution(contribution: Contribution) -> Contribution:
    """Lock the contribution and keep its round open. Its area is loaded with those above. One statement, two when the area was not loaded.

    Raises RoundFrozen, AlreadyWithdrawn: by a colleague, while this one was being weighed.
    """
    hold_point(contribution.pk)
    if not Contribution.area.is_cached(contribution):
        contribution.area = Area.objects.with_lineage().get(pk=contribution.area_id)
    return contribution


def _standing(contribution: Contribution) -> Decision | None:
    """The decision that stands, to be asked once the contribution is locked. One query."""
    return Decision.objects.current().filter(contribution=contribution).first()


def _problems_with_named(contribution: Contribution, choices: Sequence[Choice]) -> list[Problem]:
    """A priority that is named must hold here: reach the area, at the level it is named at, when the plan begins. One query, or none."""
    named = [choice.priority.pk for choice in choices if choice.priority]
    if not named:
        return []
    plan_starts = Subquery(Plan.objects.filter(plan_rounds__round=contribution.round_id).values("starts_on")[:1])
    holding = Priority.objects.reaching(contribution.area).filter(pk__in=named, withdrawn_at__isnull=True).annotate(plan_starts=plan_starts)
    in_years = Q(plan_starts__isnull=True) | Q(starts_on__lte=F("plan_starts"), ends_on__gte=F("plan_starts"))
    levels = dict(holding.filter(in_years).values_list("pk", "area__kind"))
    problems = []
    for index, choice in enumerate(choices, 1):
        if choice.priority and levels.get(choice.priority.pk) != choice.priority.level:
            field = "destination" if index == 1 else f"destination-{index}"
            words = f"‘{choice.priority.title}’ geldt hier niet, of staat intussen op een ander niveau. Kies een andere prioriteit."
            problems.append(Problem(field, words))
    return problems


def needs_agreement(area: Area) -> bool:
    """True where a second person must agree with every new decision (vier ogen). One query."""
    return WayOfWorking.objects.filter(area=area, needs_agreement=True).exists()


@whole
def undo(decision: Decision, *, by: User) -> Decision | None:
    """Take back a decision that still stands: the one before it is put back as a new one, or the contribution is open again.

    Returns what stands now. Raises Conflict when a later one stands, RoundFrozen when the plan was adopted.
    """
    contribution = lock_contribution(decision.contribution)
    if not _supersede(contribution, decision.pk):
        raise Conflict(_standing(contribution))
    before = Decision.objects.filter(contribution=contribution, pk__lt=decision.pk).order_by("-pk").first()
    restored = None
    if before and not _was_undone(before, contribution):
        places = places_again(before.destinations.select_related("priority"))
        restored = _append(contribution, Answer(contribution.pk, before.extent, before.rationale, before.standard_id, places), by=by)
    record("decision.undone", by=by, target=contribution, decision=decision.pk, restored=restored.pk if restored else None)
    return restored


def _was_undone(decision: Decision, contribution: Contribution) -> bool:
    """True when the log says this decision itself was taken back."""
    return LogEntry.objects.about(contribution).filter(verb="decision.undone", facts__decision=decision.pk).exists()
