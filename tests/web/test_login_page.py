"""Logging in and out, and what the shell shows of somebody."""

from django.urls import reverse

import pytest

LOGIN = "/inloggen/"


@pytest.mark.django_db
def test_the_page_asks_for_a_name_and_a_password_and_tells_residents_they_need_none(client):
    page = client.get(LOGIN)
    assert page.status_code == 200
    assert "<title>Inloggen – IVP-portaal</title>" in page.text
    assert 'autocomplete="username"' in page.text and 'autocomplete="current-password"' in page.text
    assert "Bent u inwoner?" in page.text
    assert "Uitloggen" not in page.text


@pytest.mark.django_db
def test_everything_else_sends_a_stranger_to_it_and_back(client, anke):
    refused = client.get("/")
    assert refused.status_code == 302
    assert refused["Location"] == f"{LOGIN}?next=/"
    page = client.get(refused["Location"])
    assert '<input type="hidden" name="next" value="/">' in page.text
    let_in = client.post(LOGIN, {"username": "anke", "password": "geheim-genoeg-12", "next": "/toegankelijkheid/"})
    assert (let_in.status_code, let_in["Location"]) == (302, "/toegankelijkheid/")


def test_another_site_is_no_way_back(client, anke):
    let_in = client.post(LOGIN, {"username": "anke", "password": "geheim-genoeg-12", "next": "https://kwaad.invalid/"})
    assert (let_in.status_code, let_in["Location"]) == (302, reverse("home"))


@pytest.mark.parametrize(("username", "password"), [("anke", "iets-heel-anders"), ("niemand", "geheim-genoeg-12")])
def test_a_refused_attempt_does_not_tell_which_of_the_two_was_wrong(client, anke, username, password):
    page = client.post(LOGIN, {"username": username, "password": password})
    assert page.status_code == 422
    assert "<title>Fout: Inloggen – IVP-portaal</title>" in page.text
    assert "Deze gebruikersnaam en dit wachtwoord horen niet bij elkaar." in page.text
    assert f'value="{username}"' in page.text and password not in page.text
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_an_empty_form_says_what_to_fill_in(client):
    page = client.post(LOGIN, {})
    assert page.status_code == 422
    assert "Nog niet ingelogd: 2 dingen te doen" in page.text
    assert 'href="#id_username"' in page.text and 'href="#id_password"' in page.text


def test_somebody_who_is_in_goes_on_at_once(client, anke):
    client.force_login(anke)
    assert client.get(LOGIN)["Location"] == reverse("home")


def test_logging_out_takes_a_button_not_a_link(client, anke):
    client.force_login(anke)
    page = client.get(reverse("web:accessibility"))
    assert "Anke de Boer" in page.text and 'action="/uitloggen/" method="post"' in page.text
    assert client.get("/uitloggen/").status_code == 405
    assert client.post("/uitloggen/")["Location"] == LOGIN
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["web:accessibility", "web:privacy", "web:manual"])
def test_a_stranger_may_read_the_pages_of_the_footer(client, name):
    page = client.get(reverse(name))
    assert page.status_code == 200
    for other in ("web:accessibility", "web:privacy", "web:manual"):
        assert f'href="{reverse(other)}"' in page.text
