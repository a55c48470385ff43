"""SpreadsheetImport: an uploaded file between its dry run and the button that reads it in, and afterwards the record of what came of it."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from consultation.models.round import Round
from consultation.states import UNFINISHED_IMPORTS, ImportStatus, ImportStep
from ivp_portal.organisation.models import Area, User
from ivp_portal.work.models import Job

KEPT_DAYS = 7


class SpreadsheetImportQuerySet(models.QuerySet["SpreadsheetImport"]):
    def forgotten(self) -> SpreadsheetImportQuerySet:
        """Uploads that nobody read in within KEPT_DAYS: they may hold names, and serve nothing any more."""
        long_ago = timezone.now() - datetime.timedelta(days=KEPT_DAYS)
        return self.filter(imported_at__isnull=True, uploaded_at__lt=long_ago).exclude(status__in=UNFINISHED_IMPORTS)

    def light(self) -> SpreadsheetImportQuerySet:
        """Without what may be large: the file's bytes and the list of problems."""
        return self.defer("content", "problems")


class SpreadsheetImport(Job):
    """One file for one round. The id exists before the import, so that a page can tell afterwards whether it happened.

    A small file is tried out and read in while the officer waits. A big one is a job of a worker, twice: its trial, and reading it in.
    The bytes go once they are read in: a survey's export holds columns that we do not read, with names in them (AVG: no more than needed).
    """

    WAITING = ImportStatus.WAITING
    RUNNING = ImportStatus.RUNNING
    FAILED = ImportStatus.FAILED

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="imports")
    status = models.CharField(max_length=12, choices=ImportStatus, default=ImportStatus.RESTING, editable=False)
    step = models.CharField(max_length=12, choices=ImportStep, blank=True, editable=False)
    """What a worker does for it, or did last; empty for a small file."""
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    """Who pressed the button that a worker now carries out."""
    cancel_requested_at = models.DateTimeField(null=True, editable=False)
    trial = models.JSONField(null=True, editable=False)
    """Of a big file: what its trial said (consultation.trial)."""
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()  # in the database: file and rows are there together, or not at all
    columns = models.JSONField(default=dict)
    """field -> header, as an officer mapped them; empty: as guessed."""
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    imported_at = models.DateTimeField(null=True, editable=False)
    added = models.PositiveIntegerField(null=True, editable=False)
    known = models.PositiveIntegerField(null=True, editable=False)
    refused = models.PositiveIntegerField(null=True, editable=False)
    """Rows that could not come in; `problems` says why."""
    problems = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True, editable=False)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    """Who took the whole import back; its points were withdrawn."""

    objects = SpreadsheetImportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(imported_at__isnull=True, added__isnull=True, known__isnull=True, refused__isnull=True)
                | Q(imported_at__isnull=False, added__isnull=False, known__isnull=False, refused__isnull=False),
                name="spreadsheetimport_counted_iff_imported",
            ),
            models.CheckConstraint(
                condition=~Q(status=ImportStatus.FAILED) | (~Q(failure="") & Q(finished_at__isnull=False)),
                name="spreadsheetimport_failed_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(status=ImportStatus.RUNNING) | (Q(heartbeat_at__isnull=False, attempt__gt=0) & ~Q(step="")),
                name="spreadsheetimport_running_is_held",
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(imported_at__isnull=False, undone_at__gte=F("imported_at")),
                name="spreadsheetimport_undone_after_imported",
            ),
        ]
        indexes = [
            models.Index(fields=["status"], condition=Q(status__in=sorted(UNFINISHED_IMPORTS)), name="spreadsheetimport_unfinished"),
            models.Index(fields=["round", "-uploaded_at"], name="spreadsheetimport_by_round"),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_big(self) -> bool:
        return bool(self.step)

    @property
    def is_under_way(self) -> bool:
        """A worker has it, or will."""
        return self.status in UNFINISHED_IMPORTS

    def as_held(self) -> models.QuerySet[Any]:
        """As of any job; nothing any more once an officer asked to stop."""
        return super().as_held().filter(cancel_requested_at__isnull=True)


class ColumnMemory(models.Model):
    """What an officer said the columns of a file mean, for the next file of the area with the same headers."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    headers = models.CharField(max_length=64)
    """A checksum of the headers (consultation.importing.mark_of)."""
    columns = models.JSONField(default=dict)
    """field -> header; an empty header: not read."""
    chosen_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    chosen_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area", "headers"], name="columnmemory_once_per_headers")]

    def __str__(self) -> str:
        return ", ".join(f"{field}: {header}" for field, header in self.columns.items() if header)
