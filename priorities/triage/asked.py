"""What somebody finds behind the link in a mail that asks them something: only that, and nothing of who brought the point in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from django.utils import timezone

from consultation import personal_data
from consultation.models import Contribution
from ivp_portal.organisation.access import enter_publicly
from ivp_portal.organisation.models import Area
from priorities.models import AdviceRequest, Question
from priorities.triage import links

Asking = TypeVar("Asking", AdviceRequest, Question)


@dataclass(frozen=True, slots=True)
class Shown:
    """A point for somebody outside."""

    subject: str
    point: str
    text: str


def enter_asked(place: str) -> Area:
    """The area of the address, opened for nobody in particular. Raises Http404 for an unknown one."""
    return enter_publicly(place)


def advice_of(area: Area, token: str) -> AdviceRequest:
    """The request whose link this is, with its round. Raises UnknownLink, also for one that was withdrawn: that tells nothing either."""
    found = AdviceRequest.objects.filter(area=area, pk=links.number_in(AdviceRequest, token), withdrawn_at=None)
    return _in_place(found.select_related("contribution__round", "asked_by").first(), area)


def question_of(area: Area, token: str) -> Question:
    """The question whose link this is, with its round and its submission. Raises UnknownLink."""
    found = Question.objects.filter(area=area, pk=links.number_in(Question, token))
    return _in_place(found.select_related("contribution__round", "contribution__submission").first(), area)


def _in_place(found: Asking | None, area: Area) -> Asking:
    if found is None:
        raise links.UnknownLink
    found.area = found.contribution.area = found.contribution.round.area = area
    return found


def is_needed(contribution: Contribution) -> bool:
    """False once the point was withdrawn or its plan adopted. Reads its round."""
    return contribution.withdrawn_at is None and not contribution.round.is_frozen


def is_over(question: Question) -> bool:
    """True when nobody can react any more and nobody did. Reads its contribution and round."""
    late = question.lapsed_at is not None or question.lapses_at <= timezone.now()
    return question.answered_at is None and (late or not is_needed(question.contribution))


def shown_to_adviser(contribution: Contribution) -> Shown:
    """Its words; while nobody looked at what may be personal data in them, for it was corrected meanwhile, with that taken out."""
    words = (contribution.subject, contribution.point, contribution.text)
    if contribution.personal_data and contribution.personal_data_checked_at is None:
        return Shown(*(personal_data.masked(text, personal_data.findings(text)) for text in words))
    return Shown(*words)
