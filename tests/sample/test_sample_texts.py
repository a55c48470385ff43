"""The sample's texts: whole, agreeing with the facts they are written around, and honest about what is invented."""

import csv
import datetime
import re
from collections import Counter

import pytest

from consultation.personal_data import findings
from ivp_portal.organisation.roles import Role
from ivp_portal.sample import texts
from ivp_portal.sample.accounts import SAMPLE_ACCOUNTS
from priorities.decision_kinds import DECISION_KINDS, SHARED_LEVELS
from priorities.rules import Choice, PriorityFacts, problems_with
from priorities.states import PlanStatus

LEVELS = {"gooi-en-vechtstreek": "district", "gooi-zuid": "team", "blaricum": "municipality", "hilversum": "municipality"}
BLARICUM, HILVERSUM, NEXT = texts.plans()
CONTRIBUTIONS = texts.contributions()
SESSION_2022, SESSION_2026, RESIDENTS = (
    [said for said in CONTRIBUTIONS if said.round == slug]
    for slug in ("blaricum-raadssessie-2022", "blaricum-raadssessie-2026", "blaricum-inwoners-2026")
)
PLAN_OF_ROUND = {text.slug: text.period for text in texts.rounds()}


def choices_of(decision: texts.DecisionText) -> list[Choice]:
    """The destinations as the rules know them."""
    named = texts.priorities()
    return [
        Choice(
            DECISION_KINDS[place.kind],
            PriorityFacts(1, named[place.priority].title, LEVELS[named[place.priority].area]) if place.priority else None,
            place.named,
        )
        for place in decision.destinations
    ]


def all_words(value: object) -> str:
    """Every string in a struct, a tuple or a dict."""
    if isinstance(value, str):
        return value + "\n"
    if isinstance(value, tuple | list):
        return "".join(all_words(item) for item in value)
    fields = getattr(value, "__struct_fields__", ())
    return "".join(all_words(getattr(value, name)) for name in fields)


