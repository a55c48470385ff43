"""PostgreSQL dies while a file is read in: all rows or none, and the page says which. Real server, real web server, real SIGKILL."""

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest

from ivp_portal.embedded import PORT, Postgres, postgres_socket, wait_until
from tests.consultation.spreadsheet_files import csv_file

pytestmark = pytest.mark.faults

PROJECT = Path(__file__).parents[2]
ROWS = 4000
ADDRESS = "/blaricum/inbreng/avond/inlezen/"
WORLD = """
import datetime
from django.utils import timezone
from consultation.models import Round
from ivp_portal.organisation.access import inside
from ivp_portal.organisation.models import User
from ivp_portal.organisation.roles import Role
from ivp_portal.organisation.services import grant_membership, load_areas
load_areas()
with inside("blaricum") as (area,):
    anke = User.objects.create_user("anke", password="geheim-genoeg-12", full_name="Anke de Boer", email="anke@voorbeeld.nl")
    grant_membership(anke, area, Role.POLICY_OFFICER)
    now = timezone.now()
    Round.objects.create(
        area=area, slug="avond", kind="council_session", title="Avond", opens_at=now, closes_at=now + datetime.timedelta(1)
    )
"""


class Line:
    """The line between the web server and PostgreSQL, which can break right after a COMMIT went through and before its answer came back."""

    def __init__(self, here: Path, there: Path) -> None:
        self.there = there
        self.breaks_after_commit = False
        self.broke = threading.Event()
        self.open: list[socket.socket] = []
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(here))
        self.listener.listen(20)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client = self.listener.accept()[0]
                server = socket.socket(socket.AF_UNIX)
                try:
                    server.connect(str(self.there))
                except OSError:
                    client.close()
                    continue
                self.open.append(client)
                broken = threading.Event()
                threading.Thread(target=self._carry, args=[client, server, broken], daemon=True).start()
                threading.Thread(target=self._carry_back, args=[server, client, broken], daemon=True).start()

    def _carry(self, client: socket.socket, server: socket.socket, broken: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                if self.breaks_after_commit and b"COMMIT\0" in data:  # the statement, not the words ON COMMIT in another
                    self.breaks_after_commit = False
                    broken.set()
                server.sendall(data)
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)

    def _carry_back(self, server: socket.socket, client: socket.socket, broken: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(65536):
                if broken.is_set():  # it has answered, so it has committed; nobody hears it
                    self.broke.set()
                    break
                client.sendall(data)
        for end in (client, server):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def cut(self) -> None:
        """Break what is open now, on the side of the web server only."""
        for client in self.open:
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_WR)
        self.open.clear()

    def close(self) -> None:
        self.listener.close()


