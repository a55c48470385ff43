"""A big spreadsheet: tried out and read in by a worker, with progress, a stop button and a list of problems to take away."""

import datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import pytest

from consultation.importing import FIELDS
from consultation.models import ColumnMemory, SpreadsheetImport, Submission
from consultation.services import import_jobs, stop_import
from consultation.states import ImportStatus
from consultation.tasks import reap_imports, work_on_import
from ivp_portal.organisation.access import inside
from ivp_portal.work.heartbeat import AttemptLost, Heartbeat
from tests.consultation.conftest import contributions, logged
from tests.consultation.spreadsheet_files import HEADER, csv_file, locked_xlsx
from tests.consultation.test_import_pages import ADD, place, upload, uploads

ROWS = import_jobs.IMMEDIATE_ROWS + 1
BIG = csv_file([*([["Verkeer", f"Punt {number}", ""] for number in range(ROWS - 1)]), ["Verkeer", "=2+5", "x" * 20_001]])


@pytest.fixture
def officer(client, anke):
    client.force_login(anke)
    return client


@pytest.fixture
def worker(django_capture_on_commit_callbacks):
    """Whatever is asked for within is done when the request is over, as a worker would."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def tried_out(officer, evening, worker) -> str:
    """The address of a big file whose trial is done."""
    with worker():
        return place(upload(officer, BIG))


def only_upload(round) -> SpreadsheetImport:
    (found,) = uploads(round)
    return found


def place_of(found: SpreadsheetImport) -> str:
    return f"{ADD}{found.pk}/"


def test_a_big_file_is_tried_out_by_a_worker_and_the_page_shows_how_far_it_is(officer, evening, worker):
    with worker() as enqueued:
        page = upload(officer, BIG)
    assert len(enqueued) == 1
    assert "In de wachtrij." in page.text
    assert 'hx-trigger="every 2s"' in page.text
    assert ">Ververs</a>" in page.text
    page = officer.get(place(page))
    assert [page.context["trial"].added, page.context["trial"].refused] == [ROWS - 1, 1]
    assert "hx-trigger" not in page.text.partition("<main")[2]
    assert contributions(evening) == []


def test_the_button_has_a_worker_read_it_in_and_the_log_names_who_pressed(officer, evening, tried_out, worker):
    with worker() as enqueued:
        for _ in range(2):  # a double click
            assert officer.post(tried_out).url == tried_out
    assert len(enqueued) == 1
    assert f"<h1>{ROWS - 1} punten ingelezen</h1>" in officer.get(tried_out).text
    assert [point.number for point in contributions(evening)] == list(range(1, ROWS))
    with inside(evening.area):
        assert Submission.objects.filter(round=evening).count() == 1
    (line,) = logged(evening)
    assert (line[0], line[1]["added"], line[1]["refused"]) == ("contributions.imported", ROWS - 1, 1)
    done = only_upload(evening)
    assert (done.status, done.asked_by.username, bytes(done.content)) == (ImportStatus.RESTING, "anke", b"")


def test_the_fragment_polls_only_while_a_worker_has_it(officer, evening, worker, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as waiting:
        address = place(upload(officer, BIG))
    fragment = officer.get(address + "voortgang/", headers={"HX-Request": "true"})
    assert 'hx-trigger="every 2s"' in fragment.text
    assert fragment["Cache-Control"] == "no-store"
    for callback in waiting:
        callback()
    fragment = officer.get(address + "voortgang/", headers={"HX-Request": "true"})
    assert "hx-trigger" not in fragment.text
    assert "De proef is klaar." in fragment.text
    assert officer.get(address + "voortgang/").url == address


def test_all_problems_can_be_taken_away_and_none_of_them_calculates(officer, evening):
    rows = [["Verkeer", f"Punt {number}", "=1+1"] for number in range(130)]
    address = place(upload(officer, csv_file(rows, header=(*HEADER[:2], "Datum"))))
    answer = officer.get(address + "fouten.csv")
    assert answer["Content-Disposition"] == 'attachment; filename="fouten-avond.csv"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer.content.startswith(b"\xef\xbb\xbfRij;Kolom;Dit staat er;Wat u kunt doen\r\n2;Datum;'=1+1;Dit is geen datum.")
    assert len(answer.content.splitlines()) == 131


def test_the_problems_of_a_big_file_are_kept_for_after(officer, evening, tried_out, worker):
    for _ in range(2):
        lines = officer.get(tried_out + "fouten.csv").content.decode("utf-8-sig").splitlines()
        assert lines[1].startswith(f"{ROWS + 1};Toelichting;xxx")
        with worker():
            officer.post(tried_out)


def test_a_file_that_cannot_be_read_says_why_and_is_not_kept(officer, evening, worker):
    with worker():
        page = upload(officer, b"Onderwerp;Punt\r\n" + b"Verkeer;Er wordt bij ons veel te hard gereden\r\n" * 50_000 + b'Verkeer;"open\r\n')
    page = officer.get(place(page))
    assert "begint een aanhalingsteken dat nergens sluit" in page.text
    kept = only_upload(evening)
    assert (kept.status, bytes(kept.content), kept.problems) == (ImportStatus.FAILED, b"", [])
    assert officer.post(place_of(kept)).url == place_of(kept)
    assert contributions(evening) == []


@pytest.mark.parametrize("content", [b"MZ" + bytes(3_000_000), locked_xlsx() + bytes(3_000_000), bytes(3_000_000)])
def test_what_can_be_refused_at_sight_is_refused_at_once(officer, evening, content):
    assert upload(officer, content).status_code == 422
    assert uploads(evening) == []


# Stopping


def test_what_waits_stops_at_once_and_nothing_of_it_is_kept(officer, evening):
    address = place(upload(officer, BIG))
    page = officer.post(address + "stoppen/", follow=True)
    assert "U heeft het inlezen gestopt. Er is niets ingelezen." in page.text
    kept = only_upload(evening)
    assert (kept.status, bytes(kept.content)) == (ImportStatus.FAILED, b"")
    work_on_import(str(kept.pk), evening.area_id)
    assert only_upload(evening).status == ImportStatus.FAILED


def test_stopped_half_way_leaves_nothing_and_the_file_stands_ready(officer, anke, evening, tried_out, worker, monkeypatch):
    """The officer presses while the worker writes: what was written goes back with the transaction."""
    officer.post(tried_out)
    held = import_jobs.claim(str(only_upload(evening).pk), evening.area_id)
    assert held is not None
    page = officer.get(tried_out)
    assert 'value="0"' in page.text
    officer.post(tried_out + "stoppen/")
    assert "Het inlezen wordt gestopt" in officer.get(tried_out).text
    with Heartbeat(held) as heartbeat:
        with inside(evening.area), pytest.raises(AttemptLost):
            import_jobs._read_in(held, heartbeat)
        import_jobs._leave_off(held)
    assert contributions(evening) == []
    page = officer.get(tried_out)
    assert "U heeft het inlezen gestopt." in page.text
    with worker():
        officer.post(tried_out)
    assert len(contributions(evening)) == ROWS - 1


def test_stopping_what_is_done_changes_nothing(officer, anke, evening, tried_out, worker):
    with worker():
        officer.post(tried_out)
    officer.post(tried_out + "stoppen/")
    assert f"<h1>{ROWS - 1} punten ingelezen</h1>" in officer.get(tried_out).text
    with inside(evening.area):
        assert stop_import(only_upload(evening), by=anke) is False


# A worker that fails


def make_silent(round, **changes) -> None:
    moment = timezone.now() - datetime.timedelta(seconds=60)
    with inside(round.area):
        SpreadsheetImport.objects.filter(round=round).update(heartbeat_at=moment, **changes)


def test_the_file_of_a_silent_worker_is_read_in_by_the_next(officer, evening, tried_out, worker):
    officer.post(tried_out)
    held = import_jobs.claim(str(only_upload(evening).pk), evening.area_id)
    make_silent(evening)
    with worker() as enqueued:
        reap_imports()
    assert len(enqueued) == 1
    assert only_upload(evening).attempt == 2
    assert len(contributions(evening)) == ROWS - 1
    with Heartbeat(held) as heartbeat, inside(evening.area), pytest.raises(AttemptLost):
        import_jobs._read_in(held, heartbeat)  # it wakes up, and may write no more
    assert len(contributions(evening)) == ROWS - 1


def test_after_three_attempts_it_says_so_and_after_a_stop_it_is_not_tried_again(officer, evening, tried_out, settings):
    officer.post(tried_out)
    import_jobs.claim(str(only_upload(evening).pk), evening.area_id)
    make_silent(evening, attempt=settings.JOB_ATTEMPTS)
    reap_imports()
    assert "Het lezen is 3 keer afgebroken. Er is niets ingelezen." in officer.get(tried_out).text
    officer.post(tried_out)
    import_jobs.claim(str(only_upload(evening).pk), evening.area_id)
    officer.post(tried_out + "stoppen/")
    make_silent(evening)
    reap_imports()
    assert only_upload(evening).failure == import_jobs.STOPPED


def test_a_round_that_froze_refuses_the_button_and_the_worker(officer, evening, tried_out, frozen, worker):
    officer.post(tried_out)
    frozen(evening)
    work_on_import(str(only_upload(evening).pk), evening.area_id)
    assert "Er kan niets meer bij of af." in officer.get(tried_out).text
    assert officer.post(tried_out).status_code == 409
    assert contributions(evening) == []


# What was said of the columns before


def columns(**chosen: str) -> dict[str, str]:
    return {f"kolom-{field}": chosen.get(field, "-") for field in FIELDS}


def test_the_same_headers_get_the_columns_an_officer_chose_last_time(client, officer, peter, evening):
    header = ("Rubriek", "Wat zei u?", "Naam")
    address = place(upload(officer, csv_file([["Snelheid", "Te hard", "Jan"]], header=header)))
    officer.post(address + "kolommen/", columns(subject="Rubriek", text="Wat zei u?"))
    other = csv_file([["Overlast", "x", "Vuurwerk"]], header=("wat zei u", "NAAM", "rubriek"), delimiter=",")
    page = upload(officer, other)
    assert [page.context["trial"].columns, page.context["trial"].added] == [{"subject": "rubriek", "text": "wat zei u"}, 1]
    assert "zoals u dat op" in page.text
    client.force_login(peter)
    page = upload(client, other)
    assert "zoals Anke de Boer dat op" in page.text
    client.post(place(page) + "kolommen/", columns(subject="rubriek", sub_subject="wat zei u"))
    assert "zoals u dat op" in client.get(place(page)).text
    with inside(evening.area):
        assert ColumnMemory.objects.get().chosen_by == peter


def test_a_big_file_remembers_too_and_asks_when_nothing_is_known(officer, evening, worker):
    content = csv_file([["Snelheid", f"Punt {number} {'x' * 400}"] for number in range(ROWS)], header=("Rubriek", "Wat zei u?"))
    with worker():
        address = place(upload(officer, content))
    assert "We vinden geen kolom met het onderwerp." in officer.get(address).text
    assert officer.post(address).status_code == 422
    with worker():
        officer.post(address + "kolommen/", columns(subject="Rubriek", text="Wat zei u?"))
    assert officer.get(address).context["trial"].added == ROWS
    with worker():
        again = place(upload(officer, content))
    page = officer.get(again)
    assert page.context["trial"].added == ROWS
    assert "zoals u dat op" in page.text


# The list of what was read in


def test_the_list_says_who_read_in_what_and_costs_the_same_for_one_and_for_many(
    officer, anke, evening, tried_out, worker, django_assert_num_queries
):
    with worker():
        officer.post(tried_out)
    page = officer.get(ADD + "bestanden/")
    assert f"{ROWS - 1} nieuw · 0 al ingelezen · 1 met een fout" in page.text
    assert "door Anke de Boer" in page.text
    assert "ongedaan-maken/" in page.text
    with CaptureQueriesContext(connection) as for_one:
        officer.get(ADD + "bestanden/")
    with inside(evening.area):
        SpreadsheetImport.objects.bulk_create(
            SpreadsheetImport(
                area=evening.area, round=evening, file_name=f"{number}.csv", content=b"x", uploaded_by=anke,
                imported_at=timezone.now(), added=1, known=0, refused=0,
            )
            for number in range(20)
        )  # fmt: skip
    with django_assert_num_queries(len(for_one)):
        assert len(officer.get(ADD + "bestanden/").context["page"].object_list) > 15
