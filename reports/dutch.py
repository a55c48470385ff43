"""How a Dutch paper says numbers, days, periods and rows of names."""

import re
from datetime import date

from django.utils import translation
from django.utils.dateformat import format as format_day

NUMBER_WORDS = (
    "nul", "één", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien",
    "elf", "twaalf", "dertien", "veertien", "vijftien", "zestien", "zeventien", "achttien", "negentien", "twintig",
)  # fmt: skip


def number_word(number: int) -> str:
    """Words up to twenty, digits above: 'zes', '39', '1.200'."""
    return NUMBER_WORDS[number] if 0 <= number < len(NUMBER_WORDS) else whole(number)


def whole(number: int) -> str:
    """1200 -> '1.200'."""
    return f"{number:,}".replace(",", ".")


def decimal(value: float, digits: int) -> str:
    """7.9 with one digit -> '7,9'; 1234.5 -> '1.234,5'."""
    return f"{value:,.{digits}f}".translate(str.maketrans(",.", ".,"))


def count(number: int, one: str, many: str) -> str:
    """count(1, 'punt', 'punten') -> '1 punt'."""
    return f"{whole(number)} {one if number == 1 else many}"


def day(value: date) -> str:
    """'1 februari 2023', whatever language the process is set to."""
    with translation.override("nl"):
        return format_day(value, "j F Y")


def period(value: str) -> str:
    """A period between years takes the long dash: '2023-2026' -> '2023–2026'; the hyphen of 'Midden-Nederland' stays."""
    return re.sub(r"(?<=\d)\s*-\s*(?=\d)", "–", value)


def enumerated(names: tuple[str, ...] | list[str]) -> str:
    """('a', 'b', 'c') -> 'a, b en c'."""
    return " en ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def sentence_start(words: str) -> str:
    """The first letter as a capital, the rest as it is; 'één' loses its first accent: 'Eén'."""
    return f"Eén{words[3:]}" if words.startswith("één") else words[:1].upper() + words[1:]
