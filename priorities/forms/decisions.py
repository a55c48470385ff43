"""Turning what an officer chose on the triage screen into destinations, an extent and a rationale."""

from __future__ import annotations

import functools
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import get_language

from consultation.models import Contribution, RoundKind
from ivp_portal.web.forms import PortalForm, speak_plainly
from priorities import decision_kinds, rules
from priorities.decision_kinds import DECISION_KINDS, DecisionKind
from priorities.models import Decision, Extent, Plan
from priorities.rules import Choice
from priorities.texts.placeholders import filled
from priorities.texts.standards import StandardText
from priorities.triage.offer import Offer, offer_to
from priorities.triage.sitting import Sitting

FIRST = "first"
MORE = {"second": "Tweede bestemming", "third": "Derde bestemming"}
"""The fields for what a point also goes to -> their names on the screen."""


@dataclass(frozen=True, slots=True)
class KindOption:
    """One destination on the screen: the kind, its key, the field that belongs to it, and the texts to start from."""

    kind: DecisionKind
    key: int
    field: BoundField | None
    checked: bool
    standards: Sequence[StandardText] = ()
    """Their places filled in, all but {prioriteit}: that follows what is chosen."""
    follows_from: Hashable | None = None
    """How it is drawn is the same for the same of this; None where a text of it says what the point is about."""


@dataclass(frozen=True, slots=True)
class MoreOptions:
    """What a point can also go to."""

    name: str
    label: str
    bound: BoundField
    options: Sequence[KindOption]
    is_open: bool
    """Something was chosen here, or is wrong."""


@functools.lru_cache(maxsize=500)
def naming_field(kind: DecisionKind, choices: tuple[tuple[int, str], ...], language: str | None) -> forms.Field:
    """The field in which this kind names something; `choices` are the priorities it can name, `language` that of now.

    Made once, and changed by nobody.
    """
    field: forms.Field
    if kind.needs_priority:
        label = f"Prioriteit bij ‘{kind.label}’"
        offered = [("", "Maak een keuze"), *choices]
        field = forms.TypedChoiceField(label=label, required=False, coerce=int, empty_value=None, choices=offered)
    else:
        attrs = {"list": f"namen-{kind.code}", "autocomplete": "off"}
        field = forms.CharField(label=kind.names, required=False, max_length=160, widget=forms.TextInput(attrs=attrs))
    speak_plainly(field, str(field.label))
    return field


