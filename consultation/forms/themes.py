"""What an officer fills in about the themes of an area."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from consultation.forms.contributions import ThemeChoice
from consultation.models import Theme, ThemeField
from consultation.theme_page import SubjectRow
from consultation.words import key_of
from ivp_portal.web.forms import PortalForm, speak_plainly


class ThemeForm(PortalForm):
    """The names of a theme."""

    name = forms.CharField(label="Naam", max_length=100, help_text="Zo heet het in lijsten en in het plan.")
    plain_name = forms.CharField(
        label="Naam voor inwoners", max_length=120, required=False, help_text="In gewone woorden, voor het formulier. Leeg: de naam."
    )
    plain_name_en = forms.CharField(
        label="Naam voor inwoners, in het Engels", max_length=120, required=False, widget=forms.TextInput(attrs={"lang": "en"})
    )


class NewThemeForm(ThemeForm):
    """A theme of the area's own."""

    field = forms.ModelChoiceField(
        label="Veiligheidsveld",
        queryset=ThemeField.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Kies het veiligheidsveld waar dit thema bij hoort."},
    )

    def __init__(self, *args: Any, fields: Sequence[ThemeField], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["field"]
        assert isinstance(choice, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        choice.queryset = ThemeField.objects.filter(pk__in=[field.pk for field in fields])


class WordForm(PortalForm):
    """Another word for a theme."""

    word = forms.CharField(
        label="Ander woord", max_length=120, help_text="Zoals mensen het zeggen. Punten met dit onderwerp krijgen dan dit thema."
    )


class SubjectsForm(PortalForm):
    """Which theme each subject is about. Nothing is chosen beforehand: a guess is not an answer, and what stays empty waits."""

    def __init__(self, data: QueryDict | None = None, *, subjects: Sequence[SubjectRow], themes: Iterable[Theme]) -> None:
        super().__init__(data, prefix="onderwerp")
        self.subjects = subjects
        offered = list(themes)
        for row in subjects:
            choice = ThemeChoice(label=row.subject, empty="Later")
            choice.offer(offered)
            choice.widget.attrs["class"] = "utrecht-select utrecht-select--html-select"
            speak_plainly(choice, row.subject)
            self.fields[key_of(row.subject)] = choice

    @property
    def rows(self) -> list[tuple[SubjectRow, forms.BoundField]]:
        """Each subject with its choice."""
        return [(row, self[key_of(row.subject)]) for row in self.subjects]

    @property
    def chosen(self) -> dict[str, Theme]:
        """subject -> theme, for what was chosen."""
        pairs = [(row.subject, self.cleaned_data[key_of(row.subject)]) for row in self.subjects]
        return {subject: theme for subject, theme in pairs if theme}
