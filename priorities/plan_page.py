"""The plan page's queries: the route, the chapters, the priorities with their counts, and what is left to do."""

import datetime
from dataclasses import dataclass, replace

from django.db.models import Count, Q

from consultation.models import Round, RoundKind
from consultation.models.round import RoundQuerySet
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.models import Area
from priorities.models import Chapter, ChapterShows, CouncilProposal, Destination, Phase, Plan, Priority, RouteStep
from priorities.snapshot import IndicatorSnapshot
from priorities.snapshots import indicators_of
from priorities.states import PlanStatus
from priorities.triage.agreement import Waiting, settled_in, waiting_in
from priorities.triage.queue_filter import REVIEW, TO_AGREE
from priorities.triage.review import review_count, unfit_priorities


@dataclass(frozen=True, slots=True)
class RouteStop:
    """One step of the route, the weighing among them."""

    code: str
    label: str
    meeting: str = ""
    on_date: datetime.date | None = None
    until: datetime.datetime | None = None
    note: str = ""
    is_done: bool = False
    is_now: bool = False


@dataclass(frozen=True, slots=True)
class ChapterState:
    """How far a chapter is, seen from what stands in it."""

    label: str
    tone: str
    icon: str


EMPTY = ChapterState("Nog leeg", "todo", "circle-dashed")
STARTED = ChapterState("Bezig", "warn", "circle-half")
FILLED = ChapterState("Ingevuld", "ok", "check")


def state_of(chapter: Chapter) -> ChapterState:
    """Empty without a word of its own, started with a lead or a text, filled with both: nobody keeps a tick beside it."""
    if chapter.lead and chapter.body:
        return FILLED
    return STARTED if chapter.lead or chapter.body else EMPTY


@dataclass(frozen=True, slots=True)
class ChapterLine:
    number: int
    title: str
    adds: str
    """What the portal puts after its text; '' for nothing."""
    state: ChapterState


@dataclass(frozen=True, slots=True)
class PriorityLine:
    priority: Priority
    points: int
    """How many contributions of the plan have it as a destination now."""


@dataclass(frozen=True, slots=True)
class Todo:
    """Something that is done, or still to do, before the council can decide."""

    done: bool
    label: str
    url_name: str = ""
    """Where to do it; the address takes the area and the period. '' for this page itself."""
    query: str = ""
    """The tail of that address."""


@dataclass(frozen=True, slots=True)
class PlanPage:
    total: int
    decided: int
    """Those whose answer is settled: weighed, and agreed with where a second person must."""
    waiting: Waiting
    """Decisions that a second person did not agree with yet."""
    route: list[RouteStop]
    chapters: list[ChapterLine]
    priorities: list[PriorityLine]
    unfit: list[Priority]
    """Chosen, and not going along: withdrawn, or out of reach since."""
    before_proposing: list[Todo]
    before_adopting: list[Todo]
    advised: list[Todo]
    """What the portal does not insist on."""
    last_change: LogEntry | None

    @property
    def undecided(self) -> int:
        """Those that nobody weighed."""
        return self.total - self.decided - self.waiting.total

    @property
    def may_be_proposed(self) -> bool:
        return all(item.done for item in self.before_proposing)

    @property
    def has_dates(self) -> bool:
        """True when the three steps of the route have a day."""
        return all(stop.on_date for stop in self.route if stop.code in Phase.values)

    @property
    def chapters_filled(self) -> int:
        return sum(line.state is FILLED for line in self.chapters)


