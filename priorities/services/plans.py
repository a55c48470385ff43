"""Changes to plans: each locks the plan, asks the rule, writes, and leaves a line in the log."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from consultation.models import Contribution, Round
from consultation.services import freeze_round, settle_retention
from ivp_portal.audit.log import record
from ivp_portal.audit.versions import differences
from ivp_portal.organisation.models import Area, User
from priorities import rules
from priorities.models import (
    Chapter,
    ChapterShows,
    Decision,
    Phase,
    Plan,
    PlanPriority,
    PlanRound,
    PlanSnapshotRecord,
    Priority,
    QueueState,
    RouteStep,
)
from priorities.rules import Problem, RuleBroken
from priorities.services.priorities import keep_words, lock_area
from priorities.snapshots import snapshot_of
from priorities.states import PlanStatus, require_move
from priorities.triage.review import points_to_review, unfit_priorities


class NotYet(Exception):
    """The plan is not ready for this step; the message and the items say what is missing, in Dutch."""

    def __init__(self, message: str, items: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.items = list(items)


class PlanClosed(Exception):
    """The plan was adopted: nothing in it changes any more. The message is a Dutch sentence for the screen."""

    def __init__(self, plan: Plan) -> None:
        on = date_format(plan.adopted_on, "j F Y") if plan.adopted_on else ""
        super().__init__(f"Dit plan is vastgesteld op {on}. Er verandert niets meer aan.")
        self.plan = plan


# The chapters a plan starts with (seed 004), and what the portal adds after each.
DEFAULT_CHAPTERS = (
    ("Inleiding", ChapterShows.WEIGHING),
    ("Veiligheidsbeeld", ChapterShows.FIGURES),
    ("Focus", ChapterShows.NOTHING),
    ("Prioriteiten", ChapterShows.PRIORITIES),
    ("Communicatie", ChapterShows.NOTHING),
    ("Samenwerking op andere onderwerpen", ChapterShows.NOTHING),
    ("Tot slot", ChapterShows.NOTHING),
)


@dataclass(frozen=True, slots=True)
class Meeting:
    """One step of the council's route as somebody filled it in."""

    meeting: str = ""
    on_date: datetime.date | None = None
    note: str = ""


@transaction.atomic
def start_plan(area: Area, *, starts_on: datetime.date, ends_on: datetime.date, rounds: Sequence[Round] = (), by: User) -> Plan:
    """Begin the plan of an area with the rounds that feed it; that of a municipality gets its seven chapters.

    Raises RuleBroken for a period of more than four years, for one that begins in the same year as another plan of the area, and for a
    round that feeds another plan or is of another area.
    """
    lock_area(area)
    if problem := rules.problem_with_period(starts_on.year, ends_on.year):
        raise RuleBroken([Problem("last_year", problem)])
    if other := Plan.objects.of(area).filter(starts_on=starts_on).first():
        raise RuleBroken([Problem("first_year", f"Er is al een plan dat in {starts_on.year} begint: {other.period}. Kies een ander jaar.")])
    free = set(Round.objects.of(area).filter(plan_round__isnull=True, frozen_at__isnull=True).values_list("pk", flat=True))
    for round in rounds:
        if round.pk not in free:
            raise RuleBroken([Problem("rounds", f"‘{round.title}’ hoort al bij een ander plan. Haal het vinkje weg.")])
    plan = Plan.objects.create(area=area, starts_on=starts_on, ends_on=ends_on)
    PlanRound.objects.bulk_create(PlanRound(area=area, plan=plan, round=round) for round in rounds)
    chapters = DEFAULT_CHAPTERS if area.is_municipality else ()
    Chapter.objects.bulk_create(
        Chapter(area=area, plan=plan, number=number, title=title, shows=shows) for number, (title, shows) in enumerate(chapters, 1)
    )
    record("plan.started", by=by, target=plan, period=plan.period, rounds=[round.slug for round in rounds])
    return plan


