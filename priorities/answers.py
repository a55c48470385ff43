"""Who can be answered, and what the answer is: queries and plain values, for the mails, the progress page and the status page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, FilteredRelation, Prefetch, Q, QuerySet, Value
from django.utils.translation import gettext

from consultation import codes
from consultation.models import Contribution, Passage, Round, Submission
from consultation.submission_list import is_letter
from priorities.models import Decision, Destination, QueueState, SentAnswer


@dataclass(frozen=True, slots=True)
class Where:
    """One destination as the sender reads it."""

    label: str
    """In the language of the page."""
    tone: str
    icon: str
    name: str
    """The priority, body, policy field or chapter; Dutch, as it was written."""

    def __str__(self) -> str:
        return f"{self.label}: {self.name}" if self.name else self.label


@dataclass(frozen=True, slots=True)
class Answer:
    """One decision as the sender reads it."""

    where: Sequence[Where]
    rationale: str
    decision: Decision


def answer_of(decision: Decision) -> Answer:
    """In the language that is spoken now. Reads the decision's destinations and their priorities."""
    where = [
        Where(gettext(destination.kind_of.public_label), destination.kind_of.tone, destination.kind_of.icon, destination.name)
        for destination in decision.destinations.all()
    ]
    return Answer(where, decision.rationale, decision)


def with_destinations(decisions: QuerySet[Decision]) -> QuerySet[Decision]:
    """Loaded as answer_of reads them. Two queries more, whatever their number."""
    return decisions.prefetch_related(Prefetch("destinations", Destination.objects.select_related("priority").order_by("position")))


@dataclass(frozen=True, slots=True)
class State:
    """What stands between one submission and its answer."""

    is_text: bool
    """A letter or minutes, to be split."""
    is_reachable: bool
    """By mail, by letter or telephone, or by whoever has the code; not the rows of a spreadsheet."""
    address: str
    """Where a mail goes; '' when there is no such address."""
    points: int
    open_points: int
    """Those nobody weighed, and those whose decision waits for a second person: to the sender that is the same."""
    waiting: int
    """How many of those wait for a second person."""
    decisions: tuple[int, ...]
    """Those that hold and that nobody has to agree with any more, by id."""
    told: tuple[int, ...] | None
    """Those the sender was last told of."""

    @property
    def is_weighed(self) -> bool:
        return self.points > 0 and self.open_points == 0

    @property
    def is_ready(self) -> bool:
        """Weighed, reachable, and not told like this before."""
        return self.is_weighed and self.is_reachable and self.told != self.decisions

    @property
    def needs_somebody(self) -> bool:
        """A letter that was not split, a point nobody weighed, or an answer that was not sent."""
        return (self.is_text and self.points == 0) or self.open_points > 0 or self.is_ready


def states_of(round: Round, only: Sequence[int] | None = None) -> dict[int, State]:
    """submission -> its state, in the order in which they came; of the whole round, or of these. Three queries, each of one pass."""
    submissions = Submission.objects.filter(round=round)
    points = Contribution.objects.standing().filter(round=round)
    told = SentAnswer.objects.filter(submission__round=round)
    if only is not None:
        submissions, points, told = submissions.filter(pk__in=only), points.filter(submission__in=only), told.filter(submission__in=only)
    current = FilteredRelation("decisions", condition=Q(decisions__superseded_at__isnull=True))
    done, waits = Q(queue_row__state=QueueState.DONE), Q(queue_row__state__in=[QueueState.TO_AGREE, QueueState.RETURNED])
    ids = ArrayAgg("current__pk", filter=done, order_by="current__pk", default=Value([]))
    counted = points.annotate(current=current).order_by().values_list("submission")
    numbers = counted.annotate(n=Count("pk"), weighed=Count("pk", filter=done), waiting=Count("pk", filter=waits), ids=ids)
    made_of = {pk: (n, n - weighed, waiting, tuple(decisions)) for pk, n, weighed, waiting, decisions in numbers}
    last_told = {pk: tuple(decisions) for pk, decisions in told.order_by("number").values_list("submission", "decisions")}
    columns = ("pk", "code", "contact__pk", "contact__email", "invitation__pk", "invitation__email", "is_text")
    return {
        pk: State(
            is_text,
            bool(code or contact or invitation),
            email or invited_at or "",
            *made_of.get(pk, (0, 0, 0, ())),
            last_told.get(pk),
        )
        for pk, code, contact, email, invitation, invited_at, is_text in (
            submissions.annotate(is_text=is_letter()).order_by("pk").values_list(*columns)
        )
    }


def told_decisions(ids: Iterable[int]) -> dict[int, list[Decision]]:
    """submission -> these decisions in the order of its points, each with the point, what was quoted and its destinations."""
    decisions = with_destinations(Decision.objects.filter(pk__in=list(ids))).select_related("contribution")
    passages = Prefetch("contribution__passages", Passage.objects.order_by("-pk"))
    found: dict[int, list[Decision]] = {}
    for decision in decisions.prefetch_related(passages).order_by("contribution__number"):
        found.setdefault(decision.contribution.submission_id, []).append(decision)
    return found


def quoted(contribution: Contribution) -> str:
    """What was said, in the words of the sender: the passage of their letter, or the point as it stands. Reads its passages."""
    passage = next(iter(contribution.passages.all()), None)
    return passage.exact if passage else contribution.text or contribution.point


def shown_code(submission: Submission) -> str:
    """The code as on the receipt; '' without one. Reads submission.area."""
    return codes.shown(submission.code, submission.area.name) if submission.code else ""
