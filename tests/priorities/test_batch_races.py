"""Several people at once, on the same points: nobody waits for ever, each point has one winner, and everybody is told."""

import threading

from django.db import connection

import pytest

from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from priorities import services
from priorities.decision_kinds import GOING_CONCERN
from priorities.models import Batch, BatchAct, Decision
from priorities.rules import Choice
from priorities.services import Conflict
from priorities.states import BatchStatus
from tests.priorities.conftest import weigh
from tests.priorities.test_batches import points_in, standing

pytestmark = pytest.mark.django_db(transaction=True)

VALUES = {
    "choices": [{"kind": "going_concern", "priority": None, "named": ""}],
    "extent": "wholly",
    "rationale": "Dit blijft gewoon werk.",
    "standard": None,
}


def prepared(plan, points, by) -> Batch:
    with inside(plan.area):
        return services.prepare_batch(plan, BatchAct.DECIDE, [point.pk for point in points], VALUES, by)


def carry_out(batch, by) -> None:
    with inside(batch.area) as (area,):
        batch.plan.area = batch.area = area
        services.carry_out_batch(batch, by)


def at_once(*changes) -> list[BaseException]:
    """Do these at the same moment, each in a thread with a connection of its own; what went wrong."""
    start, faults = threading.Barrier(len(changes)), []

    def run(change):
        start.wait()
        try:
            change()
        except BaseException as fault:  # whatever it is, the main thread must hear of it
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[change]) for change in changes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"
    return faults


def decided_lines(points) -> list[str]:
    with inside(points[0].area):
        ids = [str(point.pk) for point in points]
        return sorted(LogEntry.objects.filter(target_id__in=ids, verb__startswith="decision.").values_list("target_id", flat=True), key=int)


def test_two_acts_on_the_same_points_in_opposite_order_have_one_winner(plan, council_round, anke, peter):
    """Ten times over: each time other points, half of which both chose."""
    for turn in range(10):
        points = points_in(council_round, 30, subject=f"Ronde {turn}")
        mine = prepared(plan, points[:20], anke)
        theirs = prepared(plan, points[:9:-1], peter)
        assert at_once(lambda mine=mine: carry_out(mine, anke), lambda theirs=theirs: carry_out(theirs, peter)) == []
        assert sorted([mine.status, theirs.status]) == [BatchStatus.DONE, BatchStatus.REFUSED]
        winner, loser = (mine, theirs) if mine.status == BatchStatus.DONE else (theirs, mine)
        stands = standing(points)
        assert set(stands) == set(winner.points)
        assert {decision.batch_id for decision in stands.values()} == {winner.pk}
        assert {one["point"] for one in loser.refused} == {point.pk for point in points[10:20]}
        assert all("legde hier op" in one["reason"] for one in loser.refused)
        assert decided_lines(points) == sorted(map(str, winner.points), key=int)


def test_an_act_on_many_and_one_decision_at_once_have_one_winner(plan, council_round, anke, peter):
    for turn in range(10):
        points = points_in(council_round, 12, subject=f"Ronde {turn}")
        batch, told = prepared(plan, points, anke), []

        def decide_one(point=points[7], told=told):
            try:
                with inside(point.area):
                    services.decide(
                        point, choices=[Choice(GOING_CONCERN)], extent="wholly", rationale="Eigen woorden.", by=peter, seen=None
                    )
            except Conflict as conflict:
                told.append(conflict.current.made_by_id)

        assert at_once(lambda batch=batch: carry_out(batch, anke), decide_one) == []
        stands = standing(points)
        if batch.status == BatchStatus.DONE:
            assert told == [anke.pk]
            assert len(stands) == 12
        else:
            assert told == []
            assert [one["point"] for one in batch.refused] == [points[7].pk]
            assert list(stands) == [points[7].pk]


def test_two_clicks_at_once_do_it_once(plan, council_round, anke):
    points = points_in(council_round, 10)
    batch = prepared(plan, points, anke)
    with inside(plan.area):
        same = Batch.objects.select_related("plan").get(pk=batch.pk)
    assert at_once(lambda: carry_out(batch, anke), lambda: carry_out(same, anke)) == []
    assert {batch.status, same.status} == {BatchStatus.DONE}
    assert decided_lines(points) == [str(point.pk) for point in points]


def test_giving_back_twice_at_once_is_done_once_and_the_other_is_told(plan, council_round, anke, peter):
    points = points_in(council_round, 10)
    with inside(plan.area) as (area,):
        plan.area = area
        batch = services.prepare_batch(plan, BatchAct.ASSIGN, [point.pk for point in points], {"assignee": peter.pk}, anke)
    carry_out(batch, anke)

    def take_back(by):
        with inside(plan.area):
            services.take_back_batch(Batch.objects.select_related("plan__area").get(pk=batch.pk), by)

    assert at_once(lambda: take_back(anke), lambda: take_back(peter)) == []
    with inside(plan.area):
        ends = Batch.objects.filter(act=BatchAct.GIVE_BACK).values_list("status", flat=True)
        assert sorted(ends) == [BatchStatus.DONE, BatchStatus.REFUSED]
        assert LogEntry.objects.filter(verb="point.left").count() == 10


def test_taking_back_while_a_colleague_decides_anew_is_one_or_the_other(plan, council_round, anke, peter):
    for turn in range(5):
        points = points_in(council_round, 10, subject=f"Ronde {turn}")
        batch = prepared(plan, points, anke)
        carry_out(batch, anke)

        def take_back(batch=batch):
            with inside(batch.area):
                services.take_back_batch(batch, anke)

        assert at_once(take_back, lambda point=points[3]: weigh(point, peter)) == []
        with inside(plan.area):
            undo = Batch.objects.get(act=BatchAct.UNDO, values__batch=str(batch.pk))
            assert Decision.objects.current().filter(contribution=points[3], made_by=peter).exists()
        assert len(standing(points)) == (1 if undo.status == BatchStatus.DONE else 10)
