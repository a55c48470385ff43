"""Officers invite: one by one, every municipality of a day, many at once; they send, send again, change and take back."""

import datetime
from urllib.parse import urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile

import pytest
import time_machine

from consultation import services
from consultation.invitation_list import counts_of, invitations_of
from consultation.links import invitation_link
from consultation.models import Invitation, Mail, MailStatus
from consultation.states import InvitationState
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from ivp_portal.organisation.roles import Role
from tests.conftest import person
from tests.consultation.invitations import fresh, invited, link_of, mails, offered, release, send, strategy, written

BASE = "/midden-nederland/inbreng/strategie/uitnodigingen/"
SLOTS_OF_2019, SLOTS_OF_2022 = "2019-03-01", "2022-09-14"


@pytest.fixture(autouse=True)
def during_the_round():
    with time_machine.travel("2026-09-10T10:00:00+02:00", tick=True):
        yield


@pytest.fixture
def unit(areas):
    return areas["midden-nederland"]


@pytest.fixture
def olga(unit, client):
    """Policy officer of the police unit's bureau, logged in."""
    olga = person("olga", "Olga Meijer", unit, Role.POLICY_OFFICER)
    client.force_login(olga)
    return olga


@pytest.fixture
def draft_strategy(unit):
    return strategy(unit)


def names(round) -> list[str]:
    with inside(round.area):
        return [one.name for one in Invitation.objects.standing().filter(round=round).order_by("name")]


def states(round) -> dict[str, str]:
    with inside(round.area):
        return {one.name: one.state for one in invitations_of(round)}


def verbs(round) -> list[str]:
    with inside(round.area):
        return list(LogEntry.objects.filter(area=round.area).order_by("pk").values_list("verb", flat=True))


# The list


def test_an_empty_list_offers_a_place_for_every_municipality(client, olga, draft_strategy):
    page = client.get(BASE)
    assert page.status_code == 200
    assert "Nog niemand uitgenodigd" in page.text and f"{BASE}gemeenten/" in page.text


def test_a_round_of_one_municipality_offers_no_places_of_municipalities(client, anke, blaricum):
    strategy(blaricum, slug="partners")
    client.force_login(anke)
    page = client.get("/blaricum/inbreng/partners/uitnodigingen/")
    assert page.status_code == 200 and "gemeenten/" not in page.text


@pytest.mark.parametrize(("day", "number"), [(SLOTS_OF_2019, 39), (SLOTS_OF_2022, 38)])
def test_every_municipality_of_the_day_gets_one_place(client, olga, draft_strategy, day, number):
    preview = client.get(f"{BASE}gemeenten/", {"day": day})
    assert f"{number} gemeenten op" in preview.text
    assert names(draft_strategy) == []
    for _ in range(2):  # a double click
        assert client.post(f"{BASE}gemeenten/", {"day": day}).status_code == 302
    assert len(names(draft_strategy)) == number
    assert ("Weesp" in names(draft_strategy)) is (number == 39)
    with inside(draft_strategy.area):
        draft_strategy.refresh_from_db()
    assert draft_strategy.slots_on == datetime.date.fromisoformat(day)
    assert verbs(draft_strategy) == ["invitations.added", "round.slots_set"]


def test_another_day_drops_a_place_that_was_not_asked_and_keeps_one_that_was(client, olga, draft_strategy):
    client.post(f"{BASE}gemeenten/", {"day": SLOTS_OF_2019})
    client.post(f"{BASE}gemeenten/", {"day": SLOTS_OF_2022})
    assert len(names(draft_strategy)) == 38
    client.post(f"{BASE}gemeenten/", {"day": SLOTS_OF_2019})
    assert len(names(draft_strategy)) == 39
    client.post(f"{BASE}veel/", {"kind": "area", "lines": "Weesp;bestuur@weesp.voorbeeld.nl"})
    send(draft_strategy, olga)
    page = client.post(f"{BASE}gemeenten/", {"day": SLOTS_OF_2022}, follow=True)
    assert "niet op de kaart van die dag: Weesp." in page.text
    assert len(names(draft_strategy)) == 39


