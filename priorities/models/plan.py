"""Plan: one area, one period; its chapters, priorities, rounds and council route."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property

from consultation.models import Round
from ivp_portal.organisation.models import Area
from priorities.models.priority import Priority
from priorities.states import FROZEN, PLAN_MOVES, PlanStatus


class PlanQuerySet(models.QuerySet["Plan"]):
    def of(self, area: Area) -> PlanQuerySet:
        return self.filter(area=area)

    def newest_first(self) -> PlanQuerySet:
        return self.order_by("-starts_on")


class Plan(models.Model):
    """An Integraal Veiligheidsplan. The council sets it at least once every four years (Politiewet 2012, art. 38b).

    Of an area above the municipalities it is the strategy whose draft was put to them: only what they said is weighed in it.
    """

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="plans")
    starts_on = models.DateField("van")
    ends_on = models.DateField("tot en met")
    motto = models.CharField("motto", max_length=160, blank=True)
    status = models.CharField(max_length=12, choices=PlanStatus, default=PlanStatus.DRAFT, editable=False)
    adopted_on = models.DateField("vastgesteld op", null=True, blank=True)
    decision_number = models.CharField("besluitnummer", max_length=60, blank=True)
    portfolio_holder = models.CharField("portefeuillehouder", max_length=160, blank=True)
    made_with = models.TextField("opgesteld met", blank=True)
    colophon = models.TextField("verantwoording", blank=True)
    weigh_by = models.DateTimeField("afweging klaar vóór", null=True, blank=True)
    rounds = models.ManyToManyField(Round, through="PlanRound", related_name="plans")
    priorities = models.ManyToManyField(Priority, through="PlanPriority", related_name="plans")

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["area", "starts_on"], name="plan_once_per_period"),
            models.CheckConstraint(condition=Q(starts_on__lt=F("ends_on")), name="plan_starts_before_it_ends"),
            models.CheckConstraint(
                condition=(Q(status__in=sorted(FROZEN)) & Q(adopted_on__isnull=False))
                | (~Q(status__in=sorted(FROZEN)) & Q(adopted_on__isnull=True)),
                name="plan_adopted_iff_dated",
            ),
        ]

    marks: Sequence[Any] | None = None
    """How many points stand where, as this request read it; filled by the door of a plan and read by priorities.triage.queue_counts."""
    may_need_review: bool = False
    """Some priority was moved or withdrawn, so decisions may have to be looked at again; filled by the door of a plan."""
    views: Sequence[Any] = ()
    """The saved views of who came in; filled by the door of a plan and read by priorities.triage.saved_views."""
    put_off: Sequence[Any] = ()
    """How many points were put off, and the last place that gave; filled likewise, read by priorities.triage.points."""
    sitting: dict[str, Any] | None = None
    """What they decided since they logged in; filled likewise, read by priorities.triage.sitting."""

    def __str__(self) -> str:
        return self.title

    @property
    def period(self) -> str:
        """'2027-2030', as in the address."""
        return f"{self.starts_on.year}-{self.ends_on.year}"

    @property
    def title(self) -> str:
        """'Integraal Veiligheidsplan Blaricum 2027–2030', 'Veiligheidsstrategie Midden-Nederland 2027–2030'. Reads self.area."""
        if not self.area.is_municipality:
            return f"Veiligheidsstrategie {self.area.name} {self.starts_on.year}–{self.ends_on.year}"
        return f"Integraal Veiligheidsplan {self.area.name} {self.starts_on.year}–{self.ends_on.year}"

    @cached_property
    def round_slugs(self) -> dict[int, str]:
        """The rounds that feed it: id -> slug. One query, once per object, none after the door of a plan."""
        return dict(self.plan_rounds.values_list("round_id", "round__slug"))

    @property
    def round_ids(self) -> list[int]:
        """The ids of the rounds that feed it. As round_slugs: a plan's rounds do not change within a request."""
        return list(self.round_slugs)

    @property
    def is_frozen(self) -> bool:
        """True once adopted: nobody changes it any more."""
        return self.status in FROZEN

    @property
    def moves(self) -> frozenset[str]:
        """The statuses it can go to from here."""
        return PLAN_MOVES[self.status]


def period_dates(period: str) -> tuple[datetime.date, datetime.date]:
    """'2027-2030' as its first and last day."""
    first, last = period.split("-")
    return datetime.date(int(first), 1, 1), datetime.date(int(last), 12, 31)


class PlanRound(models.Model):
    """Which rounds feed the plan; a round feeds one plan."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="plan_rounds")
    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="plan_round")

    def __str__(self) -> str:
        return f"{self.plan}: {self.round}"


class PlanPriority(models.Model):
    """The priorities of the plan, its own and those from above, in the order of the paper."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="plan_priorities")
    priority = models.ForeignKey(Priority, on_delete=models.PROTECT, related_name="plan_priorities")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        verbose_name_plural = "plan priorities"
        constraints = [models.UniqueConstraint(fields=["plan", "priority"], name="planpriority_once")]

    def __str__(self) -> str:
        return f"{self.plan}: {self.priority}"


class ChapterShows(models.TextChoices):
    """What the portal adds after a chapter's text."""

    NOTHING = "", "Niets"
    WEIGHING = "weighing", "Afwegingstabel"
    FIGURES = "figures", "Cijfers van het veiligheidsbeeld"
    PRIORITIES = "priorities", "Prioriteiten"


class Chapter(models.Model):
    """A chapter of the plan. `version` grows with each change: whoever saves an older one gets a conflict, not a silent overwrite."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="chapters")
    number = models.PositiveSmallIntegerField("nummer")
    title = models.CharField("titel", max_length=160)
    lead = models.TextField("inleiding", blank=True)
    body = models.TextField("tekst", blank=True)
    shows = models.CharField("daarna", max_length=12, choices=ChapterShows, default=ChapterShows.NOTHING, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="chapter_number_once_per_plan")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def is_empty(self) -> bool:
        """True while nobody wrote anything in it and the portal adds nothing."""
        return not (self.lead or self.body or self.shows)


class Phase(models.TextChoices):
    """The council's route in three steps (BOB)."""

    IMAGE_FORMING = "image_forming", "Beeldvorming"
    OPINION_FORMING = "opinion_forming", "Oordeelsvorming"
    DECISION_MAKING = "decision_making", "Besluitvorming"


class RouteStep(models.Model):
    """One step of the council's route: which meeting, on which day."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="route_steps")
    phase = models.CharField(max_length=16, choices=Phase)
    meeting = models.CharField("vergadering", max_length=160, blank=True)
    on_date = models.DateField("datum", null=True, blank=True)
    note = models.CharField("toelichting", max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "phase"], name="routestep_once_per_phase")]

    def __str__(self) -> str:
        return f"{self.plan}: {self.get_phase_display()}"


class PlanSnapshotRecord(models.Model):
    """A frozen snapshot of a plan, stored as JSON text: what papers are drawn from. The same content is stored once."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="snapshots")
    taken_at = models.DateTimeField(auto_now_add=True)
    is_adopted = models.BooleanField(default=False)
    sha256 = models.CharField(max_length=64)
    content = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "sha256"], name="plansnapshot_once_per_content"),
            models.UniqueConstraint(fields=["plan"], condition=Q(is_adopted=True), name="plansnapshot_one_adopted"),
        ]

    def __str__(self) -> str:
        return f"{self.plan}, {self.sha256[:12]}"
