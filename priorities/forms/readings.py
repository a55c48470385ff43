"""What a second reader sends, and how a municipality weighs."""

from django import forms
from django.http import QueryDict

from ivp_portal.web.forms import PortalForm
from ivp_portal.web.text_fields import LongText
from priorities.models import WayOfWorking

AGREE, HAND_BACK = "akkoord", "terug"


class ReadingForm(PortalForm):
    """The remark of who hands a decision back; agreeing needs none."""

    besluit = forms.IntegerField(
        widget=forms.HiddenInput, error_messages={"required": "Lees de afweging opnieuw, en zeg daarna wat u ervan vindt."}
    )
    """The decision that was read: when another one stands by now, that is said."""
    remark = LongText(label="Wat moet er anders?", required=False, rows=3, max_length=2000)

    def __init__(self, data: QueryDict | None = None, *, initial: dict[str, int] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.hands_back = data is not None and data.get("actie") == HAND_BACK

    def clean_remark(self) -> str:
        remark: str = self.cleaned_data["remark"].strip()
        if self.hands_back and not remark:
            raise forms.ValidationError("Vul in wat er anders moet. Eén zin is genoeg.")
        return remark


class WayOfWorkingForm(PortalForm):
    """Whether a second person must agree, and the term for a question."""

    needs_agreement = forms.BooleanField(label="Een tweede persoon moet akkoord geven", required=False)
    question_days = forms.IntegerField(
        label="Dagen om op een vraag te reageren",
        min_value=1,
        max_value=60,
        help_text="Na deze termijn sluit een vraag aan de inbrenger vanzelf, met ‘geen reactie ontvangen’.",
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, way: WayOfWorking) -> None:
        initial = {"needs_agreement": way.needs_agreement, "question_days": way.question_days, "seen": way.version}
        super().__init__(data, initial=initial)
