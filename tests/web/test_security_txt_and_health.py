"""What machines ask of the portal."""

import datetime

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

import pytest
import time_machine

HEALTH = "/healthz"
NOWHERE = "redis+socket:///nergens/broker.sock"


@pytest.mark.django_db
def test_security_txt_names_a_contact_and_a_day_in_the_future(client, settings):
    settings.SECURITY_CONTACT = "mailto:veiligheid@voorbeeld.nl"
    answer = client.get("/.well-known/security.txt")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert fields["Contact"] == "mailto:veiligheid@voorbeeld.nl"
    assert fields["Canonical"] == "http://testserver/.well-known/security.txt"
    expires = datetime.datetime.fromisoformat(fields["Expires"])
    ahead = expires - datetime.datetime.now(datetime.UTC)
    assert datetime.timedelta(days=90) < ahead < datetime.timedelta(days=365)


@pytest.mark.django_db
@time_machine.travel("2030-12-31T23:30:00+00:00")
def test_security_txt_does_not_grow_old(client):
    assert "Expires: 2031-06-29T00:00:00Z" in client.get("/.well-known/security.txt").text


@pytest.mark.django_db
def test_health_is_good_when_everything_answers(client):
    answer = client.get(HEALTH)
    assert answer.json() == {"database": True, "migrations": True, "broker": True}
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_health_tells_that_a_migration_has_not_been_run(client):
    MigrationRecorder(connection).migration_qs.filter(app="organisation").order_by("-pk")[:1].get().delete()
    answer = client.get(HEALTH)
    assert answer.status_code == 503
    assert answer.json() == {"database": True, "migrations": False, "broker": True}


@pytest.mark.django_db
def test_health_tells_that_the_broker_does_not_answer(client, settings):
    settings.CELERY_BROKER_URL = NOWHERE
    answer = client.get(HEALTH)
    assert answer.status_code == 503
    assert answer.json() == {"database": True, "migrations": True, "broker": False}


@pytest.mark.django_db(transaction=True)
def test_health_tells_that_the_database_does_not_answer(client):
    place = connection.settings_dict["HOST"]
    connection.close()
    connection.settings_dict["HOST"] = "/nergens"
    try:
        answer = client.get(HEALTH)
    finally:
        connection.settings_dict["HOST"] = place
        connection.close()
    assert answer.status_code == 503
    assert answer.json() == {"database": False, "migrations": False, "broker": True}
