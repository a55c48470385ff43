"""At which level a priority stands, in words and as cells: one for each municipality of the district, filled for those that share it."""

from dataclasses import dataclass

from priorities.decision_kinds import LOCAL_LEVELS
from priorities.snapshot import PlanSnapshot, PrioritySnapshot
from reports import dutch

WIDER_THAN_DISTRICT = {"nation", "unit"}


@dataclass(frozen=True, slots=True)
class Level:
    words: str
    """'Basisteam Gooi Noord: vier van de zes gemeenten'."""
    filled: tuple[bool, ...]
    """In the order of PlanSnapshot.municipalities."""


def level_of(priority: PrioritySnapshot, snapshot: PlanSnapshot) -> Level:
    """The level of a priority, for any number of municipalities."""
    shared = set(priority.shared_by)
    filled = tuple(name in shared for name in snapshot.municipalities)
    return Level(_words(priority, sum(filled), len(filled)), filled)


def _words(priority: PrioritySnapshot, sharing: int, all_of_them: int) -> str:
    if priority.level in LOCAL_LEVELS:
        return f"{priority.level_label}: alleen {priority.area}"
    if priority.level in WIDER_THAN_DISTRICT:
        return f"{priority.level_label}: {priority.area}"
    if sharing == all_of_them:
        return f"{priority.level_label}: alle {dutch.number_word(all_of_them)} gemeenten"
    says_its_level = priority.area.casefold().startswith(priority.level_label.casefold())
    name = priority.area if says_its_level else f"{priority.level_label} {priority.area}"
    return f"{name}: {dutch.number_word(sharing)} van de {dutch.number_word(all_of_them)} gemeenten"
