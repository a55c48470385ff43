"""Suggestions: how often they are right on decisions that were not learnt from, beside always saying what is most frequent."""

import statistics
import time

from ivp_portal.bench import invented
from ivp_portal.bench.figures import Figure
from ivp_portal.bench.servers import Bench
from ivp_portal.organisation.access import inside
from priorities.suggestions.learning import MINIMUM_ACCURACY, MINIMUM_GAIN, Example, Goes, Measurement, coarsened, measure
from priorities.suggestions.lessons import decided_points

POINTS = 600
QUEUES = (4, 5, 6)
"""The seeds of as many invented queues: what one of them gives may be luck."""
COUNCIL_ROUND = "blaricum-raadssessie-2022"


def suggest(bench: Bench) -> list[Figure]:
    """The fifteen points of Blaricum's council session, and 600 invented ones with the decisions of somebody who also errs."""
    return [_few(), _many()]


def _few() -> Figure:
    with inside("blaricum") as (area,):
        measured = measure(decided_points(area, round=COUNCIL_ROUND))
    note = f"{_beside(measured)}; {measured.decisions} decisions prove nothing, and the portal shows nothing below 30"
    what = f"suggestions after the {measured.decisions} points of the council session"
    right = _per_cent(measured.accuracy)
    return Figure("suggest-few", what, right, right, right, None, note, "%", at_least=True)


def _many() -> Figure:
    started = time.perf_counter()
    found = [measure(_labelled(invented.points(POINTS, seed))) for seed in QUEUES]
    seconds = (time.perf_counter() - started) / len(QUEUES)
    shares = [_per_cent(measured.accuracy) for measured in found]
    baseline = statistics.median(_per_cent(measured.baseline) for measured in found)
    goal = max(MINIMUM_ACCURACY * 100, baseline + MINIMUM_GAIN * 100)
    note = f"{_beside(found[0])} in the first of {len(QUEUES)}; invented data; {seconds:.1f} s each"
    what = f"suggestions after {POINTS} invented points"
    return Figure("suggest", what, statistics.median(shares), min(shares), max(shares), goal, note, "%", at_least=True)


def _labelled(points: list[Example]) -> list[Example]:
    """With the names that were chosen too seldom left out, as the portal does."""
    labels = coarsened([point.label for point in points if isinstance(point.label, Goes)])
    return [Example(point.key, point.text, label) for point, label in zip(points, labels, strict=True)]


def _beside(measured: Measurement) -> str:
    return f"most frequent: {_per_cent(measured.baseline):.0f}%, on {measured.held_out} held out"


def _per_cent(share: float | None) -> float:
    return (share or 0) * 100
