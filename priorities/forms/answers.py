"""What a sender says back, and a mended address."""

from django import forms
from django.utils.translation import gettext_lazy

from ivp_portal.web.forms import EmailField, PortalForm


class ReactionForm(PortalForm):
    """'Laat het ons weten', on the status page."""

    text = forms.CharField(
        label=gettext_lazy("Wat klopt er niet?"),
        help_text=gettext_lazy("Zet hier geen namen, adressen of telefoonnummers in."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class MendForm(PortalForm):
    """The address a mail goes to when it is sent again."""

    to = EmailField(label="E-mailadres", required=False)
