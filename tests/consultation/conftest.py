"""A round of its own for each audience, without a plan, so that nothing but the consultation is in play."""

import datetime
from collections.abc import Callable

from django.utils import timezone

import pytest

from consultation.models import Contribution, Round, RoundKind, Theme
from consultation.services import freeze_round, load_themes
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from ivp_portal.organisation.models import Area

OPENS_AT = datetime.datetime(2026, 9, 16, 20, 0)  # noqa: DTZ001 made aware in make_round


def make_round(area: Area, slug: str = "avond", kind: str = RoundKind.COUNCIL_SESSION, title: str = "Raadssessie september") -> Round:
    opens_at = timezone.make_aware(OPENS_AT)
    with inside(area):
        return Round.objects.create(
            area=area, slug=slug, kind=kind, title=title, opens_at=opens_at, closes_at=opens_at + datetime.timedelta(hours=3)
        )


def contributions(round: Round) -> list[Contribution]:
    """Everything in the round as numbered, with who said it loaded."""
    with inside(round.area):
        return list(Contribution.objects.filter(round=round).select_related("submission__contributor", "round").order_by("number"))


def logged(round: Round) -> list[tuple[str, dict]]:
    """(verb, facts) of everything the log says in the round's area, oldest first."""
    with inside(round.area):
        return list(LogEntry.objects.filter(area=round.area).order_by("pk").values_list("verb", "facts"))


@pytest.fixture
def evening(blaricum) -> Round:
    """A council session of Blaricum in which nothing was said yet."""
    return make_round(blaricum)


@pytest.fixture
def frozen() -> Callable[[Round], Round]:
    """Freeze a round, as adopting its plan does."""

    def freeze(round: Round) -> Round:
        with inside(round.area):
            freeze_round(round, by=None)
            round.refresh_from_db()
        return round

    return freeze


@pytest.fixture
def themes(areas) -> dict[str, Theme]:
    """The catalogue of the nation, by name."""
    load_themes()
    with inside("blaricum") as (blaricum,):
        return {theme.name: theme for theme in Theme.objects.of(blaricum)}
