"""Putting the sample into the database: through the same services as the screens, so that the log tells how it came to be.

Repeating it changes nothing: a plan that is there is left alone with all that belongs to it, whatever people made of it since.
"""

from dataclasses import asdict, dataclass
from decimal import Decimal

from django.db import connection, transaction

from consultation.models import Channel, Contribution, ContributorKind, Round, RoundTheme, Theme
from consultation.services import import_contributions, invite_slots, load_themes, record_letter, record_on_behalf
from ivp_portal.audit.log import record
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from ivp_portal.organisation.models import Area, User
from ivp_portal.organisation.roles import Role
from ivp_portal.organisation.services import grant_membership, load_areas
from ivp_portal.sample import texts
from ivp_portal.sample.accounts import SAMPLE_ACCOUNTS, SAMPLE_PASSWORD
from priorities import services
from priorities.decision_kinds import DECISION_KINDS
from priorities.models import Figure, Indicator, Phase, Plan, Priority, SavedView, SectionKind, StandardRationale
from priorities.rules import Choice, PriorityFacts
from priorities.states import PlanStatus

# Two people who start the portal at once wait for each other; any number that nothing else in the portal uses.
ONE_AT_A_TIME = 2027_2030


@dataclass
class Added:
    """How many of each were added; nothing is ever changed."""

    areas: int = 0
    themes: int = 0
    accounts: int = 0
    figures: int = 0
    priorities: int = 0
    rounds: int = 0
    invitations: int = 0
    letters: int = 0
    contributions: int = 0
    decisions: int = 0
    plans: int = 0
    standards: int = 0
    notes: int = 0
    views: int = 0

    @property
    def anything(self) -> bool:
        return any(asdict(self).values())


