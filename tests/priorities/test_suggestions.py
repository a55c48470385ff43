"""Suggestions through the front: learnt from this municipality's own decisions, shown with their ground, never chosen, silent when bad."""

import datetime
import random

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

import pytest

from consultation.models import Contribution, Contributor, Round, RoundKind, Submission, Theme
from consultation.services import load_themes, redact
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from priorities.models import Decision, Destination, PlanRound, Priority, Suggestion, Training
from priorities.services import ask_to_learn
from priorities.services.suggestions import NEW_DECISIONS, claim, learn, learn_where_due, reap
from priorities.states import TrainingStatus
from priorities.suggestions.lessons import decided_points, themed_points
from tests.conftest import make_contribution
from tests.priorities.conftest import weigh

PLACES = ("bij de haven", "in het park", "op het plein", "achter de school", "naast de kerk", "aan de dijk", "voor het station")
YOUTH = ("Hangjongeren met lachgas", "Een groep jongeren schreeuwt", "Jongens op scooters")
TRAFFIC = ("Auto's rijden te hard", "Foutparkeren", "Fietspaden zijn donker")
BY_TURNS = [(f"{said} {place}", said in YOUTH) for place in PLACES for pair in zip(YOUTH, TRAFFIC, strict=True) for said in pair]
"""42 things said, each with whether it is about youth."""
PAGE = "/blaricum/2027-2030/afwegen/voorstellen/"


def decided(round, by, *, youth, other=("going_concern", None), said=BY_TURNS, theme=None):
    """Everything in `said`, decided in that order: what is about youth goes to the priority, the rest to the other kind."""
    with inside(round.area):
        contributor = Contributor.objects.create(area=round.area, kind="resident")
        submission = Submission.objects.create(area=round.area, round=round, contributor=contributor, channel="form")
        first = round.contributions.count() + 1
        points = Contribution.objects.bulk_create(
            Contribution(
                area=round.area,
                round=round,
                submission=submission,
                number=number,
                subject="Inbreng",
                text=text,
                theme=theme and theme[0 if is_youth else 1],
            )
            for number, (text, is_youth) in enumerate(said, first)
        )
        decisions = Decision.objects.bulk_create(
            Decision(area=round.area, contribution=point, extent="wholly", rationale="Voorbeeld.", made_by=by) for point in points
        )
        goes = {True: ("local_priority", youth), False: other}
        Destination.objects.bulk_create(
            Destination(area=round.area, decision=decision, position=1, kind=goes[is_youth][0], priority=goes[is_youth][1])
            for decision, (_, is_youth) in zip(decisions, said, strict=True)
        )
        return points


@pytest.fixture
def youth(plan):
    with inside(plan.area):
        return plan.priorities.get(title="Jeugd")


@pytest.fixture
def past(council_round, anke, youth):
    """42 points that Anke decided about."""
    return decided(council_round, anke, youth=youth)


@pytest.fixture
def scooters(council_round):
    """An open point that any officer would send to the same place."""
    return make_contribution(council_round, "Scooters en lachgas", text="Jongeren op scooters met lachgas bij het winkelcentrum.")


@pytest.fixture
def learn_now(client, django_capture_on_commit_callbacks):
    def press(person):
        client.force_login(person)
        with django_capture_on_commit_callbacks(execute=True):
            response = client.post(PAGE)
        return client.get(PAGE) if response.status_code == 302 else response

    return press


def beside(client, point):
    return client.get(reverse("priorities:triage-beside", args=["blaricum", "2027-2030", point.pk]))


def item_url(point):
    return reverse("priorities:triage-item", args=["blaricum", "2027-2030", point.pk])


def rows(area):
    with inside(area):
        return list(Suggestion.objects.filter(area=area).select_related("priority", "theme"))


def trainings():
    with inside("blaricum") as (blaricum,):
        return list(Training.objects.filter(area=blaricum).order_by("pk"))


def change_training(**values):
    with inside("blaricum"):
        Training.objects.update(**values)


def words_of(response):
    return " ".join(response.text.split())


