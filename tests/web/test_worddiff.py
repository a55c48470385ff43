"""What differs between two texts: as pieces that lose nothing, and as marks a screen reader says in words."""

from itertools import pairwise

from django.template import Context, Template

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivp_portal.web.worddiff import PieceKind, word_diff

WORDS = st.text(alphabet="ab c.,\n<", max_size=30)


def drawn(before: str, after: str) -> list[tuple[str, str]]:
    return [(str(piece.kind), piece.text) for piece in word_diff(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        ("", "", []),
        ("Gelijk.", "Gelijk.", [("same", "Gelijk.")]),
        ("", "Nieuw", [("new", "Nieuw")]),
        ("Weg", "", [("gone", "Weg")]),
        (
            "Jeugd blijft een prioriteit.",
            "Jeugd is een prioriteit.",
            [("same", "Jeugd "), ("gone", "blijft"), ("new", "is"), ("same", " een prioriteit.")],
        ),
        ("een twee", "drie vier", [("gone", "een twee"), ("new", "drie vier")]),
        ("Dat kan", "Dat kan niet", [("same", "Dat kan"), ("new", " niet")]),
        ("Klaar", "Klaar.", [("same", "Klaar"), ("new", ".")]),
    ],
)
def test_two_texts_are_laid_side_by_side_word_by_word(before, after, pieces):
    assert drawn(before, after) == pieces


@given(WORDS, WORDS)
def test_the_pieces_of_both_sides_join_to_both_texts(before, after):
    pieces = word_diff(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != PieceKind.NEW) == before
    assert "".join(piece.text for piece in pieces if piece.kind != PieceKind.GONE) == after
    assert all(piece.text for piece in pieces)
    assert all(one.kind != other.kind for one, other in pairwise(pieces))
    assert {piece.kind for piece in pieces} <= {PieceKind.SAME} or before != after


def test_a_screen_reader_hears_what_went_and_what_came_and_markup_stays_text():
    shown = Template("{% load portal %}{% word_diff before after %}").render(Context({"before": "Een <b>.", "after": "Twee <b>."}))
    assert '<del><span class="p-hidden">[weg: </span>Een<span class="p-hidden">]</span></del>' in shown
    assert '<ins><span class="p-hidden">[nieuw: </span>Twee<span class="p-hidden">]</span></ins>' in shown
    assert " &lt;b&gt;." in shown
