#!/usr/bin/env python3
"""The portal on this machine, one word per need. Needs Python 3.11; the rest it sets up in .venv, node_modules, build and var.

python3 dev.py up [--port N]     set up, start everything, print the address and the sample accounts; Ctrl-C stops it
python3 dev.py test [ARGS...]    the checks on the source and all tests; with ARGS only pytest, with those
python3 dev.py lint [NAMES...]   the checks on the source: ruff format djade codespell mypy imports migrations deploy
python3 dev.py manage ARGS...    manage.py in the environment, with PostgreSQL and Valkey up
python3 dev.py bench [NAMES...]  how quick the portal is, against its goals
python3 dev.py down              stop what was started
python3 dev.py lock [--upgrade]  make the lock files again after a change in pyproject.toml or package.json
python3 dev.py screenshots       make the pictures of the manual (docs/handleiding) again, from the sample
"""

import sys

if sys.version_info < (3, 11):
    sys.exit("The portal needs Python 3.11 or newer; this is %d.%d. Install:  sudo apt-get install -y python3.11" % sys.version_info[:2])

import argparse
import contextlib
import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import time
import types
from collections.abc import Iterator
from pathlib import Path

# The package's own __init__ wants Celery, which a bare machine does not have yet; what is imported here needs only Python.
portal = types.ModuleType("ivp_portal")
portal.__path__ = [str(Path(__file__).resolve().parent / "ivp_portal")]
sys.modules.setdefault("ivp_portal", portal)

from ivp_portal.devtools import checks, console, processes, setup
from ivp_portal.devtools.console import PYTHON, ROOT, TEST_VAR, VAR, Failure, say

# Words of manage.py that build or only describe the database, so that they work before tables and sample are right.
WITHOUT_SAMPLE = {
    *("check", "help", "diffsettings", "makemigrations", "migrate", "showmigrations", "sqlmigrate", "squashmigrations", "flush"),
    *("load_sample", "load_areas", "load_themes", "collectstatic", "findstatic", "messages", "dbshell"),
}
NEEDS_WORKER = {"make_report"}
UP_LOCK = VAR / "up.lock"


def up(arguments: list[str]) -> int:
    """Set up, start everything, and keep it running until Ctrl-C or `down`."""
    parser = argparse.ArgumentParser(prog="dev.py up")
    parser.add_argument("--port", type=int, default=8000)
    port = parser.parse_args(arguments).port
    with hold(UP_LOCK, patience=1) as free:
        if not free:
            state = up_state()
            print(f"The portal already runs at {state['address']} (process {state['pid']}). Stop it:  python3 dev.py down")
            return 0
        address = f"http://{processes.HOST}:{port}/"
        UP_LOCK.write_text(json.dumps({"pid": os.getpid(), "address": address}))
        os.environ["PORTAL_URL"] = address  # so that links in mails lead here
        processes.require_free(port)
        setup.set_up(tests=False)
        try:
            processes.start_servers()
            setup.set_up_database()
            serve(address, {"web": processes.web(port), "worker": processes.WORKER, "beat": processes.BEAT})
        except KeyboardInterrupt:
            say("\n  Stopping …")
        finally:
            deafen()
            processes.stop_servers()
    return 0


def serve(address: str, commands: dict[str, list[str]]) -> None:
    """Run the programs, the first one first and alone so that the page is there soon; tell where, and keep them running."""
    first, *others = commands
    with processes.running({first: commands[first]}) as started:
        try:
            processes.wait_for_answer(address, started[first])
            for name in others:
                started[name] = processes.spawn(name, commands[name])
            print(welcome(address), flush=True)
            processes.supervise(started, commands)
        finally:
            deafen()


