"""The links with which somebody without an account answers what an officer asked: signed, and nowhere stored (as consultation.links)."""

import re

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from priorities.models import AdviceRequest, Question

SEPARATOR = "."  # a letter no e-mail program takes for the end of a link: an address of ours ends with a slash
SALTS = {AdviceRequest: "priorities.triage.links.advice", Question: "priorities.triage.links.question"}
NAMES = {AdviceRequest: "answers:advice", Question: "answers:question"}
NAMED = re.compile(r"[0-9]{1,18}", re.ASCII)


class UnknownLink(Exception):
    """Nobody was given this link."""


def token_of(asked: AdviceRequest | Question) -> str:
    """What its link carries: its number, signed for this kind of asking and no other."""
    return _signer(type(asked)).sign(str(asked.pk))


def number_in(kind: type[AdviceRequest | Question], token: str) -> int:
    """The number of what a link was given out for. Raises UnknownLink for a link we did not give out for this kind."""
    try:
        number = _signer(kind).unsign(token)
    except BadSignature as wrong:
        raise UnknownLink from wrong
    if not NAMED.fullmatch(number):
        raise UnknownLink
    return int(number)


def path_of(asked: AdviceRequest | Question, language: str = "nl") -> str:
    """The path of the page where it is answered. Reads its area."""
    place = {"municipality": asked.area.slug, "language": language, "token": token_of(asked)}
    return reverse(NAMES[type(asked)], kwargs=place)


def _signer(kind: type[AdviceRequest | Question]) -> Signer:
    return Signer(salt=SALTS[kind], sep=SEPARATOR)
