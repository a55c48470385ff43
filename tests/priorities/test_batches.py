"""Many points at once: the preview says exactly what happens, and then all of it happens or nothing."""

import datetime
import re

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

import pytest

from consultation.models import Contribution, Round, RoundKind
from consultation.services import freeze_round, withdraw
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from priorities import services
from priorities.models import Batch, BatchAct, Decision, PlanRound, SecondReading, WayOfWorking
from priorities.services.batches import PREVIEW_DAYS
from priorities.states import BatchStatus
from priorities.tasks import tidy_up
from tests.conftest import make_contribution
from tests.priorities.conftest import weigh

DECISION = {"destination": "going_concern", "extent": "wholly", "rationale": "Dit blijft gewoon werk.", "pagina": 1, "actie": "vastleggen"}


@pytest.fixture
def officer(client, anke):
    client.force_login(anke)
    return client


def points_in(round, number, *, subject="Verkeer", start=1):
    """So many points of one submission, in two statements."""
    first = make_contribution(round, f"{subject} {start}", subject=subject)
    with inside(round.area):
        Contribution.objects.bulk_create(
            Contribution(
                area=round.area,
                round=round,
                submission=first.submission,
                number=first.number + offset,
                subject=subject,
                sub_subject=f"{subject} {start + offset}",
            )
            for offset in range(1, number)
        )
        return list(Contribution.objects.filter(round=round, subject=subject).order_by("number"))


@pytest.fixture
def six(council_round):
    return points_in(council_round, 6)


START = "/blaricum/2027-2030/afwegen/samen/"


def choose(client, points, query="", **more):
    """From the queue to the preview: its address."""
    response = client.post(START + query, {"punt": [point.pk for point in points], **more})
    assert response.status_code == 302, response.text
    return response.url


def confirm(client, address, points, **more):
    return client.post(address, DECISION | {"punt": [point.pk for point in points]} | more)


def only_batch(area, **lookups) -> Batch:
    with inside(area):
        return Batch.objects.get(**lookups)


def standing(points):
    with inside(points[0].area):
        found = Decision.objects.current().filter(contribution__in=points)
        return {one.contribution_id: one for one in found.select_related("made_by").prefetch_related("destinations")}


def lines(point, verb=None):
    with inside(point.area):
        found = LogEntry.objects.about(point)
        return list(found.filter(verb=verb) if verb else found.exclude(verb__startswith="contribution."))