@contextlib.contextmanager
def hold(path: Path, patience: float = 0) -> Iterator[bool]:
    """Hold the file's lock: True when we have it, False when another process keeps it for longer than `patience` seconds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + patience
    with path.open("a") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    yield False
                    return
                time.sleep(0.05)
            else:
                yield True
                return


def up_state() -> dict[str, str]:
    """The process and the address of the `up` that runs; empty when none does."""
    while True:
        with hold(UP_LOCK) as free:
            if free:
                return {}
        with contextlib.suppress(ValueError):  # it holds the lock a moment before it has written who it is
            return {name: str(value) for name, value in json.loads(UP_LOCK.read_text()).items()}
        time.sleep(0.05)


def welcome(address: str) -> str:
    """The address, and who can log in."""
    from ivp_portal.organisation.roles import ROLE_LABELS, Role
    from ivp_portal.sample.accounts import SAMPLE_ACCOUNTS, SAMPLE_PASSWORD

    people = [(username, ROLE_LABELS[Role(role)], area) for username, _name, role, area, _party in SAMPLE_ACCOUNTS]
    widths = [max(len(person[column]) for person in people) for column in range(3)]
    rows = ["  " + "  ".join(cell.ljust(width) for cell, width in zip(person, widths, strict=True)).rstrip() for person in people]
    sample = f"Sample accounts, password {SAMPLE_PASSWORD}"
    return "\n".join(["", f"The portal runs at {address}", "", sample, *rows, "", f"Logs: {console.LOGS}. Ctrl-C stops everything."])


BOTH_CORES = ["-n", "2", "--dist", "loadscope", "--no-loadscope-reorder"]
"""All tests in two processes; tests/conftest.py says which stay together and which begin."""


def test(arguments: list[str]) -> int:
    """The checks and all tests, on servers of their own; the last line is pytest's summary."""
    setup.set_up(tests=True)
    with setup.one_at_a_time("test"):
        try:
            processes.start_servers(TEST_VAR, throwaway=True)
            if not arguments:
                checks.lint([], TEST_VAR)
                arguments = BOTH_CORES
            return foreground([str(PYTHON), "-m", "pytest", *arguments], console.environment(TEST_VAR))
        finally:
            processes.stop_servers(TEST_VAR)


def lint(arguments: list[str]) -> int:
    """The checks on the source."""
    setup.set_up(tests=True)
    checks.lint(arguments)
    return 0


def manage(arguments: list[str]) -> int:
    """manage.py, with the servers up; with a worker too for a word that waits for one. The servers stay up until `down`."""
    setup.set_up(tests=False)
    processes.start_servers()
    word = arguments[0] if arguments else "help"
    if word not in WITHOUT_SAMPLE:
        setup.set_up_database()
    helpers = {"worker": processes.WORKER, "beat": processes.BEAT} if word in NEEDS_WORKER and not up_state() else {}
    with processes.running(helpers):
        # Where the person stands, so that a file's name means what they see.
        return foreground([str(PYTHON), str(ROOT / "manage.py"), *arguments], console.environment(), Path.cwd())


def bench(arguments: list[str]) -> int:
    """Measure against the goals; 1 when one is missed."""
    setup.set_up(tests=False)
    processes.start_servers()
    return foreground([str(PYTHON), "-m", "ivp_portal.bench", *arguments], console.environment())


def down(arguments: list[str]) -> int:
    """Stop what `up`, `manage` and `test` left running."""
    if state := up_state():
        say(f"  Stopping the portal at {state['address']} …")
        os.kill(int(state["pid"]), signal.SIGTERM)
        deadline = time.monotonic() + 2 * processes.STOP_PATIENCE_SECONDS
        while up_state():
            if time.monotonic() > deadline:
                raise Failure(f"It does not stop. End it:  kill -9 {state['pid']}; python3 dev.py down")
            time.sleep(0.2)
    for var in (VAR, TEST_VAR):
        processes.stop_servers(var)
    say("  Nothing runs any more.")
    return 0


