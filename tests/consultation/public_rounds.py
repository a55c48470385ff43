"""A round in which everybody can take part, and somebody who fills in its form as a browser does."""

import datetime
import re
from html import unescape
from typing import Any

from django.test import Client
from django.utils import timezone

import time_machine

from consultation.models import Draft, Round, RoundKind, RoundTheme, Submission, Theme, ThemeField
from ivp_portal.organisation.access import inside
from ivp_portal.organisation.models import Area

ADDRESS = "/blaricum/meedoen/buurt/"
ENGLISH = "/blaricum/take-part/buurt/"
AGENT = "Bij mijn moeder van 83 stond een nepagent aan de deur. Vertel ouderen hoe ze zich kunnen beschermen."
CODE = r"BLA(?: [2-9A-Z]{4}){3}"


def make_public_round(area: Area, slug: str = "buurt", days: int = 14, **more: Any) -> Round:
    """Open since yesterday, for so many days more."""
    now = timezone.now()
    with inside(area):
        return Round.objects.create(
            area=area,
            slug=slug,
            kind=RoundKind.RESIDENTS,
            title="Wat kan er veiliger in Blaricum?",
            title_en="What could be safer in Blaricum?",
            question="Vertel wat u ziet.",
            question_en="Tell us what you see.",
            is_public=True,
            opens_at=now - datetime.timedelta(days=1),
            closes_at=now + datetime.timedelta(days=days),
            **more,
        )


def make_themes(area: Area, round: Round | None = None) -> list[Theme]:
    """Two themes of the area; with a round they are its choice."""
    with inside(area, area.lineage()[-1]):
        field = ThemeField.objects.create(area=area.lineage()[-1], number=1, name="Veilige woon- en leefomgeving")
        themes = [
            Theme.objects.create(area=area, field=field, name="High Impact Crimes", plain_name="Inbraak", plain_name_en="Burglary"),
            Theme.objects.create(area=area, field=field, name="Jeugd", plain_name="Jongeren", plain_name_en="Young people"),
        ]
        if round:
            RoundTheme.objects.bulk_create(RoundTheme(area=area, round=round, theme=theme) for theme in themes)
        return themes


def hidden_in(page: str) -> dict[str, str]:
    """The hidden fields of the form on a page."""
    found = {}
    for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            found[name[1]] = unescape(value[1]) if value else ""
    return found


def sheet(client: Client, address: str = ADDRESS) -> dict[str, str]:
    """What a browser that opened the form a minute ago sends along."""
    with time_machine.travel(timezone.now() - datetime.timedelta(minutes=1), tick=False):
        return hidden_in(client.get(address).text)


def filled(client: Client, text: str = AGENT, address: str = ADDRESS, **more: Any) -> dict[str, Any]:
    """A form with one point, as it is sent."""
    return {**sheet(client, address), "punt-1-text": text, "actie": "verstuur", **more}


def submissions(round: Round) -> list[Submission]:
    with inside(round.area):
        return list(Submission.objects.filter(round=round).select_related("contributor").order_by("pk"))


def drafts(round: Round) -> list[Draft]:
    with inside(round.area):
        return list(Draft.objects.filter(round=round).order_by("created_at"))
