"""Loading the sample: everything is there once, whatever people made of it since."""

import json
import runpy
from io import StringIO

from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

import pytest

from consultation.models import Contribution, Round
from consultation.services import correct, import_contributions, try_out
from consultation.splitting import letter_of
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from ivp_portal.organisation.models import Area, Membership, User
from ivp_portal.sample import texts
from ivp_portal.sample.accounts import SAMPLE_ACCOUNTS, SAMPLE_PASSWORD
from ivp_portal.sample.loading import load_sample
from priorities.models import Chapter, CouncilProposal, Decision, Figure, Plan, Priority
from priorities.services import undecided_in
from priorities.snapshot import PlanSnapshot
from priorities.standing import standing_of
from priorities.states import PlanStatus

FIRST_TIME = {"themes": 29, "accounts": 8, "figures": 6, "priorities": 10, "rounds": 4, "invitations": 39, "letters": 1} | {
    "contributions": 75,
    "decisions": 23,
    "plans": 3,
    "standards": 5,
    "notes": 2,
    "views": 2,
}


def load() -> tuple[list[str], dict[str, int]]:
    """What the command printed, and its last line read as JSON."""
    out = StringIO()
    call_command("load_sample", stdout=out)
    lines = out.getvalue().splitlines()
    return lines, json.loads(lines[-1])


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The sample, loaded once: what a test changes in it is gone after that test, and it is gone itself after the last."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_sample()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def sample(loaded, db):
    """The sample, loaded."""


def test_the_first_time_everything_is_added_and_the_second_time_nothing(db):
    lines, added = load()
    assert lines[0] == "Loaded the sample."
    assert Area.objects.count() > 39  # the test database has the map from the start
    assert {name: added[name] for name in FIRST_TIME} == FIRST_TIME
    with inside("blaricum", "hilversum"):
        before = LogEntry.objects.count()
    lines, added = load()
    assert lines[0] == "The sample was there already; nothing changed."
    assert set(added.values()) == {0}
    with inside("blaricum", "hilversum"):
        assert LogEntry.objects.count() == before


def test_nothing_is_loaded_where_a_known_password_would_be_a_hole(db, settings):
    settings.SAMPLE_ALLOWED = False
    with pytest.raises(CommandError, match="SAMPLE_ALLOWED"):
        call_command("load_sample")
    assert not User.objects.exists()


def test_blaricums_fifteen_rows_end_where_the_real_plan_put_them(sample):
    with inside("blaricum") as (area,):
        standing = standing_of(Plan.objects.of(area).get(starts_on__year=2023))
    assert (standing.contributions, standing.undecided) == (15, 0)
    assert standing.first_destinations == {
        "going_concern": 6,
        "regional_priority": 5,
        "local_priority": 1,
        "within_priority": 1,
        "other_chapter": 1,
        "other_policy": 1,
    }
    assert standing.destinations["other_body"] == 1
    assert standing.extents == {"wholly": 14, "partly": 1, "not": 0}


def test_the_adopted_plan_is_frozen_as_one_snapshot_with_every_word(sample):
    with inside("blaricum") as (area,):
        plan = Plan.objects.of(area).get(starts_on__year=2023)
        assert plan.status == PlanStatus.ADOPTED
        assert Round.objects.of(area).get(slug="blaricum-raadssessie-2022").is_frozen
        snapshot = PlanSnapshot.from_json(plan.snapshots.get(is_adopted=True).content.encode())
    assert [row.rationale for row in snapshot.rows] == [said.decision.rationale for said in texts.council_session()]
    assert [priority.title for priority in snapshot.priorities] == [
        "Georganiseerde ondermijnende criminaliteit",
        "Digitale veiligheid",
        "High Impact Crimes",
        "Jeugd",
    ]
    assert all(len(priority.sections) == 5 for priority in snapshot.priorities)
    assert [len(priority.shared_by) for priority in snapshot.priorities] == [6, 6, 1, 1]
    assert len(snapshot.chapters) == 7
    assert [(figure.area, figure.value) for figure in snapshot.indicators[0].figures if figure.differs] == [("Huizen", 8.0)]
    assert [argument.number for argument in snapshot.proposal.arguments] == ["1.1", "1.2", "1.3", "1.4", "2.1"]


