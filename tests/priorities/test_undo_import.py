"""A whole import taken back while nothing was decided about it, and never past somebody who is deciding."""

import threading

from django.db import connection, transaction

import pytest

from consultation import services as consultation_services
from consultation.models import Contribution, SpreadsheetImport
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from priorities import services
from priorities.decision_kinds import GOING_CONCERN
from priorities.models import Decision
from priorities.rules import Choice
from tests.consultation.spreadsheet_files import csv_file

ROWS = [["Verkeer", f"Punt {number}", ""] for number in range(1, 13)]
CHOICE = {"choices": [Choice(GOING_CONCERN)], "extent": "wholly", "rationale": "Blijft gewoon werk."}


def read_in(round, by, rows=ROWS) -> SpreadsheetImport:
    with inside(round.area):
        consultation_services.import_contributions(round, content=csv_file(rows), file_name="opbrengst.csv", by=by)
        return SpreadsheetImport.objects.latest("imported_at")


def points_of(upload) -> list[Contribution]:
    with inside(upload.area):
        return list(Contribution.objects.filter(submission__spreadsheet=upload).order_by("number"))


def address(upload) -> str:
    return f"/blaricum/inbreng/raadssessie/inlezen/{upload.pk}/ongedaan-maken/"


@pytest.fixture
def officer(client, anke):
    client.force_login(anke)
    return client


@pytest.fixture
def imported(council_round, anke) -> SpreadsheetImport:
    return read_in(council_round, anke)


def test_an_officer_takes_an_import_back_and_reads_the_mended_file_in(officer, anke, council_round, overlast, imported):
    assert "12 punten uit dit bestand worden ingetrokken." in officer.get(address(imported)).text
    page = officer.post(address(imported), follow=True)
    assert "Het inlezen is ongedaan gemaakt: 12 punten zijn ingetrokken." in page.text
    assert "Ongedaan gemaakt op" in page.text and "door Anke de Boer" in page.text
    assert len(points_of(imported)) == 12
    assert all(point.withdrawn_at for point in points_of(imported))
    with inside(council_round.area):
        assert [point.pk for point in Contribution.objects.standing()] == [overlast.pk]
        line = LogEntry.objects.get(verb="import.undone")
    assert (line.actor_name, line.facts["withdrawn"], line.facts["file"]) == ("Anke de Boer", 12, "opbrengst.csv")
    again = read_in(council_round, anke)
    assert [point.number for point in points_of(again)] == list(range(14, 26))
    assert "Dit inlezen is ongedaan gemaakt" in officer.get(address(imported).removesuffix("ongedaan-maken/")).text


def test_points_that_were_weighed_are_named_and_everything_stays(officer, anke, imported):
    points = points_of(imported)
    with inside(imported.area):
        for point in points[:11]:
            services.decide(point, by=anke, **CHOICE)
    page = officer.post(address(imported))
    assert page.status_code == 409
    for text in ("11 punten uit dit bestand zijn al afgewogen.", "Punt 1: Punt 1<", "Punt 10: Punt 10<", "en nog 1<"):
        assert text in page.text
    assert not any(point.withdrawn_at for point in points_of(imported))
    with inside(imported.area):
        for decision in Decision.objects.current():
            services.undo(decision, by=anke)
    assert officer.post(address(imported)).status_code == 302
    assert all(point.withdrawn_at for point in points_of(imported))


def test_taking_back_twice_is_refused_the_second_time(officer, imported):
    assert officer.post(address(imported)).status_code == 302
    page = officer.post(address(imported))
    assert page.status_code == 409
    assert "het inlezen is al ongedaan gemaakt." in page.text


def test_a_frozen_round_keeps_its_import(officer, anke, council_round, imported):
    with inside(council_round.area):
        consultation_services.freeze_round(council_round, by=None)
    page = officer.post(address(imported))
    assert page.status_code == 409
    assert "Er kan niets meer bij of af." in page.text
    assert "<button" not in page.text.partition("<main")[2].partition("</main")[0]


def test_a_point_that_went_while_it_was_weighed_is_not_decided(officer, anke, plan, imported):
    (first, *_) = points_of(imported)
    with inside(plan.area):
        services.undo_import(imported, by=anke)
        with pytest.raises(consultation_services.AlreadyWithdrawn):
            services.decide(first, by=anke, **CHOICE)
        assert not Decision.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", ["decide", "undo"])
def test_deciding_and_taking_back_at_the_same_moment_never_both_happen(anke, peter, council_round, imported, first):
    """Whoever comes second waits for the first, and then sees what it did."""
    point = points_of(imported)[0]
    said: list[str] = []
    busy, go_on = threading.Event(), threading.Event()

    def decide() -> None:
        services.decide(point, by=anke, **CHOICE)

    def undo() -> None:
        services.undo_import(imported, by=peter)

    def run(change, *, holds: bool) -> None:
        try:
            with inside(council_round.area), transaction.atomic():
                change()
                if holds:
                    busy.set()
                    go_on.wait(10)
            said.append(change.__name__)
        except consultation_services.ChangeRefused as refused:
            said.append(type(refused).__name__)
        finally:
            connection.close()

    order = [decide, undo] if first == "decide" else [undo, decide]
    threads = [threading.Thread(target=run, args=[order[0]], kwargs={"holds": True})]
    threads[0].start()
    assert busy.wait(10)
    threads.append(threading.Thread(target=run, args=[order[1]], kwargs={"holds": False}))
    threads[1].start()
    threads[1].join(0.5)
    assert threads[1].is_alive(), "it waits for the first"
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert said == {"decide": ["decide", "ImportDecided"], "undo": ["undo", "AlreadyWithdrawn"]}[first]
