"""Texts that say the same in nearly the same words. Pure: no database, no Django."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

ALIKE = 0.85
"""How much of two texts must be the same words in the same order: twice the shared words divided by all words."""
TURNING = frozenset({"niet", "geen", "nooit", "niemand", "nergens", "noch", "wel", "alleen", "deels", "gedeeltelijk", "zonder", "behalve"})
"""Words that turn what is said: texts that differ in one of these, or in a number, do not say the same."""
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")

Token = tuple[str, int]
"""A word and the how-many-eth of that word in its text it is."""


def words_of(text: str) -> list[str]:
    """The words of the text in lower case, without marks: 'Going concern.' is 'going', 'concern'."""
    return _WORD.findall(text.lower().replace("’", "'"))


def nearly_same(one: str, other: str) -> bool:
    """True when the two say the same and differ in wording only, or not at all."""
    return _alike(words_of(one), words_of(other))


def _alike(one: list[str], other: list[str]) -> bool:
    if _turns(one) != _turns(other) or _overlap(one, other) < ALIKE:
        return False
    first, second = sorted((one, other))  # the ratio depends on which comes first
    return one == other or SequenceMatcher(None, first, second, autojunk=False).ratio() >= ALIKE


def _turns(words: list[str]) -> Counter[str]:
    return Counter(word for word in words if word in TURNING or any(sign.isdigit() for sign in word))


def _overlap(one: list[str], other: list[str]) -> float:
    """An upper bound of the likeness: as if the order of the words did not count."""
    both = len(one) + len(other)
    return 2 * (Counter(one) & Counter(other)).total() / both if both else 1.0


def groups_of(texts: Mapping[str, int]) -> list[list[str]]:
    """The texts that are alike, each group with the most used one first: the others are nearly the same as that one.

    `texts` says how often each is used. A text stands in one group at most; a text like which there is no other in none.
    """
    words = {text: words_of(text) for text in texts}
    leaders = _Leaders(words)
    found: dict[str, list[str]] = {}
    for text in sorted(texts, key=lambda each: (-texts[each], each)):
        leader = next((one for one in leaders.like(text) if _alike(words[one], words[text])), None)
        if leader is None:
            leaders.add(text)
            found[text] = [text]
        else:
            found[leader].append(text)
    return [group for group in found.values() if len(group) > 1]


class _Leaders:
    """The first text of every group so far, by their rarest words, so that ten thousand different texts take seconds and not hours.

    Only texts that can be alike are held against each other: two that are must share one of their rarest words, at a place that leaves
    enough words after it (the prefix and positional filters of set similarity joins: Xiao and others, PPJoin, 2008). None is missed.
    """

    def __init__(self, words: Mapping[str, list[str]]) -> None:
        tokens = {text: _tokens(each) for text, each in words.items()}
        common = Counter(token for each in tokens.values() for token in each)
        self.turns = {text: frozenset(_turns(each).items()) for text, each in words.items()}
        self.rising = {text: sorted(each, key=lambda token: (common[token], token)) for text, each in tokens.items()}
        self.at: dict[Any, dict[tuple[int, int], list[str]]] = defaultdict(lambda: defaultdict(list))

    def _rarest(self, text: str) -> list[Token]:
        """So many of its rarest words that a text like it must have one of them among its own."""
        rising = self.rising[text]
        return rising[: len(rising) - math.ceil(len(rising) * ALIKE / (2 - ALIKE)) + 1]

    def add(self, text: str) -> None:
        """The text leads a group."""
        for place, token in enumerate(self._rarest(text) or [None]):
            self.at[self.turns[text], token][len(self.rising[text]), place].append(text)

    def like(self, text: str) -> list[str]:
        """The leaders that may be alike, in no particular order but always the same."""
        size, found = len(self.rising[text]), {}
        for place, token in enumerate(self._rarest(text) or [None]):
            for (other, there), leaders in self.at.get((self.turns[text], token), {}).items():
                if min(size - place, other - there) >= ALIKE * (size + other) / 2:
                    found.update(dict.fromkeys(leaders))
        return list(found)


def _tokens(words: list[str]) -> set[Token]:
    seen: Counter[str] = Counter()
    tokens = set()
    for word in words:
        seen[word] += 1
        tokens.add((word, seen[word]))
    return tokens
