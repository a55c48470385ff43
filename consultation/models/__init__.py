"""What was said, by whom: evidence, never judged here."""

from consultation.models.contribution import Contribution
from consultation.models.round import Round, RoundKind, RoundStatus
from consultation.models.spreadsheet import SpreadsheetImport
from consultation.models.submission import USUAL_CONTRIBUTOR, Channel, Contributor, ContributorKind, Submission

__all__ = [
    "USUAL_CONTRIBUTOR",
    "Channel",
    "Contribution",
    "Contributor",
    "ContributorKind",
    "Round",
    "RoundKind",
    "RoundStatus",
    "SpreadsheetImport",
    "Submission",
]
