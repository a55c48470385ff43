"""Rationales that come back in a spreadsheet: what changes, what does not, and who is asked first."""

import datetime
import io
import re
import uuid

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consultation.models import Contribution
from consultation.spreadsheets import read_table
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from priorities import services
from priorities.decision_kinds import GOING_CONCERN, NOT_TAKEN_UP
from priorities.models import Batch, BatchAct, Decision, Destination, RationaleSheet
from priorities.rules import Choice
from priorities.services.batches import IMMEDIATE_POINTS
from priorities.services.sheets import forget_sheets
from priorities.sheets.point_sheet import COLUMNS, DECISION, RATIONALE, REFERENCE, TITLES
from priorities.sheets.sheet_files import FORMATS, plain
from priorities.sheets.sheet_reading import read_sheet
from priorities.states import BatchStatus
from tests.conftest import make_contribution
from tests.consultation.spreadsheet_files import csv_file, locked_xlsx, ods_file, xlsx_file
from tests.priorities.conftest import weigh
from tests.priorities.test_export import rows_in, taken

BACK = "/blaricum/2027-2030/afwegen/teruglezen/"
OLD, NEW = "Dit blijft gewoon werk.", "Dit blijft gewoon werk van de wijkagent."
PROGRAMS = {"xlsx": xlsx_file, "ods": ods_file, "csv": csv_file}
"""Other people's programs, that write the same table in their own way."""


@pytest.fixture
def officer(client, anke):
    client.force_login(anke)
    return client


@pytest.fixture
def weighed(council_round, anke):
    """Three points with an answer, and one without."""
    points = [make_contribution(council_round, name) for name in ("Snelheid", "Lawaai", "Licht", "Parkeren")]
    for point in points[:3]:
        weigh(point, anke)
    return points


def sheet_of(client, *, format="xlsx", leave_out=(), **changes):
    """The points as taken along, with other words in some rows: {point’s name: {column: text}}; the bytes as another program saves them."""
    rows = rows_in(taken(client, format))
    for row in rows:
        row |= changes.get(row["Sub-onderwerp"], {})
    titles = [title for title in TITLES if title not in leave_out]
    return PROGRAMS[format]([[row[title] for title in titles] for row in rows], header=titles)


def hand_in(client, content, name="motiveringen.xlsx", **options):
    return client.post(BACK, {"file": SimpleUploadedFile(name, content)}, **options)


def read_back(client, content):
    """Hand it in; the page of differences and its address."""
    response = hand_in(client, content)
    assert response.status_code == 302, re.findall(r"error-message.*", response.text)
    return client.get(response.url).text, response.url


def press(client, address, page, **more):
    """What somebody does who read the page: press its button."""
    seen = re.search(r'name="gezien" value="([^"]*)"', page)[1]
    return client.post(address, {"gezien": seen, **more})


def numbers(page):
    return {label: int(number) for label, number in re.findall(r"<dt>([\w ]+)</dt><dd>(\d+)</dd>", page)}


def stands(point):
    """The decision that stands, None when there is none."""
    with inside(point.area):
        return Decision.objects.current().filter(contribution=point).prefetch_related("destinations").first()


def going_concern(rationale):
    return {"choices": [Choice(GOING_CONCERN)], "extent": "wholly", "rationale": rationale}


def counted(edits, clashes, unchanged, problems):
    return {"Gewijzigd": edits, "Ook in het portaal gewijzigd": clashes, "Ongewijzigd": unchanged, "Gaat niet mee": problems}


# What changes


