"""The states of a plan and the moves between them: one table, agreed with by the database."""

from django.db import models


class PlanStatus(models.TextChoices):
    DRAFT = "draft", "Concept"
    PROPOSED = "proposed", "Voorgelegd aan de raad"
    ADOPTED = "adopted", "Vastgesteld"
    SUPERSEDED = "superseded", "Opgevolgd"


PLAN_MOVES: dict[str, frozenset[str]] = {
    PlanStatus.DRAFT: frozenset({PlanStatus.PROPOSED}),
    PlanStatus.PROPOSED: frozenset({PlanStatus.DRAFT, PlanStatus.ADOPTED}),
    PlanStatus.ADOPTED: frozenset({PlanStatus.SUPERSEDED}),
    PlanStatus.SUPERSEDED: frozenset(),
}

FROZEN = frozenset({PlanStatus.ADOPTED, PlanStatus.SUPERSEDED})


class MoveRefused(Exception):
    """This plan cannot go from the one status to the other; the message is a Dutch sentence for the screen."""


def require_move(now: str, to: str) -> None:
    """Raise MoveRefused unless PLAN_MOVES allows the step."""
    if now == to:
        raise MoveRefused(f"Dit plan is al ‘{PlanStatus(now).label}’.")
    if to not in PLAN_MOVES[now]:
        raise MoveRefused(f"Een plan dat ‘{PlanStatus(now).label}’ is, kan niet ‘{PlanStatus(to).label}’ worden.")


class Progress(models.TextChoices):
    """How far a body or a submission is, from the invitation to the answer; never stored."""

    NOT_INVITED = "not_invited", "Nog niet uitgenodigd"
    INVITED = "invited", "Uitgenodigd"
    OPENED = "opened", "Geopend"
    DRAFTED = "drafted", "Concept"
    RECEIVED = "received", "Ontvangen"
    SPLIT = "split", "Gesplitst"
    TO_WEIGH = "to_weigh", "Nog af te wegen"
    WEIGHED = "weighed", "Afgewogen"
    ANSWERED = "answered", "Beantwoord"


class BatchStatus(models.TextChoices):
    """An act on many points. Nothing is written before somebody confirmed the preview."""

    PREVIEW = "preview", "Nog niet vastgelegd"
    WAITING = "waiting", "In de wachtrij"
    RUNNING = "running", "Bezig"
    DONE = "done", "Vastgelegd"
    REFUSED = "refused", "Niets vastgelegd"
    FAILED = "failed", "Mislukt"


class TrainingStatus(models.TextChoices):
    WAITING = "waiting", "In de wachtrij"
    RUNNING = "running", "Bezig"
    DONE = "done", "Klaar"
    FAILED = "failed", "Mislukt"
