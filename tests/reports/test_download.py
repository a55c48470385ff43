"""Taking a paper away: the very bytes that were filed, for who may look, and a clear answer when they are not there any more."""

import hashlib

import pytest

from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from reports.tasks import render_report
from tests.reports.conftest import as_stored, ask_for, claimed, make_plan


@pytest.fixture
def ready(waiting):
    render_report(waiting.pk, waiting.area_id)
    return as_stored(waiting)


def address(report, municipality: str = "blaricum", period: str = "2027-2030") -> str:
    return f"/{municipality}/{period}/documenten/{report.pk}/bestand/"


def downloads_of(report):
    with inside(report.area):
        return list(LogEntry.objects.about(report).filter(verb="report.downloaded"))


def test_a_council_member_takes_the_paper_away_and_the_log_says_so(client, carla, ready):
    client.force_login(carla)
    response = client.get(address(ready))
    assert response.status_code == 200
    content = b"".join(response.streaming_content)
    assert hashlib.sha256(content).hexdigest() == ready.sha256
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="afwegingstabel-blaricum-2027-2030.pdf"'
    assert response["Content-Length"] == str(len(content))
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    (entry,) = downloads_of(ready)
    assert (entry.actor_name, entry.facts["sha256"]) == ("Carla Smit", ready.sha256)


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (
            lambda file: file.write_bytes(file.read_bytes().replace(b"%PDF-1.7", b"%PDF-1.6")),
            "niet meer hetzelfde als toen het werd gemaakt",
        ),
        (lambda file: file.write_bytes(file.read_bytes()[:-1]), "niet meer hetzelfde als toen het werd gemaakt"),
        (lambda file: file.unlink(), "Het bestand is er niet meer."),
    ],
    ids=["one byte changed", "cut short", "gone"],
)
def test_a_file_that_was_changed_or_is_gone_is_not_served(client, anke, ready, stored_files, harm, sentence):
    harm(stored_files / ready.file)
    client.force_login(anke)
    response = client.get(address(ready))
    assert response.status_code == 410
    assert sentence in response.text
    assert "Maak opnieuw" in response.text
    assert downloads_of(ready) == []


def test_a_council_member_is_told_whom_to_ask(client, carla, ready, stored_files):
    (stored_files / ready.file).unlink()
    client.force_login(carla)
    response = client.get(address(ready))
    assert response.status_code == 410
    assert "Maak opnieuw" not in response.text
    assert "Vraag een beleidsmedewerker of de griffie" in response.text


def test_nobody_takes_away_what_is_not_ready(client, anke, waiting):
    client.force_login(anke)
    assert client.get(address(waiting)).status_code == 404
    claimed(waiting)
    assert client.get(address(waiting)).status_code == 404


def test_a_stranger_logs_in_first_and_an_outsider_finds_nothing(client, bram, ready):
    assert client.get(address(ready)).url.startswith("/inloggen/")
    client.force_login(bram)
    assert client.get(address(ready)).status_code == 404
    assert client.get(address(ready, "hilversum")).status_code == 404
    assert downloads_of(ready) == []


def test_a_report_hangs_under_its_own_plan_only(client, anke, ready):
    make_plan(ready.area, 2031)
    client.force_login(anke)
    assert client.get(address(ready)).status_code == 200
    assert client.get(address(ready, period="2031-2034")).status_code == 404
    assert client.get(address(ready, period="2035-2038")).status_code == 404


def test_only_get_takes_it_away(client, anke, ready):
    client.force_login(anke)
    assert client.head(address(ready)).status_code == 405
    assert client.post(address(ready)).status_code == 405
    assert downloads_of(ready) == []


def test_two_papers_of_one_plan_have_their_own_names(client, anke, ready, plan):
    other = ask_for(plan, "ivp")
    render_report(other.pk, other.area_id)
    client.force_login(anke)
    assert 'filename="ivp-blaricum-2027-2030.pdf"' in client.get(address(other))["Content-Disposition"]
