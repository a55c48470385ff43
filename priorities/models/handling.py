"""Who handles a point, what colleagues tell each other about it, and who looks at it now. None of it ever leaves the house."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from consultation.models import Contribution, Theme
from ivp_portal.organisation.models import Area, User


class Handling(models.Model):
    """Who answers a point (behandelaar), and whether it was put off to the end of the queue. One row per point, none while nobody chose."""

    contribution = models.OneToOneField(Contribution, on_delete=models.PROTECT, primary_key=True, related_name="handling")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    assignee = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="behandelaar")
    later = models.BigIntegerField(default=0)
    """As QueueRow.later."""

    def __str__(self) -> str:
        return f"{self.contribution_id}: {self.assignee}"


class ThemeHandler(models.Model):
    """Who answers the points of a theme unless somebody was chosen for the point itself; new points follow by themselves."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="+")
    assignee = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="behandelaar")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area", "theme"], name="themehandler_once")]

    def __str__(self) -> str:
        return f"{self.theme}: {self.assignee}"


class Note(models.Model):
    """An internal note about a point. It stands in no paper, no letter, no export and on no public page."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    contribution = models.ForeignKey(Contribution, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField("notitie", max_length=4000)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="note_says_something")]

    def __str__(self) -> str:
        return self.text[:60]


class Presence(models.Model):
    """Somebody has this point open. Told again every few seconds; an old one means nothing."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contribution", "user"], name="presence_once")]

    def __str__(self) -> str:
        return f"{self.user} bij {self.contribution_id}"
