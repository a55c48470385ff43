"""How fast a queue empties: decisions per working day, and the day it is done at this pace. Pure; no Django.

A working day is Monday to Friday; what is decided in a weekend counts for the Friday before. Public holidays are not known here.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

WINDOW = 10
"""Two weeks of work."""
ENOUGH_DAYS = 4
"""With fewer working days there is no telling slow from fast."""
NOTABLE = 1.25
"""How many times as fast one half of the window must be before we say so."""
FURTHEST = 520
"""Two years of work: later than that no day is named."""


class Trend(StrEnum):
    """How the later half of the window compares with the earlier."""

    EVEN = "even"
    FASTER = "faster"
    SLOWER = "slower"


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast it went in the last two weeks of work.

    Those are the ten working days up to the last one on which something was decided, from the first of them on which that was so: days
    off before and after do not slow it down, a day off in between does.
    """

    number: int
    """Points that were decided in those days."""
    days: int
    """Working days among them, 1 to 10."""
    slow: float
    """Per working day in the slower half; as fast as the other when there are too few days to tell."""
    fast: float
    last_day: date
    """The last working day on which something was decided."""
    trend: Trend = Trend.EVEN
    last_seen: date | None = None
    """The last day itself, when that was in the weekend after it."""

    @property
    def per_day(self) -> float:
        return self.number / self.days


@dataclass(frozen=True, slots=True)
class Forecast:
    """When what is left is done."""

    ready_on: date | None
    """At this pace; None when that is more than two years of work away."""
    earliest: date | None
    latest: date | None
    """At the pace of the faster and of the slower half; None as above."""
    days_late: int = 0
    """Working days after the last day that is in time; 0: in time, or there is no such day."""
    needed_per_day: int | None = None
    """How many a day would be in time, rounded up; None without a last day, or when it has passed."""
    is_overdue: bool = False
    """The last day has passed and something is left."""

    @property
    def varies(self) -> bool:
        return self.earliest != self.latest


def working_day(day: date) -> date:
    """The day itself; of a weekend the Friday before."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def working_days_after(day: date, until: date) -> int:
    """How many working days lie after `day`, up to and including `until`; 0 when that is not later."""
    if until <= day:
        return 0
    weeks, rest = divmod((until - day).days, 7)
    return 5 * weeks + sum((day + timedelta(days=step)).weekday() < 5 for step in range(1, rest + 1))


def nth_working_day_after(day: date, number: int) -> date:
    """The working day that is `number` (1 or more) further; counted from a weekend, Monday is the first."""
    day = working_day(day)
    weeks, rest = divmod(day.weekday() + number, 5)
    return day + timedelta(days=7 * weeks + rest - day.weekday())


def pace_of(decided: Mapping[date, int], *, today: date) -> Pace | None:
    """The pace, from how many points were decided on which day; None when nothing was up to today."""
    per_day: dict[date, int] = {}
    for day, number in decided.items():
        if number > 0 and day <= today:
            per_day[working_day(day)] = per_day.get(working_day(day), 0) + number
    if not per_day:
        return None
    last = max(per_day)
    inside = [day for day in per_day if working_days_after(day, last) < WINDOW]
    first = min(inside)
    days = working_days_after(first, last) + 1
    number = sum(per_day[day] for day in inside)
    seen = max(day for day, many in decided.items() if many > 0 and day <= today)
    last_seen = seen if seen > last else None
    if days < ENOUGH_DAYS:
        return Pace(number, days, number / days, number / days, last, last_seen=last_seen)
    later_days = days // 2
    later = sum(per_day[day] for day in inside if working_days_after(day, last) < later_days)
    then, now = (number - later) / (days - later_days), later / later_days
    trend = Trend.FASTER if now >= NOTABLE * then else Trend.SLOWER if then >= NOTABLE * now else Trend.EVEN
    return Pace(number, days, min(then, now), max(then, now), last, trend, last_seen)


def forecast(left: int, pace: Pace | None, *, today: date, last_day: date | None = None) -> Forecast:
    """When `left` points are done at this pace, and whether that is in time: on `last_day` or before.

    Work goes on today, or on the next working day when something was decided today already.
    """
    worked_today = pace is not None and pace.last_day == working_day(today)
    before = today if worked_today or today.weekday() > 4 else today - timedelta(days=1)
    is_overdue = bool(left) and last_day is not None and working_days_after(before, last_day) == 0
    needed = None if last_day is None or is_overdue or not left else math.ceil(left / working_days_after(before, last_day))
    if pace is None or not left:
        return Forecast(None, None, None, needed_per_day=needed, is_overdue=is_overdue)
    ready, earliest, latest = (_done_on(left, speed, before) for speed in (pace.per_day, pace.fast, pace.slow))
    late = working_days_after(last_day, ready) if last_day and ready else 0
    return Forecast(ready, earliest, latest, days_late=late, needed_per_day=needed, is_overdue=is_overdue)


def _done_on(left: int, per_day: float, before: date) -> date | None:
    days = math.ceil(round(left / per_day, 6))
    return nth_working_day_after(before, days) if days <= FURTHEST else None
