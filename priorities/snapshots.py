"""Building the snapshot of a plan from the database: every query a paper needs happens here, and nowhere later."""

from collections import defaultdict

from consultation.models import Contribution
from ivp_portal.organisation.models import Area, AreaKind
from priorities.models import (
    ArgumentKind,
    CouncilProposal,
    Decision,
    Destination,
    Extent,
    Figure,
    Phase,
    Plan,
    Priority,
    SectionKind,
)
from priorities.snapshot import (
    ArgumentSnapshot,
    ChapterSnapshot,
    DestinationSnapshot,
    FigureSnapshot,
    IndicatorSnapshot,
    PlanSnapshot,
    PrioritySectionSnapshot,
    PrioritySnapshot,
    ProposalSnapshot,
    RouteStepSnapshot,
    WeighedRow,
    WeighedSubject,
)
from priorities.states import PlanStatus

EXTENT_ON_PAPER = {Extent.WHOLLY: "", Extent.PARTLY: "Deels overgenomen", Extent.NOT: ""}


def snapshot_of(plan: Plan) -> PlanSnapshot:
    """The plan as plain values. A fixed number of queries, whatever its size; reads plan.area and its lineage."""
    area = plan.area
    team, district = area.above(AreaKind.TEAM), area.above(AreaKind.DISTRICT)
    neighbours = _municipalities(area, plan)
    subjects = _subjects(plan)
    return PlanSnapshot(
        municipality=area.name,
        slug=area.slug,
        area_code=area.code,
        period=plan.period,
        title=plan.title,
        motto=plan.motto,
        status=plan.status,
        status_label=PlanStatus(plan.status).label,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        adopted_on=plan.adopted_on,
        decision_number=plan.decision_number,
        portfolio_holder=plan.portfolio_holder,
        made_with=plan.made_with,
        colophon=plan.colophon,
        district=district.name if district else "",
        team=team.name if team else "",
        municipalities=tuple(neighbour.name for neighbour in neighbours),
        route=_route(plan),
        chapters=tuple(
            ChapterSnapshot(chapter.number, chapter.title, chapter.lead, chapter.body, chapter.shows) for chapter in plan.chapters.all()
        ),
        priorities=_priorities(plan, neighbours, subjects),
        subjects=subjects,
        indicators=_indicators(neighbours, area),
        proposal=_proposal(plan),
    )


def _municipalities(area: Area, plan: Plan) -> list[Area]:
    """Those of the district on the plan's first day: the own one, then its basisteam's, then the others."""
    district = area.above(AreaKind.DISTRICT) or area
    found = Area.objects.within(district).municipalities().existing_on(plan.starts_on).with_lineage().order_by("name")
    return sorted(found, key=lambda other: (other.pk != area.pk, other.parent_id != area.parent_id))


def _route(plan: Plan) -> tuple[RouteStepSnapshot, ...]:
    steps = {step.phase: step for step in plan.route_steps.all()}
    return tuple(
        RouteStepSnapshot(phase, phase.label, steps[phase].meeting, steps[phase].on_date, steps[phase].note)
        for phase in Phase
        if phase in steps
    )


def _subjects(plan: Plan) -> tuple[WeighedSubject, ...]:
    """Contributions grouped by subject, in the order in which subjects were first named, numbered subject.row."""
    contributions = list(
        Contribution.objects.standing()
        .filter(round__plan_round__plan=plan)
        .select_related("round", "submission__contributor")
        .defer("search")
        .in_order()
    )
    # A decision that waits for a second person is no answer yet: on paper its point is not weighed.
    agreed = Decision.objects.current().agreed().filter(contribution__in=contributions)
    decisions = {decision.contribution_id: decision for decision in agreed}
    destinations: dict[int, list[Destination]] = defaultdict(list)
    for destination in Destination.objects.filter(decision__in=decisions.values()).select_related("priority").order_by("position"):
        destinations[destination.decision_id].append(destination)
    grouped: dict[str, list[Contribution]] = {}
    for contribution in contributions:
        grouped.setdefault(contribution.subject, []).append(contribution)
    return tuple(
        WeighedSubject(
            number,
            subject,
            tuple(
                _row(f"{number}.{index}", contribution, decisions.get(contribution.pk), destinations)
                for index, contribution in enumerate(group, 1)
            ),
        )
        for number, (subject, group) in enumerate(grouped.items(), 1)
    )


