"""Who did what, when: appended, and the database refuses to change it."""

from django.db import models
from django.utils import timezone

from ivp_portal.audit.verbs import VERBS
from ivp_portal.organisation.models import Area


class LogEntryQuerySet(models.QuerySet["LogEntry"]):
    def about(self, target: models.Model) -> "LogEntryQuerySet":
        """The lines about one thing, oldest first."""
        return self.filter(target_type=target._meta.label_lower, target_id=str(target.pk)).order_by("pk")


class LogEntry(models.Model):
    """One thing somebody did, with a snapshot of the actor, so that it stays readable when the account is gone."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    verb = models.CharField(max_length=60)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150)
    target_type = models.CharField(max_length=60)
    target_id = models.CharField(max_length=40)
    target_label = models.CharField(max_length=300)
    facts = models.JSONField(default=dict)

    objects = LogEntryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["target_type", "target_id", "id"], name="logentry_by_target"),
            models.Index(fields=["area", "-id"], name="logentry_by_area"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name}: {self.sentence} {self.target_label}"

    @property
    def sentence(self) -> str:
        """What was done, in Dutch."""
        return VERBS[self.verb]
