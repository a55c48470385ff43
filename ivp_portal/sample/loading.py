"""Putting the sample into the database: through the same services as the screens, so that the log tells how it came to be.

Repeating it changes nothing: a plan that is there is left alone with all that belongs to it, whatever people made of it since.
"""

from dataclasses import asdict, dataclass
from decimal import Decimal

from django.db import connection, transaction

from consultation.models import Contribution, Round
from consultation.services import record_on_behalf
from ivp_portal.audit.log import record
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from ivp_portal.organisation.models import Area, User
from ivp_portal.organisation.roles import Role
from ivp_portal.organisation.services import grant_membership, load_areas
from ivp_portal.sample import texts
from ivp_portal.sample.accounts import SAMPLE_ACCOUNTS, SAMPLE_PASSWORD
from priorities.decision_kinds import DECISION_KINDS
from priorities.models import (
    Argument,
    ArgumentKind,
    Chapter,
    CouncilProposal,
    Figure,
    Indicator,
    Plan,
    PlanPriority,
    PlanRound,
    Priority,
    PrioritySection,
    RouteStep,
    SectionKind,
)
from priorities.rules import Choice, PriorityFacts
from priorities.services import adopt_plan, decide, propose_plan
from priorities.states import PlanStatus

# Two people who start the portal at once wait for each other; any number that nothing else in the portal uses.
ONE_AT_A_TIME = 2027_2030


@dataclass
class Added:
    """How many of each were added; nothing is ever changed."""

    areas: int = 0
    accounts: int = 0
    figures: int = 0
    priorities: int = 0
    rounds: int = 0
    contributions: int = 0
    decisions: int = 0
    plans: int = 0

    @property
    def anything(self) -> bool:
        return any(asdict(self).values())


