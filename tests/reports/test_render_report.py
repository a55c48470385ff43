"""From asking for a paper to the file on the shelf, and what happens when a worker fails on the way."""

import datetime
import hashlib
import time

from django.db import IntegrityError, InternalError, connection, transaction
from django.utils import timezone

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from ivp_portal.work.heartbeat import AttemptLost, Heartbeat
from priorities.models import PlanSnapshotRecord
from priorities.services import take_snapshot
from reports import services
from reports.models import Report
from reports.pdf import PaperFailed, Pdf
from reports.states import ReportStatus
from reports.tasks import reap, render_report
from tests.reports.conftest import as_stored, ask_for, claimed

REQUEST = "/blaricum/2027-2030/documenten/maken/"


def files_in(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def make_silent(report, *, seconds=60, attempt=None):
    """As if the worker that has it gave no sign of life for this long."""
    moment = timezone.now() - datetime.timedelta(seconds=seconds)
    with inside(report.area):
        changes = {"heartbeat_at": moment} | ({"attempt": attempt} if attempt else {})
        Report.objects.filter(pk=report.pk).update(**changes)


def test_an_officer_asks_and_the_worker_files_the_paper(client, anke, plan, overlast, stored_files, django_capture_on_commit_callbacks):
    client.force_login(anke)
    with django_capture_on_commit_callbacks(execute=True) as enqueued:
        response = client.post(REQUEST, {"document": "afwegingstabel"})
    assert len(enqueued) == 1
    with inside(plan.area):
        report = plan.reports.get()
    assert response.status_code == 302
    assert response.url == f"/blaricum/2027-2030/documenten/#document-{report.pk}"
    assert (report.status, report.progress, report.attempt, report.asked_by) == (ReportStatus.READY, 100, 1, anke)
    (file,) = files_in(stored_files)
    content = file.read_bytes()
    assert content.startswith(b"%PDF-")
    assert report.sha256 == hashlib.sha256(content).hexdigest()
    assert report.size == len(content)
    assert report.pages >= 1
    with inside(plan.area):
        entry = LogEntry.objects.about(report).get()
    assert (entry.verb, entry.actor_name) == ("report.requested", "Anke de Boer")


def test_the_same_plan_is_not_rendered_twice(plan, overlast, anke, stored_files):
    first = ask_for(plan, by=anke)
    assert ask_for(plan, by=anke) == first, "while it waits"
    render_report(first.pk, first.area_id)
    assert ask_for(plan, by=anke) == first, "when it is ready"
    with inside(plan.area):
        assert PlanSnapshotRecord.objects.filter(plan=plan).count() == 1
        plan.motto = "Samen veilig"
        plan.save(update_fields=["motto"])
    later = ask_for(plan, by=anke)
    assert later != first, "another text is another paper"
    assert later.snapshot_id != first.snapshot_id


def test_asked_anew_the_same_plan_gives_the_same_bytes(plan, overlast, stored_files):
    reports = [ask_for(plan), ask_for(plan, anew=True)]
    for report in reports:
        render_report(report.pk, report.area_id)
    first, second = (as_stored(report) for report in reports)
    assert first.pk != second.pk
    assert first.sha256 == second.sha256
    assert first.file != second.file


def test_a_failed_report_and_one_whose_file_is_gone_are_made_again(plan, overlast, stored_files):
    failed = claimed(ask_for(plan))
    services.give_up(failed, "Het lukte niet.")
    again = ask_for(plan)
    assert again.pk != failed.pk
    render_report(again.pk, again.area_id)
    files_in(stored_files)[0].unlink()
    assert ask_for(plan).pk != again.pk


def test_a_paper_that_cannot_be_made_is_refused_with_the_reason(client, anke, plan, overlast):
    with inside(plan.area), pytest.raises(services.RequestRefused, match="raadsvoorstel"):
        ask_for(plan, "raadsvoorstel")
    client.force_login(anke)
    response = client.post(REQUEST, {"document": "raadsvoorstel"})
    assert response.status_code == 422
    assert "Er is nog geen raadsvoorstel bij dit plan." in response.text
    assert client.post(REQUEST, {"document": "afwegingstabel"}).status_code == 302


def test_two_deliveries_render_once(waiting, stored_files):
    for _ in range(2):
        render_report(waiting.pk, waiting.area_id)
    report = as_stored(waiting)
    assert (report.status, report.attempt) == (ReportStatus.READY, 1)
    assert len(files_in(stored_files)) == 1


def test_only_one_worker_can_claim(waiting):
    assert claimed(waiting).attempt == 1
    assert services.claim(waiting.pk, waiting.area_id) is None


def test_a_report_of_a_silent_worker_goes_back_and_is_made_by_the_next(waiting, stored_files, django_capture_on_commit_callbacks):
    lost = claimed(waiting)
    (stored_files / lost.file).parent.mkdir(parents=True)
    (stored_files / lost.file).write_bytes(b"%PDF-1.7 half a fi")
    make_silent(lost)
    with django_capture_on_commit_callbacks(execute=True) as enqueued:
        reap()
    assert len(enqueued) == 2, "handing over, and removing the half-written file"
    report = as_stored(waiting)
    assert (report.status, report.attempt) == (ReportStatus.READY, 2)
    assert [path.read_bytes()[:5] for path in files_in(stored_files)] == [b"%PDF-"]
    assert report.file != lost.file


def test_a_worker_that_gives_signs_of_life_keeps_its_report(waiting, django_capture_on_commit_callbacks):
    held = claimed(waiting)
    make_silent(held, seconds=5)
    with django_capture_on_commit_callbacks() as enqueued:
        reap()
    assert not enqueued
    assert as_stored(waiting).status == ReportStatus.RENDERING


def test_after_three_attempts_it_fails_and_says_so(waiting, settings):
    held = claimed(waiting)
    make_silent(held, attempt=settings.JOB_ATTEMPTS)
    reap()
    report = as_stored(waiting)
    assert report.status == ReportStatus.FAILED
    assert report.failure.startswith("Het maken is 3 keer afgebroken.")


def test_what_the_broker_lost_is_handed_over_again_once(waiting, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as enqueued:
        reap()
    assert not enqueued, "it has only just been handed over"
    with inside(waiting.area):
        Report.objects.filter(pk=waiting.pk).update(queued_at=timezone.now() - datetime.timedelta(seconds=60))
    with django_capture_on_commit_callbacks() as enqueued:
        reap()
        reap()
    assert len(enqueued) == 1


def test_a_worker_that_was_given_up_may_not_write(waiting, stored_files):
    late = claimed(waiting)
    make_silent(late)
    reap()
    assert services.keep(late, Pdf(b"%PDF-1.7 late", 1)) is False, "while it waits for another"
    current = claimed(waiting)
    assert services.keep(late, Pdf(b"%PDF-1.7 late", 1)) is False, "while another has it"
    assert services.give_up(late, "Te laat.") is False
    assert files_in(stored_files) == []
    assert services.keep(current, Pdf(b"%PDF-1.7 on time", 1)) is True
    report = as_stored(waiting)
    assert (report.status, report.attempt, report.file) == (ReportStatus.READY, 2, current.file)
    assert files_in(stored_files)[0].read_bytes() == b"%PDF-1.7 on time"


@pytest.mark.django_db(transaction=True)  # the heartbeat writes through a connection of its own
def test_the_heartbeat_tells_how_far_it_is_and_notices_that_it_lost(plan, settings):
    settings.JOB_HEARTBEAT_SECONDS = 0.05
    with inside(plan.area):
        waiting = Report.objects.create(area=plan.area, plan=plan, snapshot=take_snapshot(plan), document="afwegingstabel")
    held = claimed(waiting)
    make_silent(held)
    with Heartbeat(held) as heartbeat:
        heartbeat.tell(42, "Pagina 7 is opgemaakt")
        report = wait_for(lambda: as_stored(waiting), lambda row: row.progress == 42)
        assert report.stage == "Pagina 7 is opgemaakt"
        assert report.heartbeat_at > timezone.now() - datetime.timedelta(seconds=10)
        make_silent(held, attempt=2)
        assert heartbeat.lost.wait(10)
        with pytest.raises(AttemptLost):
            heartbeat.tell(43, "Pagina 8 is opgemaakt")
    assert as_stored(waiting).progress == 42


def wait_for(look, condition, seconds=10):
    """What look() sees once the condition holds for it."""
    until = timezone.now() + datetime.timedelta(seconds=seconds)
    while not condition(seen := look()):
        assert timezone.now() < until, f"not within {seconds} s"
        time.sleep(0.02)
    return seen


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        (SoftTimeLimitExceeded(), "Het maken duurde te lang en is gestopt."),
        (PaperFailed("refused: https://example.org/x.png"), "In het plan staat iets wat niet op papier kan."),
        (ZeroDivisionError(), "Er ging iets mis bij ons."),
    ],
)
def test_what_goes_wrong_is_said_in_dutch_and_without_secrets(problem, sentence):
    said = services._sentence_for(problem)
    assert said.startswith(sentence)
    assert "example.org" not in said


