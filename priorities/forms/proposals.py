"""The form of the council proposal: its texts, and rows of arguments and caveats that come and go without script too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict

from ivp_portal.web.forms import PortalForm
from ivp_portal.web.text_fields import LongText, SeenField
from priorities.models import ArgumentKind, CouncilProposal
from priorities.services import ArgumentText

ROWS = {ArgumentKind.ARGUMENT: "argument", ArgumentKind.CAVEAT: "caveat"}
"""Kind -> the prefix of its rows in the form."""
ROW_NAMES = ("decision_point", "title", "text")
MOST_ROWS = 60
MOVE = re.compile(r"(add|remove|up|down)-(argument|caveat)(?:-(\d{1,3}))?")


class ProposalForm(PortalForm):
    """The texts of the raadsvoorstel, in the order of the paper (seed 000)."""

    title = forms.CharField(label="Titel", max_length=200)
    case_number = forms.CharField(label="Zaaknummer", required=False, max_length=80)
    replaces = forms.CharField(label="Vervangt", required=False, max_length=200, help_text="Het plan dat met dit besluit vervalt.")
    decision_points = LongText(label="Beslispunten", rows=4, help_text="Eén per regel. Het portaal nummert ze.")
    planning = LongText(label="Planning", required=False, rows=3, help_text="De drie datums komen uit de route van het plan.")
    summary = LongText(label="Samenvatting", required=False)
    introduction = LongText(label="Inleiding", required=False, rows=9)
    purpose = LongText(label="Probleemstelling en doel", required=False)
    finances = LongText(label="Financiën, middelen en capaciteit", required=False)
    execution = LongText(label="Uitvoering", required=False)
    secretary = forms.CharField(label="De gemeentesecretaris", required=False, max_length=160)
    mayor = forms.CharField(label="De burgemeester", required=False, max_length=160)
    attachments = LongText(label="Bijlagen", required=False, rows=3, help_text="Eén per regel.")
    seen = SeenField()

    TEXTS = (
        "title", "case_number", "replaces", "decision_points", "planning", "summary", "introduction", "purpose", "finances", "execution",
        "secretary", "mayor", "attachments",
    )  # fmt: skip

    def __init__(self, data: QueryDict | None = None, *, proposal: CouncilProposal | None = None, initial: Mapping[str, Any] | None = None):
        if initial is None and proposal is not None:
            initial = {name: getattr(proposal, name) for name in self.TEXTS} | {"seen": proposal.version}
        super().__init__(data, initial=dict(initial or {}))

    def clean_decision_points(self) -> str:
        """One a line, without blank lines."""
        return "\n".join(line.strip() for line in self.cleaned_data["decision_points"].splitlines() if line.strip())

    @property
    def texts(self) -> dict[str, str]:
        """Field -> text; only after is_valid()."""
        return {name: self.cleaned_data[name] for name in self.TEXTS}


class ArgumentForm(PortalForm):
    """One argument or caveat. A row without words is skipped."""

    decision_point = forms.IntegerField(label="Bij beslispunt", min_value=1, max_value=99, required=False)
    title = forms.CharField(label="Stelling", required=False, max_length=300)
    text = LongText(label="Toelichting", required=False, rows=4)

    number = ""
    """'1.2', as the paper numbers it; set by numbered()."""

    def clean(self) -> dict[str, Any]:
        """A statement needs its explanation, and the other way round."""
        title, text = self.cleaned_data.get("title"), self.cleaned_data.get("text")
        if text and not title and "title" not in self.errors:
            self.add_error("title", "Vul de stelling in: één zin die boven de toelichting staat.")
        if title and not text and "text" not in self.errors:
            self.add_error("text", "Vul de toelichting in, of maak ook de stelling leeg. Dan vervalt deze rij.")
        return self.cleaned_data

    @property
    def said(self) -> ArgumentText | None:
        """What stands in the row, None for an empty one; only after is_valid()."""
        cleaned = self.cleaned_data
        return ArgumentText(cleaned["decision_point"] or 1, cleaned["title"], cleaned["text"]) if cleaned["title"] else None


class Together:
    """Several forms as one, for the summary of what is wrong in them."""

    def __init__(self, *together: forms.BaseForm) -> None:
        self.forms = together

    def __iter__(self) -> Iterator[BoundField]:
        return (bound for form in self.forms for bound in form)

    def non_field_errors(self) -> list[str]:
        """What belongs to none of their fields."""
        return [str(message) for form in self.forms for message in form.non_field_errors()]


class ArgumentRows:
    """The rows of one kind. Their number is in a hidden field; each row's fields carry its place: argument-0-title."""

    def __init__(self, kind: ArgumentKind, rows: Sequence[Mapping[str, Any]], *, bound: bool = False) -> None:
        self.kind = kind
        self.prefix = ROWS[kind]
        self.forms = [self._form(place, row, bound=bound) for place, row in enumerate(rows[:MOST_ROWS])]

    def _form(self, place: int, row: Mapping[str, Any], *, bound: bool) -> ArgumentForm:
        prefix = f"{self.prefix}-{place}"
        if bound:
            return ArgumentForm({f"{prefix}-{name}": row.get(name, "") for name in ROW_NAMES}, prefix=prefix)
        return ArgumentForm(initial=dict(row), prefix=prefix)

    @property
    def many(self) -> str:
        """What these rows are called."""
        return "Argumenten" if self.kind == ArgumentKind.ARGUMENT else "Kanttekeningen"

    def focus_last(self) -> None:
        """Let the browser put the cursor in the statement of the last row, which was just added."""
        if self.forms:
            self.forms[-1].fields["title"].widget.attrs["autofocus"] = True

    def is_valid(self, decision_points: int) -> bool:
        """True when each row is complete and names a decision point there is."""
        for form in self.forms:
            if form.is_valid() and form.said and form.said.decision_point > max(decision_points, 1):
                there_are = "Er is 1 beslispunt" if decision_points == 1 else f"Er zijn {decision_points} beslispunten"
                form.add_error("decision_point", f"{there_are}. Vul een getal van 1 tot en met {max(decision_points, 1)} in.")
        return not any(form.errors for form in self.forms)

    @property
    def said(self) -> list[ArgumentText]:
        """What was written, without empty rows; only after is_valid()."""
        return [form.said for form in self.forms if form.said]

    def numbered(self) -> list[ArgumentForm]:
        """The rows, each with the number the paper gives it; a row that is still empty has none."""
        counts: dict[str, int] = {}
        for form in self.forms:
            point = str(form["decision_point"].value() or 1)
            if form["title"].value():
                counts[point] = counts.get(point, 0) + 1
                form.number = f"{point}.{counts[point]}"
        return self.forms


