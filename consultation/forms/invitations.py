"""What an officer fills in about who is invited."""

import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from consultation import addresses
from consultation.importing import FileRefused
from consultation.models import USUAL_CONTRIBUTOR, ContributorKind, Invitation, Round
from consultation.spreadsheets import read_table
from ivp_portal.web.forms import DateInput, EmailField, MomentInput, PortalForm

RELEASE_HELP = "Zet dit uit voor een persoon die voor zichzelf spreekt."
EXPIRES_HELP = "Laat dit leeg als de uitnodiging geldt tot de ronde sluit."


class _LastMoment(PortalForm):
    """A form in which the last moment of an invitation can be chosen, within its round."""

    expires_at = forms.DateTimeField(label="Geldig tot", required=False, widget=MomentInput, help_text=EXPIRES_HELP)

    def __init__(self, *args: Any, round: Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.round = round

    def clean_expires_at(self) -> datetime.datetime | None:
        """Not after the round has closed: nothing can be handed in then."""
        moment: datetime.datetime | None = self.cleaned_data["expires_at"]
        if moment and moment > self.round.closes_at:
            raise forms.ValidationError("De ronde sluit eerder. Kies een eerder tijdstip, of laat dit leeg.")
        return moment


class InvitationForm(_LastMoment):
    """Somebody new to invite."""

    name = forms.CharField(
        label="Organisatie of persoon",
        max_length=addresses.NAME_LIMIT,
        help_text="Bijvoorbeeld Politie Gooi Noord, of fractie Dorp & Natuur.",
    )
    kind = forms.ChoiceField(label="Soort inbrenger", choices=ContributorKind.choices)
    email = EmailField(label="E-mailadres", required=False, help_text="Mag later. Zonder adres gaat er niets uit.")
    needs_release = forms.BooleanField(
        label="Een tweede persoon geeft de reactie vrij", required=False, initial=True, help_text=RELEASE_HELP
    )
    field_order = ["name", "kind", "email", "needs_release", "expires_at"]

    def __init__(self, *args: Any, round: Round, **kwargs: Any) -> None:
        super().__init__(*args, round=round, **kwargs)
        self.fields["kind"].initial = USUAL_CONTRIBUTOR[round.kind]


class InvitationChangeForm(_LastMoment):
    """Where somebody is reached, and until when."""

    email = EmailField(label="E-mailadres", required=False)
    needs_release = forms.BooleanField(label="Een tweede persoon geeft de reactie vrij", required=False, help_text=RELEASE_HELP)
    field_order = ["email", "needs_release", "expires_at"]


class RevokeForm(PortalForm):
    """Why an invitation is taken back."""

    reason = forms.CharField(
        label="Waarom trekt u deze uitnodiging in?",
        max_length=500,
        error_messages={"required": "Vul in waarom u deze uitnodiging intrekt. Eén zin is genoeg."},
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="De reden komt in het logboek. De genodigde leest hem niet.",
    )


class SlotsForm(PortalForm):
    """The day whose map says which municipalities there are."""

    day = forms.DateField(
        label="Welke dag?",
        widget=DateInput,
        help_text="Gemeenten gaan samen of gaan weg. De gemeenten die op deze dag bestonden krijgen een plek.",
    )


class AddressesForm(PortalForm):
    """Many names with an address, pasted or as a file."""

    kind = forms.ChoiceField(label="Soort inbrenger", choices=ContributorKind.choices)
    lines = forms.CharField(
        label="Namen en adressen",
        required=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text="Eén per regel: de naam, een puntkomma, het e-mailadres. Kopiëren uit een spreadsheet of uit uw mailprogramma kan ook.",
    )
    file = forms.FileField(
        label="Of een bestand",
        required=False,
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.ods,.csv,.txt,.tsv"}),
        help_text="Een spreadsheet met in de eerste kolom de naam en in de tweede het e-mailadres.",
    )

    def __init__(self, *args: Any, round: Round, standing: list[Invitation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].initial = USUAL_CONTRIBUTOR[round.kind]
        self.standing = {addresses.same(invitation.name): invitation for invitation in standing}
        self.problems: list[addresses.Problem] = []
        self.found: dict[int, str] = {}
        """Invitation -> address."""
        self.new: list[tuple[str, str]] = []
        """(name, address) of who is not in the list yet."""

    def clean_file(self) -> UploadedFile | None:
        """Not larger than a spreadsheet may be: said before anything of it is read."""
        file: UploadedFile | None = self.cleaned_data["file"]
        if file and (file.size or 0) > settings.UPLOAD_LIMIT_BYTES:
            raise forms.ValidationError(
                f"Dit bestand is groter dan {settings.UPLOAD_LIMIT_BYTES // 1_048_576} MB. Kies een kleiner bestand."
            )
        return file

    def clean(self) -> dict[str, Any]:
        """Every line belongs to somebody in the list or is new; a municipality must be in the list."""
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        file, lines = cleaned.get("file"), cleaned.get("lines", "")
        if bool(file) == bool(lines.strip()):
            self.add_error("lines", "Plak hier de namen en adressen, of kies een bestand. Een van de twee.")
            return cleaned
        try:
            cells = self._cells(file) if file else list(addresses.cells_of(lines))
        except FileRefused as refusal:
            self.add_error("file", str(refusal))
            return cleaned
        rows, self.problems = addresses.read(cells)
        for row in rows:
            self._place(row, cleaned["kind"])
        self.problems.sort(key=lambda problem: problem.number)
        if self.problems:
            number = len(self.problems)
            self.add_error(
                "file" if file else "lines", f"{number} regel{'s kloppen' if number > 1 else ' klopt'} nog niet. Per regel staat waarom."
            )
        elif not rows:
            self.add_error("file" if file else "lines", "Hier staan geen namen met een adres in.")
        return cleaned

    @staticmethod
    def _cells(file: UploadedFile) -> list[tuple[int, list[str]]]:
        table = read_table(file.read(), settings.UPLOAD_LIMIT_BYTES)
        return [(number, list(cells)) for number, cells in table.rows]

    def _place(self, row: addresses.Row, kind: str) -> None:
        known = self.standing.get(addresses.same(row.name))
        if known:
            self.found[known.pk] = row.email
        elif kind == ContributorKind.AREA:
            message = "Deze gemeente staat niet in de lijst. Controleer de naam, of maak eerst de plekken van de gemeenten."
            self.problems.append(addresses.Problem(row.number, f"{row.name}; {row.email}", message))
        else:
            self.new.append((row.name, row.email))
