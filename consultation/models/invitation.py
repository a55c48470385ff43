"""Invitation: a body or person asked by name, with a link of their own; and Draft: what is being written and was not handed in yet."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from consultation import codes
from consultation.models.round import Round
from consultation.states import InvitationState
from ivp_portal.organisation.models import Area, User


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def of(self, area: Area) -> InvitationQuerySet:
        return self.filter(area=area)

    def standing(self) -> InvitationQuerySet:
        """Those that were not revoked."""
        return self.filter(revoked_at__isnull=True)


class Invitation(models.Model):
    """A place in a round for one body: a partner, a fraction, a municipality. Its link is signed, not stored (consultation.links)."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="invitations")
    body = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+")
    """The municipality whose slot this is; empty for a partner, a fraction or a person."""
    name = models.CharField("organisatie of persoon", max_length=120)
    kind = models.CharField("soort inbrenger", max_length=12)
    """A ContributorKind."""
    email = models.EmailField("e-mailadres", blank=True)
    needs_release = models.BooleanField("een tweede persoon geeft vrij", default=True)
    link_version = models.PositiveSmallIntegerField(default=1, editable=False)
    """Goes up when the link is replaced: older links lead nowhere then."""
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    invited_at = models.DateTimeField(null=True, editable=False)
    """When its first mail was written."""
    opened_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)
    expires_at = models.DateTimeField("geldig tot", null=True, blank=True)
    """Empty: until the round closes."""

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "body"], condition=Q(revoked_at__isnull=True), name="invitation_one_slot_per_body"),
            models.CheckConstraint(condition=~Q(name=""), name="invitation_names_somebody"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def how_far(self) -> InvitationState:
        """Its state; only of a row of consultation.invitation_list, which has one."""
        return InvitationState(getattr(self, "state"))  # noqa: B009 - annotated there, unknown to the model


class DraftQuerySet(models.QuerySet["Draft"]):
    def of(self, area: Area) -> DraftQuerySet:
        return self.filter(area=area)

    def unfinished(self) -> DraftQuerySet:
        """Neither handed in, nor thrown away as spam."""
        return self.filter(handed_in_at__isnull=True, refused_at__isnull=True)

    def held(self) -> DraftQuerySet:
        """Handed in, but an officer looks first whether a person wrote it."""
        return self.filter(held_at__isnull=False, submission__isnull=True, refused_at__isnull=True)


class Draft(models.Model):
    """What somebody is writing: kept on the server, so that a closed tab or a colleague's computer loses nothing.

    `content` is emptied when it became a submission: that is the record then.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="drafts")
    invitation = models.OneToOneField(Invitation, on_delete=models.PROTECT, null=True, related_name="draft")
    code = models.CharField(max_length=12, unique=True, default=codes.new_code, editable=False)
    """Becomes that of the submission."""
    language = models.CharField(max_length=2, default="nl")
    content = models.JSONField(default=dict)
    """{"points": [{"text": …, "theme": id or null}], "email": …, "name": …} as typed, sound or not."""
    version = models.PositiveIntegerField(default=0)
    """Goes up with each save, so that a colleague's older tab is noticed."""
    saved_by = models.CharField(max_length=120, blank=True)
    """What the writer calls themselves, inside a body."""
    created_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(auto_now=True)
    handed_in_at = models.DateTimeField(null=True, editable=False)
    held_at = models.DateTimeField(null=True, editable=False)
    held_for = models.JSONField(default=list)
    """Why it looks like no person wrote it: Dutch words for the officer."""
    refused_at = models.DateTimeField(null=True, editable=False)
    """An officer threw it away as spam."""
    offered_at = models.DateTimeField(null=True, editable=False)
    """Laid before a second person, who releases it or hands it back."""
    offered_to = models.EmailField(blank=True)
    offered_note = models.TextField(blank=True)
    """What the writer and the second person say to each other."""
    submission = models.OneToOneField("consultation.Submission", on_delete=models.PROTECT, null=True, editable=False, related_name="draft")

    objects = DraftQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Concept {self.pk}"
