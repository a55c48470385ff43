"""The form for everybody: points with a theme each, files, and how to reach the sender. In the language of the page."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.forms import BoundField
from django.forms.utils import ErrorDict, ErrorList
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext, gettext_lazy

from consultation import codes
from consultation.filetypes import ACCEPT
from consultation.models import Round, Theme
from consultation.points import POINT_LIMIT, POINTS_LIMIT, as_typed
from consultation.similarity import Hint
from consultation.theme_choice import by_field, in_plain_words
from ivp_portal.web.forms import EmailField, PortalForm

NO_CHOICE = 0
"""Chosen, and no theme; so that a row of buttons begins without a choice. A list begins with it."""
FEW_THEMES = 8
"""So many fit under each other on a telephone; more become one list, by safety field."""


class PublicPointForm(PortalForm):
    """One point, and what it is about."""

    text = forms.CharField(
        label=gettext_lazy("Wat wilt u ons vertellen?"),
        max_length=POINT_LIMIT,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Noem geen namen van buren of verdachten. Wij halen die eruit."),
    )
    theme = forms.TypedChoiceField(
        label=gettext_lazy("Waar gaat het over?"), required=False, coerce=int, empty_value=None, widget=forms.RadioSelect
    )

    similar: Hint | None = None
    """What others said like it; filled in by the page."""

    def __init__(self, *args: Any, number: int, of: int, focus: int, themes: Sequence[Theme], language: str, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"punt-{number}", **kwargs)
        self.number = number
        if number == focus:
            self.fields["text"].widget.attrs |= {"autofocus": True, "data-focus-after-swap": True}
        theme = self.fields["theme"]
        assert isinstance(theme, forms.TypedChoiceField)  # noqa: S101 - for the type checker
        other = (NO_CHOICE, gettext("Iets anders, of ik weet het niet"))
        if len(themes) > FEW_THEMES:
            theme.widget = forms.Select()
            theme.choices = [other, *by_field(themes, language)]
        else:
            theme.choices = [*((found.pk, in_plain_words(found, language)) for found in themes), other]
        if not themes:
            del self.fields["theme"]
        if of > 1:
            for bound in self:
                bound.label = gettext("Punt %(number)d: %(label)s") % {"number": number, "label": bound.label}


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Any number of files; their content is looked at when they are kept (services.attachments)."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        chosen = data if isinstance(data, list | tuple) else [data]
        return [file for file in chosen if file]


class ReachForm(PortalForm):
    """Files, an address for the receipt and the answer, and a field that only a program fills in."""

    attachments = ManyFilesField(label=gettext_lazy("Bestanden meesturen"), required=False, widget=ManyFilesInput(attrs={"accept": ACCEPT}))
    email = EmailField(
        label=gettext_lazy("E-mailadres"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"})
    )
    website = forms.CharField(
        label=gettext_lazy("Laat dit veld leeg"), required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"})
    )

    def __init__(self, *args: Any, round: Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self["attachments"].help_text = gettext(
            "Ten hoogste %(number)d bestanden van elk %(limit)d MB: een pdf, tekst, spreadsheet of foto."
        ) % {"number": settings.ATTACHMENTS_PER_SUBMISSION, "limit": settings.ATTACHMENT_LIMIT_BYTES // 1_048_576}
        self["email"].help_text = gettext(
            "Alleen om u een ontvangstbewijs en ons antwoord te sturen. We wissen uw adres %(days)d dagen na het besluit over het plan."
        ) % {"days": round.contact_days}


class PublicForm:
    """The whole form, as one thing to draw, to check and to keep: `content` is what a draft holds."""

    def __init__(
        self,
        content: Mapping[str, Any],
        *,
        round: Round,
        themes: Sequence[Theme],
        language: str,
        bound: bool = False,
        focus: int = 0,
        files: MultiValueDict[str, Any] | None = None,
    ) -> None:
        self.content = dict(content)
        said = list(content.get("points", [])) or [{}]
        self.points = [
            PublicPointForm(
                {f"punt-{number}-{name}": value for name, value in point.items() if value is not None} if bound else None,
                initial=point,
                number=number,
                of=len(said),
                focus=focus,
                themes=themes,
                language=language,
            )
            for number, point in enumerate(said, 1)
        ]
        reach = {"email": content.get("email", ""), "website": content.get("website", "")}
        self.reach = ReachForm(reach if bound else None, files if bound else None, initial=reach, round=round)
        self.full = len(said) >= POINTS_LIMIT

    def is_valid(self) -> bool:
        """True when it can be handed in: each point that says something is sound and there is at least one, and so is the address."""
        sound = not self.errors
        if not any((point["text"].value() or "").strip() for point in self.points):
            self.points[0].add_error("text", gettext("Vul in wat u ons wilt vertellen. Eén zin is genoeg."))
            return False
        return sound

    @property
    def trap(self) -> str:
        """What a program filled in where people see no field."""
        return str(self.content.get("website", ""))

    # What error_summary and public.html read of a form.

    @property
    def errors(self) -> ErrorDict:
        found = ErrorDict()
        for form in (*self.points, self.reach):
            found.update({form.add_prefix(name): errors for name, errors in form.errors.items()})
        return found

    def non_field_errors(self) -> ErrorList:
        return ErrorList()

    def __iter__(self) -> Iterator[BoundField]:
        for form in (*self.points, self.reach):
            yield from form


def content_of(data: QueryDict) -> dict[str, Any]:
    """What a browser sent, as a draft keeps it."""
    number = min(max(_whole(data.get("punten")), 1), POINTS_LIMIT)
    points = [
        {"text": as_typed(data.get(f"punt-{place}-text", "")), "theme": _choice(data.get(f"punt-{place}-theme"))}
        for place in range(1, number + 1)
    ]
    content: dict[str, Any] = {"points": points, "email": as_typed(data.get("email", "")).strip()}
    if trap := data.get("website"):
        content["website"] = as_typed(trap)[:200]
    return content


def _choice(text: str | None) -> int | None:
    """The theme that was chosen, NO_CHOICE for the last of the row, None when nothing was."""
    return _whole(text) if text else None


def _whole(text: str | None) -> int:
    """The number, and 0 for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


class CodeForm(PortalForm):
    """The code on a receipt, as somebody typed it over."""

    code = forms.CharField(
        label=gettext_lazy("Uw code"),
        max_length=40,
        help_text=gettext_lazy("De code staat op uw ontvangstbewijs: drie letters van de gemeente en dan drie groepjes van vier."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        """With or without the place, the spaces and the capitals."""
        code = codes.typed(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(
                gettext("Dit is geen hele code. Een code heeft twaalf tekens, zonder de letters O, I en L en de cijfers 0 en 1.")
            )
        return code
