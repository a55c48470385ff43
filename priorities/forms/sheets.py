"""A sheet with edited rationales."""

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from consultation.spreadsheets import too_big
from ivp_portal.web.forms import PortalForm


class SheetForm(PortalForm):
    """The file that was taken along, with other words in it."""

    file = forms.FileField(
        label="Bestand",
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.ods,.csv"}),
        help_text="Het bestand dat u meenam uit het portaal (.xlsx, .ods of .csv), met uw wijzigingen in de kolom Motivering.",
    )

    def clean_file(self) -> UploadedFile:
        """Not larger than we keep in memory: said before anything of it is read."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > settings.UPLOAD_LIMIT_BYTES:
            raise forms.ValidationError(too_big(file.size or 0, settings.UPLOAD_LIMIT_BYTES))
        return file
