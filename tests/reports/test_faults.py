"""A real broker, a real worker and real kills: a paper that was asked for comes, once."""

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings
from django.db import connection

import pytest
import redis
from psycopg.conninfo import make_conninfo

from consultation.models import Channel, Contribution, Contributor, ContributorKind, Submission
from ivp_portal import embedded
from ivp_portal.devtools.processes import WORKER
from ivp_portal.organisation.access import inside
from reports.services import TOO_SLOW
from reports.states import ReportStatus

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

BEAT = ["-m", "celery", "--app", "ivp_portal", "beat", "--loglevel", "INFO"]
PROMISE_SECONDS = 60
"""Within this time of a worker being back the paper is there."""


class Machine:
    """One machine's broker and workers, beside the test's own database; nothing is left running at the end."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.valkey = embedded.Valkey(var)
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "ivp_portal.settings.dev",
            "IVP_VAR": str(var),
            "DATABASE_URL": database_of_the_test(),
            "BROKER_URL": embedded.broker_url(var),
            "REPORT_HEARTBEAT_SECONDS": "1",
            "REPORT_STALE_AFTER_SECONDS": "4",
        }
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self, *words: str) -> "subprocess.Popen[bytes]":
        """A Python program in a process group of its own; its words go to a file."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *words],
                stdout=subprocess.PIPE,
                stderr=log,
                env=self.environment,
                cwd=settings.BASE_DIR,
                start_new_session=True,
            )
        self.started.append(process)
        return process

    @property
    def log(self) -> Path:
        return self.var / "programs.log"

    def worker(self) -> "subprocess.Popen[bytes]":
        return self.start(*WORKER)

    def ask(self, document: str = "afwegingstabel") -> "subprocess.Popen[bytes]":
        """make_report, which asks and waits."""
        words = ["make_report", document, "--area", "blaricum", "--period", "2027-2030", "--out", str(self.out), "--worker-within", "120"]
        return self.start("manage.py", *words)

    @property
    def out(self) -> Path:
        return self.var / "paper.pdf"

    @property
    def broker(self) -> redis.Redis:
        return redis.Redis(unix_socket_path=str(embedded.valkey_socket(self.var)))

    def kill(self, process: "subprocess.Popen[bytes]") -> None:
        """SIGKILL it with everything it started: no code of ours runs any more."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def end(self) -> None:
        for process in self.started:
            self.kill(process)
        self.valkey.stop()


def database_of_the_test() -> str:
    place = connection.settings_dict
    return make_conninfo(
        dbname=place["NAME"], user=place["USER"], password=place["PASSWORD"] or None, host=place["HOST"], port=place["PORT"] or None
    )


@pytest.fixture
def machine(tmp_path):
    machine = Machine(tmp_path)
    yield machine
    machine.end()


@pytest.fixture
def long_table(plan, council_round):
    """500 points, so that a rendering has a half-way."""
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
            for number in range(1, 501)
        )
    return plan


def reports_of(plan):
    with inside(plan.area):
        return list(plan.reports.order_by("pk"))


def wait_for(condition, what: str, seconds: float = PROMISE_SECONDS) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"{what}: not within {seconds:g} s"
        time.sleep(0.1)


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
    machine.start(*BEAT, "--schedule", str(machine.var / "beat-schedule"))
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
