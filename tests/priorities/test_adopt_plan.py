"""Adoption: refused while one point has no answer, needs the council's day, and then nothing changes any more, however one tries."""

import datetime
import threading

from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.test import Client
from django.urls import reverse

import pytest
import time_machine

from consultation.services import withdraw
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from ivp_portal.organisation.roles import Role
from priorities import services
from priorities.models import (
    Argument,
    Chapter,
    CouncilProposal,
    Decision,
    Destination,
    Phase,
    Plan,
    PlanPriority,
    PlanSnapshotRecord,
    Priority,
    PrioritySection,
)
from priorities.snapshots import snapshot_of
from priorities.states import MoveRefused, PlanStatus
from tests.conftest import make_contribution, make_priority, person
from tests.priorities.conftest import COUNCIL_DATE, weigh

URL = "/blaricum/2027-2030/plan/vaststellen/"
CLOSED = "Dit plan is vastgesteld op 4 juni 2025. Er verandert niets meer aan."
WITH_DATE = {"adopted_on": "2025-06-04", "decision_number": "2025-88"}


def status_of(plan):
    with inside(plan.area):
        return Plan.objects.get(pk=plan.pk).status


def lines_about(plan, verb):
    with inside(plan.area):
        return LogEntry.objects.about(plan).filter(verb=verb).count()


def test_the_clerk_writes_down_what_the_council_decided(client, gerda, anke, proposed, overlast):
    weigh(overlast, anke)
    client.force_login(gerda)
    response = client.post(URL, WITH_DATE, follow=True)
    assert "de raad stelde dit plan vast op woensdag 4 juni 2025" in response.text
    with inside(proposed.area):
        plan = Plan.objects.get(pk=proposed.pk)
        assert (plan.status, plan.adopted_on, plan.decision_number) == (PlanStatus.ADOPTED, COUNCIL_DATE, "2025-88")
        assert plan.snapshots.get().is_adopted
    assert lines_about(proposed, "plan.adopted") == 1


def test_one_point_without_an_answer_is_enough_to_refuse(client, gerda, anke, proposed, council_round, overlast):
    open_ones = [overlast, make_contribution(council_round, "Snelheid")]
    client.force_login(gerda)
    for contribution in open_ones:
        response = client.post(URL, WITH_DATE)
        assert response.status_code == 409
        assert "Nog niet vastgesteld" in response.text
        assert contribution.point in response.text
        assert reverse("priorities:triage-item", args=["blaricum", "2027-2030", contribution.pk]) in response.text
        assert 'value="2025-88"' in response.text
        assert status_of(proposed) == PlanStatus.PROPOSED
        weigh(contribution, anke)
    assert client.post(URL, WITH_DATE).status_code == 302
    assert status_of(proposed) == PlanStatus.ADOPTED


def test_a_refused_adoption_closes_no_books(client, gerda, anke, proposed, overlast):
    client.force_login(gerda)
    client.post(URL, WITH_DATE)
    weigh(overlast, anke)  # the round takes decisions as before
    with inside(proposed.area):
        assert not proposed.snapshots.exists()


def test_a_point_that_was_withdrawn_needs_no_answer(client, gerda, anke, proposed, overlast):
    with inside(proposed.area):
        withdraw(overlast, reason="Dubbel", by=anke)
    client.force_login(gerda)
    assert client.post(URL, WITH_DATE).status_code == 302


@time_machine.travel("2025-06-04T10:00:00+02:00")
@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("", "Vul de datum in waarop de raad het plan vaststelde, bijvoorbeeld 03-02-2027."),
        ("2025-06-05", "De raad kan niet in de toekomst besloten hebben (05-06-2025)."),
        ("31-02-2025", "Deze dag bestaat niet."),
        ("gisteren", "Deze dag bestaat niet."),
    ],
)
def test_adopting_needs_the_day_of_the_council(client, gerda, anke, proposed, overlast, typed, answer):
    weigh(overlast, anke)
    client.force_login(gerda)
    response = client.post(URL, WITH_DATE | {"adopted_on": typed})
    assert response.status_code == 422
    assert answer in response.text
    assert status_of(proposed) == PlanStatus.PROPOSED
    assert client.post(URL, WITH_DATE | {"adopted_on": "04-06-2025"}).status_code == 302