def words(response):
    """The page without tags, on one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text.partition("<main")[2]))


# Choosing


def test_the_preview_says_how_many_and_which_and_nothing_is_written_yet(officer, peter, six):
    weigh(six[5], peter)
    page = officer.get(choose(officer, six))
    assert "<h1>6 punten samen afwegen</h1>" in page.text
    assert "5 nieuw · 1 krijgt een andere afweging" in page.text
    assert "Leg 6 afwegingen vast" in page.text
    assert re.findall(r'name="punt" value="(\d+)"[^>]* checked', page.text) == [str(point.pk) for point in six]
    assert "Had al een afweging van Peter Vos" in page.text
    assert "Terug zonder vastleggen" in page.text
    assert list(standing(six)) == [six[5].pk]


def test_one_point_is_said_as_one(officer, overlast):
    page = officer.get(choose(officer, [overlast]))
    assert "<h1>1 punt afwegen</h1>" in page.text
    assert "Leg 1 afweging vast" in page.text


def test_who_chooses_nothing_is_told_what_to_do(officer, six):
    response = officer.post(START + "?bron=council", {})
    assert response.status_code == 422
    assert "Kies eerst een of meer punten" in response.text
    assert "afwegen/?bron=council" in response.text


def test_a_neighbours_point_and_nonsense_are_no_points(officer, hilversum, six):
    moment = timezone.now()
    with inside(hilversum):
        theirs = Round.objects.create(
            area=hilversum,
            slug="sessie",
            kind=RoundKind.COUNCIL_SESSION,
            title="Sessie",
            opens_at=moment,
            closes_at=moment + datetime.timedelta(days=1),
        )
    foreign = make_contribution(theirs, "Van de buren")
    assert officer.post(START, {"punt": [foreign.pk, "x", "9" * 30, "-1"]}).status_code == 422
    choose(officer, [foreign, six[2]])
    assert only_batch(six[0].area).points == [six[2].pk]


def test_all_that_match_the_filter_and_this_page_come_along(officer, council_round, six):
    other = make_contribution(council_round, "Fatbikes op de stoep", subject="Overlast")
    officer.post(START + "?zoek=fatbikes", {"alles": "1", "punt": [six[0].pk]})
    assert only_batch(council_round.area).points == [other.pk]
    officer.post(START, {"alles": "pagina", "getoond": [six[1].pk, six[0].pk]})
    assert only_batch(council_round.area, points__len=2).points == [six[1].pk, six[0].pk]


def test_a_council_member_has_no_leave(client, carla, six):
    client.force_login(carla)
    assert client.post(START, {"punt": [six[0].pk]}).status_code == 403


# Deciding: 6 or 0, 1 or 0, 5,000 or 0


def test_six_points_get_the_decision_and_a_line_each(officer, anke, six):
    address = choose(officer, six)
    page = officer.get(confirm(officer, address, six).url)
    assert "<h1>6 afwegingen vastgelegd</h1>" in page.text
    batch = only_batch(six[0].area)
    assert (batch.status, batch.made_by) == (BatchStatus.DONE, anke)
    for point in six:
        decision = standing(six)[point.pk]
        assert (decision.extent, decision.rationale, decision.made_by, decision.batch_id) == (
            "wholly",
            "Dit blijft gewoon werk.",
            anke,
            batch.pk,
        )
        assert [one.kind for one in decision.destinations.all()] == ["going_concern"]
        (line,) = lines(point)
        assert (line.verb, line.actor_name, line.target_label) == ("decision.made", "Anke de Boer", point.point)
        assert line.facts == {
            "decision": decision.pk,
            "replaces": None,
            "destinations": [{"kind": "going_concern", "name": ""}],
            "extent": "wholly",
            "rationale": "Dit blijft gewoon werk.",
            "batch": str(batch.pk),
            "batch_size": 6,
        }


def test_a_decision_of_many_is_written_as_a_decision_of_one(officer, anke, plan, six):
    """The same facts in the log, the same destinations with their level."""
    with inside(plan.area):
        digital = plan.priorities.get(title="Digitale veiligheid")
    chosen = {
        "destination": "regional_priority",
        "first_regional_priority": digital.pk,
        "second": "other_body",
        "second_other_body": "Veiligheidsregio",
        "extent": "partly",
        "rationale": "Samen met de regio.",
    }
    item = reverse("priorities:triage-item", args=["blaricum", "2027-2030", six[0].pk])
    assert officer.post(item, chosen | {"seen": "", "actie": "blijven"}).status_code == 302
    confirm(officer, choose(officer, six[1:2]), six[1:2], **chosen)
    facts = []
    for point in six[:2]:
        (line,) = lines(point)
        decision = standing(six)[point.pk]
        assert line.facts.pop("decision") == decision.pk
        with inside(plan.area):
            places = list(decision.destinations.values_list("position", "kind", "priority", "level", "named"))
        facts.append(({name: line.facts[name] for name in ("replaces", "destinations", "extent", "rationale")}, places))
    assert facts[0] == facts[1]


def test_points_that_were_decided_before_keep_that_in_their_past(officer, peter, six):
    before = weigh(six[0], peter)
    confirm(officer, choose(officer, six), six)
    (line,) = lines(six[0], "decision.changed")
    assert line.facts["replaces"] == before.pk
    with inside(six[0].area):
        assert Decision.objects.get(pk=before.pk).superseded_at is not None


def test_unticked_points_stay_out_also_those_of_another_page(officer, council_round):
    points = points_in(council_round, 60)
    address = choose(officer, points)
    page = officer.get(address + "?pagina=2")
    assert "Bladzijde 2 van 2" in page.text
    moved = officer.post(address, DECISION | {"actie": "", "naar": 2, "punt": [point.pk for point in points[1:50]]})
    assert moved.url.endswith("?pagina=2")
    page = officer.get(moved.url)
    assert "Leg 59 afwegingen vast" in page.text
    assert "Dit blijft gewoon werk." in page.text, "nothing that was typed is lost"
    confirm(officer, address, points[50:59], pagina=2)
    assert set(standing(points)) == {point.pk for point in points[1:59]}
    assert only_batch(council_round.area).points == [point.pk for point in points[1:59]]


def test_who_unticks_everything_is_told(officer, six):
    response = confirm(officer, choose(officer, six), [])
    assert response.status_code == 422
    assert "Laat er ten minste één staan." in response.text
    assert standing(six) == {}


def test_a_decision_that_is_not_sound_comes_back_with_the_words(officer, six):
    response = confirm(officer, choose(officer, six), six, destination="regional_priority", rationale="Eigen woorden.")
    assert response.status_code == 422
    assert "Kies een prioriteit bij" in response.text
    assert "Eigen woorden." in response.text
    assert standing(six) == {}


@pytest.mark.parametrize("number", [6, 1])
@pytest.mark.parametrize("trouble", ["decided", "withdrawn", "frozen"])
def test_one_that_cannot_means_none_and_the_preview_says_so(officer, peter, council_round, number, trouble):
    points = points_in(council_round, number)
    address = choose(officer, points)
    officer.get(address)
    with inside(council_round.area):
        if trouble == "withdrawn":
            withdraw(points[-1], reason="Dubbel.", by=peter)
        elif trouble == "frozen":
            freeze_round(council_round, by=None)
    if trouble == "decided":
        weigh(points[-1], peter)
    before = standing(points).keys()
    affected = number if trouble == "frozen" else 1
    said = "Dit punt kan niet mee" if number == 1 else f"{affected} van de {number} punten {'kunnen' if affected > 1 else 'kan'} niet mee"
    assert said in officer.get(address).text
    response = confirm(officer, address, points)
    assert response.status_code == 409
    assert "Niets vastgelegd" in response.text
    assert points[-1].point in response.text
    assert standing(points).keys() == before
    batch = only_batch(council_round.area)
    assert (batch.status, len(batch.refused)) == (BatchStatus.REFUSED, affected)
    assert ("Ga door met de andere 5" in response.text) == (number == 6 and trouble != "frozen")
    with inside(council_round.area):
        assert not Decision.objects.filter(batch__isnull=False).exists()
        assert not LogEntry.objects.filter(facts__has_key="batch").exists()


def test_a_refused_act_goes_on_with_the_others(officer, peter, six):
    address = choose(officer, six, "?bron=council")
    weigh(six[3], peter)
    confirm(officer, address, six)
    page = officer.get(officer.post(address, {"actie": "verder"}).url)
    assert "Leg 5 afwegingen vast" in page.text
    assert "Dit blijft gewoon werk." in page.text
    others = [point for point in six if point != six[3]]
    confirm(officer, page.request["PATH_INFO"], others)
    assert {pk for pk, one in standing(six).items() if one.batch_id} == {point.pk for point in others}
    assert standing(six)[six[3].pk].made_by == peter


def test_a_point_about_a_draft_strategy_gets_another_kind_of_answer(officer, plan, six):
    moment = timezone.now()
    with inside(plan.area):
        strategy = Round.objects.create(
            area=plan.area,
            slug="ontwerp",
            kind=RoundKind.STRATEGY,
            title="Ontwerp",
            opens_at=moment,
            closes_at=moment + datetime.timedelta(days=1),
        )
        PlanRound.objects.create(area=plan.area, plan=plan, round=strategy)
    draft = make_contribution(strategy, "Paragraaf 3")
    mixed = [*six, draft]
    address = choose(officer, mixed)
    assert "Dit punt gaat over een ontwerp" in officer.get(address).text
    assert confirm(officer, address, mixed).status_code == 409
    assert standing(mixed) == {}
    address = choose(officer, [draft])
    assert "Overgenomen" in officer.get(address).text
    assert confirm(officer, address, [draft], destination="adopted").status_code == 302
    assert [one.kind for one in standing([draft])[draft.pk].destinations.all()] == ["adopted"]


def test_the_words_may_leave_the_subject_open_and_each_point_gets_its_own(officer, six):
    confirm(officer, choose(officer, six[:2]), six[:2], rationale="{onderwerp} is gewoon werk.")
    assert [standing(six)[point.pk].rationale for point in six[:2]] == ["Verkeer 1 is gewoon werk.", "Verkeer 2 is gewoon werk."]
    address = choose(officer, six[2:3])
    response = confirm(officer, address, six[2:3], rationale="Bij {thema} hoort dit.")
    assert response.status_code == 409
    assert "nog iets open: [thema]" in response.text


def test_a_second_click_changes_nothing(officer, six):
    address = choose(officer, six)
    confirm(officer, address, six)
    assert confirm(officer, address, six).status_code == 302
    assert len(lines(six[0])) == 1


def test_an_adopted_plan_takes_no_act_on_many(officer, adopted, overlast):
    response = officer.post(START, {"punt": [overlast.pk]})
    assert response.status_code == 409
    assert "vastgesteld" in response.text


# Taking back


def test_an_act_is_taken_back_in_one_go_and_what_was_there_before_stands_again(officer, anke, peter, six):
    before = weigh(six[0], peter)
    address = choose(officer, six)
    confirm(officer, address, six)
    page = officer.get(officer.post(address, {"actie": "ongedaan"}).url)
    assert "<h1>6 afwegingen ongedaan gemaakt</h1>" in page.text
    stands = standing(six)
    assert list(stands) == [six[0].pk]
    assert (stands[six[0].pk].rationale, stands[six[0].pk].made_by) == (before.rationale, anke)
    assert [one.kind for one in stands[six[0].pk].destinations.all()] == ["going_concern"]
    for point in six:
        (line,) = lines(point, "decision.undone")
        assert line.facts["batch_size"] == 6
        assert line.facts["restored"] == (stands[point.pk].pk if point.pk in stands else None)
    page = officer.get(address)
    assert "Dit is ongedaan gemaakt door Anke de Boer" in page.text
    assert 'value="ongedaan"' not in page.text


def test_taken_back_twice_the_one_that_was_undone_does_not_return(officer, six):
    for _ in range(2):
        address = choose(officer, six)
        confirm(officer, address, six)
        officer.post(address, {"actie": "ongedaan"})
    assert standing(six) == {}


def test_an_act_of_which_one_was_decided_anew_is_not_taken_back(officer, peter, six):
    address = choose(officer, six)
    confirm(officer, address, six)
    weigh(six[2], peter)
    page = officer.get(officer.post(address, {"actie": "ongedaan"}).url)
    assert "<h1>Niets ongedaan gemaakt</h1>" in page.text
    assert "Peter Vos legde hier op" in page.text
    assert len(standing(six)) == 6
    page = officer.get(officer.post(page.request["PATH_INFO"], {"actie": "verder"}).url)
    officer.post(page.request["PATH_INFO"], {"actie": "vastleggen", "punt": [point.pk for point in six], "pagina": 1})
    assert list(standing(six)) == [six[2].pk]


# Agreeing, assigning, other words


@pytest.fixture
def four_eyes(blaricum):
    with inside(blaricum):
        WayOfWorking.objects.create(area=blaricum, needs_agreement=True)


def test_a_second_person_agrees_with_many_but_not_with_what_they_wrote(client, anke, peter, four_eyes, six):
    for point in six:
        weigh(point, peter if point == six[5] else anke)
    client.force_login(peter)
    address = choose(client, six, actie="akkoord")
    page = client.get(address)
    assert "Geef akkoord op 6 afwegingen" in page.text
    assert "U schreef deze afweging zelf" in page.text
    response = client.post(address, {"actie": "vastleggen", "punt": [point.pk for point in six], "pagina": 1})
    assert response.status_code == 409
    with inside(six[0].area):
        assert SecondReading.objects.count() == 0
    page = client.get(client.post(address, {"actie": "verder"}).url)
    done = client.post(page.request["PATH_INFO"], {"actie": "vastleggen", "punt": [point.pk for point in six[:5]], "pagina": 1})
    assert "<h1>Akkoord gegeven op 5 afwegingen</h1>" in client.get(done.url).text
    with inside(six[0].area):
        assert set(SecondReading.objects.values_list("decision__contribution", "verdict", "read_by")) == {
            (point.pk, "agreed", peter.pk) for point in six[:5]
        }
        assert {point.queue_row.state for point in Contribution.objects.filter(pk__in=[point.pk for point in six[:5]])} == {"done"}
    assert [line.actor_name for line in lines(six[0], "decision.agreed")] == ["Peter Vos"]


def test_a_new_decision_on_many_waits_for_agreement_where_that_is_the_rule(officer, four_eyes, six):
    address = choose(officer, six)
    confirm(officer, address, six)
    assert all(decision.needs_agreement for decision in standing(six).values())
    assert "Deze 6 afwegingen wachten nu op akkoord van een collega." in officer.get(address).text


def test_the_preview_says_that_a_second_person_must_agree_afterwards(officer, anke, blaricum, six):
    address = choose(officer, six)
    assert "op akkoord van een collega" not in officer.get(address).text
    with inside(blaricum):
        WayOfWorking.objects.create(area=blaricum, needs_agreement=True)
    assert "Deze afwegingen wachten daarna op akkoord van een collega." in officer.get(address).text
    assert "Deze afweging wacht daarna op akkoord van een collega." in officer.get(choose(officer, six[:1])).text


def test_the_queue_offers_to_agree_with_many_where_that_waits_and_to_give_many_to_a_colleague(client, anke, peter, carla, blaricum, six):
    client.force_login(peter)
    page = client.get("/blaricum/2027-2030/afwegen/", follow=True).text
    assert 'name="actie" value="toewijzen">Samen toewijzen</button>' in page
    assert "Samen akkoord geven" not in page
    with inside(blaricum):
        WayOfWorking.objects.create(area=blaricum, needs_agreement=True)
    weigh(six[0], anke)
    for tail in ("?status=akkoord", "?status=akkoord&lijst=1"):
        page = client.get(f"/blaricum/2027-2030/afwegen/{tail}", follow=True).text
        assert 'name="actie" value="akkoord">Samen akkoord geven</button>' in page
    assert "Samen akkoord geven" not in client.get("/blaricum/2027-2030/afwegen/?status=afgewogen&lijst=1").text
    client.force_login(carla)
    page = client.get("/blaricum/2027-2030/afwegen/?status=akkoord", follow=True).text
    assert "Samen" not in page


def test_one_point_is_not_spoken_of_as_many(officer, six):
    page = officer.get(choose(officer, six[:1])).text
    assert "Dit punt krijgt deze tekst." in page
    assert "Alle punten" not in page


def test_what_does_not_wait_for_agreement_cannot_get_it(client, peter, six):
    client.force_login(peter)
    address = choose(client, six, actie="akkoord")
    assert "Dit punt is nog niet afgewogen" in client.get(address).text


def test_an_agreement_on_many_says_beforehand_that_it_stays(client, anke, peter, four_eyes, six):
    for point in six:
        weigh(point, anke)
    client.force_login(peter)
    address = choose(client, six, actie="akkoord")
    assert "Uw akkoord maakt u daarna niet ongedaan." in client.get(address).text
    client.post(address, {"actie": "vastleggen", "punt": [point.pk for point in six], "pagina": 1})
    page = client.get(address).text
    assert "<h1>Akkoord gegeven op 6 afwegingen</h1>" in page
    assert 'value="ongedaan"' not in page
    client.post(address, {"actie": "ongedaan"})
    with inside(six[0].area):
        assert SecondReading.objects.count() == 6


def test_other_words_keep_where_it_goes_and_how_much(officer, anke, plan, six):
    confirm(officer, choose(officer, six), six, extent="partly")
    texts = {str(point.pk): f"Nieuwe woorden {point.number}." for point in six}
    with inside(plan.area):
        batch = services.prepare_batch(plan, BatchAct.REWRITE, [point.pk for point in six], {"rationales": texts}, anke)
    address = reverse("priorities:batch-detail", args=["blaricum", "2027-2030", batch.pk])
    assert "Vervang 6 motiveringen" in officer.get(address).text
    officer.post(address, {"actie": "vastleggen", "punt": [point.pk for point in six], "pagina": 1})
    for point in six:
        decision = standing(six)[point.pk]
        assert (decision.rationale, decision.extent) == (texts[str(point.pk)], "partly")
        assert [one.kind for one in decision.destinations.all()] == ["going_concern"]
        assert lines(point, "decision.changed")[0].facts["batch"] == str(batch.pk)
    officer.post(address, {"actie": "ongedaan"})
    assert {decision.rationale for decision in standing(six).values()} == {"Dit blijft gewoon werk."}


def test_empty_words_are_refused_for_all(officer, anke, plan, six):
    confirm(officer, choose(officer, six), six)
    texts = {str(point.pk): "Beter." for point in six} | {str(six[1].pk): "  "}
    with inside(plan.area):
        batch = services.prepare_batch(plan, BatchAct.REWRITE, [point.pk for point in six], {"rationales": texts}, anke)
        services.carry_out_batch(batch, anke)
    assert (batch.status, [one["point"] for one in batch.refused]) == (BatchStatus.REFUSED, [six[1].pk])
    assert {decision.rationale for decision in standing(six).values()} == {"Dit blijft gewoon werk."}


# Its cost, and what goes by itself


def test_three_points_cost_as_many_statements_as_fifty(officer, peter, council_round):
    counts = []
    for number, subject in ((3, "Verkeer"), (50, "Overlast")):
        points = points_in(council_round, number, subject=subject)
        weigh(points[0], peter)
        address = choose(officer, points)
        with CaptureQueriesContext(connection) as preview:
            officer.get(address)
        with CaptureQueriesContext(connection) as decided:
            confirm(officer, address, points)
        with CaptureQueriesContext(connection) as outcome:
            officer.get(address)
        with CaptureQueriesContext(connection) as undone:
            officer.post(address, {"actie": "ongedaan"})
        counts.append((len(preview), len(decided), len(outcome), len(undone)))
    assert counts[0] == counts[1]


def test_a_preview_nobody_confirmed_goes_after_a_week(officer, plan, anke, six):
    old = choose(officer, six)
    confirm(officer, choose(officer, six[:2]), six[:2])
    fresh = choose(officer, six[:1])
    with inside(plan.area):
        Batch.objects.exclude(points=[six[0].pk]).update(made_at=timezone.now() - datetime.timedelta(days=PREVIEW_DAYS, minutes=1))
    tidy_up()
    tidy_up()
    assert officer.get(old).status_code == 404
    assert officer.get(fresh).status_code == 200
    with inside(plan.area):
        assert set(Batch.objects.values_list("status", flat=True)) == {BatchStatus.PREVIEW, BatchStatus.DONE}


def test_without_script_a_button_brings_the_standard_text(officer, six):
    address = choose(officer, six)
    kept = officer.post(address, DECISION | {"rationale": "", "punt": [point.pk for point in six], "actie": "standaard"})
    assert "Dit is regulier werk" in officer.get(kept.url).text.partition("<textarea")[2]
    assert standing(six) == {}
