"""Spreadsheets: how long a hundred thousand rows take, and how much memory a bad file makes the portal use."""

import contextlib
import io
import itertools
import random
import statistics
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from django.db import connection, transaction

from consultation import services
from consultation.models import Contribution, Round
from ivp_portal.bench.figures import Figure
from ivp_portal.bench.servers import Bench
from ivp_portal.bench.world import WORDS
from ivp_portal.organisation.access import inside

ROWS = 100_000
ROUNDS = 2
TABLES = (
    "consultation_contribution", "consultation_submission", "consultation_contributor", "consultation_pointword",
    "priorities_queuerow", "priorities_queuecount",
)  # fmt: skip
"""What an import writes to, by itself or through its triggers."""
GOAL_MB = 300.0
CHECKED_EVERY_SECONDS = 0.01
ROUND = "blaricum-inwoners-2026"


def survey(rows: int) -> bytes:
    """A survey's export of so many rows, the same on every machine: with ';', in Windows-1252, a respondent number in each."""
    chance = random.Random(2)  # noqa: S311 - the same rows every time
    lines = ["Respondentnummer;Onderwerp;Sub-onderwerp;Toelichting;Datum"]
    for number in range(1, rows + 1):
        words = "; ".join(chance.choices(WORDS, k=6))
        day = 1 + number % 28
        lines.append(f'{number};Onderwerp {number % 20};{chance.choice(WORDS).capitalize()};"Geïnventariseerd: {words}.";{day}-09-2026')
    return "\r\n".join([*lines, ""]).encode("cp1252")


def reading_in(bench: Bench) -> list[Figure]:
    """Reading the csv, checking it and writing it, beside one INSERT … SELECT of the same rows into the same table.

    Whatever is written is rolled back: what was said cannot be deleted.
    """
    content = survey(ROWS)
    columns = _keep_rows(content)
    ratios, seconds = [], []
    before = _timed(lambda: _insert_select(columns))
    for _ in range(ROUNDS):
        own = _timed(lambda: _import(content))
        after = _timed(lambda: _insert_select(columns))
        ratios.append(own / statistics.mean((before, after)))
        seconds.append(own)
        before = after
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_rows")
    note = f"({statistics.median(seconds):.1f} s for {len(content) / 1_000_000:.0f} MB)"
    return [Figure("import", f"reading in {ROWS:,} rows", statistics.median(ratios), min(ratios), max(ratios), 4.0, note)]


def _timed(work: Callable[[], None]) -> float:
    """Seconds that the work takes in a transaction that is then rolled back, and tidied up after."""
    with inside("blaricum"):
        part = transaction.savepoint()
        started = time.perf_counter()
        work()
        seconds = time.perf_counter() - started
        transaction.savepoint_rollback(part)
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"VACUUM {table}")
    return seconds


def _import(content: bytes) -> None:
    round = Round.objects.select_related("area").get(slug=ROUND)
    outcome = services.import_contributions(round, content=content, file_name="enquete.csv", by=None)
    if outcome.added != ROWS:
        raise RuntimeError(f"{outcome.added} of {ROWS} rows came in.")


def _keep_rows(content: bytes) -> str:
    """Read the rows in once, keep them in bench_rows as they stood in the table, and roll back; the columns they have."""
    names = [field.column for field in Contribution._meta.concrete_fields if not field.generated and not field.primary_key]
    columns = ", ".join(f'"{name}"' for name in names)
    with inside("blaricum"):
        round = Round.objects.get(slug=ROUND)
        one_that_stays = round.contributions.values_list("submission", flat=True)[0]
        part = transaction.savepoint()
        _import(content)
        with connection.cursor() as cursor:
            imported = "submission_id IN (SELECT id FROM consultation_submission WHERE spreadsheet_id IS NOT NULL)"
            picked = f"SELECT {columns} FROM consultation_contribution WHERE round_id = {round.pk} AND {imported}"  # noqa: S608
            with cursor.copy(f"COPY ({picked}) TO STDOUT") as copy:
                rows = b"".join(bytes(block) for block in copy)
            transaction.savepoint_rollback(part)
            cursor.execute("DROP TABLE IF EXISTS bench_rows")
            cursor.execute(f"CREATE TABLE bench_rows AS SELECT {columns} FROM consultation_contribution WITH NO DATA")  # noqa: S608
            with cursor.copy(f"COPY bench_rows ({columns}) FROM STDIN") as copy:
                copy.write(rows)
            cursor.execute("UPDATE bench_rows SET submission_id = %s", [one_that_stays])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM FULL bench_rows")
        cursor.execute("ANALYZE")
    return columns


