"""What the pages of somebody invited by name look up: the text as it stands, in words, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from consultation import codes
from consultation.invitation_list import with_state
from consultation.models import Attachment, Draft, Invitation, RoundStatus, Theme
from consultation.states import InvitationState
from consultation.theme_choice import in_plain_words


@dataclass(frozen=True, slots=True)
class Said:
    """One point of a draft, to read."""

    text: str
    theme: str


def said_in(content: dict[str, Any], themes: Sequence[Theme], language: str) -> list[Said]:
    """The points that say something, each with its theme in words."""
    named = {theme.pk: in_plain_words(theme, language) for theme in themes}
    return [
        Said(point["text"], named.get(point.get("theme"), "")) for point in content.get("points", []) if (point.get("text") or "").strip()
    ]


def draft_of(invitation: Invitation) -> Draft | None:
    """What is being written for the invitation, with its files and what it became."""
    return Draft.objects.filter(invitation=invitation).select_related("submission").prefetch_related("attachments").first()


def state_of(invitation: Invitation) -> InvitationState:
    """How far it is. One query."""
    return InvitationState(with_state(Invitation.objects.filter(pk=invitation.pk)).values_list("state", flat=True).get())


def over_because(invitation: Invitation, state: InvitationState) -> str:
    """Why nothing can be written any more, in a sentence; empty while something can, or was."""
    if state == InvitationState.REVOKED:
        return gettext("Deze uitnodiging is ingetrokken.")
    if state == InvitationState.RECEIVED:
        return ""
    if invitation.round.is_frozen or invitation.round.status() == RoundStatus.CLOSED:
        return gettext("De termijn is voorbij: u kunt niet meer reageren via deze link.")
    if state == InvitationState.EXPIRED:
        return gettext("Deze uitnodiging is verlopen: u kunt niet meer reageren via deze link.")
    return ""


def sent_with(invitation: Invitation, language: str) -> dict[str, Any]:
    """What was handed in for the invitation, by the body itself or by an officer, with its code; for the page that shows it."""
    submission = invitation.submissions.order_by("pk").first()
    if submission is None:
        return {}
    area = invitation.area
    return {
        "submission": submission,
        "names": list(Attachment.objects.filter(submission=submission).values_list("name", flat=True)),
        "code": codes.shown(submission.code, area.name) if submission.code else "",
        "status_url": reverse("answers:status", kwargs={"municipality": area.slug, "language": language, "code": submission.code})
        if submission.code
        else "",
    }