def _row(number: str, said: Contribution, decision: Decision | None, destinations: dict[int, list[Destination]]) -> WeighedRow:
    return WeighedRow(
        number=number,
        reference=said.reference,
        point=said.point,
        text=said.text,
        said_by=str(said.submission.contributor),
        said_on=said.submission.said_on,
        round_title=said.round.title,
        destinations=tuple(
            DestinationSnapshot(found.kind, found.kind_of.paper_label, found.kind_of.tone, found.name)
            for found in (destinations[decision.pk] if decision else ())
        ),
        extent=decision.extent if decision else "",
        extent_label=EXTENT_ON_PAPER[Extent(decision.extent)] if decision else "",
        rationale=decision.rationale if decision else "",
    )


def _priorities(plan: Plan, neighbours: list[Area], subjects: tuple[WeighedSubject, ...]) -> tuple[PrioritySnapshot, ...]:
    chosen = Priority.objects.chosen_for(plan).select_related("area").prefetch_related("sections")
    named = defaultdict(list)
    for subject in subjects:
        for row in subject.rows:
            for title in {destination.name for destination in row.destinations}:
                named[title].append(row.number)
    found = []
    for number, priority in enumerate(chosen, 1):
        bodies = {section.kind: section.body for section in priority.sections.all()}
        found.append(
            PrioritySnapshot(
                number=number,
                title=priority.title,
                summary=priority.summary,
                lead=priority.lead,
                level=priority.level,
                level_label=priority.level_label,
                area=priority.area.name,
                shared_by=tuple(other.name for other in neighbours if priority.area_id in {above.pk for above in other.lineage()}),
                sections=tuple(PrioritySectionSnapshot(kind, kind.label, bodies[kind]) for kind in SectionKind if bodies.get(kind)),
                contributions=tuple(named[priority.title]),
            )
        )
    return tuple(found)


def indicators_of(plan: Plan) -> tuple[IndicatorSnapshot, ...]:
    """The figures a plan shows. Two queries; reads plan.area and its lineage."""
    return _indicators(_municipalities(plan.area, plan), plan.area)


def _indicators(neighbours: list[Area], own: Area) -> tuple[IndicatorSnapshot, ...]:
    """The figures of the district's municipalities, highest first within an indicator."""
    figures = Figure.objects.filter(area__in=neighbours).select_related("indicator", "area").order_by("indicator__title", "area__name")
    grouped: dict[int, list[Figure]] = {}
    for figure in figures:
        grouped.setdefault(figure.indicator_id, []).append(figure)
    return tuple(_indicator(group, own) for group in grouped.values())


def _indicator(figures: list[Figure], own: Area) -> IndicatorSnapshot:
    indicator = figures[0].indicator
    sources = [(figure.source, figure.year) for figure in figures]
    common = max(sources, key=sources.count)
    return IndicatorSnapshot(
        title=indicator.title,
        unit=indicator.unit,
        note=indicator.note,
        is_example=indicator.is_example,
        figures=tuple(
            FigureSnapshot(
                area=figure.area.name,
                value=float(figure.value) if figure.value is not None else None,
                year=figure.year,
                source=figure.source,
                is_own=figure.area_id == own.pk,
                differs=(figure.source, figure.year) != common,
            )
            for figure in figures
        ),
    )


def _proposal(plan: Plan) -> ProposalSnapshot | None:
    proposal = CouncilProposal.objects.filter(plan=plan).prefetch_related("arguments").first()
    if proposal is None:
        return None
    numbered: dict[str, list[ArgumentSnapshot]] = {kind: [] for kind in ArgumentKind}
    counts: dict[tuple[str, int], int] = defaultdict(int)
    for argument in proposal.arguments.all():
        counts[argument.kind, argument.decision_point] += 1
        number = f"{argument.decision_point}.{counts[argument.kind, argument.decision_point]}"
        numbered[argument.kind].append(ArgumentSnapshot(number, argument.title, argument.text))
    return ProposalSnapshot(
        title=proposal.title,
        decision_points=_lines(proposal.decision_points),
        planning=proposal.planning,
        summary=proposal.summary,
        introduction=proposal.introduction,
        purpose=proposal.purpose,
        arguments=tuple(numbered[ArgumentKind.ARGUMENT]),
        caveats=tuple(numbered[ArgumentKind.CAVEAT]),
        finances=proposal.finances,
        execution=proposal.execution,
        secretary=proposal.secretary,
        mayor=proposal.mayor,
        attachments=_lines(proposal.attachments),
        case_number=proposal.case_number,
        replaces=proposal.replaces,
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
