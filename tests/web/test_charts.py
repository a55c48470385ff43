"""Small pictures on a page: whole numbers on the axis, and words for who does not see it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivp_portal.web.charts import HEIGHT, WIDTH, Bar, bar_chart, count_axis


@pytest.mark.parametrize(
    ("most", "axis"),
    [(0, (2, 1)), (1, (2, 1)), (4, (4, 1)), (5, (6, 2)), (8, (8, 2)), (9, (10, 5)), (38, (40, 10)), (42, (60, 20)), (1000, (1000, 500))],
)
def test_the_axis_has_few_and_round_lines(most, axis):
    assert count_axis(most) == axis


@given(st.integers(0, 10_000_000))
def test_the_axis_reaches_the_highest_bar_in_two_to_five_steps(most):
    top, step = count_axis(most)
    assert most <= top
    assert 2 <= top / step <= 5


def test_the_picture_says_what_it_shows_and_a_text_never_becomes_markup():
    drawn = bar_chart([Bar(3, "<b>"), Bar(0, is_quiet=True), Bar(5)], name="tempo", title="Punten <per> dag", description="De meeste: 5.")
    assert "Punten &lt;per&gt; dag</title>" in drawn
    assert "De meeste: 5.</desc>" in drawn
    assert "&lt;b&gt;" in drawn
    assert drawn.count('class="p-chart__bar"') == 2
    assert drawn.count('class="p-chart__quiet"') == 1
    assert "style" not in drawn


@given(st.lists(st.integers(0, 5000), max_size=40))
def test_every_bar_stays_inside_the_picture(numbers):
    drawn = bar_chart([Bar(number) for number in numbers], name="a", title="Titel", description="Uitleg")
    for x, y, width, height in re.findall(r'x="([\d.]+)" y="([\d.-]+)" width="([\d.]+)" height="([\d.]+)"', drawn):
        assert 0 <= float(x) <= float(x) + float(width) <= WIDTH + 0.2
        assert 0 <= float(y) <= float(y) + float(height) <= HEIGHT
