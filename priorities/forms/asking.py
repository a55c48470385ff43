"""What an officer writes to a colleague, a partner or the contributor, and what they write back."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy

from ivp_portal.web.forms import DateInput, EmailField, PortalForm
from ivp_portal.web.templatetags.portal import full_date
from ivp_portal.web.text_fields import LongText

USUAL_DAYS, MOST_DAYS = 10, 180


class NoteForm(PortalForm):
    """A note for colleagues."""

    text = LongText(
        label="Notitie",
        max_length=4000,
        rows=3,
        help_text="Alleen voor collega’s die afwegen. U kunt een notitie later niet wijzigen; schrijf er dan een bij.",
    )


class AdviceForm(PortalForm):
    """Whom to ask for advice, what, and by when."""

    to_name = forms.CharField(
        label="Aan wie", max_length=120, help_text="Naam van de collega of de organisatie, bijvoorbeeld Veiligheidsregio."
    )
    to_email = EmailField(label="E-mailadres", widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}))
    question = LongText(label="Uw vraag", max_length=4000, rows=4)
    due_on = forms.DateField(
        label="Graag vóór", widget=DateInput(), help_text="De dag erna sturen we één keer een herinnering als er nog geen advies is."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_on"].initial = timezone.localdate() + datetime.timedelta(days=USUAL_DAYS)

    def clean_due_on(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["due_on"]
        today = timezone.localdate()
        if day <= today:
            raise ValidationError(f"{full_date(day).capitalize()} is vandaag of al voorbij. Kies een latere dag.")
        if day > today + datetime.timedelta(days=MOST_DAYS):
            raise ValidationError(f"{full_date(day).capitalize()} is meer dan een half jaar weg. Kies een eerdere dag.")
        return day


class QuestionForm(PortalForm):
    """What the contributor is asked."""

    text = LongText(label="Uw vraag", max_length=2000, rows=5)


class AdviceAnswerForm(PortalForm):
    """What the colleague or partner advises."""

    text = LongText(label=gettext_lazy("Uw advies"), max_length=8000, rows=8)


class QuestionAnswerForm(PortalForm):
    """What the contributor says back."""

    text = LongText(
        label=gettext_lazy("Uw reactie"),
        help_text=gettext_lazy("Zet hier geen namen, adressen of telefoonnummers in."),
        max_length=8000,
        rows=6,
    )
