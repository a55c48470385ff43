"""A survey that numbers who answered: the same export again adds only what is new, and a changed answer is never a silent change."""

import random

import pytest

from consultation.models import RoundKind, Submission, Theme, ThemeAlias, ThemeField
from ivp_portal.organisation.access import inside
from ivp_portal.organisation.models import Area
from tests.consultation.conftest import contributions, make_round
from tests.consultation.spreadsheet_files import csv_file, xlsx_file
from tests.consultation.test_import_pages import place, upload

ADD = "/blaricum/inbreng/inwoners/inlezen/"
HEADER = ("Respondent ID", "Onderwerp", "Toelichting")
ANSWERS = [["12", "Verkeer", "Te hard rijden"], ["12", "Jeugd", "Meer te doen"], ["13", "Verkeer", "Te hard rijden"]]


@pytest.fixture
def survey(blaricum):
    """A round for residents."""
    return make_round(blaricum, slug="inwoners", kind=RoundKind.RESIDENTS, title="Enquête")


@pytest.fixture
def officer(client, anke):
    client.force_login(anke)
    return client


def read_in(officer, rows, *, header=HEADER):
    """The dry run of these rows, after reading them in."""
    page = upload(officer, csv_file(rows, header=header), address=ADD)
    officer.post(place(page))
    return page.context["trial"]


def counts(trial) -> list[int]:
    return [trial.added, trial.known, trial.refused]


def test_a_respondent_with_several_rows_is_one_submission(officer, survey):
    assert counts(read_in(officer, ANSWERS)) == [3, 0, 0]
    first, second, third = contributions(survey)
    assert first.submission_id == second.submission_id != third.submission_id
    with inside(survey.area):
        assert Submission.objects.get(pk=first.submission_id).original_text == "Verkeer\nTe hard rijden\n\nJeugd\nMeer te doen"
    assert [point.respondent for point in (first, second, third)] == ["12", "12", "13"]


def test_the_number_is_shown_on_no_page_of_the_round(officer, survey):
    read_in(officer, [["987654", "Verkeer", "Te hard rijden"]])
    assert "987654" not in officer.get("/blaricum/inbreng/inwoners/").text


def test_the_same_export_again_adds_nothing_whatever_its_order_and_its_spaces(officer, survey):
    read_in(officer, ANSWERS)
    again = [["13", "Verkeer", "Te  hard rijden  "], ["12", "Jeugd", "meer te doen "], ["12", "Verkeer", "Te hard rijden"]]
    assert counts(read_in(officer, again)) == [0, 3, 0]
    assert len(contributions(survey)) == 3


def test_a_later_export_adds_only_the_new_respondents(officer, survey):
    read_in(officer, ANSWERS)
    later = [["1", "Verkeer", "Te hard rijden"], *ANSWERS, ["14", "Jeugd", "Meer te doen"]]
    assert counts(read_in(officer, later)) == [2, 3, 0]
    assert [point.respondent for point in contributions(survey)] == ["12", "12", "13", "1", "14"]


def test_a_known_respondent_may_add_an_answer(officer, survey):
    read_in(officer, ANSWERS)
    assert counts(read_in(officer, [*ANSWERS, ["13", "Groen", "Meer bomen"]])) == [1, 3, 0]


def test_a_known_respondent_who_says_something_else_is_a_problem_in_words(officer, survey):
    read_in(officer, ANSWERS)
    changed = [["12", "Verkeer", "Veel te hard rijden"], *ANSWERS[1:]]
    page = upload(officer, csv_file(changed, header=HEADER), address=ADD)
    assert counts(page.context["trial"]) == [0, 2, 1]
    assert "Respondent 12 is al ingelezen met een andere tekst." in page.text
    assert [row.state for row in page.context["trial"].preview.rows] == ["bad", "known", "known"]
    officer.post(place(page))
    assert [point.text for point in contributions(survey)] == [row[2] for row in ANSWERS]


