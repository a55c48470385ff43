"""Who may come in, and what they may do there."""

import datetime

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.urls import reverse

import pytest

from ivp_portal.organisation.access import areas_open_to, enter_area, enter_municipality, inside, may
from ivp_portal.organisation.models import Membership
from ivp_portal.organisation.roles import GRANTS, Action, Role, grants


@pytest.mark.parametrize(("role", "action"), [(role, action) for role in Role for action in Action])
def test_a_role_may_do_below_its_area_no_more_than_at_it(role, action):
    assert not grants(role, action, below=True) or grants(role, action)
    assert grants(role, action) == (action in GRANTS[role])


def test_every_role_may_read():
    assert all(grants(role, Action.READ) for role in Role)


def test_a_neighbour_and_a_typing_error_get_the_same_answer(anke, hilversum):
    for slug in ("hilversum", "hilverzum", "gooi-en-vechtstreek"):
        with pytest.raises(Http404):
            enter_municipality(anke, slug, Action.READ)


def test_at_home_without_leave_is_refused_and_not_hidden(carla):
    with pytest.raises(PermissionDenied):
        enter_municipality(carla, "blaricum", Action.DECIDE)


def test_a_district_coordinator_looks_below_and_writes_at_the_district(dirk, areas):
    assert enter_municipality(dirk, "blaricum", Action.READ) == areas["blaricum"]
    with pytest.raises(PermissionDenied):
        enter_municipality(dirk, "blaricum", Action.DRAFT)
    assert enter_area(dirk, "gooi-en-vechtstreek", Action.DRAFT) == areas["gooi-en-vechtstreek"]
    with pytest.raises(Http404):
        enter_area(dirk, "flevoland", Action.READ)


def test_a_membership_holds_between_its_days(anke, blaricum):
    yesterday = datetime.date(2020, 1, 1)
    Membership.objects.filter(user=anke).update(starts_on=yesterday, ends_on=yesterday)
    assert not may(anke, Action.READ, blaricum)
    assert areas_open_to(anke) == []


def test_whoever_has_one_area_goes_straight_there_and_the_others_choose(client, anke, dirk, areas):
    client.force_login(anke)
    assert client.get(reverse("home")).url == "/blaricum/"
    Membership.objects.create(user=anke, area=areas["laren"], role=Role.COUNCIL_MEMBER)
    page = client.get(reverse("home"))
    assert "Gemeente Blaricum" in page.text
    assert "Gemeente Laren" in page.text


def test_whoever_has_no_area_is_told_what_to_do(client, anke):
    Membership.objects.all().delete()
    client.force_login(anke)
    assert "U heeft nog geen toegang" in client.get(reverse("home")).text


@pytest.mark.django_db(transaction=True)
def test_without_a_transaction_the_wall_does_not_open(anke):
    with pytest.raises(RuntimeError, match="per transaction"):
        enter_municipality(anke, "blaricum", Action.READ)


@pytest.mark.django_db(transaction=True)
def test_a_mistake_inside_leaves_no_wall_open(areas):
    with pytest.raises(ZeroDivisionError), inside("blaricum"):
        1 / 0  # noqa: B018
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('ivp.readable', true), '')")
        assert cursor.fetchone() == ("",)