def plan_page(plan: Plan, today: datetime.date) -> PlanPage:
    """Everything the plan page shows. Eleven queries, whatever its size; one more once a priority moved."""
    waiting = waiting_in(plan)
    total, decided = settled_in(plan)
    left = total - decided - waiting.total
    chapters = list(plan.chapters.all())
    named = _points_per_priority(plan)
    chosen = list(Priority.objects.chosen_for(plan).select_related("area"))
    unfit = unfit_priorities(plan)
    route = _route(plan, today, all_decided=total == decided and (bool(total) or plan.status != PlanStatus.DRAFT))
    undated = sum(stop.code in Phase.values and stop.on_date is None for stop in route)
    unfilled = sum(state_of(chapter) is not FILLED for chapter in chapters)
    strangers = {title for pk, title in named if pk not in {priority.pk for priority in chosen}}
    counts = {pk: count for (pk, _), count in named.items()}
    unsettled = [*_agreement(waiting), *_to_review(plan), *_unfit(unfit)]
    weighed = Todo(not left, _weighing_words(total, left), "priorities:triage-queue")
    return PlanPage(
        total=total,
        decided=decided,
        waiting=waiting,
        route=route,
        chapters=[_line(chapter) for chapter in chapters],
        priorities=[PriorityLine(priority, counts.get(priority.pk, 0)) for priority in chosen],
        unfit=unfit,
        before_proposing=[Todo(not undated, _route_words(undated), "priorities:plan-route"), *unsettled],
        before_adopting=[weighed, *(unsettled if plan.status != PlanStatus.DRAFT else [])],
        advised=[
            Todo(bool(chosen) and not strangers, _priority_words(len(chosen), strangers), "priorities:plan-priorities"),
            Todo(not unfilled, _chapter_words(unfilled)),
        ],
        last_change=_last_change(plan, chapters),
    )


def _line(chapter: Chapter) -> ChapterLine:
    adds = ChapterShows(chapter.shows).label if chapter.shows else ""
    return ChapterLine(chapter.number, chapter.title, adds, state_of(chapter))


def _route_words(undated: int) -> str:
    if not undated:
        return "De route heeft drie datums"
    return "De route mist nog 1 datum" if undated == 1 else f"De route mist nog {undated} datums"


def _weighing_words(total: int, left: int) -> str:
    if not left:
        return "Alle punten zijn afgewogen" if total else "Er zijn geen punten om af te wegen"
    return "Nog 1 punt afwegen" if left == 1 else f"Nog {left} punten afwegen"


def _agreement(waiting: Waiting) -> list[Todo]:
    """What lies with a second person and what came back from one; nothing where nothing waits."""
    found = []
    if waiting.to_agree:
        words = "1 afweging wacht" if waiting.to_agree == 1 else f"{waiting.to_agree} afwegingen wachten"
        found.append(Todo(False, f"{words} op akkoord", "priorities:triage-queue", f"?status={TO_AGREE}"))
    if waiting.returned:
        words = "1 afweging is" if waiting.returned == 1 else f"{waiting.returned} afwegingen zijn"
        found.append(Todo(False, f"{words} teruggelegd", "priorities:triage-queue"))
    return found


def _to_review(plan: Plan) -> list[Todo]:
    """Decisions that name a priority which does not fit any more; nothing where there are none."""
    count = review_count(plan)
    words = "1 afweging is te herzien" if count == 1 else f"{count} afwegingen zijn te herzien"
    return [Todo(False, words, "priorities:triage-queue", f"?status={REVIEW}")] if count else []


def _unfit(priorities: list[Priority]) -> list[Todo]:
    """Chosen priorities that do not hold here any more; nothing where there are none."""
    words = "1 gekozen prioriteit geldt" if len(priorities) == 1 else f"{len(priorities)} gekozen prioriteiten gelden"
    return [Todo(False, f"{words} niet meer", "priorities:plan-priorities")] if priorities else []


def _priority_words(chosen: int, strangers: set[str]) -> str:
    if strangers:
        return f"Bij punten staat een prioriteit die niet in dit plan staat: {', '.join(sorted(strangers))}"
    return "De prioriteiten zijn gekozen" if chosen else "Nog prioriteiten kiezen"


def _chapter_words(unfilled: int) -> str:
    if not unfilled:
        return "Alle hoofdstukken zijn ingevuld"
    return "Nog 1 hoofdstuk afmaken" if unfilled == 1 else f"Nog {unfilled} hoofdstukken afmaken"


def _points_per_priority(plan: Plan) -> dict[tuple[int, str], int]:
    """(id, title) of each priority that holds here and that contributions of the plan go to now -> how many do."""
    counted = (
        Destination.objects.filter(
            priority__in=Priority.objects.reaching(plan.area).in_period(plan.starts_on),
            decision__superseded_at__isnull=True,
            decision__contribution__round__plan_round__plan=plan,
            decision__contribution__withdrawn_at__isnull=True,
        )
        .values_list("priority", "priority__title")
        .annotate(n=Count("decision", distinct=True))
    )
    return {(pk, title): n for pk, title, n in counted.order_by()}


