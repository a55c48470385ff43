"""What a measurement runs against: a database with the sample and 10,000 points more, the portal and the yardstick under gunicorn."""

import contextlib
import http.client
import json
import os
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg

from ivp_portal import embedded

DATABASE, SMALL, LARGE = "ivp_bench", "ivp_bench_small", "ivp_bench_large"
PORTAL_PORT, YARDSTICK_PORT = 8291, 8292
SMALL_PORT, LARGE_PORT = 8294, 8295
POINTS = 10_000
PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Bench:
    """Two servers with one worker each, and somebody who is logged in."""

    cookie: str
    portal: int
    """The process id of the portal's master."""
    points: Sequence[int] = ()
    """The ids of points nobody weighed, from one end of the queue to the other."""
    port: int = PORTAL_PORT

    def portal_processes(self) -> list[int]:
        """The process ids of the portal's workers."""
        return list(map(int, Path(f"/proc/{self.portal}/task/{self.portal}/children").read_text().split()))

    def upload(self, path: str, content: bytes) -> str:
        """Choose this file in the form at the path: where it sends us, nothing when it refuses the file. Raises on anything else."""
        mark = uuid.uuid4().hex
        token = "a" * 32  # a form of our own brings the cookie it is compared with
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="bestand.xlsx"\r\n\r\n'.encode()
        headers = {
            "Host": "localhost",
            "Cookie": f"{self.cookie}; csrftoken={token}",
            "X-CSRFToken": token,
            "Content-Type": f"multipart/form-data; boundary={mark}",
            "Connection": "close",
        }
        connection = http.client.HTTPConnection("127.0.0.1", PORTAL_PORT, timeout=120)
        connection.request("POST", path, head + content + f"\r\n--{mark}--\r\n".encode(), headers)
        response = connection.getresponse()
        response.read()
        connection.close()
        if response.status not in (302, 422):
            raise RuntimeError(f"{path} answered {response.status}, not 302 or 422.")
        return response.getheader("Location") or ""

    def page(self, path: str) -> float:
        """Seconds until the whole body of a portal page was read; one client, a connection per request. Raises on anything but 200."""
        return _fetch(self.port, path, {"Cookie": self.cookie, "Host": "localhost"})[0]

    def screen(self, path: str) -> float:
        """The same as a browser asks it that already shows the triage screen: htmx, which swaps that screen only."""
        return self.part(path, {**BY_HTMX, "HX-Target": "triage"})[0]

    def part(self, path: str, headers: dict[str, str]) -> tuple[float, str]:
        """As htmx asks a part of a page, with these headers: the seconds, and what came."""
        return _fetch(self.port, path, {"Cookie": self.cookie, "Host": "localhost", **headers})

    def send(self, path: str, fields: dict[str, str] | list[tuple[str, str]], *, by_htmx: bool = False) -> tuple[float, str]:
        """Send a form: the seconds until it was answered, and where it leads. Raises on anything but 302."""
        token = "a" * 32  # a form of our own brings the cookie it is compared with
        headers = {
            "Host": "localhost",
            "Cookie": f"{self.cookie}; csrftoken={token}",
            "X-CSRFToken": token,
            "Content-Type": "application/x-www-form-urlencoded",
            "Connection": "close",
            **({**BY_HTMX, "HX-Target": "triage"} if by_htmx else {}),
        }
        body = urlencode(fields)
        started = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        response.read()
        connection.close()
        taken = time.perf_counter() - started
        if response.status != 302:
            raise RuntimeError(f"{path} answered {response.status}, not 302.")
        return taken, response.getheader("Location") or ""

    def yard(self) -> float:
        """Seconds of the yardstick: one query for 50 of 10,000 rows, one template, no middleware."""
        return _fetch(YARDSTICK_PORT, "/rows", {"Host": "localhost"})[0]


BY_HTMX = {"HX-Request": "true", "HX-Boosted": "true"}
"""What htmx sends along when a link or a form of the triage screen is used; and HX-Target, what it swaps."""


