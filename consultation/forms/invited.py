"""What somebody fills in who was invited by name, beside the points of the public form. In the language of the page."""

from django import forms
from django.utils.translation import gettext_lazy

from ivp_portal.web.forms import EmailField, PortalForm

NAME_LIMIT = 120


class WriterForm(PortalForm):
    """Who writes, so that colleagues know whose text they find."""

    saved_by = forms.CharField(
        label=gettext_lazy("Wie bent u?"),
        max_length=NAME_LIMIT,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=gettext_lazy("Uw naam en functie. Alleen collega’s met deze link zien dit."),
    )


class OfferForm(PortalForm):
    """Who is asked to release it."""

    to = EmailField(
        label=gettext_lazy("E-mailadres van uw collega"),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("Deze persoon krijgt een eigen link, leest alles en verstuurt het."),
    )
    note = forms.CharField(
        label=gettext_lazy("Bericht aan uw collega"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReleaseForm(PortalForm):
    """Who releases it."""

    name = forms.CharField(label=gettext_lazy("Uw naam"), max_length=NAME_LIMIT, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    role = forms.CharField(
        label=gettext_lazy("Uw functie"),
        max_length=NAME_LIMIT,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
        help_text=gettext_lazy("Bijvoorbeeld gemeentesecretaris. Uw naam en functie komen in het logboek."),
    )


class HandBackForm(PortalForm):
    """What must change first."""

    reader = forms.CharField(label=gettext_lazy("Uw naam"), max_length=NAME_LIMIT, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    reason = forms.CharField(label=gettext_lazy("Wat moet er anders?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
