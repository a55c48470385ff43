"""Rationales that come back in a sheet, laid beside what stands: what is the same, what is new, and where somebody was there meanwhile.

A decision is never altered, so the one a row was made from is there to compare with: a row that says what that one said was not edited,
whatever became of the point since.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch, QuerySet

from consultation.models import Contribution
from priorities import rules
from priorities.models import Decision, Destination, Plan, RationaleSheet
from priorities.sheets.point_sheet import (
    COLUMNS,
    DECISION,
    DESTINATIONS,
    EXTENT,
    NAMED,
    PERSONAL_DATA,
    STATE,
    TITLES,
    cells_of,
    row_of,
    with_what_a_sheet_needs,
)
from priorities.sheets.sheet_files import as_shown, plain
from priorities.sheets.sheet_reading import SheetRow

NOT_COMPARED = frozenset({STATE, PERSONAL_DATA})
"""What changes by itself while the sheet is away."""
ONLY_HERE = frozenset({DESTINATIONS, NAMED, EXTENT})
"""Other columns that belong to the decision."""
CHUNK = 500

UNKNOWN = "{} staat niet in dit plan. Neem het kenmerk over uit uw uitvoer, of haal de rij weg."
WITHDRAWN = "{} is ingetrokken. Haal de rij weg."
UNDECIDED = "{} is nog niet afgewogen. Weeg het punt eerst af in het portaal."
NO_NUMBER = f"Bij {{}} ontbreekt het getal in de kolom ‘{DECISION}’. Neem de punten opnieuw mee en wijzig daarin de motivering."
OTHER_POINT = "Besluitnummer {number} hoort niet bij {reference}. Neem het nummer over uit uw uitvoer."
UNDONE = "De afweging van {} is ongedaan gemaakt nadat u de punten meenam. Weeg het punt opnieuw af in het portaal."


def sheets_of(plan: Plan) -> QuerySet[RationaleSheet]:
    """The sheets that were read back for this plan."""
    return RationaleSheet.objects.filter(plan=plan).select_related("uploaded_by", "batch")


# Reading in


def compared_rows(plan: Plan, rows: Sequence[SheetRow]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows as RationaleSheet.rows keeps them, and the problems of the others. A fixed number of queries for every CHUNK of rows."""
    kept: list[dict[str, Any]] = []
    problems: list[dict[str, Any]] = []
    ids = _points_by_reference(plan, [row.reference for row in rows])
    for start in range(0, len(rows), CHUNK):
        part = rows[start : start + CHUNK]
        points = {
            point.pk: point
            for point in with_what_a_sheet_needs(
                Contribution.objects.standing().filter(pk__in=[ids[row.reference] for row in part if row.reference in ids])
            )
        }
        bases = _decisions(number for row in part if (number := _number(row.decision)))
        for row in part:
            pk = ids.get(row.reference)
            found = _row(row, pk, points.get(pk or 0), bases.get(_number(row.decision)))
            if isinstance(found, str):
                problems.append({"row": row.row, "sentence": found})
            else:
                kept.append(found)
    return kept, problems


def _points_by_reference(plan: Plan, references: Iterable[str]) -> dict[str, int]:
    """'raadssessie/11' -> the id of that point, withdrawn or not; nothing for what is no point of this plan."""
    numbers = {int(number) for reference in references if (number := reference.rpartition("/")[2]) and _is_small(number)}
    found = Contribution.objects.filter(round__in=plan.round_ids, number__in=numbers).values_list("pk", "round_id", "number")
    return {f"{plan.round_slugs[round_id]}/{number}": pk for pk, round_id, number in found}


def _is_small(number: str) -> bool:
    return number.isascii() and number.isdecimal() and len(number) < 10


