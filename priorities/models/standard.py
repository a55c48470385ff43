"""StandardRationale: a text an officer starts from. A decision keeps its own words; changing the standard changes no decision."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from ivp_portal.organisation.models import Area
from priorities import decision_kinds


class StandardRationaleQuerySet(models.QuerySet["StandardRationale"]):
    def of(self, area: Area) -> StandardRationaleQuerySet:
        """Those the area may use: its own and those shared by the areas above it. Reads area.lineage()."""
        return self.filter(area__in=[above.pk for above in area.lineage()])

    def in_use(self) -> StandardRationaleQuerySet:
        return self.filter(retired_at__isnull=True)


class StandardRationale(models.Model):
    """A standaardmotivering for one decision kind, at a municipality or shared by the region.

    In its text {prioriteit}, {thema} and {onderwerp} stand for what the point and its destination name.
    """

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("bij bestemming", max_length=24, choices=decision_kinds.choices)
    name = models.CharField("naam", max_length=80)
    text = models.TextField("tekst", max_length=4000)
    is_usual = models.BooleanField("als eerste aanbieden", default=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = StandardRationaleQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "name"]
        constraints = [
            models.UniqueConstraint(fields=["area", "kind", "name"], name="standardrationale_name_once"),
            models.UniqueConstraint(
                fields=["area", "kind"], condition=Q(is_usual=True, retired_at__isnull=True), name="standardrationale_one_usual"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="standardrationale_says_something"),
        ]

    def __str__(self) -> str:
        return self.name