def test_a_snapshot_nobody_can_read_fails_the_report_and_the_task(plan, overlast, stored_files):
    report = ask_for(plan)
    with inside(plan.area):
        unreadable = PlanSnapshotRecord.objects.create(area=plan.area, plan=plan, sha256="0" * 64, content='{"municipality": 1}')
        Report.objects.filter(pk=report.pk).update(snapshot=unreadable)
    with pytest.raises(ValueError, match="municipality"):
        render_report(report.pk, report.area_id)
    failed = as_stored(report)
    assert (failed.status, failed.file) == (ReportStatus.FAILED, "")
    assert failed.failure.startswith("Er ging iets mis bij ons.")
    assert files_in(stored_files) == []


def test_when_the_storage_is_away_the_report_is_tried_again(waiting, stored_files):
    stored_files.write_text("a file where the folder should be")
    with pytest.raises(OSError, match="files"):
        render_report(waiting.pk, waiting.area_id)
    assert as_stored(waiting).status == ReportStatus.RENDERING, "silent from now on: the reaper takes it back"
    stored_files.unlink()
    make_silent(waiting)
    reap()
    render_report(waiting.pk, waiting.area_id)
    assert as_stored(waiting).status == ReportStatus.READY


@pytest.mark.parametrize("change", ["UPDATE reports_report SET progress = 1", "DELETE FROM reports_report"])
def test_the_database_refuses_to_change_a_finished_report(waiting, stored_files, change):
    render_report(waiting.pk, waiting.area_id)
    with pytest.raises((InternalError, IntegrityError), match="never changed"), inside(waiting.area), transaction.atomic():
        connection.cursor().execute(change)
    assert as_stored(waiting).progress == 100


def test_nothing_of_a_report_is_visible_from_another_municipality(waiting, hilversum):
    assert services.claim(waiting.pk, hilversum.pk) is None
    with inside(hilversum):
        assert not Report.objects.exists()
    assert not Report.objects.exists(), "nor when nothing is open"