def test_an_officer_lets_it_learn_and_reads_how_well_it_went(anke, learn_now, past, scooters):
    response = learn_now(anke)
    assert "Staat aan" in response.text
    assert "van 42 verschillende punten" in words_of(response)
    assert "1 van de 1 open punten heeft een voorstel voor de bestemming" in words_of(response)
    (training,) = trainings()
    assert (training.status, training.decisions, training.held_out, training.is_good) == (TrainingStatus.DONE, 42, 20, True)
    assert f"{round(training.accuracy * 100)} %" in response.text
    assert f"{round(training.baseline * 100)} %" in response.text
    with inside("blaricum"):
        assert LogEntry.objects.about(training).get().actor_name == "Anke de Boer"


def test_a_suggestion_stands_beside_the_point_with_its_ground_and_is_not_chosen(client, anke, learn_now, past, scooters):
    learn_now(anke)
    panel = words_of(beside(client, scooters))
    assert "Lokale prioriteit" in panel
    assert "Jeugd" in panel
    assert "Lijkt op" in panel
    assert "scooters" in panel.split("telden het meest:")[1].split(".")[0]
    assert "van elke 10 eerdere afwegingen" in panel
    assert "U beslist." in panel
    page = client.get(item_url(scooters))
    assert page.context["form"]["destination"].value() is None
    with inside("blaricum"):
        assert not Decision.objects.filter(contribution=scooters).exists()


def test_taking_it_over_fills_the_form_and_decides_nothing(client, anke, learn_now, past, scooters, youth):
    learn_now(anke)
    assert f"{item_url(scooters)}?voorstel=1" in beside(client, scooters).text
    form = client.get(f"{item_url(scooters)}?voorstel=1").context["form"]
    assert form["destination"].value() == "local_priority"
    assert form["first_local_priority"].value() == str(youth.pk)
    with inside("blaricum"):
        assert not Decision.objects.filter(contribution=scooters).exists()


def test_somebody_who_may_not_decide_sees_no_suggestion_but_may_read_how_it_works(client, anke, carla, learn_now, past, scooters):
    learn_now(anke)
    client.force_login(carla)
    assert "voorstel-kop" not in beside(client, scooters).text
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "Leer opnieuw" not in page.text
    assert client.post(PAGE).status_code == 403
    assert len(trainings()) == 1


def test_a_decided_point_has_no_suggestion_beside_it(client, anke, learn_now, past, scooters):
    learn_now(anke)
    weigh(scooters, anke)
    assert "voorstel-kop" not in beside(client, scooters).text


def test_below_the_stated_quality_nothing_is_shown_and_the_page_says_why(client, anke, learn_now, council_round, youth, scooters):
    chance = random.Random(3)  # noqa: S311 - the same decisions every time
    words = [(f"{said} {place}", chance.random() < 0.5) for said in YOUTH + TRAFFIC for place in PLACES]
    decided(council_round, anke, youth=youth, said=words)
    response = learn_now(anke)
    (training,) = trainings()
    assert not training.is_good
    assert not rows(council_round.area)
    assert "Staat uit" in response.text
    assert "Het portaal stelt geen bestemming voor, want" in words_of(response)
    panel = words_of(beside(client, scooters))
    assert f"{round(training.accuracy * 100)} % klopte, tegen {round(training.baseline * 100)} %" in panel
    assert "Neem over" not in panel


def test_what_went_wrong_once_takes_the_old_suggestions_away(anke, learn_now, past, scooters, youth):
    learn_now(anke)
    assert rows(scooters.area)
    with inside(scooters.area):
        Decision.objects.filter(contribution__in=past[:20]).update(superseded_at=timezone.now())
    page = learn_now(anke)
    assert not rows(scooters.area)
    assert "er zijn 22 verschillende punten om van te leren, en 30 zijn nodig" in words_of(page)


def test_decisions_of_another_municipality_are_never_used(areas, anke, bram, learn_now, council_round, scooters, hilversum, youth):
    with inside(hilversum):
        round = Round.objects.create(
            area=hilversum, slug="raad", kind=RoundKind.COUNCIL_SESSION, title="Raad", opens_at=timezone.now(), closes_at=timezone.now()
        )
        theirs = Priority.objects.create(
            area=hilversum, title="Jeugd", starts_on=datetime.date(2027, 1, 1), ends_on=datetime.date(2030, 12, 31)
        )
    decided(round, bram, youth=theirs)
    page = learn_now(anke)
    assert trainings()[0].decisions == 0
    assert not rows(scooters.area)
    assert "er zijn 0 verschillende punten" in words_of(page)
    with inside("gooi-en-vechtstreek") as (district,):  # from above the rows can be read: still they are not learnt from
        assert Decision.objects.filter(area=hilversum).exists()
        assert decided_points(district) == []


