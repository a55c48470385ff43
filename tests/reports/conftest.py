"""What the tests of papers share: a storage of their own, and a report of Blaricum's plan."""

import datetime

import pytest

from ivp_portal.organisation.access import inside
from priorities.models import Plan
from reports.documents import DOCUMENTS_BY_SLUG
from reports.models import Report
from reports.services import claim, request_report


@pytest.fixture(autouse=True)
def stored_files(settings, tmp_path):
    """The folder that plays the storage."""
    folder = tmp_path / "files"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(folder)}},
    }
    return folder


def make_plan(area, year: int) -> Plan:
    """An empty plan of that area for the four years from then."""
    with inside(area):
        return Plan.objects.create(area=area, starts_on=datetime.date(year, 1, 1), ends_on=datetime.date(year + 3, 12, 31))


def ask_for(plan, slug: str = "afwegingstabel", *, by=None, anew: bool = False) -> Report:
    """A report as the form asks for it; nobody has come for it yet."""
    with inside(plan.area):
        return request_report(plan, DOCUMENTS_BY_SLUG[slug], by=by, anew=anew)


def as_stored(report: Report) -> Report:
    """The row as it stands in the database now."""
    with inside(report.area):
        return Report.objects.select_related("area", "plan__area", "snapshot").get(pk=report.pk)


def claimed(report: Report) -> Report:
    """The report in the hands of a worker."""
    held = claim(report.pk, report.area_id)
    assert held is not None
    return held


@pytest.fixture
def waiting(plan, overlast, anke):
    """Asked for by Anke; no worker has it yet."""
    return ask_for(plan, by=anke)
