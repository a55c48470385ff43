"""A plan with its chapters and its route, and the steps of its life."""

import datetime

import pytest

from ivp_portal.organisation.access import inside
from priorities import services
from priorities.decision_kinds import GOING_CONCERN
from priorities.models import Chapter, Phase
from priorities.rules import Choice
from priorities.services import Meeting
from priorities.services.plans import DEFAULT_CHAPTERS

ROUTE = {
    Phase.IMAGE_FORMING: Meeting("Raadssessie", datetime.date(2025, 3, 12)),
    Phase.OPINION_FORMING: Meeting("Commissie", datetime.date(2025, 5, 14)),
    Phase.DECISION_MAKING: Meeting("Gemeenteraad", datetime.date(2025, 6, 4)),
}
COUNCIL_DATE = datetime.date(2025, 6, 4)


@pytest.fixture
def written(plan):
    """The plan with its seven chapters, the first of them written."""
    with inside(plan.area):
        Chapter.objects.bulk_create(
            Chapter(area=plan.area, plan=plan, number=number, title=title, shows=shows)
            for number, (title, shows) in enumerate(DEFAULT_CHAPTERS, 1)
        )
        plan.chapters.filter(number=1).update(lead="Waar het om gaat.", body="## Waarom\n\nOmdat het **moet**.")
    return plan


@pytest.fixture
def dated(written, anke):
    """The plan whose route has three dates."""
    with inside(written.area):
        services.change_route(written, steps=ROUTE, weigh_by=None, by=anke)
    return written


@pytest.fixture
def proposed(dated, anke):
    """The plan before the council."""
    with inside(dated.area):
        return services.propose_plan(dated, by=anke)


@pytest.fixture
def adopted(proposed, anke, gerda, overlast):
    """The plan as the council adopted it, with one point and its answer."""
    weigh(overlast, anke)
    with inside(proposed.area):
        services.adopt_plan(proposed, on=COUNCIL_DATE, by=gerda, decision_number="2025-88")
        proposed.refresh_from_db()
    return proposed


def weigh(contribution, by, *choices):
    """Decide about a contribution; without a choice it is going concern."""
    with inside(contribution.area):
        return services.decide(
            contribution, choices=choices or [Choice(GOING_CONCERN)], extent="wholly", rationale="Dit blijft gewoon werk.", by=by
        )
