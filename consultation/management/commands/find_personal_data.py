"""Find what looks like personal data in points that were recorded before the portal looked for it."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from consultation.models import Contribution, Round
from consultation.services import find_in_recorded
from ivp_portal.organisation.access import inside, inside_every_area
from ivp_portal.organisation.models import Area


class Command(BaseCommand):
    help = (
        "Mark what looks like personal data in points recorded earlier; safe to repeat. What stands in a frozen round is left and counted."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--area", help="only this area, by its address: blaricum")

    def handle(self, *args: Any, **options: Any) -> None:
        slug = options["area"]
        if slug and not Area.objects.filter(slug=slug).exists():
            raise CommandError(f"Er is geen gebied ‘{slug}’.")
        with inside_every_area():
            found = Round.objects.select_related("area").order_by("pk")
            rounds = list(found.filter(area__slug=slug) if slug else found)
            left = Contribution.objects.filter(round__in=[round.pk for round in rounds if round.is_frozen], personal_data=[]).count()
        changed = 0
        for round in rounds:
            if not round.is_frozen:
                with inside(round.area):
                    changed += find_in_recorded(round, by=None)
        self.stdout.write(json.dumps({"marked": changed, "left_in_frozen_rounds": left}))
