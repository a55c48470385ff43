"""Characters that the papers' letter cannot draw, put into words.

A PDF/A or PDF/UA file may not hold a character without a glyph (ISO 14289-1, 7.21.4.1), and what residents type holds emoji and any script.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import groupby

from reports.fonts import known_characters

# What shapes or joins other characters and says nothing by itself: soft hyphen, zero width, direction marks, keycaps, variation selectors,
# skin tones. Direction marks could also make a text read differently from what was stored.
SILENT = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u20e3\ud800-\udfff\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U0001f3fb-\U0001f3ff\U000e0000-\U000e0fff]"
)
BREAKS = str.maketrans({"\u2028": "\n", "\u2029": "\n", "\x85": "\n", "\x0b": " ", "\x0c": " "})
ACCENTED = re.compile("[^\\W\\d_][\u0300-\u036f]+")
FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
UNREADABLE = "[onleesbaar teken]"

SCRIPTS = {
    "ARABIC": "Arabisch", "ARMENIAN": "Armeens", "BENGALI": "Bengaals", "CJK": "Chinees", "CYRILLIC": "Cyrillisch",
    "DEVANAGARI": "Devanagari", "ETHIOPIC": "Ethiopisch", "GEORGIAN": "Georgisch", "GREEK": "Grieks", "GUJARATI": "Gujarati",
    "GURMUKHI": "Gurmukhi", "HANGUL": "Koreaans", "HEBREW": "Hebreeuws", "HIRAGANA": "Japans", "KATAKANA": "Japans", "SYRIAC": "Syrisch",
    "TAMIL": "Tamil", "THAI": "Thais", "TIFINAGH": "Tifinagh",
}  # fmt: skip


def legible(text: str) -> str:
    """The same text with only characters that the papers' letter has.

    An emoji becomes its Unicode name, '[grinning face]'; a stretch of another script '[Arabisch schrift, 12 letters]'; a look-alike the
    plain letter; control characters and direction marks go. Markup survives: no < > & or quote is ever added or taken away.
    """
    text = SILENT.sub("", text.translate(BREAKS))
    if text.isascii():
        return text
    # Only after a letter: composing a sign with what follows would let "<p>" and a stroke become "<p≯".
    text = ACCENTED.sub(lambda found: unicodedata.normalize("NFC", found.group()), text)
    text = FLAG.sub(lambda found: "[vlag " + "".join(chr(ord(letter) - 0x1F1E6 + ord("A")) for letter in found.group()) + "]", text)
    return _undrawable().sub(lambda found: _in_words(found.group()), text)


@lru_cache(maxsize=1)
def _undrawable() -> re.Pattern[str]:
    """Matches what the letter lacks: one character, or a stretch of them with spaces between."""
    drawable = "".join(re.escape(chr(code)) for code in sorted(known_characters() | {ord("\n"), ord("\r"), ord("\t")}))
    return re.compile(f"[^{drawable}]+(?: +[^{drawable}]+)*")


def _in_words(stretch: str) -> str:
    return "".join(
        _script_in_words(script, "".join(characters)) if script else "".join(_sign_in_words(character) for character in characters)
        for script, characters in groupby(stretch, _Scripts())
    )


class _Scripts:
    """The script of each next character; a space belongs to the script before it."""

    def __init__(self) -> None:
        self.last = ""

    def __call__(self, character: str) -> str:
        if character != " ":
            name = unicodedata.name(character, "")
            is_letter = unicodedata.category(character)[0] in "LM" and not _plain(character)
            self.last = name.split()[0].split("-")[0] if name and is_letter and not name.startswith("LATIN") else ""
        return self.last


def _script_in_words(script: str, stretch: str) -> str:
    letters = sum(unicodedata.category(character)[0] == "L" for character in stretch)
    words = f"{SCRIPTS.get(script, 'Ander')} schrift, {letters} {'letter' if letters == 1 else 'letters'}"
    return f"[{words}]" + " " * (len(stretch) - len(stretch.rstrip(" ")))


def _sign_in_words(sign: str) -> str:
    if sign == " ":
        return sign
    if sign == "\ufffd":
        return UNREADABLE
    if plain := _plain(sign):
        return plain
    if name := unicodedata.name(sign, ""):
        return f"[{name.lower()}]"
    return f"[onbekend teken U+{ord(sign):04X}]"


def _plain(sign: str) -> str:
    """The ordinary letters and digits a sign stands for, such as 'A' for a bold mathematical A; '' when there are none.

    Never punctuation: a full-width < must not become a real one.
    """
    letters = "".join(part for part in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(part))
    return letters if letters.isalnum() and all(ord(letter) in known_characters() for letter in letters) else ""
