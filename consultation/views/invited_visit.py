"""One request with the link of an invitation or of an offer: what both pages need."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from consultation import services
from consultation.invited_page import draft_of, over_because, said_in, sent_with, state_of
from consultation.models import Draft, Invitation, RoundStatus, Theme
from consultation.public_page import how_to_reach
from consultation.states import InvitationState
from consultation.theme_choice import themes_of
from ivp_portal.web.languages import in_the_other_language


@dataclass
class InvitedVisit:
    """What stands between the request and its page."""

    request: HttpRequest
    invitation: Invitation
    language: str
    themes: list[Theme]
    draft: Draft | None
    state: InvitationState
    kept_out: list[str] = field(default_factory=list)
    """What was wrong with the files that came along."""

    @classmethod
    def begin(cls, request: HttpRequest, invitation: Invitation, language: str) -> "InvitedVisit":
        """For an invitation whose door was opened."""
        return cls(request, invitation, language, list(themes_of(invitation.round)), draft_of(invitation), state_of(invitation))

    def page(self, template: str, *, status: int = 200, **more: Any) -> HttpResponse:
        """The page, in which everything about the round stands ready."""
        round, reach = self.invitation.round, how_to_reach()
        context = {
            "area": self.invitation.area,
            "round": round,
            "title": round.text("title", self.language),
            "question": round.text("question", self.language),
            "introduction": round.text("introduction", self.language),
            "invitation": self.invitation,
            "open_until": services.open_until(self.invitation),
            "draft": self.draft,
            "files": list(self.draft.attachments.all()) if self.draft else [],
            "said": said_in(self.draft.content, self.themes, self.language) if self.draft else [],
            "other_language_url": in_the_other_language(self.request),
            "reach": reach,
            "contact_url": f"mailto:{reach}",
            **more,
        }
        response = render(self.request, f"consultation/invited/{template}.html", context, status=status)
        response.headers["X-Robots-Tag"] = "noindex"  # the address is a secret: whoever has it can write
        return response

    def ended(self) -> HttpResponse | None:
        """The page of what was sent, of what is over or of what has not begun; None while there is something to do."""
        if self.state == InvitationState.RECEIVED:
            return self.page("sent", **sent_with(self.invitation, self.language))
        if reason := over_because(self.invitation, self.state):
            return self.page("over", status=410, reason=reason, refused=True, is_revoked=self.state == InvitationState.REVOKED)
        if self.invitation.round.status() == RoundStatus.PLANNED:
            return self.page("not_yet")
        return None
