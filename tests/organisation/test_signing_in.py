"""Who somebody is, from one page to the next: until they log out, the session is over or the account ends."""

import datetime

from django.contrib.sessions.models import Session
from django.utils import timezone

import pytest

pytestmark = pytest.mark.django_db

START = "/blaricum/2027-2030/"


@pytest.fixture(autouse=True)
def logged_in(client, plan, anke):
    client.force_login(anke)
    assert client.get(START).status_code == 200


def sent_to_log_in(client) -> bool:
    response = client.get(START)
    return response.status_code == 302 and response.url.startswith("/inloggen/")


def test_who_logs_out_is_out_and_their_old_cookie_opens_nothing(client):
    cookie = client.cookies["sessionid"].value
    client.post("/uitloggen/")
    client.cookies["sessionid"] = cookie
    assert sent_to_log_in(client)


def test_a_session_that_is_over_opens_nothing(client):
    Session.objects.update(expire_date=timezone.now() - datetime.timedelta(seconds=1))
    assert sent_to_log_in(client)


def test_an_account_that_was_closed_is_out_at_the_next_page(client, anke):
    anke.is_active = False
    anke.save()
    assert sent_to_log_in(client)


def test_who_changes_their_password_is_out_everywhere_else(client, anke):
    anke.set_password("een-heel-ander-wachtwoord")
    anke.save()
    assert sent_to_log_in(client)


def test_a_made_up_cookie_opens_nothing(client):
    client.cookies["sessionid"] = "a" * 32
    assert sent_to_log_in(client)
