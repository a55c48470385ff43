"""Where in a text a point was said: a quotation with what stands around it, never a bare offset. Pure; no Django.

The form is the TextQuoteSelector of the Web Annotation Data Model (W3C 2017, section 4.2.4): adding or removing another point does not
touch it, and it still finds its place when the text is corrected somewhere else.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from itertools import pairwise

CONTEXT = 60
"""Characters kept on either side; more only where the same words stand in the text again."""
CANDIDATES = 30
"""How many places with the very same words are compared closely."""
KEPT = 0.5
"""The share of a passage's letters that must be left in a corrected text for it to be the same passage."""
ALIKE = 0.6
"""The likeness (0 to 1) from which a run of changed words is a correction letter by letter, and not other words."""
REFINED_LIMIT = 4000
"""Characters of a changed run above which it is not compared letter by letter."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A passage: its exact words, and the characters right before and after it."""

    exact: str
    prefix: str = ""
    suffix: str = ""

    def to_json(self) -> str:
        """The anchor as JSON; the same anchor gives the same bytes."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, value: str) -> "Anchor":
        """The anchor of to_json. Raises ValueError when it is none."""
        parts = json.loads(value)
        if not isinstance(parts, dict) or set(parts) != {"exact", "prefix", "suffix"}:
            raise ValueError("no anchor")
        if not all(isinstance(part, str) for part in parts.values()) or not parts["exact"].strip():
            raise ValueError("no anchor")
        return cls(**parts)


def anchor_at(text: str, start: int, end: int) -> Anchor:
    """The anchor of text[start:end] without the white space around it, with enough around it to be the only such place.

    Raises ValueError when there is nothing there.
    """
    start, end = _trimmed(text, start, end)
    if start >= end:
        raise ValueError("nothing to anchor")
    reach = CONTEXT
    while True:
        anchor = Anchor(text[start:end], text[max(0, start - reach) : start], text[end : end + reach])
        if reach >= len(text) or _is_only(text, anchor):
            return anchor
        reach *= 2


def find(text: str, anchor: Anchor) -> tuple[int, int] | None:
    """Where the anchor's exact words stand: of several places the one with the likest surroundings. None when they stand nowhere."""
    whole = text.find(anchor.prefix + anchor.exact + anchor.suffix)
    if whole >= 0:
        start = whole + len(anchor.prefix)
        return start, start + len(anchor.exact)
    places = list(_occurrences(text, anchor.exact))
    if not places:
        return None
    if len(places) > 1:
        near = sorted(places, key=lambda start: -_touching(text, anchor, start))[:CANDIDATES]
        start = max(sorted(near), key=lambda start: _likeness(text, anchor, start))
    else:
        start = places[0]
    return start, start + len(anchor.exact)


def find_pasted(text: str, pasted: str) -> list[tuple[int, int]]:
    """Every place where the pasted words stand, whatever their white space, capitals, quotation marks and dashes.

    Places where they stand as whole words, if there are any; else those inside words. In order, and none over another.
    """
    sought = "".join(letter for letter, _ in _folded(pasted)).strip()
    if not sought:
        return []
    folded = list(_folded(text))
    haystack = "".join(letter for letter, _ in folded)
    found: list[tuple[int, int]] = []
    whole: list[tuple[int, int]] = []
    position = haystack.find(sought)
    while position >= 0:
        end = position + len(sought)
        place = (folded[position][1], folded[end - 1][1] + 1)
        found.append(place)
        if not _inside_word(haystack, position) and not _inside_word(haystack, end):
            whole.append(place)
        position = haystack.find(sought, end)
    return [place for index, place in enumerate(whole or found) if not index or place[0] >= (whole or found)[index - 1][1]]


def carry(old_text: str, new_text: str, span: tuple[int, int]) -> tuple[int, int] | None:
    """Where the passage old_text[start:end] stands in a corrected version of the text; None when it is gone.

    A passage that was left alone keeps its very words; of one that was corrected itself, at least KEPT must be left.
    """
    start, end = _trimmed(old_text, *span)
    if start >= end:
        return None
    passage = old_text[start:end]
    moved, kept = _aligned(old_text, new_text, start, end)
    if moved and new_text[slice(*moved)] == passage:
        return moved
    return find(new_text, anchor_at(old_text, start, end)) or (moved if kept >= KEPT else None)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text over which no mark begins or ends."""

    start: int
    end: int
    text: str
    begins: tuple[str, ...] = ()
    """The labels of the marks that begin with this segment."""
    covers: tuple[str, ...] = ()
    """The labels of all marks over this segment, in the order in which they begin."""
    ends: tuple[str, ...] = ()
    """The labels of the marks that end with this segment."""


def segments(text: str, spans: Sequence[tuple[int, int, str]], within: tuple[int, int] | None = None) -> list[Segment]:
    """The text, or the part of it within, cut wherever a mark (start, end, label) begins or ends. The segments joined are that text."""
    first, last = within or (0, len(text))
    marks = sorted((start, end, label) for start, end, label in spans if start < last and end > first and start < end)
    cuts = {first, last, *(place for start, end, _ in marks for place in (start, end) if first < place < last)}
    return [
        Segment(
            start=here,
            end=there,
            text=text[here:there],
            begins=tuple(label for start, _, label in marks if start == here),
            covers=tuple(label for start, end, label in marks if start <= here and there <= end),
            ends=tuple(label for _, end, label in marks if end == there),
        )
        for here, there in pairwise(sorted(cuts))
    ]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span within the text, without the white space at its edges."""
    start, end = max(0, start), min(len(text), end)
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _occurrences(text: str, words: str) -> Iterator[int]:
    """Where the words begin, also where they overlap with themselves."""
    place = text.find(words)
    while place >= 0:
        yield place
        place = text.find(words, place + 1)


