"""The programs of one machine: PostgreSQL and Valkey, and on top of them web, worker and beat. Started, watched, stopped."""

import contextlib
import ctypes
import os
import shlex
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from ivp_portal import embedded
from ivp_portal.devtools.console import LOGS, PYTHON, ROOT, VAR, Failure, end_of, environment, run, say

HOST = "127.0.0.1"

RESTART_LIMIT = 5  # of one program within RESTART_WINDOW_SECONDS, before everything is stopped
RESTART_WINDOW_SECONDS = 60
STOP_PATIENCE_SECONDS = 20
START_PATIENCE_SECONDS = 60

WORKER = [
    "-m",
    "celery",
    "--app",
    "ivp_portal",
    "worker",
    "--concurrency",
    "2",
    "--loglevel",
    "INFO",
    "--without-gossip",
    "--without-mingle",
]
BEAT = ["-m", "celery", "--app", "ivp_portal", "beat", "--schedule", str(VAR / "beat-schedule"), "--loglevel", "INFO"]

Processes = dict[str, "subprocess.Popen[bytes]"]


def web(port: int) -> list[str]:
    """The web server's words."""
    options = ["--workers", "2", "--preload", "--timeout", "60", "--graceful-timeout", "5", "--no-control-socket"]
    return ["-m", "gunicorn", *options, "--access-logfile", "-", "--bind", f"{HOST}:{port}", "ivp_portal.wsgi"]


def servers_in_use(var: Path = VAR) -> dict[str, Path]:
    """The embedded servers and their sockets; one that DATABASE_URL or BROKER_URL replaces is not ours to start."""
    sockets = {"postgres": embedded.postgres_socket(var), "valkey": embedded.valkey_socket(var)}
    replaced = {"postgres": "DATABASE_URL", "valkey": "BROKER_URL"}
    return {name: place for name, place in sockets.items() if not os.environ.get(replaced[name])}


def start_servers(var: Path = VAR, *, throwaway: bool = False) -> None:
    """Have PostgreSQL and Valkey under `var`. Raises Failure with what they say."""
    if in_use := servers_in_use(var):
        command = [str(PYTHON), "-P", "ivp_portal/embedded.py", "start", str(var), *in_use, *(["--throwaway"] if throwaway else [])]
        # Asked again when they listen already: one that recovers from a crash listens before it serves.
        quiet = all(embedded.answers(place) for place in in_use.values())
        mend = f"Their logs:  ls {shlex.quote(str(var))}/*/server.log"
        run("PostgreSQL and Valkey", command, env=environment(var), quiet=quiet, mend=mend)


def stop_servers(var: Path = VAR) -> None:
    """Stop them; nothing happens when they do not run."""
    if listening := [name for name, place in servers_in_use(var).items() if embedded.answers(place)]:
        command = [str(PYTHON), "-P", "ivp_portal/embedded.py", "stop", str(var), *listening]
        run("Stopping PostgreSQL and Valkey", command, env=environment(var), quiet=True)


@contextlib.contextmanager
def running(commands: dict[str, list[str]]) -> Iterator[Processes]:
    """Run these Python programs; at the end they are asked to stop, and made to when they do not."""
    started: Processes = {}
    try:
        for name, words in commands.items():
            started[name] = spawn(name, words)
        yield started
    finally:
        stop(started)


def spawn(name: str, words: list[str]) -> "subprocess.Popen[bytes]":
    """Start one Python program with its output in var/log, in a session of its own: a Ctrl-C is for us to pass on, once."""
    libc = ctypes.CDLL(None)
    LOGS.mkdir(parents=True, exist_ok=True)
    with (LOGS / f"{name}.log").open("ab") as output:
        return subprocess.Popen(
            [str(PYTHON), *words],
            cwd=ROOT,
            env=environment(DJANGO_SETTINGS_MODULE="ivp_portal.settings.dev"),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=lambda: libc.prctl(1, signal.SIGTERM),  # PR_SET_PDEATHSIG: when dev.py itself is killed, so is it
        )


def stop(processes: Processes) -> None:
    """Ask all to stop, wait, and kill what did not."""
    for process in processes.values():
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + STOP_PATIENCE_SECONDS
    for process in processes.values():
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def supervise(processes: Processes, commands: dict[str, list[str]]) -> None:
    """Start again what dies, servers too; Failure when one thing keeps dying. Otherwise it goes on until it is interrupted."""
    logs = {name: LOGS / f"{name}.log" for name in commands} | {
        "postgres": VAR / "pg" / "server.log",
        "valkey": VAR / "valkey" / "server.log",
    }
    deaths: dict[str, list[float]] = {name: [] for name in logs}
    while True:
        time.sleep(0.5)
        dead = [name for name, process in processes.items() if process.poll() is not None]
        dead += [name for name, place in servers_in_use().items() if not embedded.answers(place)]
        for name in dead:
            now = time.monotonic()
            deaths[name] = [moment for moment in deaths[name] if now - moment < RESTART_WINDOW_SECONDS] + [now]
            if len(deaths[name]) > RESTART_LIMIT:
                raise Failure(f"{end_of(logs[name])}\n\n{name} keeps stopping. Its whole log:  less {shlex.quote(str(logs[name]))}")
            say(f"  {name} stopped; starting it again (log: {logs[name]})")
            if name in commands:
                processes[name] = spawn(name, commands[name])
            else:
                start_servers()


def wait_for_answer(address: str, process: "subprocess.Popen[bytes]", patience: float = START_PATIENCE_SECONDS) -> None:
    """Return when the address answers with anything but a fault of the server; Failure with the end of its log when it does not."""
    deadline = time.monotonic() + patience
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=30):
                return
        except urllib.error.HTTPError as answer:
            if answer.code < 500:
                return
            time.sleep(0.5)
        except OSError:
            time.sleep(0.1)
    log = LOGS / "web.log"
    raise Failure(f"{end_of(log)}\n\nThe web server does not answer. Its whole log:  less {shlex.quote(str(log))}")


def require_free(port: int) -> None:
    """Raise Failure, with a port that is free, when another program listens on this one."""
    if port_is_free(port):
        return
    other = next((number for number in range(port + 1, 65536) if port_is_free(number)), 8000)
    raise Failure(f"Port {port} is taken by another program. Choose another:  python3 dev.py up --port {other}")


def port_is_free(port: int) -> bool:
    """True when we could listen on it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