def _insert_select(columns: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO consultation_contribution ({columns}) SELECT {columns} FROM bench_rows")  # noqa: S608
        if cursor.rowcount != ROWS:
            raise RuntimeError(f"{cursor.rowcount} of {ROWS} rows were copied.")


# Memory


def zip_bomb() -> bytes:
    """A workbook of a few hundred kilobytes that says it unpacks to 300 MB."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
        with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(300):
                part.write(bytes(1_000_000))
    return file.getvalue()


def far_cell() -> bytes:
    """A sound little workbook with one cell in the far corner."""
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is>'
        '<t>Onderwerp</t></is></c></row><row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
        "</worksheet>"
    )
    book = (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="A" sheetId="1" r:id="r1"/>'
        "</sheets></workbook>"
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("xl/workbook.xml", book)
        package.writestr("xl/_rels/workbook.xml.rels", relations)
        package.writestr("xl/worksheets/sheet1.xml", sheet)
    return file.getvalue()


def bad_files() -> Iterator[tuple[str, bytes]]:
    """What people bring, by the name of the trouble with it."""
    header = b"Onderwerp;Sub-onderwerp;Toelichting\r\n"
    row = "Verkeer;Te hard rijden;Bij ons in de straat gaat het vaak mis\r\n"
    many = 24_000_000 // len(row)
    yield "an executable named .xlsx", b"MZ\x90\0" + bytes(24_000_000)
    yield "a zip bomb", zip_bomb()
    yield "a cell in the far corner", far_cell()
    yield "nothing", b""
    yield "a header only", header
    yield "NUL bytes", header + (row * (many // 2)).encode() + b"\0" + (row * (many // 2)).encode()
    yield "200 MB", header + b"x" * 200_000_000
    yield "a password", b"\xd0\xcf\x11\xe0" + bytes(10_000_000) + "EncryptedPackage".encode("utf-16-le")
    yield "ragged rows", header + (row.replace("\r", ";te;veel\r") * (90_000)).encode()
    yield "UTF-16", (header.decode() + row * 90_000).encode("utf-16")
    yield "nothing but delimiters", header + b";" * 24_000_000
    yield "millions of cells", header + (b";".join([b"ab"] * 8_000) + b"\r\n") * 1_000
    yield "a quotation mark that never closes", header + b'"' + row.encode() * many


def memory(bench: Bench) -> list[Figure]:
    """The most memory that one web process, or one worker, takes with its children while it meets each bad file."""
    peaks: dict[str, float] = {}
    for what, content in bad_files():
        with _watching(bench.portal_processes()) as web:
            waiting = bench.upload(f"/blaricum/inbreng/{ROUND}/inlezen/", content)
        peaks[what] = web.peak
        if waiting:
            peaks[what] = max(peaks[what], _worker_on(waiting))
    worst = max(peaks, key=lambda what: peaks[what])
    values = list(peaks.values())
    return [Figure("memory", "memory with a bad file", max(values), min(values), max(values), GOAL_MB, f"({worst})", unit=" MB")]


def _worker_on(address: str) -> float:
    """The peak of a process of its own that does what a worker would do with the file."""
    pk = address.rstrip("/").rpartition("/")[2]
    with inside("blaricum") as (area,):
        area_id = area.pk
    program = f"import django; django.setup(); from consultation.services import import_jobs; import_jobs.work({pk!r}, {area_id})"
    process = subprocess.Popen([sys.executable, "-c", program])  # noqa: S603
    with _watching([process.pid]) as watched:
        process.wait()
    if process.returncode:
        raise RuntimeError(f"The worker ended with {process.returncode}.")
    return watched.peak


class _Watch:
    """Adds up, a hundred times a second, the memory of these processes and everything they started."""

    def __init__(self, processes: list[int]) -> None:
        self.processes = processes
        self.peak = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def _look(self) -> None:
        while not self._done.wait(CHECKED_EVERY_SECONDS):
            self.peak = max(self.peak, sum(map(_megabytes, _with_children(self.processes))))

    def __enter__(self) -> "_Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()


def _watching(processes: list[int]) -> _Watch:
    return _Watch(processes)


def _with_children(processes: list[int]) -> list[int]:
    found = list(processes)
    for process in found:  # grows while we walk
        with contextlib.suppress(OSError):
            found += map(int, Path(f"/proc/{process}/task/{process}/children").read_text().split())
    return found


def _megabytes(process: int) -> float:
    """What it holds now (RSS); 0 when it is gone."""
    with contextlib.suppress(OSError):
        for line in itertools.dropwhile(
            lambda line: not line.startswith("VmRSS"), Path(f"/proc/{process}/status").read_text().splitlines()
        ):
            return int(line.split()[1]) / 1024
    return 0.0
