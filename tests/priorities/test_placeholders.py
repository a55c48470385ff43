"""The open places in a standard text: filled in, left as a gap, refused when nobody knows them; and whether a text still says it so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from priorities.decision_kinds import ALL, GOING_CONCERN
from priorities.rules import Choice, problems_with
from priorities.texts.placeholders import MEANINGS, filled, fits, gaps_in, in_our_words, problem_with_places

PLAIN = st.text(st.characters(exclude_characters="{}", exclude_categories=["Cs"]))
VALUE = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda text: text.strip())

CASES = [
    ("{prioriteit} is een prioriteit.", {"priority": "Jeugd"}, "Jeugd is een prioriteit."),
    ("{name} is een prioriteit.", {"priority": "Jeugd"}, "Jeugd is een prioriteit."),
    ("Over {onderwerp}, bij {thema}.", {"subject": "fatbikes", "theme": "Verkeer"}, "Over fatbikes, bij Verkeer."),
    ("{thema} en {thema}.", {"theme": "Verkeer"}, "Verkeer en Verkeer."),
    ("{prioriteit} is een prioriteit.", {}, "[prioriteit] is een prioriteit."),
    ("{name} is een prioriteit.", {"priority": "  "}, "[prioriteit] is een prioriteit."),
    ("Bij {thema}.", {"subject": "fatbikes"}, "Bij [thema]."),
    ("{Thema} en {anders} en {}.", {"theme": "Verkeer"}, "{Thema} en {anders} en {}."),
    ("Over {onderwerp}.", {"subject": "{thema}", "theme": "Verkeer"}, "Over {thema}."),
]


@pytest.mark.parametrize(("text", "known", "expected"), CASES)
def test_a_place_is_filled_in_or_left_as_a_gap(text, known, expected):
    assert filled(text, **known) == expected


@given(PLAIN, PLAIN, PLAIN, PLAIN)
def test_a_text_without_places_comes_back_unchanged(text, priority, theme, subject):
    assert filled(text, priority=priority, theme=theme, subject=subject) == text
    assert problem_with_places(text) == ""


@given(st.lists(st.one_of(PLAIN, st.sampled_from([f"{{{name}}}" for name in MEANINGS]))), VALUE)
def test_a_text_of_known_places_has_none_left_once_filled(parts, value):
    text = "".join(parts)
    assert problem_with_places(text) == ""
    known = {"priority": "een woord", "theme": "een woord", "subject": "een woord"}
    assert "{" not in filled(text, **known)
    assert gaps_in(filled(text, **known)) == gaps_in(text)


@given(st.lists(st.one_of(PLAIN, st.sampled_from([f"{{{name}}}" for name in MEANINGS])), max_size=8), PLAIN, PLAIN, PLAIN)
def test_whatever_comes_in_its_places_it_is_still_that_text(parts, priority, theme, subject):
    text = "".join(parts)
    assert fits(text, filled(text, priority=priority, theme=theme, subject=subject))


@pytest.mark.parametrize(
    ("text", "culprit"),
    [
        ("Wij doen {dit}.", "{dit}"),
        ("Wij doen {}.", "{}"),
        ("{Prioriteit}", "{Prioriteit}"),
        ("{ thema }", "{ thema }"),
        ("{0.__class__}", "{0."),
    ],
)
def test_braces_around_an_unknown_word_are_refused_and_the_allowed_ones_named(text, culprit):
    problem = problem_with_places(text)
    assert problem.startswith(culprit)
    assert problem.endswith("Tussen accolades kunt u kiezen uit {prioriteit}, {thema} en {onderwerp}.")


@pytest.mark.parametrize("text", ["Een { los.", "Een } los.", "{thema", "{{thema}}"])
def test_a_loose_brace_is_refused(text):
    assert "losse accolade" in problem_with_places(text)


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.code)
def test_the_sentence_of_every_kind_says_it_in_the_words_of_the_screen(kind):
    assert problem_with_places(in_our_words(kind.stock_rationale)) == ""
    assert "{name}" not in in_our_words(kind.stock_rationale)


def test_a_decision_with_a_gap_is_refused():
    def messages(rationale):
        return [problem.message for problem in problems_with([Choice(GOING_CONCERN)], extent="wholly", rationale=rationale)]

    assert messages("[prioriteit] en [thema] en [prioriteit].") == [
        "In de motivering is nog iets open: [prioriteit], [thema]. Vul dat in, of haal het weg."
    ]
    assert messages("Wij doen dit [zie bijlage].") == []


FITTING = [
    ("Dit blijft gewoon werk.", "Dit blijft gewoon werk.", True),
    ("Dit blijft gewoon werk.", "  Dit blijft\ngewoon  werk.", True),
    ("Dit blijft gewoon werk.", "Dit blijft ons gewone werk.", False),
    ("{prioriteit} is een prioriteit.", "Jeugd is een prioriteit.", True),
    ("{prioriteit} is een prioriteit.", "Jeugd is een lokale prioriteit.", False),
    ("{onderwerp} hoort bij {thema}.", "Snelheid hoort bij Verkeer.", True),
    ("{onderwerp} hoort bij {thema}.", "Snelheid hoort bij Verkeer. En meer.", True),  # what stands in a place is not judged
    ("a{thema}a", "a", False),
    ("{thema}{onderwerp}", "iets", True),
    ("De kosten (10%) zijn [bekend].", "De kosten (10%) zijn [bekend].", True),
]


@pytest.mark.parametrize(("text", "rationale", "expected"), FITTING)
def test_a_rationale_is_that_text_or_says_it_in_its_own_words(text, rationale, expected):
    assert fits(text, rationale) is expected
