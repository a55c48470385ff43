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
    goal: float | None
    """None for what is only told."""
    note: str = ""
    unit: str = "x"
    at_least: bool = False
    """The goal is the least it must be, such as a share that is right; else the most."""

    @property
    def held(self) -> bool:
        if self.goal is None:
            return True
        return self.median >= self.goal if self.at_least else self.median <= self.goal
