"""What is measured, and the goals. A goal is a multiple of something measured beside it, so that it holds on any machine."""

import statistics
import time
from collections.abc import Callable

from ivp_portal.bench import imports, triage
from ivp_portal.bench.figures import Figure
from ivp_portal.bench.servers import Bench, median_of
from ivp_portal.bench.submitting import submit
from ivp_portal.bench.suggest import suggest
from ivp_portal.organisation.access import inside
from priorities.models import Plan
from priorities.snapshots import snapshot_of
from reports.documents import DOCUMENTS_BY_SLUG
from reports.rendering import paper_for

ROUNDS = 5
REQUESTS = 15


def paper(bench: Bench) -> list[Figure]:
    """One PDF in a warm worker: Blaricum's plan 2023-2026, from snapshot to finished file."""
    with inside("blaricum") as (area,):
        plan = Plan.objects.get(area=area, starts_on__year=2023)
        plan.area = area
        snapshot = snapshot_of(plan)
    document = DOCUMENTS_BY_SLUG["ivp"]
    pages = paper_for(document, snapshot).pages  # warm: imports and fonts
    ratios = []
    for _ in range(ROUNDS):
        before = median_of(bench.yard, REQUESTS)
        started = time.perf_counter()
        paper_for(document, snapshot)
        own = time.perf_counter() - started
        ratios.append(own / pages / statistics.mean((before, median_of(bench.yard, REQUESTS))))
    return [Figure("paper", f"a page of the IVP as PDF, warm ({pages} pages)", statistics.median(ratios), min(ratios), max(ratios), 20.0)]


MEASURES: dict[str, Callable[[Bench], list[Figure]]] = {
    "queue": triage.queue,
    "one": triage.one,
    "bulk": triage.bulk,
    "growth": triage.growth,
    "paper": paper,
    "import": imports.reading_in,
    "memory": imports.memory,
    "submit": submit,
    "suggest": suggest,
}
