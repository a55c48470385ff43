"""PointWord: which points hold a word, so that a search is quick behind the wall."""

from __future__ import annotations

from django.db import models

from consultation.models.contribution import Contribution
from ivp_portal.organisation.models import Area


class PointWord(models.Model):
    """A stem that stands in a point. Written by a trigger on the points only; follows from Contribution.search.

    An index on Contribution.search itself is of no use behind row-level security: PostgreSQL may look for words only after it has looked at
    the wall, because the function that compares them is not known to keep what it sees to itself (leakproof). Comparing text is (ADR 10).
    """

    pk = models.CompositePrimaryKey("area", "word", "contribution")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    word = models.TextField(db_collation="C")
    contribution = models.ForeignKey(Contribution, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False)

    class Meta:
        indexes = [models.Index(fields=["contribution"], name="pointword_of_point")]

    def __str__(self) -> str:
        return self.word
