"""Load the catalogue of safety themes from the checked-in CSV."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from consultation.services import load_themes


class Command(BaseCommand):
    help = "Load the themes for the whole nation from the checked-in CSV; safe to repeat, after load_areas."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(load_themes()))
