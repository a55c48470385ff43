"""The pictures in the papers: plain SVG drawn from data. Pure, and the same values give the same bytes.

Every picture opens with a <title> that says in one Dutch sentence what it shows, is drawn in one colour and greys, and labels its parts
directly. Sizes are points at print size: a 9 in here is 9 pt on paper. Elements are written by format_html, so no text can become markup.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from reports import dutch
from reports.fonts import FAMILY
from reports.house_styles import HouseStyle
from reports.legible import legible
from reports.levels import Level

LETTERS = f"{FAMILY}, Source Sans 3, sans-serif"
"""On every <svg>: text in a picture does not take over the page's letter."""
WHITE = "#ffffff"
AVERAGE_LETTER = 0.5
"""Width of a letter as a share of its size, on the wide side: for fitting words, not for setting them."""


def width_of(words: str, size: float) -> float:
    """About how wide these words are, in points; never much less than they are."""
    return len(words) * size * AVERAGE_LETTER


def wrapped(words: str, size: float, width: float, lines: int) -> list[str]:
    """The words over at most so many lines of this width; what does not fit ends in '…'."""
    broken: list[str] = [""]
    for word in legible(words).split():
        longer = f"{broken[-1]} {word}".strip()
        if broken[-1] and width_of(longer, size) > width:
            broken.append(word)
        else:
            broken[-1] = longer
    room = max(1, int(width / size / AVERAGE_LETTER))
    kept = broken[:lines]
    if len(broken) > lines:
        kept[-1] += " …"
    return [line if len(line) <= room else f"{line[: room - 1].rstrip()}…" for line in kept]


def _text(x: float, y: float, words: str, size: float, fill: str, weight: int = 400, anchor: str = "start") -> SafeString:
    return format_html(
        '<text x="{}" y="{}" font-size="{}" font-weight="{}" fill="{}" text-anchor="{}">{}</text>',
        f"{x:.1f}", f"{y:.1f}", f"{size:g}", str(weight), fill, anchor, legible(words),
    )  # fmt: skip


def _line(x1: float, y1: float, x2: float, y2: float, stroke: str, width: float) -> SafeString:
    return format_html(
        '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="{}"/>',
        f"{x1:.1f}", f"{y1:.1f}", f"{x2:.1f}", f"{y2:.1f}", stroke, f"{width:g}",
    )  # fmt: skip


def _rect(
    x: float, y: float, width: float, height: float, fill: str, stroke: str = "none", stroke_width: float = 0, dash: str = ""
) -> SafeString:
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" fill="{}" stroke="{}" stroke-width="{}"{}/>',
        f"{x:.1f}", f"{y:.1f}", f"{width:.1f}", f"{height:.1f}", fill, stroke, f"{stroke_width:g}",
        format_html(' stroke-dasharray="{}"', dash) if dash else "",
    )  # fmt: skip


def _svg(width: float, height: float, title: str, parts: Sequence[SafeString], name: str) -> SafeString:
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="{}" role="img" width="{}pt" height="{}pt" viewBox="0 0 {} {}" font-family="{}">'
        "<title>{}</title>{}</svg>",
        name, f"{width:g}", f"{height:g}", f"{width:g}", f"{height:g}", LETTERS, legible(title),
        format_html_join("", "{}", ((part,) for part in parts)),
    )  # fmt: skip


# Cover and level badge: the same cells, large and small.


