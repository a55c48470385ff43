"""What the papers' letter lacks is put into words, and markup stays what it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.fonts import known_characters
from reports.legible import legible

LAYOUT = {ord("\n"), ord("\r"), ord("\t")}


@given(st.text())
def test_every_character_that_is_left_can_be_drawn(text):
    assert {ord(character) for character in legible(text)} <= known_characters() | LAYOUT


@given(
    st.text() | st.lists(st.sampled_from(["<", ">", "&", '"', "'", "\u0338", "\uff1c", "\u226e", "a", "\u0301", "<p>", "≯"])).map("".join)
)
def test_no_sign_of_markup_is_added_or_taken_away(text):
    def markup(found: str) -> list[str]:
        return [character for character in found if character in "<>&\"'"]

    assert markup(legible(text)) == markup(text)


@given(st.text())
def test_twice_is_once(text):
    assert legible(legible(text)) == legible(text)


@given(st.text(alphabet=st.sampled_from("abcxyzABC ëïéüĳŁß0123 €§²½ ‘’“”–…•·×≥≤±→✓☐-")))
def test_what_can_be_drawn_stays_as_it_is(text):
    assert legible(text) == text


@pytest.mark.parametrize(
    ("typed", "drawn"),
    [
        ("te hard 😀!", "te hard [grinning face]!"),
        ("👨‍👩‍👧", "[man][woman][girl]"),
        ("👍🏽", "[thumbs up sign]"),
        ("leve 🇳🇱", "leve [vlag NL]"),
        ("مرحبا بكم allen", "[Arabisch schrift, 8 letters] allen"),
        ("你好, zei hij", "[Chinees schrift, 2 letters], zei hij"),
        ("𝐕𝐞𝐢𝐥𝐢𝐠", "Veilig"),
        ("＜script＞", "[fullwidth less-than sign]script[fullwidth greater-than sign]"),
        ("cafe\u0301", "café"),
        ("<p>\u0338x", "<p>\u0338x"),
        ("zacht\u00adafbreken\u200b", "zachtafbreken"),
        ("\u202eomgekeerd", "omgekeerd"),
        ("bel\x07 nul\x00", "bel nul"),
        ("een\u2028twee", "een\ntwee"),
        ("\ufffd", "[onleesbaar teken]"),
        ("\ue123", "[onbekend teken U+E123]"),
    ],
)
def test_signs_are_put_into_words(typed, drawn):
    assert legible(typed) == drawn