@pytest.mark.parametrize("format", FORMATS)
def test_edited_rationales_are_shown_first_and_then_taken_over_in_one_go(officer, weighed, anke, peter, format):
    speed, noise, *_ = weighed
    before = stands(speed)
    page, address = read_back(officer, sheet_of(officer, format=format, Snelheid={RATIONALE: NEW}, Lawaai={RATIONALE: "-Anders"}))
    assert numbers(page) == counted(2, 0, 2, 0)
    assert re.search(r"<ins>.*?van de wijkagent.*?</ins>", page, re.DOTALL)
    assert (stands(speed).pk, stands(noise).rationale) == (before.pk, OLD)
    assert "Neem 2 motiveringen over" in page
    response = press(officer, address, page)
    with inside("blaricum"):
        batch = Batch.objects.get()
        lines = list(LogEntry.objects.about(speed).values_list("verb", flat=True))
    assert response.url.endswith(f"/afwegen/samen/{batch.pk}/")
    assert (batch.act, batch.status, batch.points) == (BatchAct.REWRITE, BatchStatus.DONE, [speed.pk, noise.pk])
    outcome = officer.get(response.url).text
    assert "<h1>2 motiveringen vervangen</h1>" in outcome
    assert outcome.count("utrecht-alert--ok") == 1, "said once"
    assert (stands(speed).rationale, stands(noise).rationale) == (NEW, "-Anders")
    assert (stands(speed).extent, [str(place) for place in stands(speed).destinations.all()]) == ("wholly", ["Going concern"])
    assert lines == ["decision.made", "decision.changed"]
    assert "Dit bestand is overgenomen." in officer.get(address).text


def test_taking_over_can_be_undone_in_one_go_and_the_sheet_read_again(officer, weighed, anke):
    speed = weighed[0]
    content = sheet_of(officer, Snelheid={RATIONALE: NEW})
    page, address = read_back(officer, content)
    batch_page = press(officer, address, page).url
    officer.post(batch_page, {"actie": "ongedaan"})
    assert stands(speed).rationale == OLD
    page, address = read_back(officer, content)
    assert numbers(page) == counted(1, 0, 3, 0)
    press(officer, address, page)
    assert stands(speed).rationale == NEW


def test_the_same_sheet_twice_changes_nothing(officer, weighed):
    content = sheet_of(officer, Snelheid={RATIONALE: NEW})
    page, address = read_back(officer, content)
    press(officer, address, page)
    made = stands(weighed[0]).pk
    page, again = read_back(officer, content)
    assert numbers(page) == counted(0, 0, 4, 0)
    assert "staan al zo in het portaal" in page
    response = officer.post(again, {"gezien": ""})
    assert response.status_code == 409
    assert "Er is niets over te nemen" in response.text
    assert stands(weighed[0]).pk == made


def test_a_double_click_makes_one_act(officer, weighed):
    page, address = read_back(officer, sheet_of(officer, Snelheid={RATIONALE: NEW}))
    assert press(officer, address, page).url == press(officer, address, page).url
    with inside("blaricum"):
        assert Batch.objects.count() == 1


def test_a_sheet_as_it_was_taken_changes_nothing_even_when_the_portal_did(officer, weighed, peter):
    content = sheet_of(officer)
    with inside("blaricum"):
        services.decide(weighed[0], **going_concern("Van Peter."), by=peter)
    with inside("blaricum"):
        services.undo(stands(weighed[1]), by=peter)
    page, _ = read_back(officer, content)
    assert numbers(page) == counted(0, 0, 4, 0)


def test_rows_and_columns_may_be_left_out_and_a_title_put_above(officer, weighed):
    rows = [row for row in rows_in(taken(officer, "xlsx")) if row["Sub-onderwerp"] == "Snelheid"]
    header = ["Mijn notities", RATIONALE, DECISION, REFERENCE]
    cells = [["bespreken", NEW, rows[0][DECISION], rows[0][REFERENCE]]]
    page, _ = read_back(officer, xlsx_file([header, *cells], header=["Motiveringen van deze week"]))
    assert numbers(page) == counted(1, 0, 0, 0)


# Conflicts


def test_who_changed_it_in_the_portal_is_named_and_nothing_is_overwritten_unasked(officer, weighed, peter):
    speed, noise, *_ = weighed
    content = sheet_of(officer, Snelheid={RATIONALE: NEW}, Lawaai={RATIONALE: "Uit het blad."})
    with inside("blaricum"):
        services.decide(noise, **going_concern("Van Peter."), by=peter)
    page, address = read_back(officer, content)
    assert numbers(page) == counted(1, 1, 2, 0)
    assert "1 afweging is intussen ook in het portaal gewijzigd" in page
    assert "Van Peter." in page
    assert "Peter Vos, " in page
    press(officer, address, page)
    assert (stands(speed).rationale, stands(noise).rationale) == (NEW, "Van Peter.")