def test_the_fifteen_answers_match_the_rows_of_the_session_one_to_one():
    with (texts.DATA / "blaricum_council_session.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert [(said.subject, said.sub_subject) for said in SESSION_2022] == [(row["subject"], row["sub_subject"]) for row in rows]
    assert len(SESSION_2022) == 15
    for said, row in zip(SESSION_2022, rows, strict=True):
        assert [place.kind for place in said.decision.destinations] == [word.split(":")[0] for word in row["destinations"].split("|")]


def test_the_fifteen_are_six_going_concern_five_regional_two_local_and_two_elsewhere():
    first = Counter(said.decision.destinations[0].kind for said in SESSION_2022)
    assert first == {
        "going_concern": 6,
        "regional_priority": 5,
        "local_priority": 1,
        "within_priority": 1,
        "other_chapter": 1,
        "other_policy": 1,
    }
    second = [said for said in SESSION_2022 if len(said.decision.destinations) > 1]
    assert [(said.sub_subject, said.decision.destinations[1].named) for said in second] == [
        ("Cyberaanval infrastructuur", "Veiligheidsregio")
    ]


def test_only_youth_nuisance_is_taken_up_in_part_and_the_reason_is_scarce_capacity():
    assert {said.sub_subject: said.decision.extent for said in SESSION_2022 if said.decision.extent != "wholly"} == {
        "Jeugdoverlast": "partly"
    }
    rationale = next(said.decision.rationale for said in SESSION_2022 if said.sub_subject == "Jeugdoverlast")
    assert "capaciteit" in rationale
    assert "jeugdcriminaliteit" in rationale


@pytest.mark.parametrize("said", [said for said in CONTRIBUTIONS if said.decision], ids=lambda said: said.sub_subject)
def test_every_decision_is_sound_and_names_a_priority_of_its_own_plan(said):
    decision = said.decision
    assert problems_with(choices_of(decision), extent=decision.extent, rationale=decision.rationale) == []
    plan = next(text for text in (BLARICUM, NEXT) if text.period == PLAN_OF_ROUND[said.round])
    assert {place.priority for place in decision.destinations if place.priority} <= set(plan.plan.priorities)


def test_every_rationale_is_written_for_its_own_row():
    rationales = [said.decision.rationale for said in CONTRIBUTIONS if said.decision]
    assert len(set(rationales)) == len(rationales)
    stock = {kind.stock_rationale for kind in DECISION_KINDS.values()}
    assert not stock & set(rationales)


def test_a_newcomer_finds_sixty_inputs_of_which_eight_have_a_decision():
    assert (len(SESSION_2026), len(RESIDENTS)) == (15, 45)
    assert sum(said.decision is not None for said in (*SESSION_2026, *RESIDENTS)) == 8
    assert all(said.party for said in SESSION_2026)
    assert not any(said.party for said in RESIDENTS)
    assert len({said.sub_subject for said in RESIDENTS}) == 45
    assert sum("fatbike" in said.sub_subject.lower() for said in RESIDENTS) == 3


def test_what_was_said_was_said_while_its_round_ran():
    rounds = {text.slug: text for text in texts.rounds()}
    for said in CONTRIBUTIONS:
        text = rounds[said.round]
        assert text.opens_at.date() <= said.said_on <= text.closes_at.date()


def test_nobody_can_be_reached_through_what_was_said():
    words = " ".join(said.text for said in CONTRIBUTIONS)
    assert not re.search(r"\S@\S", words)
    assert not re.search(r"\b0\d{9}\b|\b06[ -]?\d{8}\b", words)


def test_the_letter_says_what_hilversum_said_in_words_of_our_own_and_names_nobody():
    (letter,) = texts.letters()
    for fact in ("39 gemeenten", "6 maart", "29 maart", "80% van hun uren", "zorgcoördinatie voor slachtoffers", "een voorbeeld"):
        assert fact in letter.text
    assert findings(letter.text) == []


@pytest.mark.parametrize(
    ("plan", "levels"),
    [
        (BLARICUM, ["district", "district", "municipality", "municipality"]),
        (HILVERSUM, ["district", "district", "team", "municipality"]),
        (NEXT, ["district", "district", "municipality", "municipality"]),
    ],
)
def test_each_plan_has_its_four_priorities_at_the_levels_of_the_issue(plan, levels):
    chosen = [texts.priorities()[key] for key in plan.plan.priorities]
    assert [LEVELS[text.area] for text in chosen] == levels
    assert all((text.starts_on, text.ends_on) == (plan.plan.starts_on, plan.plan.ends_on) for text in chosen)
    assert set(levels[:2]) <= SHARED_LEVELS


@pytest.mark.parametrize("text", texts.priorities().values(), ids=lambda text: text.key)
def test_each_priority_answers_all_five_questions_and_fits_on_the_overview(text):
    assert all(getattr(text.sections, name).strip() for name in text.sections.__struct_fields__)
    assert len(text.summary) <= 160
    assert text.summary.count(".") == 1


def test_both_plans_of_2023_hold_the_same_two_shared_priorities():
    assert BLARICUM.plan.priorities[:2] == HILVERSUM.plan.priorities[:2]


def test_hilversums_route_has_the_real_days_and_blaricums_says_its_days_are_an_example():
    day = datetime.date
    assert [step.on_date for step in HILVERSUM.route] == [day(2022, 9, 14), day(2023, 1, 18), day(2023, 2, 1)]
    assert [step.on_date for step in NEXT.route] == [day(2026, 9, 16), day(2027, 1, 20), day(2027, 2, 3)]
    assert not any("voorbeeld" in step.note for step in HILVERSUM.route)
    assert all("voorbeeld" in step.note for step in (*BLARICUM.route, *NEXT.route))
    for plan in (BLARICUM, HILVERSUM, NEXT):
        assert [step.phase for step in plan.route] == ["image_forming", "opinion_forming", "decision_making"]


def test_the_plans_stand_at_three_places_in_their_life():
    assert [text.plan.status for text in (BLARICUM, HILVERSUM, NEXT)] == [PlanStatus.ADOPTED, PlanStatus.PROPOSED, PlanStatus.DRAFT]
    assert BLARICUM.plan.adopted_on == datetime.date(2023, 2, 1)
    assert str(NEXT.plan.weigh_by) == "2026-12-04 17:00:00+01:00"


def test_an_invented_day_or_number_says_voorbeeld_where_it_stands():
    assert "2023-014" in BLARICUM.plan.colophon
    assert "voorbeeld" in BLARICUM.plan.colophon
    assert BLARICUM.plan.decision_number == "2023-014 (voorbeeld)"
    for plan in (BLARICUM, HILVERSUM):
        assert plan.proposal.case_number.endswith("(voorbeeld)")
    assert "Voorbeeld" in BLARICUM.proposal.secretary
    assert "Voorbeeld" in BLARICUM.proposal.mayor
    assert "voorbeeld" in NEXT.plan.colophon
    assert all("voorbeeld" in text.question for text in texts.rounds())
    for text in texts.priorities().values():
        if text.starts_on.year == 2027:
            assert text.summary.startswith("Voorbeeld: ")
            assert text.lead.startswith("Voorbeeld. ")
    for chapter in NEXT.chapters:
        assert not chapter.body or "voorbeeld" in (chapter.lead + chapter.body).lower()


@pytest.mark.parametrize("plan", [BLARICUM, HILVERSUM, NEXT], ids=["blaricum", "hilversum", "next"])
def test_the_chapters_are_the_seven_of_the_real_plan(plan):
    assert [chapter.number for chapter in plan.chapters] == [1, 2, 3, 4, 5, 6, 7]
    assert [chapter.title for chapter in plan.chapters] == [chapter.title for chapter in BLARICUM.chapters]
    assert [chapter.shows for chapter in BLARICUM.chapters] == ["weighing", "figures", "", "priorities", "", "", ""]


def test_the_adopted_plan_is_written_in_full_and_the_next_one_only_in_part():
    words = {plan: len(all_words(plan.chapters).split()) for plan in (BLARICUM, NEXT)}
    assert words[BLARICUM] > 3500
    assert all(chapter.lead and chapter.body for chapter in (*BLARICUM.chapters, *HILVERSUM.chapters))
    assert [chapter.number for chapter in NEXT.chapters if chapter.body] == [1, 3, 5]


def test_hilversums_proposal_has_five_arguments_and_says_where_the_left_out_subjects_go():
    proposal = HILVERSUM.proposal
    assert [argument.decision_point for argument in proposal.arguments] == [1, 1, 1, 1, 1]
    assert len(proposal.caveats) == 3
    assert re.findall(r"^- (\S+(?: \S+)*?) (?:hoort|valt)", proposal.caveats[0].text, re.MULTILINE) == [
        "Verkeersveiligheid",
        "Zorg en veiligheid",
        "Sterke wijken",
    ]
    assert (proposal.secretary, proposal.mayor) == ("mr. C.P. Torres Barrera", "dr. ir. G.M. van den Top")
    assert "Samen aan de slag" in proposal.replaces
    for plan in (BLARICUM, HILVERSUM):
        points = range(1, len(plan.proposal.decision_points) + 1)
        assert {argument.decision_point for argument in plan.proposal.arguments} == set(points)


def test_the_grades_carry_source_and_year_per_row():
    figures = {text.area: (text.value, text.source, text.year) for text in texts.indicator().figures}
    monitor = "Veiligheidsmonitor 2021"
    assert figures == {
        "blaricum": ("7.9", monitor, 2021),
        "gooise-meren": ("7.7", monitor, 2021),
        "hilversum": ("7.5", monitor, 2021),
        "huizen": ("8.0", "Eigen enquête gemeente Huizen 2022", 2022),
        "laren": ("7.8", monitor, 2021),
        "wijdemeren": ("7.7", monitor, 2021),
    }
    assert not texts.indicator().is_example


def test_the_words_agree_with_the_table_of_grades():
    """The real plan's running text says 7,8 for Blaricum and its table 7.9; ours follows the table in both places."""
    assert "gaven de Blaricummers hun buurt een 7,9" in BLARICUM.chapters[1].body
    assert not re.search(r"Blaricum\w* [^.]*\b7,8", all_words(BLARICUM))


@pytest.mark.parametrize("words", [all_words(text) for text in (BLARICUM, HILVERSUM, NEXT)])
def test_the_traps_of_the_sources_are_not_walked_into(words):
    assert "2022-2026" not in words.replace("–", "-")
    assert "Gooi en Vechtstreek Noord" not in words
    assert "helaas" not in words.lower()


def test_the_example_spreadsheet_has_merged_cells_to_fill_down():
    with (texts.DATA / "voorbeeld-raadssessie.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert list(rows[0]) == ["Onderwerp", "Sub-onderwerp", "Toelichting", "Fractie"]
    assert len(rows) == 8
    assert rows[0]["Onderwerp"]
    assert sum(not row["Onderwerp"] for row in rows) == 3
    assert all(row["Sub-onderwerp"] for row in rows)


def test_the_accounts_are_the_cast():
    accounts = [(username, role, area) for username, _, role, area, _ in SAMPLE_ACCOUNTS]
    assert accounts == [
        ("anke", Role.POLICY_OFFICER, "blaricum"),
        ("peter", Role.POLICY_OFFICER, "blaricum"),
        ("carla", Role.COUNCIL_MEMBER, "blaricum"),
        ("gerda", Role.CLERK, "blaricum"),
        ("bram", Role.POLICY_OFFICER, "hilversum"),
        ("hanna", Role.CLERK, "hilversum"),
        ("dirk", Role.DISTRICT_COORDINATOR, "gooi-en-vechtstreek"),
        ("dirk", Role.DISTRICT_COORDINATOR, "gooi-noord"),
        ("dirk", Role.DISTRICT_COORDINATOR, "gooi-zuid"),
        ("nora", Role.POLICY_OFFICER, "midden-nederland"),
    ]
    party = next(account[4] for account in SAMPLE_ACCOUNTS if account[0] == "carla")
    assert party in {said.party for said in SESSION_2026}
