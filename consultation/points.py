"""What somebody wrote, as points: what each is called in a list, and all of them as one text. Pure; no Django."""

import re
from collections.abc import Iterable

HEADLINE_LIMIT = 80
"""Letters of what a point is called."""
POINT_LIMIT = 10_000
"""Letters of one point; what is longer comes as a file."""
POINTS_LIMIT = 10
"""Points in one submission."""

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)]*(?=\s)|\n")


def headline(text: str, limit: int = HEADLINE_LIMIT) -> str:
    """The first sentence, shortened at a word to `limit` letters with '…'; empty only for a text without a letter in it."""
    text = text.strip()
    end = _SENTENCE_END.search(text)
    first = " ".join(text[: end.end() if end else None].split()).rstrip(".")
    if len(first) <= limit:
        return first
    cut = first[: limit - 1]
    whole, _, _ = cut.rpartition(" ")
    return f"{(whole or cut).rstrip(' ,;:–-')}…"


def as_one_text(texts: Iterable[str]) -> str:
    """The points as they were written, with a blank line between them."""
    return "\n\n".join(texts)


def as_typed(text: str) -> str:
    """What a browser sent, with the line ends of a text (HTML sends CRLF) and without NUL, which no database keeps."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