@transaction.atomic
def change_plan(plan: Plan, *, motto: str, portfolio_holder: str, made_with: str, colophon: str, by: User) -> Plan:
    """Change what stands in the front and back of the plan; the log keeps both texts. Raises PlanClosed."""
    plan = lock_open_plan(plan)
    return _write(plan, {"motto": motto, "portfolio_holder": portfolio_holder, "made_with": made_with, "colophon": colophon}, by=by)


def _write(plan: Plan, values: Mapping[str, Any], *, by: User) -> Plan:
    changes = differences({name: getattr(plan, name) for name in values}, values)
    if changes:
        for name in changes["after"]:
            setattr(plan, name, values[name])
        plan.save(update_fields=list(changes["after"]))
        record("plan.changed", by=by, target=plan, **changes)
    return plan


@transaction.atomic
def change_route(plan: Plan, *, steps: Mapping[Phase, Meeting], weigh_by: datetime.datetime | None, by: User) -> Plan:
    """Write down the council's route: three meetings, and the moment at which the weighing is to be done.

    Raises RuleBroken when a step comes before an earlier one, PlanClosed.
    """
    days = [(f"{phase}_on_date", phase.label, steps[phase].on_date) for phase in Phase if phase in steps]
    if problems := rules.problems_with_route(days):
        raise RuleBroken(problems)
    plan = lock_open_plan(plan)
    _write(plan, {"weigh_by": weigh_by}, by=by)
    before = {step.phase: step for step in plan.route_steps.all()}
    for phase, new in steps.items():
        row = before.get(phase) or RouteStep(area=plan.area, plan=plan, phase=phase)
        values = {"meeting": new.meeting, "on_date": new.on_date, "note": new.note}
        changes = differences({name: getattr(row, name) for name in values}, values)
        if row.pk and not changes:
            continue
        row.meeting, row.on_date, row.note = new.meeting, new.on_date, new.note
        row.save()
        if changes:
            record("route.changed", by=by, target=plan, phase=phase.value, **changes)
    return plan


@transaction.atomic
def choose_priorities(plan: Plan, *, priorities: Sequence[Priority], by: User) -> Plan:
    """Let the plan hold these priorities, in this order: its own and those of areas above it that hold on its first day.

    Raises RuleBroken for any other and for one that is named twice, PlanClosed.
    """
    plan = lock_open_plan(plan)
    allowed = set(Priority.objects.reaching(plan.area).in_period(plan.starts_on).values_list("pk", flat=True))
    chosen = [priority.pk for priority in priorities]
    if strangers := [priority.title for priority in priorities if priority.pk not in allowed]:
        raise RuleBroken([Problem("priorities", f"‘{strangers[0]}’ geldt hier niet, of niet in deze jaren. Kies een andere prioriteit.")])
    if len(set(chosen)) < len(chosen):
        raise RuleBroken([Problem("priorities", "Een prioriteit staat er twee keer in. Kies elke prioriteit één keer.")])
    before = list(plan.plan_priorities.select_related("priority"))
    if [row.priority_id for row in before] == chosen:
        return plan
    plan.plan_priorities.all().delete()
    PlanPriority.objects.bulk_create(
        PlanPriority(area=plan.area, plan=plan, priority=priority, position=position) for position, priority in enumerate(priorities, 1)
    )
    titles: dict[str, Any] = {"before": [row.priority.title for row in before], "after": [priority.title for priority in priorities]}
    record("plan.priorities_chosen", by=by, target=plan, **titles)
    return plan


