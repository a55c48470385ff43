"""Which theme a subject is about, by its words: the names of the themes, their plain names, and what people confirmed. Pure; no Django."""

import difflib
import hashlib
import re
from collections.abc import Mapping

ALIKE = 0.82
"""How alike two words must be (0 to 1) to be one word with a slip of the pen."""
SHORTEST = 4
"""Letters a word needs before half a subject counts as it: 'jeugd' in 'jeugd en school', not 'op' in 'overlast op straat'."""


def as_word(text: str) -> str:
    """As aliases are stored and compared: in lower case, with single spaces."""
    return " ".join(text.lower().split())


def key_of(subject: str) -> str:
    """A subject as the name of a field in a form: the same one whatever its capitals, and fit for an id in a page."""
    return hashlib.sha256(as_word(subject).encode()).hexdigest()[:16]


def suggest(subject: str, known: Mapping[str, int]) -> int | None:
    """The theme (its id) that this subject is probably about, or None.

    `known` maps words as as_word makes them to themes. In this order: the very word; the longest known word that stands in the subject;
    the shortest one that the subject stands in; a word that differs by a letter or two.
    """
    word = as_word(subject)
    if not word:
        return None
    if word in known:
        return known[word]
    if inside := [other for other in known if _holds(word, other)]:
        return known[max(inside, key=lambda other: (len(other), other))]
    if around := [other for other in known if _holds(other, word)]:
        return known[min(around, key=lambda other: (len(other), other))]
    alike = difflib.get_close_matches(word, known, n=1, cutoff=ALIKE)
    return known[alike[0]] if alike else None


def _holds(text: str, word: str) -> bool:
    """True when the word stands in the text as whole words."""
    return len(word) >= SHORTEST and re.search(rf"\b{re.escape(word)}\b", text) is not None
