"""Choosing the theme of one point."""

from typing import Any

from django import forms

from consultation.lists import themes_to_choose
from consultation.models import Contribution
from consultation.theme_choice import by_field
from ivp_portal.organisation.models import Area
from ivp_portal.web.forms import PortalForm


class PointThemeForm(PortalForm):
    """One of the themes the area has in use, or none."""

    theme = forms.ChoiceField(label="Thema", required=False, widget=forms.Select(attrs={"data-focus-after-swap": ""}))

    def __init__(self, *args: Any, area: Area, contribution: Contribution, **kwargs: Any) -> None:
        super().__init__(*args, initial={"theme": contribution.theme_id}, **kwargs)
        self.themes = {str(theme.pk): theme for theme in themes_to_choose(area, point=contribution)}
        field = self.fields["theme"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [("", "Geen thema"), *by_field(self.themes.values(), "nl")]

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["theme"] = self.themes.get(self.cleaned_data.get("theme", ""))
        return self.cleaned_data
