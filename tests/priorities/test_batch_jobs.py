"""An act on thousands of points: a worker does it, once or not at all, and the page says how far it is."""

import datetime
import time

from django.utils import timezone

import pytest

from ivp_portal.organisation.access import inside
from ivp_portal.work.heartbeat import AttemptLost, Heartbeat
from priorities.models import Batch, Decision
from priorities.services import batches
from priorities.states import BatchStatus
from priorities.tasks import carry_out_batch, reap_batches
from tests.priorities.conftest import weigh
from tests.priorities.test_batches import DECISION, START, lines, only_batch, points_in, standing

MANY = 5_000
LONG = batches.IMMEDIATE_POINTS + 1


@pytest.fixture
def officer(client, anke):
    client.force_login(anke)
    return client


@pytest.fixture
def worker(django_capture_on_commit_callbacks):
    """Whatever is asked for within is done when the request is over, as a worker would."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def all_of(client, **more):
    return client.post(START + "?thema=geen", {"alles": "1"} | more).url


def confirm(client, address, points):
    """The first page of the preview as it comes: all ticks on."""
    return client.post(address, DECISION | {"punt": [point.pk for point in points[:50]]})


def test_all_five_thousand_that_match_are_decided_in_some_seconds(officer, council_round, worker):
    points = points_in(council_round, MANY)
    address = all_of(officer)
    page = officer.get(address)
    assert "<h1>5.000 punten samen afwegen</h1>" in page.text
    assert "5000 nieuw" in page.text
    assert "Bladzijde 1 van 100" in page.text
    assert points[-1].point in officer.get(address + "?pagina=100").text
    began = time.monotonic()
    with worker() as enqueued:
        waiting = confirm(officer, address, points)
        assert waiting.status_code == 302
        fragment = officer.get(address, headers={"HX-Request": "true"})
        assert 'hx-trigger="every 2s"' in fragment.text
        assert fragment["Cache-Control"] == "no-store"
    seconds = time.monotonic() - began
    assert len(enqueued) == 1
    assert seconds < 30, f"{seconds:.1f} s for {MANY} points"
    assert "<h1>5.000 afwegingen vastgelegd</h1>" in officer.get(address).text
    assert "hx-trigger" not in officer.get(address, headers={"HX-Request": "true"}).text
    assert len(standing(points)) == MANY
    assert lines(points[-1])[0].facts["batch_size"] == MANY
    with worker():
        officer.post(address, {"actie": "ongedaan"})
    assert standing(points) == {}


def test_one_of_five_thousand_that_cannot_means_none(officer, peter, council_round, worker):
    points = points_in(council_round, MANY)
    address = all_of(officer)
    weigh(points[4_321], peter)
    assert "1 van de 5000 punten kan niet mee" in officer.get(address).text
    with worker():
        confirm(officer, address, points)
    page = officer.get(address)
    assert "Niets vastgelegd" in page.text
    assert points[4_321].point in page.text
    assert "Ga door met de andere 4999" in page.text
    assert list(standing(points)) == [points[4_321].pk]


@pytest.fixture
def waiting(officer, council_round):
    """A long act that nobody took up yet, its points and its address."""
    points = points_in(council_round, LONG)
    address = all_of(officer)
    confirm(officer, address, points)
    return points, address


def batch_id(area) -> str:
    return str(only_batch(area).pk)


def make_silent(area, **changes) -> None:
    with inside(area):
        Batch.objects.update(heartbeat_at=timezone.now() - datetime.timedelta(seconds=60), **changes)


def test_the_page_says_that_it_waits_and_how_far_it_is(officer, blaricum, waiting):
    _, address = waiting
    assert "In de wachtrij" in officer.get(address).text
    assert batches.claim(batch_id(blaricum), blaricum.pk) is not None
    page = officer.get(address)
    assert "Bezig" in page.text
    assert '<progress class="p-meter" max="100" value="0"' in page.text


def test_delivered_twice_it_is_done_once(blaricum, waiting):
    points, _ = waiting
    for _ in range(2):
        carry_out_batch(batch_id(blaricum), blaricum.pk)
    assert [len(lines(point)) for point in points[:3]] == [1, 1, 1]
    assert only_batch(blaricum).attempt == 1


def test_what_a_silent_worker_had_goes_to_the_next_and_the_first_may_write_no_more(blaricum, anke, waiting, worker):
    points, _ = waiting
    held = batches.claim(batch_id(blaricum), blaricum.pk)
    make_silent(blaricum)
    with worker() as enqueued:
        reap_batches()
    assert len(enqueued) == 1
    assert (only_batch(blaricum).status, only_batch(blaricum).attempt) == (BatchStatus.DONE, 2)
    with inside(blaricum):
        before = Decision.objects.count()
    with Heartbeat(held) as heartbeat, pytest.raises(AttemptLost), inside(blaricum):
        batches._do(held, by=anke, tell=heartbeat.tell)
    with inside(blaricum):
        assert Decision.objects.count() == before
    assert len(standing(points)) == LONG


def test_what_an_emptied_broker_lost_is_handed_over_again(blaricum, waiting, worker):
    points, _ = waiting
    with inside(blaricum):
        Batch.objects.update(queued_at=timezone.now() - datetime.timedelta(seconds=60))
    with worker() as enqueued:
        reap_batches()
    assert len(enqueued) == 1
    assert len(standing(points)) == LONG


def test_after_three_attempts_it_says_so_and_the_points_can_be_looked_at_again(officer, blaricum, settings, waiting):
    points, address = waiting
    batches.claim(batch_id(blaricum), blaricum.pk)
    make_silent(blaricum, attempt=settings.JOB_ATTEMPTS)
    reap_batches()
    page = officer.get(address)
    assert "Het werk is 3 keer afgebroken. Er is niets vastgelegd." in page.text
    assert standing(points) == {}
    page = officer.get(officer.post(address, {"actie": "verder"}).url)
    assert f"Leg {LONG} afwegingen vast" in page.text
