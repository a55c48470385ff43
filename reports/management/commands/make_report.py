"""make_report: have a paper made by a worker, wait for it and write it to a file."""

import json
import os
import shutil
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from celery import current_app
from kombu.exceptions import OperationalError

from ivp_portal.organisation.access import inside
from ivp_portal.organisation.models import Area
from priorities.models import Plan
from reports.documents import DOCUMENTS_BY_SLUG
from reports.models import Report
from reports.services import FileUnfit, RequestRefused, open_checked, request_report
from reports.states import ReportStatus

LOOK_EVERY_SECONDS = 0.25
WORKER = "celery --app ivp_portal worker --beat"


class Command(BaseCommand):
    help = (
        "Have a paper of a plan made anew by a worker, and write it to a file. Progress goes to stderr; the last line, on stdout, is "
        '{"sha256": …, "pages": …, "seconds": …}.'
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to make, of which plan, and where to."""
        parser.add_argument("document", choices=sorted(DOCUMENTS_BY_SLUG))
        parser.add_argument("--area", required=True, help="slug of the municipality: blaricum")
        parser.add_argument("--period", required=True, help="of the plan: 2023-2026")
        parser.add_argument("--out", required=True, type=Path, help="the file to write; an old one is replaced")
        parser.add_argument("--worker-within", type=float, default=30, metavar="SECONDS", help="how long to wait for a worker (default 30)")
        parser.add_argument("--timeout", type=float, default=1200, metavar="SECONDS", help="how long to wait in all (default 1200)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, follow, write. Raises CommandError with what is wrong and what mends it."""
        out: Path = options["out"]
        if not out.absolute().parent.is_dir():
            raise CommandError(f"There is no folder {out.absolute().parent}. Make it:  mkdir -p '{out.absolute().parent}'")
        began = time.monotonic()
        report = self._ask(options["document"], options["area"], options["period"])
        self._follow(report, began, options["worker_within"], options["timeout"])
        seconds = round(time.monotonic() - began, 1)
        try:
            with open_checked(report) as stored:
                beside = out.with_name(f".{out.name}.{os.getpid()}")
                with beside.open("wb") as copy:
                    shutil.copyfileobj(stored, copy)
            beside.replace(out)
        except FileUnfit as problem:
            raise CommandError(f"{report.file}: {problem}") from problem
        self.stdout.write(json.dumps({"sha256": report.sha256, "pages": report.pages, "seconds": seconds}))

    def _ask(self, document: str, slug: str, period: str) -> Report:
        if not Area.objects.municipalities().filter(slug=slug).exists():
            raise CommandError(f"There is no municipality {slug!r}. Their slugs are in ivp_portal/organisation/areas.csv.")
        with inside(slug) as (area,):
            plans = {plan.period: plan for plan in Plan.objects.of(area)}
            if period not in plans:
                known = ", ".join(sorted(plans)) or "none at all"
                raise CommandError(f"{area.name} has no plan {period!r}. There is: {known}.")
            plan = plans[period]
            plan.area = area
            try:
                return request_report(plan, DOCUMENTS_BY_SLUG[document], by=None, anew=True)
            except RequestRefused as refused:
                raise CommandError(str(refused)) from refused

    def _follow(self, report: Report, began: float, worker_within: float, timeout: float) -> None:
        """Wait until the report is ready, saying each change; `report` is up to date afterwards."""
        said = ""
        while True:
            with inside(report.area):
                report.refresh_from_db(fields=["status", "progress", "stage", "attempt", "failure", "file", "sha256", "pages", "size"])
            waited = time.monotonic() - began
            if (line := _line(report)) != said:
                self.stderr.write(f"{waited:6.1f} s  {line}")
                said = line
            if report.status == ReportStatus.READY:
                return
            if report.status == ReportStatus.FAILED:
                raise CommandError(report.failure)
            if waited > worker_within and report.attempt == 0 and not _workers():
                raise CommandError(
                    f"No worker came within {worker_within:g} s. Start one:  {WORKER}\n"
                    f"The request stays (report {report.pk}); a worker that starts will make it."
                )
            if waited > timeout:
                raise CommandError(f"Not ready after {timeout:g} s. The request stays (report {report.pk}); see the log of the worker.")
            time.sleep(LOOK_EVERY_SECONDS)


def _line(report: Report) -> str:
    if report.status == ReportStatus.RENDERING:
        return f"attempt {report.attempt}: {report.progress}% {report.stage}".rstrip()
    return report.status


def _workers() -> bool:
    """True when a worker answers."""
    try:
        return bool(current_app.control.ping(timeout=2))
    except (OperationalError, OSError):
        return False
