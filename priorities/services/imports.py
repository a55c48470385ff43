"""A whole import taken back, by somebody who knows what was decided about its points."""

from collections.abc import Sequence

from django.db import transaction

from consultation.models import Contribution, SpreadsheetImport
from consultation.services import ChangeRefused, lock_open, take_back_import
from ivp_portal.organisation.models import User
from priorities.triage.points import is_decided

NAMED = 10


class ImportDecided(ChangeRefused):
    """Something was decided about points of the import. `points` names the first, `more` says how many others there are."""

    def __init__(self, points: Sequence[str], more: int) -> None:
        count = len(points) + more
        what = f"{count} punten uit dit bestand zijn" if count > 1 else "1 punt uit dit bestand is"
        super().__init__(f"{what} al afgewogen. Maak eerst die afweging ongedaan, of trek alleen de andere punten een voor een in.")
        self.points = list(points)
        self.more = more


@transaction.atomic
def undo_import(upload: SpreadsheetImport, *, by: User) -> int:
    """Withdraw all points of an import, while nothing was decided about any of them; how many were withdrawn.

    Raises ImportDecided, and what consultation.services.take_back_import raises.
    """
    lock_open(upload.round_id)  # deciding holds the round: nobody decides between the question and the answer
    decided = Contribution.objects.standing().filter(is_decided(), submission__spreadsheet=upload).in_order()
    if count := decided.count():
        named = [f"Punt {point.number}: {point.point}" for point in decided.defer("search")[:NAMED]]
        raise ImportDecided(named, count - len(named))
    return take_back_import(upload, by=by)
