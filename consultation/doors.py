"""The doors to a round: for staff through its area, for everybody else through the round's own openness or a link they were given."""

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from consultation import links
from consultation.models import Draft, Invitation, Round
from ivp_portal.organisation.access import enter_area, enter_publicly
from ivp_portal.organisation.models import User
from ivp_portal.organisation.roles import Action


def enter_round(user: User | AnonymousUser, municipality: str, slug: str, action: Action) -> Round:
    """The round of that area, which is loaded and opened.

    Raises Http404 for an unknown round and for a foreign area, PermissionDenied without leave for the action.
    """
    area = enter_area(user, municipality, action)
    round = Round.objects.of(area).filter(slug=slug).first()
    if round is None:
        raise Http404
    round.area = area
    return round


def enter_public_round(place: str, slug: str) -> Round:
    """The round in which everybody can take part, planned, open or closed; its area is loaded and opened, for nobody in particular.

    Raises Http404 for an unknown one, and for one that is not for everybody.
    """
    area = enter_publicly(place)
    round = Round.objects.of(area).filter(slug=slug, is_public=True).first()
    if round is None:
        raise Http404
    round.area = area
    return round


def enter_invitation(place: str, token: str) -> Invitation:
    """The invitation whose link this is, with its round and its draft, whatever became of it; its area is opened, for nobody in particular.

    Raises Http404 for a link nobody was given, and for one that another replaced.
    """
    invitation = _named(place, token)
    try:
        links.require_invitation(invitation, token)
    except links.UnknownLink as unknown:
        raise Http404 from unknown
    return invitation


def enter_release(place: str, token: str) -> Invitation:
    """As enter_invitation, with the link of an offer: the draft lies with whoever has it. Once it was released the link stays good to read.

    Raises Http404 too when it was handed back, or offered to somebody else since.
    """
    invitation = _named(place, token)
    draft = Draft.objects.of(invitation.area).filter(invitation=invitation).first()
    if draft is None:
        raise Http404
    draft.invitation = invitation
    try:
        links.require_release(draft, token)
    except links.UnknownLink as unknown:
        raise Http404 from unknown
    return invitation


def _named(place: str, token: str) -> Invitation:
    area = enter_publicly(place)
    try:
        pk = links.named_in(token)
    except links.UnknownLink as unknown:
        raise Http404 from unknown
    invitation = Invitation.objects.of(area).select_related("round").filter(pk=pk).first()
    if invitation is None:
        raise Http404
    invitation.area = invitation.round.area = area
    return invitation
