"""What differs between two texts: as pieces that lose nothing, and as marks a screen reader says in words."""

from itertools import pairwise

from django.template import Context, Template

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivp_portal.web.worddiff import LIKE, PieceKind, is_like, word_diff

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
        (
            "Het team controleert de horeca. Het tempo staat in het programma.",
            "Hulp na oplichting is nieuw. Spreekuren in het dorp staan in de begroting.",
            [
                ("gone", "Het team controleert de horeca. Het tempo staat in het programma."),
                ("new", "Hulp na oplichting is nieuw. Spreekuren in het dorp staan in de begroting."),
            ],
        ),
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


@pytest.mark.parametrize(
    ("before", "after", "is_marked"),
    [
        ("Dit blijft gewoon werk.", "Dit blijft het werk van de politie.", True),
        ("Dit blijft gewoon werk.", "Na overleg met de school gaat dit naar het jongerenwerk.", False),
        ("Ja.", "Nee, want dat ligt bij de provincie.", False),
        ("Ja.", "Ja. Het team bezoekt de school, de winkels en het plein, en zegt over een jaar hoe het ging.", True),
        ("De school, de winkels en het plein. Dat eerst.", "Dat eerst.", True),
        ("Het licht springt op rood.", "Veel bewoners weten niet wie hun wijkagent is.", False),
        ("Hetzelfde.", "Hetzelfde.", True),
        ("", "Nieuw", True),
    ],
)
def test_what_changed_is_marked_where_one_text_was_made_of_the_other(before, after, is_marked):
    assert is_like(before, after) == is_marked
    assert (drawn(before, after) != [("gone", before), ("new", after)]) == is_marked


@given(WORDS, WORDS)
def test_two_texts_are_marked_in_their_words_or_shown_whole(before, after):
    """Never something between: a word that happens to be in both is no anchor."""
    is_whole = drawn(before, after) == [("gone", before), ("new", after)]
    assert is_whole or is_like(before, after)
    if is_like(before, after) and before != after:
        kinds = [kind for kind, _ in drawn(before, after) if kind != "same"]
        stays = sum(len("".join(text.split())) for kind, text in drawn(before, after) if kind == "same")
        assert len(kinds) == 1 or stays >= LIKE * max(len("".join(text.split())) for text in (before, after))


def test_texts_that_have_nothing_to_do_with_each_other_are_shown_one_after_the_other():
    shown = Template("{% load portal %}{% word_diff before after %}").render(Context({"before": "Ja, <b>", "after": "Dat ligt elders."}))
    assert shown == (
        '<del class="p-diff__whole"><span class="p-diff__which">Oud</span>Ja, &lt;b&gt;</del> '
        '<ins class="p-diff__whole"><span class="p-diff__which">Nieuw</span>Dat ligt elders.</ins>'
    )


def test_a_screen_reader_hears_what_went_and_what_came_and_markup_stays_text():
    shown = Template("{% load portal %}{% word_diff before after %}").render(Context({"before": "Een <b>.", "after": "Twee <b>."}))
    assert '<del><span class="p-hidden">[weg: </span>Een<span class="p-hidden">]</span></del>' in shown
    assert '<ins><span class="p-hidden">[nieuw: </span>Twee<span class="p-hidden">]</span></ins>' in shown
    assert " &lt;b&gt;." in shown
