"""The form for everybody: filled in without an account, kept while it is being filled in, and handed in once."""

import logging
from functools import partial

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from consultation import services, spam
from consultation.models import RoundStatus
from consultation.public_page import forget
from consultation.views.public_acts import ACTIONS, add_file_problems, not_kept, receipt_path
from consultation.views.public_visit import NO_TIME, Visit, in_one_go, keeps_what_was_typed, typed_in
from ivp_portal.web.languages import speaks_its_address

logger = logging.getLogger(__name__)


# No token in a cookie: somebody whose browser keeps none must be able to answer too. A forged request could do no more than anybody can
# do by hand, and whose draft it is stands in the signed sheet that only our page carries. Each step is a transaction of its own, so that
# what was typed is kept also when handing it in fails.
@csrf_exempt
@login_not_required
@transaction.non_atomic_requests
@never_cache
@speaks_its_address
@keeps_what_was_typed
@require_http_methods(["GET", "HEAD", "POST"])
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