def test_a_day_that_does_not_exist_is_refused_beside_the_field(client, olga, draft_strategy):
    assert client.post(f"{BASE}gemeenten/", {"day": "2019-02-30"}).status_code == 422
    assert names(draft_strategy) == []


# Adding


def test_somebody_is_added_once_however_often_the_button_is_pressed(client, olga, draft_strategy):
    partner = {"name": "Politie Gooi Noord", "kind": "partner", "email": "politie@voorbeeld.nl", "needs_release": "on"}
    for _ in range(2):
        assert client.post(f"{BASE}nieuw/", partner).status_code == 302
    assert names(draft_strategy) == ["Politie Gooi Noord"]
    again = client.post(f"{BASE}nieuw/", partner | {"email": "ander@voorbeeld.nl"})
    assert again.status_code == 422 and "Deze naam staat al in de lijst." in again.text
    assert mails(draft_strategy) == []


def test_a_last_moment_after_the_round_has_closed_is_refused(client, olga, draft_strategy):
    answer = client.post(f"{BASE}nieuw/", {"name": "Politie", "kind": "partner", "expires_at": "2026-10-16T09:00"})
    assert answer.status_code == 422 and "De ronde sluit eerder." in answer.text


def test_pasted_addresses_find_their_municipality(client, olga, draft_strategy):
    client.post(f"{BASE}gemeenten/", {"day": SLOTS_OF_2022})
    lines = "gemeente;e-mail\nGemeente Blaricum;b@voorbeeld.nl\nHUIZEN;h@voorbeeld.nl"
    page = client.post(f"{BASE}veel/", {"kind": "area", "lines": lines}, follow=True)
    assert "2 adressen ingevuld." in page.text
    with inside(draft_strategy.area):
        found = dict(Invitation.objects.exclude(email="").values_list("name", "email"))
    assert found == {"Blaricum": "b@voorbeeld.nl", "Huizen": "h@voorbeeld.nl"}


def test_wrong_lines_are_named_and_nothing_is_taken_over(client, olga, draft_strategy):
    client.post(f"{BASE}gemeenten/", {"day": SLOTS_OF_2022})
    lines = "Blaricum;b@voorbeeld.nl\nNergenshuizen;n@voorbeeld.nl\nHuizen;geen adres"
    answer = client.post(f"{BASE}veel/", {"kind": "area", "lines": lines})
    assert answer.status_code == 422
    for text in (
        "2 regels kloppen nog niet.",
        "Deze gemeente staat niet in de lijst.",
        "‘geen adres’ is geen e-mailadres.",
        "Nergenshuizen",
    ):
        assert text in answer.text
    with inside(draft_strategy.area):
        assert not Invitation.objects.exclude(email="").exists()


def test_partners_come_in_from_a_file_and_a_second_time_nothing_changes(client, olga, draft_strategy):
    def csv():
        return SimpleUploadedFile("partners.csv", "Naam;E-mail\nPolitie;p@voorbeeld.nl\nBrandweer;b@voorbeeld.nl\n".encode("cp1252"))

    page = client.post(f"{BASE}veel/", {"kind": "partner", "file": csv()}, follow=True)
    assert "2 namen erbij." in page.text
    page = client.post(f"{BASE}veel/", {"kind": "partner", "file": csv()}, follow=True)
    assert "Alles stond al in de lijst." in page.text
    assert names(draft_strategy) == ["Brandweer", "Politie"]


def test_a_file_that_is_no_spreadsheet_says_so(client, olga, draft_strategy):
    answer = client.post(f"{BASE}veel/", {"kind": "partner", "file": SimpleUploadedFile("a.xlsx", b"MZ\x90\x00\x03" * 40)})
    assert answer.status_code == 422
    assert names(draft_strategy) == []


