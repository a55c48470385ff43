"""Priority: belongs to an area, and that is its level."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from ivp_portal.organisation.models import Area

if TYPE_CHECKING:
    from priorities.models.plan import Plan


class SectionKind(models.TextChoices):
    """The five questions of a priority, in the order of the paper (seed 004, chapter 4)."""

    REASON = "reason", "Waarom kiezen we hiervoor?"
    SITUATION = "situation", "Wat is er aan de hand?"
    AMBITION = "ambition", "Wat willen we bereiken?"
    MEASURE = "measure", "Wat gaan we doen?"
    NEED = "need", "Wat is daarvoor nodig?"


MOVED = Q(level_changed_at__isnull=False) | Q(period_changed_at__isnull=False) | Q(withdrawn_at__isnull=False)


class PriorityQuerySet(models.QuerySet["Priority"]):
    def of(self, area: Area) -> PriorityQuerySet:
        return self.filter(area=area)

    def reaching(self, area: Area) -> PriorityQuerySet:
        """Those of the area itself and of every area above it: what its plan may name."""
        return self.filter(area__in=[above.pk for above in area.lineage()])

    def in_period(self, starts_on: datetime.date) -> PriorityQuerySet:
        """Those that hold on that day; one that was withdrawn holds no more."""
        return self.filter(starts_on__lte=starts_on, ends_on__gte=starts_on, withdrawn_at__isnull=True)

    def chosen_for(self, plan: Plan) -> PriorityQuerySet:
        """Those that go into the plan, in its order: chosen for it, and they hold here. Until it is adopted, one that was withdrawn or went
        out of reach does not go along; back again, it stands where it stood. Reads plan.area and its lineage.
        """
        chosen = self.filter(plan_priorities__plan=plan).order_by("plan_priorities__position")
        return chosen if plan.is_frozen else chosen.reaching(plan.area).in_period(plan.starts_on)

    def moved(self) -> PriorityQuerySet:
        """Those that were withdrawn, or went to another area or other years: few, and the only ones that leave decisions behind."""
        return self.filter(MOVED)


class Priority(models.Model):
    """A prioriteit for a period. District and basisteam priorities are shared; a municipality's own is local."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="priorities")
    title = models.CharField("titel", max_length=160)
    summary = models.CharField("in één zin", max_length=400, blank=True)
    lead = models.TextField("inleiding", blank=True)
    starts_on = models.DateField("van")
    ends_on = models.DateField("tot en met")
    version = models.PositiveIntegerField(default=1, editable=False)
    level_changed_at = models.DateTimeField(null=True, editable=False)
    """When it last went to another area: decisions that name it at its old level are to be looked at again."""
    period_changed_at = models.DateTimeField(null=True, editable=False)
    """When its years last changed: decisions of a plan that begins outside them are to be looked at again."""
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    """It is no priority any more: no new decision can name it, and those that do are to be looked at again."""

    objects = PriorityQuerySet.as_manager()

    class Meta:
        ordering = ["title"]
        verbose_name_plural = "priorities"
        constraints = [
            models.UniqueConstraint(fields=["area", "title", "starts_on"], name="priority_title_once_per_area_and_period"),
            models.CheckConstraint(condition=Q(starts_on__lt=F("ends_on")), name="priority_starts_before_it_ends"),
        ]
        indexes = [models.Index(fields=["area"], name="priority_moved", condition=MOVED)]

    def __str__(self) -> str:
        return self.title

    @property
    def level(self) -> str:
        """The kind of its area. Reads self.area."""
        return self.area.kind

    @property
    def level_label(self) -> str:
        """Lokaal, Basisteam, District … Reads self.area."""
        return self.area.get_kind_display()

    @property
    def is_shared(self) -> bool:
        return not self.area.is_municipality


class PrioritySection(models.Model):
    """The answer to one of the five questions; an empty one leaves no heading in the paper."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    priority = models.ForeignKey(Priority, on_delete=models.CASCADE, related_name="sections")
    kind = models.CharField(max_length=12, choices=SectionKind)
    body = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["priority", "kind"], name="prioritysection_once_per_kind")]

    def __str__(self) -> str:
        return f"{self.priority}: {self.get_kind_display()}"
