"""What an officer chooses for many points at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.http import QueryDict

from ivp_portal.organisation.models import User
from ivp_portal.web.forms import PortalForm
from priorities.decision_kinds import DecisionKind
from priorities.forms.decisions import DecisionForm
from priorities.models import Batch
from priorities.texts.placeholders import filled
from priorities.texts.standards import StandardText

NOT_OURS = {"csrfmiddlewaretoken", "actie", "punt", "pagina", "naar", "seen"}
"""What the page sends beside the form."""


class BatchDecisionForm(DecisionForm):
    """One decision for many points: {thema} and {onderwerp} stay open in its words, and are filled in for each point."""

    def _texts(self, kind: DecisionKind) -> list[StandardText]:
        named_later = "{prioriteit}" if kind.needs_priority or kind.names else ""
        return [
            replace(one, text=filled(one.text, priority=named_later, theme="{thema}", subject="{onderwerp}"))
            for one in self.standards.get(kind.code, [])
        ]

    def with_standard_text(self) -> dict[str, Any]:
        """As for one point, with {thema} and {onderwerp} still open."""
        values = super().with_standard_text()
        for place in ("thema", "onderwerp"):
            values["rationale"] = values.get("rationale", "").replace(f"[{place}]", f"{{{place}}}")
        return values


def typed_in(data: QueryDict) -> dict[str, str]:
    """What was filled in so far, to show it again later."""
    return {name: str(data[name]) for name in data if name not in NOT_OURS}


def values_of(form: DecisionForm) -> dict[str, Any]:
    """A valid decision as Batch.values keeps it."""
    standard: StandardText | None = form.cleaned_data["standard"]
    return {
        "choices": [
            {"kind": choice.kind.code, "priority": choice.priority.pk if choice.priority else None, "named": choice.named.strip()}
            for choice in form.cleaned_data["choices"]
        ],
        "extent": form.cleaned_data["extent"],
        "rationale": form.cleaned_data["rationale"].strip(),
        "standard": standard.pk if standard else None,
    }


class AssignForm(PortalForm):
    """Who is to answer these points."""

    assignee = forms.ChoiceField(label="Behandelaar", required=True)

    def __init__(self, data: QueryDict | None = None, *, officers: Sequence[User], batch: Batch) -> None:
        super().__init__(data, initial=batch.values.get("form", {}))
        field = self.fields["assignee"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        nobody = ("niemand", "Niemand: het thema zegt wie")
        field.choices = [("", "Maak een keuze"), *((str(officer.pk), str(officer)) for officer in officers), nobody]

    def values(self) -> dict[str, Any]:
        """As Batch.values keeps it."""
        chosen = self.cleaned_data["assignee"]
        return {"assignee": None if chosen == "niemand" else int(chosen)}
