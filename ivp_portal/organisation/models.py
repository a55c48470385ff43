"""Places and people: areas at five levels, users and their roles at an area."""

from __future__ import annotations

import datetime
from typing import ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from ivp_portal.organisation.roles import ROLE_LABELS, Action, Role


class AreaKind(models.TextChoices):
    """The five levels, from high to low (docs/sources.md, police areas)."""

    NATION = "nation", "Landelijk"
    UNIT = "unit", "Eenheid"
    DISTRICT = "district", "District"
    TEAM = "team", "Basisteam"
    MUNICIPALITY = "municipality", "Lokaal"


class AreaQuerySet(models.QuerySet["Area"]):
    def municipalities(self) -> AreaQuerySet:
        return self.filter(kind=AreaKind.MUNICIPALITY)

    def within(self, area: Area) -> AreaQuerySet:
        """The area itself and everything below it, in one query."""
        condition, hop = Q(pk=area.pk), "parent"
        for _ in range(len(AreaKind) - 1):
            condition |= Q(**{hop: area})
            hop += "__parent"
        return self.filter(condition)

    def existing_on(self, day: datetime.date) -> AreaQuerySet:
        """Areas that exist on that day: municipalities merge and leave."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day),
            Q(valid_until__isnull=True) | Q(valid_until__gte=day),
        )

    def with_lineage(self) -> AreaQuerySet:
        """Each area with all areas above it loaded, in one query."""
        return self.select_related("parent__parent__parent__parent")


class Area(models.Model):
    """A nation, police unit, district, basisteam or municipality: one table, because they are the same thing at five levels."""

    kind = models.CharField(max_length=12, choices=AreaKind)
    code = models.CharField(max_length=12, unique=True)  # GM0376: match on the code, never on the name
    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=80, unique=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    successor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="predecessors")
    note = models.CharField(max_length=300, blank=True)

    objects = AreaQuerySet.as_manager()

    allowed: frozenset[Action] = frozenset()
    """What the user who came in may do here; filled by the doors of organisation.access, empty otherwise."""

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind=AreaKind.NATION) & Q(parent__isnull=True)) | (~Q(kind=AreaKind.NATION) & Q(parent__isnull=False)),
                name="area_only_nation_is_root",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_until__isnull=True) | Q(valid_from__lte=F("valid_until")),
                name="area_from_before_until",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_municipality(self) -> bool:
        return self.kind == AreaKind.MUNICIPALITY

    @property
    def formal_name(self) -> str:
        """'gemeente Blaricum', 'district Gooi en Vechtstreek'."""
        words = {"municipality": "gemeente", "team": "basisteam", "district": "district", "unit": "eenheid", "nation": ""}
        return f"{words[self.kind]} {self.name}".strip()

    def lineage(self) -> list[Area]:
        """The area itself and all above it, nearest first. Reads parents: load with with_lineage() to avoid a query a level."""
        found, area = [], self
        while area is not None:
            found.append(area)
            area = area.parent  # type: ignore[assignment]
        return found

    def above(self, kind: AreaKind) -> Area | None:
        """The area of that level it lies in, itself included; None when there is none."""
        return next((area for area in self.lineage() if area.kind == kind), None)


class User(AbstractUser):
    """Somebody who can log in. Residents are not users."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    full_name = models.CharField("naam", max_length=150)

    entered: Area | None = None
    """The area whose door this user came through in this request; None before, and after a refusal."""
    entered_plan: models.Model | None = None
    """The plan they came in for, when the address names one."""

    objects: ClassVar[UserManager[User]] = UserManager()  # type: ignore[assignment]
    REQUIRED_FIELDS = ["full_name", "email"]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name.split(" ")[0]


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self, day: datetime.date | None = None) -> MembershipQuerySet:
        """Memberships that hold on that day, by default today in the Netherlands."""
        day = day or timezone.localdate()
        return self.filter(
            Q(starts_on__isnull=True) | Q(starts_on__lte=day),
            Q(ends_on__isnull=True) | Q(ends_on__gte=day),
        )


class Membership(models.Model):
    """What somebody is at an area, and between which days. At a higher area it also lets them look at everything below."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=24, choices=[(role.value, label) for role, label in ROLE_LABELS.items()])
    party = models.CharField("fractie", max_length=80, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "area", "role"], name="membership_once_per_role"),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(starts_on__lte=F("ends_on")),
                name="membership_starts_before_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {ROLE_LABELS[Role(self.role)]} {self.area}"
