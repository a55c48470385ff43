"""Taking a point out, with what was decided about it before one's eyes."""

from django import forms

from ivp_portal.web.forms import PortalForm


class WithdrawContributionForm(PortalForm):
    """Why a point goes out of the queue."""

    reason = forms.CharField(
        label="Waarom trekt u dit punt in?",
        max_length=500,
        error_messages={"required": "Vul in waarom u dit punt intrekt. Eén zin is genoeg."},
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Bijvoorbeeld: dubbel ingevoerd, zie punt 12. Het punt blijft leesbaar, met deze reden in het logboek.",
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    """The decision that stood when the page was opened; empty: there was none."""
