"""What makes a decision, a plan's period and its route sound: values in, problems out. No database, no Django.

The form shows these beside the field, the service refuses with them, the test table lists them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from priorities.decision_kinds import DecisionKind
from priorities.texts.placeholders import gaps_in

LEVEL_WORDS = {"nation": "landelijke", "unit": "regionale", "district": "regionale", "team": "regionale", "municipality": "lokale"}
RATIONALE_LIMIT = 4000
PLAN_YEARS = 4


@dataclass(frozen=True, slots=True)
class PriorityFacts:
    """What a rule needs to know of a priority."""

    pk: int
    title: str
    level: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One destination as somebody chose it."""

    kind: DecisionKind
    priority: PriorityFacts | None = None
    named: str = ""

    @property
    def name(self) -> str:
        """The priority, body, policy field or chapter it names."""
        return self.priority.title if self.priority else self.named


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: the field it belongs to (destination, destination-2, extent, rationale) and what to do, in Dutch."""

    field: str
    message: str


class RuleBroken(Exception):
    """A change was refused; `problems` says why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(problem.message for problem in problems))
        self.problems = list(problems)


def problems_with(choices: Sequence[Choice], *, extent: str, rationale: str, for_draft_strategy: bool = False) -> list[Problem]:
    """Everything wrong with this decision, in the order of the form; an empty list when it is sound (seed 004, chapter 1.4)."""
    problems = []
    if not choices:
        problems.append(Problem("destination", "Kies een bestemming."))
    for index, choice in enumerate(choices):
        field = "destination" if index == 0 else f"destination-{index + 1}"
        if message := _problem_with_choice(choice, for_draft_strategy=for_draft_strategy):
            problems.append(Problem(field, message))
        elif choice in choices[:index]:
            problems.append(Problem(field, "Deze bestemming staat er al. Kies een andere, of laat de tweede weg."))
    refusals = [choice for choice in choices if not choice.kind.taken_up]
    if refusals and len(choices) > 1:
        words = f"‘{refusals[0].kind.label}’ gaat niet samen met een andere bestemming. Kies één van beide."
        problems.append(Problem("destination", words))
    if len(choices) > 1 and for_draft_strategy:
        problems.append(Problem("destination-2", "Een punt over een ontwerp krijgt één antwoord. Laat het tweede weg."))
    fixed = choices[0].kind.extent if choices else ""
    problems += _problems_with_extent(extent, refused=bool(refusals), chosen=bool(choices))
    if fixed and not refusals and extent in {"wholly", "partly"} and extent != fixed:
        problems.append(Problem("extent", f"‘{choices[0].kind.label}’ zegt al hoeveel u overneemt. Kies een ander antwoord."))
    if message := problem_with_rationale(rationale):
        problems.append(Problem("rationale", message))
    return problems


def problem_with_rationale(rationale: str) -> str:
    """What is wrong with the words of a decision; '' when nothing is."""
    if not rationale.strip():
        return "Vul in waarom u dit besluit. Eén zin is genoeg."
    if len(rationale) > RATIONALE_LIMIT:
        return f"Deze motivering heeft {len(rationale)} tekens. Houd het op ten hoogste {RATIONALE_LIMIT}."
    if gaps := gaps_in(rationale):
        return f"In de motivering is nog iets open: {', '.join(gaps)}. Vul dat in, of haal het weg."
    return ""


def _problem_with_choice(choice: Choice, *, for_draft_strategy: bool) -> str:
    kind = choice.kind
    if kind.retired:
        return f"‘{kind.label}’ wordt niet meer gebruikt. Kies een andere bestemming."
    if kind.drafts_only != for_draft_strategy:
        return f"‘{kind.label}’ past niet bij deze ronde. Kies een andere bestemming."
    if kind.needs_priority and choice.priority is None:
        return f"Kies een prioriteit bij ‘{kind.label}’, of kies een andere bestemming."
    if choice.priority and not kind.needs_priority:
        return f"‘{kind.label}’ noemt geen prioriteit. Laat de prioriteit weg, of kies een andere bestemming."
    if choice.priority and choice.priority.level not in kind.priority_at:
        word = LEVEL_WORDS[choice.priority.level]
        return f"‘{choice.priority.title}’ is een {word} prioriteit. Kies bij ‘{kind.label}’ een andere, of kies een andere bestemming."
    if kind.names and not choice.named.strip():
        return f"Vul bij ‘{kind.label}’ in: {kind.names.lower()}."
    return ""


def _problems_with_extent(extent: str, *, refused: bool, chosen: bool) -> list[Problem]:
    if not chosen:
        return []
    if refused:
        return [] if extent == "not" else [Problem("extent", "Bij een punt dat niet wordt opgenomen, hoort ‘Niet’.")]
    if extent == "not":
        return [Problem("extent", "‘Niet’ hoort alleen bij een punt dat niet wordt opgenomen. Kies ‘Geheel’ of ‘Deels’.")]
    if extent not in {"wholly", "partly"}:
        return [Problem("extent", "Kies of u het punt geheel of deels overneemt.")]
    return []


def problem_with_period(first: int, last: int) -> str:
    """What is wrong with a plan for these years; '' when nothing is (Politiewet 2012, art. 38b: at least once every four years)."""
    if last < first:
        return f"Het laatste jaar ligt vóór {first}. Kies {first} of later."
    if last - first >= PLAN_YEARS:
        return f"Een plan geldt ten hoogste {PLAN_YEARS} jaar. Kies {first + PLAN_YEARS - 1} of eerder."
    return ""


def problem_with_council_date(on: date | None, *, today: date, route_begins: date | None = None) -> str:
    """What is wrong with the day on which the council decided; '' when nothing is. It lies in the route of the plan."""
    if on is None:
        return "Vul de datum in waarop de raad het plan vaststelde, bijvoorbeeld 03-02-2027."
    if on > today:
        return f"De raad kan niet in de toekomst besloten hebben ({on:%d-%m-%Y}). Vul de datum van de raadsvergadering in."
    if route_begins and on < route_begins:
        begun, said = f"De route van dit plan begon op {route_begins:%d-%m-%Y}.", f"De raad kan niet op {on:%d-%m-%Y} besloten hebben."
        return f"{begun} {said} Vul de datum van de raadsvergadering in."
    return ""


def problems_with_route(days: Sequence[tuple[str, str, date | None]]) -> list[Problem]:
    """Steps of the council's route (field, name, day) that come before an earlier step; days that are not known yet are skipped."""
    problems, latest = [], None
    for field, name, day in days:
        if day is None:
            continue
        if latest and day < latest[1]:
            before, when = latest
            problems.append(Problem(field, f"{name} komt na {before.lower()} ({when:%d-%m-%Y}). Kies die dag of een latere."))
        latest = (name, day)
    return problems
