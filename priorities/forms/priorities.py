"""The form of a priority: its period, its summary and the five questions, all at once."""

import datetime
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict

from ivp_portal.web.forms import DateInput, PortalForm
from ivp_portal.web.text_fields import LongText, SeenField, plainly
from priorities.models import Priority, SectionKind

HINTS = {
    SectionKind.REASON: "Waarom juist dit onderwerp, en waarom hier.",
    SectionKind.SITUATION: "Feiten en cijfers, met hun bron en jaar.",
    SectionKind.AMBITION: "Wat over vier jaar anders is.",
    SectionKind.MEASURE: "Maatregelen, en wie ze neemt.",
    SectionKind.NEED: "Mensen, geld en afspraken.",
}


class PriorityForm(PortalForm):
    """A priority with its five sections. A section left empty leaves no heading in the plan."""

    title = forms.CharField(label="Titel", max_length=160)
    summary = forms.CharField(label="In één zin", required=False, max_length=400, help_text="Staat in het overzicht van de prioriteiten.")
    lead = LongText(label="Inleiding", required=False, rows=3, max_length=2000)
    starts_on = forms.DateField(label="Geldt van", widget=DateInput)
    ends_on = forms.DateField(label="Tot en met", widget=DateInput)
    seen = SeenField()

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        priority: Priority | None = None,
        period: tuple[datetime.date, datetime.date] | None = None,
    ) -> None:
        initial: dict[str, Any] = {}
        if priority:
            initial = {name: getattr(priority, name) for name in ("title", "summary", "lead", "starts_on", "ends_on")}
            initial |= {section.kind: section.body for section in priority.sections.all()} | {"seen": priority.version}
        elif period:
            initial = {"starts_on": period[0], "ends_on": period[1]}
        super().__init__(data, initial=initial)
        self.fields |= plainly(
            {kind.value: LongText(label=kind.label, required=False, rows=9, help_text=HINTS[kind]) for kind in SectionKind}
        )

    def section_fields(self) -> list[BoundField]:
        """The five questions, in the order of the paper."""
        return [self[kind.value] for kind in SectionKind]

    def clean(self) -> dict[str, Any]:
        """A period ends after it starts."""
        starts_on, ends_on = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if starts_on and ends_on and ends_on <= starts_on:
            self.add_error("ends_on", f"Het einde ligt vóór het begin ({starts_on:%d-%m-%Y}). Kies een latere dag.")
        return self.cleaned_data

    @property
    def values(self) -> dict[str, Any]:
        """What the services ask for; only after is_valid()."""
        plain = {name: self.cleaned_data[name] for name in ("title", "summary", "lead", "starts_on", "ends_on")}
        return plain | {"sections": {kind: self.cleaned_data[kind.value] for kind in SectionKind}}
