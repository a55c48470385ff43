"""What the pages look up on which an officer asks something."""

import datetime

from django.db.models import QuerySet
from django.utils import timezone

from consultation.models import Contribution
from priorities.models import AdviceRequest, Plan
from priorities.services import NotReachable, QuestionOpen, address_of_sender, last_moment, open_question


def asked_about(contribution: Contribution) -> QuerySet[AdviceRequest]:
    """The requests for advice about the point."""
    return AdviceRequest.objects.filter(contribution=contribution)


def why_no_question(contribution: Contribution) -> str:
    """Why the contributor cannot be asked anything about the point now, in Dutch; '' when they can. Two queries."""
    if not address_of_sender(contribution):
        return str(NotReachable())
    return str(QuestionOpen()) if open_question(contribution) else ""


def term_of(plan: Plan) -> datetime.datetime:
    """Until when the contributor could react to a question asked now. One query."""
    return last_moment(plan.area, timezone.now())