def _route(plan: Plan, today: datetime.date, *, all_decided: bool) -> list[RouteStop]:
    """Image forming, the weighing, opinion forming, decision making. A step is done when its day is past; now is the first that is not."""
    steps = {step.phase: step for step in plan.route_steps.all()}
    stops = [_stop(phase, steps.get(phase), today) for phase in Phase]
    stops.insert(1, RouteStop("weighing", "Afweging", until=plan.weigh_by, is_done=all_decided))
    if plan.is_frozen:
        return [replace(stop, is_done=True) for stop in stops]
    now = next((stop for stop in stops if not stop.is_done), None)
    return [replace(stop, is_now=stop is now) for stop in stops]


def _stop(phase: Phase, step: RouteStep | None, today: datetime.date) -> RouteStop:
    if step is None:
        return RouteStop(phase.value, phase.label)
    is_past = bool(step.on_date and step.on_date < today) and phase != Phase.DECISION_MAKING  # that is done when the plan is adopted
    return RouteStop(phase.value, phase.label, step.meeting, step.on_date, note=step.note, is_done=is_past)


def _last_change(plan: Plan, chapters: list[Chapter]) -> LogEntry | None:
    """The last thing somebody did to the plan, one of its chapters or its proposal."""
    proposals = CouncilProposal.objects.filter(plan=plan).values_list("pk", flat=True)
    about = Q(target_type=Plan._meta.label_lower, target_id=str(plan.pk))
    about |= Q(target_type=Chapter._meta.label_lower, target_id__in=[str(chapter.pk) for chapter in chapters])
    about |= Q(target_type=CouncilProposal._meta.label_lower, target_id__in=[str(pk) for pk in proposals])
    return LogEntry.objects.filter(about, area=plan.area).order_by("-pk").first()


def proposal_of(plan: Plan) -> CouncilProposal | None:
    """The council proposal of the plan with its arguments; None when nobody wrote one. Two queries."""
    return CouncilProposal.objects.filter(plan=plan).prefetch_related("arguments").first()


def free_rounds(area: Area) -> RoundQuerySet:
    """The rounds of the area that feed no plan yet, newest first."""
    return Round.objects.of(area).filter(plan_round__isnull=True, frozen_at__isnull=True).order_by("-opens_at")


def may_have_plan(area: Area) -> bool:
    """A municipality may; an area above it once a draft strategy of its own waits to be weighed."""
    return area.is_municipality or free_rounds(area).filter(kind=RoundKind.STRATEGY).exists()


def rounds_for(plan: Plan) -> RoundQuerySet:
    """The rounds that may feed the plan: those that do, and those that feed no plan yet; newest first."""
    return (
        Round.objects.of(plan.area)
        .filter(Q(plan_round__plan=plan) | Q(plan_round__isnull=True, frozen_at__isnull=True))
        .order_by("-opens_at")
    )


def next_year(area: Area, today: datetime.date) -> int:
    """The year in which the next plan of the area would begin: after its last one, else after this year. One query."""
    newest = Plan.objects.of(area).newest_first().first()
    return newest.ends_on.year + 1 if newest else today.year + 1


@dataclass(frozen=True, slots=True)
class ShownAfter:
    """What the portal adds after a chapter's text."""

    indicators: tuple[IndicatorSnapshot, ...] = ()
    priorities: tuple[Priority, ...] = ()
    weighing: bool = False


def shown_after(chapter: Chapter, plan: Plan) -> ShownAfter:
    """What comes after this chapter on the screen. At most two queries."""
    if chapter.shows == ChapterShows.FIGURES:
        return ShownAfter(indicators=indicators_of(plan))
    if chapter.shows == ChapterShows.PRIORITIES:
        return ShownAfter(priorities=tuple(Priority.objects.chosen_for(plan).select_related("area")))
    return ShownAfter(weighing=chapter.shows == ChapterShows.WEIGHING)
