"""The colours of the shell against each other (WCAG 2.2, 1.4.3 and 1.4.11), read from the stylesheet itself."""

import re
from pathlib import Path

from django.contrib.staticfiles import finders

import pytest

TEXT, GRAPHIC = 4.5, 3.0

PAIRS = [
    ("ink", "surface", TEXT), ("ink", "paper", TEXT), ("ink", "sunken", TEXT), ("ink", "mark", TEXT), ("ink", "accent-tint", TEXT),
    ("ink-2", "surface", TEXT), ("ink-2", "paper", TEXT), ("ink-2", "accent-tint", TEXT),
    ("accent", "surface", TEXT), ("accent", "paper", TEXT), ("accent", "accent-tint", TEXT), ("accent", "bad-tint", TEXT),
    ("on-accent", "accent", TEXT), ("on-accent", "accent-strong", TEXT),
    ("accent-strong", "accent-tint", TEXT), ("accent-strong", "accent-tint-2", TEXT), ("accent-tint-2", "accent-strong", TEXT),
    ("ok", "ok-tint", TEXT), ("warn", "warn-tint", TEXT), ("bad", "bad-tint", TEXT), ("bad", "surface", TEXT),
    ("else", "else-tint", TEXT), ("run", "run-tint", TEXT),
    ("line-2", "surface", GRAPHIC), ("line-2", "paper", GRAPHIC), ("accent-line", "surface", GRAPHIC),
    ("focus", "accent-strong", GRAPHIC), ("focus", "ink", GRAPHIC),
]  # fmt: skip


def colours() -> dict[str, str]:
    sheet = Path(str(finders.find("web/tokens.css"))).read_text()
    return dict(re.findall(r"--p-([a-z0-9-]+): (#[0-9a-f]{6});", sheet))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_itself():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize(("front", "back", "least"), PAIRS, ids=lambda value: str(value))
def test_what_stands_on_a_colour_can_be_read(front, back, least):
    found = colours()
    assert contrast(found[front], found[back]) >= least