class Portal:
    """A web server of two workers on a PostgreSQL of its own, and an officer who is logged in."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.postgres = Postgres(root)
        self.postgres.start()
        (root / "line").mkdir()
        self.line = Line(root / "line" / f".s.PGSQL.{PORT}", postgres_socket(root))
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "ivp_portal.settings.dev",
            "IVP_VAR": str(root),
            "DATABASE_URL": f"host={root / 'line'} port={PORT} user=ivp dbname=ivp",
        }
        self._manage("migrate", "--verbosity=0")
        self._manage("shell", "--no-imports", "-c", WORLD)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.web = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "ivp_portal.wsgi", "--bind", f"127.0.0.1:{self.port}", "--workers", "2", "--timeout", "60"],
            cwd=PROJECT,
            env=self.environment,
            stdout=(root / "web.log").open("wb"),
            stderr=subprocess.STDOUT,
        )
        self.cookies: dict[str, str] = {}
        self.pool = ThreadPoolExecutor(1)
        assert wait_until(lambda: self._listens(), 30), (root / "web.log").read_text()
        self.get("/inloggen/")
        status, _, _ = self.post("/inloggen/", {"username": "anke", "password": "geheim-genoeg-12"})
        assert status == 302

    def _manage(self, *words: str) -> None:
        subprocess.run([sys.executable, "manage.py", *words], cwd=PROJECT, env=self.environment, check=True, timeout=120)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    # Asking

    def get(self, address: str) -> tuple[int, str, str]:
        """(status, where it sends you, page)."""
        return self._ask("GET", address)

    def post(self, address: str, values: dict[str, str]) -> tuple[int, str, str]:
        """As get, for a form."""
        return self._ask("POST", address, urlencode(values).encode(), "application/x-www-form-urlencoded")

    def upload(self, content: bytes) -> str:
        """Choose a file; the address of its dry run."""
        mark = uuid.uuid4().hex
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="opbrengst.csv"\r\n\r\n'.encode()
        status, place, page = self._ask(
            "POST", ADDRESS, head + content + f"\r\n--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"
        )
        assert status == 302, page
        return place

    def press(self, address: str) -> "Future[tuple[int, str, str]]":
        """Press the button; the answer comes when it comes."""
        return self.pool.submit(self.post, address, {})

    def _ask(self, method: str, address: str, body: bytes = b"", kind: str = "") -> tuple[int, str, str]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=90)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), "Content-Type": kind}
        if "csrftoken" in self.cookies:
            headers["X-CSRFToken"] = self.cookies["csrftoken"]
        line.request(method, address, body, headers)
        answer = line.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie" and (found := re.match(r"(\w+)=([^;]*)", value)):
                self.cookies[found[1]] = found[2]
        return answer.status, answer.getheader("Location") or "", answer.read().decode()

    # Looking in the database as its keeper, past the wall

    def look(self, statement: str) -> list[tuple]:
        with self.keeper() as keeper:
            return keeper.execute(statement).fetchall()

    def keeper(self) -> psycopg.Connection:
        return psycopg.connect(f"host={postgres_socket(self.root).parent} port={PORT} user=postgres dbname=ivp", autocommit=True)

    @contextlib.contextmanager
    def nobody_writes(self) -> Iterator[None]:
        """Points can be looked at and not written, until the end or until the server is dead."""
        keeper = self.keeper()
        keeper.execute("BEGIN; LOCK TABLE consultation_contribution IN SHARE MODE")
        try:
            yield
        finally:
            keeper.close()

    def points(self) -> int:
        return self.look("SELECT count(*) FROM consultation_contribution")[0][0]

    def wait_for_query(self, condition: str) -> None:
        """Until the web server is where the condition says."""
        assert wait_until(lambda: bool(self.look(f"SELECT 1 FROM pg_stat_activity WHERE usename = 'ivp' AND ({condition})")), 30)

    # Killing

    def kill(self) -> None:
        """SIGKILL to the server and all its children, as when the machine's memory runs out."""
        server = int((self.postgres.data / "postmaster.pid").read_text().split()[0])
        children = [
            int(entry.name)
            for entry in Path("/proc").iterdir()
            if entry.name.isdigit() and (stat := text_of(entry / "stat")) and int(stat.rpartition(")")[2].split()[1]) == server
        ]
        for process in [server, *children]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def close(self) -> None:
        self.web.terminate()
        self.web.wait(30)
        self.pool.shutdown()
        self.line.close()
        self.postgres.stop()


