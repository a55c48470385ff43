"""Mail: a message to send and, afterwards, the record that it was sent. The table is the truth; the broker only hurries it along."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from consultation.models.invitation import Draft, Invitation
from consultation.models.round import Round
from consultation.models.submission import Submission
from ivp_portal.organisation.models import Area


class MailKind(models.TextChoices):
    RECEIPT = "receipt", "Ontvangstbewijs"
    RESUME = "resume", "Link om verder te gaan"
    INVITATION = "invitation", "Uitnodiging"
    REMINDER = "reminder", "Herinnering"
    OFFER = "offer", "Verzoek om vrij te geven"
    HANDED_BACK = "handed_back", "Teruggelegd"
    ANSWER = "answer", "Antwoord"
    ADVICE = "advice", "Verzoek om advies"
    QUESTION = "question", "Vraag aan de inbrenger"


class MailStatus(models.TextChoices):
    QUEUED = "queued", "Klaar om te versturen"
    SENDING = "sending", "Wordt verstuurd"
    SENT = "sent", "Verstuurd"
    FAILED = "failed", "Niet aangekomen"
    UNCLEAR = "unclear", "Onbekend of hij aankwam"
    PASSED_OVER = "passed_over", "Overgeslagen"


class MailQuerySet(models.QuerySet["Mail"]):
    def of(self, area: Area) -> MailQuerySet:
        return self.filter(area=area)

    def undelivered(self) -> MailQuerySet:
        """Those that somebody must look at."""
        return self.filter(status__in=[MailStatus.FAILED, MailStatus.UNCLEAR])


class Mail(models.Model):
    """One message to one address. `key` says what it is for, so that the same one is never written twice: a ledger, not a time window."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=120)
    """'reminder:12:14', 'receipt:<submission>', 'invitation:12:2' …"""
    kind = models.CharField(max_length=12, choices=MailKind)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="mails")
    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, null=True, related_name="mails")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, null=True, related_name="mails")
    draft = models.ForeignKey(Draft, on_delete=models.SET_NULL, null=True, related_name="mails")
    to = models.EmailField(blank=True)
    """Emptied with the contact details it came from."""
    language = models.CharField(max_length=2, default="nl")
    subject = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    """Plain text; emptied once sent, for it holds a personal link."""
    status = models.CharField(max_length=12, choices=MailStatus, default=MailStatus.QUEUED)
    attempt = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField(auto_now_add=True)
    next_try_at = models.DateTimeField(null=True)
    handed_over_at = models.DateTimeField(null=True)
    """When the broker last got it; empty: not yet for this try."""
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)
    """A Dutch sentence for the officer."""

    objects = MailQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "key"], name="mail_written_once"),
            models.CheckConstraint(
                condition=Q(status=MailStatus.SENT, sent_at__isnull=False) | (~Q(status=MailStatus.SENT) & Q(sent_at__isnull=True)),
                name="mail_sent_iff_dated",
            ),
        ]
        indexes = [models.Index(fields=["next_try_at"], name="mail_waiting", condition=Q(status=MailStatus.QUEUED))]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.subject}"
