"""Report: one rendering of one document from one snapshot."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from ivp_portal.organisation.models import User
from ivp_portal.work.models import Job
from priorities.models import Plan, PlanSnapshotRecord
from reports.states import UNFINISHED, ReportStatus


class ReportQuerySet(models.QuerySet["Report"]):
    def of(self, plan: Plan) -> ReportQuerySet:
        return self.filter(plan=plan)

    def newest_first(self) -> ReportQuerySet:
        return self.order_by("-pk")

    def for_the_list(self) -> ReportQuerySet:
        """With what a row shows, in one query; without the snapshot's text, which may be long."""
        return self.select_related("asked_by", "snapshot").defer("snapshot__content").newest_first()


class Report(Job):
    """One rendering. The row, not the broker, is the truth: an emptied broker or a killed worker loses nothing.

    The stored file is the record; a READY report is never rendered over, ask for a new one.
    """

    WAITING = ReportStatus.REQUESTED
    RUNNING = ReportStatus.RENDERING
    FAILED = ReportStatus.FAILED

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="reports")
    snapshot = models.ForeignKey(PlanSnapshotRecord, on_delete=models.PROTECT, related_name="+")
    document = models.CharField(max_length=40)  # the slug of a Document
    status = models.CharField(max_length=12, choices=ReportStatus, default=ReportStatus.REQUESTED, editable=False)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    file = models.CharField(max_length=200, blank=True)  # name in the default storage; reserved from the moment of the claim
    size = models.PositiveIntegerField(null=True)  # bytes
    pages = models.PositiveIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["plan", "-id"], name="report_by_plan"),
            models.Index(fields=["status"], condition=Q(status__in=sorted(UNFINISHED)), name="report_unfinished"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status=ReportStatus.READY)
                | (~Q(file="") & ~Q(sha256="") & Q(size__isnull=False, pages__isnull=False, finished_at__isnull=False)),
                name="report_ready_has_a_file",
            ),
            models.CheckConstraint(
                condition=~Q(status=ReportStatus.FAILED) | (~Q(failure="") & Q(finished_at__isnull=False)),
                name="report_failed_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(status=ReportStatus.RENDERING) | (Q(heartbeat_at__isnull=False, attempt__gt=0) & ~Q(file="")),
                name="report_rendering_is_held",
            ),
        ]

    def __str__(self) -> str:
        return self.document

    @property
    def download_name(self) -> str:
        """'ivp-blaricum-2023-2026.pdf'. Reads self.area and self.plan."""
        return f"{self.document}-{self.area.slug}-{self.plan.period}.pdf"

    @property
    def is_finished(self) -> bool:
        return self.status not in UNFINISHED
