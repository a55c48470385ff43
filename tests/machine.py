"""One machine's broker and workers for the tests in which they die: real processes, beside the test's own database."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connection

import redis
from psycopg.conninfo import make_conninfo

from ivp_portal import embedded
from ivp_portal.devtools.processes import WORKER

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
            "JOB_HEARTBEAT_SECONDS": "1",
            "JOB_STALE_AFTER_SECONDS": "4",
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

    def beat(self) -> "subprocess.Popen[bytes]":
        return self.start(*BEAT, "--schedule", str(self.var / "beat-schedule"))

    def call(self, task: str, *words: str) -> None:
        """Put a task on the broker, as beat does when its time has come."""
        assert self.start("-m", "celery", "--app", "ivp_portal", "call", task, *words).wait() == 0, self.log.read_text()[-3000:]

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


def wait_for(condition: Callable[[], object], what: str, seconds: float = PROMISE_SECONDS) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"{what}: not within {seconds:g} s"
        time.sleep(0.1)