def test_who_said_it_is_never_read(anke, past, scooters):
    with inside("blaricum") as (blaricum,):
        ask_to_learn(blaricum, by=anke)
    with CaptureQueriesContext(connection) as queries:
        learn(trainings()[0].pk, blaricum.pk)
    assert rows(blaricum)
    read = " ".join(query["sql"] for query in queries)
    assert "consultation_contribution" in read
    for table in ("contactdetails", "consultation_contributor", "priorities_note", "organisation_user"):
        assert table not in read


def test_a_decision_of_an_earlier_plan_teaches_the_priority_of_that_name_in_this_one(anke, learn_now, council_round, scooters, youth):
    with inside("blaricum") as (blaricum,):
        older = Priority.objects.create(
            area=blaricum, title="jeugd", starts_on=datetime.date(2023, 1, 1), ends_on=datetime.date(2026, 12, 31)
        )
    decided(council_round, anke, youth=older)
    learn_now(anke)
    (suggestion,) = rows(scooters.area)
    assert suggestion.priority == youth


def test_a_point_about_a_draft_strategy_gets_no_destination(anke, learn_now, past, scooters, plan):
    with inside("blaricum") as (blaricum,):
        draft = Round.objects.create(
            area=blaricum, slug="concept", kind=RoundKind.STRATEGY, title="Concept", opens_at=timezone.now(), closes_at=timezone.now()
        )
        PlanRound.objects.create(area=blaricum, plan=plan, round=draft)
    make_contribution(draft, "Scooters en lachgas")
    learn_now(anke)
    assert [suggestion.contribution_id for suggestion in rows(scooters.area)] == [scooters.pk]


def test_a_theme_is_suggested_too_and_one_button_gives_it(client, anke, learn_now, council_round, youth, scooters):
    load_themes()
    with inside("blaricum") as (blaricum,):
        themes = [Theme.objects.of(blaricum.lineage()[-1]).get(name=name) for name in ("Jeugdoverlast", "Verkeersveiligheid")]
    decided(council_round, anke, youth=youth, theme=themes)
    learn_now(anke)
    assert trainings()[0].theme_is_good
    panel = beside(client, scooters).text
    assert "Geef thema ‘Jeugdoverlast’" in panel
    client.post(reverse("priorities:triage-theme", args=["blaricum", "2027-2030", scooters.pk]), {"theme": themes[0].pk})
    with inside("blaricum") as (blaricum,):
        scooters.refresh_from_db()
        assert len(themed_points(blaricum)) == 43
    assert scooters.theme == themes[0]
    assert "Geef thema" not in beside(client, scooters).text


def test_the_page_counts_how_often_people_chose_the_same(client, anke, learn_now, past, scooters, council_round, youth):
    cars = make_contribution(council_round, "Te hard rijden", text="Auto's rijden te hard.")
    learn_now(anke)
    change_training(made_at=timezone.now() - datetime.timedelta(days=1))  # the whole test is one transaction, and so one moment
    weigh(scooters, anke)  # going concern, which is not what was suggested
    weigh(cars, anke)
    page = words_of(client.get(PAGE))
    assert "Bij 1 van de laatste 2 afwegingen met een voorstel koos de medewerker dezelfde eerste bestemming." in page
    learn_now(anke)
    assert "Bij 1 van de laatste 2 afwegingen" in words_of(client.get(PAGE))
    assert [suggestion.words for suggestion in rows(scooters.area)] == [[], []]


def test_a_name_that_was_taken_out_of_a_point_is_told_no_more(client, anke, learn_now, past, scooters):
    learn_now(anke)
    assert "lachgas" in beside(client, scooters).text.split("telden het meest:")[1].split(".")[0]
    with inside("blaricum"):
        redact(scooters, subject="Jeugd", sub_subject="Scooters", text="Jongeren op scooters.", by=anke)
    assert "lachgas" not in beside(client, scooters).text


