"""One invitation: where it goes, how far it is, sent again, with another link, taken back."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from consultation import services
from consultation.doors import enter_round
from consultation.forms.invitations import InvitationChangeForm, RevokeForm
from consultation.invitation_list import invitations_of, mails_to
from consultation.models import Invitation, Round
from consultation.states import InvitationState
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.roles import Action
from ivp_portal.web.http import PortalRequest

CHANGEABLE = frozenset(InvitationState) - {InvitationState.RECEIVED, InvitationState.REVOKED}


@require_http_methods(["GET", "HEAD", "POST"])
def invitation_detail(request: PortalRequest, municipality: str, round: str, pk: int) -> HttpResponse:
    """Its address and its last moment, and what happened to it."""
    found, invitation = _enter(request, municipality, round, pk)
    if request.method != "POST":
        return _page(request, found, invitation)
    form = InvitationChangeForm(request.POST, round=found)
    if not form.is_valid():
        return _page(request, found, invitation, form=form, status=409 if found.is_frozen else 422)
    try:
        changed = services.change_invitation(invitation, **form.cleaned_data, by=request.user)
    except services.ChangeRefused as refusal:
        return _page(request, found, invitation, form=form, refusal=refusal, status=409)
    if changed.link_version != invitation.link_version:
        messages.success(request, "Opgeslagen. De link die eerder uitging werkt niet meer. Verstuur de uitnodiging naar het nieuwe adres.")
    else:
        messages.success(request, "Opgeslagen.")
    return redirect("consultation:invitation-detail", municipality, round, pk)


@require_POST
def invitation_resend(request: PortalRequest, municipality: str, round: str, pk: int) -> HttpResponse:
    """Send it, or the same link once more."""
    found, invitation = _enter(request, municipality, round, pk)
    try:
        services.resend(invitation, turn=_whole(request.POST.get("keer")), by=request.user)
    except services.ChangeRefused as refusal:
        return _page(request, found, invitation, refusal=refusal, status=409)
    messages.success(request, f"De uitnodiging aan {invitation.name} is onderweg.")
    return redirect("consultation:invitation-detail", municipality, round, pk)


@require_POST
def invitation_replace_link(request: PortalRequest, municipality: str, round: str, pk: int) -> HttpResponse:
    """End the link that went out and send a new one."""
    found, invitation = _enter(request, municipality, round, pk)
    try:
        services.replace_link(invitation, version=_whole(request.POST.get("link")), by=request.user)
    except services.ChangeRefused as refusal:
        return _page(request, found, invitation, refusal=refusal, status=409)
    messages.success(request, f"De oude link werkt niet meer. Een nieuwe is onderweg naar {invitation.name}.")
    return redirect("consultation:invitation-detail", municipality, round, pk)


@require_http_methods(["GET", "HEAD", "POST"])
def invitation_revoke(request: PortalRequest, municipality: str, round: str, pk: int) -> HttpResponse:
    """Take it back, with a reason."""
    found, invitation = _enter(request, municipality, round, pk)
    form = RevokeForm(request.POST if request.method == "POST" else None)
    refusal: services.ChangeRefused | None = services.RoundFrozen() if found.is_frozen else None
    if form.is_valid():
        try:
            services.revoke(invitation, **form.cleaned_data, by=request.user)
        except services.ChangeRefused as refused:
            refusal = refused
        else:
            messages.success(request, f"De uitnodiging van {invitation.name} is ingetrokken. De link werkt niet meer.")
            return redirect("consultation:invitation-list", municipality, round)
    context = {"area": found.area, "round": found, "invitation": invitation, "form": form, "refusal": refusal}
    status = 409 if refusal and form.is_bound else 422 if form.errors else 200
    return render(request, "consultation/invitation_revoke.html", context, status=status)


def _enter(request: PortalRequest, municipality: str, round: str, pk: int) -> tuple[Round, Invitation]:
    found = enter_round(request.user, municipality, round, Action.RECORD)
    return found, get_object_or_404(invitations_of(found), pk=pk)


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else -1


def _page(
    request: PortalRequest,
    round: Round,
    invitation: Invitation,
    *,
    form: InvitationChangeForm | None = None,
    refusal: services.ChangeRefused | None = None,
    status: int = 200,
) -> HttpResponse:
    initial: dict[str, Any] = {
        "email": invitation.email,
        "needs_release": invitation.needs_release,
        "expires_at": invitation.expires_at,
    }
    context = {
        "area": round.area,
        "round": round,
        "invitation": invitation,
        "form": form or InvitationChangeForm(initial=initial, round=round),
        "refusal": refusal or (services.RoundFrozen() if round.is_frozen else None),
        "may_change": not round.is_frozen and invitation.how_far in CHANGEABLE,
        "turn": services.times_sent(invitation),
        "mails": mails_to(invitation),
        "history": LogEntry.objects.about(invitation),
    }
    return render(request, "consultation/invitation_detail.html", context, status=status)
