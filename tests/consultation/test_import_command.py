"""manage.py import_contributions: for scripts and checks."""

import json

from django.core.management import call_command

import pytest

from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from tests.consultation.conftest import contributions, logged, make_round
from tests.consultation.spreadsheet_files import HEADER, council_rows, csv_file, merged_council_session

COUNCIL_CSV = csv_file(council_rows(), header=HEADER[:2])


@pytest.fixture
def command(tmp_path, capsys):
    """Run it on these bytes; (exit code, what the last line says, what stands on stderr)."""

    def run(content: bytes, *options: str, name: str = "opbrengst.csv"):
        file = tmp_path / name
        file.write_bytes(content)
        return run_on(file, *options)

    def run_on(file, *options: str):
        code = 0
        try:
            call_command("import_contributions", str(file), *options)
        except SystemExit as ending:
            code = ending.code
        out, err = capsys.readouterr()
        return code, json.loads(out.splitlines()[-1]), err

    run.on = run_on
    return run


@pytest.mark.parametrize("content", [COUNCIL_CSV, merged_council_session()])
def test_the_15_rows_come_in_once(command, evening, content):
    assert command(content, "--round", "avond") == (0, {"rows": 15, "added": 15, "known": 0, "problems": []}, "")
    assert command(content, "--round", "avond") == (0, {"rows": 15, "added": 0, "known": 15, "problems": []}, "")
    assert len(contributions(evening)) == 15
    assert [(verb, facts["added"]) for verb, facts in logged(evening)] == [("contributions.imported", 15)]


def test_a_dry_run_says_what_would_happen_and_writes_nothing(command, evening):
    assert command(COUNCIL_CSV, "--round", "avond", "--dry-run")[:2] == (0, {"rows": 15, "added": 15, "known": 0, "problems": []})
    assert contributions(evening) == []
    assert logged(evening) == []


def test_rows_with_a_problem_stay_out_and_are_named(command, evening):
    content = csv_file([["Verkeer", "Hard", "1-9-2026"], ["Verkeer", "Zacht", "31-09-2026"]], header=(*HEADER[:2], "Datum"))
    code, answer, err = command(content, "--round", "avond")
    assert (code, answer["rows"], answer["added"], answer["known"]) == (0, 2, 1, 0)
    message = "Deze dag bestaat niet. Vul een bestaande datum in, bijvoorbeeld 30-09-2026."
    assert answer["problems"] == [{"row": 3, "column": "Datum", "value": "31-09-2026", "message": message}]
    assert message in err


def test_columns_can_be_named(command, evening):
    content = csv_file([["Snelheid", "Te hard"]], header=("Rubriek", "Wat zei u?"))
    code, answer, _ = command(content, "--round", "avond", "--column", "subject=Rubriek", "--column", "text=Wat zei u?")
    assert (code, answer["added"]) == (0, 1)
    assert (contributions(evening)[0].subject, contributions(evening)[0].text) == ("Snelheid", "Te hard")


def test_the_log_names_who_did_it(command, evening, anke):
    command(COUNCIL_CSV, "--round", "avond", "--by", "anke")
    with inside(evening.area):
        assert LogEntry.objects.get().actor_name == "Anke de Boer"


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        (b"MZ" + bytes(300), [], "Dit is geen spreadsheet. Kies een bestand dat eindigt op .xlsx, .ods of .csv."),
        (b"", [], "Dit bestand is leeg."),
        (csv_file([]), [], "Onder de kopregel staat nog niets."),
        (csv_file([["x", "y"]], header=("Rubriek", "Tekst")), [], "We vinden geen kolom met het onderwerp."),
        (COUNCIL_CSV, ["--column", "subject"], "Schrijf --column als VELD=KOP"),
        (COUNCIL_CSV, ["--column", "subject=Thma"], "De kolom ‘Thma’ staat niet in het bestand."),
        (COUNCIL_CSV, ["--column", "kleur=Onderwerp"], "Het veld ‘kleur’ bestaat niet."),
        (COUNCIL_CSV, ["--by", "niemand"], "Er is geen gebruiker ‘niemand’."),
        (COUNCIL_CSV, ["--area", "hilversum"], "Er is geen ronde ‘avond’ in hilversum."),
        (COUNCIL_CSV, ["--area", "nergens"], "Er is geen gebied ‘nergens’."),
        (COUNCIL_CSV, ["--round", "ochtend"], "Er is geen ronde ‘ochtend’."),
    ],
)
def test_what_cannot_be_read_in_ends_with_a_sentence_and_still_with_json(command, evening, content, options, message):
    code, answer, err = command(content, "--round", "avond", *options)
    assert code == 1
    assert (answer["rows"], answer["added"], answer["known"]) == (0, 0, 0)
    (problem,) = answer["problems"]
    assert (problem["row"], problem["column"], problem["value"]) == (None, "", "opbrengst.csv")
    assert problem["message"].startswith(message)
    assert problem["message"] in err
    assert contributions(evening) == []


def test_a_file_that_is_not_there_is_named(command, evening, tmp_path):
    code, answer, _ = command.on(tmp_path / "weg.csv", "--round", "avond")
    assert code == 1
    assert "weg.csv kunnen we niet openen" in answer["problems"][0]["message"]


def test_a_file_that_is_too_big_is_not_read(command, evening, settings):
    settings.UPLOAD_LIMIT_BYTES = 1024 * 1024
    code, answer, _ = command(b"x" * 2_000_000, "--round", "avond")
    assert code == 1
    assert answer["problems"][0]["message"] == "Dit bestand is 2 MB. Kies een bestand van ten hoogste 1 MB."


def test_a_round_in_two_areas_asks_which(command, evening, hilversum):
    other = make_round(hilversum, slug="avond")
    code, answer, _ = command(COUNCIL_CSV, "--round", "avond")
    assert code == 1
    assert answer["problems"][0]["message"] == "De ronde ‘avond’ bestaat in 2 gebieden (blaricum, hilversum). Zeg welk met --area."
    assert command(COUNCIL_CSV, "--round", "avond", "--area", "hilversum")[1]["added"] == 15
    assert (len(contributions(evening)), len(contributions(other))) == (0, 15)


def test_a_frozen_round_takes_nothing_new_and_knows_what_it_has(command, evening, frozen):
    command(COUNCIL_CSV, "--round", "avond")
    frozen(evening)
    assert command(COUNCIL_CSV, "--round", "avond")[:2] == (0, {"rows": 15, "added": 0, "known": 15, "problems": []})
    code, answer, _ = command(csv_file([["Verkeer", "Nieuw", ""]]), "--round", "avond")
    assert code == 1
    assert answer["problems"][0]["message"] == "Het plan van deze ronde is vastgesteld. Er kan niets meer bij of af."
    assert len(contributions(evening)) == 15
