"""CouncilProposal: the texts of the raadsvoorstel (seed 000 for its parts and their order)."""

from django.db import models

from ivp_portal.organisation.models import Area
from priorities.models.plan import Plan


class CouncilProposal(models.Model):
    """The raadsvoorstel of a plan. Every part may be empty; an empty one leaves no heading in the paper."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    plan = models.OneToOneField(Plan, on_delete=models.CASCADE, related_name="proposal")
    title = models.CharField("titel", max_length=200)
    case_number = models.CharField("zaaknummer", max_length=80, blank=True)
    replaces = models.CharField("vervangt", max_length=200, blank=True)
    decision_points = models.TextField("beslispunten", help_text="Eén per regel. Het portaal nummert ze.")
    planning = models.TextField("planning", blank=True)
    summary = models.TextField("samenvatting", blank=True)
    introduction = models.TextField("inleiding", blank=True)
    purpose = models.TextField("probleemstelling en doel", blank=True)
    finances = models.TextField("financiën, middelen en capaciteit", blank=True)
    execution = models.TextField("uitvoering", blank=True)
    secretary = models.CharField("de gemeentesecretaris", max_length=160, blank=True)
    mayor = models.CharField("de burgemeester", max_length=160, blank=True)
    attachments = models.TextField("bijlagen", blank=True, help_text="Eén per regel.")
    version = models.PositiveIntegerField(default=1, editable=False)

    def __str__(self) -> str:
        return self.title


class ArgumentKind(models.TextChoices):
    ARGUMENT = "argument", "Argument"
    CAVEAT = "caveat", "Kanttekening"


class Argument(models.Model):
    """An argument or a caveat (kanttekening). Numbered when shown: decision point, then order, such as 1.2."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    proposal = models.ForeignKey(CouncilProposal, on_delete=models.CASCADE, related_name="arguments")
    kind = models.CharField(max_length=10, choices=ArgumentKind)
    decision_point = models.PositiveSmallIntegerField("bij beslispunt", default=1)
    position = models.PositiveSmallIntegerField()
    title = models.CharField("stelling", max_length=300)
    text = models.TextField("toelichting")

    class Meta:
        ordering = ["kind", "decision_point", "position"]

    def __str__(self) -> str:
        return self.title
