"""The pages for when something is not there, not allowed, not readable, or our own mistake."""

import re

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

import pytest

SECRET = "wat hier misging gaat niemand iets aan"


@login_not_required
def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError(SECRET)


@login_not_required
def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied(SECRET)


@login_not_required
def suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation(SECRET)


urlpatterns = [
    path("stuk/", broken),
    path("verboden/", forbidden),
    path("verdacht/", suspicious),
    path("", include("ivp_portal.urls")),
]
handler500 = "ivp_portal.web.views.server_error"

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def get(address: str) -> HttpResponse:
    return Client(raise_request_exception=False).get(address)


@pytest.mark.parametrize(
    ("address", "status", "heading"),
    [
        ("/bestaat/niet/", 404, "Deze pagina vinden we niet"),
        ("/verboden/", 403, "Dit hoort niet bij uw rol"),
        ("/verdacht/", 400, "Dit konden we niet lezen"),
        ("/stuk/", 500, "Er ging iets mis bij ons"),
    ],
)
def test_each_page_says_what_is_the_case_and_nothing_of_our_insides(address, status, heading):
    page = get(address)
    assert page.status_code == status
    assert f"<h1>{heading}</h1>" in page.text
    assert f"Fout {status}" in page.text
    assert SECRET not in page.text and "Traceback" not in page.text
    assert 'href="#inhoud"' in page.text and 'id="inhoud"' in page.text
    assert "Content-Security-Policy" in page.headers


def test_the_number_on_the_page_stands_in_the_log_with_the_cause(caplog):
    page = get("/stuk/")
    number = re.search(r"<strong>([0-9A-F]{4}-[0-9A-F]{4})</strong>", page.text)[1]
    found = [record for record in caplog.records if number in record.getMessage()]
    assert len(found) == 1
    assert "GET /stuk/" in found[0].getMessage()
    assert found[0].exc_info[0] is ZeroDivisionError


def test_a_form_without_its_token_is_refused_with_words_that_help(anke):
    client = Client(enforce_csrf_checks=True)
    page = client.post("/inloggen/", {"username": "anke", "password": "geheim-genoeg-12"})
    assert page.status_code == 403
    assert "<h1>Deze pagina stond te lang open</h1>" in page.text
    assert "_auth_user_id" not in client.session


def test_somebody_who_is_in_keeps_their_way_out_on_an_error_page(client, anke):
    client.force_login(anke)
    page = client.get("/bestaat/niet/")
    assert page.status_code == 404
    assert "Anke de Boer" in page.text and "Uitloggen" in page.text
