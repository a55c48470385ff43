"""The door to a round: through its area."""

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from consultation.models import Round
from ivp_portal.organisation.access import enter_municipality
from ivp_portal.organisation.models import User
from ivp_portal.organisation.roles import Action


def enter_round(user: User | AnonymousUser, municipality: str, slug: str, action: Action) -> Round:
    """The round of that municipality, its area loaded and opened.

    Raises Http404 for an unknown round and for a foreign municipality, PermissionDenied without leave for the action.
    """
    area = enter_municipality(user, municipality, action)
    round = Round.objects.of(area).filter(slug=slug).first()
    if round is None:
        raise Http404
    round.area = area
    return round