@pytest.mark.parametrize("who", ["anke", "carla", "dirk"])
def test_only_the_clerk_adopts(client, request, gerda, who, anke, proposed, overlast):
    weigh(overlast, anke)
    client.force_login(request.getfixturevalue(who))
    assert client.get(URL).status_code == 403
    assert client.post(URL, WITH_DATE).status_code == 403
    assert status_of(proposed) == PlanStatus.PROPOSED
    client.force_login(gerda)
    assert client.post(URL, WITH_DATE).status_code == 302


def test_a_clerk_of_another_municipality_finds_nothing(client, hilversum, proposed):
    client.force_login(person("hanna", "Hanna Terpstra", hilversum, Role.CLERK))
    assert client.get(URL).status_code == client.post(URL, WITH_DATE).status_code == 404


def test_a_concept_is_not_adopted(client, gerda, dated):
    client.force_login(gerda)
    response = client.post(URL, WITH_DATE)
    assert response.status_code == 409
    assert "kan niet ‘Vastgesteld’ worden" in response.text
    assert status_of(dated) == PlanStatus.DRAFT


def test_the_next_plan_succeeds_the_one_before_it(gerda, anke, adopted, blaricum):
    with inside(blaricum):
        later = services.start_plan(blaricum, starts_on=datetime.date(2031, 1, 1), ends_on=datetime.date(2034, 12, 31), rounds=[], by=anke)
        services.change_route(later, steps={step: services.Meeting(on_date=COUNCIL_DATE) for step in Phase}, weigh_by=None, by=anke)
        services.propose_plan(later, by=anke)
        services.adopt_plan(later, on=COUNCIL_DATE, by=gerda)
    assert status_of(adopted) == PlanStatus.SUPERSEDED
    assert lines_about(adopted, "plan.superseded") == 1


# Read-only in the browser and by URL

CHANGES = [
    ("gegevens/", {"motto": "Anders"}),
    ("route/", {"image_forming_on_date": "2025-01-01"}),
    ("prioriteiten/", {"place_1": "1"}),
    ("hoofdstukken/nieuw/", {"title": "Nog een"}),
    ("hoofdstukken/1/", {"title": "Anders", "lead": "Dit wil ik niet kwijt", "seen": "1"}),
    ("hoofdstukken/1/", {"title": "Anders", "preview": "1"}),
    ("voorleggen/", {}),
    ("terughalen/", {"reason": "Toch niet"}),
]


@pytest.mark.parametrize(("path", "data"), CHANGES)
def test_no_address_of_an_adopted_plan_changes_it(client, anke, adopted, path, data):
    before = snapshot_now(adopted)
    client.force_login(anke)
    response = client.post(f"/blaricum/2027-2030/plan/{path}", data)
    assert response.status_code == 409
    assert CLOSED in response.text
    assert data.get("lead", "") in response.text
    assert snapshot_now(adopted) == before


def test_who_looks_at_a_preview_while_the_plan_closes_keeps_the_own_page(client, anke, adopted):
    client.force_login(anke)
    url = "/blaricum/2027-2030/plan/hoofdstukken/1/"
    response = client.post(url, {"title": "Anders", "preview": "1"}, headers={"HX-Request": "true"})
    assert response.status_code == 409
    assert CLOSED in response.text
    assert "<html" not in response.text


def test_the_proposal_of_an_adopted_plan_does_not_change(client, anke, adopted):
    client.force_login(anke)
    response = client.post("/blaricum/2027-2030/voorstel/", {"title": "Anders", "decision_points": "x", "seen": "0"})
    assert response.status_code == 409
    assert CLOSED in response.text
    with inside(adopted.area):
        assert not CouncilProposal.objects.filter(plan=adopted).exists()


def test_an_adopted_plan_is_not_adopted_again(client, gerda, adopted):
    client.force_login(gerda)
    assert CLOSED in client.get(URL).text
    response = client.post(URL, WITH_DATE | {"adopted_on": "2025-06-03"})
    assert response.status_code == 409
    assert CLOSED in response.text
    assert lines_about(adopted, "plan.adopted") == 1


def snapshot_now(plan):
    with inside(plan.area):
        return snapshot_of(Plan.objects.select_related("area__parent__parent__parent__parent").get(pk=plan.pk)).sha256()


# Read-only for the services, and in the shell: the database itself refuses

