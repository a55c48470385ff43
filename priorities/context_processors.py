"""What the shell shows around every screen: the place, its plan and the main menu."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from ivp_portal.organisation.models import Area
from ivp_portal.organisation.roles import Action
from priorities.models import Plan
from priorities.triage.queue_counts import left_of, newest_plan


@dataclass(frozen=True, slots=True)
class MenuItem:
    label: str
    url: str
    is_current: bool
    count: int | None = None
    """What waits for you; 0 shows nothing yet, and None is for what never counts."""


class Surroundings:
    """Worked out when a template first asks, so that a fragment costs nothing. At most one query."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        user = getattr(request, "user", None)
        self.area: Area | None = getattr(user, "entered", None)
        self.plan = self._plan() if self.area else None

    def _plan(self) -> Plan | None:
        """The plan somebody came in for; where the address names none, the newest of the municipality."""
        if (entered := getattr(self.request.user, "entered_plan", None)) is not None:
            return entered
        return newest_plan(self.area, self.request.user) if self.area else None

    @property
    def place(self) -> str:
        if self.area is None:
            return ""
        name = self.area.formal_name
        return name[:1].upper() + name[1:]

    @property
    def place_note(self) -> str:
        """'Veiligheidsplan 2027–2030', 'Veiligheidsstrategie 2027–2030' above the municipalities."""
        if self.plan and self.area and not self.area.is_municipality:
            return f"Veiligheidsstrategie {self.plan.starts_on.year}–{self.plan.ends_on.year}"
        return f"Veiligheidsplan {self.plan.starts_on.year}–{self.plan.ends_on.year}" if self.plan else "Integraal Veiligheidsplan"

    @property
    def home_url(self) -> str:
        return reverse("priorities:municipality", args=[self.area.slug]) if self.area else reverse("home")

    def menu(self) -> list[MenuItem]:
        """The main menu; empty where nobody came through a door, as on an error page."""
        if self.area is None:
            return []
        of_area, of_plan = [self.area.slug], [self.area.slug, self.plan.period] if self.plan else None
        to_do = None
        if self.plan and Action.DECIDE in self.area.allowed:
            to_do = left_of(self.plan)
        of_council = of_plan if self.area.is_municipality else None
        entries = [
            ("Start", "priorities:start", of_plan, None),
            ("Inbreng", "consultation:round-list", of_area, None),
            ("Afwegen", "priorities:triage-queue", of_plan, to_do),
            ("Prioriteiten", "priorities:priority-list", of_area, None),
            ("Plan", "priorities:plan-detail", of_council, None),
            ("Raadsvoorstel", "priorities:proposal-change", of_council, None),
            ("Documenten", "reports:report-list", of_plan, None),
        ]
        return [self._item(label, reverse(name, args=args), count) for label, name, args, count in entries if args]

    def settings(self) -> list[MenuItem]:
        """What is set now and then for all plans of the area: in the menu under the name of who may, out of the way of the work."""
        if self.area is None:
            return []
        entries = [
            ("Werkwijze", "priorities:way-of-working", Action.DECIDE),
            ("Standaardteksten", "priorities:standard-list", Action.DRAFT),
        ]
        allowed = self.area.allowed
        return [self._item(label, reverse(name, args=[self.area.slug]), None) for label, name, action in entries if action in allowed]

    def _item(self, label: str, url: str, count: int | None) -> MenuItem:
        """The start page is current only itself; a room also when somebody is further inside."""
        at = self.request.path
        return MenuItem(label, url, at == url if label == "Start" else at.startswith(url), count)


def menu(request: HttpRequest) -> dict[str, Any]:
    """place, place_note, home_url, menu and settings_menu for base.html."""
    around = SimpleLazyObject(lambda: Surroundings(request))
    return {
        "place": SimpleLazyObject(lambda: around.place),
        "place_note": SimpleLazyObject(lambda: around.place_note),
        "home_url": SimpleLazyObject(lambda: around.home_url),
        "menu": SimpleLazyObject(lambda: around.menu()),
        "settings_menu": SimpleLazyObject(lambda: around.settings()),
    }
