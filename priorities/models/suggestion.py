"""Suggestion: what earlier decisions of the municipality would say of a point, and how far that can be trusted."""

from __future__ import annotations

from django.db import models

from consultation.models import Contribution, Theme
from ivp_portal.organisation.models import Area
from ivp_portal.work.models import Job
from priorities.models.priority import Priority
from priorities.states import TrainingStatus


class Training(Job):
    """One time the portal learnt from the decisions of an area, with what it measured on decisions it had not seen."""

    WAITING = TrainingStatus.WAITING
    RUNNING = TrainingStatus.RUNNING
    FAILED = TrainingStatus.FAILED

    status = models.CharField(max_length=12, choices=TrainingStatus, default=TrainingStatus.WAITING, editable=False)
    decisions = models.PositiveIntegerField(default=0)
    """How many decisions there were to learn from."""
    last_decision = models.BigIntegerField(default=0)
    held_out = models.PositiveIntegerField(default=0)
    """How many of them it was measured on."""
    accuracy = models.FloatField(null=True)
    baseline = models.FloatField(null=True)
    """Accuracy of always saying what is most frequent, on the same held-out decisions."""
    theme_held_out = models.PositiveIntegerField(default=0)
    theme_accuracy = models.FloatField(null=True)
    theme_baseline = models.FloatField(null=True)
    is_good = models.BooleanField(default=False)
    """Destinations good enough to be shown."""
    theme_is_good = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.accuracy} ({self.baseline})"


class Suggestion(models.Model):
    """What is suggested for an open point. Never chosen by itself; replaced by the next training."""

    contribution = models.OneToOneField(Contribution, on_delete=models.CASCADE, primary_key=True, related_name="suggestion")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    training = models.ForeignKey(Training, on_delete=models.CASCADE, related_name="suggestions")
    kind = models.CharField(max_length=24, blank=True)
    priority = models.ForeignKey(Priority, on_delete=models.CASCADE, null=True, related_name="+")
    named = models.CharField(max_length=160, blank=True)
    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, null=True, related_name="+")
    words = models.JSONField(default=list)
    """The ground: the words of the point that weighed most."""
    like = models.JSONField(default=list)
    """The ground: ids of decided points that look most like it."""

    def __str__(self) -> str:
        return f"{self.contribution_id}: {self.kind}"
