"""Job: a row that a worker takes up, shows signs of life for, and finishes once."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Now

from ivp_portal.organisation.models import Area


class Job(models.Model):
    """What any work that outlives a request needs to say. The row, not the broker, is the truth.

    All moments that workers compare are the database's own: two machines need not agree on the time.
    """

    WAITING: ClassVar[str]
    RUNNING: ClassVar[str]
    FAILED: ClassVar[str]

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=12, editable=False)
    progress = models.PositiveSmallIntegerField(default=0)  # per cent
    stage = models.CharField(max_length=120, blank=True)  # a Dutch sentence
    attempt = models.PositiveSmallIntegerField(default=0)  # which worker may write: a late one finds another number
    queued_at = models.DateTimeField(db_default=Now())  # when it was last handed to the broker
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    failure = models.TextField(blank=True)  # a Dutch sentence

    class Meta:
        abstract = True

    def as_held(self) -> models.QuerySet[Any]:
        """The row, for as long as this attempt may write to it; nothing once the job was given to another worker."""
        return type(self)._default_manager.filter(pk=self.pk, attempt=self.attempt, status=self.RUNNING)
