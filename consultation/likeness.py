"""How much two things that were said are alike, by the stems of their words. Pure; no Django."""

import math
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

NEAR = 0.6
"""From here on two points say almost the same."""
RELATED = 0.2
"""From here on they are about the same."""
BLOCKING_STEMS = 4
"""So many of its rarest words decide with which other points a point is compared."""


def weight(points: int) -> float:
    """How much a word says that occurs in so many points: 1 for a new one, less the more ordinary it is."""
    return 1 / (1 + math.log1p(points))


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two texts cover each other, each from 0 to 1."""

    covers: float
    """How much of the first stands in the second, by weight."""
    covered: float
    """How much of the second stands in the first."""

    @property
    def score(self) -> float:
        """Their harmonic mean: high only when neither says much that the other does not."""
        total = self.covers + self.covered
        return 2 * self.covers * self.covered / total if total else 0.0

    @property
    def is_near(self) -> bool:
        return self.score >= NEAR

    @property
    def is_related(self) -> bool:
        return max(self.covers, self.covered) >= RELATED


def likeness(sought: Mapping[str, float], alternatives: Mapping[str, Collection[str]], said: Collection[str]) -> Likeness:
    """How the words that are sought (stem -> weight) and those that were said cover each other.

    A word is there when its stem is, or one of its alternatives (stem -> stems that are probably the same word).
    """
    if not sought or not said:
        return Likeness(0.0, 0.0)
    present = {stem: {stem, *alternatives.get(stem, ())} & set(said) for stem in sought}
    covers = sum(sought[stem] for stem, found in present.items() if found) / sum(sought.values())
    return Likeness(covers, len(set().union(*present.values())) / len(set(said)))


def clusters(points: Mapping[int, Collection[str]]) -> list[list[int]]:
    """Points (id -> stems) that say almost the same, as lists of ids, the largest first; a point stands in one at most.

    Each is laid beside the first point of a group, so that a group never drifts from what it began with. Those with the same words are
    one before anything is compared, and the others are compared only where they share a word that is rare among them: so ten thousand
    points take seconds at most.
    """
    same: dict[frozenset[str], list[int]] = {}
    for pk, stems in points.items():
        if stems:
            same.setdefault(frozenset(stems), []).append(pk)
    times = Counter(stem for words in same for stem in words)
    weights = {stem: weight(number) for stem, number in times.items()}
    groups: dict[frozenset[str], list[int]] = {}
    leading: dict[str, list[frozenset[str]]] = {}
    for words, ids in same.items():
        sought = {stem: weights[stem] for stem in words}
        rarest = sorted(words, key=lambda stem: (times[stem], stem))[:BLOCKING_STEMS]
        beside = {leader: likeness(sought, {}, leader) for stem in rarest for leader in leading.get(stem, ())}
        nearest = max(beside, key=lambda leader: (beside[leader].score, groups[leader]), default=None)
        if nearest is not None and beside[nearest].is_near:
            groups[nearest].extend(ids)
            continue
        groups[words] = list(ids)
        for stem in rarest:
            leading.setdefault(stem, []).append(words)
    return sorted((sorted(ids) for ids in groups.values() if len(ids) > 1), key=lambda ids: (-len(ids), ids))
