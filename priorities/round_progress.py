"""How far a round is: per invited body or submission, from the invitation to the answer; first what needs somebody."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Case, Count, Exists, Max, Min, OuterRef, Prefetch, Q, QuerySet, Subquery, When

from consultation.models import Contribution, Draft, Invitation, Mail, MailKind, MailStatus, Reaction, Round, Submission
from priorities.answers import State, shown_code
from priorities.models import Decision, SentAnswer
from priorities.states import Progress

INVITED, NEEDING, ALL = "uitnodigingen", "te-doen", "alles"
TROUBLE_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Totals:
    """The numbers on top of the page."""

    invitations: int
    invited: int
    opened: int
    drafting: int
    """Began to write and did not hand in yet."""
    answered_invitations: int
    received: int
    needing: int
    with_points: int
    """Submissions of which points stand: a letter once it is split, a form from the start."""
    weighed: int
    told: int
    ready: int
    """Of whom the answer can be sent now, changed ones too."""
    mails: int
    """Mails that somebody must look at."""
    under_way: int
    """Answers on their way to the mail server."""


@dataclass(frozen=True, slots=True)
class Row:
    """One body or submission."""

    name: str
    submission: Submission | None
    invitation: Invitation | None
    state: Progress
    moments: Sequence[tuple[str, datetime.datetime]]
    """What happened, in order."""
    note: str = ""
    hint: str = ""
    """What tells it apart from others of the same name: how its first point begins, and its code."""


def totals_of(round: Round, states: Mapping[int, State]) -> Totals:
    """Three queries, whatever the size of the round; `states` are those of the whole round."""
    begun = Draft.objects.filter(invitation=OuterRef("pk"), version__gt=0, handed_in_at__isnull=True)
    invitations = Invitation.objects.filter(round=round).standing()
    invited = invitations.annotate(is_answered=_is_answered(), is_begun=Exists(begun)).aggregate(
        invitations=Count("pk"),
        invited=Count("pk", filter=Q(invited_at__isnull=False)),
        opened=Count("pk", filter=Q(opened_at__isnull=False)),
        drafting=Count("pk", filter=Q(is_begun=True, is_answered=False)),
        answered_invitations=Count("pk", filter=Q(is_answered=True)),
    )
    handed_in = {
        "received": len(states),
        "needing": sum(state.needs_somebody for state in states.values()),
        "with_points": sum(state.points > 0 for state in states.values()),
        "weighed": sum(state.is_weighed for state in states.values()),
        "told": sum(state.told is not None for state in states.values()),
        "ready": sum(state.is_ready for state in states.values()),
    }
    mails = Mail.objects.filter(round=round).aggregate(
        mails=Count("pk", filter=Q(status__in=[MailStatus.FAILED, MailStatus.UNCLEAR])),
        under_way=Count("pk", filter=Q(kind=MailKind.ANSWER, status__in=[MailStatus.QUEUED, MailStatus.SENDING])),
    )
    mails["under_way"] += SentAnswer.objects.filter(submission__round=round, mail_due=True).count()
    return Totals(**invited, **handed_in, **mails)


def _is_answered() -> Exists:
    return Exists(Submission.objects.filter(invitation=OuterRef("pk")))


def undelivered_in(round: Round) -> QuerySet[Mail]:
    """Mails that somebody must look at, oldest first, with whom they are for."""
    mails = Mail.objects.filter(round=round).undelivered()
    return mails.select_related("invitation", "submission__contributor").order_by("pk")


def reactions_in(round: Round) -> QuerySet[Reaction]:
    """What senders said back and nobody dealt with, oldest first."""
    return Reaction.objects.unsettled().filter(submission__round=round).select_related("submission__contributor")


def submissions_in(states: Mapping[int, State], shown: str) -> list[int]:
    """The submissions, or those that need somebody, in the order in which they came."""
    return [pk for pk, state in states.items() if shown == ALL or state.needs_somebody]


def invitations_in(round: Round) -> QuerySet[Invitation]:
    """Who is invited and was not revoked, by name, each with what was handed in."""
    drafts = Draft.objects.filter(invitation=OuterRef("pk"), version__gt=0).values("saved_at")[:1]
    found = Invitation.objects.filter(round=round).standing().annotate(drafted_at=Subquery(drafts))
    return found.prefetch_related(Prefetch("submissions", _with_moments())).order_by("name", "pk")


def _with_moments() -> QuerySet[Submission]:
    standing = Contribution.objects.standing().filter(submission=OuterRef("pk")).order_by().values("submission")
    first = Contribution.objects.standing().filter(submission=OuterRef("pk")).order_by("number")
    made = Decision.objects.current().filter(contribution__submission=OuterRef("pk"), contribution__withdrawn_at__isnull=True)
    mails = Mail.objects.filter(submission=OuterRef("pk"), kind=MailKind.ANSWER).order_by("-pk")
    return Submission.objects.select_related("contributor", "invitation", "area").annotate(
        first_point=Subquery(first.annotate(short=Case(When(sub_subject="", then="subject"), default="sub_subject")).values("short")[:1]),
        split_at=Subquery(standing.annotate(at=Min("recorded_at")).values("at")),
        weighed_at=Subquery(made.order_by().values("contribution__submission").annotate(at=Max("made_at")).values("at")),
        told_at=Subquery(SentAnswer.objects.filter(submission=OuterRef("pk")).order_by("-number").values("sent_at")[:1]),
        mail_status=Subquery(mails.values("status")[:1]),
    )


def submission_rows(page: Iterable[int], states: Mapping[int, State]) -> list[Row]:
    """The rows of these submissions. One query."""
    return [_handed_in(submission, states[submission.pk]) for submission in _with_moments().filter(pk__in=list(page)).order_by("pk")]


def invitation_rows(page: Iterable[Invitation], states: Mapping[int, State]) -> list[Row]:
    """The rows of these invitations (invitations_in); no queries."""
    return [_invited(invitation, states) for invitation in page]


def _invited(invitation: Invitation, states: Mapping[int, State]) -> Row:
    before = _moments(
        ("uitgenodigd", invitation.invited_at),
        ("geopend", invitation.opened_at),
        ("concept", invitation.drafted_at),  # type: ignore[attr-defined]  # annotated
    )
    submission = next(iter(invitation.submissions.all()), None)
    if submission:
        row = _handed_in(submission, states[submission.pk])
        return Row(invitation.name, submission, invitation, row.state, [*before, *row.moments], row.note, row.hint)
    last = before[-1][0] if before else ""
    furthest = {"uitgenodigd": Progress.INVITED, "geopend": Progress.OPENED, "concept": Progress.DRAFTED}
    return Row(invitation.name, None, invitation, furthest.get(last, Progress.NOT_INVITED), before)


def _handed_in(submission: Submission, state: State) -> Row:
    facts = vars(submission)  # what _with_moments annotated
    moments = _moments(
        ("ontvangen", submission.received_at),
        ("gesplitst", facts["split_at"] if state.is_text else None),
        ("afgewogen", facts["weighed_at"] if state.is_weighed else None),
        ("beantwoord", facts["told_at"]),
    )
    is_answered = state.is_weighed and state.told == state.decisions
    furthest = Progress.RECEIVED
    if state.points:
        furthest = Progress.ANSWERED if is_answered else Progress.WEIGHED if state.is_weighed else _unweighed(state)
    hint = " · ".join(part for part in (facts["first_point"], shown_code(submission)) if part)
    return Row(str(submission.contributor), submission, submission.invitation, furthest, moments, _note(state, facts["mail_status"]), hint)


def _unweighed(state: State) -> Progress:
    """Only a letter was ever split; what came in as points waits to be weighed."""
    return Progress.SPLIT if state.is_text else Progress.TO_WEIGH


def _note(state: State, mail_status: str | None) -> str:
    """What needs somebody, in a few words."""
    if state.is_text and not state.points:
        return "Nog splitsen in punten"
    if state.waiting and state.waiting == state.open_points:
        return "Wacht op akkoord van een collega"
    if state.open_points:
        one = "Nog af te wegen" if state.is_text else ""  # else the badge says so
        return f"Nog {state.open_points} van {state.points} punten af te wegen" if state.points > 1 else one
    if state.is_ready:
        return "Het antwoord is veranderd: opnieuw te versturen" if state.told else "Het antwoord kan verstuurd worden"
    if mail_status in {MailStatus.QUEUED, MailStatus.SENDING}:
        return "De mail is onderweg"
    return ""


def _moments(*given: tuple[str, datetime.datetime | None]) -> list[tuple[str, datetime.datetime]]:
    return [(word, moment) for word, moment in given if moment is not None]


def answer_rows(page: Iterable[int], states: Mapping[int, State]) -> list[tuple[Submission, State, str]]:
    """Who gets an answer: submission, state and code. One query."""
    found = Submission.objects.filter(pk__in=list(page)).select_related("contributor", "contact", "area").order_by("pk")
    return [(submission, states[submission.pk], shown_code(submission)) for submission in found]
