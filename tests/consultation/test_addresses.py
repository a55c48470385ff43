"""Names with their address, pasted: what was understood, and by row what not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultation.addresses import ROWS_LIMIT, cells_of, read, same


def understood(text: str) -> tuple[list[tuple[int, str, str]], list[tuple[int, str]]]:
    rows, problems = read(cells_of(text))
    return [(row.number, row.name, row.email) for row in rows], [(problem.number, problem.message) for problem in problems]


@pytest.mark.parametrize(
    "text",
    [
        "Blaricum; bestuur@blaricum.voorbeeld.nl",
        "Blaricum\tbestuur@blaricum.voorbeeld.nl",
        "Blaricum, bestuur@blaricum.voorbeeld.nl",
        '"Blaricum" ;  bestuur@blaricum.voorbeeld.nl ;',
        "gemeente;e-mail\nBlaricum;bestuur@blaricum.voorbeeld.nl",
        "\r\n\r\nBlaricum;bestuur@blaricum.voorbeeld.nl\r\n",
        "Bla\x00ricum;bestuur@blaricum.voorbeeld.nl",
    ],
)
def test_a_line_is_a_name_and_an_address_however_it_was_pasted(text):
    rows, problems = understood(text)
    assert [(name, email) for _, name, email in rows] == [("Blaricum", "bestuur@blaricum.voorbeeld.nl")]
    assert problems == []


@pytest.mark.parametrize(
    ("text", "number", "message"),
    [
        ("Blaricum", 1, "Zet achter de naam een puntkomma"),
        ("a;a@voorbeeld.nl\n;b@voorbeeld.nl", 2, "De naam ontbreekt."),
        ("Blaricum;geen adres", 1, "‘geen adres’ is geen e-mailadres."),
        ("Blaricum;a@voorbeeld.nl;06-1", 1, "meer dan een naam en een e-mailadres"),
        ("Blaricum;a@voorbeeld.nl\n\nGemeente  BLARICUM;b@voorbeeld.nl", 3, "staat ook op regel 1"),
        ("x" * 121 + ";a@voorbeeld.nl", 1, "langer dan 120 tekens"),
    ],
)
def test_a_line_that_is_not_sound_has_its_number_and_says_what_to_do(text, number, message):
    _, problems = understood(text)
    ((found, said),) = problems
    assert found == number
    assert message in said


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Anna Smit <anna@politie.voorbeeld.nl>", [("Anna Smit", "anna@politie.voorbeeld.nl")]),
        ('"Smit, Anna" <anna@politie.voorbeeld.nl>', [("Smit, Anna", "anna@politie.voorbeeld.nl")]),
        ("Politie; Anna Smit <anna@politie.voorbeeld.nl>", [("Politie", "anna@politie.voorbeeld.nl")]),
        ("Politie\tAnna Smit <anna@politie.voorbeeld.nl>", [("Politie", "anna@politie.voorbeeld.nl")]),
        ("Anna <a@voorbeeld.nl>; Bas <b@voorbeeld.nl>;", [("Anna", "a@voorbeeld.nl"), ("Bas", "b@voorbeeld.nl")]),
        ("Anna <a@voorbeeld.nl>, Bas <b@voorbeeld.nl>", [("Anna", "a@voorbeeld.nl"), ("Bas", "b@voorbeeld.nl")]),
        (
            "Anna <a@voorbeeld.nl>\nBas <b@voorbeeld.nl>\nC; c@voorbeeld.nl",
            [("Anna", "a@voorbeeld.nl"), ("Bas", "b@voorbeeld.nl"), ("C", "c@voorbeeld.nl")],
        ),
    ],
)
def test_what_an_email_program_copies_is_understood(text, people):
    rows, problems = understood(text)
    assert [(name, email) for _, name, email in rows] == people
    assert problems == []


@pytest.mark.parametrize("text", ["<a@voorbeeld.nl>", "a@voorbeeld.nl <a@voorbeeld.nl>", "b@voorbeeld.nl; <a@voorbeeld.nl>"])
def test_an_address_without_a_name_asks_for_one(text):
    rows, problems = understood(text)
    assert rows == []
    assert problems[-1] == (1, "De naam ontbreekt.")


def test_there_is_an_end_to_it():
    rows, problems = understood("\n".join(f"Partner {number};p{number}@voorbeeld.nl" for number in range(ROWS_LIMIT + 5)))
    assert len(rows) == ROWS_LIMIT
    assert "meer dan 2000 regels" in problems[0][1]


@pytest.mark.parametrize("name", ["Blaricum", "BLARICUM ", "gemeente Blaricum", "Gemeente  blaricum"])
def test_spellings_of_one_municipality_are_the_same(name):
    assert same(name) == "blaricum"


@given(st.text(max_size=300) | st.text('ab@.<>;,\t\n "', max_size=60))
def test_whatever_is_pasted_each_line_is_a_row_a_problem_or_nothing(text):
    lines = list(cells_of(text))
    rows, problems = read(lines)
    numbers = [row.number for row in rows] + [problem.number for problem in problems]
    assert len(numbers) <= len(lines)
    assert set(numbers) <= {number for number, _ in lines}
    assert all(row.name and "@" in row.email for row in rows)
