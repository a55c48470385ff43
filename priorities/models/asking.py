"""What an officer asks before answering: advice of a colleague or a partner, and more of the contributor."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from consultation.models import Contribution
from ivp_portal.organisation.models import Area, User


class AdviceRequest(models.Model):
    """Advice about a point, asked by mail of somebody who needs no account: the link in the mail is the key."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    contribution = models.ForeignKey(Contribution, on_delete=models.PROTECT, related_name="advice_requests")
    to_name = models.CharField("aan wie", max_length=120)
    to_email = models.EmailField("e-mailadres")
    question = models.TextField("vraag", max_length=4000)
    due_on = models.DateField("graag vóór")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    answer = models.TextField("advies", max_length=8000, blank=True)
    answered_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="advicerequest_answered_iff_dated",
            )
        ]
        indexes = [
            models.Index(fields=["area", "due_on"], name="advicerequest_waiting", condition=Q(answered_at=None, withdrawn_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.to_name}: {self.question[:60]}"


class Question(models.Model):
    """Something asked of who brought the point in. After the term it lapses, with ‘geen reactie ontvangen’, and the officer goes on."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    contribution = models.ForeignKey(Contribution, on_delete=models.PROTECT, related_name="questions")
    text = models.TextField("vraag", max_length=2000)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    lapses_at = models.DateTimeField("reageren kan tot")
    answer = models.TextField("reactie", max_length=8000, blank=True)
    answered_at = models.DateTimeField(null=True)
    lapsed_at = models.DateTimeField(null=True)
    """When the job found that the term had passed without a reaction."""

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contribution"], condition=Q(answered_at__isnull=True, lapsed_at__isnull=True), name="question_one_open"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False, lapsed_at__isnull=True)),
                name="question_answered_iff_dated",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]
