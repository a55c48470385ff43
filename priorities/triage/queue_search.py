"""Looking for words in the queue, quick for a rare word and for a common one, behind the wall (ADR 10).

A rare word leads to its points (consultation.PointWord), and those are looked up in the queue. For a common one the queue is walked in its
order until the page is full: that takes few steps because the word is common. Which it is, the index of words tells first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, OuterRef, Q, Subquery

from consultation.models import Contribution
from consultation.searching import joined, words_starting
from priorities.models import Plan
from priorities.models.queue import QueueRowQuerySet

LAST = "\U0010ffff"
"""Comes after every letter: words that begin with a stem lie between the stem and the stem with this behind it."""
FEW = 1_000
"""A word that stands in more points than this is common: they are not counted, and the queue is walked."""

_PROBE = """
WITH stems AS (SELECT unnest(tsvector_to_array(to_tsvector('dutch', %(text)s))) COLLATE "C" AS stem),
rarest AS (
    SELECT stem, (
        SELECT count(*) FROM (
            SELECT 1 FROM consultation_pointword w
            WHERE w.area_id = %(area)s AND w.word >= stem AND w.word < stem || %(last)s LIMIT %(few)s + 1
        ) AS counted
    ) AS number FROM stems ORDER BY 2, 1 LIMIT 1
),
hits AS (
    SELECT DISTINCT said.id FROM rarest CROSS JOIN LATERAL (
        SELECT w.contribution_id AS id FROM consultation_pointword w
        WHERE w.area_id = %(area)s AND w.word >= stem AND w.word < stem || %(last)s LIMIT %(few)s
    ) AS said WHERE rarest.number <= %(few)s
),
found AS (
    SELECT q.* FROM hits JOIN priorities_queuerow q ON q.contribution_id = hits.id JOIN consultation_contribution c ON c.id = hits.id
    WHERE q.area_id = %(area)s AND q.round_id = ANY(%(rounds)s) AND c.search @@ to_tsquery('dutch', %(query)s)
)
SELECT coalesce((SELECT number > %(few)s FROM rarest), false), ARRAY(SELECT contribution_id FROM found), ARRAY(
    SELECT json_build_array(f.round_id, f.state, f.source, f.theme_id, t.name, f.assignee_id, u.full_name, count(*))
    FROM found f LEFT JOIN consultation_theme t ON t.id = f.theme_id LEFT JOIN organisation_user u ON u.id = f.assignee_id
    GROUP BY f.round_id, f.state, f.source, f.theme_id, t.name, f.assignee_id, u.full_name
)
"""


@dataclass(frozen=True, slots=True)
class Hits:
    """What a search finds among the points of a plan."""

    text: str
    is_common: bool = False
    """It finds more than is counted; then there are no ids and no marks."""
    ids: Sequence[int] = ()
    marks: Sequence[Any] = ()
    """How many where, as the rows of priorities.triage.queue_counts.Mark."""

    def among(self, rows: QueueRowQuerySet) -> QueueRowQuerySet:
        """Those of the rows that it finds."""
        if not self.is_common:
            return rows.filter(pk__in=self.ids)
        # One point at a time, so that the queue is walked in its order and no further than the page; a join would look at all of them.
        says = Contribution.objects.filter(pk=OuterRef("pk")).values(
            says=ExpressionWrapper(Q(search=words_starting(self.text, " & ")), BooleanField())
        )
        return rows.filter(Subquery(says, output_field=BooleanField()))


def search_in(plan: Plan, text: str) -> Hits:
    """Where words that begin with these are said in the plan; nothing in a text without a word. One query."""
    words = joined(text, " & ")
    if not words:
        return Hits(text)
    values: dict[str, Any] = {"text": text, "query": words, "area": plan.area_id, "rounds": plan.round_ids, "few": FEW, "last": LAST}
    with connection.cursor() as cursor:
        cursor.execute(_PROBE, values)
        is_common, ids, marks = cursor.fetchone()
    return Hits(text, is_common, ids, marks)
