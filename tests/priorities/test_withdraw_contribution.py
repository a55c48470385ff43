"""A point taken out of the queue: with a reason, and never without having seen what was decided about it."""

import threading
import time

from django.db import connection

import pytest

from consultation.models import Contribution
from consultation.services import AlreadyWithdrawn, withdraw
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from priorities import services
from priorities.decision_kinds import GOING_CONCERN, NOT_TAKEN_UP
from priorities.models import Decision
from priorities.rules import Choice
from tests.consultation.conftest import make_round
from tests.consultation.test_holding import waits_for_a_row
from tests.priorities.conftest import weigh


@pytest.fixture
def officer(client, anke):
    client.force_login(anke)
    return client


@pytest.fixture
def address(overlast) -> str:
    return f"/blaricum/inbreng/raadssessie/{overlast.pk}/intrekken/"


def is_withdrawn(contribution) -> bool:
    with inside(contribution.area):
        return Contribution.objects.get(pk=contribution.pk).withdrawn_at is not None


def reasons(contribution) -> list[str]:
    with inside(contribution.area):
        lines = LogEntry.objects.about(contribution).filter(verb="contribution.withdrawn")
        return [facts["reason"] for facts in lines.values_list("facts", flat=True)]


def test_a_point_leaves_the_queue_with_its_reason_in_the_log(officer, overlast, address):
    page = officer.get(address).text
    assert "Trek punt 1 in" in page
    assert "al afgewogen" not in page
    for _ in range(2):  # a double click does no harm
        answer = officer.post(address, {"reason": "Dubbel, zie punt 2.", "seen": ""}, follow=True)
        assert answer.redirect_chain == [("/blaricum/inbreng/raadssessie/", 302)]
        assert "Punt 1 is ingetrokken." in answer.text
    assert is_withdrawn(overlast)
    assert reasons(overlast) == ["Dubbel, zie punt 2."]


def test_a_point_with_a_decision_asks_first_and_shows_it(officer, anke, overlast, address):
    decision = weigh(overlast, anke)
    page = officer.get(address)
    for text in ("Dit punt is al afgewogen", GOING_CONCERN.label, decision.rationale, "Anke de Boer", "ook al is het afgewogen"):
        assert text in page.text
    officer.post(address, {"reason": "Dubbel.", "seen": str(page.context["form"]["seen"].value())})
    assert is_withdrawn(overlast)
    with inside(overlast.area):
        assert Decision.objects.current().get(contribution=overlast) == decision  # it stays readable


def test_a_decision_made_meanwhile_is_shown_before_the_point_goes(officer, peter, overlast, address):
    officer.get(address)
    weigh(overlast, peter)
    page = officer.post(address, {"reason": "Mijn reden.", "seen": ""})
    assert page.status_code == 409
    assert "De afweging is intussen veranderd" in page.text
    assert "Dit punt is al afgewogen" in page.text
    assert "Mijn reden." in page.text
    assert not is_withdrawn(overlast)
    officer.post(address, {"reason": "Mijn reden.", "seen": str(page.context["form"]["seen"].value())})
    assert is_withdrawn(overlast)


def test_a_reason_is_needed(officer, overlast, address):
    page = officer.post(address, {"reason": " ", "seen": ""})
    assert page.status_code == 422
    assert "Vul in waarom u dit punt intrekt." in page.text
    assert not is_withdrawn(overlast)


def test_whoever_came_from_splitting_goes_back_there(officer, overlast, address):
    split = f"/blaricum/inbreng/raadssessie/inzendingen/{overlast.submission_id}/splitsen/"
    assert split in officer.get(address + "?vanuit=splitsen").text
    assert officer.post(address + "?vanuit=splitsen", {"reason": "Dubbel.", "seen": ""}).url == split
    assert "elders" not in officer.get(address + "?vanuit=https://elders.voorbeeld/").text


def test_in_a_frozen_round_the_point_stays_and_what_was_typed_too(officer, overlast, address, adopted):
    page = officer.post(address, {"reason": "Mijn tekst", "seen": ""})
    assert page.status_code == 409
    assert "Er kan niets meer bij of af." in page.text
    assert not is_withdrawn(overlast)
    page = officer.get(address)
    assert page.status_code == 200
    assert 'type="submit">Trek punt' not in page.text


def test_a_point_of_another_round_or_municipality_is_not_found(client, officer, overlast, blaricum, hilversum, bram):
    make_round(blaricum, slug="andere", title="Andere")
    assert officer.get(f"/blaricum/inbreng/andere/{overlast.pk}/intrekken/").status_code == 404
    make_round(hilversum, slug="raadssessie")
    client.force_login(bram)
    assert client.get(f"/blaricum/inbreng/raadssessie/{overlast.pk}/intrekken/").status_code == 404
    assert client.get(f"/hilversum/inbreng/raadssessie/{overlast.pk}/intrekken/").status_code == 404


@pytest.mark.parametrize("who", ["gerda", "carla", "dirk"])
def test_whoever_may_not_record_withdraws_nothing(client, request, overlast, address, who):
    client.force_login(request.getfixturevalue(who))
    assert client.get(address).status_code == 403
    assert client.post(address, {"reason": "x", "seen": ""}).status_code == 403
    assert not is_withdrawn(overlast)


@pytest.mark.django_db(transaction=True)
def test_deciding_and_withdrawing_at_once_never_passes_a_decision_by(anke, peter, overlast):
    outcomes: list[str] = []

    def in_thread(work) -> threading.Thread:
        def run() -> None:
            try:
                with inside(overlast.area):
                    work()
                outcomes.append("done")
            except services.Conflict:
                outcomes.append("decided before it was withdrawn")
            except AlreadyWithdrawn:
                outcomes.append("withdrawn before it was decided")
            finally:
                connection.close()

        return threading.Thread(target=run)

    threads = [
        in_thread(lambda: services.decide(overlast, choices=[Choice(NOT_TAKEN_UP)], extent="not", rationale="Geen taak.", by=peter)),
        in_thread(lambda: services.withdraw_contribution(overlast, reason="Dubbel.", seen=None, by=anke)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with inside(overlast.area):
        decided = Decision.objects.filter(contribution=overlast).exists()
    assert len(outcomes) == 2
    assert "done" in outcomes
    assert is_withdrawn(overlast) == ("decided before it was withdrawn" not in outcomes)
    assert decided == ("withdrawn before it was decided" not in outcomes)
    assert decided != is_withdrawn(overlast)


@pytest.mark.django_db(transaction=True)
def test_who_decides_while_a_colleague_withdraws_the_point_is_told_and_keeps_what_they_wrote(client, anke, peter, overlast, plan):
    client.force_login(anke)
    answers = []

    def decide() -> None:
        words = {"destination": "going_concern", "extent": "wholly", "rationale": "Dit schreef ik net."}
        answers.append(client.post(f"/blaricum/2027-2030/afwegen/{overlast.pk}/", words))
        connection.close()

    somebody = threading.Thread(target=decide)
    with inside("blaricum"):
        withdraw(overlast, reason="Dubbel.", by=peter)
        somebody.start()
        deadline = time.monotonic() + 10
        while not waits_for_a_row() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert waits_for_a_row()
    somebody.join()
    (answer,) = answers
    assert answer.status_code == 409
    assert "ingetrokken" in answer.text and "Dit schreef ik net.</textarea>" in answer.text