def test_nothing_pasted_and_no_file_asks_for_one_of_the_two(client, olga, draft_strategy):
    answer = client.post(f"{BASE}veel/", {"kind": "partner"})
    assert answer.status_code == 422 and "Een van de twee." in answer.text


# Sending


def test_the_preview_says_how_many_and_the_button_sends_them_once(client, olga, draft_strategy):
    client.post(f"{BASE}gemeenten/", {"day": SLOTS_OF_2019})
    lines = "\n".join(f"{name};bestuur{number}@voorbeeld.nl" for number, name in enumerate(names(draft_strategy)[:-1]))
    client.post(f"{BASE}veel/", {"kind": "area", "lines": lines})
    preview = client.get(f"{BASE}versturen/")
    assert "Verstuur 38 uitnodigingen" in preview.text and "Bij 1 naam staat nog geen e-mailadres." in preview.text
    assert "Uitnodiging: Regionale Veiligheidsstrategie" in preview.text
    assert mails(draft_strategy) == []
    assert "38 uitnodigingen onderweg." in client.post(f"{BASE}versturen/", follow=True).text
    assert "Er stond niets meer klaar." in client.post(f"{BASE}versturen/", follow=True).text
    sent = mails(draft_strategy, "invitation")
    assert len(sent) == len({mail.to for mail in sent}) == 38
    assert "Nog niet verstuurd" in client.get(BASE).text


def test_sent_again_is_one_mail_however_often_the_button_is_pressed(client, olga, draft_strategy):
    invitation = invited(draft_strategy, olga)
    send(draft_strategy, olga)
    first = link_of(invitation)
    for _ in range(2):
        client.post(f"{BASE}{invitation.pk}/opnieuw/", {"keer": 1})
    assert len(mails(draft_strategy, "invitation")) == 2
    assert link_of(invitation) == first


def test_replacing_the_link_mails_a_new_one(client, olga, draft_strategy):
    invitation = invited(draft_strategy, olga)
    send(draft_strategy, olga)
    first = link_of(invitation)
    for _ in range(2):
        client.post(f"{BASE}{invitation.pk}/nieuwe-link/", {"link": 1})
    assert len(mails(draft_strategy, "invitation")) == 2
    assert link_of(invitation) != first


def test_without_an_address_nothing_is_sent_and_the_page_says_what_to_do(client, olga, draft_strategy):
    invitation = invited(draft_strategy, olga, email="")
    answer = client.post(f"{BASE}{invitation.pk}/opnieuw/", {"keer": 0})
    assert answer.status_code == 409 and "Vul eerst een e-mailadres in." in answer.text
    assert "Er staat niets klaar" in client.get(f"{BASE}versturen/").text


def test_the_officer_never_sees_the_link_of_a_body(client, olga, draft_strategy):
    invitation = invited(draft_strategy, olga)
    send(draft_strategy, olga)
    token = link_of(invitation).rstrip("/").rsplit("/", 1)[1]
    for page in (BASE, f"{BASE}{invitation.pk}/"):
        assert token not in client.get(page).text


# Changing and taking back


def test_an_address_and_a_last_moment_change(client, olga, draft_strategy):
    invitation = invited(draft_strategy, olga)
    answer = client.post(f"{BASE}{invitation.pk}/", {"email": "goed@voorbeeld.nl", "expires_at": "2026-10-01T12:00"}, follow=True)
    assert "Opgeslagen." in answer.text and "1 oktober 2026, 12.00 uur" in answer.text
    changed = fresh(invitation)
    assert (changed.email, changed.needs_release) == ("goed@voorbeeld.nl", False)
    bad = client.post(f"{BASE}{invitation.pk}/", {"email": "fout", "needs_release": "on"})
    assert bad.status_code == 422 and 'value="fout"' in bad.text


