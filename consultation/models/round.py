"""Round: one area asks one audience one thing between two moments."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from ivp_portal.organisation.models import Area


class RoundKind(models.TextChoices):
    COUNCIL_SESSION = "council_session", "Raadssessie"
    RESIDENTS = "residents", "Inwoners"
    PARTNERS = "partners", "Partners"
    PROFESSIONALS = "professionals", "Professionals"
    STRATEGY = "strategy", "Ontwerpstrategie"


class RoundStatus(models.TextChoices):
    """Follows the clock; never stored."""

    PLANNED = "planned", "Gepland"
    OPEN = "open", "Open"
    CLOSED = "closed", "Gesloten"


class RoundQuerySet(models.QuerySet["Round"]):
    def of(self, area: Area) -> RoundQuerySet:
        return self.filter(area=area)


class Round(models.Model):
    """A consultatieronde. Once a plan that used it is adopted it is frozen: nothing said in it can be added or changed."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="rounds")
    slug = models.SlugField("adres", max_length=80)
    kind = models.CharField("soort", max_length=20, choices=RoundKind)
    title = models.CharField("titel", max_length=200)
    question = models.TextField("vraag", blank=True)
    opens_at = models.DateTimeField("opent op")
    closes_at = models.DateTimeField("sluit op")
    frozen_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["area", "slug"], name="round_slug_once_per_area"),
            models.CheckConstraint(condition=Q(opens_at__lt=F("closes_at")), name="round_opens_before_it_closes"),
        ]

    def __str__(self) -> str:
        return self.title

    def status(self, now: datetime.datetime | None = None) -> RoundStatus:
        """Planned, open or closed at this moment (by default now)."""
        now = now or timezone.now()
        if now < self.opens_at:
            return RoundStatus.PLANNED
        return RoundStatus.OPEN if now < self.closes_at else RoundStatus.CLOSED

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None
