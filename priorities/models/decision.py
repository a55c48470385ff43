"""Decision: the answer to one contribution. Appended, never edited; the database holds that too."""

from __future__ import annotations

from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import Q

from consultation.models import Contribution
from ivp_portal.organisation.models import Area, AreaKind, User
from priorities import decision_kinds
from priorities.decision_kinds import DECISION_KINDS, DecisionKind
from priorities.models.priority import Priority
from priorities.models.standard import StandardRationale


class Extent(models.TextChoices):
    WHOLLY = "wholly", "Geheel"
    PARTLY = "partly", "Deels"
    NOT = "not", "Niet"


class DecisionQuerySet(models.QuerySet["Decision"]):
    def current(self) -> DecisionQuerySet:
        """Those that hold: not superseded by a later one, not undone."""
        return self.filter(superseded_at__isnull=True)

    def agreed(self) -> DecisionQuerySet:
        """Those that count outside the house: no second person had to agree, or one did (vier ogen)."""
        return self.filter(Q(needs_agreement=False) | Q(readings__verdict="agreed"))


class Decision(models.Model):
    """An afweging: destinations, extent and rationale. A later one supersedes it; it never changes."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    contribution = models.ForeignKey(Contribution, on_delete=models.PROTECT, related_name="decisions")
    extent = models.CharField(max_length=8, choices=Extent)
    rationale = models.TextField()
    standard = models.ForeignKey(StandardRationale, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions")
    """The standard rationale it started from; its own words stand in `rationale`."""
    batch = models.ForeignKey("priorities.Batch", on_delete=models.PROTECT, null=True, blank=True, related_name="decisions")
    """The act on many points it was part of."""
    needs_agreement = models.BooleanField(default=False)
    """A second person must agree before it counts: as the municipality wanted it when it was made."""
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=TransactionNow(), editable=False)
    superseded_at = models.DateTimeField(null=True, editable=False)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["contribution"], condition=Q(superseded_at__isnull=True), name="decision_one_current"),
            models.CheckConstraint(condition=~Q(rationale=""), name="decision_has_a_rationale"),
        ]

    def __str__(self) -> str:
        return f"{self.contribution}: {self.get_extent_display().lower()}"


class Destination(models.Model):
    """Where a contribution goes: a kind plus what that kind must name. `position` keeps the order in which they were chosen."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="destinations")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=24, choices=decision_kinds.choices)
    priority = models.ForeignKey(Priority, on_delete=models.PROTECT, null=True, blank=True, related_name="destinations")
    level = models.CharField(max_length=16, choices=AreaKind, blank=True)
    """The level of the priority when this was decided. When it has another one now, the decision is to be looked at again."""
    named = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["decision", "position"], name="destination_position_once")]

    def __str__(self) -> str:
        return f"{self.kind_of.label}: {self.name}" if self.name else self.kind_of.label

    @property
    def kind_of(self) -> DecisionKind:
        """The kind itself; retired kinds are known too."""
        return DECISION_KINDS[self.kind]

    @property
    def name(self) -> str:
        """The priority, body, policy field or chapter it names. Reads self.priority."""
        return self.priority.title if self.priority else self.named
