"""Two hundred people send the public form at once, to one web process with two workers: what happens to each of them.

Measured is the time; the rest is checked, and any of it that is not so ends the measurement with an error: every accepted answer is in the
database, none is there twice, and whoever was refused was told so with the form filled in, and is in after sending that same page again.
"""

import contextlib
import datetime
import http.client
import re
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlencode

from django.db import connection
from django.utils import timezone

from consultation.models import Round, RoundKind, Submission
from consultation.services import lock
from consultation.services.drafts import LOCK_PATIENCE_MS
from consultation.spam import QUICKEST_SECONDS
from ivp_portal.bench.figures import Figure
from ivp_portal.bench.servers import Bench, gunicorn, median_of
from ivp_portal.organisation.access import inside

PORT, WORKERS = 8293, 2
PEOPLE, AT_A_LOCKED_DOOR = 200, 40
GOAL = 12.0
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)"[^>]*? value="([^"]*)"')
TEXT = re.compile(r"<textarea[^>]*>\n?(.*?)</textarea>", re.DOTALL)
PATIENCE_SECONDS = 120


@dataclass
class Person:
    """Somebody with one thing to say, and what became of it."""

    address: str
    words: str
    fields: dict[str, str]
    answers: list[int]

    def look(self) -> None:
        """Open the form."""
        status, page, _ = _ask("GET", self.address)
        if status != 200:
            raise RuntimeError(f"The form answered {status}.")
        self.fields = _hidden(page) | {"punt-1-text": self.words}

    def send(self) -> None:
        """Press ‘Verstuur’; when that is refused, the page that came back is what can be sent again."""
        status, page, _ = _ask("POST", self.address, urlencode({**self.fields, "actie": "verstuur"}))
        self.answers.append(status)
        if status == 503:
            kept = TEXT.search(page)
            self.fields = _hidden(page) | {"punt-1-text": unescape(kept[1]) if kept else ""}

    @property
    def is_in(self) -> bool:
        return self.answers[-1] == 302


def submit(bench: Bench) -> list[Figure]:
    """Seconds a submission, when two hundred come at once, as a multiple of the yardstick."""
    with gunicorn("ivp_portal.wsgi", PORT, workers=WORKERS):
        before = median_of(bench.yard, 15)
        calm, seconds = _send_all("bench-druk", PEOPLE)
        refused = Counter(person.answers[0] for person in calm)
        locked, _ = _send_all("bench-slot", AT_A_LOCKED_DOOR, hold_seconds=2 * LOCK_PATIENCE_MS / 1000 + 1)
        turned_away = [person for person in locked if not person.is_in]
        if not turned_away:
            raise RuntimeError("Nobody was refused while the round was locked, so nothing was shown of sending again.")
        if any(person.fields["punt-1-text"] != person.words for person in turned_away):
            raise RuntimeError("Somebody who was refused did not get their words back.")
        for person in turned_away:
            person.send()
        _check("bench-slot", locked)
    yard = statistics.mean((before, median_of(bench.yard, 15)))
    ratio = seconds / PEOPLE / yard
    note = (
        f"{refused[302]} accepted, {refused[503]} refused, {seconds:.1f} s; "
        f"with the round locked {len(turned_away)} of {len(locked)} refused, all in after sending again"
    )
    return [Figure("submit", f"a public form, {PEOPLE} at once, {WORKERS} workers", ratio, ratio, ratio, GOAL, note)]


def _send_all(slug: str, number: int, hold_seconds: float = 0) -> tuple[list[Person], float]:
    """So many people open the form of a new round and send it at the same moment; the seconds until the last had an answer."""
    _make_round(slug)
    people = [Person(f"/blaricum/meedoen/{slug}/", f"Bewoner {number} vindt <dit> & dat.", {}, []) for number in range(number)]
    for person in people:
        person.look()
    time.sleep(QUICKEST_SECONDS + 1)
    start = threading.Barrier(number + 1)

    def go(person: Person) -> None:
        start.wait()
        person.send()

    threads = [threading.Thread(target=go, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    with _locked(slug, hold_seconds):
        started = time.perf_counter()
        start.wait()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    if not hold_seconds:
        _check(slug, people)
    return people, seconds


@contextlib.contextmanager
def _locked(slug: str, seconds: float) -> Iterator[None]:
    """Keep the round locked for so long after the block, as a long import would."""
    if not seconds:
        yield
        return
    with inside("blaricum") as (area,):
        lock(Round.objects.of(area).get(slug=slug).pk)
        yield
        time.sleep(seconds)


def _make_round(slug: str) -> None:
    now = timezone.now()
    with inside("blaricum") as (area,):
        Round.objects.create(
            area=area,
            slug=slug,
            kind=RoundKind.RESIDENTS,
            title=f"Meting {slug}",
            is_public=True,
            opens_at=now - datetime.timedelta(days=1),
            closes_at=now + datetime.timedelta(days=1),
        )


def _check(slug: str, people: list[Person]) -> None:
    """Raises unless each who was told so is in, once, and nobody else; nobody got any other answer."""
    if strange := {answer for person in people for answer in person.answers} - {302, 503}:
        raise RuntimeError(f"Somebody got {strange} for an answer.")
    with inside("blaricum") as (area,):
        stored = Counter(Submission.objects.of(area).filter(round__slug=slug).values_list("original_text", flat=True))
    if stored != Counter(person.words for person in people if person.is_in):
        raise RuntimeError(f"{sum(stored.values())} submissions are stored for {sum(person.is_in for person in people)} accepted.")
    connection.close()


def _hidden(page: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in HIDDEN.findall(page)}


def _ask(method: str, path: str, body: str = "") -> tuple[int, str, str]:
    """(status, page, where it leads)."""
    headers = {"Host": "localhost", "Connection": "close"}
    if method == "POST":
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    asked = http.client.HTTPConnection("127.0.0.1", PORT, timeout=PATIENCE_SECONDS)
    try:
        asked.request(method, path, body=body or None, headers=headers)
        response = asked.getresponse()
        return response.status, response.read().decode(), response.headers.get("Location", "")
    finally:
        asked.close()
