"""SentAnswer: what a sender was told about their submission, and when."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from consultation.models import Submission
from ivp_portal.organisation.models import Area, User


class SentAnswer(models.Model):
    """The answers to one submission, made known by mail or only on its status page; told again, with the next number, when they changed."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="sent_answers")
    number = models.PositiveSmallIntegerField()
    decisions = ArrayField(models.BigIntegerField())
    """The decisions it told of, in the order of their ids: what the sender may see, whatever is decided afterwards."""
    by_mail = models.BooleanField()
    mail_due = models.BooleanField(default=False)
    """Its mail is still to be written: a worker does that, for there may be thousands."""
    sent_at = models.DateTimeField(default=timezone.now)
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "number"], name="sentanswer_number_once"),
            models.CheckConstraint(condition=~Q(decisions=[]), name="sentanswer_tells_something"),
        ]
        indexes = [models.Index(fields=["id"], name="sentanswer_mail_due", condition=Q(mail_due=True))]

    def __str__(self) -> str:
        return f"Antwoord {self.number} op {self.submission}"
