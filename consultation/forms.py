"""Turning what an officer filled in into a round, a point, or a spreadsheet and the meaning of its columns."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils import timezone

from consultation.importing import FIELDS
from consultation.models import USUAL_CONTRIBUTOR, Channel, ContributorKind, Round, RoundKind
from consultation.spreadsheets import too_big
from ivp_portal.web.forms import DateInput, MomentInput, PortalForm, PortalModelForm, speak_plainly

NOT_READ = "-"  # an empty choice means "as guessed"; this one says no


class RoundForm(PortalModelForm):
    """A new round."""

    class Meta:
        model = Round
        fields = ["kind", "title", "question", "opens_at", "closes_at"]
        widgets = {
            "kind": forms.RadioSelect,
            "question": forms.Textarea(attrs={"rows": 3}),
            "opens_at": MomentInput,
            "closes_at": MomentInput,
        }
        help_texts = {
            "title": "Zo herkent iedereen de ronde, bijvoorbeeld Raadssessie september 2026.",
            "question": "Wat vraagt u aan de mensen die meepraten?",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)  # noqa: S101 - for the type checker
        kind.choices = RoundKind.choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        opens_at, closes_at = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens_at and closes_at and closes_at <= opens_at:
            self.add_error("closes_at", "De ronde sluit nu voordat hij opent. Kies een later tijdstip.")
        return cleaned

    def validate_constraints(self) -> None:
        """The service makes the address; the one constraint that is left is in clean, beside its field."""


class PointForm(PortalForm):
    """What was said, without who said it."""

    subject = forms.CharField(
        label="Onderwerp",
        max_length=200,
        error_messages={"required": "Vul het onderwerp in, bijvoorbeeld Sociale veiligheid."},
        widget=forms.TextInput(attrs={"list": "onderwerpen", "autocomplete": "off"}),
        help_text="Bijvoorbeeld Sociale veiligheid. U ziet wat eerder is gebruikt.",
    )
    sub_subject = forms.CharField(
        label="Sub-onderwerp", max_length=300, required=False, help_text="Het punt in een paar woorden, bijvoorbeeld Jeugdoverlast."
    )
    text = forms.CharField(
        label="Toelichting",
        max_length=FIELDS["text"].limit,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Zoals het is gezegd. Noem geen namen van bewoners of verdachten.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not {"sub_subject", "text"} & set(self.errors) and not cleaned.get("sub_subject") and not cleaned.get("text"):
            self.add_error("sub_subject", "Vul in wat er is gezegd: een sub-onderwerp, een toelichting, of allebei.")
        return cleaned


class ContributionForm(PointForm):
    """One point, entered for the one who said it."""

    contributor_kind = forms.ChoiceField(
        label="Wie zei dit?",
        choices=ContributorKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Kies wie dit zei. Het is de inbrenger, niet wie het invoert."},
    )
    party = forms.CharField(
        label="Fractie of organisatie",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"list": "fracties", "autocomplete": "off"}),
        help_text="Nooit de naam van een persoon.",
    )
    channel = forms.ChoiceField(
        label="Hoe kwam het binnen?",
        choices=[("", "Maak een keuze"), *Channel.choices],
        error_messages={"required": "Kies hoe het binnenkwam, bijvoorbeeld Brief."},
    )
    said_on = forms.DateField(
        label="Wanneer?",
        widget=DateInput,
        help_text="De dag waarop het is gezegd of binnenkwam.",
        error_messages={"required": "Vul de dag in waarop het is gezegd of binnenkwam."},
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    KEPT = ("subject", "contributor_kind", "party", "channel", "said_on")
    """What stays filled in for the next point of the same conversation."""

    @classmethod
    def blank(cls, round: Round, kept: Mapping[str, str]) -> "ContributionForm":
        """A form for the next point: what the round tells, and what was kept of the one before."""
        initial: dict[str, Any] = {
            "contributor_kind": USUAL_CONTRIBUTOR[round.kind],
            "channel": Channel.SESSION if round.kind == RoundKind.COUNCIL_SESSION else "",
            "said_on": min(timezone.localdate(round.opens_at), timezone.localdate()),
            "key": uuid.uuid4(),
        }
        return cls(initial=initial | {name: kept[name] for name in cls.KEPT if kept.get(name)})

    def kept(self) -> dict[str, str]:
        """What to hand to `blank`, as texts for an address."""
        return {name: str(self.cleaned_data[name]) for name in self.KEPT if self.cleaned_data[name]}

    def clean_said_on(self) -> datetime.date:
        """Nobody has said it tomorrow."""
        said_on: datetime.date = self.cleaned_data["said_on"]
        if said_on > timezone.localdate():
            raise forms.ValidationError("Deze dag moet nog komen. Vul de dag in waarop het is gezegd.")
        return said_on


class WithdrawForm(PortalForm):
    """Why a point goes out of the queue."""

    reason = forms.CharField(
        label="Waarom trekt u dit punt in?",
        max_length=500,
        error_messages={"required": "Vul in waarom u dit punt intrekt. Eén zin is genoeg."},
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Bijvoorbeeld: dubbel ingevoerd, zie punt 12. Het punt blijft leesbaar, met deze reden in het logboek.",
    )


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
