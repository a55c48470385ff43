"""Everything handed in to a round, as the screen lists it: a few queries, whether it is ten submissions or ten thousand."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from consultation import codes
from consultation.models import Attachment, Channel, Contribution, Round, Submission, Transcript
from consultation.models.submission import SubmissionQuerySet

UNSPLIT, LATE = "niet-gesplitst", "na-de-termijn"


@dataclass(frozen=True, slots=True)
class SubmissionFilter:
    """Which part of the list somebody looks at; lives in the address."""

    which: str = ""
    """UNSPLIT, LATE, or everything."""
    channel: str = ""
    search: str = ""
    """A code, or a word of the party or body."""

    @classmethod
    def of(cls, asked: dict[str, str]) -> SubmissionFilter:
        """What the address says; what it cannot mean is left out."""
        which, channel = asked.get("toon", ""), asked.get("kanaal", "")
        return cls(
            which=which if which in (UNSPLIT, LATE) else "",
            channel=channel if channel in Channel.values else "",
            search=asked.get("zoek", "").replace("\x00", "").strip(),
        )

    def apply(self, submissions: QuerySet[Submission]) -> QuerySet[Submission]:
        """The part of the list that matches."""
        if self.which == UNSPLIT:
            submissions = submissions.filter(is_letter(), ~has_points())
        elif self.which == LATE:
            submissions = submissions.filter(is_late=True)
        if self.channel:
            submissions = submissions.filter(channel=self.channel)
        if self.search:
            words = Q(contributor__party__icontains=self.search)
            if code := codes.typed(self.search):
                words |= Q(code=code)
            submissions = submissions.filter(words)
        return submissions

    def query(self, **changed: str) -> str:
        """'?toon=…&kanaal=…' with what is chosen, and what changes."""
        chosen = {"toon": self.which, "kanaal": self.channel, "zoek": self.search} | changed
        kept = {name: value for name, value in chosen.items() if value}
        return f"?{urlencode(kept)}" if kept else "?"

    @property
    def is_set(self) -> bool:
        return bool(self.which or self.channel or self.search)


def is_letter() -> Exists:
    """True for a submission that came as a text to split."""
    return Exists(Transcript.objects.filter(submission=OuterRef("pk")))


def has_points() -> Exists:
    """True when something was made of it, also when that was withdrawn."""
    return Exists(Contribution.objects.filter(submission=OuterRef("pk")))


def submissions_of(round: Round) -> SubmissionQuerySet:
    """Everything handed in to the round, latest first, with who sent it, `points` (standing), `files` and `waits` (to be split)."""
    standing = Contribution.objects.standing().filter(submission=OuterRef("pk"))
    files = Attachment.objects.filter(submission=OuterRef("pk"))
    counted = Submission.objects.filter(round=round).annotate(
        points=_count(standing), files=_count(files), waits=Q(is_letter()) & ~Q(has_points())
    )
    return counted.select_related("contributor", "round").defer("original_text").order_by("-received_at", "-pk")


def _count(rows: QuerySet) -> Coalesce:
    """How many there are, in a query of its own: joins would multiply them."""
    return Coalesce(Subquery(rows.order_by().values("submission").annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


@dataclass(frozen=True, slots=True)
class SubmissionCounts:
    """How many there are of each choice."""

    total: int
    unsplit: int
    late: int
    channels: list[tuple[Channel, int]]


def counts_of(round: Round) -> SubmissionCounts:
    """What the filters say beside each choice. Two queries."""
    everything = Submission.objects.filter(round=round)
    channels = dict(everything.values_list("channel").annotate(n=Count("pk")).order_by())
    numbers = everything.annotate(waits=Q(is_letter()) & ~Q(has_points())).aggregate(
        unsplit=Count("pk", filter=Q(waits=True)), late=Count("pk", filter=Q(is_late=True))
    )
    return SubmissionCounts(
        total=sum(channels.values()),
        unsplit=numbers["unsplit"],
        late=numbers["late"],
        channels=[(kind, channels[kind]) for kind in Channel if kind in channels],
    )
