"""How far an invitation is, and how far a spreadsheet that a worker reads."""

from django.db import models


class InvitationState(models.TextChoices):
    """From asked to answered: follows from what happened to it and is never stored (consultation.invitation_list works it out)."""

    NOT_SENT = "not_sent", "Nog niet verstuurd"
    INVITED = "invited", "Uitgenodigd"
    UNDELIVERED = "undelivered", "Niet aangekomen"
    OPENED = "opened", "Geopend"
    DRAFT = "draft", "Concept"
    OFFERED = "offered", "Ligt ter vrijgave"
    RECEIVED = "received", "Ontvangen"
    EXPIRED = "expired", "Verlopen"
    REVOKED = "revoked", "Ingetrokken"


class ImportStatus(models.TextChoices):
    """Whether a worker is busy with a spreadsheet."""

    RESTING = "resting", "In rust"  # it is small, waits for a person, or is done
    WAITING = "waiting", "In de wachtrij"
    RUNNING = "running", "Bezig"
    FAILED = "failed", "Gestopt"


class ImportStep(models.TextChoices):
    """What a worker does with a big spreadsheet."""

    TRIAL = "trial", "Proef"
    READING_IN = "reading_in", "Inlezen"


UNFINISHED_IMPORTS = frozenset({ImportStatus.WAITING, ImportStatus.RUNNING})
