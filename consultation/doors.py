"""The doors to a round: for staff through its area, for everybody else through the round's own openness or a link they were given."""

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from consultation.models import Round
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
