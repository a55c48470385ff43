"""Round: one area asks one audience one thing between two moments."""

from __future__ import annotations

import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from consultation.models.theme import Theme
from ivp_portal.organisation.models import Area

REMINDER_DAYS = [14, 3, 0]


def usual_reminder_days() -> list[int]:
    """How many days before it closes a round reminds the bodies that have not answered."""
    return list(REMINDER_DAYS)


class RoundKind(models.TextChoices):
    COUNCIL_SESSION = "council_session", "Raadssessie"
    RESIDENTS = "residents", "Inwoners"
    PARTNERS = "partners", "Partners"
    PROFESSIONALS = "professionals", "Professionals"
    STRATEGY = "strategy", "Ontwerpstrategie"


ASKED_BY_NAME = frozenset({RoundKind.PARTNERS, RoundKind.PROFESSIONALS, RoundKind.STRATEGY})
"""Kinds of round that usually begin with invitations."""


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
    introduction = models.TextField("inleiding", blank=True)
    privacy = models.TextField("privacytekst", blank=True)
    """What the round adds to what every form says about personal data."""
    title_en = models.CharField("titel in het Engels", max_length=200, blank=True)
    question_en = models.TextField("vraag in het Engels", blank=True)
    introduction_en = models.TextField("inleiding in het Engels", blank=True)
    is_public = models.BooleanField("iedereen kan meedoen via de website", default=False)
    opens_at = models.DateTimeField("opent op")
    closes_at = models.DateTimeField("sluit op")
    reminder_days = ArrayField(models.PositiveSmallIntegerField(), verbose_name="herinneringen", default=usual_reminder_days, blank=True)
    """Days before closes_at; 0 is the morning of the day itself."""
    contact_days = models.PositiveSmallIntegerField("bewaartermijn van contactgegevens in dagen", default=30)
    """How long after the council's decision names and addresses are kept."""
    slots_on = models.DateField("plekken op", null=True, blank=True)
    """For a round put to municipalities: the day whose map says which there are."""
    themes = models.ManyToManyField(Theme, through="RoundTheme", related_name="rounds")
    """What may be chosen; empty: all themes of the area."""
    version = models.PositiveIntegerField(default=1, editable=False)
    """Goes up with every change, so that two officers do not write over each other."""
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

    def text(self, name: str, language: str) -> str:
        """`title`, `question` or `introduction` in the language; in Dutch where there is no English."""
        return (language == "en" and getattr(self, f"{name}_en")) or getattr(self, name)

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None


class RoundTheme(models.Model):
    """A theme that may be chosen in a round."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="+")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "theme"], name="roundtheme_once")]

    def __str__(self) -> str:
        return str(self.theme)