def _is_only(text: str, anchor: Anchor) -> bool:
    whole = anchor.prefix + anchor.exact + anchor.suffix
    return text.find(whole, text.find(whole) + 1) < 0


def _touching(text: str, anchor: Anchor, start: int) -> int:
    """How many characters right before and after the place are those of the anchor."""
    end = start + len(anchor.exact)
    before = _shared(text[max(0, start - CONTEXT) : start][::-1], anchor.prefix[::-1])
    return before + _shared(text[end : end + CONTEXT], anchor.suffix)


def _shared(one: str, other: str) -> int:
    """The length of the beginning that both have."""
    return next((index for index, (mine, its) in enumerate(zip(one, other, strict=False)) if mine != its), min(len(one), len(other)))


def _likeness(text: str, anchor: Anchor, start: int) -> tuple[float, int]:
    """How alike the surroundings are; ties go to those that touch the place."""
    end = start + len(anchor.exact)
    around = (
        (text[max(0, start - len(anchor.prefix[-CONTEXT:])) : start], anchor.prefix[-CONTEXT:]),
        (text[end : end + len(anchor.suffix[:CONTEXT])], anchor.suffix[:CONTEXT]),
    )
    return sum(SequenceMatcher(None, *pair, autojunk=False).ratio() for pair in around), _touching(text, anchor, start)


# Words as people paste them

QUOTES = dict.fromkeys(map(ord, "‘’‚‛“”„‟«»‹›`´′″\"'"), "'")
DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−-"), "-")
UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"), "")


def _folded(text: str) -> Iterator[tuple[str, int]]:
    """The letters that count, each with its place in the text: a run of white space is one space."""
    table = QUOTES | DASHES | UNSEEN
    spaced = False
    for place, letter in enumerate(text):
        if letter.isspace():
            if not spaced:
                yield " ", place
            spaced = True
            continue
        for part in unicodedata.normalize("NFKD", letter.translate(table)).casefold():
            spaced = False
            yield part, place


def _inside_word(text: str, place: int) -> bool:
    return 0 < place < len(text) and text[place - 1].isalnum() and text[place].isalnum()


# Two versions of one text

Stretch = tuple[bool, int, int, int, int]
"""Whether old[i1:i2] and new[j1:j2] are equal, and these four."""


def _aligned(old: str, new: str, start: int, end: int) -> tuple[tuple[int, int] | None, float]:
    """The place in the new text that the two texts, laid side by side, give for old[start:end], and which share of its letters is left."""
    stretches = list(_stretches(old, new))
    first = next(stretch for stretch in stretches if stretch[1] <= start < stretch[2])
    last = next(stretch for stretch in stretches if stretch[1] < end <= stretch[2])
    moved_start = first[3] + (start - first[1] if first[0] else 0)
    moved_end = last[4] - (last[2] - end if last[0] else 0)
    moved = _trimmed(new, moved_start, moved_end)
    kept = sum(_letters(old[max(start, i1) : min(end, i2)]) for equal, i1, i2, _, _ in stretches if equal and max(start, i1) < min(end, i2))
    return (moved if moved[0] < moved[1] else None), kept / max(1, _letters(old[start:end]))


def _letters(text: str) -> int:
    return sum(not letter.isspace() for letter in text)


def _stretches(old: str, new: str) -> Iterator[Stretch]:
    """The whole of both texts as equal and changed stretches: word by word, and letter by letter where a word was corrected."""
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    if head:
        yield True, 0, head, 0, head
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    old_words, new_words = re.findall(r"\s+|\S+", middle_old), re.findall(r"\s+|\S+", middle_new)
    old_at, new_at = _offsets(old_words, head), _offsets(new_words, head)
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old_words, new_words).get_opcodes():
        yield from _refined(old, new, (kind == "equal", old_at[i1], old_at[i2], new_at[j1], new_at[j2]))
    if tail:
        yield True, len(old) - tail, len(old), len(new) - tail, len(new)


def _offsets(words: Sequence[str], first: int) -> list[int]:
    offsets = [first]
    for word in words:
        offsets.append(offsets[-1] + len(word))
    return offsets


def _refined(old: str, new: str, stretch: Stretch) -> Iterator[Stretch]:
    equal, i1, i2, j1, j2 = stretch
    if not equal and i1 < i2 and j1 < j2 and i2 - i1 + j2 - j1 <= REFINED_LIMIT:
        matcher = SequenceMatcher(None, old[i1:i2], new[j1:j2], autojunk=False)
        if matcher.ratio() >= ALIKE:
            for kind, a1, a2, b1, b2 in matcher.get_opcodes():
                yield kind == "equal", i1 + a1, i1 + a2, j1 + b1, j1 + b2
            return
    yield stretch
