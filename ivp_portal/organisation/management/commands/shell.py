"""Django's shell with the door in hand: nothing of a municipality is visible until `with inside("blaricum"):`."""

from django.core.management.commands import shell


class Command(shell.Command):
    def get_auto_imports(self) -> list[str]:
        """The models Django imports by itself, and the door."""
        return [*(super().get_auto_imports() or ()), "ivp_portal.organisation.access.inside"]