@transaction.atomic
def load_sample() -> Added:
    """Load what is not there yet, all or nothing; returns how many were added."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    added = Added(areas=load_areas()["added"])
    _load_accounts(added)
    _load_figures(added)
    priorities = texts.priorities()
    plans = texts.plans()
    places = {text.area for text in priorities.values()} | {text.plan.area for text in plans}
    with inside(*sorted(places)) as areas:
        library = _Library({area.slug: area for area in areas}, priorities, added)
        for text in plans:
            library.load_plan(text)
    return added


def _load_accounts(added: Added) -> None:
    """An account that exists keeps its password and its roles."""
    known = set(User.objects.values_list("username", flat=True))
    for username, full_name, role, area, party in SAMPLE_ACCOUNTS:
        if username not in known:
            user = User.objects.create_user(username, f"{username}@portaal.invalid", SAMPLE_PASSWORD, full_name=full_name)
            grant_membership(user, Area.objects.get(slug=area), Role(role), party=party)
            added.accounts += 1


def _load_figures(added: Added) -> None:
    text = texts.indicator()
    indicator, _ = Indicator.objects.get_or_create(
        slug=text.slug, defaults={"title": text.title, "unit": text.unit, "note": text.note, "is_example": text.is_example}
    )
    for figure in text.figures:
        _, made = Figure.objects.get_or_create(
            indicator=indicator,
            area=Area.objects.get(slug=figure.area),
            year=figure.year,
            defaults={"value": Decimal(figure.value), "source": figure.source},
        )
        added.figures += made


class _Library:
    """The areas and priorities that plans of the sample share, while they are loaded. All areas are open for writing."""

    def __init__(self, areas: dict[str, Area], priorities: dict[str, texts.PriorityText], added: Added) -> None:
        self.areas = areas
        self.priority_texts = priorities
        self.added = added
        self.people = {user.username: user for user in User.objects.filter(username__in=[account[0] for account in SAMPLE_ACCOUNTS])}
        self.rounds = texts.rounds()
        self.contributions = texts.contributions()

    def load_plan(self, text: texts.PlanText) -> None:
        """The plan with its rounds, what was said in them and what was decided; nothing when the municipality has a plan for that period."""
        facts = text.plan
        area, by = self.areas[facts.area], self.people[facts.written_by]
        if Plan.objects.of(area).filter(starts_on=facts.starts_on).exists():
            return
        plan = Plan.objects.create(
            area=area,
            starts_on=facts.starts_on,
            ends_on=facts.ends_on,
            motto=facts.motto,
            portfolio_holder=facts.portfolio_holder,
            made_with=facts.made_with,
            colophon=facts.colophon.strip(),
            weigh_by=facts.weigh_by,
        )
        record("plan.started", by=by, target=plan)
        self.added.plans += 1
        for position, key in enumerate(facts.priorities, 1):
            PlanPriority.objects.create(area=area, plan=plan, priority=self.priority(key, by), position=position)
        RouteStep.objects.bulk_create(
            RouteStep(area=area, plan=plan, phase=step.phase, meeting=step.meeting, on_date=step.on_date, note=step.note)
            for step in text.route
        )
        for chapter in text.chapters:
            self.write_chapter(plan, chapter, by)
        if text.proposal:
            self.write_proposal(plan, text.proposal, by)
        for round_text in self.rounds:
            if round_text.area == facts.area and round_text.period == text.period:
                self.hold_round(plan, round_text, by)
        self.take_to_council(plan, facts, by)

    def priority(self, key: str, by: User) -> Priority:
        """The priority of that key, made when no plan needed it before. The log remembers the key, whatever the title is by now."""
        text = self.priority_texts[key]
        area = self.areas[text.area]
        made = LogEntry.objects.filter(verb="priority.written", area=area, facts__sample=key).first()
        same_title = Priority.objects.of(area).filter(title=text.title, starts_on=text.starts_on)
        if known := Priority.objects.filter(pk=made.target_id).first() if made else same_title.first():
            return known
        priority = Priority.objects.create(
            area=area, title=text.title, summary=text.summary, lead=text.lead, starts_on=text.starts_on, ends_on=text.ends_on
        )
        PrioritySection.objects.bulk_create(
            PrioritySection(area=area, priority=priority, kind=kind, body=getattr(text.sections, kind).strip()) for kind in SectionKind.values
        )
        record("priority.written", by=by, target=priority, sample=key)
        self.added.priorities += 1
        return priority

    @staticmethod
    def write_chapter(plan: Plan, text: texts.ChapterText, by: User) -> None:
        chapter = Chapter.objects.create(
            area=plan.area,
            plan=plan,
            number=text.number,
            title=text.title,
            lead=text.lead.strip(),
            body=text.body.strip(),
            shows=text.shows,
        )
        record("chapter.changed", by=by, target=chapter)

    @staticmethod
    def write_proposal(plan: Plan, text: texts.ProposalText, by: User) -> None:
        proposal = CouncilProposal.objects.create(
            area=plan.area,
            plan=plan,
            title=text.title,
            case_number=text.case_number,
            replaces=text.replaces,
            secretary=text.secretary,
            mayor=text.mayor,
            decision_points="\n".join(text.decision_points),
            attachments="\n".join(text.attachments),
            planning=text.planning.strip(),
            summary=text.summary.strip(),
            introduction=text.introduction.strip(),
            purpose=text.purpose.strip(),
            finances=text.finances.strip(),
            execution=text.execution.strip(),
        )
        Argument.objects.bulk_create(
            Argument(
                area=plan.area,
                proposal=proposal,
                kind=kind,
                decision_point=argument.decision_point,
                position=position,
                title=argument.title,
                text=argument.text.strip(),
            )
            for kind, arguments in ((ArgumentKind.ARGUMENT, text.arguments), (ArgumentKind.CAVEAT, text.caveats))
            for position, argument in enumerate(arguments, 1)
        )
        record("proposal.changed", by=by, target=proposal)

    def hold_round(self, plan: Plan, text: texts.RoundText, by: User) -> None:
        """The round, what was said in it, and what has been decided about that."""
        round = Round.objects.create(
            area=plan.area,
            slug=text.slug,
            kind=text.kind,
            title=text.title,
            question=text.question,
            opens_at=text.opens_at,
            closes_at=text.closes_at,
        )
        PlanRound.objects.create(area=plan.area, plan=plan, round=round)
        record("round.opened", by=by, target=round)
        self.added.rounds += 1
        for said in self.contributions:
            if said.round == text.slug:
                self.weigh(self.hear(round, said, text.channel, by), said.decision)

    def hear(self, round: Round, said: texts.ContributionText, usual_channel: str, by: User) -> Contribution:
        self.added.contributions += 1
        return record_on_behalf(
            round,
            subject=said.subject,
            sub_subject=said.sub_subject,
            text=said.text,
            contributor_kind=said.kind,
            party=said.party,
            channel=said.channel or usual_channel,
            said_on=said.said_on,
            by=by,
        )

    def weigh(self, contribution: Contribution, answer: texts.DecisionText | None) -> None:
        if answer is None:
            return
        by = self.people[answer.by]
        choices = [self.choice(destination, by) for destination in answer.destinations]
        decide(contribution, choices=choices, extent=answer.extent, rationale=answer.rationale, by=by)
        self.added.decisions += 1

    def choice(self, text: texts.DestinationText, by: User) -> Choice:
        kind = DECISION_KINDS[text.kind]
        if not text.priority:
            return Choice(kind, named=text.named)
        priority = self.priority(text.priority, by)
        return Choice(kind, PriorityFacts(priority.pk, priority.title, priority.level))

    def take_to_council(self, plan: Plan, facts: texts.FactsText, by: User) -> None:
        """As far as the text says: a draft stays one."""
        if facts.status == PlanStatus.DRAFT:
            return
        propose_plan(plan, by=by)
        if facts.status == PlanStatus.ADOPTED:
            adopt_plan(plan, on=facts.adopted_on, by=self.people[facts.adopted_by], decision_number=facts.decision_number)
