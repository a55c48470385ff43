"""The forms of the plan page: start a plan, its data, its route, its priorities, its chapters, and the moves of its state."""

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils import timezone

from consultation.models import Round
from ivp_portal.web.forms import DateInput, MomentInput, PortalForm
from ivp_portal.web.text_fields import LongText, SeenField, plainly
from priorities import rules
from priorities.models import Chapter, ChapterShows, Phase, Plan, Priority, RouteStep
from priorities.services import Meeting

STEP = ("meeting", "on_date", "note")
NOT_IN_THE_PLAN = "Niet in dit plan"


class StartPlanForm(PortalForm):
    """A new plan: its first and last year, and the rounds that feed it."""

    first_year = forms.IntegerField(label="Eerste jaar", min_value=2000, max_value=2099)
    last_year = forms.IntegerField(
        label="Laatste jaar",
        min_value=2000,
        max_value=2099,
        help_text="Een plan geldt ten hoogste vier jaar (Politiewet 2012, artikel 38b).",
    )
    rounds = forms.ModelMultipleChoiceField(
        label="Rondes waarvan de punten in dit plan worden afgewogen",
        queryset=Round.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="U ziet de rondes die nog niet bij een plan horen.",
    )

    def __init__(self, data: QueryDict | None = None, *, rounds: Any, first_year: int) -> None:
        super().__init__(data, initial={"first_year": first_year, "last_year": first_year + rules.PLAN_YEARS - 1})
        choice = self.fields["rounds"]
        assert isinstance(choice, forms.ModelMultipleChoiceField)  # noqa: S101 - for the type checker
        choice.queryset = rounds

    def clean(self) -> dict[str, Any]:
        """The period must be one a council can set."""
        first, last = self.cleaned_data.get("first_year"), self.cleaned_data.get("last_year")
        if first and last and (problem := rules.problem_with_period(first, last)):
            self.add_error("last_year", problem)
        return self.cleaned_data

    @property
    def period(self) -> tuple[datetime.date, datetime.date]:
        """First and last day; only after is_valid()."""
        return datetime.date(self.cleaned_data["first_year"], 1, 1), datetime.date(self.cleaned_data["last_year"], 12, 31)


class PlanForm(PortalForm):
    """What stands in the front and the back of the plan."""

    motto = forms.CharField(label="Motto", required=False, max_length=160, help_text="Staat op het omslag, onder de titel.")
    portfolio_holder = forms.CharField(label="Portefeuillehouder", required=False, max_length=160)
    made_with = LongText(label="Opgesteld met", required=False, rows=3, max_length=2000)
    colophon = LongText(label="Verantwoording", required=False, rows=8)

    def __init__(self, data: QueryDict | None = None, *, plan: Plan) -> None:
        names = ("motto", "portfolio_holder", "made_with", "colophon")
        super().__init__(data, initial={name: getattr(plan, name) for name in names})


class RouteForm(PortalForm):
    """The council's route: a meeting, a day and a note for each of the three steps, and when the weighing is to be done."""

    weigh_by = forms.DateTimeField(label="Afweging klaar vóór", required=False, widget=MomentInput)

    def __init__(self, data: QueryDict | None = None, *, plan: Plan, steps: Sequence[RouteStep]) -> None:
        initial: dict[str, Any] = {"weigh_by": plan.weigh_by}
        for step in steps:
            initial |= {f"{step.phase}_{name}": getattr(step, name) for name in STEP}
        super().__init__(data, initial=initial)
        for phase in Phase:
            self.fields |= plainly(
                {
                    f"{phase}_meeting": forms.CharField(label="Vergadering", required=False, max_length=160),
                    f"{phase}_on_date": forms.DateField(label="Datum", required=False, widget=DateInput),
                    f"{phase}_note": forms.CharField(label="Toelichting", required=False, max_length=300),
                }
            )

    def groups(self) -> list[tuple[Phase, dict[str, BoundField]]]:
        """The fields of each step by name, for the template."""
        return [(phase, {name: self[f"{phase}_{name}"] for name in STEP}) for phase in Phase]

    def clean(self) -> dict[str, Any]:
        """A step does not come before an earlier one."""
        days = [(f"{phase}_on_date", phase.label, self.cleaned_data.get(f"{phase}_on_date")) for phase in Phase]
        for problem in rules.problems_with_route(days):
            self.add_error(problem.field, problem.message)
        return self.cleaned_data

    @property
    def meetings(self) -> dict[Phase, Meeting]:
        """What was filled in; only after is_valid()."""
        return {
            phase: Meeting(*(self.cleaned_data[f"{phase}_{name}"] for name in STEP))
            for phase in Phase
        }  # fmt: skip


