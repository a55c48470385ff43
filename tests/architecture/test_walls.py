"""The wall behind the door: no table of a municipality without row-level security, and nothing visible unless it was opened."""

import datetime

from django.apps import apps
from django.db import DatabaseError, connection, transaction

import pytest

from consultation.models import Round
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside, inside_every_area
from priorities.models import Decision, Plan
from tests.conftest import make_contribution

OUR_APPS = ("organisation", "audit", "consultation", "priorities", "reports")

# Tables of ours that hold no municipality's own data, and why.
SHARED = {
    "organisation_area": "the map itself",
    "organisation_user": "people; needed before a door can open",
    "organisation_user_groups": "Django's own, unused",
    "organisation_user_user_permissions": "Django's own, unused",
    "organisation_membership": "who may come in; read by the door",
    "priorities_indicator": "published facts",
    "priorities_figure": "published facts",
}


def our_tables() -> set[str]:
    return {model._meta.db_table for label in OUR_APPS for model in apps.get_app_config(label).get_models(include_auto_created=True)}


def test_every_table_of_ours_has_a_forced_wall_or_a_reason_to_be_shared(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity, count(p.polname) FROM pg_class c "
            "LEFT JOIN pg_policy p ON p.polrelid = c.oid WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace GROUP BY 1, 2"
        )
        catalogue = {name: (forced, policies) for name, forced, policies in cursor.fetchall()}
    tables = our_tables()
    assert tables >= SHARED.keys()
    for table in tables - SHARED.keys():
        assert catalogue[table] == (True, 2), f"{table} needs wall() in its migration, or a reason in SHARED"


def test_the_database_user_cannot_climb_the_wall(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_visible_when_nothing_was_opened(overlast):
    assert Round.objects.count() == 0
    assert Plan.objects.count() == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM consultation_contribution")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db(transaction=True)
def test_inside_a_neighbour_one_sees_and_writes_nothing_of_ours(plan, overlast, hilversum):
    with inside(hilversum):
        assert Plan.objects.count() == 0
        assert Round.objects.filter(pk=overlast.round_id).update(title="Anders") == 0
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Plan.objects.create(area=plan.area, starts_on=datetime.date(2031, 1, 1), ends_on=datetime.date(2034, 12, 31))


@pytest.mark.django_db(transaction=True)
def test_the_wall_closes_again_behind_whoever_leaves(plan, hilversum):
    with inside("blaricum"):
        assert Plan.objects.count() == 1
        with inside(hilversum):
            assert Plan.objects.count() == 0
        assert Plan.objects.count() == 1
    assert Plan.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_upkeep_sees_every_area(plan):
    with inside_every_area():
        assert Plan.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_plan_shares_the_priorities_of_the_areas_above_it_but_cannot_write_them(plan, areas):
    with inside("blaricum"):
        shared = plan.priorities.get(title="Ondermijning")
        assert shared.area == areas["gooi-en-vechtstreek"]
        assert plan.priorities.filter(pk=shared.pk).update(title="Anders") == 0


def test_the_log_refuses_to_be_changed(plan, anke):
    from ivp_portal.audit.log import record

    with inside("blaricum"):
        record("plan.started", by=anke, target=plan)
        line = LogEntry.objects.about(plan).latest("pk")
        for change in (lambda: LogEntry.objects.filter(pk=line.pk).update(actor_name="Iemand"), line.delete):
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                change()


def test_what_was_said_and_decided_is_never_deleted(overlast, anke):
    with inside("blaricum"):
        decision = Decision.objects.create(
            area=overlast.area, contribution=overlast, extent="wholly", rationale="Blijft regulier werk.", made_by=anke
        )
        for statement, words in (
            ("DELETE FROM consultation_contribution", "evidence"),
            ("DELETE FROM consultation_submission", "evidence"),
            ("UPDATE consultation_submission SET original_text = 'Anders'", "evidence"),
            ("DELETE FROM priorities_decision", "never removed"),
            ("UPDATE priorities_decision SET rationale = 'Anders'", "never changed"),
        ):
            with pytest.raises(DatabaseError, match=words), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        assert list(Decision.objects.current()) == [decision]


def test_a_frozen_round_takes_nothing_more(council_round, overlast):
    from consultation.services import freeze_round

    with inside("blaricum"):
        freeze_round(council_round, by=None)
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        make_contribution(council_round, "Te laat")
