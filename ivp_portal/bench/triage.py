"""How quick weighing is: the list, a search, opening a point, deciding, fifty at once, and what a hundred times as many points costs.

Each figure is a multiple of the yardstick, measured just before and just after it. ‘Open’ and ‘decide’ are what the officer's browser
asks: going to the next point swaps that point and its form, and near the end of the rows that are shown the whole screen. The screen and
the page stand beside it.
"""

import contextlib
import html
import itertools
import re
import statistics
from collections.abc import Callable, Iterator
from functools import partial

from ivp_portal.bench.figures import Figure
from ivp_portal.bench.servers import BY_HTMX, LARGE, LARGE_PORT, SMALL, SMALL_PORT, Bench, another, median_of
from ivp_portal.organisation.access import inside
from ivp_portal.organisation.models import User
from priorities import services
from priorities.models import BatchAct, Plan

ROUNDS = 5
REQUESTS = 15
QUEUE = "/blaricum/2027-2030/afwegen/"
LIST = f"{QUEUE}?lijst=1&bron=resident"
COMMON, RARE = f"{QUEUE}?lijst=1&zoek=fatbikes", f"{QUEUE}?lijst=1&zoek=fatbikes+dealen"
"""A word in one of seven points; two that seldom stand in one."""
DECISION = {"destination": "going_concern", "extent": "wholly", "rationale": "Dit hoort bij ons gewone werk.", "actie": "volgende"}


def queue(bench: Bench) -> list[Figure]:
    """The list with a filter, and a search in it."""
    return [
        _beside(bench, "queue", "triage list, filtered, 10,000 points", 4.0, partial(bench.page, LIST)),
        _beside(bench, "search", "full-text search, a common word", 5.0, partial(bench.page, COMMON)),
        _beside(bench, "search-rare", "full-text search, two words", 5.0, partial(bench.page, RARE)),
    ]


def one(bench: Bench) -> list[Figure]:
    """One point: opened, decided, and both after one another."""
    points = iter(bench.points)
    return [
        _beside(bench, "open", "open the next point (what the browser swaps)", 2.0, walking(bench)),
        _beside(bench, "open-screen", "open a point elsewhere (the screen)", 4.0, opening(bench, points)),
        _beside(bench, "open-page", "open a point (the whole page)", 4.0, opening(bench, points, whole=True)),
        _beside(bench, "decide", "decide (POST)", 2.0, deciding(bench, points)),
        _beside(bench, "decide-next", "decide, and the next point it leads to", 4.0, going_on(bench, points)),
    ]


NEXT = re.compile(r'href="([^"]+)" data-key="j"')
SHOWN = re.compile(r'"Queue-Shown": "([^"]*)"')


def walking(bench: Bench) -> Callable[[], float]:
    """Goes from point to point with the key for the next one, as the screen does it: the list stays until it is near its end."""
    state = {"at": f"{QUEUE}{sorted(bench.points)[len(bench.points) // 2]}/", "shown": ""}

    def to_the_next() -> float:
        taken, part = bench.part(state["at"], {**BY_HTMX, "HX-Target": "punt", "Queue-Shown": state["shown"]})
        if drawn := SHOWN.search(part):
            state["shown"] = html.unescape(drawn[1])
        following = NEXT.search(part)
        if following is None:
            raise RuntimeError(f"{state['at']} has no next point.")
        state["at"] = html.unescape(following[1])
        return taken

    return to_the_next


def opening(bench: Bench, points: Iterator[int], *, whole: bool = False) -> Callable[[], float]:
    """Opens another point each time, from anywhere in the queue."""
    ask = bench.page if whole else bench.screen
    return lambda: ask(f"{QUEUE}{next(points)}/")


def deciding(bench: Bench, points: Iterator[int]) -> Callable[[], float]:
    """Decides about another point each time."""
    return lambda: bench.send(f"{QUEUE}{next(points)}/", DECISION, by_htmx=True)[0]


def going_on(bench: Bench, points: Iterator[int]) -> Callable[[], float]:
    """Decides about another point each time and opens the next: what somebody waits for after Ctrl+Enter."""

    def decide_and_open() -> float:
        taken, leads_to = bench.send(f"{QUEUE}{next(points)}/", DECISION, by_htmx=True)
        return taken + bench.screen(leads_to)

    return decide_and_open


def bulk(bench: Bench) -> list[Figure]:
    """Fifty points at once, from the preview: one POST. The preview is made outside the clock."""
    with inside("blaricum") as (area,):
        plan = Plan.objects.get(area=area, starts_on__year=2027)
        anke = User.objects.get(username="anke")
    points = list(bench.points)[-ROUNDS * 50 :]

    def fifty() -> float:
        chosen = [points.pop() for _ in range(50)]
        with inside("blaricum"):
            batch = services.prepare_batch(plan, BatchAct.DECIDE, chosen, {}, anke)
        fields = [*DECISION.items(), ("actie", "vastleggen"), ("pagina", "1"), *(("punt", str(pk)) for pk in chosen)]
        return bench.send(f"{QUEUE}samen/{batch.pk}/", [field for field in fields if field != ("actie", "volgende")])[0]

    ratios = []
    for _ in range(ROUNDS):
        before = median_of(bench.yard, REQUESTS)
        own = fifty()
        ratios.append(own / statistics.mean((before, median_of(bench.yard, REQUESTS))))
    return [_figure("bulk", "50 points at once (POST)", ratios, 6.0)]


def growth(bench: Bench) -> list[Figure]:
    """The same with 1,000 and with 100,000 points, each in a portal of its own, one beside the other."""
    with contextlib.ExitStack() as stack:
        small = stack.enter_context(another(SMALL, 1_000, SMALL_PORT))
        large = stack.enter_context(another(LARGE, 100_000, LARGE_PORT))
        few, many = itertools.cycle(small.points), itertools.cycle(large.points)
        asks: dict[str, tuple[str, Callable[[], float], Callable[[], float]]] = {
            "queue": ("list, filtered", partial(small.page, LIST), partial(large.page, LIST)),
            "search": ("search, a common word", partial(small.page, COMMON), partial(large.page, COMMON)),
            "search-rare": ("search, two words", partial(small.page, RARE), partial(large.page, RARE)),
            "open": ("open the next point", walking(small), walking(large)),
            "open-screen": ("open a point elsewhere", opening(small, few), opening(large, many)),
            "decide": ("decide", deciding(small, few), deciding(large, many)),
        }
        return [_growth(name, what, here, there) for name, (what, here, there) in asks.items()]


def _growth(name: str, what: str, here: Callable[[], float], there: Callable[[], float]) -> Figure:
    ratios = []
    for _ in range(ROUNDS):
        before = median_of(here, REQUESTS)
        own = median_of(there, REQUESTS)
        ratios.append(own / statistics.mean((before, median_of(here, REQUESTS))))
    return _figure(f"growth-{name}", f"{what}: 100,000 points against 1,000", ratios, 1.3)


def _beside(bench: Bench, name: str, what: str, goal: float, ask: Callable[[], float]) -> Figure:
    services.settle_counts()  # as beat has a worker do every minute
    ratios = []
    for _ in range(ROUNDS):
        before = median_of(bench.yard, REQUESTS)
        own = median_of(ask, REQUESTS)
        ratios.append(own / statistics.mean((before, median_of(bench.yard, REQUESTS))))
    return _figure(name, what, ratios, goal)


def _figure(name: str, what: str, ratios: list[float], goal: float) -> Figure:
    return Figure(name, what, statistics.median(ratios), min(ratios), max(ratios), goal)
