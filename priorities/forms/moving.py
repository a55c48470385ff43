"""The forms with which a priority gets another level, or is withdrawn."""

from django import forms
from django.http import QueryDict

from ivp_portal.organisation.models import Area
from ivp_portal.web.forms import PortalForm
from ivp_portal.web.text_fields import LongText, SeenField
from priorities.models import Priority


class MoveForm(PortalForm):
    """Where the priority goes, and why."""

    to_area = forms.TypedChoiceField(label="Nieuw niveau", coerce=int, widget=forms.HiddenInput)
    reason = LongText(label="Waarom", rows=3, max_length=1000, help_text="Staat in het logboek. Gemeenten lezen dit bij de prioriteit.")
    seen = SeenField()

    def __init__(self, data: QueryDict | None = None, *, priority: Priority, areas: list[Area], initial: dict[str, object]) -> None:
        super().__init__(data, initial={"seen": priority.version} | initial)
        field = self.fields["to_area"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 - for the type checker
        field.choices = [(area.pk, f"{area.get_kind_display()}: {area.name}") for area in areas]


class WithdrawPriorityForm(PortalForm):
    """Why it is no priority any more."""

    reason = LongText(label="Waarom", rows=3, max_length=1000, help_text="Staat in het logboek. Gemeenten lezen dit bij de prioriteit.")
    seen = SeenField()

    def __init__(self, data: QueryDict | None = None, *, priority: Priority) -> None:
        super().__init__(data, initial={"seen": priority.version})
