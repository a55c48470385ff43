"""What the shell shows around every screen: the place, its plan and the main menu."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from ivp_portal.organisation.models import Area
from ivp_portal.organisation.roles import Action
from priorities.models import Plan
from priorities.triage import counts_of


@dataclass(frozen=True, slots=True)
class MenuItem:
    label: str
    url: str
    is_current: bool
    count: int = 0
    """What waits for you; 0 shows nothing."""


class Surroundings:
    """Worked out when a template first asks, so that a fragment costs nothing. At most three queries."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        user = getattr(request, "user", None)
        self.area: Area | None = getattr(user, "entered", None)
        self.plan = self._plan() if self.area else None

    def _plan(self) -> Plan | None:
        """The plan somebody came in for; where the address names none, the newest of the municipality."""
        if (entered := getattr(self.request.user, "entered_plan", None)) is not None:
            return entered
        plan = Plan.objects.of(self.area).newest_first().first() if self.area else None
        if plan and self.area:
            plan.area = self.area
        return plan

    @property
    def place(self) -> str:
        if self.area is None:
            return ""
        name = self.area.formal_name
        return name[:1].upper() + name[1:]

    @property
    def home_url(self) -> str:
        return reverse("priorities:municipality", args=[self.area.slug]) if self.area else reverse("home")

    def menu(self) -> list[MenuItem]:
        """The main menu; empty where nobody came through a door, as on an error page."""
        if self.area is None:
            return []
        slug, at = self.area.slug, self.request.path
        entries: list[tuple[str, str, str, int]] = []
        if self.plan:
            kwargs = [slug, self.plan.period]
            everything, done = counts_of(self.plan)
            entries.append(("Start", reverse("priorities:start", args=kwargs), "exact", 0))
            entries.append(("Inbreng", reverse("consultation:round-list", args=[slug]), "", 0))
            entries.append(("Afwegen", reverse("priorities:triage-queue", args=kwargs), "", everything - done if Action.DECIDE in self.area.allowed else 0))
        entries.append(("Prioriteiten", reverse("priorities:priority-list", args=[slug]), "", 0))
        if self.plan:
            entries.append(("Plan", reverse("priorities:plan-detail", args=kwargs), "", 0))
            entries.append(("Raadsvoorstel", reverse("priorities:proposal-change", args=kwargs), "", 0))
            entries.append(("Documenten", reverse("reports:report-list", args=kwargs), "", 0))
        return [
            MenuItem(label, url, at == url if match == "exact" else at.startswith(url), count) for label, url, match, count in entries
        ]


def menu(request: HttpRequest) -> dict[str, Any]:
    """place, place_note, home_url and menu for base.html."""
    around = SimpleLazyObject(lambda: Surroundings(request))
    return {
        "place": SimpleLazyObject(lambda: around.place),
        "place_note": SimpleLazyObject(
            lambda: f"Veiligheidsplan {around.plan.starts_on.year}–{around.plan.ends_on.year}" if around.plan else "Integraal Veiligheidsplan"
        ),
        "home_url": SimpleLazyObject(lambda: around.home_url),
        "menu": SimpleLazyObject(lambda: around.menu()),
    }
