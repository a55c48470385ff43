"""QueueRow and QueueCount: the queue of the triage screen as the database itself keeps it, so that it is as quick for 100,000 points."""

from __future__ import annotations

from django.db import models

from consultation.models import Contribution, ContributorKind, Round, Theme
from ivp_portal.organisation.models import Area, User


class QueueState(models.TextChoices):
    """How far a point is. Follows from what was decided and agreed (priorities_refresh_queue); nobody sets it."""

    TODO = "todo", "Nog doen"
    TO_AGREE = "to_agree", "Wacht op akkoord"
    RETURNED = "returned", "Teruggelegd"
    DONE = "done", "Afgewogen"


WAITING = [QueueState.TODO.value, QueueState.RETURNED.value]
"""What the queue usually shows: an index of its own, so that all that is done need not be passed over."""


class QueueRowQuerySet(models.QuerySet["QueueRow"]):
    def in_order(self) -> QueueRowQuerySet:
        """What was put off last; else round by round, as said. The same as the index."""
        return self.order_by("later", "round_id", "number")


class QueueRow(models.Model):
    """A standing point in the queue: what the screen filters and sorts by, worked out from the tables that hold it (ADR 10).

    Written by triggers only, so that no way of changing a point can forget it; it holds nothing of its own and can be made again
    (refresh_queue). It has no foreign keys in the database: what it was worked out from has them.
    """

    contribution = models.OneToOneField(
        Contribution, on_delete=models.CASCADE, primary_key=True, related_name="queue_row", db_constraint=False
    )
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    number = models.PositiveIntegerField()
    source = models.CharField(max_length=12, choices=ContributorKind)
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    state = models.CharField(max_length=12, choices=QueueState)
    assignee = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    asked = models.BooleanField(default=False)
    """Somebody was asked something about it, the contributor or an adviser, and has not answered yet."""
    later = models.BigIntegerField(default=0)
    """0, or a number that grows with every point that is put off: those come last, in the order in which they were."""

    objects = QueueRowQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["area", "later", "round", "number"], name="queuerow_in_order"),
            models.Index(fields=["area", "later", "round", "number"], condition=models.Q(state__in=WAITING), name="queuerow_to_do"),
            models.Index(fields=["area", "state", "later", "round", "number"], name="queuerow_by_state"),
            models.Index(fields=["area", "theme", "later", "round", "number"], name="queuerow_by_theme"),
            models.Index(fields=["area", "assignee", "later", "round", "number"], name="queuerow_by_assignee"),
        ]

    def __str__(self) -> str:
        return f"{self.contribution_id}: {self.get_state_display()}"


class QueueCount(models.Model):
    """How many rows of the queue came or went, in one statement, with these marks; the sum of all of them is how many there are.

    Only ever added to, so that two officers never wait for each other's count. settle_counts() puts many lines into one.
    """

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    state = models.CharField(max_length=12, choices=QueueState)
    source = models.CharField(max_length=12, choices=ContributorKind)
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    assignee = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    number = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["area", "round"], name="queuecount_by_area")]

    def __str__(self) -> str:
        return f"{self.number} × {self.state}"


class SavedView(models.Model):
    """A filter somebody keeps under a name: for themselves, or for everybody of the area. It holds the tail of an address."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("naam", max_length=60)
    query = models.CharField(max_length=600)
    """'?status=nog-doen&bron=resident' as priorities.triage.queue_filter.query_of() writes it; '' is the whole queue."""
    is_shared = models.BooleanField("ook voor collega’s", default=False)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["area", "owner", "name"], name="savedview_name_once")]

    def __str__(self) -> str:
        return self.name
