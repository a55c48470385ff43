"""One point: entered for whoever said it, mended, taken out."""

import datetime
import uuid
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any, Self

from django import forms
from django.utils import timezone

from consultation.importing import FIELDS
from consultation.models import USUAL_CONTRIBUTOR, Channel, ContributorKind, Round, RoundKind, Theme
from ivp_portal.web.forms import DateInput, PortalForm


class ThemeChoice(forms.ChoiceField):
    """A choice between themes, grouped by safety field; gives the Theme, or None for none. Say which with `offer`."""

    def __init__(self, *, empty: str = "Nog geen thema", **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.empty = empty
        self.themes: dict[str, Theme] = {}

    def offer(self, themes: Iterable[Theme]) -> None:
        """These can be chosen, in this order; each with its field loaded."""
        self.themes = {str(theme.pk): theme for theme in themes}
        groups = groupby(self.themes.values(), key=lambda theme: theme.field.name)
        self.choices = [("", self.empty), *((field, [(theme.pk, theme.name) for theme in group]) for field, group in groups)]

    def clean(self, value: Any) -> Theme | None:
        """The theme that was chosen. ValidationError for one that is not offered."""
        return self.themes.get(super().clean(value))


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

    theme = ThemeChoice(label="Thema", help_text="Laat leeg wat u niet weet. Met een thema vindt u punten over hetzelfde terug.")

    def __init__(self, *args: Any, themes: Iterable[Theme] = (), **kwargs: Any) -> None:
        """`themes` can be chosen; without any the field is left out."""
        super().__init__(*args, **kwargs)
        choice = self.fields["theme"]
        assert isinstance(choice, ThemeChoice)  # noqa: S101 - for the type checker
        choice.offer(themes)
        if not choice.themes:
            del self.fields["theme"]

    @classmethod
    def unjudged(cls, data: Mapping[str, str], themes: Iterable[Theme]) -> Self:
        """The form with what was typed so far, without a word about what is missing."""
        return cls(initial={name: data.get(name, "") for name in cls.base_fields}, themes=themes)

    def said(self) -> str:
        """What was said, as one text to compare; whatever of it stands in the form."""
        return "\n".join(str(self[name].value() or "") for name in ("sub_subject", "text"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not {"sub_subject", "text"} & set(self.errors) and not cleaned.get("sub_subject") and not cleaned.get("text"):
            self.add_error("sub_subject", "Vul in wat er is gezegd: een sub-onderwerp, een toelichting, of allebei.")
        return cleaned


class SenderForm(PortalForm):
    """Who said something, and how and when it came in."""

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

    def clean_said_on(self) -> datetime.date:
        """Nobody has said it tomorrow."""
        said_on: datetime.date = self.cleaned_data["said_on"]
        if said_on > timezone.localdate():
            raise forms.ValidationError("Deze dag moet nog komen. Vul de dag in waarop het is gezegd.")
        return said_on


class ContributionForm(SenderForm, PointForm):
    """One point, entered for the one who said it."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    KEPT = ("subject", "theme", "contributor_kind", "party", "channel", "said_on")
    """What stays filled in for the next point of the same conversation."""

    @classmethod
    def blank(cls, round: Round, kept: Mapping[str, str], themes: Iterable[Theme]) -> "ContributionForm":
        """A form for the next point: what the round tells, and what was kept of the one before."""
        is_session = round.kind == RoundKind.COUNCIL_SESSION
        today = timezone.localdate()
        initial: dict[str, Any] = {
            "contributor_kind": USUAL_CONTRIBUTOR[round.kind],
            "channel": Channel.SESSION if is_session else "",
            "said_on": min(timezone.localdate(round.opens_at), today) if is_session else today,
            "key": uuid.uuid4(),
        }
        return cls(initial=initial | {name: kept[name] for name in cls.KEPT if kept.get(name)}, themes=themes)

    def kept(self) -> dict[str, str]:
        """What to hand to `blank`, as texts for an address."""
        chosen = {name: self.cleaned_data[name] for name in self.KEPT if self.cleaned_data.get(name)}
        return {name: str(value.pk if isinstance(value, Theme) else value) for name, value in chosen.items()}