class RoundsForm(PortalForm):
    """Which rounds feed the plan."""

    rounds = forms.ModelMultipleChoiceField(
        label="Rondes",
        queryset=Round.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="De punten van deze rondes worden in dit plan afgewogen. Een ronde hoort bij één plan.",
    )

    def __init__(self, data: QueryDict | None = None, *, rounds: Any, chosen: Sequence[int]) -> None:
        super().__init__(data, initial={"rounds": chosen})
        choice = self.fields["rounds"]
        assert isinstance(choice, forms.ModelMultipleChoiceField)  # noqa: S101 - for the type checker
        choice.queryset = rounds


class PrioritiesForm(PortalForm):
    """Which priorities the plan holds and in which order: a place for each of those that may."""

    def __init__(self, data: QueryDict | None = None, *, candidates: Sequence[Priority], chosen: Sequence[int]) -> None:
        self.candidates = candidates
        super().__init__(data, initial={f"place_{pk}": place for place, pk in enumerate(chosen, 1)})
        places = [("", NOT_IN_THE_PLAN), *((place, f"Plaats {place}") for place in range(1, len(candidates) + 1))]
        self.fields |= plainly(
            {
                f"place_{priority.pk}": forms.TypedChoiceField(
                    label=priority.title, required=False, coerce=int, empty_value=None, choices=places
                )
                for priority in candidates
            }
        )

    def rows(self) -> list[tuple[Priority, BoundField]]:
        """Each priority with its field, for the template."""
        return [(priority, self[f"place_{priority.pk}"]) for priority in self.candidates]

    def clean(self) -> dict[str, Any]:
        """Each place is taken once."""
        taken: dict[int, Priority] = {}
        for priority in self.candidates:
            place = self.cleaned_data.get(f"place_{priority.pk}")
            if place and (other := taken.setdefault(place, priority)) is not priority:
                self.add_error(f"place_{priority.pk}", f"Op plaats {place} staat al ‘{other.title}’. Kies een andere plaats.")
        return self.cleaned_data

    @property
    def in_order(self) -> list[Priority]:
        """The chosen ones by place; only after is_valid()."""
        placed = [(self.cleaned_data[f"place_{priority.pk}"], priority) for priority in self.candidates]
        return [priority for _, priority in sorted(((place, row) for place, row in placed if place), key=lambda pair: pair[0])]


class ChapterForm(PortalForm):
    """A chapter: title, lead, text, and what the portal adds after it."""

    title = forms.CharField(label="Titel", max_length=160)
    lead = LongText(label="Inleiding", required=False, rows=3, max_length=2000, help_text="Eén of twee zinnen, groot boven de tekst.")
    body = LongText(label="Tekst", required=False, rows=22)
    shows = forms.ChoiceField(label="Na de tekst volgt", required=False, choices=ChapterShows.choices)
    seen = SeenField()

    def __init__(self, data: QueryDict | None = None, *, chapter: Chapter | None = None) -> None:
        names = ("title", "lead", "body", "shows")
        initial = {name: getattr(chapter, name) for name in names} | {"seen": chapter.version} if chapter else {}
        super().__init__(data, initial=initial)

    @property
    def texts(self) -> dict[str, str]:
        """Field -> text; only after is_valid()."""
        return {name: self.cleaned_data[name] for name in ("title", "lead", "body", "shows")}


class WithdrawForm(PortalForm):
    """Why the plan comes back from the council."""

    reason = LongText(label="Waarom haalt u het plan terug?", rows=3, max_length=1000, help_text="Deze reden blijft bij het plan bewaard.")


class AdoptForm(PortalForm):
    """That the council adopted the plan, and on which day."""

    adopted_on = forms.DateField(
        label="Datum van het raadsbesluit",
        required=False,
        widget=DateInput,
        help_text="De dag van de raadsvergadering, niet die van vandaag.",
    )
    decision_number = forms.CharField(label="Besluitnummer", required=False, max_length=60)

    def __init__(self, data: QueryDict | None = None, *, plan: Plan) -> None:
        route = {step.phase: step.on_date for step in plan.route_steps.all()}
        self.route_begins = route.get(Phase.IMAGE_FORMING)
        planned, today = route.get(Phase.DECISION_MAKING), timezone.localdate()
        super().__init__(data, initial={"adopted_on": planned} if planned and planned <= today else {})

    def clean_adopted_on(self) -> datetime.date | None:
        """The day is needed, lies in the route of the plan, and is today at the latest."""
        day: datetime.date | None = self.cleaned_data.get("adopted_on")
        if problem := rules.problem_with_council_date(day, today=timezone.localdate(), route_begins=self.route_begins):
            raise forms.ValidationError(problem)
        return day