def test_with_a_tick_the_officer_replaces_it_knowingly(officer, weighed, peter):
    noise = weighed[1]
    content = sheet_of(officer, Lawaai={RATIONALE: "Uit het blad."})
    with inside("blaricum"):
        theirs = services.decide(noise, choices=[Choice(NOT_TAKEN_UP)], extent="not", rationale="Van Peter.", by=peter)
    page, address = read_back(officer, content)
    assert "ook een andere bestemming of mate" in page
    press(officer, address, page, toch=f"{noise.pk}:{theirs.pk}")
    assert stands(noise).rationale == "Uit het blad."
    assert [str(place) for place in stands(noise).destinations.all()] == ["Niet opgenomen"]


@pytest.mark.parametrize("change", ["decide", "undo", "tick"])
def test_a_change_between_the_differences_and_the_button_stops_all_of_it_and_is_named(officer, weighed, peter, change):
    speed, noise, *_ = weighed
    content = sheet_of(officer, Snelheid={RATIONALE: NEW}, Lawaai={RATIONALE: "Uit het blad."})
    ticked = ""
    if change == "tick":
        with inside("blaricum"):
            ticked = f"{noise.pk}:{services.decide(noise, **going_concern('Van Peter.'), by=peter).pk}"
    page, address = read_back(officer, content)
    with inside("blaricum"):
        if change == "undo":
            services.undo(stands(noise), by=peter)
        else:
            services.decide(noise, **going_concern("Weer van Peter."), by=peter)
    response = press(officer, address, page, **({"toch": ticked} if ticked else {}))
    assert response.status_code == 409
    assert "wijzigde een collega de afweging van raadssessie/2. Er is niets overgenomen." in response.text
    assert stands(speed).rationale == OLD
    with inside("blaricum"):
        assert not Batch.objects.exists()
    press(officer, address, response.text)
    assert stands(speed).rationale == NEW


# What is refused


def test_what_cannot_be_read_is_named_with_its_row_and_what_to_do(officer, weighed, council_round, anke):
    gone = make_contribution(council_round, "Vuurwerk")
    weigh(gone, anke)
    content = sheet_of(
        officer,
        Snelheid={RATIONALE: "  "},
        Lawaai={RATIONALE: "x" * 4001},
        Licht={DECISION: str(stands(weighed[0]).pk), RATIONALE: NEW},
        Parkeren={RATIONALE: NEW},
        Vuurwerk={RATIONALE: NEW},
    )
    with inside("blaricum"):
        services.withdraw_contribution(gone, reason="Dubbel.", seen=stands(gone).pk, by=anke)
    page, _ = read_back(officer, content)
    assert numbers(page) == counted(0, 0, 0, 5)
    assert re.findall(r'scope="row">(\d)</th><td[^>]*>([^<]*)<', page) == [
        ("2", "raadssessie/1: vul in waarom u dit besluit. Eén zin is genoeg."),
        ("3", "raadssessie/2: deze motivering heeft 4001 tekens. Houd het op ten hoogste 4000."),
        ("4", f"Besluitnummer {stands(weighed[0]).pk} hoort niet bij raadssessie/3. Neem het nummer over uit uw uitvoer."),
        ("5", "raadssessie/4 is nog niet afgewogen. Weeg het punt eerst af in het portaal."),
        ("6", "raadssessie/5 is ingetrokken. Haal de rij weg."),
    ]
    assert "Er is niets om over te nemen." in page
    assert "<button" not in page.split("<main")[1]


