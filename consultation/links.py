"""The links of an invitation: signed, so that nobody can make one up, and nowhere stored, so that nobody can read them.

There are two, and the one does not open what the other does: with the link of the invitation a body writes, with the link of an offer a
second person releases. Replacing an invitation's link ends both; a new offer ends the link of the one before.
"""

import re

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from consultation.models import Draft, Invitation
from ivp_portal.web.addresses import absolute

SEPARATOR = "."  # a letter no e-mail program takes for the end of a link: an address of ours ends with a slash
WRITING = "consultation.links.invitation"
RELEASING = "consultation.links.release"
NAMED = re.compile(r"^([0-9]{1,18})\.")


class UnknownLink(Exception):
    """Nobody was given this link, or another took its place."""


def invitation_token(invitation: Invitation) -> str:
    """What the link of an invitation carries: its number and the version of its link, signed."""
    return _writing(invitation).sign(str(invitation.pk))


def release_token(draft: Draft) -> str:
    """What the link of an offer carries: the number of the invitation, signed for whom it was offered to at that moment. Reads both."""
    return _releasing(draft).sign(str(draft.invitation_id))


def named_in(token: str) -> int:
    """The number of the invitation a token is about, sound or not. Raises UnknownLink when it names none."""
    if found := NAMED.match(token):
        return int(found[1])
    raise UnknownLink


def require_invitation(invitation: Invitation, token: str) -> None:
    """Raises UnknownLink unless this is the invitation's own link as it stands now."""
    _require(_writing(invitation), token)


def require_release(draft: Draft, token: str) -> None:
    """Raises UnknownLink unless this is the link of the offer that stands now."""
    if draft.offered_at is None:
        raise UnknownLink
    _require(_releasing(draft), token)


def invitation_link(invitation: Invitation, language: str = "nl") -> str:
    """The whole address at which the body writes. Reads the invitation's area."""
    return absolute(_path("public:invitation", invitation, language, invitation_token(invitation)))


def release_link(draft: Draft) -> str:
    """The whole address at which the second person reads and releases, in the language of the draft. Reads its invitation."""
    invitation = draft.invitation
    assert invitation is not None  # noqa: S101 - only what a body writes is offered
    return absolute(_path("public:release", invitation, draft.language, release_token(draft)))


def _path(name: str, invitation: Invitation, language: str, token: str) -> str:
    return reverse(name, kwargs={"municipality": invitation.area.slug, "language": language, "token": token})


def _writing(invitation: Invitation) -> Signer:
    return Signer(salt=f"{WRITING}:{invitation.link_version}", sep=SEPARATOR)


def _releasing(draft: Draft) -> Signer:
    invitation = draft.invitation
    assert invitation is not None and draft.offered_at is not None  # noqa: S101 - only what a body writes is offered
    moment = draft.offered_at.timestamp()
    return Signer(salt=f"{RELEASING}:{invitation.link_version}:{moment:.6f}:{draft.offered_to}", sep=SEPARATOR)


def _require(signer: Signer, token: str) -> None:
    try:
        signer.unsign(token)
    except BadSignature as wrong:
        raise UnknownLink from wrong
