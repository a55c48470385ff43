"""Where in a text a point was said: without a database."""

import json
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from consultation.anchors import CONTEXT, Anchor, anchor_at, carry, find, find_pasted, segments

LETTER = (
    "Geacht college,\n\n"
    "1) Verlichting\n\nDe lampen in het Bijvanck-park branden niet. Wij vragen u dat te laten herstellen.\n\n"
    "2) Toezicht\n\nDe boa’s zijn er na tien uur niet meer. Wij vragen u dat te laten herstellen.\n\n"
    "3) Meldingen\n\nNiet iedereen durft te melden – dat zien wij ook bij ‘stille’ ondermijning.\n\n"
    "Hoogachtend,\n\nhet wijkplatform"
)
REPEATED = "Wij vragen u dat te laten herstellen."


def place_of(words: str, text: str = LETTER) -> tuple[int, int]:
    start = text.index(words)
    return start, start + len(words)


def quoted(text: str, span: tuple[int, int] | None) -> str | None:
    return None if span is None else text[slice(*span)]


# An anchor


def test_an_anchor_holds_the_words_and_what_stands_around_them() -> None:
    start, end = place_of("De boa’s zijn er na tien uur niet meer.")
    anchor = anchor_at(LETTER, start, end)
    assert anchor.exact == "De boa’s zijn er na tien uur niet meer."
    assert anchor.prefix == LETTER[start - CONTEXT : start]
    assert anchor.suffix == LETTER[end : end + CONTEXT]


def test_white_space_around_a_selection_is_left_out() -> None:
    start, end = place_of("\n\n2) Toezicht\n\n")
    assert anchor_at(LETTER, start, end) == anchor_at(LETTER, *place_of("2) Toezicht"))
    assert anchor_at(LETTER, start, end).exact == "2) Toezicht"


@pytest.mark.parametrize(("start", "end"), [(5, 5), (9, 4), (15, 17), (10_000, 10_010), (-9, -2)])
def test_nothing_cannot_be_anchored(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="nothing"):
        anchor_at(LETTER, start, end)


def test_an_anchor_in_json_is_the_same_bytes_each_time() -> None:
    anchor = Anchor("De “boa’s”", prefix="ervóór ", suffix=" erna\n")
    assert anchor.to_json() == '{"exact":"De “boa’s”","prefix":"ervóór ","suffix":" erna\\n"}'
    assert Anchor.from_json(anchor.to_json()) == anchor
    assert Anchor.from_json(json.dumps(json.loads(anchor.to_json()), indent=2)).to_json() == anchor.to_json()


@pytest.mark.parametrize(
    "value",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"exact":"a"}',
        '{"exact":" ","prefix":"","suffix":""}',
        '{"exact":1,"prefix":"","suffix":""}',
        '{"exact":"a","prefix":"","suffix":"","start":3}',
    ],
)
def test_what_is_no_anchor_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Anchor.from_json(value)


def test_the_same_sentence_twice_is_told_apart_by_what_stands_around_it() -> None:
    first = LETTER.index(REPEATED)
    second = LETTER.index(REPEATED, first + 1)
    for start in (first, second):
        assert find(LETTER, anchor_at(LETTER, start, start + len(REPEATED))) == (start, start + len(REPEATED))


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("na tien uur", "na 22.00 uur"),
        ("boa’s", "buitengewoon opsporingsambtenaren"),
        ("meer. Wij", "meer! Wij"),
        ("3) Meldingen", "3) Melden"),
        ("Geacht college,\n\n", ""),
        ("lampen in het", "lantaarns in het"),
    ],
)
def test_a_repeated_sentence_is_found_when_the_text_around_it_is_corrected(wrong: str, right: str) -> None:
    start = LETTER.index(REPEATED, LETTER.index(REPEATED) + 1)
    anchor = anchor_at(LETTER, start, start + len(REPEATED))
    corrected = LETTER.replace(wrong, right)
    assert corrected != LETTER
    assert find(corrected, anchor) == (corrected.rindex(REPEATED), corrected.rindex(REPEATED) + len(REPEATED))


def test_words_that_are_gone_are_found_nowhere() -> None:
    assert find("Een heel andere brief.", anchor_at(LETTER, *place_of(REPEATED))) is None


def test_a_point_added_or_removed_leaves_the_bytes_of_the_others_alone() -> None:
    points = ["Verlichting", "Toezicht", "Meldingen"]
    before = [anchor_at(LETTER, *place_of(point)).to_json() for point in points]
    with_a_fourth = [anchor_at(LETTER, *place_of(point)).to_json() for point in [*points, "na tien uur"]]
    without_the_second = [anchor_at(LETTER, *place_of(point)).to_json() for point in (points[0], points[2])]
    assert with_a_fourth[:3] == before
    assert without_the_second == [before[0], before[2]]


