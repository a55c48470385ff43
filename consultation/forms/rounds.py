"""What an officer fills in about a round."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django import forms
from django.utils import timezone

from consultation.lists import themes_to_choose
from consultation.models import Round, RoundKind, Theme
from ivp_portal.organisation.models import Area
from ivp_portal.web.forms import MomentInput, PortalForm
from ivp_portal.web.text_fields import LongText, SeenField

ALL_THEMES, SOME_THEMES = "all", "some"
LONGEST_TEXT = 5_000
EARLIEST_REMINDER = 90

ENDS_FIRST = "De ronde sluit nu voordat hij opent. Kies een later tijdstip."


class DaysField(forms.CharField):
    """Days before the round closes, as '14, 3, 0'; gives them as numbers, the earliest reminder first, each once."""

    def prepare_value(self, value: Any) -> Any:
        """The numbers as people write them."""
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        """The numbers. ValidationError with an example for anything else."""
        words = super().clean(value).replace(",", " ").replace(";", " ").split()
        if not all(word.isascii() and word.isdigit() and int(word) <= EARLIEST_REMINDER for word in words):
            raise forms.ValidationError(f"Vul dagen in van 0 tot en met {EARLIEST_REMINDER}, met komma's ertussen. Bijvoorbeeld: 14, 3, 0.")
        return sorted({int(word) for word in words}, reverse=True)


class ThemeRadios(forms.RadioSelect):
    """All themes, or some: only that one shows the themes (portal.js)."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["attrs"]["data-shows"] = "themas" if value == SOME_THEMES else ""
        return option


TITLE_EXAMPLES: dict[str, str] = {
    RoundKind.COUNCIL_SESSION: "Raadssessie september 2026",
    RoundKind.RESIDENTS: "Veilig in uw buurt, najaar 2026",
    RoundKind.PARTNERS: "Partners over het nieuwe plan, najaar 2026",
    RoundKind.PROFESSIONALS: "Wat ziet u in de wijk? Najaar 2026",
    RoundKind.STRATEGY: "Ontwerpstrategie 2027–2030",
}


