"""The points of a plan as rows of a sheet: what was said, where it stands and what was decided. Nothing internal is in it."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.text import slugify

from consultation.models import Contribution, ContributorKind
from consultation.models.contribution import ContributionQuerySet
from consultation.personal_data import PersonalDataKind
from priorities.models import Decision, Destination, Plan
from priorities.sheets.sheet_files import Column
from priorities.triage.queue_counts import marks_of
from priorities.triage.queue_filter import NO_THEME, TriageFilter

REFERENCE, DECISION, RATIONALE = "Kenmerk", "Besluitnummer", "Motivering"
"""The columns by which a sheet is read back (priorities.sheets.sheet_reading)."""
SUBJECT, SUB_SUBJECT, TEXT = "Onderwerp", "Sub-onderwerp", "Tekst"
SOURCE, PARTY, THEME, STATE = "Soort inbrenger", "Fractie of organisatie", "Thema", "Staat"
DESTINATIONS, NAMED, EXTENT = "Bestemming", "Prioriteit of naam", "Overnemen"
PERSONAL_DATA = "Persoonsgegevens"

COLUMNS = (
    Column(REFERENCE, 24),
    Column(SUBJECT, 24),
    Column(SUB_SUBJECT, 28),
    Column(TEXT, 60),
    Column(SOURCE, 14),
    Column(PARTY, 22),
    Column(THEME, 22),
    Column(STATE, 16),
    Column(DESTINATIONS, 24),
    Column(NAMED, 26),
    Column(EXTENT, 12),
    Column(RATIONALE, 60),
    Column(DECISION, 15),
    Column(PERSONAL_DATA, 26),
)
"""Who handles a point, notes and advice never leave the house: there is no column for them."""

TITLES = [column.title for column in COLUMNS]
SHEET = "Punten"
CHUNK = 500
BETWEEN = "; "
"""Between two destinations of one decision."""


def sheet_rows(points: ContributionQuerySet) -> Iterator[list[str]]:
    """One row for each point, in the order given. Four queries for every CHUNK of them; no more than that is held at once."""
    for point in with_what_a_sheet_needs(points).iterator(chunk_size=CHUNK):
        yield row_of(point)


def with_what_a_sheet_needs(points: ContributionQuerySet) -> ContributionQuerySet:
    """Each with its round, its theme, who said it, its state, and as `current_decisions` what was decided."""
    destinations = Destination.objects.select_related("priority").order_by("position")
    current = Decision.objects.current().prefetch_related(Prefetch("destinations", destinations))
    found = points.select_related("round", "theme", "submission__contributor", "queue_row")
    return found.prefetch_related(Prefetch("decisions", current, to_attr="current_decisions"))


def row_of(point: Contribution) -> list[str]:
    """The cells of a point from with_what_a_sheet_needs(), in the order of COLUMNS."""
    decision: Decision | None = next(iter(point.current_decisions), None)  # type: ignore[attr-defined]
    contributor = point.submission.contributor
    return [
        point.reference,
        point.subject,
        point.sub_subject,
        point.text,
        contributor.get_kind_display(),
        contributor.party,
        point.theme.name if point.theme else "",
        point.queue_row.get_state_display(),
        *cells_of(decision),
        _unchecked(point),
    ]


def cells_of(decision: Decision | None) -> list[str]:
    """From DESTINATIONS to DECISION; empty for a point without an answer. Reads the destinations and their priorities."""
    if decision is None:
        return ["", "", "", "", ""]
    destinations = list(decision.destinations.all())
    return [
        BETWEEN.join(destination.kind_of.label for destination in destinations),
        BETWEEN.join(destination.name for destination in destinations if destination.name),
        decision.get_extent_display(),
        decision.rationale,
        str(decision.pk),
    ]


def _unchecked(point: Contribution) -> str:
    """What nobody looked at yet: 'nog niet nagekeken: naam, telefoonnummer'."""
    if not point.personal_data or point.personal_data_checked_at:
        return ""
    return f"nog niet nagekeken: {', '.join(PersonalDataKind(kind).label for kind in point.personal_data)}"


def file_name(plan: Plan, filter: TriageFilter, ending: str) -> str:
    """'blaricum-2027-2030-nog-doen-verkeer-2026-11-22.xlsx': whose points, which of them, and of which day.

    Who handles them is not in it: the name of a file travels further than the file.
    """
    themes = {str(mark.theme_id): mark.theme or "" for mark in marks_of(plan) if mark.theme_id}
    theme = "zonder-thema" if filter.theme == NO_THEME else themes.get(filter.theme, "")
    source = ContributorKind(filter.source).label if filter.source else ""
    chosen = "eigen-keuze" if filter.assignee else ""
    parts = [plan.area.slug, plan.period, filter.status, str(source), filter.round, theme, filter.search[:30], chosen]
    return f"{'-'.join(slugify(part) for part in parts if slugify(part))}-{timezone.localdate().isoformat()}.{ending}"
