"""What differs between two texts, word by word. Pure; no Django."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
LIKE = 1 / 3
"""How much of the longer text must be in both for the words that differ to say more than the two texts by themselves."""


class PieceKind(StrEnum):
    SAME = "same"
    GONE = "gone"
    """Only in the text before."""
    NEW = "new"
    """Only in the text after."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of words that both texts have, or one of them."""

    kind: PieceKind
    text: str


def word_diff(before: str, after: str) -> list[Piece]:
    """The two texts as pieces in reading order; what went stands before what came in its place.

    The pieces that are not NEW join to `before`, those that are not GONE to `after`; no piece is empty and no two of a kind touch.
    Between two changed words a single space counts as changed too, so that a rewritten sentence reads as one change. Texts that are not
    alike (is_like) are two pieces: the old one whole and the new one whole, for words that happen to be in both say nothing.
    """
    pieces = _compared(before, after)
    return pieces if _says_something(pieces) else _as_pieces([(before, after)])


def is_like(before: str, after: str) -> bool:
    """True when one text was made of the other, so that it helps to mark what changed."""
    return _says_something(_compared(before, after))


def _says_something(pieces: Sequence[Piece]) -> bool:
    """Enough stayed, or all that happened is that in one place something came in or went out."""
    lengths = dict.fromkeys(PieceKind, 0)
    for piece in pieces:
        lengths[piece.kind] += len("".join(piece.text.split()))
    longer = lengths[PieceKind.SAME] + max(lengths[PieceKind.GONE], lengths[PieceKind.NEW])
    changes = sum(piece.kind != PieceKind.SAME for piece in pieces)
    return changes <= 1 or lengths[PieceKind.SAME] >= LIKE * longer


def _compared(before: str, after: str) -> list[Piece]:
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    pieces: list[tuple[str, str]] = []  # what went and what came; of a stretch both have, twice the same
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        pieces.append(("".join(old[i1:i2]), "".join(new[j1:j2])))
        if len(pieces) > 2 and kind != "equal" and _is_bridge(pieces[-2]):
            (gone, came), (same, _), (more_gone, more_came) = pieces[-3:]
            pieces[-3:] = [(gone + same + more_gone, came + same + more_came)]
    return _as_pieces(pieces)


def _is_bridge(piece: tuple[str, str]) -> bool:
    """White space alone, the same in both texts."""
    return piece[0] == piece[1] and not piece[0].strip()


def _as_pieces(pairs: Sequence[tuple[str, str]]) -> list[Piece]:
    found: list[Piece] = []
    for gone, came in pairs:
        if gone == came:
            found.append(Piece(PieceKind.SAME, gone))
        else:
            found += [piece for piece in (Piece(PieceKind.GONE, gone), Piece(PieceKind.NEW, came)) if piece.text]
    return found