def test_rows_read_in_before_the_numbers_were_coupled_are_known(officer, survey):
    read_in(officer, [row[1:] for row in ANSWERS], header=HEADER[1:])
    assert counts(read_in(officer, ANSWERS)) == [0, 3, 0]


def test_a_number_in_a_workbook_is_the_same_number(officer, survey):
    read_in(officer, ANSWERS)
    content = xlsx_file([[int(number), *rest] for number, *rest in ANSWERS], header=HEADER)
    assert counts(upload(officer, content, address=ADD).context["trial"]) == [0, 3, 0]


# A theme, by its own name or a word that somebody confirmed


@pytest.mark.parametrize("header", [("Onderwerp", "Veiligheidsthema", "Toelichting"), ("Thema", "Iets anders", "Toelichting")])
def test_a_theme_is_recognised_to_the_letter_and_the_subject_stays_as_said(officer, survey, header):
    with inside(survey.area), inside(Area.objects.get(kind="nation")) as (nation,):
        field = ThemeField.objects.create(area=nation, number=1, name="Veilige woonomgeving")
        theme = Theme.objects.create(area=nation, field=field, name="Verkeersveiligheid")
    with inside(survey.area):
        ThemeAlias.objects.create(area=survey.area, theme=theme, text="te hard rijden")
    said = ["VERKEERSVEILIGHEID", "Te hard  rijden", "Verkeersveilig"]
    rows = [["Van alles", word, "a"] if header[0] == "Onderwerp" else [word, "Van alles", "a"] for word in said]
    read_in(officer, rows, header=header)
    points = contributions(survey)
    assert [point.theme_id for point in points] == [theme.pk, theme.pk, None]
    assert {point.subject for point in points} == ({"Van alles"} if header[0] == "Onderwerp" else {*said[::2], "Te hard rijden"})


# Show 2 of the survey: a thousand rows, and every one of them accounted for

FORMULAS = ("=1+1", "+31 is geen som", "-", "@SUM(A1:A9)", '=HYPERLINK("http://voorbeeld.invalid";"klik")')


def thousand_rows() -> list[list[str]]:
    """1,000 answers: quoted newlines, blanks, formulas, HTML and repeats among them."""
    chance = random.Random(3)  # noqa: S311 - the same rows every time
    rows = []
    for number in range(1, 1001):
        text = f"Geïnventariseerd punt {number}; het gaat om “verkeer”,\r\nen om het café van {chance.randrange(90)}"
        if number % 10 == 0:
            text = ""
        elif number % 25 == 1:
            text = FORMULAS[number % 5]
        elif number % 25 == 2:
            text = f"<script>alert({number})</script><b>vet</b>"
        elif number % 25 == 3:
            text = "Te hard rijden"
        rows.append([str(number), f"Onderwerp {number % 7}", text])
    return rows


def test_a_thousand_rows_are_each_accounted_for_and_a_second_import_adds_none(officer, survey):
    rows = thousand_rows()
    content = csv_file(rows, header=HEADER, encoding="cp1252")
    page = upload(officer, content, address=ADD)
    trial = page.context["trial"]
    assert counts(trial) == [900, 0, 100]
    assert sum(counts(trial)) == trial.rows == 1000
    assert "Een punt zonder tekst kunnen we niet inlezen." in page.text
    officer.post(place(page))
    points = contributions(survey)
    assert [point.text for point in points] == [text.replace("\r\n", "\n") for _, _, text in rows if text]
    assert "Geïnventariseerd punt 4; het gaat om “verkeer”,\nen om het café van" in points[3].text
    assert {point.text for point in points} >= {*FORMULAS[1:2], "Te hard rijden", "<script>alert(2)</script><b>vet</b>"}
    shown = officer.get("/blaricum/inbreng/inwoners/").text
    assert "&lt;script&gt;alert(2)&lt;/script&gt;" in shown
    assert "<script>alert" not in shown
    again = upload(officer, content, address=ADD).context["trial"]
    assert counts(again) == [0, 900, 100]
    officer.post(place(page))
    assert len(contributions(survey)) == 900
