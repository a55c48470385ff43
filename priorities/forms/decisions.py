"""Turning what an officer chose on the triage screen into destinations, an extent and a rationale."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict

from consultation.models import Contribution, ContributorKind, RoundKind
from ivp_portal.web.forms import PortalForm, speak_plainly
from priorities import decision_kinds, rules
from priorities.decision_kinds import DECISION_KINDS, DecisionKind
from priorities.models import Decision, Destination, Extent, Plan, Priority
from priorities.rules import Choice, PriorityFacts
from priorities.triage import ALL, DONE, TO_DO, TriageFilter

FIRST, SECOND = "first", "second"


@dataclass(frozen=True, slots=True)
class KindOption:
    """One destination on the screen: the kind, its key, and the field that belongs to it."""

    kind: DecisionKind
    key: int
    field: BoundField | None
    checked: bool


class DecisionForm(PortalForm):
    """An afweging; about a draft strategy it is one of four answers.

    Each kind that names something has a field of its own, so the form works without script too.
    """

    destination = forms.ChoiceField(label="Bestemming", required=False, widget=forms.RadioSelect)
    second = forms.ChoiceField(label="Tweede bestemming", required=False)
    extent = forms.ChoiceField(
        label="Overnemen", required=False, choices=[("wholly", "Geheel"), ("partly", "Deels")], widget=forms.RadioSelect
    )
    rationale = forms.CharField(
        label="Motivering",
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="De raad en de inbrenger lezen deze tekst.",
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, plan: Plan, contribution: Contribution, current: Decision | None = None) -> None:
        self.for_draft = contribution.round.kind == RoundKind.STRATEGY
        self.kinds = decision_kinds.offered(for_draft_strategy=self.for_draft)
        self.priorities = {
            priority.pk: priority
            for priority in Priority.objects.reaching(plan.area).in_period(plan.starts_on).select_related("area").order_by("title")
        }
        self.named_before = self._named_before(plan)
        super().__init__(data, initial=self._initial(current))
        choices = [(kind.code, kind.label) for kind in self.kinds]
        self._choices("destination", choices)
        self._choices("second", [("", "Geen tweede bestemming"), *choices])
        if self.for_draft:  # its answers say how much is taken up, and there is one
            del self.fields["second"], self.fields["extent"]
        for prefix in (FIRST, SECOND):
            for kind in self.kinds:
                if kind.needs_priority or kind.names:
                    field = self._field_for(kind)
                    speak_plainly(field, str(field.label))
                    self.fields[self.name_of(prefix, kind)] = field

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = choices

    @staticmethod
    def name_of(prefix: str, kind: DecisionKind) -> str:
        """The name of the field in which this kind, as first or second destination, names something."""
        return f"{prefix}_{kind.code}"

    def _field_for(self, kind: DecisionKind) -> forms.Field:
        if kind.needs_priority:
            fitting = [(pk, priority.title) for pk, priority in self.priorities.items() if priority.level in kind.priority_at]
            choices = [("", "Maak een keuze"), *fitting]
            return forms.TypedChoiceField(
                label=f"Prioriteit bij ‘{kind.label}’", required=False, coerce=int, empty_value=None, choices=choices
            )
        attrs = {"list": f"namen-{kind.code}", "autocomplete": "off"}
        return forms.CharField(label=kind.names, required=False, max_length=160, widget=forms.TextInput(attrs=attrs))

    def _named_before(self, plan: Plan) -> dict[str, list[str]]:
        """What this municipality named before, for each kind: offered while typing. One query, two with chapters."""
        used: dict[str, list[str]] = {kind.code: [] for kind in self.kinds if kind.names}
        found = Destination.objects.filter(area=plan.area, kind__in=used).values_list("kind", "named").distinct().order_by("named")
        for code, named in found[:200]:
            used[code].append(named)
        for kind in self.kinds:
            if kind.names_chapter:
                titles = list(plan.chapters.values_list("title", flat=True))
                used[kind.code] = titles + [named for named in used[kind.code] if named not in titles]
        return used

    @property
    def suggestions(self) -> dict[str, list[str]]:
        """Kind code -> names to offer in its datalist."""
        return self.named_before

    def _initial(self, current: Decision | None) -> dict[str, Any]:
        if current is None:
            return {"extent": Extent.WHOLLY}
        initial: dict[str, Any] = {
            "extent": Extent.WHOLLY if current.extent == Extent.NOT else current.extent,
            "rationale": current.rationale,
            "seen": current.pk,
        }
        for (name, prefix), destination in zip((("destination", FIRST), ("second", SECOND)), current.destinations.all(), strict=False):
            initial[name] = destination.kind
            initial[self.name_of(prefix, destination.kind_of)] = destination.priority_id or destination.named
        return initial

    def options(self, prefix: str = FIRST) -> list[KindOption]:
        """The kinds as the screen shows them, in the order of the keys 1 to 8."""
        chosen = self["destination" if prefix == FIRST else "second"].value()
        return [
            KindOption(
                kind,
                key,
                self[self.name_of(prefix, kind)] if self.name_of(prefix, kind) in self.fields else None,
                kind.code == chosen,
            )
            for key, kind in enumerate(self.kinds, 1)
        ]

    def second_options(self) -> list[KindOption]:
        """The same for the second destination."""
        return self.options(SECOND)

    @property
    def has_second(self) -> bool:
        return not self.for_draft and bool(self["second"].value())

    def _choice(self, prefix: str, code: str) -> Choice:
        kind = DECISION_KINDS[code]
        value = self.cleaned_data.get(self.name_of(prefix, kind))
        if kind.needs_priority:
            priority = self.priorities.get(value) if value else None
            return Choice(kind, PriorityFacts(priority.pk, priority.title, priority.level) if priority else None)
        return Choice(kind, named=value or "")

    def clean(self) -> dict[str, Any]:
        """The rules speak here as they do in the service; each Problem becomes an error at its own field."""
        cleaned = self.cleaned_data
        codes = [(FIRST, cleaned.get("destination")), (SECOND, cleaned.get("second"))]
        chosen = [(prefix, self._choice(prefix, code)) for prefix, code in codes if code]
        choices = [choice for _, choice in chosen]
        refused = bool(choices) and not choices[0].kind.taken_up
        cleaned["choices"] = choices
        cleaned["extent"] = Extent.NOT if refused else cleaned.get("extent", "")
        if self.for_draft and choices:
            cleaned["extent"] = choices[0].kind.extent
        rationale = cleaned.get("rationale", "")
        for problem in rules.problems_with(choices, extent=cleaned["extent"], rationale=rationale, for_draft_strategy=self.for_draft):
            at = self._field_of(problem, chosen)
            if at not in self.errors:
                self.add_error(at, problem.message)
        return cleaned

    def _field_of(self, problem: rules.Problem, chosen: list[tuple[str, Choice]]) -> str:
        """Where on the screen a problem belongs: at the field the chosen kind needs, else at the choice itself."""
        if not problem.field.startswith("destination"):
            return problem.field
        index = int(problem.field.removeprefix("destination").removeprefix("-") or 1) - 1
        if index < len(chosen):
            prefix, choice = chosen[index]
            lacks = (choice.kind.needs_priority and not choice.priority) or (choice.kind.names and not choice.named.strip())
            if lacks and self.name_of(prefix, choice.kind) in self.fields:
                return self.name_of(prefix, choice.kind)
        return "second" if index else "destination"


def filter_from(query: QueryDict) -> TriageFilter:
    """The filter in an address; what it does not know is left out, so that an old link still works."""
    status = query.get("status", TO_DO)
    source = query.get("bron", "")
    return TriageFilter(
        status=status if status in {TO_DO, DONE, ALL} else TO_DO,
        source=source if source in ContributorKind.values else "",
        round=query.get("ronde", "")[:80],
        search=query.get("zoek", "").replace("\x00", "").strip()[:100],
    )


def query_of(filter: TriageFilter) -> str:
    """The filter as the tail of an address, without what is standard; '' or '?bron=resident&zoek=fatbike'."""
    query = QueryDict(mutable=True)
    for name, value, standard in (
        ("status", filter.status, TO_DO),
        ("bron", filter.source, ""),
        ("ronde", filter.round, ""),
        ("zoek", filter.search, ""),
    ):
        if value != standard:
            query[name] = value
    return f"?{query.urlencode()}" if query else ""
