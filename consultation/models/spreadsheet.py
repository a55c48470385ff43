"""SpreadsheetImport: an uploaded file between its dry run and the button that reads it in, and afterwards the record of what came of it."""

from __future__ import annotations

import datetime
import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from consultation.models.round import Round
from ivp_portal.organisation.models import Area, User

KEPT_DAYS = 7


class SpreadsheetImportQuerySet(models.QuerySet["SpreadsheetImport"]):
    def forgotten(self) -> SpreadsheetImportQuerySet:
        """Uploads that nobody read in within KEPT_DAYS: they may hold names, and serve nothing any more."""
        return self.filter(imported_at__isnull=True, uploaded_at__lt=timezone.now() - datetime.timedelta(days=KEPT_DAYS))


class SpreadsheetImport(models.Model):
    """One file for one round. The id exists before the import, so that a page can tell afterwards whether it happened.

    The bytes go once they are read in: a survey's export holds columns that we do not read, with names in them (AVG: no more than needed).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="imports")
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

    objects = SpreadsheetImportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(imported_at__isnull=True, added__isnull=True, known__isnull=True, refused__isnull=True)
                | Q(imported_at__isnull=False, added__isnull=False, known__isnull=False, refused__isnull=False),
                name="spreadsheetimport_counted_iff_imported",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name