@transaction.atomic
def choose_rounds(plan: Plan, *, rounds: Sequence[Round], by: User) -> Plan:
    """Let these rounds, and no other, feed the plan. A round whose points were weighed stays: its decisions belong to this plan.

    Raises RuleBroken for a round of another plan or area and for leaving out one with decisions, PlanClosed.
    """
    plan = lock_open_plan(plan)
    before = {round.pk: round for round in Round.objects.filter(plan_round__plan=plan).order_by("pk")}
    free = set(Round.objects.of(plan.area).filter(plan_round__isnull=True, frozen_at__isnull=True).values_list("pk", flat=True))
    chosen = {round.pk: round for round in rounds}
    for round in chosen.values():
        if round.pk not in free and round.pk not in before:
            raise RuleBroken([Problem("rounds", f"‘{round.title}’ hoort al bij een ander plan. Haal het vinkje weg.")])
    gone = [round for pk, round in before.items() if pk not in chosen]
    weighed = Decision.objects.filter(contribution__round__in=gone).select_related("contribution__round").first()
    if weighed:
        title = weighed.contribution.round.title
        raise RuleBroken([Problem("rounds", f"Van ‘{title}’ zijn al punten afgewogen. Deze ronde blijft bij dit plan.")])
    if chosen.keys() == before.keys():
        return plan
    PlanRound.objects.filter(plan=plan, round__in=gone).delete()
    PlanRound.objects.bulk_create(PlanRound(area=plan.area, plan=plan, round=round) for pk, round in chosen.items() if pk not in before)
    slugs: dict[str, Any] = {
        when: sorted(round.slug for round in those.values()) for when, those in (("before", before), ("after", chosen))
    }
    record("plan.rounds_chosen", by=by, target=plan, **slugs)
    return plan


def undecided_in(plan: Plan) -> list[Contribution]:
    """The contributions of the plan that have no decision, in their order. One query."""
    decided = Decision.objects.current().values("contribution")
    return list(
        Contribution.objects.standing().filter(round__plan_round__plan=plan).exclude(pk__in=decided).select_related("round").in_order()
    )


def unagreed_in(plan: Plan) -> list[Contribution]:
    """The contributions of the plan whose decision waits for a second person, or was handed back, in their order. One query."""
    waiting = Contribution.objects.filter(round__plan_round__plan=plan, queue_row__state__in=[QueueState.TO_AGREE, QueueState.RETURNED])
    return list(waiting.select_related("round", "queue_row").in_order())


def _require_agreed(plan: Plan) -> None:
    """Raise NotYet while a second person did not agree with every decision that asks for it: what the council reads, counts."""
    if waiting := unagreed_in(plan):
        count = len(waiting)
        sentence = "1 afweging heeft nog geen akkoord." if count == 1 else f"{count} afwegingen hebben nog geen akkoord."
        raise NotYet(sentence, [f"{point.point} ({point.reference}): {point.queue_row.get_state_display().lower()}" for point in waiting])


def _require_reviewed(plan: Plan) -> None:
    """Raise NotYet while a decision names a priority that does not fit any more (te herzien), or the plan itself holds such a one."""
    if waiting := points_to_review(plan):
        count = len(waiting)
        sentence = "1 afweging is te herzien." if count == 1 else f"{count} afwegingen zijn te herzien."
        raise NotYet(sentence, [f"{point.point} ({point.reference})" for point in waiting])
    if strangers := unfit_priorities(plan):
        sentence = "Voor dit plan is een prioriteit gekozen die hier niet meer geldt. Haal haar eerst uit het plan."
        raise NotYet(sentence, [priority.title for priority in strangers])


@transaction.atomic
def propose_plan(plan: Plan, *, by: User) -> Plan:
    """Put the plan before the council: its route must have three dates, no decision waits for agreement and none is to be looked at again.

    Raises MoveRefused or NotYet.
    """
    plan = _lock_plan(plan)
    require_move(plan.status, PlanStatus.PROPOSED)
    dated = set(plan.route_steps.filter(on_date__isnull=False).values_list("phase", flat=True))
    if missing := [phase.label for phase in Phase if phase not in dated]:
        raise NotYet("De route naar de raad mist nog een datum.", missing)
    _require_agreed(plan)
    keep_words(plan)  # waits for a priority that is being moved
    _require_reviewed(plan)
    plan.status = PlanStatus.PROPOSED
    plan.save(update_fields=["status"])
    record("plan.proposed", by=by, target=plan, undecided=len(undecided_in(plan)))
    return plan


