"""A strategy of the police unit, put to bodies by invitation, and what they find in their mail."""

import datetime
from typing import Any
from urllib.parse import urlsplit

from django.core import mail as postbox
from django.test import Client
from django.utils import timezone

from consultation import services
from consultation.models import Draft, Invitation, Mail, Round, RoundKind, Submission
from ivp_portal.organisation.access import inside
from ivp_portal.organisation.models import Area, User

CLOSES = datetime.datetime(2026, 10, 15, 17, 0)  # noqa: DTZ001 made aware in moment()
DAY = datetime.timedelta(days=1)


def moment(text: str) -> datetime.datetime:
    """'2026-10-15 17:00' in the Netherlands."""
    return timezone.make_aware(datetime.datetime.fromisoformat(text))


def strategy(area: Area, *, opens: str = "2026-09-01 09:00", closes: str = "2026-10-15 17:00", slug: str = "strategie") -> Round:
    """A draft strategy that waits for reactions."""
    with inside(area):
        return Round.objects.create(
            area=area,
            slug=slug,
            kind=RoundKind.STRATEGY,
            title="Regionale Veiligheidsstrategie",
            question="Wat vindt uw gemeente van het ontwerp?",
            opens_at=moment(opens),
            closes_at=moment(closes),
        )


def invited(round: Round, by: User, name: str = "Blaricum", email: str = "bestuur@blaricum.voorbeeld.nl", **more: Any) -> Invitation:
    """Somebody in the list, to whom nothing was sent yet."""
    with inside(round.area):
        return services.invite(round, name=name, kind=more.pop("kind", "area"), email=email, by=by, **more)


def send(round: Round, by: User) -> int:
    """Send what is ready."""
    with inside(round.area):
        return services.send_invitations(round, by=by)


def links_in(text: str) -> list[str]:
    """The paths of the addresses in a mail."""
    return [urlsplit(line).path for line in text.splitlines() if line.startswith("http")]


def mails(round: Round, kind: str = "") -> list[Mail]:
    """What was written for the round, oldest first."""
    with inside(round.area):
        found = Mail.objects.filter(round=round).order_by("pk")
        return list(found.filter(kind=kind) if kind else found)


def link_of(invitation: Invitation, kind: str = "invitation") -> str:
    """The path of the link in the last mail of that kind about the invitation."""
    with inside(invitation.area):
        last = Mail.objects.filter(invitation=invitation, kind=kind).order_by("pk").last()
    assert last is not None
    # Once sent it is kept nowhere but in the mailbox.
    return links_in(last.text or [str(one.body) for one in postbox.outbox if one.subject == last.subject and last.to in one.to][-1])[0]


def draft_of(invitation: Invitation) -> Draft:
    with inside(invitation.area):
        return Draft.objects.get(invitation=invitation)


def fresh(invitation: Invitation) -> Invitation:
    with inside(invitation.area):
        return Invitation.objects.select_related("round__area", "area").get(pk=invitation.pk)


def submissions(round: Round) -> list[Submission]:
    with inside(round.area):
        return list(Submission.objects.filter(round=round).select_related("contributor").order_by("pk"))


def written(*texts: str, version: int = 0, saved_by: str = "Sanne, adviseur", **more: Any) -> dict[str, Any]:
    """The form as a browser sends it."""
    points = {f"punt-{number}-text": text for number, text in enumerate(texts, 1)}
    return {"versie": version, "punten": len(texts), "saved_by": saved_by, "actie": "bewaar", **points, **more}


def offered(client: Client, invitation: Invitation, *texts: str, to: str = "secretaris@blaricum.voorbeeld.nl") -> str:
    """Write, save and lay before a second person; the path of the link they get."""
    answer = client.post(link_of(invitation), written(*texts, actie="leg-voor", to=to, note="Graag voor vrijdag."))
    assert answer.status_code == 302
    return link_of(invitation, "offer")


def release(client: Client, path: str, version: int = 1, **more: Any) -> Any:
    """Press ‘Geef vrij en verstuur’."""
    return client.post(path, {"versie": version, "name": "Eva Bos", "role": "gemeentesecretaris", "actie": "geef-vrij"} | more)
