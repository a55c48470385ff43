"""The points whose words look like personal data, with what was found in them marked: for the screen where an officer looks at each."""

from collections.abc import Sequence
from dataclasses import dataclass

from consultation import anchors, personal_data
from consultation.anchors import Segment
from consultation.models import Contribution, Round
from consultation.models.contribution import ContributionQuerySet
from consultation.personal_data import PersonalDataKind

PAGE_SIZE = 10


@dataclass(frozen=True, slots=True)
class MarkedText:
    """One of the texts of a point, cut where a finding begins and ends."""

    label: str
    segments: Sequence[Segment]


@dataclass(frozen=True, slots=True)
class Flagged:
    """A point that waits for somebody to look at it."""

    contribution: Contribution
    texts: Sequence[MarkedText]
    kinds: Sequence[str]
    """What was found, in Dutch."""
    proposed: dict[str, str]
    """Its words with what was found taken out."""


def waiting_in(round: Round) -> ContributionQuerySet:
    """The points of the round that nobody looked at yet, as numbered, with who said them."""
    waiting = Contribution.objects.standing().with_unchecked_personal_data().filter(round=round)
    return waiting.select_related("submission__contributor").order_by("number")


def flagged(contribution: Contribution) -> Flagged:
    """The point as the screen shows it."""
    words = {"subject": contribution.subject, "sub_subject": contribution.sub_subject, "text": contribution.text}
    labels = {"subject": "Onderwerp", "sub_subject": "Sub-onderwerp", "text": "Toelichting"}
    found = {name: personal_data.findings(text) for name, text in words.items()}
    return Flagged(
        contribution,
        [
            MarkedText(labels[name], anchors.segments(text, [(one.start, one.end, one.kind.label) for one in found[name]]))
            for name, text in words.items()
            if text
        ],
        [PersonalDataKind(kind).label for kind in contribution.personal_data],
        {name: personal_data.masked(text, found[name]) for name, text in words.items()},
    )
