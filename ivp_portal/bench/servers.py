"""What a measurement runs against: a database with the sample and 10,000 points more, the portal and the yardstick under gunicorn."""

import contextlib
import http.client
import os
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

from ivp_portal import embedded

DATABASE = "ivp_bench"
PORTAL_PORT, YARDSTICK_PORT = 8291, 8292
POINTS = 10_000
PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Bench:
    """Two servers with one worker each, and somebody who is logged in."""

    cookie: str
    portal: int
    """The process id of the portal's master."""

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
        return _fetch(PORTAL_PORT, path, {"Cookie": self.cookie, "Host": "localhost"})

    def yard(self) -> float:
        """Seconds of the yardstick: one query for 50 of 10,000 rows, one template, no middleware."""
        return _fetch(YARDSTICK_PORT, "/rows", {"Host": "localhost"})


def _fetch(port: int, path: str, headers: dict[str, str]) -> float:
    started = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={**headers, "Connection": "close"})
    response = connection.getresponse()
    response.read()
    connection.close()
    if response.status != 200:
        raise RuntimeError(f"{path} answered {response.status}, not 200.")
    return time.perf_counter() - started


def median_of(measure: Callable[[], float], times: int) -> float:
    """The middle of so many measurements, in seconds."""
    return statistics.median(measure() for _ in range(times))


def choose_database() -> None:
    """Point Django, and every program started from here, at the database of the measurements."""
    place = embedded.database_settings(Path(os.environ["IVP_VAR"]))
    host = quote(place["HOST"], safe="")
    os.environ["DATABASE_URL"] = f"postgresql://{place['USER']}@/{DATABASE}?host={host}&port={place['PORT']}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "ivp_portal.settings.dev"


@contextlib.contextmanager
def ready() -> Iterator[Bench]:
    """Make the database, start both servers, and stop them afterwards."""
    place = embedded.database_settings(Path(os.environ["IVP_VAR"]))
    with psycopg.connect(host=place["HOST"], port=place["PORT"], user=place["USER"], dbname="postgres", autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {DATABASE} TEMPLATE template0")
    _say("migrating and loading the sample")
    for words in (["migrate", "--verbosity", "0"], ["load_sample"]):
        subprocess.run([sys.executable, "manage.py", *words], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    from ivp_portal.bench import world  # needs the settings

    _say(f"adding {POINTS:,} points")
    world.add_points(POINTS)
    subprocess.run([sys.executable, "-m", "ivp_portal.bench.yardstick.seed"], check=True, stdout=subprocess.DEVNULL)
    with gunicorn("ivp_portal.wsgi", PORTAL_PORT) as portal, gunicorn("ivp_portal.bench.yardstick.wsgi", YARDSTICK_PORT):
        bench = Bench(world.cookie_of("anke"), portal.pid)
        for _ in range(10):
            bench.page("/blaricum/2027-2030/afwegen/?lijst=1")
            bench.yard()
        yield bench


@contextlib.contextmanager
def gunicorn(application: str, port: int, workers: int = 1) -> Iterator["subprocess.Popen[bytes]"]:
    """A web server that is there within this block."""
    environment = dict(os.environ)
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