class RoundForm(PortalForm):
    """A round, new or changed. `kind` stands in the form of a new one only."""

    kind = forms.ChoiceField(label="Soort", choices=RoundKind.choices, widget=forms.HiddenInput)
    title = forms.CharField(label="Titel", max_length=200)
    question = LongText(
        label="Vraag", rows=3, max_length=LONGEST_TEXT, required=False, help_text="Wat vraagt u aan de mensen die meepraten?"
    )
    introduction = LongText(
        label="Inleiding",
        rows=4,
        max_length=LONGEST_TEXT,
        required=False,
        help_text="Waarom vraagt u dit, en wat doet u met de antwoorden? Schrijf korte zinnen.",
    )
    opens_at = forms.DateTimeField(label="Opent op", widget=MomentInput, help_text="Dag en tijd in Nederland.")
    closes_at = forms.DateTimeField(
        label="Sluit op", widget=MomentInput, help_text="Daarna kan alleen u nog iets invoeren. Dat krijgt het merk ‘na de termijn’."
    )
    is_public = forms.BooleanField(label="Iedereen kan meedoen via de website", required=False)
    which_themes = forms.ChoiceField(
        label="Welke thema's kan iemand kiezen?",
        choices=[(ALL_THEMES, "Alle thema's"), (SOME_THEMES, "Alleen de thema's die ik hieronder aanvink")],
        widget=ThemeRadios,
        initial=ALL_THEMES,
        required=False,
    )
    themes = forms.ModelMultipleChoiceField(
        label="Thema's", queryset=Theme.objects.none(), widget=forms.CheckboxSelectMultiple, required=False
    )
    title_en = forms.CharField(label="Titel in het Engels", max_length=200, required=False, widget=forms.TextInput(attrs={"lang": "en"}))
    question_en = LongText(label="Vraag in het Engels", rows=3, max_length=LONGEST_TEXT, required=False)
    introduction_en = LongText(label="Inleiding in het Engels", rows=4, max_length=LONGEST_TEXT, required=False)
    privacy = LongText(
        label="Extra privacytekst",
        rows=3,
        max_length=LONGEST_TEXT,
        required=False,
        help_text="Dit komt na wat elk formulier al zegt over persoonsgegevens.",
    )
    contact_days = forms.IntegerField(
        label="Namen en adressen bewaren",
        min_value=1,
        max_value=365,
        initial=30,
        error_messages={
            "min_value": "Bewaar namen en adressen ten minste 1 dag.",
            "max_value": "Bewaar namen en adressen ten hoogste 365 dagen.",
        },
        help_text="Hoeveel dagen na het besluit van de raad? Daarna wist het portaal ze. Wat er is gezegd, blijft.",
    )
    reminder_days = DaysField(
        label="Herinneringen",
        max_length=60,
        required=False,
        initial=[14, 3, 0],
        help_text="Hoeveel dagen voor het sluiten? Met komma's ertussen; 0 is de ochtend van de laatste dag. "
        "Alleen wie een uitnodiging heeft en nog niet antwoordde, krijgt een herinnering. Leeg: geen.",
    )
    seen = SeenField()

    def __init__(self, *args: Any, area: Area, round: Round | None = None, **kwargs: Any) -> None:
        """For a round that is there, the form to change it."""
        super().__init__(*args, **kwargs)
        kind = round.kind if round else self["kind"].value()
        example = TITLE_EXAMPLES.get(kind, TITLE_EXAMPLES[RoundKind.COUNCIL_SESSION])
        self["title"].help_text = f"Zo herkent iedereen de ronde, bijvoorbeeld ‘{example}’."
        self.fields["question_en"].widget.attrs["lang"] = self.fields["introduction_en"].widget.attrs["lang"] = "en"
        if round:
            del self.fields["kind"]
        else:
            del self.fields["seen"]
        themes = self.fields["themes"]
        assert isinstance(themes, forms.ModelMultipleChoiceField)  # noqa: S101 - for the type checker
        self.offered = themes_to_choose(area, round)
        themes.queryset = self.offered

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        opens_at, closes_at = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens_at and closes_at and closes_at <= opens_at:
            self.add_error("closes_at", ENDS_FIRST)
        if cleaned.get("which_themes") != SOME_THEMES:
            cleaned["themes"] = []
        elif "themes" in cleaned and not cleaned["themes"]:
            self.add_error("themes", "Vink ten minste één thema aan, of kies ‘Alle thema's’.")
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        """What the services take."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"which_themes", "seen"}}

    @property
    def theme_groups(self) -> Iterator[tuple[str, list[tuple[Any, Theme]]]]:
        """(name of the safety field, its checkboxes with their themes), in the order of the catalogue."""
        boxes = zip(self["themes"].subwidgets, self.offered, strict=True)
        for field, group in groupby(boxes, key=lambda pair: pair[1].field.name):
            yield field, list(group)


def initial_of(round: Round) -> dict[str, Any]:
    """What stands in the form to change a round."""
    chosen = list(round.themes.all())
    names = [name for name in RoundForm.base_fields if name not in {"which_themes", "themes", "seen"}]
    return {name: getattr(round, name) for name in names} | {
        "which_themes": SOME_THEMES if chosen else ALL_THEMES,
        "themes": [theme.pk for theme in chosen],
        "seen": round.version,
    }


def initial_for(kind: str) -> dict[str, Any]:
    """What usually suits a new round of that kind: residents find it on the website, others are asked by name or heard in a session."""
    initial: dict[str, Any] = {"kind": kind, "is_public": kind == RoundKind.RESIDENTS}
    if kind in {RoundKind.COUNCIL_SESSION, RoundKind.RESIDENTS}:
        initial["reminder_days"] = []
    return initial


def initial_of_copy(round: Round) -> dict[str, Any]:
    """What a copy takes over: all but the title and the moments, which are its own."""
    return {name: value for name, value in initial_of(round).items() if name not in {"title", "title_en", "opens_at", "closes_at", "seen"}}


def as_texts(values: dict[str, Any]) -> dict[str, str]:
    """The values as somebody reads them beside each other."""
    texts = {}
    for name, value in values.items():
        if isinstance(value, bool):
            texts[name] = "Ja" if value else "Nee"
        elif hasattr(value, "tzinfo"):
            texts[name] = f"{timezone.localtime(value):%d-%m-%Y %H.%M} uur"
        elif name == "themes":
            texts[name] = ", ".join(sorted(map(str, value))) or "Alle thema's"
        elif isinstance(value, list):
            texts[name] = ", ".join(map(str, value))
        else:
            texts[name] = str(value)
    return texts