def cover_score(style: HouseStyle, municipalities: Sequence[str], priorities: Sequence[tuple[str, Level]]) -> SafeString:
    """The choices of the plan as a score: the municipalities across, one row of cells for each priority, white where it is shared."""
    width, height, left, gap = 595.3, 486.0, 56.7, 5.0
    step = (width - 2 * left + gap) / max(1, len(municipalities))
    upright = any(width_of(name, 10.5) > step - gap for name in municipalities)
    foot = 16 + (max(width_of(name, 9) for name in municipalities) if upright else 14)
    row = (height - foot) / max(1, len(priorities))
    words = min(27.0, row * 0.55)
    size = min(15.0, words * 0.56)
    parts: list[SafeString] = []
    for place, (name, level) in enumerate(priorities):
        top = place * row
        beside = level.words
        room = width - 2 * left - width_of(beside, size * 0.7) - 12
        parts.append(_text(left, top + words - 11 * words / 27, wrapped(name, size, room, 1)[0], size, WHITE, 600))
        parts.append(_text(width - left, top + words - 11 * words / 27, beside, size * 0.7, WHITE, 400, "end"))
        cell = row - words - min(20.0, row * 0.25)
        for column, is_filled in enumerate(level.filled):
            x, y = left + column * step, top + words
            if is_filled:
                parts.append(_rect(x, y, step - gap, cell, WHITE))
            else:
                parts.append(_rect(x + 0.4, y + 0.4, step - gap - 0.8, max(0.2, cell - 0.8), "none", style.accent_line, 0.8))
    bottom = len(priorities) * row
    for column, name in enumerate(municipalities):
        x, weight = left + column * step, 700 if column == 0 else 400
        if upright:
            turned = _text(0, 0, name, 9, WHITE, weight, "end")
            middle = x + (step - gap) / 2 + 3
            parts.append(format_html('<g transform="translate({} {}) rotate(-90)">{}</g>', f"{middle:.1f}", f"{bottom - 10:.1f}", turned))
        else:
            parts.append(_text(x, bottom - 5, name, 10.5, WHITE, weight))
    said = "; ".join(f"{name}: {level.words}" for name, level in priorities)
    title = f"De prioriteiten van het plan en wie ze delen. {said}."
    return _svg(width, height, title, parts, "score")


def level_cells(style: HouseStyle, level: Level) -> SafeString:
    """The small row of cells beside a priority: counted at a glance, in black and white as well."""
    side, gap = 8.5, 2.3
    step = side + gap if len(level.filled) <= 12 else 130 / len(level.filled)
    side = min(side, step * 0.8)
    full, inner = (0.5, side, side, style.ink), side - 0.8
    parts = [
        _rect(place * step, *full) if is_filled else _rect(place * step + 0.4, 0.9, inner, inner, WHITE, style.ink, 0.8)
        for place, is_filled in enumerate(level.filled)
    ]
    title = f"{sum(level.filled)} van {dutch.count(len(level.filled), 'vakje', 'vakjes')} gevuld"
    return _svg(round(len(level.filled) * step - (step - side), 1), side + 1, title, parts, "cells")


# Where the contributions went.


@dataclass(frozen=True, slots=True)
class Tally:
    """How many contributions went one way. `tone` is that of the badge, so that picture and table match."""

    label: str
    tone: str
    number: int


