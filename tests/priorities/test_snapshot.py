"""The snapshot every paper is drawn from: the whole plan as plain values, the same bytes for the same content, frozen at adoption."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

import pytest

from ivp_portal.organisation.access import inside
from ivp_portal.organisation.models import Area, User
from priorities import services
from priorities.decision_kinds import LOCAL_PRIORITY, OTHER_BODY
from priorities.models import Chapter, Figure, Indicator, Plan, PlanPriority, PrioritySection, SectionKind
from priorities.rules import Choice, PriorityFacts
from priorities.snapshot import PlanSnapshot
from priorities.snapshots import snapshot_of
from tests.conftest import make_contribution, make_priority
from tests.priorities.conftest import weigh


def fresh(plan):
    return Plan.objects.select_related("area__parent__parent__parent__parent").get(pk=plan.pk)


def snapshot(plan):
    with inside(plan.area):
        return snapshot_of(fresh(plan))


def to(priority):
    return Choice(LOCAL_PRIORITY, PriorityFacts(priority.pk, priority.title, priority.area.kind))


def test_a_row_says_what_was_said_and_where_it_goes(plan, anke, council_round, overlast):
    with inside(plan.area):
        youth = plan.priorities.select_related("area").get(title="Jeugd")
    weigh(overlast, anke, to(youth), Choice(OTHER_BODY, named="Halt"))
    make_contribution(council_round, "Snelheid", subject="Verkeer", party="Dorp & Natuur")
    first, second = snapshot(plan).subjects
    (row,) = first.rows
    assert (row.number, row.point, row.said_by, row.extent) == ("1.1", "Jeugdoverlast", "Raad", "wholly")
    assert [(place.kind, place.name) for place in row.destinations] == [("local_priority", "Jeugd"), ("other_body", "Halt")]
    assert (second.subject, second.rows[0].said_by, second.rows[0].destinations) == ("Verkeer", "Raad, fractie Dorp & Natuur", ())
    assert snapshot(plan).undecided == 1


def test_a_priority_knows_the_rows_that_name_it(plan, anke, overlast):
    with inside(plan.area):
        youth = plan.priorities.select_related("area").get(title="Jeugd")
    weigh(overlast, anke, to(youth))
    numbers = {priority.title: priority.contributions for priority in snapshot(plan).priorities}
    assert numbers == {"Ondermijning": (), "Digitale veiligheid": (), "Jeugd": ("1.1",)}


def test_a_shared_priority_names_its_municipalities_and_a_local_one_its_own(plan):
    shared = {priority.title: priority.shared_by for priority in snapshot(plan).priorities}
    assert shared["Jeugd"] == ("Blaricum",)
    assert shared["Ondermijning"][0] == "Blaricum"
    assert set(shared["Ondermijning"]) == {"Blaricum", "Gooise Meren", "Huizen", "Laren", "Hilversum", "Wijdemeren"}


def test_the_same_content_has_the_same_bytes_and_is_stored_once(written, anke, overlast):
    weigh(overlast, anke)
    assert snapshot(written).to_json() == snapshot(written).to_json()
    with inside(written.area):
        first, second = services.take_snapshot(fresh(written)), services.take_snapshot(fresh(written))
        assert first == second
        assert first.sha256 == PlanSnapshot.from_json(first.content.encode()).sha256()


def test_any_change_gives_another_sum(written, anke):
    before = snapshot(written).sha256()
    with inside(written.area):
        services.change_chapter(written.chapters.get(number=7), seen=1, title="Tot slot", lead="Dank.", body="", shows="", by=anke)
    assert snapshot(written).sha256() != before


def test_what_is_stored_reads_back_as_it_was(adopted):
    with inside(adopted.area):
        record = adopted.snapshots.get()
    found = PlanSnapshot.from_json(record.content.encode())
    assert found == snapshot(adopted)
    assert found.is_adopted
    assert found.decision_number == "2025-88"


def test_an_adopted_plan_is_frozen_even_when_a_name_changes_later(adopted, anke, gerda):
    with inside(adopted.area):
        before = services.take_snapshot(fresh(adopted))
    User.objects.filter(pk__in=[anke.pk, gerda.pk]).update(full_name="Iemand Anders")
    Area.objects.filter(pk=adopted.area_id).update(name="Blaricum-Huizen")
    with inside(adopted.area):
        after = services.take_snapshot(fresh(adopted))
        assert adopted.snapshots.count() == 1
    assert after == before
    assert "Blaricum-Huizen" not in after.content
    assert snapshot(adopted).municipality == "Blaricum-Huizen"  # what a paper must not be drawn from


def test_nobody_is_named_in_a_snapshot(adopted, anke, gerda):
    with inside(adopted.area):
        content = adopted.snapshots.get().content
    assert anke.full_name not in content
    assert gerda.full_name not in content


def test_an_open_plan_keeps_each_moment_somebody_asked_for(written, anke):
    with inside(written.area):
        services.take_snapshot(fresh(written))
        services.add_chapter(written, title="Bijlage", by=anke)
        services.take_snapshot(fresh(written))
        assert [record.is_adopted for record in written.snapshots.all()] == [False, False]


@pytest.mark.parametrize("adoption", ["", "2025-06-04"])
def test_a_draft_that_was_stored_is_never_taken_for_the_adopted_one(proposed, anke, gerda, overlast, adoption):
    weigh(overlast, anke)
    with inside(proposed.area):
        draft = services.take_snapshot(fresh(proposed))
        if adoption:
            services.adopt_plan(proposed, on=proposed.starts_on.fromisoformat(adoption), by=gerda)
        now = services.take_snapshot(fresh(proposed))
    assert now.is_adopted == bool(adoption)
    assert (now == draft) != bool(adoption)


def test_it_costs_the_same_with_three_and_with_thirty_of_everything(written, anke, council_round):
    # municipalities; route, chapters; contributions, decisions, destinations; priorities, sections; figures; proposal.
    indicator = Indicator.objects.create(slug="cijfer", title="Rapportcijfer")
    counts = []
    for upto in (3, 30):
        with inside(written.area):
            have = council_round.contributions.count()
        for number in range(have + 1, upto + 1):
            priority = make_priority(written.area, f"Prioriteit {number}")
            with inside(written.area):
                PrioritySection.objects.create(area=written.area, priority=priority, kind=SectionKind.REASON, body="Omdat.")
                PlanPriority.objects.create(area=written.area, plan=written, priority=priority, position=number + 10)
                Chapter.objects.create(area=written.area, plan=written, number=number + 10, title=f"Hoofdstuk {number}")
                Figure.objects.create(indicator=indicator, area=written.area, year=2000 + number, value=number, source="Proef")
            weigh(make_contribution(council_round, f"Punt {number}", subject=f"Onderwerp {number}"), anke, to(priority))
        with inside(written.area):
            plan = fresh(written)
            with CaptureQueriesContext(connection) as captured:
                found = snapshot_of(plan)
        assert len(found.rows) == upto
        counts.append(len(captured))
    assert counts == [10, 10]
