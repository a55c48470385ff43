"""Texts that differ in wording only: a table of what is and what is not, and what holds whatever the texts."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from priorities.texts.nearly_same import groups_of, nearly_same

REGIONAL = "Het onderwerp Ondermijning is opgenomen als regionale prioriteit en zodoende wordt dit meegenomen in de uitvoeringsplannen."
PLAIN = "Het onderwerp Ondermijning is opgenomen als prioriteit en zodoende wordt dit meegenomen in de uitvoeringsplannen."
MORE = REGIONAL + " Tevens is dit een onderwerp wat binnen de Veiligheidsregio wordt opgepakt."
WORK = "Dit is gewoon werk en hebben we, samen met de veiligheidspartners, structureel aandacht voor."

CASES = [
    (REGIONAL, PLAIN, True),  # the pair of seed 004
    (WORK, WORK.replace("gewoon werk", "‘gewoon werk’").upper(), True),
    (WORK, "Dit is gewoon werk en hebben we samen met veiligheidspartners structureel aandacht voor", True),
    (REGIONAL, MORE, False),
    (REGIONAL, WORK, False),
    (PLAIN, PLAIN.replace("is opgenomen", "is niet opgenomen"), False),
    (PLAIN, PLAIN.replace("wordt dit", "wordt dit deels"), False),
    ("We controleren dit in 2027 elke week op straat.", "We controleren dit in 2028 elke week op straat.", False),
    ("Kort.", "Lang.", False),
    ("", "", True),
    ("", "Dit.", False),
]


@pytest.mark.parametrize(("one", "other", "expected"), CASES)
def test_two_texts_differ_in_wording_only_or_say_something_else(one, other, expected):
    assert nearly_same(one, other) is expected
    assert nearly_same(other, one) is expected


WORDS = st.lists(st.sampled_from(["wij", "de", "wijk", "niet", "licht", "2027", "boa’s", "jeugd", "plan"]), max_size=14).map(" ".join)


@given(st.lists(WORDS, unique=True, max_size=12))
def test_no_text_is_missed_that_holding_each_against_each_would_find(texts):
    times = {text: index % 3 + 1 for index, text in enumerate(texts)}
    leaders: list[str] = []
    for text in sorted(texts, key=lambda each: (-times[each], each)):
        if not any(nearly_same(leader, text) for leader in leaders):
            leaders.append(text)
    found = groups_of(times)
    grouped = {text for group in found for text in group}
    assert len(grouped) == sum(len(group) for group in found)
    assert grouped - {group[0] for group in found} == set(texts) - set(leaders)
    for first, *others in found:
        assert all(nearly_same(first, text) and times[text] <= times[first] for text in others)


@pytest.mark.parametrize(
    "pattern",
    [
        "Punt {a} over straat {n} en laan {b}: dit blijft gewoon werk van boa’s en politie.",
        "Punt w{a} over straat w{n} en laan w{b}: dit blijft gewoon werk van boa’s en politie.".replace("w{", "straat{"),
        "Zaak{n} zaak{a} zaak{b} is nieuw. " + "Dit blijft gewoon werk van gemeente en politie samen. " * 2,
    ],
)
def test_ten_thousand_different_texts_take_seconds_and_not_hours(pattern):
    texts = {pattern.format(n=n, a=n * 7919 % 10_007, b=n * 3 + 1): 1 for n in range(10_000)}
    begun = time.monotonic()
    groups_of(texts)
    assert time.monotonic() - begun < 20
