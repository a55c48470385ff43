"""Small pictures on a page: plain SVG drawn from numbers. Pure, and without a style of its own: layout.css and parts.css give the colours.

Letters are sized by the stylesheet, in the units of the drawing, so that they stay legible when the picture shrinks to a phone.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, HEIGHT, LEFT, TOP, FOOT = 360, 130, 26, 8, 20


@dataclass(frozen=True, slots=True)
class Bar:
    """One number in a row of them."""

    number: int
    label: str = ""
    """What stands under it; '' for most, or they would run into each other."""
    is_quiet: bool = False
    """Of a day on which nobody is expected to work: marked at the foot."""


def bar_chart(bars: Sequence[Bar], *, name: str, title: str, description: str) -> SafeString:
    """Upright bars from zero with a few lines to read them by. `name` is the start of its ids, once on a page.

    `title` says in one sentence what it shows and `description` what is to be seen in it; the numbers themselves belong in a table
    beside it.
    """
    top, step = count_axis(max((bar.number for bar in bars), default=0))
    ground, width = HEIGHT - FOOT, (WIDTH - LEFT) / max(1, len(bars))
    scale = (ground - TOP) / top
    parts: list[SafeString] = []
    for value in range(0, top + 1, step):
        y = f"{ground - value * scale:.1f}"
        parts.append(format_html('<line class="p-chart__line" x1="{}" y1="{}" x2="{}" y2="{}"/>', LEFT, y, WIDTH, y))
        parts.append(format_html('<text x="{}" y="{}" dy="0.35em" text-anchor="end">{}</text>', LEFT - 5, y, value))
    for place, bar in enumerate(bars):
        x = LEFT + place * width
        if bar.is_quiet:
            parts.append(_rect("p-chart__quiet", x, ground, width, 3))
        if bar.number:
            parts.append(_rect("p-chart__bar", x + width * 0.12, ground - bar.number * scale, width * 0.76, bar.number * scale))
        if bar.label:
            anchor = "start" if place == 0 else "end" if place == len(bars) - 1 else "middle"
            at = x + (0 if place == 0 else width if place == len(bars) - 1 else width / 2)
            parts.append(format_html('<text x="{}" y="{}" text-anchor="{}">{}</text>', f"{at:.1f}", HEIGHT - 3, anchor, bar.label))
    return format_html(
        '<svg class="p-chart" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-titel {}-uitleg">'
        '<title id="{}-titel">{}</title><desc id="{}-uitleg">{}</desc>{}</svg>',
        WIDTH, HEIGHT, name, name, name, title, name, description, format_html_join("", "{}", ((part,) for part in parts)),
    )  # fmt: skip


def _rect(drawn_as: str, x: float, y: float, width: float, height: float) -> SafeString:
    return format_html(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>', drawn_as, f"{x:.1f}", f"{y:.1f}", f"{width:.1f}", f"{height:.1f}"
    )


def count_axis(most: int) -> tuple[int, int]:
    """Highest line and step of an axis for counts up to `most`: two to five steps of a round number, never a broken one."""
    if most <= 4:
        return max(2, most), 1
    power = 10 ** math.floor(math.log10(most / 4))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor * 4 >= most)
    return math.ceil(most / step) * step, step
