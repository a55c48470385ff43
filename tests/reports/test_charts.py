"""The pictures: counts that are right, words that fit, and any number of rows, columns and values."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from reports import dutch
from reports.charts import Dot, Tally, axis_for, cover_score, decimals_for, dot_plot, level_cells, waffle, wrapped
from reports.house_styles import house_style
from reports.levels import Level, level_of
from tests.reports.snapshots import BLARICUM

STYLE = house_style("blaricum")
NUMBERS = st.floats(-1e6, 1e6).map(lambda value: round(value, 2))


def shapes(svg: str, kind: str, **attributes: str) -> list[etree._Element]:
    found = etree.fromstring(svg).iter(f"{{http://www.w3.org/2000/svg}}{kind}")
    return [shape for shape in found if all(shape.get(name) == value for name, value in attributes.items())]


def test_the_cover_has_a_cell_for_every_municipality_and_priority():
    rows = [(priority.title, level_of(priority, BLARICUM)) for priority in BLARICUM.priorities]
    svg = cover_score(STYLE, BLARICUM.municipalities, rows)

    assert len(shapes(svg, "rect", fill="#ffffff")) == 6 + 6 + 1 + 1
    assert len(shapes(svg, "rect", fill="none")) == 5 + 5
    assert "Jeugd: Lokaal: alleen Blaricum." in svg


@given(st.integers(1, 40), st.lists(st.text(min_size=1, max_size=120), min_size=1, max_size=20))
def test_the_cover_holds_for_any_district_and_any_number_of_priorities(number, titles):
    names = [f"Gemeente met nummer {place}" for place in range(number)]
    levels = [(title, Level("Lokaal", tuple(place == 0 for place in range(number)))) for title in titles]
    svg = cover_score(STYLE, names, levels)

    cells = shapes(svg, "rect")
    assert len(cells) == number * len(titles)
    for cell in cells:
        assert float(cell.get("width")) > 0
        assert float(cell.get("height")) > 0
        assert 0 <= float(cell.get("x")) <= 595 - float(cell.get("width"))
        assert float(cell.get("y")) + float(cell.get("height")) <= 486


@pytest.mark.parametrize(
    ("filled", "said"),
    [((True,), "1 van 1 vakje gevuld"), ((True, False), "1 van 2 vakjes gevuld"), ((True,) * 6, "6 van 6 vakjes gevuld"),
     ((True,) + (False,) * 38, "1 van 39 vakjes gevuld")],
)  # fmt: skip
def test_the_level_badge_says_how_many_cells_are_filled(filled, said):
    svg = level_cells(STYLE, Level("", filled))

    assert len(shapes(svg, "rect", fill=STYLE.ink)) == sum(filled)
    assert shapes(svg, "title")[0].text == said


def test_the_waffle_has_a_square_for_every_point():
    svg = waffle(STYLE, [Tally("Prioriteit", "plan", 5), Tally("Going concern", "run", 6)])

    assert len(shapes(svg, "rect", fill=STYLE.accent)) == 5
    assert len(shapes(svg, "rect", fill="#ffffff")) == 6
    assert shapes(svg, "title")[0].text == "11 punten, naar bestemming: prioriteit 5 en going concern 6."


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=14))
def test_the_waffle_stays_within_a_page_and_every_number_is_in_it(numbers):
    svg = waffle(STYLE, [Tally(f"Soort {place}", "run", number) for place, number in enumerate(numbers)])
    root = etree.fromstring(svg)

    assert float(root.get("height").removesuffix("pt")) <= 400
    assert all(float(shape.get("x")) + float(shape.get("width")) <= 482 for shape in shapes(svg, "rect"))
    words = [shape.text for shape in shapes(svg, "text")]
    assert all(dutch.whole(number) in words for number in numbers)


def test_many_points_become_bars_in_proportion():
    widths = [float(shape.get("width")) for shape in shapes(waffle(STYLE, [Tally("a", "plan", 1000), Tally("b", "plan", 500)]), "rect")]

    assert widths[0] == pytest.approx(2 * widths[1], abs=0.2)


@given(st.lists(NUMBERS, min_size=1, max_size=12))
def test_the_axis_takes_in_every_value(values):
    low, high, step = axis_for(values)

    assert low <= min(values) <= max(values) <= high
    assert step > 0
    assert 1 <= round((high - low) / step) <= 8


@given(st.lists(st.none() | NUMBERS, min_size=1, max_size=12))
def test_a_dot_for_every_value_and_words_for_what_is_not_published(values):
    svg = dot_plot(
        STYLE, [Dot(f"Gemeente {place}", value, place == 0, place == 1) for place, value in enumerate(values)], "Een proef met punten."
    )

    assert len(shapes(svg, "circle")) == sum(value is not None for value in values)
    assert svg.count("niet gepubliceerd") == values.count(None)
    for dot in shapes(svg, "circle"):
        assert 80 <= float(dot.get("cx")) <= 230


def test_the_own_dot_is_heavy_and_another_source_is_open():
    own, other = shapes(
        dot_plot(STYLE, [Dot("Blaricum", 7.9, True, False), Dot("Huizen", 8.0, False, True)], "Twee cijfers naast elkaar."), "circle"
    )

    assert (own.get("r"), own.get("fill")) == ("5", STYLE.accent)
    assert (other.get("r"), other.get("fill")) == ("4", "#ffffff")


@pytest.mark.parametrize(("values", "digits"), [([7.9, 8.0], 1), ([1.0, 12.0], 0), ([0.25, 1.5], 2), ([None, None], 0), ([], 0)])
def test_values_get_as_many_decimals_as_they_need(values, digits):
    assert decimals_for(values) == digits


@given(st.text(max_size=300), st.integers(10, 400), st.integers(1, 3))
def test_words_are_broken_into_lines_that_fit(words, width, lines):
    broken = wrapped(words, 10, width, lines)

    assert len(broken) <= lines
    assert all(len(line) <= max(1, width // 5) for line in broken)


def test_a_text_in_a_picture_stays_text():
    svg = level_cells(STYLE, Level("", (True,))) + dot_plot(STYLE, [Dot("<b>&", 1.0, True, False)], "<script> & zo verder")

    assert "<b>" not in svg
    assert "<script>" not in svg
    assert not re.search(r"\sstyle=", svg)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (dutch.number_word(1), "één"), (dutch.number_word(39), "39"), (dutch.whole(12345), "12.345"), (dutch.decimal(1234.5, 1), "1.234,5"),
        (dutch.count(1, "punt", "punten"), "1 punt"), (dutch.enumerated(("a", "b", "c")), "a, b en c"), (dutch.enumerated(["a"]), "a"),
        (dutch.period("2023-2026"), "2023–2026"), (dutch.sentence_start("één"), "Eén"),
    ],
)  # fmt: skip
def test_numbers_and_rows_are_said_the_dutch_way(said, words):
    assert said == words