def waffle(style: HouseStyle, tallies: Sequence[Tally]) -> SafeString:
    """One square for each contribution in the fill of its badge; bars instead of squares when there are too many to count."""
    width, label = 481.9, 150.0
    room = width - label - 34
    side, lines = _squares([tally.number for tally in tallies], room)
    most = max(tally.number for tally in tallies)
    step = side + side / 4
    parts: list[SafeString] = []
    y = 2.0
    for tally, needed in zip(tallies, lines, strict=True):
        if side:
            in_a_line = int(room // step)
            for square in range(tally.number):
                parts += _filled(style, tally.tone, label + square % in_a_line * step, y + square // in_a_line * step, side, side)
            end, height = label + min(tally.number, in_a_line) * step, needed * step
        else:
            bar = max(2.0, room * tally.number / most)
            parts += _filled(style, tally.tone, label, y, bar, 17)
            end, height = label + bar + 4, 17
        parts.append(_text(0, y + 12, wrapped(tally.label, 9.5, label + 20, 1)[0], 9.5, style.ink))
        parts.append(_text(end + 4, y + 12, dutch.whole(tally.number), 9.5, style.ink, 700))
        y += max(27.0, height + 8)
    total = sum(tally.number for tally in tallies)
    said = dutch.enumerated([f"{tally.label.lower()} {dutch.whole(tally.number)}" for tally in tallies])
    return _svg(width, round(y, 1), f"{dutch.count(total, 'punt', 'punten')}, naar bestemming: {said}.", parts, "chart")


def _squares(numbers: Sequence[int], room: float) -> tuple[float, list[int]]:
    """The largest square with which all fit in a third of a page, and the lines each number takes; side 0 when they do not fit."""
    for side in (17.0, 12.0, 9.0):
        lines = [math.ceil(number / (room // (side * 1.25))) for number in numbers]
        if sum(max(27.0, line * side * 1.25 + 8) for line in lines) <= 240:
            return side, lines
    return 0.0, [1] * len(numbers)


def _filled(style: HouseStyle, tone: str, x: float, y: float, width: float, height: float) -> list[SafeString]:
    """A square or bar as its badge is: full, with a bar at the left, a line, dashes, a double line, or grey while there is no answer."""
    inner = (x + 0.5, y + 0.5, width - 1, height - 1)
    match tone:
        case "plan":
            return [_rect(x, y, width, height, style.accent)]
        case "under":
            return [_rect(*inner, style.tint, style.accent, 1), _rect(x, y, min(5, width / 3), height, style.accent)]
        case "else":
            return [_rect(*inner, WHITE, style.ink, 1, "2.2 1.6")]
        case "not":
            gap = min(3, width / 4)
            return [_rect(*inner, WHITE, style.ink, 1), _rect(x + gap, y + gap, width - 2 * gap, height - 2 * gap, WHITE, style.ink, 0.8)]
        case "open":
            return [_rect(*inner, WHITE, style.series, 1, "0.8 2.2")]
    return [_rect(*inner, WHITE, style.ink, 1)]


# One figure for each municipality.


@dataclass(frozen=True, slots=True)
class Dot:
    """One value on the axis. An open dot has another source; value None is not published, which is never zero."""

    name: str
    value: float | None
    is_own: bool
    is_open: bool


def axis_for(values: Sequence[float]) -> tuple[float, float, float]:
    """Lowest tick, highest tick and step of an axis with three to seven round ticks around these values."""
    low, high = min(values), max(values)
    span = (high - low) or abs(high) * 0.1 or 1.0
    power = 10 ** math.floor(math.log10(span / 3))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= span / 3)
    bottom = math.floor(round(low / step, 6) - 0.2) * step
    top = math.ceil(round(high / step, 6) + 0.2) * step
    return (max(0.0, bottom) if low >= 0 else bottom), top, step


def decimals_for(values: Sequence[float | None]) -> int:
    """How many decimals the values of one indicator need, at most two."""
    known = [value for value in values if value is not None]
    return next(digits for digits in (0, 1, 2) if digits == 2 or all(round(value, digits) == value for value in known))


def dot_plot(style: HouseStyle, dots: Sequence[Dot], title: str) -> SafeString:
    """One dot a row on a shared axis that need not start at zero; a row without a value says so."""
    width, left, right, top, row = 230.0, 84.0, 26.0, 14.0, 22.5
    values = [dot.value for dot in dots if dot.value is not None]
    digits = decimals_for(values)
    low, high, tick = axis_for(values) if values else (0.0, 1.0, 1.0)
    scale = (width - left - right) / (high - low)
    height = top + row * len(dots) + 14
    parts: list[SafeString] = []
    tick_digits = decimals_for([tick])
    for number in range(round((high - low) / tick) + 1 if values else 0):
        x = left + number * tick * scale
        parts.append(_line(x, top - 4, x, height - 14, style.rule, 0.5))
        parts.append(_text(x, height - 2, dutch.decimal(low + number * tick, tick_digits), 8, style.ink_soft, anchor="middle"))
    for place, dot in enumerate(dots):
        y, tone = top + row * place + row / 2 - 2, style.accent if dot.is_own else style.ink
        parts.append(_text(0, y + 3, wrapped(dot.name, 9.5, left + 8, 1)[0], 9.5, tone, 700 if dot.is_own else 400))
        if dot.value is None:
            parts.append(_rect(left - 1, y - 7, 72, 14, WHITE))
            parts.append(_text(left, y + 3, "niet gepubliceerd", 8.5, style.ink_soft))
            continue
        x = left + (dot.value - low) * scale
        label = dutch.decimal(dot.value, digits)
        parts.append(_line(left, y, max(left, x - 5), y, tone if dot.is_own else style.series, 2 if dot.is_own else 0.8))
        parts.append(
            format_html(
                '<circle cx="{}" cy="{}" r="{}" fill="{}" stroke="{}" stroke-width="1.4"/>',
                f"{x:.1f}", f"{y:.1f}", "5" if dot.is_own else "4", WHITE if dot.is_open else tone, tone,
            )
        )  # fmt: skip
        parts.append(_rect(x + 6.5, y - 6, width_of(label, 9.5) + 3, 12, WHITE))  # the number never crosses a line of the axis
        parts.append(_text(x + 8, y + 3.2, label, 9.5, tone, 700 if dot.is_own else 600))
    return _svg(width, height, title, parts, "chart")
