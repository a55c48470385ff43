"""A real broker and a real worker that is killed in the middle of an act on many points: all of it happens once, or nothing does."""

from django.db import connection

import pytest

from ivp_portal.organisation.access import inside
from priorities import services
from priorities.models import Batch, BatchAct
from priorities.services import batches
from priorities.states import BatchStatus
from tests.machine import Machine, wait_for
from tests.priorities.test_batch_races import VALUES
from tests.priorities.test_batches import lines, points_in, standing

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def machine(tmp_path, settings):
    machine = Machine(tmp_path)
    machine.valkey.start(durable=False)
    settings.CELERY_TASK_ALWAYS_EAGER = False
    yield machine
    machine.end()


def state_of(batch) -> Batch:
    with inside(batch.area):
        return Batch.objects.get(pk=batch.pk)


def test_a_worker_that_is_killed_half_way_leaves_nothing_and_the_next_does_all_of_it(plan, council_round, anke, machine):
    points = points_in(council_round, batches.IMMEDIATE_POINTS + 100)
    with inside(plan.area):
        batch = services.prepare_batch(plan, BatchAct.DECIDE, [point.pk for point in points], VALUES, anke)
        Batch.objects.filter(pk=batch.pk).update(status=BatchStatus.WAITING)
    words = f"from priorities.tasks import carry_out_batch; carry_out_batch.delay('{batch.pk}', {batch.area_id})"
    assert machine.start("manage.py", "shell", "--no-imports", "-c", words).wait(60) == 0
    worker = machine.worker()
    with inside(plan.area), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE audit_logentry IN SHARE MODE")  # decisions can be written, their lines cannot
        wait_for(lambda: state_of(batch).progress >= 30, "writing")
        machine.kill(worker)
    assert (state_of(batch).status, standing(points)) == (BatchStatus.RUNNING, {})
    machine.worker()
    wait_for(lambda: state_of(batch).status == BatchStatus.DONE, "done by the next")
    assert state_of(batch).attempt == 2
    assert len(standing(points)) == len(points)
    assert {len(lines(point)) for point in (points[0], points[150], points[-1])} == {1}
