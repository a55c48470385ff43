"""What differs between two texts, word by word. Pure; no Django."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

TOKEN = re.compile(r"\s+|\w+|[^\w\s]")


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
    Between two changed words a single space counts as changed too, so that a rewritten sentence reads as one change.
    """
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
