"""The form for everybody: filled in without an account, kept while it is being filled in, and handed in once."""

import logging
from functools import partial

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from consultation import services, spam
from consultation.models import RoundStatus
from consultation.patience import NO_TIME, form_for_anybody
from consultation.public_page import forget
from consultation.views.public_acts import ACTIONS, add_file_problems, not_kept, receipt_path
from consultation.views.public_visit import Visit, in_one_go, typed_in

logger = logging.getLogger(__name__)


# Whose draft it is stands in the signed sheet that only our page carries.
@form_for_anybody
def form(request: HttpRequest, municipality: str, language: str, round: str) -> HttpResponse:
    """The form of a round: read, kept, sent. Before the round opens and after it closed a page that says so."""
    with transaction.atomic():
        visit = Visit.begin(request, municipality, language, round)
    if request.method == "POST":
        act = ACTIONS.get(request.POST.get("actie", "").partition(":")[0], _send)
        try:
            return act(visit)
        except NO_TIME as problem:
            logger.warning("A public form could not be handed in, and its sender was told so: %s", problem)
            return visit.page(visit.form(typed_in(visit)), status=503, busy=True, refused=True)
    form = visit.form(visit.draft.content if visit.draft else {})
    status = visit.round.status()
    if status != RoundStatus.OPEN or visit.round.is_frozen:
        return visit.page(form, template="not_open", planned=status == RoundStatus.PLANNED)
    return visit.page(form)


def _send(visit: Visit) -> HttpResponse:
    """Check it, hand it in, show the receipt."""
    sent = visit.sent(typed_in(visit))
    try:
        add_file_problems(sent, visit.keep(sent.content))
    except services.ChangeRefused as refusal:
        return not_kept(visit, refusal)
    if not sent.is_valid():
        return visit.page(sent, status=422)
    assert visit.draft is not None  # noqa: S101 - keep() made it
    suspicions = spam.of_the_form(trap=sent.trap, seconds=visit.sheet.seconds)
    try:
        in_one_go(visit, partial(services.hand_in, visit.draft, suspicions=suspicions))
    except services.ChangeRefused as refusal:
        return visit.page(visit.form(sent.content), status=409, refusal=str(refusal), refused=True)
    response = redirect(receipt_path(visit, visit.draft))
    forget(response, visit.round)
    return response