def test_unknown_doubled_and_nameless_rows_are_refused(officer, weighed):
    number = str(stands(weighed[0]).pk)
    rows = [
        ["raadssessie/99", number, NEW],
        ["elders/1", number, NEW],
        ["raadssessie/1", number, NEW],
        ["raadssessie/1", number, "Nog eens."],
        ["", number, NEW],
        ["raadssessie/2", "", NEW],
        ["raadssessie/3", "999999999999999999999", NEW],
        ["zomaar", "iets", NEW],
    ]
    page, _ = read_back(officer, xlsx_file(rows, header=[REFERENCE, DECISION, RATIONALE]))
    assert numbers(page) == counted(1, 0, 0, 7)
    said = dict(re.findall(r'scope="row">(\d)</th><td[^>]*>([^<]*)<', page))
    assert said["2"] == "raadssessie/99 staat niet in dit plan. Neem het kenmerk over uit uw uitvoer, of haal de rij weg."
    assert said["5"] == "raadssessie/1 staat ook in rij 4. Laat één van beide rijen staan."
    assert said["6"] == "Het kenmerk ontbreekt. Neem het over uit de kolom ‘Kenmerk’ van uw uitvoer."
    assert said["7"].startswith("Bij raadssessie/2 ontbreekt het getal in de kolom ‘Besluitnummer’.")
    assert said["8"].startswith("Besluitnummer 999999999999999999999 hoort niet bij raadssessie/3.")


def test_other_columns_are_named_and_ignored(officer, weighed):
    page, address = read_back(
        officer,
        sheet_of(
            officer, Snelheid={"Bestemming": "Niet opgenomen", RATIONALE: NEW}, Lawaai={"Onderwerp": "Iets anders", "Staat": "Nog doen"}
        ),
    )
    assert "Bestemming in rij 2 is anders dan in het portaal. Dat wijzigt u alleen in het portaal." in page
    assert "Onderwerp in rij 3 is anders dan in het portaal. Dat blijft zoals het in het portaal staat." in page
    assert "Staat in rij" not in page
    press(officer, address, page)
    assert [str(place) for place in stands(weighed[0]).destinations.all()] == ["Going concern"]


BAD_FILES = [
    (b"", "Dit bestand is leeg"),
    (b"%PDF-1.7 nee", "Dit is geen spreadsheet"),
    (b"PK\x03\x04 kapot", "beschadigd"),
    (locked_xlsx(), "wachtwoord"),
    (xlsx_file([["a", "b"]], header=["Naam", "Plaats"]), "vinden we de kolommen ‘Kenmerk’, ‘Besluitnummer’ en ‘Motivering’ niet"),
    (xlsx_file([["a", "b"]], header=["Kenmerk", "Motivering"]), "vinden we de kolom ‘Besluitnummer’ niet"),
    (b'Kenmerk;Besluitnummer;Motivering\n"raad/1;1;nooit gesloten', "aanhalingsteken"),
]


@pytest.mark.parametrize(("content", "words"), BAD_FILES, ids=[words[:20] for _, words in BAD_FILES])
def test_a_file_that_cannot_be_read_is_refused_with_a_remedy(officer, weighed, content, words):
    response = hand_in(officer, content)
    assert response.status_code == 422
    assert words in response.text
    assert "<title>Fout: " in response.text
    with inside("blaricum"):
        assert not RationaleSheet.objects.exists()


def test_without_a_file_and_with_one_too_large_the_form_says_so(officer, plan, settings):
    assert "Kies een bestand." in officer.post(BACK, {}).text
    settings.UPLOAD_LIMIT_BYTES = 1_048_576
    response = hand_in(officer, b"x" * 1_200_000, "groot.csv")
    assert response.status_code == 422
    assert "Dit bestand is 2 MB. Kies een bestand van ten hoogste 1 MB." in response.text


def test_an_adopted_plan_takes_nothing_back(client, adopted, overlast, anke):
    client.force_login(anke)
    page = client.get(f"/blaricum/{adopted.period}/afwegen/teruglezen/").text
    assert "Er kan niets meer bij of af." in page
    assert "Bekijk de verschillen" not in page
    with inside("blaricum"):
        sheet = RationaleSheet.objects.create(
            area=adopted.area,
            plan=adopted,
            file_name="a.csv",
            rows=[{"row": 2, "reference": "raadssessie/1", "point": overlast.pk, "seen": stands(overlast).pk, "rationale": NEW}],
            uploaded_by=anke,
        )
    for address in (BACK, f"{BACK}{sheet.pk}/"):
        response = client.post(address, {"gezien": "", "file": SimpleUploadedFile("a.csv", b"a;b\n1;2")})
        assert response.status_code == 409
        assert "Er kan niets meer bij of af." in response.text
    assert stands(overlast).rationale == OLD


