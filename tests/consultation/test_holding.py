"""Somebody decides about a point while the plan is being adopted: who locks what first, so that nobody waits in a ring."""

import threading
import time

from django.db import connection

import pytest

from consultation.models import Contribution, Round
from consultation.services import RoundFrozen, freeze_round, hold_point
from ivp_portal.organisation.access import inside

pytestmark = pytest.mark.django_db(transaction=True)


def waits_for_a_row() -> bool:
    """Whether somebody waits for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)")
        return cursor.fetchone()[0]


def test_a_decision_waits_for_the_round_before_it_touches_the_point_and_is_then_refused(overlast):
    told = []

    def decide() -> None:
        try:
            with inside("blaricum"):
                hold_point(overlast.pk)
        except RoundFrozen:
            told.append("frozen")
        finally:
            connection.close()

    somebody = threading.Thread(target=decide)
    with inside("blaricum"):
        Round.objects.select_for_update().get(pk=overlast.round_id)
        somebody.start()
        deadline = time.monotonic() + 10
        while not waits_for_a_row() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert waits_for_a_row()
        Contribution.objects.select_for_update(nowait=True).get(pk=overlast.pk)  # raises when it is locked already
        freeze_round(overlast.round, by=None)
    somebody.join()
    assert told == ["frozen"]
