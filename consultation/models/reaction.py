"""Reaction: what a sender says back about how they were understood, or about the answer."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from consultation.models.submission import Submission
from ivp_portal.organisation.models import Area, User


class ReactionQuerySet(models.QuerySet["Reaction"]):
    def of(self, area: Area) -> ReactionQuerySet:
        return self.filter(area=area)

    def unsettled(self) -> ReactionQuerySet:
        """Those that no officer dealt with yet."""
        return self.filter(settled_at__isnull=True)


class Reaction(models.Model):
    """'Is your contribution misunderstood?', answered on the status page. Not a point: whether it becomes one is for an officer."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="reactions")
    text = models.TextField("reactie", max_length=2000)
    received_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, editable=False)
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, editable=False, related_name="+")

    objects = ReactionQuerySet.as_manager()

    class Meta:
        ordering = ["received_at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="reaction_says_something")]

    def __str__(self) -> str:
        return f"Reactie op {self.submission}"
