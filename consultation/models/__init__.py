"""What was said, by whom: evidence, never judged here."""

from consultation.models.contribution import Contribution, ContributionGroup
from consultation.models.invitation import Draft, Invitation
from consultation.models.letter import Attachment, Passage, ScanResult, Transcript
from consultation.models.mail import Mail, MailKind, MailStatus
from consultation.models.reaction import Reaction
from consultation.models.round import Round, RoundKind, RoundStatus, RoundTheme
from consultation.models.spreadsheet import ColumnMemory, SpreadsheetImport
from consultation.models.submission import USUAL_CONTRIBUTOR, Channel, ContactDetails, Contributor, ContributorKind, Submission
from consultation.models.theme import Theme, ThemeAlias, ThemeField
from consultation.models.word import PointWord

__all__ = [
    "USUAL_CONTRIBUTOR",
    "Attachment",
    "Channel",
    "ColumnMemory",
    "ContactDetails",
    "Contribution",
    "ContributionGroup",
    "Contributor",
    "ContributorKind",
    "Draft",
    "Invitation",
    "Mail",
    "MailKind",
    "MailStatus",
    "Passage",
    "PointWord",
    "Reaction",
    "Round",
    "RoundKind",
    "RoundStatus",
    "RoundTheme",
    "ScanResult",
    "SpreadsheetImport",
    "Submission",
    "Theme",
    "ThemeAlias",
    "ThemeField",
    "Transcript",
]
