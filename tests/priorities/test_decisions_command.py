"""The command that counts a plan's decisions, for scripts."""

import json
from io import StringIO

from django.core.management import CommandError, call_command

import pytest

from ivp_portal.organisation.access import inside
from priorities.decision_kinds import GOING_CONCERN, LOCAL_PRIORITY, OTHER_BODY
from priorities.models import Priority
from priorities.rules import Choice, PriorityFacts
from priorities.services import decide
from tests.conftest import make_contribution


def count(**options: str) -> tuple[list[str], dict[str, object]]:
    """What the command printed, and its last line read as JSON."""
    out = StringIO()
    call_command("decisions", stdout=out, **{"area": "blaricum", "period": "2027-2030", **options})
    lines = out.getvalue().splitlines()
    return lines, json.loads(lines[-1])


def test_it_counts_per_kind_and_per_extent_and_what_is_left(anke, council_round, overlast):
    honden, stroom = (make_contribution(council_round, point) for point in ("Overlast honden", "Stroomuitval"))
    with inside("blaricum") as (area,):
        jeugd = Priority.objects.of(area).get(title="Jeugd")
        local = Choice(LOCAL_PRIORITY, PriorityFacts(jeugd.pk, jeugd.title, jeugd.level))
        decide(overlast, choices=[local, Choice(OTHER_BODY, named="Politie")], extent="partly", rationale="Deels, want schaars.", by=anke)
        decide(honden, choices=[Choice(GOING_CONCERN)], extent="wholly", rationale="Gewoon werk.", by=anke)
    lines, counted = count()
    assert counted["contributions"] == 3
    assert counted["undecided"] == 1
    assert counted["destinations"] == {"local_priority": 1, "other_body": 1, "going_concern": 1}
    assert counted["first_destinations"] == {"local_priority": 1, "going_concern": 1}
    assert counted["extents"] == {"wholly": 1, "partly": 1, "not": 0}
    assert lines[0] == "Contributions: 3, without a decision: 1"
    assert lines[1] == "Destinations (1 of them a second one):"
    assert stroom.sub_subject not in "".join(lines)


def test_a_decision_that_was_replaced_no_longer_counts(anke, overlast):
    with inside("blaricum"):
        for rationale in ("Eerst dit.", "Toch anders."):
            decide(overlast, choices=[Choice(GOING_CONCERN)], extent="wholly", rationale=rationale, by=anke)
    assert count()[1]["destinations"] == {"going_concern": 1}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"area": "nergens"}, "There is no area 'nergens'."),
        ({"period": "2031-2034"}, "blaricum has no plan for 2031-2034."),
        ({"period": "straks"}, "'straks' is not a period"),
    ],
)
def test_it_says_what_it_could_not_find(plan, options, message):
    with pytest.raises(CommandError, match=message):
        count(**options)