def test_an_invitation_is_taken_back_with_a_reason(client, olga, draft_strategy):
    invitation = invited(draft_strategy, olga)
    send(draft_strategy, olga)
    assert client.post(f"{BASE}{invitation.pk}/intrekken/", {"reason": ""}).status_code == 422
    for _ in range(2):
        assert client.post(f"{BASE}{invitation.pk}/intrekken/", {"reason": "Dubbel."}).status_code == 302
    assert verbs(draft_strategy).count("invitation.revoked") == 1
    page = client.get(f"{BASE}{invitation.pk}/")
    assert "Ingetrokken" in page.text and "(‘Dubbel.’)" in page.text and "Verstuur opnieuw" not in page.text
    assert client.post(f"{BASE}{invitation.pk}/opnieuw/", {"keer": 1}).status_code == 409


def test_what_was_answered_is_not_taken_back(client, olga, draft_strategy):
    invitation = invited(draft_strategy, olga)
    send(draft_strategy, olga)
    release(client, offered(client, invitation, "Antwoord."))
    answer = client.post(f"{BASE}{invitation.pk}/intrekken/", {"reason": "Toch niet."})
    assert answer.status_code == 409 and "al ontvangen" in answer.text


def test_a_frozen_round_takes_nothing(client, olga, draft_strategy, frozen):
    invitation = invited(draft_strategy, olga)
    frozen(draft_strategy)
    posts = {
        "nieuw/": {"name": "Politie", "kind": "partner"},
        "veel/": {"kind": "partner", "lines": "Politie;p@voorbeeld.nl"},
        "gemeenten/": {"day": SLOTS_OF_2022},
        "versturen/": {},
        f"{invitation.pk}/": {"email": "ander@voorbeeld.nl"},
        f"{invitation.pk}/opnieuw/": {"keer": 0},
        f"{invitation.pk}/nieuwe-link/": {"link": 1},
        f"{invitation.pk}/intrekken/": {"reason": "Dubbel."},
    }
    for address, data in posts.items():
        answer = client.post(BASE + address, data)
        assert (address, answer.status_code) == (address, 409)
        assert "Er kan niets meer bij of af." in answer.text
    assert names(draft_strategy) == ["Blaricum"] and mails(draft_strategy) == []


# How far each is


def test_each_state_follows_from_what_happened(client, olga, draft_strategy, unit):
    made = {
        name: invited(draft_strategy, olga, name, f"{name}@voorbeeld.nl", kind="partner")
        for name in ("gevraagd", "mislukt", "geopend", "concept", "vrijgave", "ontvangen", "ingetrokken", "verlopen")
    }
    send(draft_strategy, olga)
    invited(draft_strategy, olga, "wacht", "", kind="partner")
    with inside(unit):
        Mail.objects.filter(invitation=made["mislukt"]).update(status=MailStatus.FAILED, failure="Het adres bestaat niet.")
        services.revoke(made["ingetrokken"], reason="dubbel", by=olga)
        Invitation.objects.filter(pk=made["verlopen"].pk).update(expires_at=draft_strategy.opens_at)
    client.get(link_of(made["geopend"]))
    client.get(link_of(made["concept"]))
    client.post(link_of(made["concept"]), written("Begin."))
    offered(client, made["vrijgave"], "Klaar.")
    release(client, offered(client, made["ontvangen"], "Klaar."))
    assert states(draft_strategy) == {
        "wacht": InvitationState.NOT_SENT,
        "gevraagd": InvitationState.INVITED,
        "mislukt": InvitationState.UNDELIVERED,
        "geopend": InvitationState.OPENED,
        "concept": InvitationState.DRAFT,
        "vrijgave": InvitationState.OFFERED,
        "ontvangen": InvitationState.RECEIVED,
        "verlopen": InvitationState.EXPIRED,
        "ingetrokken": InvitationState.REVOKED,
    }
    with inside(unit):
        assert set(counts_of(draft_strategy).values()) == {1}
    page = client.get(BASE).text
    for state in InvitationState:
        assert state.label in page
    assert "Het adres bestaat niet." in page
    only = client.get(BASE, {"staat": "undelivered"})
    assert [one.name for one in only.context["page"]] == ["mislukt"]


