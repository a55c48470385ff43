"""A letter or minutes: recorded for the sender, its text mended, and a point made of a passage."""

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from consultation import letters
from consultation.confined import FileRefused
from consultation.forms.contributions import SenderForm
from consultation.importing import FIELDS
from consultation.models import USUAL_CONTRIBUTOR, Channel, Invitation, Round, Theme, Transcript
from consultation.points import as_typed
from consultation.services import Cut
from consultation.splitting import QUOTE_LIMIT, SUBJECT_LIMIT, Span, paragraph_of, paragraph_quote, spots_of
from consultation.theme_choice import NO_THEME, themes_of
from ivp_portal.web.forms import EmailField, PortalForm

WITHOUT_TEXT = frozenset({letters.SCAN, letters.PICTURE, letters.NO_TEXT})
"""Why a file that is sound gives no text: an officer types it over."""
CHANNELS = (Channel.LETTER, Channel.EMAIL, Channel.SESSION, Channel.COUNTER)
SHOWN_AROUND = 40
"""Letters on either side of a place that somebody must choose between."""


class LetterForm(SenderForm):
    """What came by letter, by e-mail or as minutes."""

    invitation = forms.ModelChoiceField(
        label="Op welke uitnodiging is dit het antwoord?", queryset=Invitation.objects.none(), required=False
    )
    file = forms.FileField(
        label="Bestand",
        required=False,
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx,.odt,.txt,.eml,.jpg,.jpeg,.png"}),
        help_text="Een pdf, Word-document (.docx), tekstdocument (.odt), tekstbestand of bewaarde e-mail (.eml). Het blijft zoals het is.",
    )
    text = forms.CharField(
        label="Of plak de tekst",
        required=False,
        max_length=letters.TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Bijvoorbeeld een e-mail. Vult u dit in bij een bestand, dan nemen we deze tekst en niet die uit het bestand.",
    )
    name = forms.CharField(label="Naam", required=False, max_length=200)
    email = EmailField(label="E-mailadres", required=False)
    phone = forms.CharField(label="Telefoon", required=False, max_length=30)
    address = forms.CharField(label="Postadres", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    CONTACT = ("name", "email", "phone", "address")

    def __init__(self, data: Any = None, files: MultiValueDict | None = None, *, round: Round) -> None:
        initial = {"contributor_kind": USUAL_CONTRIBUTOR[round.kind], "key": uuid.uuid4(), "said_on": timezone.localdate()}
        super().__init__(data, files, initial=initial)
        invited = self.fields["invitation"]
        assert isinstance(invited, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        invited.queryset = round.invitations.standing().order_by("name", "pk")
        invited.empty_label = "Geen uitnodiging"
        channel = self.fields["channel"]
        assert isinstance(channel, forms.ChoiceField)  # noqa: S101 - for the type checker
        channel.choices = [("", "Maak een keuze"), *((kind.value, kind.label) for kind in CHANNELS)]
        self.fields["contributor_kind"].required = False

    def clean_text(self) -> str:
        """With the line ends of a text."""
        return as_typed(self.cleaned_data["text"])

    def clean(self) -> dict[str, Any]:
        """The text is what was pasted, else what the file says; the sender is the one invited, else who was filled in."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("invitation"):
            cleaned["contributor_kind"], cleaned["party"] = cleaned["invitation"].kind, cleaned["invitation"].name
        elif not cleaned.get("contributor_kind") and "contributor_kind" not in self.errors:
            self.add_error("contributor_kind", str(self.fields["contributor_kind"].error_messages["required"]))
        if {"file", "text"} & set(self.errors):
            return cleaned
        if cleaned.get("file") and not cleaned.get("text"):
            self._read(cleaned)
        elif not cleaned.get("text"):
            self.add_error("file", "Kies een bestand, of plak de tekst in het tekstvak.")
        return cleaned

    def _read(self, cleaned: dict[str, Any]) -> None:
        """What the file says; nothing for one without text, of which the next page asks to type it over."""
        file = cleaned["file"]
        try:
            cleaned["text"] = letters.read_letter(file.read(), settings.UPLOAD_LIMIT_BYTES).text
        except FileRefused as refusal:
            if str(refusal) not in WITHOUT_TEXT:
                self.add_error("file", str(refusal))

    def values(self) -> dict[str, Any]:
        """For services.record_letter."""
        contact = {name: self.cleaned_data[name] for name in self.CONTACT}
        return {name: value for name, value in self.cleaned_data.items() if name not in self.CONTACT} | {"contact": contact}


class TranscriptForm(PortalForm):
    """The text of a letter, mended."""

    text = forms.CharField(
        label="Tekst van de brief",
        max_length=letters.TEXT_LIMIT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24}),
        help_text="Herstel wat verkeerd is gelezen. Laat verder staan wat er staat: het bestand zelf verandert niet.",
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, transcript: Transcript) -> "TranscriptForm":
        """The form with a version to mend."""
        return cls(initial={"text": transcript.text, "seen": transcript.number})

    def clean_text(self) -> str:
        """Somebody who leaves nothing did not mend it."""
        text = as_typed(self.cleaned_data["text"])
        if not text.strip():
            raise forms.ValidationError("Vul de tekst van de brief in.")
        return text


class SplitForm(PortalForm):
    """One point to make of a passage. The words are sought in the letter; where they stand more than once it asks which are meant."""

    quote = forms.CharField(
        label="Citaat uit de brief",
        max_length=QUOTE_LIMIT,
        widget=forms.Textarea(attrs={"rows": 4, "data-quote-target": ""}),
        error_messages={"required": "Selecteer tekst in de brief, kies een alinea, of plak hier de zin."},
        help_text="Selecteer tekst in de brief, kies een alinea met de plus, of plak hier de zin. Wij zoeken de plek erbij.",
    )
    before = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-quote-before": ""}))
    after = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-quote-after": ""}))
    spot = forms.ChoiceField(label="Welke plek bedoelt u?", required=False, widget=forms.RadioSelect)
    title = forms.CharField(
        label="Onderwerp",
        max_length=300,
        required=False,
        help_text="Het punt in een paar woorden. Laat u dit leeg, dan nemen we de eerste woorden van het citaat.",
    )
    theme = forms.ModelChoiceField(label="Thema", queryset=Theme.objects.none(), required=False, empty_label=NO_THEME)
    text = forms.CharField(
        label="Andere tekst dan het citaat",
        max_length=FIELDS["text"].limit,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Bijvoorbeeld zonder namen. Laat u dit leeg, dan is het citaat de tekst van het punt.",
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, round: Round, transcript: Transcript, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial={"key": uuid.uuid4()} | (initial or {}))
        self.transcript = transcript
        self.span: Span | None = None
        theme = self.fields["theme"]
        assert isinstance(theme, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        theme.queryset = themes_of(round)
        self.spots: dict[str, Span] = {}
        if data is None or not data.get("quote", "").strip():
            self._forget_spots()
            return
        spots = spots_of(transcript.text, data["quote"], data.get("before", ""), data.get("after", ""))
        self.spots = {f"{start}-{end}": (start, end) for start, end in spots}
        if len(self.spots) < 2:
            self._forget_spots()
        else:
            choice = self.fields["spot"]
            assert isinstance(choice, forms.ChoiceField)  # noqa: S101 - for the type checker
            choice.choices = [(value, self._shown(span)) for value, span in self.spots.items()]

    @classmethod
    def starting(cls, round: Round, transcript: Transcript, paragraph: int = 0) -> "SplitForm":
        """An empty form, or with the words of a paragraph."""
        quote, before, after = paragraph_quote(transcript.text, paragraph)
        return cls(round=round, transcript=transcript, initial={"quote": quote, "before": before, "after": after})

    @classmethod
    def unjudged(cls, data: Mapping[str, str], round: Round, transcript: Transcript) -> "SplitForm":
        """The form with what was typed so far, without a word about what is missing."""
        return cls(round=round, transcript=transcript, initial={name: data.get(name, "") for name in cls.base_fields if name != "spot"})

    def said(self) -> str:
        """What the point says, as one text to compare; whatever of it stands in the form."""
        return "\n".join(str(self[name].value() or "") for name in ("title", "text" if self["text"].value() else "quote"))

    @property
    def found_in(self) -> int:
        """The number of the paragraph in which the quotation that is filled in stands; 0 when that is not known."""
        quote = str(self["quote"].value() or "")
        spots = spots_of(self.transcript.text, quote, str(self["before"].value() or ""), str(self["after"].value() or "")) if quote else []
        return paragraph_of(self.transcript.text, spots[0]) if len(spots) == 1 else 0

    @property
    def asks_spot(self) -> bool:
        return "spot" in self.fields

    def clean(self) -> dict[str, Any]:
        """Find the place of the quotation."""
        cleaned = super().clean() or self.cleaned_data
        if "quote" in self.errors:
            return cleaned
        if not self.spots:
            self.add_error("quote", "Deze woorden staan niet zo in de brief. Neem ze precies over, of neem een kleiner stuk.")
        elif not self.asks_spot:
            self.span = next(iter(self.spots.values()))
        elif cleaned.get("spot"):
            self.span = self.spots[cleaned["spot"]]
        elif "spot" not in self.errors:
            self.add_error("spot", f"Deze woorden staan {len(self.spots)} keer in de brief. Kies de plek die u bedoelt.")
        return cleaned

    def cut(self) -> Cut:
        """For services.split."""
        assert self.span is not None  # noqa: S101 - for the type checker: the form is valid
        return Cut(self.transcript, self.span, self.cleaned_data["title"], self.cleaned_data["text"], self.cleaned_data["theme"])

    def _forget_spots(self) -> None:
        del self.fields["spot"]

    def _shown(self, span: Span) -> str:
        text = self.transcript.text
        before = " ".join(text[max(0, span[0] - SHOWN_AROUND) : span[0]].split())
        after = " ".join(text[span[1] : span[1] + SHOWN_AROUND].split())
        quote = " ".join(text[slice(*span)].split())[:SUBJECT_LIMIT]
        return f"Alinea {paragraph_of(text, span)}: … {before} “{quote}” {after} …"