# A pasted sentence


@pytest.mark.parametrize(
    ("pasted", "found"),
    [
        ("De boa’s zijn er na tien uur niet meer.", "De boa’s zijn er na tien uur niet meer."),
        ("  De boa's zijn er\nna tien uur   niet meer.\n", "De boa’s zijn er na tien uur niet meer."),
        ("de BOA's zijn er", "De boa’s zijn er"),
        ("durft te melden - dat zien wij", "durft te melden – dat zien wij"),
        ("durft te melden — dat", "durft te melden – dat"),
        ('bij "stille" ondermijning', "bij ‘stille’ ondermijning"),
        ("Bijvanck‑park", "Bijvanck-park"),
        ("mel\u00adden – dat", "melden – dat"),
        ("2) Toezicht De boa’s", "2) Toezicht\n\nDe boa’s"),
        ("iederéén durft", None),
        ("staat hier niet", None),
        (" \n ", None),
        ("", None),
    ],
)
def test_a_pasted_sentence_is_found(pasted: str, found: str | None) -> None:
    assert [LETTER[slice(*place)] for place in find_pasted(LETTER, pasted)] == ([found] if found else [])


def test_a_pasted_sentence_that_stands_there_twice_is_found_twice() -> None:
    assert [LETTER[slice(*place)] for place in find_pasted(LETTER, REPEATED.lower())] == [REPEATED, REPEATED]


def test_whole_words_go_before_parts_of_words() -> None:
    text = "Onder de brug. De hond is hier de baas."
    assert [text[slice(*place)] for place in find_pasted(text, "de")] == ["de", "De", "de"]
    assert [text[slice(*place)] for place in find_pasted(text, "ond")] == ["Ond", "ond"]


def test_letters_are_the_same_however_they_are_written() -> None:
    assert find_pasted("coo\u0308rdinatie van zorg", "coördinatie van") == [(0, 16)]
    assert find_pasted("coördinatie van zorg", "coo\u0308rdinatie van") == [(0, 15)]
    assert find_pasted("een ﬁets", "fiets") == [(4, 8)]


# A corrected text


@pytest.mark.parametrize(
    ("words", "wrong", "right", "expected"),
    [
        ("De boa’s zijn er na tien uur niet meer.", "", "", "De boa’s zijn er na tien uur niet meer."),
        ("De boa’s zijn er na tien uur niet meer.", "lampen", "lantaarnpalen", "De boa’s zijn er na tien uur niet meer."),
        ("De boa’s zijn er na tien uur niet meer.", "na tien uur", "na 22.00 uur", "De boa’s zijn er na 22.00 uur niet meer."),
        ("De boa’s zijn er na tien uur niet meer.", "De boa’s", "De boa's", "De boa's zijn er na tien uur niet meer."),
        ("De boa’s zijn er na tien uur niet meer.", "niet meer.", "niet meer!", "De boa’s zijn er na tien uur niet meer!"),
        ("De boa’s zijn er na tien uur niet meer.", "er na", "er, ook in de zomer, na", None),
        ("De boa’s zijn er na tien uur niet meer.", "De boa’s zijn er na tien uur niet meer. ", "", "gone"),
        ("De boa’s zijn er na tien uur niet meer.", "De boa’s zijn er na tien uur niet meer.", "Iets heel anders over honden.", "gone"),
        ("2) Toezicht", "1) Verlichting", "1) Licht", "2) Toezicht"),
        ("2) Toezicht", "2) Toezicht", "2) Toezicht en handhaving", "2) Toezicht"),
        ("Meldingen", "Hoogachtend", "Met vriendelijke groet", "Meldingen"),
    ],
)
def test_a_passage_is_carried_over_to_a_corrected_text(words: str, wrong: str, right: str, expected: str | None) -> None:
    corrected = LETTER.replace(wrong, right) if wrong else LETTER
    wanted = {"gone": None, None: words.replace(wrong, right)}.get(expected, expected)
    assert quoted(corrected, carry(LETTER, corrected, place_of(words))) == wanted


def test_a_passage_that_was_moved_is_carried_along() -> None:
    blocks = LETTER.split("\n\n")
    moved = "\n\n".join([blocks[0], *blocks[3:5], *blocks[1:3], *blocks[5:]])
    for words in (blocks[2], blocks[4], blocks[6]):
        assert quoted(moved, carry(LETTER, moved, place_of(words))) == words


