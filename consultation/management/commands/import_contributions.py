"""Read a spreadsheet into a round from the command line; the last line printed is one JSON object."""

import argparse
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError

from consultation import services
from consultation.importing import FIELDS, Problem
from consultation.models import Round
from consultation.spreadsheets import FileRefused, too_big
from consultation.trial import Outcome
from ivp_portal.organisation.access import inside, inside_every_area
from ivp_portal.organisation.models import Area, User

DATABASE_WENT = "De database viel weg: alles is ingelezen of niets. Geef de opdracht opnieuw; er komt niets dubbel in."


class Refused(Exception):
    """Nothing can be read in. The message is a Dutch sentence."""


class Command(BaseCommand):
    help = """Read a spreadsheet (xlsx, ods, csv) into a consultation round.

    Rows that are sound and new are added, all of them or none; rows with a problem stay out and are listed. The same file twice adds
    nothing. Ends with 0 when the file was read, also when rows have problems; with 1 when nothing could be read in."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--round", required=True, metavar="SLUG", help="the round's address")
        parser.add_argument("--area", metavar="SLUG", help="the round's area; needed when two areas have a round of that address")
        parser.add_argument("--dry-run", action="store_true", help="say what would be added, and write nothing")
        parser.add_argument(
            "--column", action="append", default=[], metavar="FIELD=HEADER", help=f"read FIELD ({', '.join(FIELDS)}) from the column HEADER"
        )
        parser.add_argument("--by", metavar="USERNAME", help="who does this, for the log; by default the portal itself")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcome = self._import(options)
        except (Refused, FileRefused, services.ChangeRefused) as refusal:
            self._refuse(options["file"], str(refusal))
        except (OperationalError, InterfaceError):
            self._refuse(options["file"], DATABASE_WENT)
        else:
            for problem in outcome.problems:
                self.stderr.write(f"rij {problem.row}, {problem.column or 'hele rij'}: {problem.value!r}. {problem.message}")
            self._answer(outcome.rows, outcome.added, outcome.known, list(outcome.problems))

    def _import(self, options: dict[str, Any]) -> Outcome:
        columns = dict(_column(text) for text in options["column"])
        content = _content(options["file"])
        by = _user(options["by"])
        round = _round(options["round"], options["area"])
        with inside(round.area):
            if options["dry_run"]:
                return services.try_out(round, content, columns)
            return services.import_contributions(round, content=content, file_name=options["file"].name, columns=columns, by=by)

    def _refuse(self, file: Path, message: str) -> None:
        self.stderr.write(message)
        self._answer(0, 0, 0, [Problem(None, "", file.name, message)])
        raise SystemExit(1)

    def _answer(self, rows: int, added: int, known: int, problems: list[Problem]) -> None:
        told = [{"row": problem.row, "column": problem.column, "value": problem.value, "message": problem.message} for problem in problems]
        self.stderr.flush()
        self.stdout.write(json.dumps({"rows": rows, "added": added, "known": known, "problems": told}, ensure_ascii=False))


def _column(text: str) -> tuple[str, str]:
    field, equals, header = text.partition("=")
    if not equals:
        raise Refused(f"Schrijf --column als VELD=KOP, bijvoorbeeld subject=Thema, en niet ‘{text}’.")
    return field, header


def _content(file: Path) -> bytes:
    try:
        size = file.stat().st_size
        if size > settings.UPLOAD_LIMIT_BYTES:
            raise Refused(too_big(size, settings.UPLOAD_LIMIT_BYTES))
        return file.read_bytes()
    except OSError as error:
        raise Refused(f"Het bestand {file} kunnen we niet openen: {error.strerror}.") from error


def _user(username: str | None) -> User | None:
    if username is None:
        return None
    try:
        return User.objects.get(username=username)
    except User.DoesNotExist:
        raise Refused(f"Er is geen gebruiker ‘{username}’.") from None


def _round(slug: str, area_slug: str | None) -> Round:
    """The round of that address; over all areas when none is named."""
    with inside_every_area():
        found = list(Round.objects.filter(slug=slug).select_related("area").order_by("area__name"))
    if area_slug is not None:
        if not Area.objects.filter(slug=area_slug).exists():
            raise Refused(f"Er is geen gebied ‘{area_slug}’.")
        found = [round for round in found if round.area.slug == area_slug]
    if not found:
        raise Refused(f"Er is geen ronde ‘{slug}’{f' in {area_slug}' if area_slug else ''}.")
    if len(found) > 1:
        areas = ", ".join(round.area.slug for round in found)
        raise Refused(f"De ronde ‘{slug}’ bestaat in {len(found)} gebieden ({areas}). Zeg welk met --area.")
    return found[0]