def rows_in(data: QueryDict, kind: ArgumentKind) -> list[dict[str, str]]:
    """The rows somebody sent in, as typed."""
    prefix = ROWS[kind]
    count = data.get(f"{prefix}-rows", "")
    number = min(int(count), MOST_ROWS) if count.isdecimal() and len(count) < 4 else 0
    return [{name: data.get(f"{prefix}-{place}-{name}", "") for name in ROW_NAMES} for place in range(number)]


def moved(rows: list[dict[str, str]], kind: ArgumentKind, move: str) -> list[dict[str, str]]:
    """The rows after a button was pressed: add-argument, remove-caveat-2, up-argument-1, down-argument-0; any other changes nothing."""
    match = MOVE.fullmatch(move)
    if not match or match[2] != ROWS[kind]:
        return rows
    rows, place = list(rows), int(match[3] or 0)
    if match[1] == "add":
        return [*rows, {"decision_point": rows[-1]["decision_point"] if rows else "1"}] if len(rows) < MOST_ROWS else rows
    if place >= len(rows):
        return rows
    if match[1] == "remove":
        del rows[place]
        return rows
    other = place - 1 if match[1] == "up" else place + 1
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
    return rows


def rows_of(proposal: CouncilProposal | None, kind: ArgumentKind) -> list[dict[str, Any]]:
    """The rows as they are stored."""
    if proposal is None:
        return []
    return [{name: getattr(said, name) for name in ROW_NAMES} for said in proposal.arguments.all() if said.kind == kind]