def _number(text: str) -> int:
    """The id of a decision; 0 for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0


def _decisions(ids: Iterable[int]) -> dict[int, Decision]:
    destinations = Destination.objects.select_related("priority").order_by("position")
    return Decision.objects.prefetch_related(Prefetch("destinations", destinations)).in_bulk(list(set(ids)))


def _row(row: SheetRow, pk: int | None, point: Contribution | None, base: Decision | None) -> dict[str, Any] | str:
    """The row as it is kept, or what is wrong with it."""
    if pk is None:
        return UNKNOWN.format(row.reference)
    if point is None:
        return WITHDRAWN.format(row.reference)
    current: Decision | None = next(iter(point.current_decisions), None)  # type: ignore[attr-defined]
    if base is not None and base.contribution_id != pk:
        return OTHER_POINT.format(number=row.decision, reference=row.reference)
    if base is None and row.decision:
        return OTHER_POINT.format(number=row.decision, reference=row.reference)
    kept: dict[str, Any] = {"row": row.row}
    if ignored := _ignored(row, point, base):
        kept["ignored"] = ignored
    if base is None and (not row.rationale or (current and row.rationale == plain(current.rationale))):
        return kept
    if base is None:
        return (NO_NUMBER if current else UNDECIDED).format(row.reference)
    if row.rationale == plain(base.rationale):
        return kept
    if problem := rules.problem_with_rationale(row.rationale):
        return f"{row.reference}: {problem[0].lower()}{problem[1:]}"
    return kept | {"reference": row.reference, "point": pk, "seen": base.pk, "rationale": row.rationale}


def _ignored(row: SheetRow, point: Contribution, base: Decision | None) -> list[str]:
    """The columns that say something else than the portal, and are not read back."""
    first = TITLES.index(DESTINATIONS)
    cells = row_of(point)
    cells[first : first + len(cells_of(base))] = cells_of(base)
    compared = [(title, as_shown(cell)) for title, cell in zip(TITLES, cells, strict=True) if title not in NOT_COMPARED]
    return [title for title, cell in compared if row.others.get(title, cell) != cell]


# Laying it beside what stands


@dataclass(frozen=True, slots=True)
class Edit:
    """A rationale that was edited, of a decision that still stands as it was."""

    row: int
    point: Contribution
    current: Decision
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Clash:
    """A rationale that was edited, while the decision was changed in the portal."""

    row: int
    point: Contribution
    current: Decision
    base: Decision
    after: str

    @property
    def token(self) -> str:
        """Names the point and what stands now, so that nobody agrees to something they did not see."""
        return f"{self.point.pk}:{self.current.pk}"

    @property
    def other_answer(self) -> bool:
        """True when not only the words differ: where it goes, or how much of it is taken up."""
        return _content(self.current)[1:] != _content(self.base)[1:]


@dataclass(slots=True)
class Comparison:
    """A sheet beside the plan as it is now."""

    unchanged: int = 0
    edits: list[Edit] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)
    ignored: list[tuple[str, str, bool]] = field(default_factory=list)
    """(column, its rows in words, whether it belongs to the decision) of what was changed and is not read back."""
    gone: dict[str, str] = field(default_factory=dict)
    """Token -> reference of rows whose decision has gone since they were read."""

    @property
    def tokens(self) -> dict[str, str]:
        """Token -> reference of every row that somebody changed in the portal meanwhile."""
        return {clash.token: clash.point.reference for clash in self.clashes} | self.gone


def comparison_of(plan: Plan, sheet: RationaleSheet) -> Comparison:
    """The sheet beside what stands now. Five queries, whatever its length."""
    edited = [row for row in sheet.rows if "rationale" in row]
    found = Comparison(unchanged=len(sheet.rows) - len(edited), problems=list(sheet.problems), ignored=_in_words(sheet.rows))
    points = {point.pk: point for point in _with_decisions(plan, [row["point"] for row in edited])}
    bases = _decisions(row["seen"] for row in edited)
    for row in edited:
        _place(found, row, points.get(row["point"]), bases[row["seen"]])
    found.problems.sort(key=lambda problem: problem["row"])
    return found


def _with_decisions(plan: Plan, ids: Sequence[int]) -> QuerySet[Contribution]:
    destinations = Destination.objects.select_related("priority").order_by("position")
    current = Decision.objects.current().select_related("made_by").prefetch_related(Prefetch("destinations", destinations))
    points = Contribution.objects.standing().filter(pk__in=ids, round__in=plan.round_ids).defer("search").select_related("round")
    return points.prefetch_related(Prefetch("decisions", current, to_attr="current_decisions"))


def _place(found: Comparison, row: dict[str, Any], point: Contribution | None, base: Decision) -> None:
    current: Decision | None = next(iter(point.current_decisions), None) if point else None  # type: ignore[attr-defined]
    if point is None or current is None:
        found.gone[f"{row['point']}:0"] = row["reference"]
        words = UNDONE if point else WITHDRAWN
        found.problems.append({"row": row["row"], "sentence": words.format(row["reference"])})
    elif plain(current.rationale) == row["rationale"]:
        found.unchanged += 1
    elif current.pk == base.pk or _content(current) == _content(base):
        found.edits.append(Edit(row["row"], point, current, current.rationale, row["rationale"]))
    else:
        found.clashes.append(Clash(row["row"], point, current, base, row["rationale"]))


def _content(decision: Decision) -> tuple[Any, ...]:
    places = tuple((one.kind, one.priority_id, one.named) for one in decision.destinations.all())
    return plain(decision.rationale), decision.extent, places


def _in_words(rows: Iterable[dict[str, Any]]) -> list[tuple[str, str, bool]]:
    """In the order of the columns: 'Bestemming', 'in rij 3, 8 en 11'."""
    where: dict[str, list[int]] = {}
    for row in rows:
        for title in row.get("ignored", ()):
            where.setdefault(title, []).append(row["row"])
    return [(column.title, _rows_in_words(where[column.title]), column.title in ONLY_HERE) for column in COLUMNS if column.title in where]


def _rows_in_words(rows: list[int]) -> str:
    if len(rows) > 5:
        return f"in {len(rows)} rijen, te beginnen met rij {rows[0]}"
    return "in rij " + " en ".join([", ".join(map(str, rows[:-1])), str(rows[-1])] if len(rows) > 1 else [str(rows[0])])
