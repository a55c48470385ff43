"""Batch: one act on many points (samen afwegen): what was chosen, for which, as the preview showed it, and what came of it."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from ivp_portal.organisation.models import User
from ivp_portal.work.models import Job
from priorities.models.plan import Plan
from priorities.states import BatchStatus


class BatchAct(models.TextChoices):
    DECIDE = "decide", "Samen afwegen"
    AGREE = "agree", "Samen akkoord geven"
    ASSIGN = "assign", "Samen toewijzen"
    UNDO = "undo", "Samen ongedaan maken"
    GIVE_BACK = "give_back", "Toewijzing ongedaan maken"
    REWRITE = "rewrite", "Motiveringen teruglezen"


class Batch(Job):
    """All or nothing: every point as the preview saw it, or none. A small one is done while the officer waits, a long one by a worker."""

    WAITING = BatchStatus.WAITING
    RUNNING = BatchStatus.RUNNING
    FAILED = BatchStatus.FAILED

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="batches")
    act = models.CharField(max_length=12, choices=BatchAct)
    status = models.CharField(max_length=12, choices=BatchStatus, default=BatchStatus.PREVIEW, editable=False)
    points = ArrayField(models.BigIntegerField())
    """Contribution ids in the order of the queue, exactly those the preview names."""
    seen = ArrayField(models.BigIntegerField())
    """For each point the decision that stood when the preview was made; 0: none."""
    values = models.JSONField(default=dict)
    """What happens to each: {"choices": [{"kind", "priority", "named"}], "extent", "rationale", "standard"}, {"assignee"}, {"batch"} …

    Once points were assigned it says too who answered those that changed: {"before": {"<point>": user id or None}}."""
    query = models.CharField(max_length=600, blank=True)
    """The filter it was chosen with, to go back to."""
    refused = models.JSONField(default=list)
    """Why nothing happened: [{"point": id, "reason": Dutch sentence}], the first hundred."""
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "batches"

    def __str__(self) -> str:
        return f"{self.get_act_display()}: {len(self.points)}"
