"""Figures for the veiligheidsbeeld: published facts, open to everyone, so no municipality's own data."""

from django.db import models

from ivp_portal.organisation.models import Area


class Indicator(models.Model):
    """What is measured, in which unit."""

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=160)
    unit = models.CharField(max_length=60, blank=True)
    note = models.TextField(blank=True)
    is_example = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.title


class Figure(models.Model):
    """One observation. A value that is not published is None, never zero; source and year stand with each figure."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="figures")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    value = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    source = models.CharField(max_length=160)
    is_provisional = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["indicator", "area", "year"], name="figure_once_per_year")]

    def __str__(self) -> str:
        return f"{self.indicator}, {self.area} {self.year}"
