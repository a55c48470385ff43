"""The sample's content as typed values, read from data/*.toml and the session's table. A misspelt key or a wrong type is refused."""

import csv
import datetime
import tomllib
from pathlib import Path
from typing import TypeVar

from msgspec import Struct, convert

DATA = Path(__file__).with_name("data")
PLAN_FILES = ("blaricum_2023_2026.toml", "hilversum_2023_2026.toml", "blaricum_2027_2030.toml")


class SectionTexts(Struct, frozen=True, forbid_unknown_fields=True):
    """The answers to a priority's five questions."""

    reason: str
    situation: str
    ambition: str
    measure: str
    need: str


class PriorityText(Struct, frozen=True, forbid_unknown_fields=True):
    key: str
    """What plans and decisions of the sample call it; stays when a title changes."""
    area: str
    title: str
    summary: str
    lead: str
    starts_on: datetime.date
    ends_on: datetime.date
    sections: SectionTexts


class RoundText(Struct, frozen=True, forbid_unknown_fields=True):
    slug: str
    area: str
    kind: str
    channel: str
    title: str
    question: str
    opens_at: datetime.datetime
    closes_at: datetime.datetime
    period: str = ""
    """The plan it feeds: '2027-2030'; empty: none."""
    written_by: str = ""
    """Who made a round that feeds no plan; otherwise whoever wrote the plan."""
    introduction: str = ""
    title_en: str = ""
    question_en: str = ""
    introduction_en: str = ""
    is_public: bool = False
    slots_on: datetime.date | None = None
    themes: tuple[str, ...] = ()
    """What may be chosen, by name; none: all themes."""
    spreadsheet: str = ""
    """The file what was said is read in from, as an officer would; empty: typed in one by one."""


class DestinationText(Struct, frozen=True, forbid_unknown_fields=True):
    kind: str
    priority: str = ""
    """Key of the priority it names."""
    named: str = ""


class DecisionText(Struct, frozen=True, forbid_unknown_fields=True):
    by: str
    extent: str
    rationale: str
    destinations: tuple[DestinationText, ...]


class ContributionText(Struct, frozen=True, forbid_unknown_fields=True):
    round: str
    kind: str
    subject: str
    sub_subject: str
    said_on: datetime.date
    text: str = ""
    party: str = ""
    channel: str = ""
    """How it came in; '' for the way of its round."""
    decision: DecisionText | None = None


class LetterText(Struct, frozen=True, forbid_unknown_fields=True):
    """A letter of a municipality, in its place in the round."""

    round: str
    body: str
    """The municipality."""
    said_on: datetime.date
    text: str


class StandardText(Struct, frozen=True, forbid_unknown_fields=True):
    area: str
    by: str
    kind: str
    name: str
    text: str
    is_usual: bool


class HandlerText(Struct, frozen=True, forbid_unknown_fields=True):
    """Who answers the points of a theme."""

    area: str
    period: str
    by: str
    theme: str
    assignee: str


class NoteText(Struct, frozen=True, forbid_unknown_fields=True):
    area: str
    round: str
    by: str
    sub_subject: str
    """Of the point, which its round has once."""
    text: str


class ViewText(Struct, frozen=True, forbid_unknown_fields=True):
    area: str
    owner: str
    name: str
    query: str
    is_shared: bool


class DeskText(Struct, frozen=True, forbid_unknown_fields=True):
    """How officers work: their standard texts, their themes, their notes and views."""

    standards: tuple[StandardText, ...]
    handlers: tuple[HandlerText, ...]
    notes: tuple[NoteText, ...]
    views: tuple[ViewText, ...]


class FactsText(Struct, frozen=True, forbid_unknown_fields=True):
    """What stands on a plan itself."""

    area: str
    written_by: str
    starts_on: datetime.date
    ends_on: datetime.date
    motto: str
    status: str
    priorities: tuple[str, ...]
    """Keys, in the order of the paper."""
    portfolio_holder: str
    made_with: str
    colophon: str
    adopted_by: str = ""
    adopted_on: datetime.date | None = None
    decision_number: str = ""
    weigh_by: datetime.datetime | None = None


class RouteStepText(Struct, frozen=True, forbid_unknown_fields=True):
    phase: str
    meeting: str
    on_date: datetime.date
    note: str


class ChapterText(Struct, frozen=True, forbid_unknown_fields=True):
    number: int
    title: str
    lead: str
    shows: str
    body: str


class ArgumentText(Struct, frozen=True, forbid_unknown_fields=True):
    decision_point: int
    title: str
    text: str


