"""Work out the triage queue of an area again, after a repair by hand in the database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ivp_portal.organisation.access import inside
from ivp_portal.organisation.models import Area
from priorities.services import refresh_queue


class Command(BaseCommand):
    help = "Work out the triage queue of an area again. Says how many rows were not as they should be: 0 when all is well."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("area", help="the area's slug, such as blaricum")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with inside(options["area"]) as (area,):
                mended = refresh_queue(area)
        except Area.DoesNotExist as error:
            raise CommandError(f"There is no area {options['area']!r}.") from error
        self.stdout.write(f"Rows that were mended: {mended}")
