"""The links of an invitation: signed, in no table, and each of them ends when another takes its place."""

import pytest
import time_machine

from consultation import links, services
from consultation.models import Draft, Invitation, Mail
from ivp_portal.organisation.access import inside
from ivp_portal.organisation.roles import Role
from tests.conftest import person
from tests.consultation.invitations import fresh, invited, link_of, mails, offered, send, strategy

WHEN = "2026-09-10T10:00:00+02:00"


@pytest.fixture(autouse=True)
def during_the_round():
    with time_machine.travel(WHEN, tick=True):
        yield


@pytest.fixture
def olga(areas):
    return person("olga", "Olga Meijer", areas["midden-nederland"], Role.POLICY_OFFICER)


@pytest.fixture
def draft_strategy(areas):
    return strategy(areas["midden-nederland"])


@pytest.fixture
def blaricums(draft_strategy, olga):
    invitation = invited(draft_strategy, olga)
    send(draft_strategy, olga)
    return fresh(invitation)


def token_in(path: str) -> str:
    return path.rstrip("/").rsplit("/", 1)[1]


def test_a_link_is_short_enough_for_a_line_and_needs_no_escaping(blaricums):
    token = token_in(link_of(blaricums))
    assert len(token) < 64
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def test_no_table_holds_the_link_once_its_mail_was_sent(blaricums, draft_strategy):
    signature = token_in(link_of(blaricums)).split(".")[1]
    for mail in mails(draft_strategy):
        services.deliver_mail(mail.pk, mail.area_id)
    with inside(blaricums.area):
        for model in (Invitation, Draft, Mail):
            assert not any(signature in str(value) for row in model.objects.values() for value in row.values())


@pytest.mark.parametrize("change", ["", "1", "999.", "x.y", "1.abc", "-1.abc", "1" * 30 + ".a", "1.\u20ac", "٣.abc"])
def test_a_link_that_somebody_made_up_is_not_found(client, blaricums, change):
    for page in ("uitnodiging", "vrijgeven"):
        assert client.get(f"/midden-nederland/meedoen/{page}/{change or 'niets'}/").status_code == 404


def test_every_letter_of_a_link_counts(client, blaricums):
    path = link_of(blaricums)
    token = token_in(path)
    for place in range(len(token) - 1):  # the last letter of a signature carries two bits that mean nothing
        other = "A" if token[place] != "A" else "B"
        assert client.get(path.replace(token, token[:place] + other + token[place + 1 :])).status_code == 404


def test_a_link_works_only_at_the_area_that_asked(client, blaricums):
    assert client.get(link_of(blaricums).replace("midden-nederland", "blaricum")).status_code == 404


def test_the_link_of_one_body_does_not_open_the_page_of_another(client, blaricums, draft_strategy, olga):
    other = invited(draft_strategy, olga, "Huizen", "h@voorbeeld.nl")
    mine = token_in(link_of(blaricums))
    assert client.get(f"/midden-nederland/meedoen/uitnodiging/{other.pk}.{mine.split('.')[1]}/").status_code == 404


def test_a_replaced_link_is_not_found_and_neither_is_the_offer_made_with_it(client, blaricums, olga):
    old, offer = link_of(blaricums), offered(client, blaricums, "Tekst.")
    with inside(blaricums.area):
        assert services.replace_link(blaricums, version=1, by=olga)
        assert not services.replace_link(blaricums, version=1, by=olga)  # a double click
    assert client.get(old).status_code == 404
    assert client.get(offer).status_code == 404
    page = client.get(link_of(blaricums))
    assert page.status_code == 200 and "Tekst." in page.text
    assert fresh(blaricums).link_version == 2


def test_at_another_address_the_link_that_was_sent_works_no_more(client, blaricums, olga, draft_strategy):
    old = link_of(blaricums)
    with inside(blaricums.area):
        services.change_invitation(blaricums, email="goed@voorbeeld.nl", needs_release=True, expires_at=None, by=olga)
    assert client.get(old).status_code == 404
    assert send(draft_strategy, olga) == 1
    assert mails(draft_strategy, "invitation")[-1].to == "goed@voorbeeld.nl"
    assert client.get(link_of(blaricums)).status_code == 200


def test_an_offer_is_bound_to_whom_and_when(client, blaricums):
    offered(client, blaricums, "Tekst.")
    with inside(blaricums.area):
        draft = Draft.objects.select_related("invitation").get(invitation=blaricums)
        token = links.release_token(draft)
        links.require_release(draft, token)
        for change in ({"offered_to": "ander@voorbeeld.nl"}, {"offered_at": draft.offered_at.replace(microsecond=1)}, {"offered_at": None}):
            changed = Draft.objects.select_related("invitation").get(invitation=blaricums)
            for name, value in change.items():
                setattr(changed, name, value)
            with pytest.raises(links.UnknownLink):
                links.require_release(changed, token)
