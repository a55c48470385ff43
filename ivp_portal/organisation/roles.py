"""Who may do what: one table. Code asks for the action, never for the role."""

from enum import StrEnum


class Role(StrEnum):
    """What somebody is at an area (docs/glossary.md)."""

    POLICY_OFFICER = "policy_officer"
    COUNCIL_MEMBER = "council_member"
    CLERK = "clerk"
    DISTRICT_COORDINATOR = "district_coordinator"


class Action(StrEnum):
    """What a screen asks leave for."""

    READ = "read"
    RECORD = "record"
    """Enter and import what was said."""
    DECIDE = "decide"
    """Weigh a contribution."""
    DRAFT = "draft"
    """Write priorities, chapters and the council proposal; put the plan before the council."""
    ADOPT = "adopt"
    """Write down that the council adopted the plan."""
    EXPORT = "export"
    """Have the papers made."""


ROLE_LABELS = {
    Role.POLICY_OFFICER: "Beleidsmedewerker",
    Role.COUNCIL_MEMBER: "Raadslid",
    Role.CLERK: "Griffier",
    Role.DISTRICT_COORDINATOR: "Districtscoördinator",
}

GRANTS: dict[Role, frozenset[Action]] = {
    Role.POLICY_OFFICER: frozenset({Action.READ, Action.RECORD, Action.DECIDE, Action.DRAFT, Action.EXPORT}),
    Role.COUNCIL_MEMBER: frozenset({Action.READ}),
    Role.CLERK: frozenset({Action.READ, Action.ADOPT, Action.EXPORT}),
    Role.DISTRICT_COORDINATOR: frozenset({Action.READ, Action.DRAFT}),
}

# Below the area of the membership somebody looks but does not touch: councils are autonomous.
GRANTS_BELOW = frozenset({Action.READ})


def grants(role: str, action: Action, *, below: bool = False) -> bool:
    """True when a membership with this role allows the action at its own area, or at an area below it."""
    allowed = GRANTS[Role(role)]
    return action in (allowed & GRANTS_BELOW if below else allowed)
