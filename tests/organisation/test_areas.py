"""The map: five levels, dates, and the checked-in CSV."""

import datetime

from django.db import IntegrityError, transaction

import pytest

from ivp_portal.organisation.models import Area, AreaKind
from ivp_portal.organisation.services import load_areas


def test_the_unit_has_its_districts_teams_and_municipalities(areas):
    unit = areas["midden-nederland"]
    assert [area.name for area in areas["blaricum"].lineage()] == [
        "Blaricum", "Gooi Noord", "Gooi en Vechtstreek", "Midden-Nederland", "Nederland",
    ]  # fmt: skip
    assert Area.objects.within(unit).filter(kind=AreaKind.DISTRICT).count() == 5


@pytest.mark.parametrize(("day", "number"), [(datetime.date(2019, 3, 1), 39), (datetime.date(2022, 9, 14), 38)])
def test_municipalities_leave_and_the_old_map_stays(areas, day, number):
    assert Area.objects.within(areas["midden-nederland"]).municipalities().existing_on(day).count() == number


def test_loading_twice_changes_nothing(areas):
    assert load_areas() == {"added": 0, "changed": 0}


def test_a_changed_line_of_the_file_changes_the_area_and_an_unknown_area_stays(areas, tmp_path):
    source = tmp_path / "areas.csv"
    source.write_text(
        "kind,code,name,slug,parent,valid_from,valid_until,successor,note\n"
        "nation,NL,Nederland,nederland,,,,,\nunit,MN,Midden-Nederland,midden-nederland,NL,,,,anders\n"
    )
    assert load_areas(source) == {"added": 0, "changed": 1}
    assert Area.objects.filter(slug="blaricum").exists()


def test_only_the_nation_has_nothing_above_it(areas):
    with pytest.raises(IntegrityError, match="area_only_nation_is_root"), transaction.atomic():
        Area.objects.create(kind=AreaKind.MUNICIPALITY, code="GM9999", name="Nergens", slug="nergens")
    with pytest.raises(IntegrityError, match="area_only_nation_is_root"), transaction.atomic():
        Area.objects.create(kind=AreaKind.NATION, code="XX", name="Dubbel", slug="dubbel", parent=areas["nederland"])


def test_the_lineage_costs_one_query(areas, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert len(Area.objects.with_lineage().get(slug="blaricum").lineage()) == 5
