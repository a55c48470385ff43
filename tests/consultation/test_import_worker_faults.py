"""A real broker and a real worker that is killed while it reads a file in: everything comes in once, or nothing does."""

from django.db import connection

import pytest

from consultation import services
from consultation.models import Contribution, SpreadsheetImport
from consultation.states import ImportStatus, ImportStep
from ivp_portal.organisation.access import inside
from tests.consultation.spreadsheet_files import csv_file
from tests.reports.test_faults import Machine, wait_for

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

ROWS = 8_000


@pytest.fixture
def machine(tmp_path, settings):
    machine = Machine(tmp_path)
    machine.valkey.start(durable=False)
    settings.CELERY_TASK_ALWAYS_EAGER = False
    yield machine
    machine.end()


@pytest.fixture
def tried_out(evening, anke) -> SpreadsheetImport:
    """A big file whose trial is done; nobody reads it in yet."""
    content = csv_file([["Verkeer", f"Punt {number}", "Er wordt te hard gereden. " * 8] for number in range(ROWS)])
    with inside(evening.area):
        upload = services.keep_upload(evening, content=content, file_name="groot.csv", by=anke)
        trial = {"headers": ["Onderwerp", "Sub-onderwerp", "Toelichting"], "added": ROWS, "rows": ROWS}
        SpreadsheetImport.objects.filter(pk=upload.pk).update(step=ImportStep.READING_IN, status=ImportStatus.WAITING, trial=trial)
    return upload


def state_of(upload) -> SpreadsheetImport:
    with inside(upload.area):
        return SpreadsheetImport.objects.light().get(pk=upload.pk)


def numbers_in(round) -> list[int]:
    with inside(round.area):
        return list(Contribution.objects.filter(round=round).order_by("number").values_list("number", flat=True))


def hand_over(machine: Machine, upload) -> None:
    """As asking does, to the broker of this machine."""
    words = f"from consultation.tasks import work_on_import; work_on_import.delay('{upload.pk}', {upload.area_id})"
    assert machine.start("manage.py", "shell", "--no-imports", "-c", words).wait(60) == 0


def test_a_worker_that_is_killed_half_way_leaves_nothing_and_the_next_reads_all_of_it_in(evening, tried_out, machine):
    hand_over(machine, tried_out)
    worker = machine.worker()
    with inside(evening.area), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE consultation_contribution IN SHARE MODE")  # points can be looked at and not written
        wait_for(lambda: state_of(tried_out).progress >= 60, "writing")
        machine.kill(worker)
    assert (state_of(tried_out).status, numbers_in(evening)) == (ImportStatus.RUNNING, [])
    machine.worker()
    wait_for(lambda: state_of(tried_out).imported_at is not None, "read in by the next")
    assert (state_of(tried_out).attempt, state_of(tried_out).added) == (2, ROWS)
    assert numbers_in(evening) == list(range(1, ROWS + 1))


def test_an_officer_who_stops_it_while_a_worker_has_it_finds_nothing_in_the_round(evening, anke, tried_out, machine):
    machine.worker()
    hand_over(machine, tried_out)
    wait_for(lambda: state_of(tried_out).status == ImportStatus.RUNNING, "taken up")
    with inside(evening.area):
        assert services.stop_import(state_of(tried_out), by=anke)
    wait_for(lambda: state_of(tried_out).status != ImportStatus.RUNNING, "stopped")
    assert numbers_in(evening) == []
    assert state_of(tried_out).failure == "U heeft het inlezen gestopt. Er is niets ingelezen."
    with inside(evening.area):
        assert bytes(SpreadsheetImport.objects.get(pk=tried_out.pk).content), "it stands ready for another time"
