"""python3 dev.py manage messages: what public pages say, into the English catalogue."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ivp_portal.web.catalogue import ENGLISH, ROOT, renew


class Command(BaseCommand):
    help = "Add new sentences of public pages to the English catalogue, drop dead ones, and compile it. Names what has no English yet."

    def handle(self, *args: Any, **options: Any) -> None:
        """Exits with 1 while a sentence lacks its English."""
        if left := renew():
            raise CommandError("\n".join([*left, f"Write it in {ENGLISH.relative_to(ROOT)}; then:  python3 dev.py manage messages"]))
        self.stdout.write("Every sentence has its English.")
