"""The catalogue of safety themes: a shared one, at the nation, and what an area adds for itself."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from ivp_portal.organisation.models import Area, User


class ThemeField(models.Model):
    """A veiligheidsveld: one of the five fields of the core policy for safety (docs/sources.md). Belongs to the nation."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField("nummer")
    name = models.CharField("naam", max_length=100)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["area", "number"], name="themefield_number_once")]

    def __str__(self) -> str:
        return self.name


class ThemeQuerySet(models.QuerySet["Theme"]):
    def of(self, area: Area) -> ThemeQuerySet:
        """What can be chosen in this area: its own themes and those of the areas above it. Reads area.lineage()."""
        return self.filter(area__in=[above.pk for above in area.lineage()])

    def in_use(self) -> ThemeQuerySet:
        """Those that are still offered."""
        return self.filter(retired_at__isnull=True)


class Theme(models.Model):
    """A veiligheidsthema. `plain_name` is how residents would say it, in Dutch and in English."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    field = models.ForeignKey(ThemeField, on_delete=models.PROTECT, related_name="themes", verbose_name="veiligheidsveld")
    name = models.CharField("naam", max_length=100)
    plain_name = models.CharField("naam voor inwoners", max_length=120, blank=True)
    plain_name_en = models.CharField("naam voor inwoners, Engels", max_length=120, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ThemeQuerySet.as_manager()

    class Meta:
        ordering = ["field__number", "name"]
        constraints = [models.UniqueConstraint(fields=["area", "name"], name="theme_name_once_per_area")]

    def __str__(self) -> str:
        return self.name


class ThemeAlias(models.Model):
    """Another word for a theme ('cyberveiligheid', 'digitale criminaliteit'), once a person has confirmed it."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="aliases")
    text = models.CharField("ander woord", max_length=120)
    """In lower case, with single spaces."""
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "text"], name="themealias_once_per_area"),
            models.CheckConstraint(condition=~Q(text=""), name="themealias_says_something"),
        ]

    def __str__(self) -> str:
        return self.text
