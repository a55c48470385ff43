"""RationaleSheet: rationales that came back from a spreadsheet, between the upload and the button that takes them over."""

from __future__ import annotations

import uuid

from django.db import models

from ivp_portal.organisation.models import Area, User
from priorities.models.batch import Batch
from priorities.models.plan import Plan


class RationaleSheet(models.Model):
    """What an uploaded sheet says, row by row; nothing of it holds until the officer saw the differences."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    rows = models.JSONField()
    """Every row that could be read. An edited one: {"row": 2, "reference": "…/11", "point": id, "seen": decision id, "rationale": "…"};
    one that was not: {"row": 3}. "ignored": titles of columns that were changed and are not read back."""
    problems = models.JSONField(default=list)
    """[{"row": 3, "sentence": "…"}]"""
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    batch = models.OneToOneField(Batch, on_delete=models.PROTECT, null=True, related_name="sheet")
    """What took it over; empty until then."""

    def __str__(self) -> str:
        return self.file_name
