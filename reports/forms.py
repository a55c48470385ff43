"""Asking for a paper."""

from typing import Any

from django import forms

from ivp_portal.web.forms import PortalForm
from reports.documents import DOCUMENTS, DOCUMENTS_BY_SLUG
from reports.documents.base import Document


class ReportForm(PortalForm):
    """Which document; only those that can be made of the plan as it is now."""

    document = forms.ChoiceField(label="Soort")

    def __init__(self, *args: Any, refusals: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refusals = refusals
        self.choosable = [document for document in DOCUMENTS if document.slug not in refusals]
        field = self.fields["document"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [(document.slug, document.title) for document in self.choosable]

    def clean_document(self) -> Document:
        """The document itself."""
        return DOCUMENTS_BY_SLUG[self.cleaned_data["document"]]
