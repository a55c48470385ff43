"""The plan as plain values at one moment: what every paper is drawn from, so that plan, proposal and table never disagree.

A snapshot knows nothing of the database. It is stored as JSON, its sha256 beside it, and read back into the same classes.
"""

import hashlib
from dataclasses import dataclass
from datetime import date

import msgspec


@dataclass(frozen=True, slots=True)
class RouteStepSnapshot:
    """One step of the council's route."""

    phase: str
    """Code: image_forming, opinion_forming or decision_making."""
    phase_label: str
    """Beeldvorming, Oordeelsvorming, Besluitvorming."""
    meeting: str
    on_date: date | None
    note: str


@dataclass(frozen=True, slots=True)
class ChapterSnapshot:
    number: int
    title: str
    lead: str
    body: str
    """Markdown as priorities.markup understands it; a heading of level 2 (##) is a section of the chapter."""
    shows: str
    """What the portal adds after the text: '', 'weighing' (afwegingstabel), 'figures' (veiligheidsbeeld) or 'priorities'."""


@dataclass(frozen=True, slots=True)
class PrioritySectionSnapshot:
    kind: str
    """Code: reason, situation, ambition, measure, need."""
    heading: str
    """The Dutch question that stands in the margin."""
    body: str
    """Markdown."""


@dataclass(frozen=True, slots=True)
class PrioritySnapshot:
    number: int
    title: str
    summary: str
    """One sentence for the overview page."""
    lead: str
    level: str
    """Area kind: nation, unit, district, team or municipality."""
    level_label: str
    """Landelijk, Eenheid, District, Basisteam, Lokaal."""
    area: str
    """Name of the area whose priority it is."""
    shared_by: tuple[str, ...]
    """Names of the district's municipalities that lie within that area, in the order of PlanSnapshot.municipalities."""
    sections: tuple[PrioritySectionSnapshot, ...]
    contributions: tuple[str, ...]
    """Numbers ('4.4') of the weighed rows that name it."""


@dataclass(frozen=True, slots=True)
class DestinationSnapshot:
    kind: str
    """Code of the decision kind."""
    label: str
    """The kind's paper label."""
    tone: str
    name: str
    """The priority, policy field, body or chapter; '' where the kind names nothing."""


@dataclass(frozen=True, slots=True)
class WeighedRow:
    """One contribution with its answer."""

    number: str
    """subject.row: '4.4'. Cited in meetings, so it is the same in every paper of one snapshot."""
    reference: str
    """The reference a contributor has, such as BLA-26-0119."""
    point: str
    """What was said, in short: the sub-subject, or the subject where there is none."""
    text: str
    """What was said in full; '' where the source has no more than the point."""
    said_by: str
    """'Raad, fractie Dorp & Natuur', 'Inwoner': the kind and the party, never a name."""
    said_on: date | None
    round_title: str
    destinations: tuple[DestinationSnapshot, ...]
    """Empty: not decided yet."""
    extent: str
    """'', wholly, partly, not."""
    extent_label: str
    rationale: str


@dataclass(frozen=True, slots=True)
class WeighedSubject:
    number: int
    subject: str
    rows: tuple[WeighedRow, ...]


@dataclass(frozen=True, slots=True)
class FigureSnapshot:
    area: str
    value: float | None
    """None: not published. Never zero."""
    year: int
    source: str
    is_own: bool
    differs: bool
    """True when the source is not the one most rows have: an open dot."""


@dataclass(frozen=True, slots=True)
class IndicatorSnapshot:
    title: str
    unit: str
    note: str
    is_example: bool
    figures: tuple[FigureSnapshot, ...]


@dataclass(frozen=True, slots=True)
class ArgumentSnapshot:
    number: str
    """'1.2': decision point, then order."""
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class ProposalSnapshot:
    """The texts of the raadsvoorstel; an empty one leaves no heading behind."""

    title: str
    decision_points: tuple[str, ...]
    planning: str
    summary: str
    introduction: str
    purpose: str
    arguments: tuple[ArgumentSnapshot, ...]
    caveats: tuple[ArgumentSnapshot, ...]
    finances: str
    execution: str
    secretary: str
    mayor: str
    attachments: tuple[str, ...]
    case_number: str
    replaces: str


@dataclass(frozen=True, slots=True)
class PlanSnapshot:
    """A plan with all that was said, decided and written for it."""

    municipality: str
    slug: str
    area_code: str
    period: str
    """'2023-2026'."""
    title: str
    motto: str
    status: str
    status_label: str
    starts_on: date
    ends_on: date
    adopted_on: date | None
    decision_number: str
    portfolio_holder: str
    made_with: str
    colophon: str
    district: str
    team: str
    municipalities: tuple[str, ...]
    """Names of the district's municipalities: the own one first, then those of its basisteam, then the others."""
    route: tuple[RouteStepSnapshot, ...]
    chapters: tuple[ChapterSnapshot, ...]
    priorities: tuple[PrioritySnapshot, ...]
    subjects: tuple[WeighedSubject, ...]
    indicators: tuple[IndicatorSnapshot, ...]
    proposal: ProposalSnapshot | None

    @property
    def is_municipal(self) -> bool:
        """False for the strategy of a unit. The code of a municipality is that of Statistics Netherlands: GM and four figures."""
        return self.area_code.startswith("GM")

    @property
    def is_adopted(self) -> bool:
        return self.adopted_on is not None

    @property
    def rows(self) -> tuple[WeighedRow, ...]:
        return tuple(row for subject in self.subjects for row in subject.rows)

    @property
    def undecided(self) -> int:
        """How many contributions have no decision."""
        return sum(not row.destinations for row in self.rows)

    def to_json(self) -> bytes:
        """The same snapshot always gives the same bytes."""
        return msgspec.json.encode(self)

    @classmethod
    def from_json(cls, content: bytes) -> "PlanSnapshot":
        """Read back what to_json wrote; raises msgspec.ValidationError when it is something else."""
        return msgspec.json.decode(content, type=cls)

    def sha256(self) -> str:
        return hashlib.sha256(self.to_json()).hexdigest()
