"""A point where it stands in the letter: its words, with the sentences around them. Pure; no Django."""

import re
from dataclasses import dataclass

from consultation import anchors
from consultation.anchors import Anchor

REACH = 260
"""Characters shown on either side at most."""
SENTENCES = 2
"""Sentences shown on either side, if they fit."""
LONG = 900
"""Of a longer passage only the beginning and the end are shown."""
_END = re.compile(r"(?<=[.!?;:])\s+|\n+")


@dataclass(frozen=True, slots=True)
class Quoted:
    """A passage as it stands in the newest version of the text."""

    before: str
    quote: str
    after: str
    begins_before: bool
    """More of the text stands before `before`."""
    goes_on: bool
    """More of it stands after `after`."""
    is_mended: bool
    """The words were corrected after the point was made."""


def place_in(text: str, anchor: Anchor, said: str) -> tuple[int, int] | None:
    """Where the passage stands in the newest text; `said` is the version it was taken from. None when a correction took it out."""
    around = anchor.prefix + anchor.exact + anchor.suffix
    # The words and what stands around them were left alone: no need to lay the two texts side by side.
    if said == text or text.count(around) == 1:
        return anchors.find(text, anchor)
    span = anchors.find(said, anchor)
    return anchors.carry(said, text, span) if span else None


def quoted_in(text: str, anchor: Anchor, said: str) -> Quoted | None:
    """The passage with the sentences around it; None when it stands nowhere any more."""
    span = place_in(text, anchor, said)
    if span is None:
        return None
    start, end = span
    first, last = _reach_back(text, start), _reach_on(text, end)
    quote = text[start:end]
    if len(quote) > LONG:
        quote = f"{quote[: LONG // 2].rsplit(None, 1)[0]} […] {quote[-LONG // 2 :].split(None, 1)[-1]}"
    return Quoted(
        before=text[first:start].lstrip(),
        quote=quote,
        after=text[end:last].rstrip(),
        begins_before=bool(text[:first].strip()),
        goes_on=bool(text[last:].strip()),
        is_mended=text[start:end] != anchor.exact,
    )


def _reach_back(text: str, start: int) -> int:
    """Where the sentences before this place begin; the nearest word when they are too long."""
    stretch = text[max(0, start - REACH) : start]
    begin = start - len(stretch)
    ends = [match.end() for match in _END.finditer(stretch.rstrip())]
    if len(ends) >= SENTENCES:
        return begin + ends[-SENTENCES]
    if begin == 0:
        return 0
    return begin + (ends[0] if ends else _first_word(stretch))


def _reach_on(text: str, end: int) -> int:
    """Where the sentences after this place end; the nearest word when they are too long."""
    stretch = text[end : end + REACH]
    ends = [match.start() for match in _END.finditer(stretch) if stretch[: match.start()].strip()]
    if len(ends) >= SENTENCES:
        return end + ends[SENTENCES - 1]
    if end + len(stretch) == len(text):
        return len(text)
    return end + (ends[-1] if ends else len(stretch.rsplit(None, 1)[0]))


def _first_word(stretch: str) -> int:
    space = re.search(r"\s", stretch)
    return space.end() if space else 0
