"""Every decision kind is whole: a half-made one fails here, by its name."""

import re

import pytest

from ivp_portal.web.templatetags.portal import badge
from priorities.decision_kinds import ALL, ANY_LEVEL, DECISION_KINDS, choices, offered
from priorities.models import Destination
from priorities.rules import Choice, PriorityFacts, problems_with
from reports.weighing import FILLS

KINDS = pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.code)


def test_each_code_is_used_once():
    assert len(DECISION_KINDS) == len(ALL)


@KINDS
def test_its_code_can_be_stored(kind):
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", kind.code)
    assert len(kind.code) <= Destination._meta.get_field("kind").max_length


@KINDS
def test_it_has_words_for_screen_and_paper(kind):
    assert kind.label.strip()
    assert kind.paper_label.strip()
    assert kind.stock_rationale.endswith(".")


@KINDS
def test_its_badge_can_be_drawn_on_screen_and_on_paper(kind):
    assert kind.label in badge(kind.label, kind.tone, kind.icon)  # raises for an unknown tone or icon
    if not kind.drafts_only:  # the papers tell what a badge's fill means
        assert kind.tone in FILLS


@KINDS
def test_it_names_one_thing_at_most_and_its_sentence_says_which(kind):
    assert kind.priority_at <= ANY_LEVEL
    assert not (kind.needs_priority and kind.names), "a priority or a free text, not both"
    assert kind.names or not kind.names_chapter
    assert ("{name}" in kind.stock_rationale) == (kind.needs_priority or bool(kind.names))


@KINDS
def test_a_refusal_names_nothing(kind):
    assert kind.taken_up or not (kind.needs_priority or kind.names)


@KINDS
def test_a_decision_with_its_own_sentence_is_sound(kind):
    priority = PriorityFacts(1, "Iets", min(kind.priority_at)) if kind.needs_priority else None
    choice = Choice(kind, priority, "Iets" if kind.names else "")
    extent = kind.extent or ("wholly" if kind.taken_up else "not")
    assert problems_with([choice], extent=extent, rationale=kind.stock_rationale, for_draft_strategy=kind.drafts_only) == []


def test_the_keys_keep_their_meaning():
    first = ["going_concern", "regional_priority", "local_priority", "within_priority", "other_policy", "other_body", "other_chapter"]
    assert [kind.code for kind in offered()][:8] == [*first, "not_taken_up"]


def test_what_is_offered_has_a_key_of_one_digit():
    assert 1 <= len(offered()) <= 9
    assert 1 <= len(offered(for_draft_strategy=True)) <= 9


def test_a_retired_kind_is_known_but_not_offered():
    retired = {kind.code for kind in ALL if kind.retired}
    assert retired <= DECISION_KINDS.keys()
    assert not retired & {code for code, _ in choices()}
    assert not any(kind.retired for kind in (*offered(), *offered(for_draft_strategy=True)))
