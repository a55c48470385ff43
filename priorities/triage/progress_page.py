"""How far the triage of a plan is: what is left by theme, officer, source and round, how fast it goes, and when it is done."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from consultation.models import ContributorKind, Round
from ivp_portal.web.charts import Bar, bar_chart
from priorities.models import Decision, Plan, QueueRow, QueueState
from priorities.triage.pace import Forecast, Pace, Trend, forecast, pace_of
from priorities.triage.queue_counts import STATUS_LABELS, Mark, marks_of
from priorities.triage.queue_filter import DONE, NO_THEME, NOBODY, STATES, TO_AGREE, TO_DO, TriageFilter, query_of

CHART_DAYS = 30
LABEL_EVERY = 10


@dataclass(slots=True)
class Line:
    """One theme, officer, source or round: how many of its points stand where."""

    label: str
    filter: TriageFilter
    """The part of the queue with its points."""
    numbers: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATES, 0))

    @property
    def left(self) -> int:
        return self.numbers[TO_DO]

    @property
    def to_agree(self) -> int:
        return self.numbers[TO_AGREE]

    @property
    def done(self) -> int:
        return self.numbers[DONE]

    @property
    def total(self) -> int:
        return sum(self.numbers.values())

    @property
    def query(self) -> str:
        """The tail of the address of what is still to do; when that is nothing, of what waits or was done."""
        status = next((status for status, number in self.numbers.items() if number), TO_DO)
        return query_of(self.filter.without(status=status))


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The lines of one way to divide the points."""

    title: str
    noun: str
    """What stands above the first column."""
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Progress:
    """All of it; the sentences are Dutch and ready for the screen."""

    total: int
    states: list[Line]
    returned: int
    """How many of what is left were handed back by a second person."""
    breakdowns: list[Breakdown]
    pace: Pace | None
    pace_words: str
    ready_words: str
    term_words: str
    is_late: bool
    days: list[tuple[datetime.date, int]]
    """Of the chart: every day, oldest first."""
    chart: SafeString

    @property
    def left(self) -> int:
        return self.states[0].left

    @property
    def waits_for_agreement(self) -> bool:
        return any(line.to_agree for line in self.states)


def progress_of(plan: Plan, *, with_names: bool, today: datetime.date | None = None) -> Progress:
    """How the plan stands. Two queries after the door of the plan: the rounds' titles, and the decisions per day.

    Without names the officers are left out: who handles what is nobody's business outside the office.
    """
    today = today or timezone.localdate()
    marks = marks_of(plan)
    decided = decided_per_day(plan)
    pace = pace_of(decided, today=today)
    last_day = last_day_of(plan)
    states = _states(marks)
    outlook = forecast(states[0].left, pace, today=today, last_day=last_day)
    days = [(day, decided.get(day, 0)) for day in (today - datetime.timedelta(days=back) for back in range(CHART_DAYS - 1, -1, -1))]
    return Progress(
        total=sum(mark.number for mark in marks),
        states=states,
        returned=sum(mark.number for mark in marks if mark.state == QueueState.RETURNED),
        breakdowns=_breakdowns(plan, marks, with_names=with_names),
        pace=pace,
        pace_words=pace_words(pace, today=today),
        ready_words=ready_words(states[0].left, pace, outlook),
        term_words=term_words(states[0].left, outlook, last_day),
        is_late=bool(outlook.days_late or outlook.is_overdue),
        days=days,
        chart=_chart(days),
    )


def decided_per_day(plan: Plan) -> dict[datetime.date, int]:
    """Day -> how many points got their first decision on it. One query.

    A point counts once, on the day of its first decision, as long as an answer stands: deciding it anew is not a second point, and one
    that was taken back or handed back is work again and counts nowhere.
    """
    earlier = Decision.objects.filter(contribution=OuterRef("contribution"), pk__lt=OuterRef("pk"))
    answered = [*STATES[TO_AGREE], *STATES[DONE]]
    rows = QueueRow.objects.filter(area=plan.area_id, round__in=plan.round_ids, state__in=answered)
    first = Decision.objects.filter(contribution__in=rows.values("pk"))
    per_day = first.filter(~Exists(earlier)).annotate(day=TruncDate("made_at")).values("day").annotate(n=Count("pk")).order_by()
    return dict(per_day.values_list("day", "n"))


def last_day_of(plan: Plan) -> datetime.date | None:
    """The last day on which the triage may be done: ‘vóór’ midnight is the day before."""
    return timezone.localtime(plan.weigh_by - datetime.timedelta(seconds=1)).date() if plan.weigh_by else None


# What is left


def _states(marks: Iterable[Mark]) -> list[Line]:
    """One line for each state; the one to agree only where somebody must."""
    lines = {status: Line(STATUS_LABELS[status], TriageFilter(status=status)) for status in STATES}
    for mark in marks:
        status = _status_of(mark)
        lines[status].numbers[status] += mark.number
    return [line for status, line in lines.items() if status != TO_AGREE or line.to_agree]


def _status_of(mark: Mark) -> str:
    return next(status for status, states in STATES.items() if mark.state in states)


