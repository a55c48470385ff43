"""Who is invited to a round: the list with how far each is, adding one, many or every municipality, and sending what is ready."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from consultation import services
from consultation.doors import enter_round
from consultation.forms.invitations import AddressesForm, InvitationForm, SlotsForm
from consultation.invitation_list import counts_of, invitations_of, placed_in, ready_to_send, without_address
from consultation.models import Round, RoundStatus
from consultation.states import InvitationState
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest
from ivp_portal.web.paging import page_of


@require_safe
def invitation_list(request: PortalRequest, municipality: str, round: str) -> HttpResponse:
    """Everybody invited, with how far they are; ?staat= shows one state."""
    found = enter_round(request.user, municipality, round, Action.READ)
    counts = counts_of(found)
    chosen = request.GET.get("staat", "")
    shown = invitations_of(found)
    if chosen in counts:
        shown = shown.filter(state=chosen)
    context = _context(found) | {
        "page": page_of(shown, request),
        "counts": [(state, state.label, counts[state.value]) for state in InvitationState if counts[state.value]],
        "total": sum(counts.values()),
        "chosen": chosen if chosen in counts else "",
        "ready": ready_to_send(found).count(),
        "without_address": without_address(found),
    }
    return render(request, "consultation/invitation_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def invitation_add(request: PortalRequest, municipality: str, round: str) -> HttpResponse:
    """Put somebody in the list."""
    found = enter_round(request.user, municipality, round, Action.RECORD)
    form = InvitationForm(request.POST or None, round=found)
    if form.is_valid():
        try:
            invitation = services.invite(found, **form.cleaned_data, by=request.user)
        except services.NameTaken as taken:
            form.add_error("name", str(taken))
        except services.RoundFrozen as refusal:
            return _refused(request, found, "invitation_add", form, refusal)
        else:
            messages.success(request, f"{invitation.name} staat in de lijst. Er is nog niets verstuurd.")
            return redirect("consultation:invitation-list", municipality, round)
    return _page(request, found, "invitation_add", form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def invitation_add_many(request: PortalRequest, municipality: str, round: str) -> HttpResponse:
    """Names with an address, pasted or from a file: all of them, or none while a line is wrong."""
    found = enter_round(request.user, municipality, round, Action.RECORD)
    standing = list(invitations_of(found).filter(revoked_at__isnull=True))
    form = AddressesForm(request.POST or None, request.FILES or None, round=found, standing=standing)
    if form.is_valid():
        try:
            changed, added = services.take_addresses(found, form.found, form.new, kind=form.cleaned_data["kind"], by=request.user)
        except services.RoundFrozen as refusal:
            return _refused(request, found, "invitation_add_many", form, refusal)
        done = []
        if added:
            done.append(f"{_count(added, 'naam', 'namen')} erbij")
        if changed:
            done.append(f"{_count(changed, 'adres', 'adressen')} ingevuld")
        messages.success(request, f"{', '.join(done)}." if done else "Alles stond al in de lijst.")
        return redirect("consultation:invitation-list", municipality, round)
    return _page(request, found, "invitation_add_many", form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def invitation_slots(request: PortalRequest, municipality: str, round: str) -> HttpResponse:
    """A place for every municipality that existed on a day. The page says what it would change before anything does."""
    found = enter_round(request.user, municipality, round, Action.RECORD)
    usual = found.slots_on or min(timezone.localdate(found.opens_at), timezone.localdate())
    form = SlotsForm(request.POST or request.GET or {"day": usual.isoformat()})
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        day = form.cleaned_data["day"]
        if request.method == "POST":
            try:
                slots = services.invite_slots(found, day, by=request.user)
            except services.RoundFrozen as refusal:
                return _refused(request, found, "invitation_slots", form, refusal)
            less = f", {_count(slots.dropped, 'plek', 'plekken')} eraf" if slots.dropped else ""
            messages.success(request, f"{_count(slots.added, 'plek', 'plekken')} erbij{less}.")
            if slots.kept:
                names = ", ".join(slots.kept)
                messages.warning(request, f"Al uitgenodigd, maar niet op de kaart van die dag: {names}. Trek die zelf in als dat moet.")
            return redirect("consultation:invitation-list", municipality, round)
        there, placed = services.slots_for(found.area, day), placed_in(found)
        context |= {"day": day, "there": there, "missing": [area for area in there if area.pk not in placed]}
    return _page(request, found, "invitation_slots", **context)


@require_http_methods(["GET", "HEAD", "POST"])
def invitation_send(request: PortalRequest, municipality: str, round: str) -> HttpResponse:
    """How many mails will go out and what the first says; then the button that sends them."""
    found = enter_round(request.user, municipality, round, Action.RECORD)
    if request.method == "POST":
        try:
            sent = services.send_invitations(found, by=request.user)
        except services.RoundFrozen as refusal:
            return _refused(request, found, "invitation_send", None, refusal)
        messages.success(request, f"{_count(sent, 'uitnodiging', 'uitnodigingen')} onderweg." if sent else "Er stond niets meer klaar.")
        return redirect("consultation:invitation-list", municipality, round)
    ready = list(ready_to_send(found))
    example = services.invitation_mail(ready[0], found) if ready else None
    is_closed = found.status() == RoundStatus.CLOSED
    return _page(
        request, found, "invitation_send", ready=ready, example=example, without_address=without_address(found), is_closed=is_closed
    )


def _count(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def _context(round: Round) -> dict[str, Any]:
    may_change = Action.RECORD in round.area.allowed and not round.is_frozen
    return {"area": round.area, "round": round, "may_change": may_change, "may_have_slots": not round.area.is_municipality}


def _page(request: PortalRequest, round: Round, page: str, *, form: Any = None, **more: Any) -> HttpResponse:
    context = _context(round) | {"form": form, "refusal": services.RoundFrozen() if round.is_frozen else None} | more
    return render(request, f"consultation/{page}.html", context, status=422 if form is not None and form.errors else 200)


def _refused(request: PortalRequest, round: Round, page: str, form: Any, refusal: services.ChangeRefused) -> HttpResponse:
    return render(request, f"consultation/{page}.html", _context(round) | {"form": form, "refusal": refusal}, status=409)
