"""What the page of a round shows: its points, filtered, and its numbers."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.http import QueryDict

from consultation.lists import contributions_of
from consultation.models import Channel, Contribution, Draft, Round, Submission
from consultation.models.contribution import ContributionQuerySet
from consultation.searching import words_starting

NO_THEME = "geen"
LATE, PERSONAL, WITHDRAWN = "na-de-termijn", "persoonsgegevens", "ingetrokken"
SHOWS = {"": "Alles", LATE: "Na de termijn", PERSONAL: "Mogelijk persoonsgegevens", WITHDRAWN: "Ingetrokken"}


@dataclass(frozen=True, slots=True)
class PointFilter:
    """Which points somebody looks at; lives in the address, so that it can be shared and survives the back button."""

    search: str = ""
    theme: str = ""
    """A theme's id, or NO_THEME."""
    channel: str = ""
    shows: str = ""
    """One of SHOWS."""

    @classmethod
    def of(cls, asked: QueryDict) -> "PointFilter":
        """What the address asks for; what it cannot mean is left out."""
        theme, channel, shows = asked.get("thema", ""), asked.get("kanaal", ""), asked.get("toon", "")
        return cls(
            search=asked.get("zoek", "").replace("\x00", "").strip()[:200],
            theme=theme if theme == NO_THEME or (theme.isascii() and theme.isdigit() and len(theme) < 10) else "",
            channel=channel if channel in Channel.values else "",
            shows=shows if shows in SHOWS else "",
        )

    @property
    def is_on(self) -> bool:
        return self != PointFilter()

    def apply(self, points: ContributionQuerySet) -> ContributionQuerySet:
        """The points that match. A number finds the point of that number as well as the word."""
        if self.search:
            by_number = Q(number=int(self.search)) if self.search.isascii() and self.search.isdigit() and len(self.search) < 10 else Q()
            points = points.filter(Q(search=words_starting(self.search, " & ")) | by_number)
        if self.theme:
            points = points.filter(theme=None if self.theme == NO_THEME else int(self.theme))
        if self.channel:
            points = points.filter(submission__channel=self.channel)
        if self.shows == LATE:
            points = points.filter(submission__is_late=True)
        if self.shows == PERSONAL:
            points = points.with_unchecked_personal_data().standing()
        if self.shows == WITHDRAWN:
            points = points.filter(withdrawn_at__isnull=False)
        return points


def points_shown(round: Round, asked: PointFilter) -> ContributionQuerySet:
    """The points of the round that the filter leaves, as numbered, with who said it, how and about which theme."""
    return asked.apply(contributions_of(round))


def numbers_of(round: Round) -> dict[str, Any]:
    """A round in numbers: standing points, and of those the late, unchecked and themeless; withdrawn, submissions, held. Three queries."""
    standing = Q(withdrawn_at__isnull=True)
    numbers = Contribution.objects.filter(round=round).aggregate(
        points=Count("pk", standing),
        withdrawn=Count("pk", ~standing),
        late=Count("pk", standing & Q(submission__is_late=True)),
        unchecked=Count("pk", standing & Q(personal_data__len__gt=0, personal_data_checked_at__isnull=True)),
        themeless=Count("pk", standing & Q(theme__isnull=True)),
    )
    return numbers | {
        "submissions": Submission.objects.filter(round=round).count(),
        "held": Draft.objects.filter(round=round).held().count(),
    }


def themes_in(round: Round) -> list[tuple[int, str]]:
    """The themes its points have, for the filter: (id, name). One query."""
    used = Contribution.objects.filter(round=round, theme__isnull=False).order_by("theme__name")
    return list(used.values_list("theme", "theme__name").distinct())