def test_hilversums_proposal_is_before_the_council_with_priorities_at_three_levels(sample):
    with inside("hilversum") as (area,):
        plan = Plan.objects.of(area).get()
        assert plan.status == PlanStatus.PROPOSED
        chosen = plan.priorities.select_related("area").order_by("plan_priorities__position")
        assert [priority.level for priority in chosen] == ["district", "district", "team", "municipality"]
        proposal = CouncilProposal.objects.get(plan=plan)
        assert proposal.arguments.filter(kind="argument").count() == 5
        assert proposal.arguments.filter(kind="caveat").count() == 3
        assert list(plan.route_steps.order_by("on_date").values_list("on_date", flat=True)) == [
            step.on_date for step in texts.plans()[1].route
        ]


def test_the_next_plan_of_blaricum_waits_for_somebody_to_weigh(sample):
    with inside("blaricum") as (area,):
        plan = Plan.objects.of(area).get(starts_on__year=2027)
        assert plan.status == PlanStatus.DRAFT
        assert set(plan.rounds.values_list("slug", flat=True)) == {"blaricum-raadssessie-2026", "blaricum-inwoners-2026"}
        assert len(undecided_in(plan)) == 60 - 8


def test_everybody_can_take_part_in_the_residents_round_in_two_languages_until_the_end_of_november(sample):
    with inside("blaricum") as (area,):
        round = Round.objects.of(area).get(slug="blaricum-inwoners-2026")
    assert round.is_public
    assert round.text("title", "en") == "What could be safer in Blaricum?"
    assert round.introduction
    assert round.introduction_en
    assert timezone.localtime(round.closes_at).strftime("%d-%m-%Y %H:%M") == "30-11-2026 23:59"


def test_residents_choose_from_few_enough_themes_to_read_on_a_telephone(sample):
    with inside("blaricum") as (area,):
        names = [theme.name for theme in Round.objects.of(area).get(slug="blaricum-inwoners-2026").themes.all()]
    assert len(names) == 7
    assert {"Verkeersveiligheid", "Gedigitaliseerde criminaliteit"} < set(names)


def test_the_unit_put_its_draft_strategy_to_the_39_municipalities_of_2019_and_hilversums_letter_waits_to_be_split(sample):
    with inside("midden-nederland") as (area,):
        round = Round.objects.of(area).get()
        assert (round.kind, str(round.slots_on), round.is_public) == ("strategy", "2019-03-01", False)
        assert timezone.localtime(round.closes_at).date().isoformat() == "2019-03-29"
        assert round.invitations.count() == 39
        letter = round.submissions.get()
        assert (letter.contributor.party, letter.invitation.body.slug, letter.is_late) == ("Hilversum", "hilversum", False)
        assert not round.contributions.exists()
        assert [proposal.subject for proposal in letter_of(letter).proposals] == [
            "Mensenhandel ontbreekt",
            "Doelstellingen en indicatoren",
            "Tot in de haarvaten van de samenleving",
        ]
    assert Membership.objects.get(user__username="nora").area == area


def test_points_get_the_theme_their_subject_is_a_word_for(sample):
    with inside("blaricum") as (area,):
        named = Contribution.objects.of(area).filter(theme__isnull=False, round__slug="blaricum-inwoners-2026")
        assert "Verkeersveiligheid" in named.values_list("theme__name", flat=True)


def test_every_change_left_a_line_in_the_log_with_a_name(sample):
    with inside("blaricum", "hilversum", "gooi-zuid", "gooi-en-vechtstreek"):
        verbs = list(LogEntry.objects.values_list("verb", flat=True))
        assert not LogEntry.objects.filter(actor_id__isnull=True).exists()
        assert verbs.count("decision.made") == Decision.objects.count() == 23
        assert Contribution.objects.count() == 75
        assert verbs.count("contribution.recorded") == 60  # and fifteen from a file
        assert LogEntry.objects.get(verb="contributions.imported").facts["added"] == 15
        assert verbs.count("priority.written") == Priority.objects.count() == 10
        assert verbs.count("plan.adopted") == 1


