"""What somebody decided since they logged in, kept beside the decisions so that both are written or neither."""

from __future__ import annotations

from django.db import models

from ivp_portal.organisation.models import Area, User
from priorities.models.plan import Plan


class SittingRecord(models.Model):
    """One person's sitting (zitting) at the queue of one plan. It tells nothing that the decisions do not: only what to take back first."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", db_index=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    since = models.DateTimeField()
    """When they logged in; after another log-in it counts no more."""
    kept = models.JSONField()
    """As priorities.triage.sitting.Sitting keeps itself."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "plan"], name="sitting_once")]

    def __str__(self) -> str:
        return f"{self.user} bij {self.plan_id}"
