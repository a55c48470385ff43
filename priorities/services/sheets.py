"""Points taken along in a file, and rationales that come back in one."""

import datetime
from collections.abc import Collection, Sequence

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from consultation.services import ChangeRefused, RoundFrozen
from consultation.spreadsheets import read_table
from ivp_portal.audit.log import record
from ivp_portal.organisation.access import inside_every_area
from ivp_portal.organisation.models import User
from priorities.models import Batch, BatchAct, Plan, RationaleSheet
from priorities.services.batches import carry_out, prepare
from priorities.sheets.point_sheet import DECISION, RATIONALE, REFERENCE, TITLES
from priorities.sheets.sheet_page import Clash, Comparison, Edit, compared_rows, comparison_of
from priorities.sheets.sheet_reading import read_sheet
from priorities.states import BatchStatus

SHEET_DAYS = 7
"""A sheet that nobody took over goes after so many days."""
STANDING = frozenset({BatchStatus.WAITING, BatchStatus.RUNNING, BatchStatus.DONE})
"""What a batch is at while, or after, it took the sheet over."""


class ChangedSince(ChangeRefused):
    """Somebody changed decisions of the sheet after the page was read; `references` says which."""

    def __init__(self, references: Sequence[str]) -> None:
        self.references = list(references)
        named = ", ".join(self.references[:10]) + (" …" if len(self.references) > 10 else "")
        super().__init__(f"Terwijl u keek, wijzigde een collega de afweging van {named}. Er is niets overgenomen. Bekijk de lijst opnieuw.")


class NothingToTakeOver(ChangeRefused):
    """Every rationale in the sheet stands in the portal already."""

    def __init__(self) -> None:
        super().__init__("Er is niets over te nemen: de motiveringen in dit bestand staan al zo in het portaal.")


@transaction.atomic
def note_export(plan: Plan, *, format: str, number: int, query: str, by: User) -> None:
    """Keep in the log who took how many points out of the portal, and which."""
    record("points.exported", by=by, target=plan, format=format, number=number, query=query)


@transaction.atomic
def take_in_sheet(plan: Plan, *, content: bytes, file_name: str, by: User) -> RationaleSheet:
    """Keep what an uploaded sheet says, for the page of differences; no decision changes. Raises FileRefused, and RoundFrozen."""
    if plan.is_frozen:
        raise RoundFrozen
    table = read_table(content, settings.UPLOAD_LIMIT_BYTES)
    rows, unread = read_sheet(table, keys=(REFERENCE, DECISION, RATIONALE), known=TITLES)
    kept, problems = compared_rows(plan, rows)
    problems += [{"row": problem.row, "sentence": problem.sentence} for problem in unread]
    sheet = RationaleSheet.objects.create(
        area=plan.area, plan=plan, file_name=file_name[-200:], rows=kept, problems=problems, uploaded_by=by
    )
    record("rationales.offered", by=by, target=sheet, rows=len(kept) + len(problems), refused=len(problems))
    return sheet


@transaction.atomic
def take_over_sheet(sheet: RationaleSheet, *, seen: Collection[str], chosen: Collection[str], by: User) -> Batch:
    """Make the edited rationales count: all of them, and of the clashes those that were `chosen`, or none. Returns the batch.

    `seen` and `chosen` are tokens of Clash and Comparison.gone as the page showed them. A second click, or a colleague's, gives the
    batch of the first. Raises ChangedSince, NothingToTakeOver and RoundFrozen; a batch that is REFUSED took nothing over.
    """
    sheet = RationaleSheet.objects.select_for_update(of=("self",)).select_related("plan__area", "batch").get(pk=sheet.pk)
    if sheet.batch and sheet.batch.status in STANDING:
        return sheet.batch
    if sheet.plan.is_frozen:
        raise RoundFrozen
    now = comparison_of(sheet.plan, sheet)
    if others := [reference for token, reference in now.tokens.items() if token not in seen]:
        raise ChangedSince(others)
    texts, stands = _wanted(now, chosen)
    if not texts:
        raise NothingToTakeOver
    values = {"rationales": {str(pk): text for pk, text in texts.items()}}
    batch = carry_out(prepare(sheet.plan, BatchAct.REWRITE, list(texts), values, by, seen=stands), by)
    if batch.status in STANDING:
        sheet.batch = batch
        sheet.save(update_fields=["batch"])
    return batch


def _wanted(now: Comparison, chosen: Collection[str]) -> tuple[dict[int, str], dict[int, int]]:
    """Point -> its new rationale, and the decision that must still stand for it."""
    found: list[Edit | Clash] = [*now.edits, *(clash for clash in now.clashes if clash.token in chosen)]
    found.sort(key=lambda one: one.row)
    return {one.point.pk: one.after for one in found}, {one.point.pk: one.current.pk for one in found}


def forget_sheets() -> None:
    """Let go of sheets that nobody took over within SHEET_DAYS. Twice does no harm."""
    with inside_every_area():
        RationaleSheet.objects.filter(batch__isnull=True, uploaded_at__lt=Now() - datetime.timedelta(days=SHEET_DAYS)).delete()
