"""How far a round is, what needs somebody, and sending the answers."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consultation.doors import enter_round
from consultation.models import Mail, Reaction, Round, Submission
from consultation.services import MailGone, send_again, settle_reaction
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest
from ivp_portal.web.paging import page_of
from priorities import round_progress as screen
from priorities import services
from priorities.answers import states_of, told_decisions
from priorities.forms.answers import MendForm


@require_safe
def round_progress(request: PortalRequest, municipality: str, round: str) -> HttpResponse:
    """Totals, what needs somebody, and the list of bodies or submissions."""
    return _page(request, enter_round(request.user, municipality, round, Action.READ))


def _page(request: PortalRequest, round: Round, *, status: int = 200, **more: Any) -> HttpResponse:
    states = states_of(round)
    totals = screen.totals_of(round, states)
    asked = request.GET.get("toon")
    shown = asked if asked in {screen.INVITED, screen.NEEDING, screen.ALL} else screen.INVITED if totals.invitations else screen.NEEDING
    if shown == screen.INVITED:
        page = page_of(screen.invitations_in(round), request)
        rows = screen.invitation_rows(page, states)
    else:
        page = page_of(screen.submissions_in(states, shown), request)
        rows = screen.submission_rows(page, states)
    context = {
        "area": round.area,
        "round": round,
        "totals": totals,
        "shown": shown,
        "page": page,
        "rows": rows,
        "mails": screen.undelivered_in(round)[: screen.TROUBLE_SHOWN],
        "reactions": screen.reactions_in(round)[: screen.TROUBLE_SHOWN],
        "may_record": Action.RECORD in round.area.allowed,
        "may_send": Action.DECIDE in round.area.allowed,
        **more,
    }
    return render(request, "priorities/round_progress.html", context, status=status)


@require_POST
def mail_again(request: PortalRequest, municipality: str, round: str, pk: int) -> HttpResponse:
    """Send one mail again, to a mended address or to the same."""
    found = enter_round(request.user, municipality, round, Action.RECORD)
    mail = get_object_or_404(Mail.objects.of(found.area).filter(round=found), pk=pk)
    form = MendForm(request.POST)
    if not form.is_valid():
        return _page(request, found, status=422, mended=mail.pk, form=form)
    try:
        send_again(mail, to=form.cleaned_data["to"], by=request.user)
    except MailGone as gone:
        return _page(request, found, status=409, refusal=gone)
    messages.success(request, "De mail gaat opnieuw op weg.")
    return redirect("priorities:round-progress", municipality, round)


@require_POST
def reaction_settle(request: PortalRequest, municipality: str, round: str, pk: int) -> HttpResponse:
    """Somebody dealt with what a sender said back."""
    found = enter_round(request.user, municipality, round, Action.RECORD)
    reaction = get_object_or_404(Reaction.objects.of(found.area).filter(submission__round=found), pk=pk)
    settle_reaction(reaction, by=request.user)
    messages.success(request, "De reactie is afgehandeld.")
    return redirect("priorities:round-progress", municipality, round)


@require_http_methods(["GET", "HEAD", "POST"])
def answers_send(request: PortalRequest, municipality: str, round: str) -> HttpResponse:
    """Exactly who gets an answer, one of them as an example, and the button."""
    found = enter_round(request.user, municipality, round, Action.DECIDE)
    refusal = None
    if request.method == "POST":
        try:
            sent = services.send_answers(found, checksum=request.POST.get("klaar", ""), by=request.user)
        except services.OthersNow as others:
            refusal = others
        else:
            messages.success(request, _told(sent))
            return redirect("priorities:round-progress", municipality, round)
    waiting = services.waiting_answers(found)
    page = page_of(list(waiting.states), request)
    context = {
        "area": found.area,
        "round": found,
        "waiting": waiting,
        "page": page,
        "rows": screen.answer_rows(page, waiting.states),
        "example": _example(found, waiting),
        "refusal": refusal,
    }
    return render(request, "priorities/answers_send.html", context, status=409 if refusal else 200)


def _told(sent: services.Waiting) -> str:
    words = []
    if sent.by_mail:
        words.append("1 antwoord gaat per mail op weg" if sent.by_mail == 1 else f"{sent.by_mail} antwoorden gaan per mail op weg")
    if sent.otherwise:
        words.append(
            "1 antwoord staat klaar bij zijn code" if sent.otherwise == 1 else f"{sent.otherwise} antwoorden staan klaar bij de code"
        )
    return (" en ".join(words) or "Er stond geen antwoord klaar") + "."


def _example(round: Round, waiting: services.Waiting) -> Mail | None:
    """The first mail as it would go out; None when nobody gets one."""
    for pk, state in waiting.states.items():
        if state.address:
            submission = get_object_or_404(Submission.objects.of(round.area), pk=pk)
            submission.round, submission.area = round, round.area
            decisions = told_decisions(state.decisions)[pk]
            return services.answer_mail(submission, decisions, to=state.address, number=1 if state.told is None else 2)
    return None
