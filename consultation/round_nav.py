"""The rooms of a round: what its sub-navigation shows to whoever came in, and which room a page belongs to.

A page inside a round includes consultation/_round_nav.html with the round in its context.
"""

from dataclasses import dataclass

from django.urls import reverse

from consultation.models import Round
from ivp_portal.organisation.roles import Action


@dataclass(frozen=True, slots=True)
class Room:
    """One entry: where it leads, who may go there, and the pages inside it by the start of their names."""

    label: str
    address: str
    pages: tuple[str, ...]
    leave: Action = Action.READ
    while_open: bool = False
    """Only until the round is frozen: there is nothing to do in it after."""


@dataclass(frozen=True, slots=True)
class NavItem:
    """An entry as the page draws it."""

    label: str
    url: str
    is_current: bool


ROOMS = (
    Room(
        "Punten",
        "consultation:round-detail",
        (
            "consultation:round-detail",
            "consultation:contribution-",
            "consultation:similar-",
            "consultation:group-",
            "priorities:contribution-",
        ),
    ),
    Room(
        "Inzendingen",
        "consultation:submission-list",
        ("consultation:submission-", "consultation:letter-", "consultation:contact-", "consultation:held-"),
    ),
    Room("Nakijken", "consultation:privacy-review", ("consultation:privacy-",), Action.RECORD),
    Room("Uitnodigingen", "consultation:invitation-list", ("consultation:invitation-",)),
    Room("Voortgang", "priorities:round-progress", ("priorities:round-progress", "priorities:answers-send", "priorities:mail-again")),
    Room("Inlezen", "consultation:import-add", ("consultation:import-", "priorities:import-"), Action.RECORD, while_open=True),
    Room("Instellingen", "consultation:round-change", ("consultation:round-change", "consultation:round-copy"), Action.RECORD),
)


def rooms_of(round: Round, page: str) -> list[NavItem]:
    """The rooms whoever came in may enter; `page` is the name of the address they are at. No queries: reads round.area, as entered."""
    place = [round.area.slug, round.slug]
    return [
        NavItem(room.label, reverse(room.address, args=place), page.startswith(room.pages))
        for room in ROOMS
        if room.leave in round.area.allowed and not (room.while_open and round.is_frozen)
    ]
