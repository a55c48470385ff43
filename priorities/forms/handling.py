"""Who answers a point, and who answers the points of a theme."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from consultation.models import Theme
from ivp_portal.organisation.models import User
from ivp_portal.web.forms import PortalForm, speak_plainly
from priorities.triage.handlers import ThemeLine

NOBODY = "Niemand in het bijzonder"


class AssignForm(PortalForm):
    """One of the officers, or nobody."""

    to = forms.ChoiceField(label="Behandelaar", required=False)

    def __init__(self, *args: Any, officers: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.officers = {str(officer.pk): officer for officer in officers}
        self.fields["to"].choices = [("", NOBODY), *((pk, str(officer)) for pk, officer in self.officers.items())]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> User | None:
        """Once it is valid."""
        return self.officers.get(self.cleaned_data["to"])


class ThemeHandlersForm(PortalForm):
    """For each theme in use an officer, or nobody. Only what somebody changed on this page is changed: a colleague may be at it too."""

    def __init__(self, *args: Any, lines: Sequence[ThemeLine], officers: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        self.officers = {str(officer.pk): officer for officer in officers}
        for line in lines:
            stands = str(line.handler.pk) if line.handler else ""
            choices = [("", NOBODY), *((pk, str(officer)) for pk, officer in self.officers.items())]
            if line.handler and line.has_left:
                choices.append((stands, f"{line.handler} (kan hier niet meer afwegen)"))
            select = forms.ChoiceField(label=line.theme.name, choices=choices, required=False, initial=stands)
            speak_plainly(select, line.theme.name)
            self.fields[f"thema-{line.theme.pk}"] = select
            self.fields[f"was-{line.theme.pk}"] = forms.CharField(widget=forms.HiddenInput, required=False, initial=stands)

    @property
    def changes(self) -> dict[Theme, User | None]:
        """Theme -> who, for those that were chosen otherwise than the page said. Once it is valid."""
        return {
            line.theme: self.officers.get(self.cleaned_data[f"thema-{line.theme.pk}"])
            for line in self.lines
            if self.cleaned_data[f"thema-{line.theme.pk}"] != self.cleaned_data[f"was-{line.theme.pk}"]
        }

    def rows(self) -> list[tuple[ThemeLine, forms.BoundField, forms.BoundField]]:
        """(line, its choice, what it said before), for the page."""
        return [(line, self[f"thema-{line.theme.pk}"], self[f"was-{line.theme.pk}"]) for line in self.lines]
