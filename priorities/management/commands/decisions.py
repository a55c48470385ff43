"""Count the decisions of a plan: per destination kind, per extent, and how many contributions have none."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ivp_portal.organisation.access import inside
from ivp_portal.organisation.models import Area
from priorities.decision_kinds import DECISION_KINDS
from priorities.models import Extent, Plan
from priorities.models.plan import period_dates
from priorities.standing import Standing, standing_of


class Command(BaseCommand):
    help = "Count the decisions of a plan. The last line printed is one JSON object."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--area", required=True, help="the municipality's slug, such as blaricum")
        parser.add_argument("--period", required=True, help="the plan's years, such as 2023-2026")

    def handle(self, *args: Any, **options: Any) -> None:
        standing = self.standing(options["area"], options["period"])
        for line in self.lines(standing):
            self.stdout.write(line)
        self.stdout.write(json.dumps(asdict(standing)))

    @staticmethod
    def standing(slug: str, period: str) -> Standing:
        """The counts; raises CommandError for an unknown area, period or plan."""
        try:
            starts_on, ends_on = period_dates(period)
        except ValueError as error:
            raise CommandError(f"{period!r} is not a period. Write two years, such as 2023-2026.") from error
        try:
            with inside(slug) as (area,):
                plan = Plan.objects.of(area).get(starts_on=starts_on, ends_on=ends_on)
                return standing_of(plan)
        except Area.DoesNotExist as error:
            raise CommandError(f"There is no area {slug!r}.") from error
        except Plan.DoesNotExist as error:
            raise CommandError(f"{slug} has no plan for {period}.") from error

    @staticmethod
    def lines(standing: Standing) -> list[str]:
        """The counts as a person reads them; a contribution with two destinations counts for both, and the sum says so."""
        decided = standing.contributions - standing.undecided - standing.waiting
        kinds = [f"  {DECISION_KINDS[code].label:<24}{count:>5}" for code, count in standing.destinations.items()]
        extents = [f"  {Extent(extent).label:<24}{count:>5}" for extent, count in standing.extents.items()]
        second = sum(standing.destinations.values()) - decided
        unagreed = f", without agreement: {standing.waiting}" if standing.waiting else ""
        return [
            f"Contributions: {standing.contributions}, without a decision: {standing.undecided}{unagreed}",
            f"Destinations ({second} of them a second one):",
            *kinds,
            "Extent:",
            *extents,
        ]
