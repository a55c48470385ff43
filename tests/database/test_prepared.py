"""Queries put together once and asked many times: the same rows as asked plainly, whatever the numbers."""

from django.db import connection
from django.db.models import OuterRef, Subquery
from django.test.utils import CaptureQueriesContext

import pytest

from ivp_portal.database.prepared import KEPT, Prepared
from ivp_portal.organisation.models import Area


def below(pk):
    """The areas under one, each with its parent loaded and the name of the one above that."""
    above = Area.objects.filter(pk=OuterRef("parent__parent")).values("name")
    return Area.objects.filter(parent=pk).select_related("parent").annotate(above=Subquery(above)).order_by("pk")


def test_it_gives_what_the_query_itself_gives_for_every_number(areas):
    query = Prepared("pk")
    for slug in ("gooi-en-vechtstreek", "midden-nederland", "blaricum", "gooi-en-vechtstreek"):
        plain = list(below(areas[slug].pk))
        with CaptureQueriesContext(connection) as asked:
            prepared = query.rows("below", below, pk=areas[slug].pk)
            seen = [(area.pk, area.name, area.parent.name, area.above) for area in prepared]
        assert seen == [(area.pk, area.name, area.parent.name, area.above) for area in plain]
        assert len(asked) == 1


def test_it_gives_tuples_where_the_query_does(areas):
    query = Prepared("low", "high")
    first, last = min(area.pk for area in areas.values()), max(area.pk for area in areas.values())

    def between(low, high):
        return Area.objects.filter(pk__gte=low, pk__lte=high).order_by("pk").values_list("pk", "name")

    for low, high in ((first, first + 2), (last, last), (last, first)):
        assert query.rows(None, between, low=low, high=high) == list(between(low, high))


def test_another_key_is_another_query(areas):
    query = Prepared("pk")
    pk = areas["gooi-en-vechtstreek"].pk
    assert query.rows("below", below, pk=pk)
    assert [area.pk for area in query.rows("itself", lambda pk: Area.objects.filter(pk=pk), pk=pk)] == [pk]


def test_it_forgets_when_it_knows_too_many(areas):
    query = Prepared("pk")
    pk = areas["blaricum"].pk
    for key in range(KEPT + 2):
        assert [area.pk for area in query.rows(key, lambda pk: Area.objects.filter(pk=pk), pk=pk)] == [pk]


def test_the_server_keeps_one_plan_and_gives_the_same(areas):
    query = Prepared("pk", one_plan=True)
    for slug in ("gooi-en-vechtstreek", "midden-nederland", "blaricum") * 3:
        pk = areas[slug].pk
        found = [(area.pk, area.parent.name, area.above) for area in query.rows("below", below, pk=pk)]
        assert found == [(area.pk, area.parent.name, area.above) for area in below(pk)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), max(generic_plans) FROM pg_prepared_statements WHERE statement LIKE '%organisation_area%'")
        kept, generic = cursor.fetchone()
    assert kept >= 1 and generic >= 1


def test_a_percent_sign_in_the_words_of_a_query_stays_one(areas):
    query = Prepared("pk", one_plan=True)
    pk = areas["blaricum"].pk
    assert not query.rows("percent", lambda pk: Area.objects.filter(pk=pk, name__contains="100%"), pk=pk)
    assert query.rows("letters", lambda pk: Area.objects.filter(pk=pk, name__contains="lar"), pk=pk)


def test_a_number_that_is_not_in_the_query_is_a_mistake(areas):
    with pytest.raises(ValueError, match="pk does not stand in the query"):
        Prepared("pk").rows("all", lambda pk: Area.objects.all(), pk=1)
