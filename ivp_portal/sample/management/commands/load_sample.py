"""Load the sample: areas, accounts, two municipalities with their plans. Safe to repeat."""

import json
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ivp_portal.sample.loading import load_sample


class Command(BaseCommand):
    help = "Load the sample; safe to repeat. The last line printed is one JSON object: how many were added."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SAMPLE_ALLOWED:
            raise CommandError(
                "The sample's accounts have a password that everyone knows; these settings do not allow them (SAMPLE_ALLOWED)."
            )
        added = load_sample()
        if added.anything:
            self.stdout.write("Loaded the sample.")
        else:
            self.stdout.write("The sample was there already; nothing changed.")
        self.stdout.write(json.dumps(asdict(added)))