class ProposalText(Struct, frozen=True, forbid_unknown_fields=True):
    title: str
    case_number: str
    replaces: str
    secretary: str
    mayor: str
    decision_points: tuple[str, ...]
    attachments: tuple[str, ...]
    planning: str
    summary: str
    introduction: str
    purpose: str
    finances: str
    execution: str
    arguments: tuple[ArgumentText, ...]
    caveats: tuple[ArgumentText, ...]


class WholePlan(Struct, frozen=True, forbid_unknown_fields=True):
    plan: FactsText
    route: tuple[RouteStepText, ...]
    chapters: tuple[ChapterText, ...]
    proposal: ProposalText | None = None

    @property
    def period(self) -> str:
        return f"{self.plan.starts_on.year}-{self.plan.ends_on.year}"


class FigureText(Struct, frozen=True, forbid_unknown_fields=True):
    area: str
    year: int
    value: str
    source: str


class IndicatorText(Struct, frozen=True, forbid_unknown_fields=True):
    slug: str
    title: str
    unit: str
    note: str
    is_example: bool
    figures: tuple[FigureText, ...]


class _Priorities(Struct, frozen=True, forbid_unknown_fields=True):
    priorities: tuple[PriorityText, ...]


class _Rounds(Struct, frozen=True, forbid_unknown_fields=True):
    rounds: tuple[RoundText, ...]


class _Contributions(Struct, frozen=True, forbid_unknown_fields=True):
    contributions: tuple[ContributionText, ...]


class _Letters(Struct, frozen=True, forbid_unknown_fields=True):
    letters: tuple[LetterText, ...]


class _Weighed(Struct, frozen=True, forbid_unknown_fields=True):
    subject: str
    sub_subject: str
    extent: str
    rationale: str


class _Decisions(Struct, frozen=True, forbid_unknown_fields=True):
    round: str
    said_on: datetime.date
    by: str
    decisions: tuple[_Weighed, ...]


Text = TypeVar("Text")


def _read(name: str, kind: type[Text]) -> Text:
    with (DATA / name).open("rb") as file:
        return convert(tomllib.load(file), kind)


def indicator() -> IndicatorText:
    """The grades of the six municipalities."""
    return _read("grades.toml", IndicatorText)


def priorities() -> dict[str, PriorityText]:
    """Every priority by its key."""
    return {text.key: text for text in _read("priorities.toml", _Priorities).priorities}


def rounds() -> tuple[RoundText, ...]:
    return _read("rounds.toml", _Rounds).rounds


def plans() -> tuple[WholePlan, ...]:
    return tuple(_read(name, WholePlan) for name in PLAN_FILES)


def contributions() -> tuple[ContributionText, ...]:
    """Everything that was said, round by round in the order of the screen."""
    return council_session() + _read("contributions_2026.toml", _Contributions).contributions


def letters() -> tuple[LetterText, ...]:
    """What municipalities wrote, as it came."""
    return _read("letters.toml", _Letters).letters


def desk() -> DeskText:
    return _read("desk.toml", DeskText)


def council_session() -> tuple[ContributionText, ...]:
    """The fifteen rows of the council session of 2022 with their decisions.

    The table names the destinations, blaricum_decisions.toml the extent and the rationale; a row without its other half raises KeyError.
    """
    answers = _read("blaricum_decisions.toml", _Decisions)
    weighed = {(answer.subject, answer.sub_subject): answer for answer in answers.decisions}
    period = next(text.period for text in rounds() if text.slug == answers.round)
    keys = {text.title: text.key for text in priorities().values() if text.key in _chosen(period)}
    with (DATA / "blaricum_council_session.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    return tuple(
        ContributionText(
            round=answers.round,
            kind="council",
            subject=row["subject"],
            sub_subject=row["sub_subject"],
            said_on=answers.said_on,
            decision=DecisionText(
                by=answers.by,
                extent=weighed[row["subject"], row["sub_subject"]].extent,
                rationale=weighed[row["subject"], row["sub_subject"]].rationale,
                destinations=tuple(_destination(word, keys) for word in row["destinations"].split("|")),
            ),
        )
        for row in rows
    )


def _chosen(period: str) -> set[str]:
    """The keys of the priorities that Blaricum's plan of that period holds."""
    return {key for text in plans() if text.plan.area == "blaricum" and text.period == period for key in text.plan.priorities}


def _destination(word: str, keys: dict[str, str]) -> DestinationText:
    """'regional_priority:Digitale veiligheid' -> the kind and what it names: a priority where the plan has one of that title."""
    kind, _, name = word.partition(":")
    return DestinationText(kind, priority=keys[name]) if name in keys else DestinationText(kind, named=name)