def test_what_people_changed_since_stays_as_they_left_it(sample):
    anke = User.objects.get(username="anke")
    anke.set_password("iets-heel-anders-nu")
    anke.save()
    Membership.objects.filter(user__username="peter").delete()
    with inside("blaricum", "gooi-en-vechtstreek") as (area, _):
        Priority.objects.of(area).filter(starts_on__year=2027, title="Jeugd en jonge aanwas").update(title="Jongeren")
        plan = Plan.objects.of(area).get(starts_on__year=2027)
        Chapter.objects.filter(plan=plan, number=2).update(body="Zelf geschreven.")
        said = Contribution.objects.of(area).filter(round__slug="blaricum-inwoners-2026").first()
        correct(said, subject="Anders", sub_subject="Anders gezegd", text="Anders.", by=anke)
    assert set(load()[1].values()) == {0}
    anke.refresh_from_db()
    assert anke.check_password("iets-heel-anders-nu")
    assert not Membership.objects.filter(user__username="peter").exists()
    with inside("blaricum") as (area,):
        assert sorted(Priority.objects.of(area).filter(starts_on__year=2027).values_list("title", flat=True)) == [
            "High Impact Crimes",
            "Jongeren",
        ]
        assert Chapter.objects.get(plan=plan, number=2).body == "Zelf geschreven."
        said.refresh_from_db()
        assert said.sub_subject == "Anders gezegd"


def test_everybody_in_the_cast_can_log_in_and_has_their_role(sample, client):
    for username, _, role, area, _ in SAMPLE_ACCOUNTS:
        assert client.login(username=username, password=SAMPLE_PASSWORD)
        assert Membership.objects.filter(user__username=username, area__slug=area, role=role).exists()


def test_the_grades_are_those_of_six_municipalities(sample):
    grades = Figure.objects.filter(indicator__slug="rapportcijfer-veiligheid-buurt")
    assert sorted(grades.values_list("area__name", flat=True)) == ["Blaricum", "Gooise Meren", "Hilversum", "Huizen", "Laren", "Wijdemeren"]


def test_production_does_not_allow_the_sample(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "s" * 50)
    monkeypatch.setenv("ALLOWED_HOSTS", "portaal.invalid")
    monkeypatch.setenv("DATABASE_URL", "postgresql://portaal@db/portaal")
    monkeypatch.setenv("BROKER_URL", "redis://broker/0")
    monkeypatch.setenv("SECURITY_CONTACT", "mailto:security@portaal.invalid")
    monkeypatch.setenv("PORTAL_URL", "https://portaal.invalid")
    monkeypatch.setenv("EMAIL_HOST", "mail.portaal.invalid")
    monkeypatch.setenv("DEFAULT_FROM_EMAIL", "ivp@portaal.invalid")
    assert runpy.run_module("ivp_portal.settings.production")["SAMPLE_ALLOWED"] is False


def test_the_example_spreadsheet_reads_in_without_a_problem(sample):
    content = (texts.DATA / "voorbeeld-raadssessie.csv").read_bytes()
    with inside("blaricum") as (area,):
        outcome = try_out(Round.objects.of(area).get(slug="blaricum-raadssessie-2026"), content)
    assert (outcome.added, outcome.known, outcome.refused) == (8, 0, 0)


def test_the_file_of_the_real_session_was_read_in_once_and_brings_nothing_more(sample):
    content = (texts.DATA / "blaricum_council_session.csv").read_bytes()
    with inside("blaricum") as (area,):
        round = Round.objects.of(area).get(slug="blaricum-raadssessie-2022")
        outcome = import_contributions(round, content=content, file_name="nog een keer.csv", by=None)
    assert (outcome.rows, outcome.added, outcome.known, outcome.refused) == (15, 0, 15, 0)