def test_nothing_is_carried_over_from_nothing() -> None:
    assert carry(LETTER, LETTER, (3, 3)) is None
    assert carry(LETTER, "", place_of("Toezicht")) is None


def test_a_long_letter_is_carried_over_soon_enough() -> None:
    words = [f"woord{number % 997}" for number in range(40_000)]
    old = " ".join(words)
    new = " ".join("anders" if number % 500 == 7 else word for number, word in enumerate(words))
    place = place_of("woord100 woord101 woord102", old)
    assert quoted(new, carry(old, new, place)) == "woord100 woord101 woord102"


# Drawing


def test_a_text_is_cut_where_marks_begin_and_end() -> None:
    cut = [(part.text, part.begins, part.covers, part.ends) for part in segments("abcdefgh", [(1, 5, "1"), (3, 7, "2"), (3, 4, "3")])]
    assert cut == [
        ("a", (), (), ()),
        ("bc", ("1",), ("1",), ()),
        ("d", ("3", "2"), ("1", "3", "2"), ("3",)),
        ("e", (), ("1", "2"), ("1",)),
        ("fg", (), ("2",), ("2",)),
        ("h", (), (), ()),
    ]


def test_one_paragraph_is_drawn_with_the_marks_that_reach_into_it() -> None:
    cut = [
        (part.start, part.text, part.begins, part.covers, part.ends) for part in segments("abcdefgh", [(1, 4, "1"), (6, 8, "2")], (2, 6))
    ]
    assert cut == [(2, "cd", (), ("1",), ("1",)), (4, "ef", (), (), ())]


def test_a_text_without_marks_is_one_segment_and_an_empty_one_none() -> None:
    assert [part.text for part in segments("abc", [])] == ["abc"]
    assert segments("", []) == []
    assert [part.text for part in segments("abc", [(1, 1, "leeg"), (3, 9, "erbuiten"), (-4, 0, "ervoor")])] == ["abc"]


# Whatever the text

texts = st.text(st.one_of(st.sampled_from("ab \n"), st.characters(exclude_categories=("Cs",))), max_size=300)
fast = settings(max_examples=200, deadline=None)


@st.composite
def text_and_span(draw) -> tuple[str, int, int]:
    text = draw(texts)
    start, end = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
    assume(text[start:end].strip())
    return text, start, end


@fast
@given(text_and_span())
def test_an_anchor_finds_the_place_it_was_made_at(made: tuple[str, int, int]) -> None:
    text, start, end = made
    anchor = anchor_at(text, start, end)
    found = find(text, anchor)
    assert found is not None
    assert text[slice(*found)] == text[start:end].strip()
    assert found == (start + len(text[start:end]) - len(text[start:end].lstrip()), found[0] + len(anchor.exact))
    assert Anchor.from_json(anchor.to_json()) == anchor


@fast
@given(text_and_span(), texts, texts)
def test_text_corrected_elsewhere_never_loses_a_passage(made: tuple[str, int, int], before: str, after: str) -> None:
    text, start, end = made
    passage = text[start:end].strip()
    corrected = before + text[start:end] + after
    assert quoted(corrected, find(corrected, anchor_at(text, start, end))) == passage
    assert quoted(corrected, carry(text, corrected, (start, end))) == passage


@fast
@given(text_and_span(), texts)
def test_what_is_carried_over_lies_in_the_new_text(made: tuple[str, int, int], new: str) -> None:
    text, start, end = made
    moved = carry(text, new, (start, end))
    assert moved is None or (0 <= moved[0] < moved[1] <= len(new) and new[slice(*moved)].strip() == new[slice(*moved)])


@fast
@given(text_and_span())
def test_words_pasted_as_they_stand_are_found(made: tuple[str, int, int]) -> None:
    text, start, end = made
    passage = text[start:end].strip()
    places = find_pasted(text, passage)
    assume(places or not any(letter.isalnum() for letter in passage))
    assert all(0 <= first < last <= len(text) for first, last in places)
    assert all(one[1] <= other[0] for one, other in pairwise(places))


@fast
@given(texts, st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300), st.sampled_from("123")), max_size=6))
def test_segments_joined_are_the_text(text: str, spans: list[tuple[int, int, str]]) -> None:
    cut = segments(text, spans)
    assert "".join(part.text for part in cut) == text
    for start, end, label in spans:
        if start < end and start < len(text):
            assert text[start:end] == "".join(
                part.text for part in cut if (part.start >= start and part.end <= end and label in part.covers)
            )