SERVICES = {
    "change_plan": lambda plan, by: services.change_plan(plan, motto="x", portfolio_holder="", made_with="", colophon="", by=by),
    "change_route": lambda plan, by: services.change_route(plan, steps={}, weigh_by=None, by=by),
    "choose_priorities": lambda plan, by: services.choose_priorities(plan, priorities=[], by=by),
    "add_chapter": lambda plan, by: services.add_chapter(plan, title="x", by=by),
    "change_chapter": lambda plan, by: services.change_chapter(
        plan.chapters.get(number=1), seen=1, title="x", lead="", body="", shows="", by=by
    ),
    "change_proposal": lambda plan, by: services.change_proposal(plan, seen=0, texts={"title": "x"}, arguments=[], caveats=[], by=by),
}


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_changes_an_adopted_plan(adopted, anke, name):
    with inside(adopted.area), pytest.raises(services.PlanClosed, match="Er verandert niets meer aan"):
        SERVICES[name](adopted, anke)


@pytest.mark.parametrize("move", [services.propose_plan, services.withdraw_plan])
def test_an_adopted_plan_makes_no_other_move(adopted, anke, move):
    more = {"reason": "x"} if move is services.withdraw_plan else {}
    with inside(adopted.area), pytest.raises(MoveRefused):
        move(adopted, by=anke, **more)


SHELL = {
    "the plan's motto": lambda plan: Plan.objects.filter(pk=plan.pk).update(motto="x"),
    "back to a concept": lambda plan: Plan.objects.filter(pk=plan.pk).update(status="draft", adopted_on=None),
    "the day of the council": lambda plan: Plan.objects.filter(pk=plan.pk).update(adopted_on=datetime.date(2024, 1, 1)),
    "the plan itself": lambda plan: raw("DELETE FROM priorities_plan WHERE id = %s", plan.pk),
    "a chapter": lambda plan: plan.chapters.filter(number=1).update(body="x"),
    "a chapter away": lambda plan: plan.chapters.filter(number=7).delete(),
    "a chapter more": lambda plan: Chapter.objects.create(area=plan.area, plan=plan, number=99, title="x"),
    "the route": lambda plan: plan.route_steps.update(note="x"),
    "a step away": lambda plan: plan.route_steps.all().delete(),
    "a priority out": lambda plan: plan.plan_priorities.all().delete(),
    "a priority in": lambda plan: PlanPriority.objects.create(
        area=plan.area, plan=plan, priority=make_priority(plan.area, "Nieuw"), position=9
    ),
    "the order of priorities": lambda plan: plan.plan_priorities.update(position=10 - F("position")),
    "a priority's words": lambda plan: Priority.objects.filter(title="Jeugd").update(lead="x"),
    "a priority's section": lambda plan: PrioritySection.objects.create(area=plan.area, priority=local(plan), kind="need", body="x"),
    "a proposal": lambda plan: CouncilProposal.objects.create(area=plan.area, plan=plan, title="x", decision_points="x"),
    "a round out": lambda plan: plan.plan_rounds.all().delete(),
    "a decision": lambda plan: Decision.objects.update(rationale="x"),
    "a decision away": lambda plan: raw("DELETE FROM priorities_decision WHERE area_id = %s", plan.area_id),
    "a destination": lambda plan: Destination.objects.update(kind="not_taken_up"),
    "the frozen snapshot": lambda plan: plan.snapshots.update(content="{}"),
    "the snapshot away": lambda plan: raw("DELETE FROM priorities_plansnapshotrecord WHERE plan_id = %s", plan.pk),
}