class DecisionForm(PortalForm):
    """An afweging; about a draft strategy it is one of four answers.

    Each kind that names something has a field of its own, so the form works without script too.
    """

    destination = forms.ChoiceField(label="Bestemming", required=False, widget=forms.RadioSelect)
    second = forms.ChoiceField(label=MORE["second"], required=False)
    third = forms.ChoiceField(label=MORE["third"], required=False)
    extent = forms.ChoiceField(
        label="Overnemen", required=False, choices=[("wholly", "Geheel"), ("partly", "Deels")], widget=forms.RadioSelect
    )
    rationale = forms.CharField(
        label="Motivering",
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="De raad en de inbrenger lezen deze tekst.",
    )
    standard = forms.IntegerField(required=False, widget=forms.HiddenInput)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        plan: Plan,
        contribution: Contribution,
        current: Decision | None = None,
        text_of: Decision | None = None,
        sitting: Sitting | None = None,
        offer: Offer | None = None,
    ) -> None:
        """`current` is what stands, to decide anew; `text_of` another decision to start from, such as one that was taken back.

        Two queries, none with the `offer` somebody has already.
        """
        self.contribution = contribution
        self.for_draft = contribution.round.kind == RoundKind.STRATEGY
        self.kinds = decision_kinds.offered(for_draft_strategy=self.for_draft)
        offer = offer or offer_to(plan)
        self.priorities, self.standards = offer.priorities, offer.standards
        initial = self._initial(text_of or current) | {"seen": current.pk if current else None}
        super().__init__(data, initial=(self._named_last(sitting) if sitting else {}) | initial)
        choices = [(kind.code, kind.label) for kind in self.kinds]
        self._choices("destination", choices)
        for name, label in MORE.items():
            self._choices(name, [("", f"Geen {label.lower()}"), *choices])
        if self.for_draft:  # its answers say how much is taken up, and there is one
            for name in (*MORE, "extent"):
                del self.fields[name]
        naming = {kind: self._field_for(kind) for kind in self.kinds if kind.needs_priority or kind.names}
        for prefix in self.prefixes:
            self.fields |= {self.name_of(prefix, kind): field for kind, field in naming.items()}

    @property
    def prefixes(self) -> tuple[str, ...]:
        """One for each destination a point can have here."""
        return (FIRST,) if self.for_draft else (FIRST, *MORE)

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = choices

    @staticmethod
    def name_of(prefix: str, kind: DecisionKind) -> str:
        """The name of the field in which this kind, as first, second or third destination, names something."""
        return f"{prefix}_{kind.code}"

    def _field_for(self, kind: DecisionKind) -> forms.Field:
        choices = ((pk, self.priorities[pk].title) for pk in self._fitting(kind)) if kind.needs_priority else ()
        return naming_field(kind, tuple(choices), get_language())

    def _fitting(self, kind: DecisionKind) -> list[int]:
        return [pk for pk, priority in self.priorities.items() if priority.level in kind.priority_at]

    def _initial(self, decision: Decision | None) -> dict[str, Any]:
        if decision is None:
            return {"extent": Extent.WHOLLY}
        initial: dict[str, Any] = {
            "extent": Extent.WHOLLY if decision.extent == Extent.NOT else decision.extent,
            "rationale": decision.rationale,
            "standard": decision.standard_id,
        }
        for (name, prefix), destination in zip(
            {"destination": FIRST, **{name: name for name in MORE}}.items(), decision.destinations.all(), strict=False
        ):
            initial[name] = destination.kind
            initial[self.name_of(prefix, destination.kind_of)] = destination.priority_id or destination.named
        return initial

    def _named_last(self, sitting: Sitting) -> dict[str, Any]:
        """In the field of each kind what it named last in this sitting; it shows once that kind is chosen."""
        offered = {str(pk) for pk in self.priorities}
        return {
            self.name_of(FIRST, kind): sitting.named[kind.code]
            for kind in self.kinds
            if kind.code in sitting.named and (not kind.needs_priority or sitting.named[kind.code] in offered)
        }

    # What the screen draws

    def options(self, prefix: str = FIRST) -> list[KindOption]:
        """The kinds as the screen shows them, in the order of the keys 1 to 8."""
        chosen = self["destination" if prefix == FIRST else prefix].value()
        return [self._option(prefix, key, kind, chosen=kind.code == chosen) for key, kind in enumerate(self.kinds, 1)]

    def _option(self, prefix: str, key: int, kind: DecisionKind, *, chosen: bool) -> KindOption:
        name = self.name_of(prefix, kind)
        texts = self._texts(kind) if prefix == FIRST else []
        own = any(place in one.text for one in self.standards.get(kind.code, []) for place in ("{thema}", "{onderwerp}"))
        follows_from = None if own else (kind.code, key, chosen, *((one.pk, one.text, one.is_usual) for one in texts))
        return KindOption(kind, key, self[name] if name in self.fields else None, chosen, texts, follows_from)

    def more(self) -> list[MoreOptions]:
        """What it can also go to: none for a draft strategy, else two."""
        return [
            MoreOptions(name, label, self[name], self.options(name), bool(self[name].value() or self[name].errors))
            for name, label in MORE.items()
            if name in self.fields
        ]

    @property
    def more_follows_from(self) -> Hashable | None:
        """What else a point can go to looks the same for the same of this, while nobody chose any; None when somebody did."""
        if self.is_bound or any(value for name, value in self.initial.items() if name.startswith(tuple(MORE))):
            return None
        return tuple((pk, priority.title, priority.level) for pk, priority in self.priorities.items())

    def _texts(self, kind: DecisionKind) -> list[StandardText]:
        named_later = "{prioriteit}" if kind.needs_priority or kind.names else ""
        theme = self.contribution.theme.name if self.contribution.theme else ""
        return [
            StandardText(
                one.pk,
                one.name,
                filled(one.text, priority=named_later, theme=theme, subject=self.contribution.point),
                one.is_usual,
                one.is_shared,
            )
            for one in self.standards.get(kind.code, [])
        ]

    def with_standard_text(self) -> dict[str, Any]:
        """What was filled in, with the chosen or the usual text of its kind: what the button does without script."""
        values = self.filled_in()
        kind = values.get("destination", "")
        offered = next((option.standards for option in self.options() if option.kind.code == kind), ())
        wanted = self.data.get(f"standard_{kind}", "")
        text = next((one for one in offered if str(one.pk) == wanted), offered[0] if offered else None)
        if text is None:
            return values
        named = values.get(self.name_of(FIRST, DECISION_KINDS[kind]), "")
        priority = self.priorities.get(int(named)) if named.isdecimal() else None
        words = filled(text.text, priority=priority.title if priority else named)
        return values | {"rationale": words, "standard": str(text.pk or "")}

    def filled_in(self) -> dict[str, Any]:
        """What was filled in, right or wrong, to show it in a form that was not sent yet."""
        return {name: value for name, value in self.data.items() if name in self.fields}

    # What was sent

    def _choice(self, prefix: str, code: str) -> Choice:
        kind = DECISION_KINDS[code]
        value = self.cleaned_data.get(self.name_of(prefix, kind))
        if kind.needs_priority:
            return Choice(kind, self.priorities.get(value) if value else None)
        return Choice(kind, named=value or "")

    def clean(self) -> dict[str, Any]:
        """The rules speak here as they do in the service; each Problem becomes an error at its own field."""
        cleaned = self.cleaned_data
        codes = [(FIRST, cleaned.get("destination")), *((name, cleaned.get(name)) for name in MORE)]
        chosen = [(prefix, self._choice(prefix, code)) for prefix, code in codes if code]
        choices = [choice for _, choice in chosen]
        refused = bool(choices) and not choices[0].kind.taken_up
        cleaned["choices"] = choices
        cleaned["extent"] = Extent.NOT if refused else cleaned.get("extent", "")
        if self.for_draft and choices:
            cleaned["extent"] = choices[0].kind.extent
        cleaned["standard"] = self._standard_of(choices, cleaned.get("standard"))
        rationale = cleaned.get("rationale", "")
        for problem in rules.problems_with(choices, extent=cleaned["extent"], rationale=rationale, for_draft_strategy=self.for_draft):
            at = self._field_of(problem, chosen)
            if at not in self.errors:
                self.add_error(at, problem.message)
        return cleaned

    def _standard_of(self, choices: Sequence[Choice], pk: int | None) -> StandardText | None:
        """The standard text the rationale started from; None for one that is not offered with what was chosen."""
        if pk is None:
            return None
        return next((one for choice in choices for one in self.standards.get(choice.kind.code, []) if one.pk == pk), None)

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
            return "destination" if prefix == FIRST else prefix
        return [*MORE][index - 1] if index else "destination"

    # To do the same again

    def as_fields(self) -> dict[str, str]:
        """What was sent and found sound, as fields; where its standard has {thema} or {onderwerp}, the rationale has them too."""
        fields = {name: str(self.data.get(name, "")) for name in self.fields if name not in {"seen", "standard", "rationale"}}
        text, standard = self.cleaned_data["rationale"], self.cleaned_data["standard"]
        theme = self.contribution.theme.name if self.contribution.theme else ""
        for place, value in (("{onderwerp}", self.contribution.point), ("{thema}", theme)):
            if standard and value and place in standard.text:
                text = text.replace(value, place)
        kept = {name: value for name, value in fields.items() if value}
        return kept | {"rationale": text, "standard": str(standard.pk or "") if standard else ""}

    def again(self, fields: dict[str, str]) -> dict[str, str]:
        """The fields of an earlier decision for this point; {} when its answers are not offered here."""
        if not fields or DECISION_KINDS[fields["destination"]] not in self.kinds:
            return {}
        theme = self.contribution.theme.name if self.contribution.theme else ""
        text = filled(fields["rationale"], theme=theme, subject=self.contribution.point)
        return {name: value for name, value in fields.items() if name in self.fields} | {"rationale": text}

    def names_chosen(self) -> dict[str, str]:
        """Kind code -> what was named with it: the id of a priority, or the words."""
        named = {choice.kind.code: str(choice.priority.pk) if choice.priority else choice.named for choice in self.cleaned_data["choices"]}
        return {code: name for code, name in named.items() if name}