def test_it_learns_by_itself_when_enough_is_new(council_round, anke, youth, django_capture_on_commit_callbacks):
    def a_moment_passes():
        with django_capture_on_commit_callbacks(execute=True):
            learn_where_due()
        return len(trainings())

    decided(council_round, anke, youth=youth, said=BY_TURNS[:29])
    assert a_moment_passes() == 0
    decided(council_round, anke, youth=youth, said=BY_TURNS[29:30])
    assert a_moment_passes() == 1
    assert a_moment_passes() == 1
    with inside("blaricum"):
        Contribution.objects.update(recorded_at=timezone.now() - datetime.timedelta(days=1))
    change_training(made_at=timezone.now())
    decided(council_round, anke, youth=youth, said=[(f"{text} ook", youth) for text, youth in BY_TURNS[: NEW_DECISIONS - 1]])
    with inside("blaricum"):
        Contribution.objects.update(recorded_at=timezone.now() - datetime.timedelta(days=1))
    assert a_moment_passes() == 1
    make_contribution(council_round, "Nog iets")
    assert a_moment_passes() == 1
    decided(council_round, anke, youth=youth, said=[("En nu genoeg", False)])
    assert a_moment_passes() == 2


def test_two_who_ask_at_once_get_one_training(anke, peter, past, scooters):
    with inside("blaricum") as (blaricum,):
        assert ask_to_learn(blaricum, by=anke)
        assert not ask_to_learn(blaricum, by=peter)
    assert len(trainings()) == 1


def test_what_a_dead_worker_left_is_taken_up_and_its_late_answer_is_not_written(settings, anke, past, scooters):
    with inside("blaricum") as (blaricum,):
        ask_to_learn(blaricum, by=anke)
        long_ago = timezone.now() - datetime.timedelta(seconds=settings.JOB_STALE_AFTER_SECONDS + 1)
    (training,) = trainings()
    late = claim(training.pk, blaricum.pk)
    assert claim(training.pk, blaricum.pk) is None
    change_training(heartbeat_at=long_ago)
    reap()
    (training,) = trainings()
    assert (training.status, training.attempt) == (TrainingStatus.WAITING, 1)
    learn(training.pk, blaricum.pk)
    (training,) = trainings()
    assert (training.status, training.attempt) == (TrainingStatus.DONE, 2)
    with inside("blaricum"):
        assert not late.as_held().update(status=TrainingStatus.FAILED)


def test_a_worker_that_dies_each_time_gives_up_in_words(client, settings, anke, past, scooters):
    with inside("blaricum") as (blaricum,):
        ask_to_learn(blaricum, by=anke)
    change_training(status=TrainingStatus.RUNNING, attempt=settings.JOB_ATTEMPTS, heartbeat_at=timezone.now() - datetime.timedelta(hours=1))
    reap()
    client.force_login(anke)
    page = client.get(PAGE)
    assert f"Het leren is {settings.JOB_ATTEMPTS} keer afgebroken." in page.text
    assert "Leer nu" in page.text


def test_while_it_learns_the_page_asks_again_and_shows_how_far_it_is(client, anke, past):
    with inside("blaricum") as (blaricum,):
        ask_to_learn(blaricum, by=anke)
    change_training(status=TrainingStatus.RUNNING, progress=40, stage="Het portaal leert van de afwegingen")
    client.force_login(anke)
    part = client.get(PAGE, headers={"HX-Request": "true"}).text
    assert 'hx-trigger="every 2s"' in part
    assert "Het portaal leert van de afwegingen." in part
    assert "<h1>" not in part
    assert "Leer" not in part.split("leert van de afwegingen")[1]


def test_the_panel_costs_the_same_for_one_like_point_and_for_many(client, anke, learn_now, past, scooters):
    learn_now(anke)

    def queries_with(like):
        with inside("blaricum"):
            Suggestion.objects.filter(contribution=scooters).update(like=[point.pk for point in like])
        with CaptureQueriesContext(connection) as queries:
            assert beside(client, scooters).text.count("punt ") >= len(like)
        return len(queries)

    assert queries_with(past[:1]) == queries_with(past)
