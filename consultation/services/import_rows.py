"""The rows of a spreadsheet as contributors, submissions and contributions, in a handful of statements whatever their number."""

import datetime
import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils import timezone

from consultation import bulk
from consultation.importing import Row
from consultation.models import (
    USUAL_CONTRIBUTOR,
    Channel,
    Contribution,
    Contributor,
    ContributorKind,
    Round,
    RoundKind,
    SpreadsheetImport,
    Submission,
)
from consultation.services.contributions import found_in, is_late, original_of
from consultation.services.rounds import next_number
from consultation.services.themes import themes_by_word
from consultation.words import as_word

SLICE = 5000
"""Rows a statement writes: between two of them an officer can stop it, and the page learns how far it is."""

CONTRIBUTOR = ("id", "kind", "party")
SUBMISSION = ("id", "contributor_id", "said_on", "is_late", "original_text")
CONTRIBUTION = ("submission_id", "subject", "sub_subject", "text", "theme_id", "personal_data", "fingerprint", "respondent")


def stage(round: Round, rows: tuple[Row, ...], tell: Callable[[float], None] = lambda done: None) -> None:
    """Put the rows ready in tables of this transaction, each in the submission of whoever said it. Nothing is locked.

    What was said in a council session without a date of its own was said on the day of the session.
    """
    usual_kind = USUAL_CONTRIBUTOR[round.kind]
    session_day = timezone.localdate(round.opens_at) if round.kind == RoundKind.COUNCIL_SESSION else None
    late = functools.cache(functools.partial(is_late, round))
    voices: dict[object, int] = {}
    contributors: list[tuple[str, str]] = []
    occasions: dict[tuple[int, datetime.date | None], int] = {}
    originals: list[list[str]] = []
    occasion_of: list[int] = []
    for row in rows:
        kind = row.kind or usual_kind
        voice = voices.setdefault(_voice(row, kind), len(voices))
        if voice == len(contributors):
            contributors.append((kind, row.party))
        occasion = occasions.setdefault((voice, row.said_on or session_day), len(occasions))
        if occasion == len(originals):
            originals.append([])
        originals[occasion].append(original_of(row.subject, row.sub_subject, row.text))
        occasion_of.append(occasion)
    contributor_ids = bulk.new_ids(Contributor, len(contributors))
    submission_ids = bulk.new_ids(Submission, len(occasions))
    bulk.stage(Contributor, CONTRIBUTOR, ((pk, *about) for pk, about in zip(contributor_ids, contributors, strict=True)))
    bulk.stage(
        Submission,
        SUBMISSION,
        (
            (pk, contributor_ids[voice], said_on, late(said_on), "\n\n".join(texts))
            for pk, (voice, said_on), texts in zip(submission_ids, occasions, originals, strict=True)
        ),
    )
    themes = themes_by_word(round.area)
    bulk.stage(Contribution, CONTRIBUTION, _contributions(rows, [submission_ids[at] for at in occasion_of], themes, tell))


def _contributions(
    rows: tuple[Row, ...], submissions: list[int], themes: Mapping[str, int], tell: Callable[[float], None]
) -> Iterator[tuple[Any, ...]]:
    for index, (row, submission) in enumerate(zip(rows, submissions, strict=True)):
        if not index % SLICE:
            tell(index / len(rows))
        yield (
            submission,
            row.subject,
            row.sub_subject,
            row.text,
            themes.get(as_word(row.theme or row.subject)),
            found_in(row.subject, row.sub_subject, row.text),
            row.fingerprint,
            row.respondent or None,
        )


def write(round: Round, upload: SpreadsheetImport, count: int, tell: Callable[[float], None] = lambda done: None) -> None:
    """Bring over what was staged: so many contributions, numbered on from the last. The round must be locked."""
    if not count:
        return
    area = {"area_id": round.area_id}
    first = next_number(round)
    bulk.bring_over(Contributor, CONTRIBUTOR, given=area)
    bulk.bring_over(
        Submission,
        SUBMISSION,
        given=area | {"round_id": round.pk, "channel": Channel.SPREADSHEET, "spreadsheet_id": upload.pk},
    )
    for start in range(1, count + 1, SLICE):
        tell(start / count)
        bulk.bring_over(
            Contribution,
            CONTRIBUTION,
            given=area | {"round_id": round.pk},
            counted={"number": first},
            positions=range(start, start + SLICE),
        )


def _voice(row: Row, kind: str) -> object:
    """Who speaks in this row: a party or body with all its rows, the council as a whole; a respondent or a resident only for themself."""
    if kind == ContributorKind.RESIDENT or (kind != ContributorKind.COUNCIL and not row.party):
        return ("respondent", row.respondent.casefold()) if row.respondent else row.number
    return (kind, row.party.casefold())
