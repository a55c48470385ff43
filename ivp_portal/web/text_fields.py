"""Fields for long texts that several people write, and for the version somebody had before them."""

from typing import Any

from django import forms

from ivp_portal.web.forms import speak_plainly

LONGEST = 100_000
"""Characters in one text: twice a whole plan (seed 004), and little enough to render in a moment."""


class LongText(forms.CharField):
    """A text of several lines. A browser sends CR LF; stored is LF, so that the same text is the same text everywhere."""

    def __init__(self, *, rows: int = 6, max_length: int = LONGEST, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)
        self.widget.attrs.pop("maxlength", None)  # the browser would cut a pasted text off without a word

    def to_python(self, value: Any) -> Any:
        """The text with LF only, without blank edges."""
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)


class SeenField(forms.IntegerField):
    """The version of the text that stood on the screen, hidden; absent or odd counts as 0: none."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput)

    def clean(self, value: Any) -> int:
        """The number, or 0."""
        try:
            return super().clean(value) or 0
        except forms.ValidationError:
            return 0


def plainly(fields: dict[str, forms.Field]) -> dict[str, forms.Field]:
    """Fields made while the form is built, with the same plain messages as the others."""
    for field in fields.values():
        speak_plainly(field, str(field.label))
    return fields
