"""What makes a decision sound, as a table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from priorities.decision_kinds import ALL, DECISION_KINDS
from priorities.rules import Choice, PriorityFacts, problems_with

DISTRICT = PriorityFacts(1, "Ondermijning", "district")
TEAM = PriorityFacts(2, "Maatschappelijke onrust", "team")
LOCAL = PriorityFacts(3, "Jeugd", "municipality")
WHY = "Zo doen we het al."


def choice(code, priority=None, named=""):
    return Choice(DECISION_KINDS[code], priority, named)


SOUND = [
    ([choice("going_concern")], "wholly"),
    ([choice("regional_priority", DISTRICT)], "wholly"),
    ([choice("regional_priority", TEAM)], "partly"),
    ([choice("local_priority", LOCAL)], "partly"),
    ([choice("within_priority", LOCAL)], "wholly"),
    ([choice("within_priority", DISTRICT)], "wholly"),
    ([choice("other_policy", named="Jeugdbeleid")], "wholly"),
    ([choice("other_body", named="Veiligheidsregio")], "wholly"),
    ([choice("other_chapter", named="Communicatie")], "wholly"),
    ([choice("not_taken_up")], "not"),
    ([choice("regional_priority", DISTRICT), choice("other_body", named="Veiligheidsregio")], "wholly"),
]

UNSOUND = [
    ([], "wholly", WHY, "destination", "Kies een bestemming."),
    ([choice("regional_priority")], "wholly", WHY, "destination", "Kies een prioriteit bij"),
    ([choice("regional_priority", LOCAL)], "wholly", WHY, "destination", "‘Jeugd’ is een lokale prioriteit"),
    ([choice("local_priority", DISTRICT)], "wholly", WHY, "destination", "‘Ondermijning’ is een regionale prioriteit"),
    ([choice("going_concern", LOCAL)], "wholly", WHY, "destination", "noemt geen prioriteit"),
    ([choice("other_policy")], "wholly", WHY, "destination", "beleidsterrein"),
    ([choice("other_body", named="  ")], "wholly", WHY, "destination", "organisatie"),
    ([choice("adopted")], "wholly", WHY, "destination", "past niet bij deze ronde"),
    ([choice("going_concern"), choice("going_concern")], "wholly", WHY, "destination-2", "staat er al"),
    ([choice("not_taken_up"), choice("going_concern")], "not", WHY, "destination", "gaat niet samen"),
    ([choice("not_taken_up")], "wholly", WHY, "extent", "hoort ‘Niet’"),
    ([choice("going_concern")], "not", WHY, "extent", "alleen bij een punt dat niet wordt opgenomen"),
    ([choice("going_concern")], "", WHY, "extent", "geheel of deels"),
    ([choice("going_concern")], "wholly", " \n ", "rationale", "Vul in waarom u dit besluit. Eén zin is genoeg."),
    ([choice("going_concern")], "wholly", "x" * 4001, "rationale", "4001 tekens"),
]


@pytest.mark.parametrize(("choices", "extent"), SOUND)
def test_a_sound_decision_has_no_problems(choices, extent):
    assert problems_with(choices, extent=extent, rationale=WHY) == []


@pytest.mark.parametrize(("choices", "extent", "rationale", "field", "words"), UNSOUND)
def test_an_unsound_decision_says_what_to_do_and_where(choices, extent, rationale, field, words):
    problems = problems_with(choices, extent=extent, rationale=rationale)
    assert [problem.field for problem in problems] == [field]
    assert words in problems[0].message


@given(
    st.lists(st.sampled_from([*(Choice(kind) for kind in ALL), choice("local_priority", LOCAL)]), max_size=4),
    st.text(),
    st.text(max_size=50),
)
def test_every_problem_names_a_field_of_the_form(choices, extent, rationale):
    for problem in problems_with(choices, extent=extent, rationale=rationale):
        assert problem.field.split("-")[0] in {"destination", "extent", "rationale"}
        assert problem.message.endswith(".")
