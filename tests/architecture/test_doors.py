"""Every row of a municipality is fetched through its door: views hold no query of their own on a tenant's model."""

import ast
from pathlib import Path

from django.apps import apps

import pytest

from tests.architecture.test_walls import OUR_APPS, SHARED

ROOT = Path(__file__).resolve().parents[2]
VIEWS = sorted([*ROOT.glob("*/views.py"), *ROOT.glob("*/views/*.py"), *ROOT.glob("ivp_portal/*/views.py")])
TENANT_MODELS = {
    model.__name__ for label in OUR_APPS for model in apps.get_app_config(label).get_models() if model._meta.db_table not in SHARED
}
NAMED = {"of", "about", "current"}


def unguarded(source: str) -> list[str]:
    """The tenant models whose manager is asked for anything but a named query."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Attribute)
            and node.value.attr == "objects"
            and isinstance(node.value.value, ast.Name)
            and node.value.value.id in TENANT_MODELS
            and node.attr not in NAMED
        ):
            found.append(f"{node.value.value.id}.objects.{node.attr} on line {node.lineno}")
    return found


@pytest.mark.parametrize("path", VIEWS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_view_asks_a_municipalitys_rows_only_through_a_named_query(path):
    assert unguarded(path.read_text()) == []


def test_the_check_itself_sees_a_bare_query():
    assert unguarded("Plan.objects.filter(pk=1)") == ["Plan.objects.filter on line 1"]
    assert unguarded("Plan.objects.of(area).filter(pk=1)") == []
