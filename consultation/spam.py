"""Whether a person wrote it: told from the form itself, without asking anybody else and without looking at addresses. Pure; no Django.

What looks like no person wrote it is kept aside for an officer, never refused: everybody gets the same receipt. So somebody without
JavaScript, a class of pupils behind one address and a neighbourhood with one text of its own all come through in the end.
"""

import re

QUICKEST_SECONDS = 3
"""Nobody reads the question and answers it sooner."""
LINKS = 2
"""More addresses of websites than this is what advertising looks like."""
SAME_TEXT = 3
"""So many times the same words in a round, and the next one waits."""
RATE, RATE_MINUTES = 300, 10
"""So many submissions to one round in so many minutes, and the next ones wait."""

_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
_MARKUP = re.compile(r"<a\s|\[url|\[link", re.IGNORECASE)


def of_the_form(*, trap: str, seconds: float) -> list[str]:
    """What the form itself gives away: the field nobody sees was filled in, or it came back at once. Dutch words for the officer."""
    found = []
    if trap:
        found.append("Het veld dat mensen niet zien, was ingevuld.")
    if seconds < QUICKEST_SECONDS:
        found.append(f"Het formulier kwam binnen {QUICKEST_SECONDS} tellen terug.")
    return found


def of_the_words(text: str) -> list[str]:
    """What the text gives away. Dutch words for the officer."""
    found = []
    if (links := len(_LINK.findall(text))) > LINKS:
        found.append(f"Er staan {links} webadressen in.")
    if _MARKUP.search(text):
        found.append("Er staat code voor een link in.")
    return found


def of_the_crowd(*, same: int, lately: int) -> list[str]:
    """What the rest of the round gives away: `same` texts before this one, `lately` submissions in RATE_MINUTES. Dutch words."""
    found = []
    if same >= SAME_TEXT:
        found.append(f"Dezelfde tekst kwam al {same} keer binnen.")
    if lately >= RATE:
        found.append(f"Er kwamen meer dan {RATE} inzendingen in {RATE_MINUTES} minuten.")
    return found
