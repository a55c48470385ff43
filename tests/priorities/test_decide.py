"""Deciding, deciding again, taking back: what stands, what stays, what the log says."""

import threading

from django.db import connection

import pytest

from consultation.services import RoundFrozen, correct, freeze_round
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from priorities import services
from priorities.decision_kinds import GOING_CONCERN, LOCAL_PRIORITY, OTHER_BODY, REGIONAL_PRIORITY
from priorities.models import Decision
from priorities.rules import Choice, PriorityFacts, RuleBroken


def facts(priority):
    return PriorityFacts(priority.pk, priority.title, priority.area.kind)


def decide(contribution, by, *choices, extent="wholly", rationale="Dit blijft gewoon werk.", **more):
    with inside(contribution.area):
        return services.decide(contribution, choices=choices or [Choice(GOING_CONCERN)], extent=extent, rationale=rationale, by=by, **more)


def standing(contribution):
    with inside(contribution.area):
        return list(Decision.objects.current().filter(contribution=contribution))


def test_a_decision_keeps_its_destinations_in_the_order_they_were_chosen(plan, overlast, anke):
    with inside(plan.area):
        digital = plan.priorities.select_related("area").get(title="Digitale veiligheid")
    decision = decide(overlast, anke, Choice(REGIONAL_PRIORITY, facts(digital)), Choice(OTHER_BODY, named="Veiligheidsregio"))
    with inside(plan.area):
        assert [str(destination) for destination in decision.destinations.all()] == [
            "Regionale prioriteit: Digitale veiligheid",
            "Andere organisatie: Veiligheidsregio",
        ]


def test_a_later_decision_supersedes_and_the_earlier_one_stays(overlast, anke, peter):
    first = decide(overlast, anke)
    second = decide(overlast, peter, rationale="Bij nader inzien niet.")
    assert standing(overlast) == [second]
    with inside(overlast.area):
        first.refresh_from_db()
        assert first.superseded_at is not None
        assert first.rationale == "Dit blijft gewoon werk."
        lines = LogEntry.objects.about(overlast)
        assert [(line.verb, line.actor_name) for line in lines] == [
            ("decision.made", "Anke de Boer"),
            ("decision.changed", "Peter Vos"),
        ]


def test_an_unsound_decision_is_refused_and_leaves_nothing(overlast, anke):
    with pytest.raises(RuleBroken, match="Eén zin is genoeg"):
        decide(overlast, anke, rationale=" ")
    assert standing(overlast) == []
    with inside(overlast.area):
        assert not LogEntry.objects.exists()


def test_whoever_decides_on_an_old_screen_is_told_who_was_earlier(overlast, anke, peter):
    theirs = decide(overlast, peter, seen=None)
    with pytest.raises(services.Conflict) as conflict:
        decide(overlast, anke, seen=None)
    assert conflict.value.current == theirs
    assert standing(overlast) == [theirs]


def test_taking_back_the_only_decision_opens_the_contribution_again(overlast, anke):
    decision = decide(overlast, anke)
    with inside(overlast.area):
        assert services.undo(decision, by=anke) is None
    assert standing(overlast) == []
    with inside(overlast.area):
        assert Decision.objects.filter(contribution=overlast).count() == 1
        assert LogEntry.objects.about(overlast).last().verb == "decision.undone"


def test_taking_back_a_change_puts_the_earlier_decision_back_as_a_new_one(plan, overlast, anke, peter):
    with inside(plan.area):
        youth = plan.priorities.select_related("area").get(title="Jeugd")
    decide(overlast, anke, Choice(LOCAL_PRIORITY, facts(youth)), extent="partly", rationale="Vooral jonge aanwas.")
    wrong = decide(overlast, peter)
    with inside(overlast.area):
        restored = services.undo(wrong, by=peter)
        assert restored.rationale == "Vooral jonge aanwas."
        assert restored.extent == "partly"
        assert [destination.priority for destination in restored.destinations.all()] == [youth]
    assert standing(overlast) == [restored]


def test_what_was_taken_back_does_not_come_back_by_taking_back_the_next(overlast, anke):
    wrong = decide(overlast, anke, rationale="Een vergissing.")
    with inside(overlast.area):
        services.undo(wrong, by=anke)
    right = decide(overlast, anke)
    with inside(overlast.area):
        assert services.undo(right, by=anke) is None
    assert standing(overlast) == []


def test_only_what_still_stands_can_be_taken_back(overlast, anke, peter):
    first = decide(overlast, anke)
    second = decide(overlast, peter)
    with inside(overlast.area), pytest.raises(services.Conflict):
        services.undo(first, by=anke)
    assert standing(overlast) == [second]


def test_after_adoption_nothing_is_decided_or_taken_back(overlast, anke):
    decision = decide(overlast, anke)
    with inside(overlast.area):
        freeze_round(overlast.round, by=None)
    with pytest.raises(RoundFrozen):
        decide(overlast, anke)
    with inside(overlast.area), pytest.raises(RoundFrozen):
        services.undo(decision, by=anke)
    assert standing(overlast) == [decision]


@pytest.mark.django_db(transaction=True)
def test_six_officers_at_once_leave_one_decision_standing(overlast, anke):
    start, told = threading.Barrier(6), []

    def officer(number):
        start.wait()
        try:
            decide(overlast, anke, rationale=f"Reden {number}.", seen=None)
        except services.Conflict:
            told.append(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=officer, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(standing(overlast)) == 1
    assert len(told) == 5


@pytest.mark.django_db(transaction=True)
def test_deciding_and_correcting_the_same_point_at_once_never_lock_each_other_out(overlast, anke, peter):
    faults = []

    def keep_going(change):
        try:
            for number in range(25):
                change(number)
        except Exception as fault:  # whatever it is, the main thread must hear of it
            faults.append(fault)
        finally:
            connection.close()

    def correct_it(number):
        with inside(overlast.area):
            correct(overlast, subject="Sociale veiligheid", sub_subject=f"Jeugdoverlast {number}", text="", by=peter)

    changes = [lambda number: decide(overlast, anke, rationale=f"Reden {number}."), correct_it]
    threads = [threading.Thread(target=keep_going, args=[change]) for change in changes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
