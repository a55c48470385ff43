"""Load the areas (unit, districts, basisteams, municipalities) from the checked-in CSV."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from ivp_portal.organisation.services import load_areas


class Command(BaseCommand):
    help = "Load the areas from the checked-in CSV; safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(load_areas()))
