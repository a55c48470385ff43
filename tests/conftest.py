"""The cast and the world: Gooi en Vechtstreek from the seeds, and the people who work with it."""

import datetime
import os
import shutil
from typing import Any

from django.apps import apps
from django.db.models.signals import post_migrate
from django.utils import timezone

import pytest
from xdist.scheduler import LoadScopeScheduling

from consultation.models import Channel, Contribution, Contributor, ContributorKind, Round, RoundKind, Submission
from ivp_portal.organisation.access import inside
from ivp_portal.organisation.models import Area, User
from ivp_portal.organisation.roles import Role
from ivp_portal.organisation.services import grant_membership, load_areas
from priorities.models import Plan, PlanPriority, PlanRound, Priority

# Playwright keeps an event loop in this thread; Django would take every query after it for one made inside a coroutine.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


PAPERS = ("tests/reports/test_pdf.py", "tests/reports/test_verapdf.py")
APART = ("tests/browser/", "tests/reports/test_faults.py")


def together(nodeid: str) -> str:
    """What shares a process: a file, with what it starts once. Journeys share nothing; papers are printed once for two files."""
    if nodeid.startswith(APART):
        return nodeid
    return "papers" if nodeid.startswith(PAPERS) else nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    scheduling = LoadScopeScheduling(config, log)
    scheduling._split_scope = together
    return scheduling


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long ones begin, so that the processes end together."""
    items.sort(
        key=lambda item: (not item.nodeid.startswith(PAPERS), not item.get_closest_marker("faults"), not item.get_closest_marker("browser"))
    )


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium without its window; it looks nothing up by itself. As root it cannot make its sandbox."""
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic", "--no-first-run"]
    drawing = ["--disable-gpu"]  # there is none: what stands in for it takes a core
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    program = shutil.which("chromium-headless-shell")
    return {**browser_type_launch_args, "executable_path": program, "args": quiet + drawing + sandbox}


@pytest.fixture(autouse=True)
def store(settings, tmp_path_factory):
    """Files of their own for each test process: what one of them tidies up belongs to nobody else's rows."""
    place = {"location": str(tmp_path_factory.getbasetemp() / "files")}
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": place},
    }


def _draw_the_map(**_: object) -> None:
    load_areas()


# Once per test database, and again when a test with transactions of its own has emptied it: per test it took longer than many a test.
post_migrate.connect(_draw_the_map, sender=apps.get_app_config("organisation"))


@pytest.fixture
def areas(db):
    """Every area of the checked-in CSV."""
    return {area.slug: area for area in Area.objects.with_lineage()}


def person(username: str, name: str, area: Area, role: Role, party: str = "") -> User:
    user = User.objects.create_user(username, password="geheim-genoeg-12", full_name=name, email=f"{username}@voorbeeld.nl")
    grant_membership(user, area, role, party=party)
    return user


@pytest.fixture
def blaricum(areas):
    return areas["blaricum"]


@pytest.fixture
def hilversum(areas):
    return areas["hilversum"]


@pytest.fixture
def anke(blaricum):
    """Policy officer of Blaricum."""
    return person("anke", "Anke de Boer", blaricum, Role.POLICY_OFFICER)


@pytest.fixture
def peter(blaricum):
    """The second policy officer of Blaricum."""
    return person("peter", "Peter Vos", blaricum, Role.POLICY_OFFICER)


@pytest.fixture
def carla(blaricum):
    """Council member of Blaricum."""
    return person("carla", "Carla Smit", blaricum, Role.COUNCIL_MEMBER, party="Dorp & Natuur")


@pytest.fixture
def gerda(blaricum):
    """Clerk of Blaricum."""
    return person("gerda", "Gerda Mol", blaricum, Role.CLERK)


@pytest.fixture
def bram(hilversum):
    """Policy officer of Hilversum: the outsider."""
    return person("bram", "Bram Kok", hilversum, Role.POLICY_OFFICER)


@pytest.fixture
def dirk(areas):
    """District coordinator of Gooi en Vechtstreek."""
    return person("dirk", "Dirk Prins", areas["gooi-en-vechtstreek"], Role.DISTRICT_COORDINATOR)


def make_priority(area: Area, title: str, year: int = 2027) -> Priority:
    with inside(area):
        return Priority.objects.create(
            area=area,
            title=title,
            starts_on=datetime.date(year, 1, 1),
            ends_on=datetime.date(year + 3, 12, 31),
            summary=f"{title} in één zin.",
        )


def make_contribution(
    round: Round, sub_subject: str, *, subject: str = "Sociale veiligheid", text: str = "", party: str = ""
) -> Contribution:
    """One thing said in the council, in its own submission."""
    with inside(round.area):
        contributor = Contributor.objects.create(area=round.area, kind=ContributorKind.COUNCIL, party=party)
        submission = Submission.objects.create(
            area=round.area, round=round, contributor=contributor, channel=Channel.SESSION, said_on=datetime.date(2026, 9, 16)
        )
        number = round.contributions.count() + 1
        return Contribution.objects.create(
            area=round.area, round=round, submission=submission, number=number, subject=subject, sub_subject=sub_subject, text=text
        )


@pytest.fixture
def plan(blaricum):
    """Blaricum's plan 2027-2030 with one council session, two shared and one local priority; open for triage."""
    with inside(blaricum):
        plan = Plan.objects.create(area=blaricum, starts_on=datetime.date(2027, 1, 1), ends_on=datetime.date(2030, 12, 31))
        moment = timezone.make_aware(datetime.datetime(2026, 9, 16, 20, 0))  # noqa: DTZ001 made aware here
        round = Round.objects.create(
            area=blaricum,
            slug="raadssessie",
            kind=RoundKind.COUNCIL_SESSION,
            title="Raadssessie 2026",
            opens_at=moment,
            closes_at=moment + datetime.timedelta(hours=3),
        )
        PlanRound.objects.create(area=blaricum, plan=plan, round=round)
    district = blaricum.lineage()[2]
    for position, (area, title) in enumerate([(district, "Ondermijning"), (district, "Digitale veiligheid"), (blaricum, "Jeugd")], 1):
        priority = make_priority(area, title)
        with inside(blaricum):
            PlanPriority.objects.create(area=blaricum, plan=plan, priority=priority, position=position)
    return plan


@pytest.fixture
def council_round(plan):
    """The round that feeds the plan."""
    with inside(plan.area):
        return Round.objects.select_related("area").get(plan_round__plan=plan)


@pytest.fixture
def overlast(council_round):
    """One contribution that nobody weighed yet."""
    return make_contribution(council_round, "Jeugdoverlast", text="Groepen jongeren bij het winkelcentrum.")
