"""Learning from decisions: what it finds, how it is measured, and when it keeps silent."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from priorities.suggestions.learning import (
    MAXIMUM_CHANCE,
    MINIMUM_DECISIONS,
    NAMED_OFTEN,
    Example,
    Goes,
    Lesson,
    Measurement,
    as_read,
    coarsened,
    distinct,
    measure,
    reasons_off,
)

YOUTH, RUN = Goes("local_priority", "Jeugd"), Goes("going_concern")
PLACES = ("bij de haven", "in het park", "op het plein", "achter de school", "naast de kerk", "aan de dijk", "voor het station")
SAID = {
    YOUTH: ("Hangjongeren met lachgas {}", "Een groep jongeren schreeuwt {}", "Jongens op scooters {}"),
    RUN: ("Auto's rijden te hard {}", "Foutparkeren {}", "Fietspaden zijn donker {}"),
}
NEITHER = ("Wat een dorp {}", "Het is tijd {}", "Ik zeg het {}", "Onze straat {}", "Wij wonen {}", "Zomaar iets {}")


def examples(said=SAID):
    """Points about youth and about traffic by turns, each in words of its own."""
    by_turns = [(label, text) for texts in zip(*said.values(), strict=True) for label, text in zip(said, texts, strict=True)]
    texts = [(text.format(place), label) for place in PLACES for label, text in by_turns]
    return [Example(number, text, label) for number, (text, label) in enumerate(texts, 1)]


@pytest.fixture(scope="module")
def lesson():
    """Learnt once: each text is a case."""
    return Lesson(examples())


def test_what_is_plain_to_a_person_is_learnt():
    measured = measure(examples())
    assert measured.decisions == len(examples()) == 42
    assert measured.held_out == 20
    assert measured.accuracy >= 0.9
    assert measured.baseline <= 0.6
    assert measured.is_good


def test_words_that_say_nothing_teach_nothing():
    chance = random.Random(7)  # noqa: S311 - the same labels every time
    texts = [text.format(place) for text in NEITHER for place in PLACES]
    measured = measure([Example(number, text, chance.choice((YOUTH, RUN))) for number, text in enumerate(texts)])
    assert measured.held_out == 20
    assert not measured.is_good


def test_it_is_measured_on_what_came_after_it_learnt():
    """The officer changes their mind: whoever looks ahead would know, whoever learns from the past cannot."""
    before = [Example(number, f"Hangjongeren {place} {number}", YOUTH) for number, place in enumerate(PLACES * 3)]
    after = [Example(100 + number, f"Hangjongeren {place} {100 + number}", RUN) for number, place in enumerate(PLACES * 3)]
    assert measure([*before, *after]).accuracy < 0.6


def test_the_ground_is_the_words_that_weighed_and_the_points_it_looks_like():
    (advice,) = Lesson(examples()).advise(["Bij het café hangen jongeren met scooters en lachgas"])
    assert advice.label == YOUTH
    assert {"jongeren", "lachgas"} <= set(advice.words)
    by_key = {example.key: example for example in examples()}
    assert advice.like
    assert {by_key[key].label for key in advice.like} == {YOUTH}


@pytest.mark.parametrize("text", ["Hangjngoeren met lachags", "De jongerengroep", "HANGJONGEREN"])
def test_typing_errors_compounds_and_capitals_are_understood(text):
    (advice,) = Lesson(examples()).advise([text])
    assert advice.label == YOUTH


def test_a_word_keeps_its_accents_when_it_is_told():
    lesson = Lesson([Example(1, "geïntimideerd door jongens", YOUTH), Example(2, "te hard rijden", RUN)])
    (advice,) = lesson.advise(["Ik werd geïntimideerd"])
    assert advice.words == ["geïntimideerd"]


@pytest.mark.parametrize("text", ["", "?!", "12345", "xyz", "\x00"])
def test_a_text_without_known_words_gets_no_suggestion(text):
    assert Lesson(examples()).advise([text]) == [None]


def test_the_same_decisions_give_the_same_suggestions():
    texts = ["Jongens op het plein", "Te hard rijden bij de school"]
    assert Lesson(examples()).advise(texts) == Lesson(examples()).advise(texts)


def test_one_label_is_no_lesson():
    lesson = Lesson([Example(1, "Te hard rijden", RUN), Example(2, "Fietspaden", RUN)])
    assert lesson.answers(["Hangjongeren"]) == [RUN]
    assert lesson.advise(["Hangjongeren"]) == [None]


def test_points_without_any_words_teach_nothing_and_break_nothing():
    lesson = Lesson([Example(1, "12", YOUTH), Example(2, "?!", RUN), Example(3, "de", RUN)])
    assert lesson.answers(["Hangjongeren"]) == [RUN]
    assert lesson.advise(["Hangjongeren"]) == [None]


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(st.text(max_size=80), max_size=4))
def test_whatever_people_write_the_ground_stands_in_it(lesson, texts):
    for text, advice in zip(texts, lesson.advise(texts), strict=True):
        if advice:
            assert all(word in as_read(text) for word in advice.words)
            assert advice.words


def test_the_same_words_count_once_with_what_was_decided_last():
    points = [Example(1, "Te hard rijden", YOUTH), Example(2, "Honden", RUN), Example(3, "te  hard\nrijden", RUN)]
    assert distinct(points) == [Example(2, "Honden", RUN), Example(3, "te  hard\nrijden", RUN)]


def test_a_hundred_copies_of_one_letter_prove_nothing():
    assert measure([Example(number, "Red de bomen", RUN) for number in range(100)]).held_out == 0


@pytest.mark.parametrize("number", [0, 1, 5])
def test_a_handful_is_not_measured(number):
    measured = measure(examples()[:number])
    assert (measured.held_out, measured.accuracy, measured.is_good) == (0, None, False)


def test_a_name_is_told_only_when_it_was_chosen_often_enough():
    often, seldom = Goes("other_body", "Veiligheidsregio"), Goes("other_body", "Waterschap")
    labels = coarsened([often] * NAMED_OFTEN + [seldom] * (NAMED_OFTEN - 1))
    assert labels == [often] * NAMED_OFTEN + [Goes("other_body")] * (NAMED_OFTEN - 1)


@pytest.mark.parametrize(
    ("decisions", "held_out", "right", "baseline_right", "gained", "lost", "good"),
    [
        (MINIMUM_DECISIONS, 15, 12, 4, 8, 0, True),
        (MINIMUM_DECISIONS - 1, 10, 10, 2, 8, 0, False),  # too few decisions
        (300, 150, 89, 30, 60, 1, False),  # 59 %
        (300, 150, 90, 30, 60, 0, True),  # 60 %
        (300, 150, 120, 106, 14, 0, False),  # 9 points better than the baseline
        (300, 150, 120, 105, 15, 0, True),  # 10 points better
        (MINIMUM_DECISIONS, 15, 11, 9, 2, 0, False),  # 13 points better, which is two of fifteen: luck
        (MINIMUM_DECISIONS, 0, 0, 0, 0, 0, False),
    ],
)
def test_when_it_is_good_enough(decisions, held_out, right, baseline_right, gained, lost, good):
    assert Measurement(decisions, held_out, right, baseline_right, gained, lost).is_good is good


@pytest.mark.parametrize(("gained", "lost", "chance"), [(0, 0, 1.0), (1, 0, 0.5), (5, 0, 1 / 32), (4, 1, 6 / 32)])
def test_how_likely_luck_is(gained, lost, chance):
    measured = Measurement(100, 50, 30, 20, gained, lost)
    assert measured.chance == pytest.approx(chance)
    assert (measured.chance <= MAXIMUM_CHANCE) == (gained == 5)


def test_the_reasons_are_sentences_with_the_figures():
    assert reasons_off(12, 0.9, 0.1) == ["er zijn 12 verschillende punten om van te leren, en 30 zijn nodig"]
    assert reasons_off(300, 0.41, 0.38) == [
        "41 % klopte, en minstens 60 % is nodig",
        "altijd het meest gekozen antwoord geven klopte in 38 %, en het verschil moet minstens 10 procentpunt zijn",
    ]
    assert reasons_off(300, 0.7, 0.4) == []