@transaction.atomic
def withdraw_plan(plan: Plan, *, by: User, reason: str) -> Plan:
    """Take the plan back from the council, to work on it again; the reason stays in the log. Raises MoveRefused."""
    plan = _lock_plan(plan)
    require_move(plan.status, PlanStatus.DRAFT)
    plan.status = PlanStatus.DRAFT
    plan.save(update_fields=["status"])
    record("plan.withdrawn", by=by, target=plan, reason=reason)
    return plan


@transaction.atomic
def adopt_plan(plan: Plan, *, on: datetime.date | None, by: User, decision_number: str = "") -> PlanSnapshotRecord:
    """Write down that the council adopted the plan on that day, close the books and freeze the snapshot every paper is drawn from.

    Raises RuleBroken without the council's date and for one in the future or before the route; NotYet while one contribution has no
    decision, one that waits for agreement or one that is to be looked at again, naming them; MoveRefused when the plan is not before the
    council. Politiewet 2012, art. 38b: the council sets it.
    """
    plan = _lock_plan(plan)
    begins = plan.route_steps.filter(phase=Phase.IMAGE_FORMING).values_list("on_date", flat=True).first()
    problem = rules.problem_with_council_date(on, today=timezone.localdate(), route_begins=begins)
    if problem or on is None:
        raise RuleBroken([Problem("adopted_on", problem)])
    require_move(plan.status, PlanStatus.ADOPTED)
    for round in Round.objects.filter(plan_round__plan=plan).order_by("pk"):
        freeze_round(round, by=by)  # waits for decisions under way; what comes later is refused
        settle_retention(round, on)
    if still_open := undecided_in(plan):
        count = len(still_open)
        sentence = "Bij 1 punt ontbreekt een afweging." if count == 1 else f"Bij {count} punten ontbreekt een afweging."
        raise NotYet(sentence, [f"{contribution.point} ({contribution.reference})" for contribution in still_open])
    _require_agreed(plan)
    keep_words(plan)  # waits for a priority that is being moved
    _require_reviewed(plan)
    plan.status, plan.adopted_on = PlanStatus.ADOPTED, on
    plan.decision_number = decision_number or plan.decision_number
    plan.save(update_fields=["status", "adopted_on", "decision_number"])
    snapshot = _store_snapshot(plan, is_adopted=True)
    record("plan.adopted", by=by, target=plan, adopted_on=str(on), snapshot=snapshot.sha256)
    earlier = Plan.objects.of(plan.area).filter(status=PlanStatus.ADOPTED, starts_on__lt=plan.starts_on)
    for old in earlier.select_for_update():
        old.status = PlanStatus.SUPERSEDED
        old.save(update_fields=["status"])
        record("plan.superseded", by=by, target=old, area=plan.area, successor=plan.period)
    return snapshot


def _lock_plan(plan: Plan) -> Plan:
    """The plan as it stands now, locked until the end of the transaction."""
    return Plan.objects.select_for_update(of=("self",)).select_related("area__parent__parent__parent__parent").get(pk=plan.pk)


def lock_open_plan(plan: Plan) -> Plan:
    """The plan, locked; raises PlanClosed when it was adopted."""
    plan = _lock_plan(plan)
    if plan.is_frozen:
        raise PlanClosed(plan)
    return plan


@transaction.atomic
def take_snapshot(plan: Plan) -> PlanSnapshotRecord:
    """The plan as it is now, stored; for an adopted plan always the one of its adoption. The same content is stored once."""
    if plan.is_frozen:
        return plan.snapshots.get(is_adopted=True)
    return _store_snapshot(_lock_plan(plan), is_adopted=False)


def _store_snapshot(plan: Plan, *, is_adopted: bool) -> PlanSnapshotRecord:
    snapshot = snapshot_of(plan)
    return PlanSnapshotRecord.objects.get_or_create(
        plan=plan,
        sha256=snapshot.sha256(),
        defaults={"area": plan.area, "content": snapshot.to_json().decode(), "is_adopted": is_adopted},
    )[0]
