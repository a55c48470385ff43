"""Submission: what one contributor handed in on one occasion, and apart from it how to reach them."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from consultation.models.invitation import Invitation
from consultation.models.round import Round, RoundKind
from consultation.models.spreadsheet import SpreadsheetImport
from ivp_portal.organisation.models import Area


class ContributorKind(models.TextChoices):
    COUNCIL = "council", "Raad"
    RESIDENT = "resident", "Inwoner"
    PARTNER = "partner", "Partner"
    PROFESSIONAL = "professional", "Professional"
    AREA = "area", "Gemeente"


# Who speaks in a round unless somebody says otherwise.
USUAL_CONTRIBUTOR: dict[str, ContributorKind] = {
    RoundKind.COUNCIL_SESSION: ContributorKind.COUNCIL,
    RoundKind.RESIDENTS: ContributorKind.RESIDENT,
    RoundKind.PARTNERS: ContributorKind.PARTNER,
    RoundKind.PROFESSIONALS: ContributorKind.PROFESSIONAL,
    RoundKind.STRATEGY: ContributorKind.AREA,
}


class Channel(models.TextChoices):
    SESSION = "session", "Bijeenkomst"
    FORM = "form", "Formulier"
    LETTER = "letter", "Brief"
    EMAIL = "email", "E-mail"
    PHONE = "phone", "Telefoon"
    COUNTER = "counter", "Balie"
    SPREADSHEET = "spreadsheet", "Spreadsheet"
    INVITATION = "invitation", "Uitnodiging"


class Contributor(models.Model):
    """Who said it, as a kind and at most a party or body; never a person's name."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("soort inbrenger", max_length=12, choices=ContributorKind)
    party = models.CharField("fractie of organisatie", max_length=120, blank=True)

    def __str__(self) -> str:
        """'Raad, fractie Dorp & Natuur', 'Partner: politie', 'Inwoner'."""
        if not self.party:
            return self.get_kind_display()
        if self.kind == ContributorKind.COUNCIL:
            return f"{self.get_kind_display()}, fractie {self.party}"
        return f"{self.get_kind_display()}: {self.party}"


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def of(self, area: Area) -> SubmissionQuerySet:
        return self.filter(area=area)


class Submission(models.Model):
    """What one contributor handed in on one occasion; never altered (the database refuses it)."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="submissions")
    contributor = models.ForeignKey(Contributor, on_delete=models.PROTECT, related_name="submissions")
    channel = models.CharField("kanaal", max_length=12, choices=Channel)
    said_on = models.DateField("gezegd op", null=True)
    received_at = models.DateTimeField(default=timezone.now, editable=False)
    """When it was handed in; for what an officer let through later also that moment."""
    original_text = models.TextField("oorspronkelijke tekst", blank=True)
    spreadsheet = models.ForeignKey(SpreadsheetImport, on_delete=models.PROTECT, null=True, editable=False, related_name="submissions")
    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, null=True, editable=False, related_name="submissions")
    code = models.CharField(max_length=12, unique=True, null=True, editable=False)  # noqa: DJ001 unique, and absent from a spreadsheet
    """What the sender finds the answer with (consultation.codes)."""
    key = models.UUIDField(null=True, editable=False)
    """The form it came from: the same form handed in twice is one submission."""
    language = models.CharField("taal", max_length=2, default="nl")
    is_late = models.BooleanField("na de termijn", default=False)
    """It came after the round had closed as it stood then; only an officer can take that in."""

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "key"], name="submission_handed_in_once")]

    def __str__(self) -> str:
        return f"{self.contributor}, {self.get_channel_display().lower()}"


class ContactDetailsQuerySet(models.QuerySet["ContactDetails"]):
    def outlived(self, day: datetime.date | None = None) -> ContactDetailsQuerySet:
        """Those whose last day has passed, by default today in the Netherlands."""
        return self.filter(keep_until__lt=day or timezone.localdate())


class ContactDetails(models.Model):
    """How to reach who handed something in: apart from what was said, for one purpose, with consent, and until a day (AVG art. 5 and 6)."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="contact")
    name = models.CharField("naam", max_length=200, blank=True)
    email = models.EmailField("e-mailadres", blank=True)
    phone = models.CharField("telefoon", max_length=30, blank=True)
    address = models.TextField("postadres", max_length=300, blank=True)
    purpose = models.CharField("doel", max_length=200, default="Ontvangstbewijs en antwoord sturen")
    consented_at = models.DateTimeField("toestemming op")
    keep_until = models.DateField("bewaren tot en met")

    objects = ContactDetailsQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="", email="", phone="", address=""),
                name="contactdetails_reach_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.phone