def _fetch(port: int, path: str, headers: dict[str, str]) -> tuple[float, str]:
    started = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={**headers, "Connection": "close"})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    taken = time.perf_counter() - started
    if response.status != 200:
        raise RuntimeError(f"{path} answered {response.status}, not 200.")
    return taken, body.decode()


def median_of(measure: Callable[[], float], times: int) -> float:
    """The middle of so many measurements, in seconds."""
    return statistics.median(measure() for _ in range(times))


def choose_database(name: str = DATABASE) -> None:
    """Point Django, and every program started from here, at the database of the measurements."""
    os.environ["DATABASE_URL"] = _address_of(name)
    os.environ["DJANGO_SETTINGS_MODULE"] = "ivp_portal.settings.dev"


def _address_of(database: str) -> str:
    place = embedded.database_settings(Path(os.environ["IVP_VAR"]))
    host = quote(place["HOST"], safe="")
    return f"postgresql://{place['USER']}@/{database}?host={host}&port={place['PORT']}"


@contextlib.contextmanager
def ready() -> Iterator[Bench]:
    """Make the database, start both servers, and stop them afterwards."""
    cookie, points = _fill(DATABASE, POINTS)
    subprocess.run([sys.executable, "-m", "ivp_portal.bench.yardstick.seed"], check=True, stdout=subprocess.DEVNULL)
    with gunicorn("ivp_portal.wsgi", PORTAL_PORT) as portal, gunicorn("ivp_portal.bench.yardstick.wsgi", YARDSTICK_PORT):
        bench = Bench(cookie, portal.pid, points)
        for _ in range(10):
            bench.page("/blaricum/2027-2030/afwegen/?lijst=1")
            bench.yard()
        yield bench


@contextlib.contextmanager
def another(database: str, number: int, port: int) -> Iterator[Bench]:
    """A portal of its own with so many points, beside the first."""
    cookie, points = _fill(database, number)
    with gunicorn("ivp_portal.wsgi", port, database=database) as portal:
        bench = Bench(cookie, portal.pid, points, port)
        for _ in range(10):
            bench.page("/blaricum/2027-2030/afwegen/?lijst=1")
        yield bench


def _fill(database: str, number: int) -> tuple[str, list[int]]:
    """A new database with the sample and so many points: somebody's cookie, and points from one end of the queue to the other."""
    place = embedded.database_settings(Path(os.environ["IVP_VAR"]))
    with psycopg.connect(host=place["HOST"], port=place["PORT"], user=place["USER"], dbname="postgres", autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {database} TEMPLATE template0")
    _say(f"{database}: migrating, loading the sample and adding {number:,} points")
    environment = {**os.environ, "DATABASE_URL": _address_of(database)}
    for words in (["manage.py", "migrate", "--verbosity", "0"], ["manage.py", "load_sample"]):
        subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL, env=environment)  # noqa: S603
    command = [sys.executable, "-m", "ivp_portal.bench.world", str(number)]
    told = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)  # noqa: S603
    found = json.loads(told.stdout)
    return found["cookie"], found["points"]


@contextlib.contextmanager
def gunicorn(application: str, port: int, workers: int = 1, database: str = DATABASE) -> Iterator["subprocess.Popen[bytes]"]:
    """A web server that is there within this block."""
    environment = {**os.environ, "DATABASE_URL": _address_of(database)}
    if application.endswith("yardstick.wsgi"):
        environment["DJANGO_SETTINGS_MODULE"] = "ivp_portal.bench.yardstick.settings"
    options = ["--workers", str(workers), "--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
    command = [sys.executable, "-m", "gunicorn", *options, application]
    process = subprocess.Popen(command, env=environment)  # noqa: S603
    try:
        _wait_for(port, process)
        yield process
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"The server on port {port} did not start.")
        with contextlib.suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/", headers={"Host": "localhost"})
            connection.getresponse().read()
            return
        time.sleep(0.1)
    raise RuntimeError(f"The server on port {port} did not answer within {PATIENCE_SECONDS} seconds.")


def _say(text: str) -> None:
    sys.stderr.write(f"  bench: {text} …\n")