@transaction.atomic
def load_sample() -> Added:
    """Load what is not there yet, all or nothing; returns how many were added."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    added = Added(areas=load_areas()["added"])
    added.themes = load_themes()["themes"]
    _load_accounts(added)
    _load_figures(added)
    priorities = texts.priorities()
    plans = texts.plans()
    loose = [text for text in texts.rounds() if not text.period]
    places = {text.area for text in priorities.values()} | {text.plan.area for text in plans} | {text.area for text in loose}
    places |= {text.area for text in texts.desk().standards}
    with inside(*sorted(places)) as areas:
        library = _Library({area.slug: area for area in areas}, priorities, added)
        for text in plans:
            library.load_plan(text)
        for round_text in loose:
            library.load_round(round_text)
        library.share_standards()
    return added


def _load_accounts(added: Added) -> None:
    """An account that exists keeps its password and its roles."""
    known = set(User.objects.values_list("username", flat=True))
    made: dict[str, User] = {}
    for username, full_name, role, area, party in SAMPLE_ACCOUNTS:
        if username in known:
            continue
        if username not in made:
            made[username] = User.objects.create_user(username, f"{username}@portaal.invalid", SAMPLE_PASSWORD, full_name=full_name)
        grant_membership(made[username], Area.objects.get(slug=area), Role(role), party=party)
    added.accounts += len(made)


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
    """The areas, people and priorities that plans of the sample share, while they are loaded. All these areas are open for writing."""

    def __init__(self, areas: dict[str, Area], priorities: dict[str, texts.PriorityText], added: Added) -> None:
        self.areas = areas
        self.priority_texts = priorities
        self.added = added
        self.people = {user.username: user for user in User.objects.filter(username__in=[account[0] for account in SAMPLE_ACCOUNTS])}
        self.rounds = texts.rounds()
        self.contributions = texts.contributions()
        self.letters = texts.letters()

    def load_plan(self, text: texts.WholePlan) -> None:
        """The plan with its rounds, what was said in them and what was decided.

        Nothing when the municipality has a plan that begins on that day.
        """
        facts = text.plan
        area, by = self.areas[facts.area], self.people[facts.written_by]
        if Plan.objects.of(area).filter(starts_on=facts.starts_on).exists():
            return
        round_texts = [round_text for round_text in self.rounds if (round_text.area, round_text.period) == (facts.area, text.period)]
        rounds = {round_text.slug: self.round(area, round_text, by) for round_text in round_texts}
        plan = services.start_plan(area, starts_on=facts.starts_on, ends_on=facts.ends_on, rounds=list(rounds.values()), by=by)
        self.added.plans += 1
        self.write(plan, text, by)
        for round_text in round_texts:
            round = rounds[round_text.slug]
            read_in = self.read_in(round, round_text.spreadsheet, by) if round_text.spreadsheet else {}
            for said in self.contributions:
                if said.round == round.slug:
                    known = read_in.get((said.subject, said.sub_subject))
                    self.weigh(known or self.hear(round, said, round_text.channel, by), said.decision)
        self.furnish(plan)
        self.take_to_council(plan, facts, by)

    def furnish(self, plan: Plan) -> None:
        """The desk of the officers of this plan: who answers which theme, what they noted, the views they keep."""
        desk, area = texts.desk(), plan.area
        for handler in desk.handlers:
            if (handler.area, handler.period) == (area.slug, plan.period):
                theme = Theme.objects.of(area).get(name=handler.theme)
                services.set_theme_handlers(plan, {theme: self.people[handler.assignee]}, by=self.people[handler.by])
        points = Contribution.objects.filter(round__plan_round__plan=plan).select_related("round", "area")
        for note in desk.notes:
            if point := points.filter(area=area, round__slug=note.round, sub_subject=note.sub_subject).first():
                services.add_note(point, text=note.text, by=self.people[note.by])
                self.added.notes += 1
        for view in desk.views:
            if view.area == area.slug:
                owner, values = self.people[view.owner], {"query": view.query, "is_shared": view.is_shared}
                _, made = SavedView.objects.get_or_create(area=area, owner=owner, name=view.name, defaults=values)
                self.added.views += made

    def share_standards(self) -> None:
        """The standard texts of each area that has none of its own yet."""
        for area in self.areas.values():
            if StandardRationale.objects.filter(area=area).exists():
                continue
            for text in texts.desk().standards:
                if text.area == area.slug:
                    by = self.people[text.by]
                    services.add_standard(area, kind=text.kind, name=text.name, text=text.text, is_usual=text.is_usual, by=by)
                    self.added.standards += 1

    def load_round(self, text: texts.RoundText) -> None:
        """A round that feeds no plan, with a place for each municipality it asks and the letters that came. Nothing when it is there."""
        area, by = self.areas[text.area], self.people[text.written_by]
        if Round.objects.of(area).filter(slug=text.slug).exists():
            return
        round = self.round(area, text, by)
        if text.slots_on:
            self.added.invitations += invite_slots(round, text.slots_on, by=by).added
        for letter in self.letters:
            if letter.round == text.slug:
                self.receive(round, letter, by)

    def receive(self, round: Round, letter: texts.LetterText, by: User) -> None:
        """The letter, whole: nobody made points of it yet."""
        slot = round.invitations.get(body__slug=letter.body)
        record_letter(
            round,
            contributor_kind=ContributorKind.AREA,
            party=slot.name,
            channel=Channel.LETTER,
            said_on=letter.said_on,
            text=letter.text.strip(),
            invitation=slot,
            by=by,
        )
        self.added.letters += 1

    def round(self, area: Area, text: texts.RoundText, by: User) -> Round:
        """Not by open_round, which makes the address of the title: scripts and the manual name the sample's rounds by theirs."""
        round = Round.objects.create(
            area=area,
            slug=text.slug,
            kind=text.kind,
            title=text.title,
            question=text.question,
            introduction=text.introduction,
            title_en=text.title_en,
            question_en=text.question_en,
            introduction_en=text.introduction_en,
            is_public=text.is_public,
            opens_at=text.opens_at,
            closes_at=text.closes_at,
            slots_on=text.slots_on,
        )
        themes = Theme.objects.of(area).filter(name__in=text.themes)
        RoundTheme.objects.bulk_create(RoundTheme(area=area, round=round, theme=theme) for theme in themes)
        record("round.opened", by=by, target=round)
        self.added.rounds += 1
        return round

    def write(self, plan: Plan, text: texts.WholePlan, by: User) -> None:
        """The plan's own words: front and back, route, priorities, chapters and council proposal."""
        facts = text.plan
        services.change_plan(
            plan,
            motto=facts.motto,
            portfolio_holder=facts.portfolio_holder,
            made_with=facts.made_with,
            colophon=facts.colophon.strip(),
            by=by,
        )
        steps = {Phase(step.phase): services.Meeting(step.meeting, step.on_date, step.note) for step in text.route}
        services.change_route(plan, steps=steps, weigh_by=facts.weigh_by, by=by)
        services.choose_priorities(plan, priorities=[self.priority(key, by) for key in facts.priorities], by=by)
        written = {chapter.number: chapter for chapter in text.chapters}
        for chapter in plan.chapters.all():
            new = written[chapter.number]
            services.change_chapter(
                chapter, seen=chapter.version, title=new.title, lead=new.lead.strip(), body=new.body.strip(), shows=new.shows, by=by
            )
        if text.proposal:
            self.propose(plan, text.proposal, by)

    def priority(self, key: str, by: User) -> Priority:
        """The priority of that key, written when no plan needed it before.

        The log remembers under which title it was written, whatever it is called by now.
        """
        text = self.priority_texts[key]
        area = self.areas[text.area]
        written = LogEntry.objects.filter(verb="priority.written", area=area, target_label=text.title, facts__starts_on=str(text.starts_on))
        if known := Priority.objects.filter(pk__in=[int(line.target_id) for line in written]).first():
            return known
        self.added.priorities += 1
        return services.write_priority(
            area,
            title=text.title,
            summary=text.summary,
            lead=text.lead,
            starts_on=text.starts_on,
            ends_on=text.ends_on,
            sections={kind: getattr(text.sections, kind.value).strip() for kind in SectionKind},
            by=by,
        )

    @staticmethod
    def propose(plan: Plan, text: texts.ProposalText, by: User) -> None:
        """Write the council proposal; decision points and attachments stand one a line."""
        words = {
            "title": text.title,
            "case_number": text.case_number,
            "replaces": text.replaces,
            "secretary": text.secretary,
            "mayor": text.mayor,
            "decision_points": "\n".join(text.decision_points),
            "attachments": "\n".join(text.attachments),
            "planning": text.planning.strip(),
            "summary": text.summary.strip(),
            "introduction": text.introduction.strip(),
            "purpose": text.purpose.strip(),
            "finances": text.finances.strip(),
            "execution": text.execution.strip(),
        }
        services.change_proposal(
            plan,
            seen=0,
            texts=words,
            arguments=[services.ArgumentText(row.decision_point, row.title, row.text.strip()) for row in text.arguments],
            caveats=[services.ArgumentText(row.decision_point, row.title, row.text.strip()) for row in text.caveats],
            by=by,
        )

    def read_in(self, round: Round, file_name: str, by: User) -> dict[tuple[str, str], Contribution]:
        """Import the file, as an officer would; (subject, sub-subject) -> what it brought."""
        content = (texts.DATA / file_name).read_bytes()
        self.added.contributions += import_contributions(round, content=content, file_name=file_name, by=by).added
        return {(said.subject, said.sub_subject): said for said in round.contributions.all()}

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
        services.decide(contribution, choices=choices, extent=answer.extent, rationale=answer.rationale, by=by)
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
        services.propose_plan(plan, by=by)
        if facts.status == PlanStatus.ADOPTED:
            clerk = self.people[facts.adopted_by]
            services.adopt_plan(plan, on=facts.adopted_on, by=clerk, decision_number=facts.decision_number)
