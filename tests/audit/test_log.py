"""The log: every verb has a sentence, and every sentence a verb that is used."""

import re
from pathlib import Path

import pytest

from ivp_portal.audit.log import record
from ivp_portal.audit.models import LogEntry
from ivp_portal.audit.verbs import VERBS
from ivp_portal.organisation.access import inside

ROOT = Path(__file__).resolve().parents[2]
TOLD_ONLY = {"verbs.py", "story.py", "story_words.py"}
"""Modules that name a verb to tell of it, which is not writing it."""
SOURCES = [path for app in ("consultation", "priorities", "reports", "ivp_portal") for path in (ROOT / app).rglob("*.py")]


def verbs_in_the_source() -> set[str]:
    """Everything between quotes that looks like a verb, outside the list itself and where it is only told."""
    text = "\n".join(path.read_text() for path in SOURCES if path.name not in TOLD_ONLY)
    return {found for found in re.findall(r'"([a-z]+\.[a-z_]+)"', text) if found.split(".")[0] in {verb.split(".")[0] for verb in VERBS}}


def test_every_verb_in_the_list_is_used():
    assert set(VERBS) - verbs_in_the_source() == set()


def test_a_line_tells_who_did_what_even_when_the_account_is_gone(plan, anke):
    with inside(plan.area):
        record("plan.started", by=anke, target=plan, period=plan.period)
        anke.memberships.all().delete()
        anke.delete()
        line = LogEntry.objects.about(plan).get()
        assert str(line) == "Anke de Boer: begon een plan Integraal Veiligheidsplan Blaricum 2027–2030"
        assert line.facts == {"period": "2027-2030"}


def test_a_verb_without_a_sentence_is_refused(plan, anke):
    with inside(plan.area), pytest.raises(KeyError):
        record("plan.danced", by=anke, target=plan)
