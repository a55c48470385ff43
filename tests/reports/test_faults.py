"""A real broker, a real worker and real kills: a paper that was asked for comes, once."""

import hashlib
import json
import os
import signal
import subprocess
import time
from pathlib import Path

from django.db import connection

import pytest

from consultation.models import Channel, Contribution, Contributor, ContributorKind, Submission
from ivp_portal.organisation.access import inside
from reports.services import TOO_SLOW
from reports.states import ReportStatus
from tests.machine import PROMISE_SECONDS, Machine, wait_for

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def machine(tmp_path):
    machine = Machine(tmp_path)
    yield machine
    machine.end()


@pytest.fixture
def long_table(plan, council_round):
    """Enough points, so that a rendering has a half-way."""
    with inside(plan.area):
        contributor = Contributor.objects.create(area=plan.area, kind=ContributorKind.COUNCIL)
        submission = Submission.objects.create(area=plan.area, round=council_round, contributor=contributor, channel=Channel.SESSION)
        Contribution.objects.bulk_create(
            Contribution(
                area=plan.area,
                round=council_round,
                submission=submission,
                number=number,
                subject=f"Onderwerp {number % 20}",
                sub_subject=f"Punt {number}",
                text="Op dit punt van het dorp is het vaak onrustig. Wat gaat de gemeente daaraan doen?",
            )
            for number in range(1, 201)
        )
    return plan


def reports_of(plan):
    with inside(plan.area):
        return list(plan.reports.order_by("pk"))


def wait_until_half_way(plan) -> None:
    wait_for(lambda: any(report.progress >= 10 for report in reports_of(plan)), "half-way")


def outcome_of(asker: "subprocess.Popen[bytes]", machine: Machine) -> dict[str, object]:
    """What make_report says at the end."""
    said, _ = asker.communicate(timeout=2 * PROMISE_SECONDS)
    assert asker.returncode == 0, machine.log.read_text()[-3000:]
    return json.loads(said.splitlines()[-1])


def assert_made_once(plan, machine: Machine, outcome: dict[str, object], *, attempt: int) -> None:
    """One row, one file, and they agree."""
    (report,) = reports_of(plan)
    assert (report.status, report.attempt) == (ReportStatus.READY, attempt)
    files = [path for path in (machine.var / "files").rglob("*") if path.is_file()]
    assert [str(path.relative_to(machine.var / "files")) for path in files] == [report.file]
    assert report.sha256 == hashlib.sha256(files[0].read_bytes()).hexdigest()
    assert report.sha256 == hashlib.sha256(machine.out.read_bytes()).hexdigest()
    assert (outcome["sha256"], outcome["pages"]) == (report.sha256, report.pages)


def test_a_worker_is_killed_half_way(long_table, machine):
    machine.valkey.start(durable=False)
    worker = machine.worker()
    asker = machine.ask()
    wait_until_half_way(long_table)
    machine.kill(worker)
    (report,) = reports_of(long_table)
    assert (report.status, report.attempt) == (ReportStatus.RENDERING, 1)
    began = time.monotonic()
    machine.worker()
    outcome = outcome_of(asker, machine)
    assert time.monotonic() - began < PROMISE_SECONDS
    assert_made_once(long_table, machine, outcome, attempt=2)


def test_the_process_that_renders_is_killed_and_its_worker_lives(long_table, machine):
    """As when the machine runs out of memory: the message comes back at once, the report when its silence is noticed."""
    machine.valkey.start(durable=False)
    worker = machine.worker()
    machine.beat()
    asker = machine.ask()
    wait_until_half_way(long_table)
    for child in Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split():
        os.kill(int(child), signal.SIGKILL)
    assert_made_once(long_table, machine, outcome_of(asker, machine), attempt=2)
    assert worker.poll() is None


def test_the_database_drops_its_connections_half_way(long_table, machine):
    machine.valkey.start(durable=False)
    asker = machine.ask()
    machine.environment["PGAPPNAME"] = "worker"
    machine.worker()
    wait_until_half_way(long_table)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'worker'")
        assert cursor.rowcount >= 2, "of the one that renders and of its heartbeat"
    assert_made_once(long_table, machine, outcome_of(asker, machine), attempt=1)


def test_the_broker_is_emptied_while_a_report_waits(plan, overlast, machine):
    machine.valkey.start(durable=False)
    asker = machine.ask()
    wait_for(lambda: machine.broker.llen("celery") == 1, "handed over")
    machine.broker.flushall()
    machine.worker()
    assert_made_once(plan, machine, outcome_of(asker, machine), attempt=1)


def test_the_broker_is_away_when_a_report_is_asked_for(plan, overlast, machine):
    asker = machine.ask()
    wait_for(lambda: reports_of(plan), "asked")
    wait_for(lambda: "Error calling" in machine.log.read_text(), "not handed over")
    assert asker.poll() is None, "it waits"
    machine.valkey.start(durable=False)
    machine.worker()
    assert_made_once(plan, machine, outcome_of(asker, machine), attempt=1)


def test_one_message_is_delivered_twice(plan, overlast, machine):
    machine.valkey.start(durable=False)
    asker = machine.ask()
    wait_for(lambda: machine.broker.llen("celery") == 1, "handed over")
    machine.broker.rpush("celery", *machine.broker.lrange("celery", 0, -1))
    machine.worker()
    outcome = outcome_of(asker, machine)
    wait_for(lambda: machine.log.read_text().count("Task reports.tasks.render_report[") >= 4, "both received and both done")
    assert_made_once(plan, machine, outcome, attempt=1)


def test_a_rendering_that_takes_too_long_is_stopped_and_says_so(long_table, machine):
    machine.valkey.start(durable=False)
    machine.environment["TASK_SOFT_LIMIT_SECONDS"] = "1"
    machine.worker()
    asker = machine.ask()
    assert asker.wait(timeout=PROMISE_SECONDS) == 1
    (report,) = reports_of(long_table)
    assert (report.status, report.attempt) == (ReportStatus.FAILED, 1)
    assert report.failure == TOO_SLOW
    assert f"CommandError: {TOO_SLOW}" in machine.log.read_text()
    assert not machine.out.exists()


def test_without_a_worker_the_command_says_what_starts_one(plan, overlast, machine):
    machine.valkey.start(durable=False)
    words = ["--area", "blaricum", "--period", "2027-2030", "--out", str(machine.out), "--worker-within", "0.5"]
    asker = machine.start("manage.py", "make_report", "ivp", *words)
    assert asker.wait(timeout=PROMISE_SECONDS) == 1
    assert "No worker came within 0.5 s. Start one:  celery --app ivp_portal worker" in machine.log.read_text()
    assert not machine.out.exists()
