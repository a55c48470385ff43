"""Every change to what was said: one module per noun, one place to import from."""

from consultation.services.contributions import correct, original_of, record_on_behalf, withdraw
from consultation.services.imports import Outcome, import_contributions, keep_upload, sha256, try_out
from consultation.services.refusals import AlreadyWithdrawn, ChangeRefused, RoundFrozen, TitleTaken
from consultation.services.rounds import freeze_round, hold_open, lock, lock_open, next_number, open_round

__all__ = [
    "AlreadyWithdrawn",
    "ChangeRefused",
    "Outcome",
    "RoundFrozen",
    "TitleTaken",
    "correct",
    "freeze_round",
    "hold_open",
    "import_contributions",
    "keep_upload",
    "lock",
    "lock_open",
    "next_number",
    "open_round",
    "original_of",
    "record_on_behalf",
    "sha256",
    "try_out",
    "withdraw",
]
