"""Changes to decisions: each locks, asks the rule, writes, and leaves a line in the log."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone

from consultation.models import Contribution, RoundKind
from consultation.models.contribution import ContributionQuerySet
from consultation.services import AlreadyWithdrawn, hold_open
from ivp_portal.audit.log import record
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.models import Area, User
from ivp_portal.web.prepared import Prepared
from priorities import rules
from priorities.models import Decision, Destination, Plan, Priority, StandardRationale, WayOfWorking
from priorities.rules import Choice, Problem, RuleBroken


class Conflict(Exception):
    """Somebody else decided in the meantime; `current` is what stands now, None when it was undone."""

    def __init__(self, current: Decision | None) -> None:
        super().__init__("Een collega was eerder.")
        self.current = current


ANYTHING: int = -1
"""For decide(seen=…): whatever stands now may be superseded."""


@transaction.atomic
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
    current = _standing(contribution)
    if seen != ANYTHING and seen != (current.pk if current else None):
        raise Conflict(current)
    return _append(contribution, current, choices=choices, extent=extent, rationale=rationale.strip(), by=by, standard=standard)


def lock_contribution(contribution: Contribution) -> Contribution:
    """The contribution, locked. The round first: adopting a plan locks in the same order, so two changes can wait but never deadlock.

    Its area is loaded with those above, and it knows whether a second person must agree with what is decided about it.
    """
    hold_open(contribution.round_id)
    (contribution,) = LOCKED.rows("locked", _to_lock, pk=contribution.pk)
    if contribution.withdrawn_at:  # by a colleague, while this one was being weighed
        raise AlreadyWithdrawn
    return contribution


LOCKED, STANDING = Prepared("pk", one_plan=True), Prepared("pk", one_plan=True)


def _to_lock(pk: int) -> ContributionQuerySet:
    asked = WayOfWorking.objects.filter(area=OuterRef("area"), needs_agreement=True)
    found = Contribution.objects.filter(pk=pk).annotate(needs_agreement=Exists(asked)).defer("search")
    return found.select_related("area__parent__parent__parent__parent").select_for_update(of=("self",))


def _standing(contribution: Contribution) -> Decision | None:
    """The decision that stands, to be asked once the contribution is locked. One query."""
    return next(iter(STANDING.rows("standing", lambda pk: Decision.objects.current().filter(contribution=pk), pk=contribution.pk)), None)


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


def _append(
    contribution: Contribution,
    current: Decision | None,
    *,
    choices: Sequence[Choice],
    extent: str,
    rationale: str,
    by: User,
    standard: StandardRationale | None,
) -> Decision:
    if current:
        Decision.objects.filter(pk=current.pk).update(superseded_at=timezone.now())
    decision = Decision.objects.create(
        area=contribution.area,
        contribution=contribution,
        extent=extent,
        rationale=rationale,
        standard=standard,
        needs_agreement=contribution.needs_agreement,  # type: ignore[attr-defined]
        made_by=by,
    )
    Destination.objects.bulk_create(
        Destination(
            area=contribution.area,
            decision=decision,
            position=position,
            kind=choice.kind.code,
            priority_id=choice.priority.pk if choice.priority else None,
            level=choice.priority.level if choice.priority else "",
            named=choice.named.strip(),
        )
        for position, choice in enumerate(choices, 1)
    )
    record(
        "decision.changed" if current else "decision.made",
        by=by,
        target=contribution,
        decision=decision.pk,
        replaces=current.pk if current else None,
        destinations=[{"kind": choice.kind.code, "name": choice.name} for choice in choices],
        extent=extent,
        rationale=rationale,
    )
    return decision


def needs_agreement(area: Area) -> bool:
    """True where a second person must agree with every new decision (vier ogen). One query."""
    return WayOfWorking.objects.filter(area=area, needs_agreement=True).exists()


@transaction.atomic
def undo(decision: Decision, *, by: User) -> Decision | None:
    """Take back a decision that still stands: the one before it is put back as a new one, or the contribution is open again.

    Returns what stands now. Raises Conflict when a later one stands, RoundFrozen when the plan was adopted.
    """
    contribution = lock_contribution(decision.contribution)
    current = _standing(contribution)
    if current is None or current.pk != decision.pk:
        raise Conflict(current)
    Decision.objects.filter(pk=current.pk).update(superseded_at=timezone.now())
    before = Decision.objects.filter(contribution=contribution, pk__lt=current.pk).order_by("-pk").first()
    restored = None
    if before and not _was_undone(before, contribution):
        restored = Decision.objects.create(
            area=contribution.area,
            contribution=contribution,
            extent=before.extent,
            rationale=before.rationale,
            standard_id=before.standard_id,
            needs_agreement=contribution.needs_agreement,  # type: ignore[attr-defined]
            made_by=by,
        )
        Destination.objects.bulk_create(
            Destination(
                area=contribution.area,
                decision=restored,
                position=old.position,
                kind=old.kind,
                priority_id=old.priority_id,
                level=old.level,
                named=old.named,
            )
            for old in before.destinations.all()
        )
    record("decision.undone", by=by, target=contribution, decision=current.pk, restored=restored.pk if restored else None)
    return restored


def _was_undone(decision: Decision, contribution: Contribution) -> bool:
    """True when the log says this decision itself was taken back."""
    return LogEntry.objects.about(contribution).filter(verb="decision.undone", facts__decision=decision.pk).exists()
