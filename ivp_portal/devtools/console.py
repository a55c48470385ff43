"""Where everything stands on this machine, and how a command is run with a progress line."""

import contextlib
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
VAR = Path(os.environ.get("IVP_VAR") or ROOT / "var").resolve()
TEST_VAR = VAR / "test"
LOGS = VAR / "log"
STAMPS = VAR / "stamps"
# What is installed belongs to the folder of the source, whichever var is used: two of those share one environment.
PACKAGE_STAMPS = VENV / "stamps"

SHOWN_LINES = 40


class Failure(Exception):
    """Something is missing or went wrong: the text says what, and ends with the command that mends it."""


def say(text: str = "") -> None:
    """Tell the person at the terminal; standard output stays for what a script wants to read."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def environment(var: Path = VAR, **more: str) -> dict[str, str]:
    """What every program of the portal gets: its own Python first on the path, and where the servers live."""
    base = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}
    path = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {**base, "PATH": path, "VIRTUAL_ENV": str(VENV), "IVP_VAR": str(var), "PYTHONUNBUFFERED": "1", **more}


def run(
    label: str,
    command: list[str],
    *,
    mend: str = "",
    env: dict[str, str] | None = None,
    quiet: bool = False,
    shown: int = SHOWN_LINES,
) -> str:
    """Run a command with a progress line (`quiet`: only when it fails) and return what it said, which goes to a log too.

    Raises Failure with the last `shown` lines of that and with `mend`; without it, with the command itself, to be tried by hand.
    """
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{label.split(' (')[0].lower().replace(' ', '-')}.log"
    started = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=env or environment(), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            wait_aloud(process, label, started, quiet=quiet)
        except BaseException:
            process.terminate()
            process.wait()
            raise
    if process.returncode or not quiet:
        say(f"{start_of_line()}  {label} … {time.monotonic() - started:.1f} s{'  FAILED' if process.returncode else ''}")
    text = log.read_text(errors="replace").strip()
    if process.returncode:
        reason = mend or f"Try it by hand:  {shlex.join(command)}"
        raise Failure("\n".join([*text.splitlines()[-shown:], "", f"{label}: failed. {reason}"]))
    return text


def wait_aloud(process: subprocess.Popen[bytes], label: str, started: float, *, quiet: bool) -> None:
    """Wait for a process and count the seconds on the terminal, when there is one."""
    while process.poll() is None:
        if sys.stderr.isatty() and not quiet:
            sys.stderr.write(f"{start_of_line()}  {label} … {time.monotonic() - started:.0f} s")
            sys.stderr.flush()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.2)


def start_of_line() -> str:
    """What takes a terminal back to the start of its line; nothing in a file."""
    return "\r" if sys.stderr.isatty() else ""


def end_of(path: Path, lines: int = SHOWN_LINES) -> str:
    """The last lines of a log, or nothing."""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) if path.exists() else ""
