"""What the screens show of suggestions: the one beside a point, and the page that says how far they can be trusted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, F, Q
from django.http import QueryDict

from consultation.models import Contribution
from ivp_portal.organisation.models import Area, User
from ivp_portal.organisation.roles import Action
from priorities.decision_kinds import DECISION_KINDS, DecisionKind
from priorities.forms.decisions import FIRST, DecisionForm
from priorities.models import Decision, Plan, Suggestion, Training
from priorities.states import TrainingStatus
from priorities.suggestions import learning
from priorities.suggestions.lessons import lessons, open_rows, text_of

COMPARED = 50
"""The latest so many decisions are compared with what was suggested for them."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A suggestion as it stands beside a point."""

    suggestion: Suggestion
    kind: DecisionKind | None
    like: Sequence[Contribution]
    """Decided points it looks like, each with its round and plan."""
    right_of_ten: int
    """In how many of ten earlier decisions an answer like this was right."""
    theme_right_of_ten: int

    @property
    def name(self) -> str:
        """The priority, body, policy field or chapter it names."""
        return self.suggestion.priority.title if self.suggestion.priority else self.suggestion.named

    @property
    def words(self) -> list[str]:
        """The words that weighed most, as far as they still stand in the point: somebody may have taken personal data out of it."""
        point = self.suggestion.contribution
        said = learning.as_read(text_of(point.subject, point.sub_subject, point.text))
        return [word for word in self.suggestion.words if word in said]

    @property
    def fills(self) -> str:
        """The fields of the decision form with what they become: 'destination=other_body&first_other_body=Veiligheidsregio'."""
        fields = QueryDict(mutable=True)
        if self.kind:
            fields["destination"] = self.kind.code
            if value := self.suggestion.priority_id or self.suggestion.named:
                fields[DecisionForm.name_of(FIRST, self.kind)] = str(value)
        return fields.urlencode()


def suggested_for(contribution: Contribution) -> Suggestion | None:
    """What is suggested for the point now; None when nothing is, or when its kind is not offered any more. One query.

    A later training that was not good enough took its row away, so what is there was good enough.
    """
    found = Suggestion.objects.filter(area=contribution.area_id, contribution=contribution)
    suggestion = found.select_related("priority", "theme", "training").first()
    if suggestion:
        suggestion.contribution = contribution
    if suggestion and suggestion.kind and DECISION_KINDS[suggestion.kind].retired:
        return None
    return suggestion


def beside(plan: Plan, contribution: Contribution, user: User) -> dict[str, Any] | None:
    """The panel beside an open point, for whoever may decide. None when there is nothing to say. At most two queries."""
    if Action.DECIDE not in plan.area.allowed or plan.is_frozen or contribution.current_decisions:  # type: ignore[attr-defined]
        return None
    suggestion = suggested_for(contribution)
    if suggestion is None:
        last = latest(plan.area)
        return {"off": destination_measured(last)} if last and not last.is_good else None
    like = Contribution.objects.of(plan.area).standing().filter(pk__in=suggestion.like, round__plan_round__isnull=False)
    shown = Shown(
        suggestion,
        DECISION_KINDS[suggestion.kind] if suggestion.kind else None,
        sorted(like.select_related("round__plan_round__plan").defer("search"), key=lambda point: suggestion.like.index(point.pk)),
        of_ten(suggestion.training.accuracy),
        of_ten(suggestion.training.theme_accuracy),
    )
    theme = suggestion.theme if suggestion.theme and suggestion.theme.retired_at is None and contribution.theme_id is None else None
    return {"shown": shown, "theme": theme} if shown.kind or theme else None


def of_ten(share: float | None) -> int:
    """0.68 as 6: rounded down, so that it never promises more than was measured."""
    return int((share or 0) * 10 + 1e-9)


