"""What came with a submission as a file, the text read from it, and where in that text each point was said."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from consultation.models.contribution import Contribution
from consultation.models.invitation import Draft
from consultation.models.round import Round
from consultation.models.submission import Submission
from ivp_portal.organisation.models import Area, User


class ScanResult(models.TextChoices):
    """What the virus scanner said."""

    CLEAN = "clean", "Gescand, niets gevonden"
    NOT_SCANNED = "not_scanned", "Niet gescand"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def of(self, area: Area) -> AttachmentQuerySet:
        return self.filter(area=area)


class Attachment(models.Model):
    """A file somebody handed in, byte for byte; of a submission it is never altered (the database refuses it)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+")
    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, null=True, related_name="attachments")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, null=True, related_name="attachments")
    name = models.CharField(max_length=200)
    """As the sender called it; only ever shown."""
    file = models.CharField(max_length=200)
    """Where the storage keeps it."""
    content_type = models.CharField(max_length=100)
    """As its bytes say."""
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    scan = models.CharField(max_length=12, choices=ScanResult)
    uploaded_at = models.DateTimeField(auto_now_add=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["uploaded_at", "id"]

    def __str__(self) -> str:
        return self.name


class Transcript(models.Model):
    """The text of a letter, as read from the file or as mended since; appended, never edited: the newest stands."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="transcripts")
    number = models.PositiveIntegerField()
    """1 is what was read from the file, or pasted."""
    text = models.TextField("tekst")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["submission", "number"], name="transcript_number_once")]

    def __str__(self) -> str:
        return f"{self.submission}, versie {self.number}"


class Passage(models.Model):
    """Where a point was said: the exact words in one version of the text, with some of what stands around them; appended, never edited.

    A quote, not a place: it holds when the text before it changes (W3C Web Annotation, TextQuoteSelector).
    """

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    contribution = models.ForeignKey(Contribution, on_delete=models.PROTECT, related_name="passages")
    """Its last one stands."""
    transcript = models.ForeignKey(Transcript, on_delete=models.PROTECT, related_name="passages")
    exact = models.TextField()
    prefix = models.TextField(blank=True)
    suffix = models.TextField(blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(exact=""), name="passage_quotes_something")]

    def __str__(self) -> str:
        return self.exact