def raw(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def local(plan):
    return Priority.objects.get(title="Jeugd", area=plan.area)


@pytest.mark.parametrize("what", SHELL)
def test_the_shell_is_refused_by_the_database(adopted, what):
    before = snapshot_now(adopted)
    with inside(adopted.area):
        with pytest.raises(DatabaseError), transaction.atomic():
            SHELL[what](adopted)
        assert PlanSnapshotRecord.objects.get(plan=adopted).is_adopted
    assert snapshot_now(adopted) == before


@pytest.mark.parametrize("what", ["an argument", "an argument away"])
def test_the_arguments_of_an_adopted_plan_stay(gerda, anke, proposed, what):
    with inside(proposed.area):
        said = [services.ArgumentText(1, "Het moet", "Van de wet.")]
        services.change_proposal(
            proposed, seen=0, texts={"title": "Voorstel", "decision_points": "vast te stellen"}, arguments=said, caveats=[], by=anke
        )
        services.adopt_plan(proposed, on=COUNCIL_DATE, by=gerda)
        with pytest.raises(DatabaseError), transaction.atomic():
            Argument.objects.update(text="x") if what == "an argument" else Argument.objects.all().delete()
        assert Argument.objects.get().text == "Van de wet."


NEVER_ALLOWED = {"the plan itself", "the day of the council"} | {what for what in SHELL if what.split()[1] in {"decision", "destination"}}
WHILE_OPEN = [what for what in SHELL if what not in NEVER_ALLOWED and "snapshot" not in what]


@pytest.mark.parametrize("what", WHILE_OPEN)
def test_the_same_statement_is_allowed_until_the_council_decides(proposed, overlast, anke, what):
    """So that the refusals above cannot pass for another reason."""
    weigh(overlast, anke)
    before = snapshot_now(proposed)
    with inside(proposed.area):
        SHELL[what](proposed)
    assert snapshot_now(proposed) != before


# Two at once


@pytest.mark.django_db(transaction=True)
def test_two_clerks_who_adopt_at_once_make_one_adoption_and_both_are_told(proposed, blaricum, gerda, anke, overlast):
    weigh(overlast, anke)
    clerks = [gerda, person("greet", "Greet Bos", blaricum, Role.CLERK)]
    ready, answers = threading.Barrier(2), {}

    def adopt(clerk, day):
        client = Client()
        client.force_login(clerk)
        client.get(URL)
        ready.wait(timeout=20)
        answers[clerk.username] = client.post(URL, WITH_DATE | {"adopted_on": day}, follow=True)
        connection.close()

    threads = [threading.Thread(target=adopt, args=pair) for pair in zip(clerks, ["2025-06-04", "2025-06-03"], strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(answer.status_code for answer in answers.values()) == [200, 409]
    assert lines_about(proposed, "plan.adopted") == 1
    with inside(blaricum):
        day = Plan.objects.get(pk=proposed.pk).adopted_on
        assert proposed.snapshots.count() == 1
    winner, loser = sorted(answers.values(), key=lambda answer: answer.status_code)
    assert "Vastgelegd: de raad stelde dit plan vast op" in winner.text
    assert f"Dit plan is vastgesteld op {day.day} juni 2025. Er verandert niets meer aan." in loser.text


@pytest.mark.django_db(transaction=True)
def test_a_priority_that_is_being_changed_is_adopted_as_it_becomes(proposed, blaricum, gerda, anke):
    """The adoption waits for the change; what is frozen and what stands are the same words."""
    changing, done = threading.Event(), []

    def change():
        with inside(blaricum):
            priority = local(proposed)
            services.change_priority(
                priority,
                seen=1,
                title=priority.title,
                summary="De nieuwe zin.",
                lead="",
                starts_on=priority.starts_on,
                ends_on=priority.ends_on,
                sections={},
                by=anke,
            )
            changing.set()
            threading.Event().wait(0.5)
            done.append("changed")
        connection.close()

    def adopt():
        changing.wait(timeout=20)
        with inside(blaricum):
            services.adopt_plan(proposed, on=COUNCIL_DATE, by=gerda)
            done.append("adopted")
        connection.close()

    threads = [threading.Thread(target=change), threading.Thread(target=adopt)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert done == ["changed", "adopted"]
    with inside(blaricum):
        assert "De nieuwe zin." in proposed.snapshots.get().content
        assert local(proposed).summary == "De nieuwe zin."


def test_a_day_before_the_route_began_is_refused_because_it_would_stand_for_ever(client, gerda, plan):
    with inside(plan.area):
        plan.route_steps.create(area=plan.area, phase="image_forming", on_date=datetime.date(2026, 9, 16))
        Plan.objects.filter(pk=plan.pk).update(status="proposed")
    client.force_login(gerda)
    response = client.post(reverse("priorities:plan-adopt", args=["blaricum", "2027-2030"]), {"adopted_on": "2019-01-01"})
    assert response.status_code == 422
    assert "De route van dit plan begon op 16-09-2026." in response.text
    with inside(plan.area):
        assert Plan.objects.get(pk=plan.pk).adopted_on is None
