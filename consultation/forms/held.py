"""Which held submissions an officer ticked."""

from collections.abc import Iterable
from typing import Any

from django import forms

from consultation.models import Draft
from ivp_portal.web.forms import PortalForm


class HeldForm(PortalForm):
    """One or more of the held submissions on the page."""

    drafts = forms.MultipleChoiceField(
        label="Inzendingen",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Kies eerst een of meer inzendingen.",
            "invalid_choice": "Een collega was eerder: een van deze inzendingen staat hier niet meer. Kies opnieuw.",
        },
    )

    def __init__(self, *args: Any, drafts: Iterable[Draft], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held = {str(draft.pk): draft for draft in drafts}
        field = self.fields["drafts"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - for the type checker
        field.choices = [(key, str(draft)) for key, draft in self.held.items()]

    @property
    def chosen(self) -> list[Draft]:
        """Those that were ticked, in their order; only of a valid form."""
        return [self.held[key] for key in self.held if key in self.cleaned_data["drafts"]]

    @property
    def ticked(self) -> set[str]:
        """What was ticked, sound or not: it stays ticked when something is wrong."""
        return set(self.data.getlist("drafts")) if hasattr(self.data, "getlist") else set()
