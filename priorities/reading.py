"""Texts as people read them on the screen: rendered from what is stored, or from what somebody is typing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from priorities.markup import prose, with_examples
from priorities.models import ArgumentKind, Priority, SectionKind


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with its text."""

    heading: str
    html: SafeString


@dataclass(frozen=True, slots=True)
class ChapterText:
    lead: SafeString
    body: SafeString

    @property
    def is_empty(self) -> bool:
        return not (self.lead or self.body)


def chapter_text(values: Mapping[str, Any], number: int, *, level: int) -> ChapterText:
    """A chapter whose headings start at h`level`, numbered as on paper."""
    body = prose(values.get("body") or "", level=level, number=str(number), scrolls=True).html
    return ChapterText(with_examples(values.get("lead") or ""), body)


@dataclass(frozen=True, slots=True)
class PriorityText:
    summary: str
    lead: SafeString
    parts: tuple[Part, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.lead or self.parts)


def priority_text(values: Mapping[str, Any], *, level: int) -> PriorityText:
    """A priority from its fields and sections by kind; the sections' own headings are h`level`. An empty section is left out."""
    filled = [kind for kind in SectionKind if (values.get(kind.value) or "").strip()]
    parts = tuple(Part(kind.label, prose(values[kind.value], level=level + 1, scrolls=True).html) for kind in filled)
    return PriorityText(values.get("summary") or "", with_examples(values.get("lead") or ""), parts)


def priority_values(priority: Priority) -> dict[str, Any]:
    """What priority_text reads, as it is stored. One query for the sections unless they were loaded."""
    return {
        "title": priority.title,
        "summary": priority.summary,
        "lead": priority.lead,
        **{section.kind: section.body for section in priority.sections.all()},
    }


@dataclass(frozen=True, slots=True)
class NumberedText:
    """An argument or a caveat as the paper shows it."""

    number: str
    title: str
    html: SafeString


@dataclass(frozen=True, slots=True)
class ProposalText:
    title: str
    facts: tuple[tuple[str, str], ...]
    decision_points: tuple[str, ...]
    parts: tuple[Part, ...]
    """What comes before the arguments."""
    arguments: tuple[NumberedText, ...]
    caveats: tuple[NumberedText, ...]
    closing: tuple[Part, ...]
    """What comes after them."""
    signatories: tuple[tuple[str, str], ...]
    attachments: tuple[str, ...]


BEFORE_ARGUMENTS = (
    ("planning", "Planning"),
    ("summary", "Samenvatting"),
    ("introduction", "Inleiding"),
    ("purpose", "Probleemstelling en doel"),
)
AFTER_ARGUMENTS = (("finances", "Financiën, middelen en capaciteit"), ("execution", "Uitvoering"))
FACTS = (("case_number", "Zaaknummer"), ("replaces", "Vervangt"))
SIGNATORIES = (("secretary", "De gemeentesecretaris"), ("mayor", "De burgemeester"))


def proposal_text(values: Mapping[str, Any], said: Mapping[ArgumentKind, Sequence[Mapping[str, Any]]], *, level: int) -> ProposalText:
    """A council proposal in the order of the paper (seed 000); what is empty is left out. Its headings are h`level`."""
    return ProposalText(
        title=values.get("title") or "",
        facts=_filled(values, FACTS),
        decision_points=lines(values.get("decision_points") or ""),
        parts=_parts(values, BEFORE_ARGUMENTS, level=level + 1),
        arguments=_numbered(said[ArgumentKind.ARGUMENT], level=level + 2),
        caveats=_numbered(said[ArgumentKind.CAVEAT], level=level + 2),
        closing=_parts(values, AFTER_ARGUMENTS, level=level + 1),
        signatories=_filled(values, SIGNATORIES),
        attachments=lines(values.get("attachments") or ""),
    )


def lines(text: str) -> tuple[str, ...]:
    """The lines that say something."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _filled(values: Mapping[str, Any], names: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((label, values[name]) for name, label in names if values.get(name))


def _parts(values: Mapping[str, Any], names: Iterable[tuple[str, str]], *, level: int) -> tuple[Part, ...]:
    filled = [(label, values[name]) for name, label in names if (values.get(name) or "").strip()]
    return tuple(Part(label, prose(text, level=level, scrolls=True).html) for label, text in filled)


def _numbered(rows: Iterable[Mapping[str, Any]], *, level: int) -> tuple[NumberedText, ...]:
    """By decision point; within one in the order given, numbered 1.1, 1.2 …; rows without a statement are left out."""
    counts: dict[int, int] = {}
    found = []
    for row in sorted((row for row in rows if row.get("title")), key=_point):
        point = _point(row)
        counts[point] = counts.get(point, 0) + 1
        html = prose(row.get("text") or "", level=level, scrolls=True).html
        found.append(NumberedText(f"{point}.{counts[point]}", row["title"], html))
    return tuple(found)


def _point(row: Mapping[str, Any]) -> int:
    """The decision point of a row, as stored or as typed; 1 for what is no number."""
    typed = str(row.get("decision_point") or "")
    return int(typed) if typed.isdecimal() else 1