def _breakdowns(plan: Plan, marks: list[Mark], *, with_names: bool) -> list[Breakdown]:
    titles = dict(Round.objects.filter(pk__in=plan.round_ids).values_list("pk", "title"))
    kinds: dict[str, str] = {kind.value: str(kind.label) for kind in ContributorKind}
    everything = TriageFilter()

    def by_theme(mark: Mark) -> tuple[str, TriageFilter]:
        if mark.theme_id is None:
            return "Zonder thema", everything.without(theme=NO_THEME)
        return mark.theme or "", everything.without(theme=str(mark.theme_id))

    def by_officer(mark: Mark) -> tuple[str, TriageFilter]:
        if mark.assignee_id is None:
            return "Niemand", everything.without(assignee=NOBODY)
        return mark.assignee or "Iemand zonder naam", everything.without(assignee=str(mark.assignee_id))

    def by_source(mark: Mark) -> tuple[str, TriageFilter]:
        return kinds[mark.source], everything.without(source=mark.source)

    def by_round(mark: Mark) -> tuple[str, TriageFilter]:
        return titles[mark.round_id], everything.without(round=plan.round_slugs[mark.round_id])

    found = [Breakdown("Per thema", "Thema", _lines(marks, by_theme))]
    if with_names:
        found.append(Breakdown("Per behandelaar", "Behandelaar", _lines(marks, by_officer)))
    return [
        *found,
        Breakdown("Per soort inbrenger", "Inbrenger", _lines(marks, by_source)),
        Breakdown("Per ronde", "Ronde", _lines(marks, by_round)),
    ]


def _lines(marks: Iterable[Mark], line_of: Callable[[Mark], tuple[str, TriageFilter]]) -> list[Line]:
    """Most work first; what has no theme or nobody comes last."""
    lines: dict[TriageFilter, Line] = {}
    for mark in marks:
        label, filter = line_of(mark)
        lines.setdefault(filter, Line(label, filter)).numbers[_status_of(mark)] += mark.number
    loose = {TriageFilter(theme=NO_THEME), TriageFilter(assignee=NOBODY)}
    return sorted(lines.values(), key=lambda line: (line.filter in loose, -line.left, -line.total, line.label.casefold()))


# How fast, and when


def _points(number: int) -> str:
    return "1 punt" if number == 1 else f"{_whole(number)} punten"


def _whole(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _day(day: datetime.date) -> str:
    return date_format(day, "l j F Y")


def _speed(per_day: float) -> str:
    """'14', '2,5': one decimal below ten, where it matters."""
    return _whole(round(per_day)) if per_day >= 10 else f"{per_day:.1f}".removesuffix(".0").replace(".", ",")


TRENDS = {Trend.EVEN: "", Trend.FASTER: " De laatste dagen gaat het sneller.", Trend.SLOWER: " De laatste dagen gaat het langzamer."}


def pace_words(pace: Pace | None, *, today: datetime.date) -> str:
    """How fast it goes, in one or two sentences."""
    if pace is None:
        return "Er is nog niets afgewogen. Na de eerste werkdag ziet u hier het tempo."
    if pace.days == 1:
        on = f"tot en met {_day(pace.last_seen)}" if pace.last_seen else f"op {_day(pace.last_day)}"
        when = "vandaag" if pace.last_day == today else on
        return f"{_points(pace.number)} afgewogen {when}. Na een paar werkdagen zegt het tempo meer."
    words = f"{_speed(pace.per_day)} per werkdag: {_points(pace.number)} in de laatste {pace.days} werkdagen waarin er werd afgewogen."
    if (today - pace.last_day).days > 7:
        words += f" De laatste keer was {_day(pace.last_seen or pace.last_day)}."
    return words + TRENDS[pace.trend]


def ready_words(left: int, pace: Pace | None, outlook: Forecast) -> str:
    """When it is done, in one sentence; '' while there is no telling."""
    if not left or pace is None:
        return ""
    if outlook.ready_on is None:
        return "In dit tempo duurt het nog meer dan twee jaar."
    words = f"In dit tempo klaar op {_day(outlook.ready_on)}"
    if not outlook.varies or outlook.earliest is None:
        return f"{words}."
    if outlook.latest is None:
        return f"{words}. Het tempo wisselt: op zijn vroegst {_day(outlook.earliest)}, op zijn laatst over meer dan twee jaar."
    return f"{words}. Het tempo wisselt: ergens tussen {_day(outlook.earliest)} en {_day(outlook.latest)}."


def term_words(left: int, outlook: Forecast, last_day: datetime.date | None) -> str:
    """How that compares with the day the triage must be done; '' when there is none, or nothing is left."""
    if last_day is None or not left:
        return ""
    if outlook.is_overdue:
        return f"De afweging moest klaar zijn op {_day(last_day)}."
    if outlook.days_late:
        days = "1 werkdag" if outlook.days_late == 1 else f"{outlook.days_late} werkdagen"
        return f"Dat is {days} te laat: {outlook.needed_per_day} per werkdag nodig om op {_day(last_day)} klaar te zijn."
    if outlook.ready_on:
        return f"Dat is op tijd: de laatste dag is {_day(last_day)}."
    return f"Om op {_day(last_day)} klaar te zijn: {outlook.needed_per_day} per werkdag."


# The chart


def _chart(days: list[tuple[datetime.date, int]]) -> SafeString:
    first, last = days[0][0], days[-1][0]
    labelled = {0, len(days) - 1, *range(LABEL_EVERY - 1, len(days) - 4, LABEL_EVERY)}
    bars = [
        Bar(number, date_format(day, "j b") if place in labelled else "", is_quiet=day.weekday() > 4)
        for place, (day, number) in enumerate(days)
    ]
    total, (busiest, most) = sum(number for _, number in days), max(days, key=lambda row: row[1])
    seen = f"{_points(total)} in deze {len(days)} dagen. De meeste op {_day(busiest)}: {most}." if total else "In deze dagen niets."
    title = f"Afgewogen punten per dag, van {date_format(first, 'j F')} tot en met {date_format(last, 'j F Y')}"
    return bar_chart(bars, name="tempo", title=title, description=seen)