def test_whoever_was_never_asked_before_the_round_closed_is_not_called_too_late(client, olga, draft_strategy):
    asked = invited(draft_strategy, olga, "gevraagd", "g@voorbeeld.nl", kind="partner")
    send(draft_strategy, olga)
    waiting = invited(draft_strategy, olga, "wacht", "w@voorbeeld.nl", kind="partner")
    with time_machine.travel(draft_strategy.closes_at + datetime.timedelta(days=1)):
        client.force_login(olga)
        assert states(draft_strategy) == {asked.name: InvitationState.EXPIRED, waiting.name: InvitationState.NOT_SENT}
        page = client.get(f"{BASE}versturen/").text
        assert "De ronde is gesloten" in page
        assert 'href="/midden-nederland/inbreng/strategie/instellingen/"' in page
        client.post(f"{BASE}versturen/")
        with inside(draft_strategy.area):
            link = urlsplit(invitation_link(waiting)).path
        assert client.get(link).status_code == 410  # whoever would have it cannot write
    assert states(draft_strategy)[waiting.name] == InvitationState.NOT_SENT


def test_each_wrong_line_says_under_it_what_to_do(client, olga, draft_strategy):
    answer = client.post(f"{BASE}veel/", {"kind": "partner", "lines": "Politie;geen adres"})
    assert answer.status_code == 422
    assert "<strong>Regel 1</strong>" in answer.text and "<table" not in answer.text
    assert "‘geen adres’ is geen e-mailadres." in answer.text


@pytest.mark.parametrize("number", [1, 39, 200])
def test_the_list_costs_the_same_number_of_queries_for_one_and_for_two_hundred(
    client, olga, draft_strategy, number, django_assert_num_queries
):
    with inside(draft_strategy.area):
        services.take_addresses(
            draft_strategy, {}, [(f"Partner {at}", f"p{at}@voorbeeld.nl") for at in range(number)], kind="partner", by=olga
        )
        services.send_invitations(draft_strategy, by=olga)
    client.get(BASE)
    with django_assert_num_queries(QUERIES):
        page = client.get(BASE)
    assert page.context["total"] == number


# session, user, area with memberships, two to open the wall, round, counts, number of rows, rows, ready, without an address, and the menu;
# a savepoint around the view (2)
QUERIES = 13


def test_sending_two_hundred_takes_a_handful_of_statements(client, olga, draft_strategy, django_assert_max_num_queries):
    with inside(draft_strategy.area):
        services.take_addresses(
            draft_strategy, {}, [(f"Partner {at}", f"p{at}@voorbeeld.nl") for at in range(200)], kind="partner", by=olga
        )
        with django_assert_max_num_queries(12):
            assert services.send_invitations(draft_strategy, by=olga) == 200


# Who may


def test_a_council_member_sees_who_was_invited_but_no_addresses_and_changes_nothing(client, carla, anke, blaricum):
    partners = strategy(blaricum, slug="partners")
    invitation = invited(partners, anke, "Politie", "politie@voorbeeld.nl", kind="partner")
    client.force_login(carla)
    page = client.get("/blaricum/inbreng/partners/uitnodigingen/")
    assert page.status_code == 200
    assert "Politie" in page.text and "politie@voorbeeld.nl" not in page.text
    for address in ("nieuw/", "veel/", "gemeenten/", "versturen/", f"{invitation.pk}/", f"{invitation.pk}/intrekken/"):
        assert client.get(f"/blaricum/inbreng/partners/uitnodigingen/{address}").status_code == 403


def test_an_invitation_of_another_round_or_area_is_not_found(client, olga, draft_strategy, unit, anke, blaricum):
    elsewhere = invited(strategy(unit, slug="ander"), olga)
    neighbours = invited(strategy(blaricum, slug="partners"), anke)
    for invitation in (elsewhere, neighbours):
        assert client.get(f"{BASE}{invitation.pk}/").status_code == 404
        assert client.post(f"{BASE}{invitation.pk}/opnieuw/", {"keer": 0}).status_code == 404
