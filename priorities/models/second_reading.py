"""SecondReading: what a second person says of a decision (vier ogen). Appended, never changed; never by who made the decision."""

from __future__ import annotations

from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import Q

from ivp_portal.organisation.models import Area, User
from priorities.models.decision import Decision


class Verdict(models.TextChoices):
    AGREED = "agreed", "Akkoord"
    RETURNED = "returned", "Teruggelegd"


class SecondReading(models.Model):
    """One verdict of one reader about one decision. The last one counts; after an agreement there is none."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="readings")
    verdict = models.CharField(max_length=12, choices=Verdict)
    remark = models.TextField("opmerking", max_length=2000, blank=True)
    read_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField(db_default=TransactionNow(), editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["decision"], condition=Q(verdict="agreed"), name="secondreading_agreed_once"),
            models.CheckConstraint(condition=Q(verdict="agreed") | ~Q(remark=""), name="secondreading_says_why_not"),
        ]

    def __str__(self) -> str:
        return self.get_verdict_display()


class WayOfWorking(models.Model):
    """How a municipality weighs (werkwijze). No row: as the defaults say."""

    area = models.OneToOneField(Area, on_delete=models.PROTECT, primary_key=True, related_name="way_of_working")
    needs_agreement = models.BooleanField("een tweede persoon moet akkoord geven", default=False)
    question_days = models.PositiveSmallIntegerField("dagen om op een vraag te reageren", default=14)
    version = models.PositiveIntegerField(default=1, editable=False)

    def __str__(self) -> str:
        return f"Werkwijze van {self.area_id}"
