"""A spreadsheet, and what its columns mean."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict

from consultation.importing import FIELDS
from consultation.spreadsheets import too_big
from ivp_portal.web.forms import PortalForm, speak_plainly

NOT_READ = "-"  # an empty choice means "as guessed"; this one says no


class UploadForm(PortalForm):
    """A spreadsheet."""

    file = forms.FileField(
        label="Bestand",
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.ods,.csv,.txt,.tsv"}),
        help_text="Een spreadsheet (.xlsx of .ods) of een csv-bestand, met een kopregel en daaronder één punt per rij.",
    )

    def clean_file(self) -> UploadedFile:
        """Not larger than we keep in memory: said before anything of it is read."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > settings.UPLOAD_LIMIT_BYTES:
            raise forms.ValidationError(too_big(file.size or 0, settings.UPLOAD_LIMIT_BYTES))
        return file


class ColumnsForm(PortalForm):
    """Which column says what."""

    def __init__(self, data: QueryDict | None = None, *, headers: Sequence[str], columns: Mapping[str, str]) -> None:
        super().__init__(data, prefix="kolom")
        choices = [(NOT_READ, "Niet inlezen"), *((header, header) for header in headers)]
        for name, about in FIELDS.items():
            field = forms.ChoiceField(label=about.label, choices=choices, initial=columns.get(name) or NOT_READ)
            speak_plainly(field, about.label)
            self.fields[name] = field

    def clean(self) -> dict[str, Any]:
        """A column is read for one thing, and without a subject there is no point."""
        cleaned = super().clean() or self.cleaned_data
        seen: set[str] = set()
        for name, header in list(cleaned.items()):
            if header != NOT_READ and header in seen:
                self.add_error(name, f"De kolom ‘{header}’ koos u al hierboven. Kies een andere, of ‘Niet inlezen’.")
            seen.add(header)
        if cleaned.get("subject") == NOT_READ:
            self.add_error("subject", "Kies de kolom met het onderwerp. Zonder onderwerp kunnen we geen punt inlezen.")
        return cleaned

    def columns(self) -> dict[str, str]:
        """For consultation.importing: field -> header, and nothing for what is not read."""
        return {name: "" if header == NOT_READ else header for name, header in self.cleaned_data.items()}
