"""What a second reader sends, and how a municipality weighs."""

from typing import Any

from django import forms
from django.http import QueryDict

from ivp_portal.web.forms import PortalForm
from ivp_portal.web.text_fields import LongText
from priorities.models import WayOfWorking

AGREE, HAND_BACK = "akkoord", "terug"
REFUSED = {AGREE: "Nog geen akkoord gegeven", HAND_BACK: "Nog niet teruggelegd"}
READ_AGAIN = "Lees de afweging hieronder, en zeg daarna wat u ervan vindt."


class ReadingForm(PortalForm):
    """The remark of who hands a decision back; agreeing needs none."""

    besluit = forms.IntegerField(widget=forms.HiddenInput, error_messages={"required": READ_AGAIN, "invalid": READ_AGAIN})
    """The decision that was read: when another one stands by now, that is said."""
    remark = LongText(label="Wat moet er anders?", required=False, rows=3, max_length=2000)

    def __init__(self, data: QueryDict | None = None, *, initial: dict[str, int] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.verdict = data.get("actie", "") if data is not None else ""
        self.hands_back = self.verdict == HAND_BACK

    @property
    def refusal(self) -> str:
        """What to put above its errors: what did not happen."""
        return REFUSED.get(self.verdict, "Nog niets vastgelegd")

    def clean(self) -> dict[str, Any]:
        """Agreed or handed back: saying neither is not agreeing."""
        if self.verdict not in REFUSED:
            raise forms.ValidationError("Kies Akkoord, of leg de afweging terug met een opmerking.")
        return self.cleaned_data

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