def test_who_does_not_weigh_reads_nothing_back(client, carla, gerda, bram, weighed, anke, plan):
    with inside("blaricum"):
        sheet = RationaleSheet.objects.create(area=plan.area, plan=plan, file_name="a.csv", rows=[], uploaded_by=anke)
    for reader, status in ((carla, 403), (gerda, 403), (bram, 404)):
        client.force_login(reader)
        for address in (BACK, f"{BACK}{sheet.pk}/"):
            assert client.get(address).status_code == status
            assert client.post(address).status_code == status
    client.force_login(anke)
    assert client.get(f"{BACK}{uuid.UUID(int=7)}/").status_code == 404


# Long ones


def test_a_long_sheet_is_handed_to_a_worker(officer, council_round, overlast, anke, django_capture_on_commit_callbacks):
    number = IMMEDIATE_POINTS + 1
    with inside("blaricum"):
        points = Contribution.objects.bulk_create(
            Contribution(area=council_round.area, round=council_round, submission=overlast.submission, number=at, subject="Licht")
            for at in range(2, number + 2)
        )
        decisions = Decision.objects.bulk_create(
            Decision(area=council_round.area, contribution=point, extent="wholly", rationale=OLD, made_by=anke) for point in points
        )
        Destination.objects.bulk_create(
            Destination(area=council_round.area, decision=decision, position=1, kind="going_concern") for decision in decisions
        )
    rows = [[f"raadssessie/{point.number}", str(made.pk), f"{NEW} {point.number}"] for point, made in zip(points, decisions, strict=True)]
    page, address = read_back(officer, csv_file(rows, header=[REFERENCE, DECISION, RATIONALE]))
    assert f"Neem {number} motiveringen over" in page
    assert "Bladzijde 1 van 5" in page
    with django_capture_on_commit_callbacks(execute=True):
        batch_page = press(officer, address, page).url
    assert stands(points[-1]).rationale == f"{NEW} {number + 1}"
    assert officer.get(batch_page).status_code == 200
    with inside("blaricum"):
        assert Batch.objects.get().status == BatchStatus.DONE


def test_the_differences_cost_the_same_for_one_and_for_sixty(officer, council_round, anke):
    def cost(rows):
        _, address = read_back(officer, csv_file(rows, header=[REFERENCE, DECISION, RATIONALE]))
        with CaptureQueriesContext(connection) as queries:
            officer.get(address)
        return len(queries)

    points = [make_contribution(council_round, f"Punt {number}") for number in range(60)]
    rows = [[f"raadssessie/{point.number}", str(weigh(point, anke).pk), NEW] for point in points]
    assert cost(rows[:1]) == cost(rows)


def test_a_sheet_nobody_took_over_goes_after_a_week(officer, weighed):
    page, address = read_back(officer, sheet_of(officer, Snelheid={RATIONALE: NEW}))
    press(officer, address, page)
    read_back(officer, sheet_of(officer, Lawaai={RATIONALE: NEW}))
    forget_sheets()
    with inside("blaricum"):
        assert RationaleSheet.objects.count() == 2
        RationaleSheet.objects.update(uploaded_at=timezone.now() - datetime.timedelta(days=8))
    forget_sheets()
    with inside("blaricum"):
        assert RationaleSheet.objects.get().batch is not None


# Any words


WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=300)


@pytest.mark.parametrize("format", FORMATS)
@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(WORDS, min_size=1, max_size=20))
def test_any_rationale_survives_there_and_back(format, texts):
    file = io.BytesIO()
    rows = [[f"ronde/{number}", *[""] * 10, text, str(number + 1), ""] for number, text in enumerate(texts)]
    FORMATS[format].write(file, COLUMNS, rows, sheet="Punten")
    found, problems = read_sheet(read_table(file.getvalue()), keys=(REFERENCE, DECISION, RATIONALE), known=TITLES)
    assert problems == []
    assert [(row.reference, row.decision, row.rationale) for row in found] == [
        (f"ronde/{number}", str(number + 1), plain(text)) for number, text in enumerate(texts)
    ]
