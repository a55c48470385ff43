"""The states of a report."""

from django.db import models


class ReportStatus(models.TextChoices):
    REQUESTED = "requested", "In de wachtrij"
    RENDERING = "rendering", "Wordt gemaakt"
    READY = "ready", "Klaar"
    FAILED = "failed", "Mislukt"


UNFINISHED = frozenset({ReportStatus.REQUESTED, ReportStatus.RENDERING})
