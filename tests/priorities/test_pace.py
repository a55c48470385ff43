"""How fast a queue empties, as tables: nothing done, one day, a pause, weekends, faster and slower."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from priorities.triage.pace import (
    FURTHEST,
    WINDOW,
    Pace,
    Trend,
    forecast,
    nth_working_day_after,
    pace_of,
    working_day,
    working_days_after,
)

MON, TUE, WED, THU, FRI, SAT, SUN = (date(2026, 11, 16) + timedelta(days=step) for step in range(7))
WEEK = timedelta(days=7)


def fortnight(*numbers: int) -> dict[date, int]:
    """Numbers for the ten working days that end on this Friday."""
    first = MON - WEEK
    days = [first + timedelta(days=7 * (step // 5) + step % 5) for step in range(10)]
    return dict(zip(days, numbers, strict=True))


PACES = [
    ("nothing done", {}, FRI, None),
    ("nothing but zeros", {FRI: 0}, FRI, None),
    ("only what is still to come", {FRI: 3}, THU, None),
    ("one day", {FRI: 6}, FRI, (6, 1, Trend.EVEN)),
    ("one day, three weeks ago", {FRI: 6}, FRI + 3 * WEEK, (6, 1, Trend.EVEN)),
    ("two days after each other", {THU: 4, FRI: 8}, FRI, (12, 2, Trend.EVEN)),
    ("a weekend in between is no pause", {FRI: 4, MON + WEEK: 4}, MON + WEEK, (8, 2, Trend.EVEN)),
    ("the work of a weekend counts for Friday", {SAT: 2, SUN: 3}, SUN, (5, 1, Trend.EVEN)),
    ("a weekend's work beside that of its Friday", {FRI: 1, SAT: 2}, SUN, (3, 1, Trend.EVEN)),
    ("ten even days", fortnight(*[5] * 10), FRI, (50, 10, Trend.EVEN)),
    ("what was done before the last ten days has passed", {MON - 2 * WEEK: 90, FRI: 5}, FRI, (5, 1, Trend.EVEN)),
    ("the first of the ten days counts, whoever rested after it", {MON - WEEK: 5, FRI: 5}, FRI, (10, 10, Trend.EVEN)),
    ("a pause at the end does not slow it down", fortnight(*[5] * 10), FRI + 4 * WEEK, (50, 10, Trend.EVEN)),
    ("faster", fortnight(2, 2, 2, 2, 2, 8, 8, 8, 8, 8), FRI, (50, 10, Trend.FASTER)),
    ("slower", fortnight(8, 8, 8, 8, 8, 2, 2, 2, 2, 2), FRI, (50, 10, Trend.SLOWER)),
    ("a little faster is not worth a word", fortnight(5, 5, 5, 5, 5, 6, 6, 6, 6, 6), FRI, (55, 10, Trend.EVEN)),
    ("three days are too few to tell", {WED: 1, THU: 1, FRI: 30}, FRI, (32, 3, Trend.EVEN)),
    ("four are enough", {TUE: 1, WED: 1, THU: 5, FRI: 5}, FRI, (12, 4, Trend.FASTER)),
]


@pytest.mark.parametrize(("decided", "today", "expected"), [case[1:] for case in PACES], ids=[case[0] for case in PACES])
def test_pace(decided, today, expected):
    pace = pace_of(decided, today=today)
    assert (pace and (pace.number, pace.days, pace.trend)) == expected


def steady(per_day: int, last: date = FRI) -> Pace:
    return Pace(per_day * 10, 10, per_day, per_day, last)


NEXT_MON = MON + WEEK
FORECASTS = [
    # left, pace, today, last day -> ready, days late, needed a day, overdue
    ("nothing done yet, no term", 10, None, MON, None, (None, 0, None, False)),
    ("nothing done yet says what a day takes", 10, None, MON, FRI, (None, 0, 2, False)),
    ("nothing done and the term has passed", 10, None, MON, FRI - WEEK, (None, 0, None, True)),
    ("nothing left", 0, steady(5), MON, FRI - WEEK, (None, 0, None, False)),
    ("today is a day to work", 5, steady(5, FRI - WEEK), MON, None, (MON, 0, None, False)),
    ("who worked today goes on tomorrow", 5, steady(5, MON), MON, None, (TUE, 0, None, False)),
    ("after Friday comes Monday", 5, steady(5, FRI), FRI, None, (NEXT_MON, 0, None, False)),
    ("asked on a Sunday", 5, steady(5, FRI - WEEK), SUN, None, (NEXT_MON, 0, None, False)),
    ("one point more takes another day", 6, steady(5, FRI - WEEK), MON, None, (TUE, 0, None, False)),
    ("in time on the last day", 25, steady(5, FRI - WEEK), MON, FRI, (FRI, 0, 5, False)),
    ("three days late, and what would be in time", 40, steady(5, FRI - WEEK), MON, FRI, (NEXT_MON + timedelta(days=2), 3, 8, False)),
    ("a last day in the weekend is the Friday before", 30, steady(5, FRI - WEEK), MON, SUN, (NEXT_MON, 1, 6, False)),
    ("the last day is today and something was done", 5, steady(5, FRI), FRI, FRI, (NEXT_MON, 1, None, True)),
    ("a term that has passed", 5, steady(5, FRI - WEEK), MON, FRI - WEEK, (MON, 1, None, True)),
    ("more than two years away names no day", 5 * FURTHEST + 1, steady(5, FRI - WEEK), MON, FRI, (None, 0, 521, False)),
]


@pytest.mark.parametrize(("left", "pace", "today", "last_day", "expected"), [f[1:] for f in FORECASTS], ids=[f[0] for f in FORECASTS])
def test_forecast(left, pace, today, last_day, expected):
    found = forecast(left, pace, today=today, last_day=last_day)
    assert (found.ready_on, found.days_late, found.needed_per_day, found.is_overdue) == expected


def test_who_is_not_even_gets_two_days_and_not_one():
    pace = pace_of(fortnight(2, 2, 2, 2, 2, 8, 8, 8, 8, 8), today=FRI)
    found = forecast(40, pace, today=FRI)
    assert (found.earliest, found.ready_on, found.latest) == (FRI + WEEK, nth_working_day_after(FRI, 8), nth_working_day_after(FRI, 20))
    assert found.varies
    assert not forecast(40, steady(5), today=FRI).varies


DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@given(day=DAYS, number=st.integers(1, 400))
def test_counting_on_and_counting_back_agree(day, number):
    found = nth_working_day_after(day, number)
    assert found.weekday() < 5
    assert working_days_after(day, found) == number


@given(decided=st.dictionaries(DAYS, st.integers(0, 500), max_size=40), today=DAYS, left=st.integers(0, 100_000))
def test_a_pace_never_invents_work_and_a_forecast_never_lies_in_the_past(decided, today, left):
    pace = pace_of(decided, today=today)
    if pace is None:
        assert not any(number and day <= today for day, number in decided.items())
        return
    assert 0 < pace.number <= sum(decided.values())
    assert 1 <= pace.days <= WINDOW
    assert 0 < pace.slow <= pace.per_day <= pace.fast
    assert pace.last_day == working_day(pace.last_day) <= today
    found = forecast(left, pace, today=today)
    if found.ready_on:
        assert found.ready_on > working_day(today) or found.ready_on == today
        assert found.earliest is not None
        assert found.earliest <= found.ready_on <= (found.latest or date.max)
