"""What a measurement gives."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing measured: as a rule a multiple of its yardstick, its spread over the rounds, and the goal it is held against."""

    name: str
    what: str
    median: float
    lowest: float
    highest: float
    goal: float
    note: str = ""
    unit: str = "x"

    @property
    def held(self) -> bool:
        return self.median <= self.goal
