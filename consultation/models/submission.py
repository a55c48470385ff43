"""Submission: what one contributor handed in on one occasion."""

from django.db import models

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


class Submission(models.Model):
    """What one contributor handed in on one occasion; never altered (the database refuses it)."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="submissions")
    contributor = models.ForeignKey(Contributor, on_delete=models.PROTECT, related_name="submissions")
    channel = models.CharField("kanaal", max_length=12, choices=Channel)
    said_on = models.DateField("gezegd op", null=True)
    received_at = models.DateTimeField(auto_now_add=True)
    original_text = models.TextField("oorspronkelijke tekst", blank=True)
    spreadsheet = models.ForeignKey(SpreadsheetImport, on_delete=models.PROTECT, null=True, editable=False, related_name="submissions")

    def __str__(self) -> str:
        return f"{self.contributor}, {self.get_channel_display().lower()}"