def lock(arguments: list[str]) -> int:
    """Make the lock files again. They hold versions and hashes and no host, so that any index or mirror serves."""
    if arguments not in ([], ["--upgrade"]):
        raise Failure("Either:  python3 dev.py lock   or, for newer versions:  python3 dev.py lock --upgrade")
    setup.set_up(tests=True)
    compiling = [str(PYTHON), "-m", "uv", "pip", "compile", "pyproject.toml", "--quiet", "--universal", "--python-version", "3.11"]
    compiling += ["--generate-hashes", "--no-header"]
    whole = ["--group", "embedded", "--group", "test", "--group", "lint", *arguments]
    # The two smaller ones hold the very versions of the whole, which the tests ran with.
    for name, options in {
        "": whole,
        "-run": ["--group", "embedded", "-c", "requirements.lock"],
        "-prod": ["-c", "requirements.lock"],
    }.items():
        console.run(f"requirements{name}.lock", [*compiling, *options, "--output-file", f"requirements{name}.lock"])
    word = "update" if arguments else "install"
    console.run("package-lock.json", setup.npm(word, "--package-lock-only", "--ignore-scripts"))
    for name in (*(path.name for path in setup.files("requirements*.lock")), "package-lock.json"):
        if re.search(r'"resolved"|index-url|/simple/|/packages/', (ROOT / name).read_text()):
            raise Failure(f"{name} names a registry's host. Remove what adds it (.npmrc, environment), then:  python3 dev.py lock")
    return 0


def screenshots(arguments: list[str]) -> int:
    """Make the pictures of the manual again, on servers of their own that hold the sample and nothing else."""
    setup.set_up(tests=True)
    setup.install_libraries(("chromium", "chromium-l10n"))  # a Dutch date field and file button
    for name in ("DATABASE_URL", "BROKER_URL", "S3_BUCKET"):  # never somebody's real data
        os.environ.pop(name, None)
    var = VAR / "screenshots"
    with setup.one_at_a_time("screenshots"):
        shutil.rmtree(var, ignore_errors=True)
        try:
            processes.start_servers(var, throwaway=True)
            env = console.environment(var, DJANGO_SETTINGS_MODULE="ivp_portal.settings.dev")
            return foreground([str(PYTHON), "-m", "ivp_portal.devtools.screenshots"], env)
        finally:
            processes.stop_servers(var)
            shutil.rmtree(var, ignore_errors=True)


def foreground(command: list[str], env: dict[str, str], folder: Path = ROOT) -> int:
    """Run a program that talks with the terminal itself, and return its code; an interrupt is its to answer first."""
    process = subprocess.Popen(command, cwd=folder, env=env)
    try:
        return process.wait()
    except KeyboardInterrupt:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.send_signal(signal.SIGINT)
            process.wait(processes.STOP_PATIENCE_SECONDS)
        process.kill()
        process.wait()
        raise


ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def interrupt(number: int, frame: types.FrameType | None) -> None:
    """Whatever asks us to end does it the way Ctrl-C does."""
    raise KeyboardInterrupt


def deafen() -> None:
    """From here on we are stopping: a second Ctrl-C must not leave half of it running."""
    for number in ENDINGS:
        signal.signal(number, signal.SIG_IGN)


WORDS = {"up": up, "test": test, "lint": lint, "manage": manage, "bench": bench, "down": down, "lock": lock, "screenshots": screenshots}


def main(arguments: list[str]) -> int:
    """Do the word; 0 when that went well, 1 with the reason and the way out when not."""
    if not arguments or arguments[0] not in WORDS:
        print(__doc__)
        return 0 if arguments in ([], ["help"], ["--help"], ["-h"]) else 2
    for number in ENDINGS:  # SIGINT too: a shell that starts us in the background has it ignored
        signal.signal(number, interrupt)
    try:
        return WORDS[arguments[0]](arguments[1:])
    except Failure as failure:
        say(f"\n{failure}")
        return 1
    except PermissionError as problem:
        say(f"\n{problem.filename} belongs to another account. Let it be yours:  sudo chown -R {os.geteuid()} '{ROOT}'")
        return 1
    except KeyboardInterrupt:
        say("\n  Stopped.")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
