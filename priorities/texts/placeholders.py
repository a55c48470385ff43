"""The places left open in a standard rationale, and what comes in them. Pure: no database, no Django.

A place for which nothing is known becomes a gap between square brackets. An officer sees it, and a decision with a gap is refused:
half a sentence never reaches the council (priorities.rules).
"""

import re

MEANINGS = {
    "prioriteit": "wat de bestemming noemt: de prioriteit, of de organisatie, het beleidsterrein of het hoofdstuk",
    "thema": "het thema van het punt",
    "onderwerp": "het onderwerp, zoals het gezegd is",
}
"""Placeholder -> what comes in it, as the form explains it."""
SAME = {"name": "prioriteit"}
"""The word the code uses in DecisionKind.stock_rationale -> the one on the screen."""
_PLACE = re.compile(r"\{([^{}]*)\}")
_GAP = re.compile(rf"\[({'|'.join(MEANINGS)})\]")


def in_our_words(text: str) -> str:
    """The same text with the words of the screen between the braces: {name} becomes {prioriteit}."""
    return _PLACE.sub(lambda place: f"{{{SAME.get(place[1], place[1])}}}", text)


def filled(text: str, *, priority: str = "", theme: str = "", subject: str = "") -> str:
    """The text with its places filled in. Where nothing is known stands [prioriteit], [thema] or [onderwerp]: a gap to fill.

    Braces around any other word stay as they are; what is filled in is never read as a place again.
    """
    known = {"prioriteit": priority.strip(), "thema": theme.strip(), "onderwerp": subject.strip()}

    def value(place: re.Match[str]) -> str:
        name = SAME.get(place[1], place[1])
        return (known[name] or f"[{name}]") if name in known else place[0]

    return _PLACE.sub(value, text)


def gaps_in(text: str) -> list[str]:
    """The gaps that are still open, each once, in their order: ['[prioriteit]']."""
    return list(dict.fromkeys(gap[0] for gap in _GAP.finditer(text)))


def problem_with_places(text: str) -> str:
    """What is wrong with the braces of a standard text, in Dutch; '' when nothing is. Says which words may stand between them."""
    strangers = [place[0] for place in _PLACE.finditer(text) if SAME.get(place[1], place[1]) not in MEANINGS]
    if not strangers and not re.search(r"[{}]", _PLACE.sub("", text)):
        return ""
    allowed = [f"{{{name}}}" for name in MEANINGS]
    words = f"{', '.join(allowed[:-1])} en {allowed[-1]}"
    if strangers:
        return f"{strangers[0]} kent het portaal niet. Tussen accolades kunt u kiezen uit {words}."
    return f"Er staat een losse accolade in de tekst. Haal die weg, of kies uit {words}."


def fits(text: str, rationale: str) -> bool:
    """True when the rationale is this text with something in each of its places; spaces and line ends do not count.

    What stands in a place is not judged. Looks for the stretches between the places from left to right: no slower than reading both.
    """
    said = _spaced(rationale)
    first, *others = (_spaced(part, trim=False) for part in _known_places_out(text.strip()))
    if not others:
        return said == first
    *between, last = others
    if not said.startswith(first) or not said.endswith(last) or len(said) < len(first) + len(last):
        return False
    at, end = len(first), len(said) - len(last)
    for part in between:
        found = said.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def _spaced(text: str, *, trim: bool = True) -> str:
    """The text with single spaces."""
    return " ".join(text.split()) if trim else re.sub(r"\s+", " ", text)


def _known_places_out(text: str) -> list[str]:
    """The stretches of text between the places we know."""
    return re.split("|".join(rf"\{{{name}\}}" for name in [*MEANINGS, *SAME]), text)
