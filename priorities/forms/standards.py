"""The form of a standard rationale."""

from typing import Any

from django import forms
from django.http import QueryDict

from ivp_portal.web.forms import PortalForm
from ivp_portal.web.text_fields import LongText, SeenField
from priorities.decision_kinds import DecisionKind
from priorities.models import StandardRationale
from priorities.rules import RATIONALE_LIMIT
from priorities.texts.placeholders import problem_with_places


class StandardForm(PortalForm):
    """A standard text: with which destination it is offered, under which name, and what it says."""

    kind = forms.ChoiceField(label="Bij bestemming")
    name = forms.CharField(label="Naam", max_length=80, help_text="Zo staat de tekst in de keuzelijst. Collega’s herkennen hem hieraan.")
    text = LongText(
        label="Tekst",
        rows=6,
        max_length=RATIONALE_LIMIT,
        help_text="De plekken {prioriteit}, {thema} en {onderwerp} vult het portaal in bij elk punt.",
    )
    is_usual = forms.BooleanField(
        label="Als eerste aanbieden", required=False, help_text="Deze tekst komt er vanzelf te staan als iemand de bestemming kiest."
    )
    seen = SeenField()

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        kinds: list[DecisionKind],
        standard: StandardRationale | None = None,
        start: dict[str, Any] | None = None,
    ) -> None:
        initial = start or {}
        if standard:
            initial = {name: getattr(standard, name) for name in ("name", "text", "is_usual")} | {"seen": standard.version}
        super().__init__(data, initial=initial)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)  # noqa: S101 - for the type checker
        kind.choices = [("", "Maak een keuze"), *((each.code, each.label) for each in kinds)]
        if standard:  # it was used with its kind: another kind is another text
            del self.fields["kind"]
            if standard.retired_at:
                del self.fields["is_usual"]

    def clean_text(self) -> str:
        """Only the places the portal knows."""
        text: str = self.cleaned_data["text"]
        if problem := problem_with_places(text):
            raise forms.ValidationError(problem)
        return text

    @property
    def values(self) -> dict[str, Any]:
        """What the services ask for; only after is_valid()."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}