def latest(area: Area) -> Training | None:
    """The last time the area learnt and was measured. One query."""
    return Training.objects.filter(area=area, status=TrainingStatus.DONE).order_by("-pk").first()


@dataclass(frozen=True, slots=True)
class Measured:
    """How often something was right on decisions that were not learnt from."""

    held_out: int
    right: int
    """Per cent."""
    baseline: int
    """Per cent that ‘always what is most frequent’ had right."""
    is_good: bool
    reasons: Sequence[str]
    """Why it is not shown, as Dutch clauses."""


def destination_measured(training: Training) -> Measured:
    """How well the destinations did."""
    return _measured(training.decisions, training.held_out, training.accuracy, training.baseline, is_good=training.is_good)


def theme_measured(training: Training) -> Measured:
    """How well the themes did. How many points there were is not kept; half of them were held out."""
    known = training.theme_held_out * 2
    return _measured(known, training.theme_held_out, training.theme_accuracy, training.theme_baseline, is_good=training.theme_is_good)


def _measured(known: int, held_out: int, accuracy: float | None, baseline: float | None, *, is_good: bool) -> Measured:
    reasons = [] if is_good else learning.reasons_off(known, accuracy, baseline) or ["er zijn te weinig punten om geluk uit te sluiten"]
    return Measured(held_out, round((accuracy or 0) * 100), round((baseline or 0) * 100), is_good, reasons)


@dataclass(frozen=True, slots=True)
class Page:
    """All the page of suggestions says. Seven queries."""

    last: Training | None
    """The last one that was measured."""
    destination: Measured | None
    theme: Measured | None
    under_way: Training | None
    failed: Training | None
    """The newest of all, when that came to nothing."""
    decisions: int
    """Decisions to learn from there are now."""
    waiting: int
    """Points nobody decided about."""
    with_destination: int
    with_theme: int
    compared: int
    """Of the latest decisions about a point that had a suggestion: how many were looked at …"""
    same: int
    """… and how many went where the suggestion said."""


def page_of_suggestions(area: Area) -> Page:
    """What the area learnt, how well that went, and what came of it."""
    newest, last = Training.objects.filter(area=area).order_by("-pk").first(), latest(area)
    compared, same = followed(area)
    open_ones = open_rows(area).values("contribution_id")
    suggestions = Suggestion.objects.filter(area=area, contribution__in=open_ones)
    return Page(
        last=last,
        destination=destination_measured(last) if last else None,
        theme=theme_measured(last) if last else None,
        under_way=newest if newest and newest.status in {TrainingStatus.WAITING, TrainingStatus.RUNNING} else None,
        failed=newest if newest and newest.status == TrainingStatus.FAILED else None,
        decisions=lessons(area).count(),
        waiting=open_rows(area).count(),
        with_destination=suggestions.exclude(kind="").count(),
        with_theme=suggestions.filter(theme__isnull=False, contribution__theme__isnull=True).count(),
        compared=compared,
        same=same,
    )


def followed(area: Area) -> tuple[int, int]:
    """Of the latest decisions about points with a suggestion: (how many are compared, in how many the first destination was the same).

    Worked out from the two rows; nobody keeps track of who pressed what. One query.
    """
    suggested, went = "contribution__suggestion__", "destinations__"
    decided = Decision.objects.current().filter(area=area, contribution__suggestion__isnull=False, destinations__position=1)
    later = decided.exclude(contribution__suggestion__kind="").filter(made_at__gt=F(f"{suggested}training__made_at"))
    same = Q(**{f"{suggested}kind": F(f"{went}kind")})
    for name, nothing in (("priority", None), ("named", "")):
        same &= Q(**{f"{suggested}{name}": F(f"{went}{name}")}) | Q(**{f"{suggested}{name}": nothing})
    rows = later.order_by("-pk").annotate(same=ExpressionWrapper(same, BooleanField())).values_list("same", flat=True)
    answers = list(rows[:COMPARED])
    return len(answers), sum(answers)