def text_of(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    portal = Portal(tmp_path_factory.mktemp("p"))
    yield portal
    portal.close()


@pytest.fixture
def table() -> bytes:
    """ROWS points that are in no other test."""
    mark = uuid.uuid4().hex
    return csv_file([["Verkeer", f"Punt {number} van {mark}", "Zo is het. " * 20] for number in range(ROWS)])


def test_killed_while_the_rows_are_written_leaves_none_and_the_page_says_so(portal: Portal, table: bytes) -> None:
    before, address = portal.points(), portal.upload(table)
    with portal.nobody_writes():
        answer = portal.press(address)
        portal.wait_for_query("wait_event_type = 'Lock' AND query LIKE 'INSERT INTO \"consultation_contribution\"%'")
        portal.kill()
    portal.postgres.start()
    status, _, page = answer.result(60)
    assert status == 503
    assert "Er is niets ingelezen. Het bestand staat klaar; probeer het opnieuw." in page
    assert f"Lees {ROWS} punten in" in page
    assert portal.points() == before
    assert portal.post(address, {})[:2] == (302, address)
    assert portal.points() == before + ROWS
    assert f"<h1>{ROWS} punten ingelezen</h1>" in portal.get(address)[2].replace(".", "").replace("\xa0", "")


def test_a_database_that_stays_away_is_said_to_be_away_and_the_same_address_tells_later(portal: Portal, table: bytes) -> None:
    before, address = portal.points(), portal.upload(table)
    with portal.nobody_writes():
        answer = portal.press(address)
        portal.wait_for_query("wait_event_type = 'Lock'")
        portal.kill()
    status, _, page = answer.result(60)
    assert status == 503
    assert "We weten nog niet of uw bestand is ingelezen." in page
    assert f'href="{address}"' in page
    portal.postgres.start()
    status, _, page = portal.get(address)
    assert status == 200
    assert "Er is nog niets ingelezen." in page
    assert portal.points() == before


def test_a_line_that_breaks_after_the_commit_leads_to_the_page_of_what_was_read_in(portal: Portal, table: bytes) -> None:
    before, address = portal.points(), portal.upload(table)
    portal.line.breaks_after_commit = True
    status, place, page = portal.post(address, {})
    assert portal.line.broke.is_set()
    assert (status, place) == (302, address), page
    assert portal.points() == before + ROWS
    assert "punten ingelezen</h1>" in portal.get(address)[2]


def test_one_backend_that_is_killed_takes_nothing_in_and_the_page_says_so(portal: Portal, table: bytes) -> None:
    before, address = portal.points(), portal.upload(table)
    with portal.nobody_writes():
        answer = portal.press(address)
        portal.wait_for_query("wait_event_type = 'Lock'")
        portal.look("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'ivp' AND wait_event_type = 'Lock'")
    status, _, page = answer.result(60)
    assert status == 503
    assert "Er is niets ingelezen." in page
    assert portal.points() == before


def test_a_broken_line_to_a_server_that_goes_on_writing_waits_for_its_end(portal: Portal, table: bytes) -> None:
    """The server only notices when it next speaks. Who looked at once would say that nothing was read in, and then it would be."""
    before, address = portal.points(), portal.upload(table)
    with portal.nobody_writes():
        answer = portal.press(address)
        portal.wait_for_query("wait_event_type = 'Lock'")
        portal.line.cut()
        time.sleep(2)
        assert not answer.done()
    status, _, page = answer.result(60)
    assert portal.points() == before  # it was in the middle of its work and never heard COMMIT
    assert status == 503
    assert "Er is niets ingelezen." in page
    assert portal.post(address, {})[:2] == (302, address)


@pytest.mark.parametrize("delay", [0.02, 0.2, 0.5, 0.9])
def test_killed_at_any_moment_the_page_and_the_table_agree(portal: Portal, table: bytes, delay: float) -> None:
    before, address = portal.points(), portal.upload(table)
    answer = portal.press(address)
    portal.wait_for_query("xact_start IS NOT NULL AND (query LIKE '%FOR UPDATE%' OR query LIKE 'INSERT%')")
    time.sleep(delay)
    portal.kill()
    portal.postgres.start()
    status, place, page = answer.result(60)
    added = portal.points() - before
    assert added in (0, ROWS)
    if added:
        assert (status, place) == (302, address)
    else:
        assert status == 503
        assert "Er is niets ingelezen." in page
    assert portal.look("SELECT count(*) FROM consultation_spreadsheetimport WHERE imported_at IS NOT NULL AND added = 4000")[0][
        0
    ] * ROWS == (portal.points())
