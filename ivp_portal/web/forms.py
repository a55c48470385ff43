"""Forms that speak plain Dutch: messages that say what to do, and date fields the browser knows."""

import functools
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy

# Field type -> error code -> what to do. {label} is the field's label. The most particular type that fits wins, per code.
PLAIN_MESSAGES: dict[type[forms.Field], dict[str, Promise]] = {
    forms.Field: {"required": gettext_lazy("Vul ‘{label}’ in.")},
    forms.CharField: {"max_length": gettext_lazy("Dit zijn %(show_value)d tekens. Gebruik er ten hoogste %(limit_value)d.")},
    forms.EmailField: {"invalid": gettext_lazy("Dit e-mailadres klopt niet. Bijvoorbeeld: naam@voorbeeld.nl")},
    forms.IntegerField: {
        "invalid": gettext_lazy("Vul een heel getal in, bijvoorbeeld 15."),
        "min_value": gettext_lazy("Vul %(limit_value)s of meer in."),
        "max_value": gettext_lazy("Vul %(limit_value)s of minder in."),
    },
    forms.DateField: {"invalid": gettext_lazy("Deze dag bestaat niet. Vul een bestaande datum in, bijvoorbeeld 30-09-2026.")},
    forms.DateTimeField: {"invalid": gettext_lazy("Dit tijdstip bestaat niet. Vul een dag en een tijd in, bijvoorbeeld 30-09-2026 17:00.")},
    forms.ChoiceField: {
        "required": gettext_lazy("Maak een keuze bij ‘{label}’."),
        "invalid_choice": gettext_lazy("Dit kunt u hier niet kiezen. Kies een van de mogelijkheden bij ‘{label}’."),
    },
    forms.BooleanField: {"required": gettext_lazy("Zet een vinkje bij ‘{label}’.")},
    forms.FileField: {
        "required": gettext_lazy("Kies een bestand."),
        "empty": gettext_lazy("Dit bestand is leeg. Kies een ander bestand."),
        "max_length": gettext_lazy("De naam van dit bestand is te lang. Gebruik ten hoogste %(max)d tekens."),
    },
}


_KNOWN_DEFAULTS: dict[type[forms.Field], dict[str, Any]] = {}


def default_messages(kind: type[forms.Field]) -> dict[str, Any]:
    """The messages a field of this type has when nobody chose others. Worked out once: a form asks it for each of its fields."""
    if kind in _KNOWN_DEFAULTS:
        return _KNOWN_DEFAULTS[kind]
    found: dict[str, Any] = {}
    for base in reversed(kind.__mro__):
        found |= getattr(base, "default_error_messages", {})
    _KNOWN_DEFAULTS[kind] = found
    return found


def speak_plainly(field: forms.Field, label: str) -> None:
    """Replace Django's own messages by ours; a message the form chose for this field stays."""
    defaults = default_messages(type(field))
    for code, message in plain_messages(type(field), label, get_language()).items():  # type: ignore[arg-type]  # a class is hashable
        if field.error_messages.get(code) is defaults.get(code):
            field.error_messages[code] = message


@functools.lru_cache(maxsize=1_000)
def plain_messages(kind: type[forms.Field], label: str, language: str | None) -> dict[str, str]:
    """What a field of this type with this label says when it refuses something, in the language of now. Worked out once, as above."""
    found: dict[str, Promise] = {}
    for base, messages in PLAIN_MESSAGES.items():
        if issubclass(kind, base):
            found |= messages
    return {code: str(message).replace("{label}", label) for code, message in found.items()}


class PlainForm(forms.BaseForm):
    """Mixed into every form of ours: plain messages, and the browser's own checks stay off because ours say more.

    Of several lines a browser would cut what is too long off without a word: ours come in whole, and are told how long they may be.
    """

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for bound in self:
            speak_plainly(bound.field, str(bound.label))
            if isinstance(bound.field.widget, forms.Textarea):
                bound.field.widget.attrs.pop("maxlength", None)


class PortalForm(PlainForm, forms.Form):
    """The base of our forms."""


class PortalModelForm(PlainForm, forms.ModelForm):
    """The base of our forms that write one row without further rules."""


class EmailField(forms.EmailField):
    """An e-mail address that fits where addresses are kept: 254 characters, the longest that mail can be sent to (RFC 5321, 4.5.3.1.3)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=254, **kwargs)


class DateInput(forms.DateInput):
    """A day, with the browser's own calendar; where it has none, 30-09-2026 is understood as well."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """A day and a time in the Netherlands, to the minute."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class LoginForm(PlainForm, AuthenticationForm):
    """Name and password. It does not tell which of the two was wrong."""

    error_messages = {
        "invalid_login": "Deze gebruikersnaam en dit wachtwoord horen niet bij elkaar. Let op hoofdletters en probeer het opnieuw.",
        "inactive": "Dit account is uitgezet. Vraag de functioneel beheerder van uw gemeente om hulp.",
    }
