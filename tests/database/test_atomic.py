"""Changes that are whole or not at all, inside a transaction and outside one."""

from django.db import connection, transaction

import pytest

from ivp_portal.database.atomic import whole
from ivp_portal.organisation.models import User


class Refused(Exception):
    pass


@whole
def add(name: str, *, refuse: str = "") -> None:
    """Adds an account; refuses before or after."""
    if refuse == "before":
        raise Refused
    User.objects.create(username=name)
    if refuse == "after":
        raise Refused


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_a_change_that_breaks_off_leaves_nothing():
    with pytest.raises(Refused):
        add("anna", refuse="after")
    add("bas")
    assert [user.username for user in User.objects.all()] == ["bas"]
    assert not connection.in_atomic_block


@pytest.mark.django_db(transaction=True)
def test_inside_a_transaction_a_refusal_leaves_it_usable_and_what_breaks_it_off_takes_all_along():
    with transaction.atomic():
        with pytest.raises(Refused):
            add("anna", refuse="before")
        add("bas")
    assert User.objects.filter(username="bas").exists()
    with pytest.raises(Refused), transaction.atomic():
        add("carla")
        add("dirk", refuse="after")
    assert set(User.objects.values_list("username", flat=True)) == {"bas"}
