"""Every house style keeps to the demands that make a paper readable, also from a black printer."""

import pytest

from reports.house_styles import house_style, house_styles

STYLES = house_styles()


def channels(colour: str) -> list[float]:
    return [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def grey(colour: str) -> float:
    """What a black printer makes of it, as a share of white."""
    red, green, blue = channels(colour)
    return 0.299 * red + 0.587 * green + 0.114 * blue


@pytest.mark.parametrize("style", STYLES.values(), ids=lambda style: style.accent)
def test_a_house_style_is_readable_and_prints_in_black(style):
    assert contrast(style.accent, "#ffffff") >= 7
    assert contrast(style.accent_dark, "#ffffff") >= 7
    assert contrast(style.ink_soft, "#ffffff") >= 7
    assert contrast(style.ink, style.tint) >= 7
    assert grey(style.accent) <= 0.30
    assert grey(style.tint) >= 0.90
    assert 0.35 <= grey(style.accent_line) <= 0.50


def test_a_municipality_without_its_own_style_gets_the_common_one():
    assert house_style("ergens-anders") == STYLES[""]
    assert house_style("hilversum") != STYLES[""]
