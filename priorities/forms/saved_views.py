"""Keeping the present filter of the queue under a name."""

from django import forms

from ivp_portal.web.forms import PortalForm


class SavedViewForm(PortalForm):
    """The name of a view, and whether colleagues see it too. The filter itself is in the address."""

    name = forms.CharField(label="Naam van de weergave", max_length=60)
    is_shared = forms.BooleanField(label="Ook voor collega’s", required=False)
    open = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    """The id of the point that is open, to come back to."""
