"""Vier ogen: who has to agree, who may, what it says about what changed, and what waits until somebody did."""

import re
import threading

from django.db import IntegrityError, connection, transaction
from django.urls import reverse

import pytest

from consultation.services import RoundFrozen, freeze_round
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from priorities import services
from priorities.decision_kinds import GOING_CONCERN, OTHER_BODY
from priorities.models import Decision, QueueRow, QueueState, SecondReading, Verdict
from priorities.rules import Choice, RuleBroken
from priorities.snapshots import snapshot_of
from priorities.standing import standing_of
from tests.conftest import make_contribution
from tests.priorities.conftest import COUNCIL_DATE, weigh
from tests.priorities.test_round_progress import hand_in

WAY = "/blaricum/werkwijze/"
QUEUE = "/blaricum/2027-2030/afwegen/"


def item(contribution, query=""):
    return f"{QUEUE}{contribution.pk}/{query}"


def beside_url(contribution):
    return reverse("priorities:triage-beside", args=["blaricum", "2027-2030", contribution.pk])


def reading_url(contribution, query=""):
    return reverse("priorities:reading-add", args=["blaricum", "2027-2030", contribution.pk]) + query


@pytest.fixture
def four_eyes(blaricum, anke):
    """A second person must agree in Blaricum."""
    with inside(blaricum):
        return services.change_way_of_working(blaricum, needs_agreement=True, question_days=14, seen=0, by=anke)


@pytest.fixture
def waiting(four_eyes, overlast, anke):
    """What Anke decided, which nobody agreed with yet."""
    return weigh(overlast, anke)


def state_of(contribution):
    with inside(contribution.area):
        return QueueRow.objects.get(pk=contribution.pk).state


def verbs_of(contribution):
    with inside(contribution.area):
        return [(line.verb, line.actor_name) for line in LogEntry.objects.about(contribution)]


def say(client, contribution, decision, verdict, query="", **more):
    return client.post(reading_url(contribution, query), {"besluit": decision.pk, "actie": verdict, **more})


# The way of working


def test_switching_it_on_holds_for_new_decisions_only(client, anke, council_round, overlast):
    before = weigh(make_contribution(council_round, "Snelheid"), anke)
    client.force_login(anke)
    response = client.post(WAY, {"needs_agreement": "on", "question_days": "21", "seen": "0"}, follow=True)
    assert "De werkwijze is opgeslagen." in response.text
    after = weigh(overlast, anke)
    with inside(overlast.area):
        before.refresh_from_db()
    assert (before.needs_agreement, after.needs_agreement) == (False, True)
    assert "Nu wacht 1 afweging op akkoord." in client.get(WAY).text


def test_who_decides_is_told_that_it_waits_for_a_colleague(client, anke, four_eyes, overlast):
    client.force_login(anke)
    answer = {"destination": "going_concern", "extent": "wholly", "rationale": "Blijft gewoon werk.", "actie": "blijven"}
    page = client.post(item(overlast), answer, follow=True)
    assert "Vastgelegd. Jeugdoverlast gaat naar Going concern en wacht op akkoord." in page.text


def test_switching_it_off_leaves_waiting_what_waits(client, anke, peter, waiting, overlast, council_round):
    client.force_login(anke)
    client.post(WAY, {"question_days": "14", "seen": "1"})
    assert "Van eerder wacht nog 1 afweging op akkoord." in client.get(WAY).text
    speed = make_contribution(council_round, "Snelheid")
    weigh(speed, anke)
    assert (state_of(overlast), state_of(speed)) == (QueueState.TO_AGREE, QueueState.DONE)


def test_a_colleague_who_was_earlier_is_named_and_nothing_is_lost(client, anke, peter, blaricum):
    client.force_login(anke)
    with inside(blaricum):
        services.change_way_of_working(blaricum, needs_agreement=True, question_days=30, seen=0, by=peter)
    response = client.post(WAY, {"question_days": "21", "seen": "0"})
    assert response.status_code == 409
    assert "Peter Vos was eerder" in response.text
    assert 'value="21"' in response.text
    assert re.search(r'name="seen" value="1"', response.text)
    assert client.post(WAY, {"question_days": "21", "seen": "1"}).status_code == 302
    with inside(blaricum):
        way = services.way_of_working_of(blaricum)
        lines = LogEntry.objects.filter(verb="way.changed").order_by("pk")
        assert (way.needs_agreement, way.question_days) == (False, 21)
        assert [line.facts["after"] for line in lines] == [
            {"needs_agreement": True, "question_days": 30},
            {"needs_agreement": False, "question_days": 21},
        ]


@pytest.mark.parametrize("days", ["0", "61", "", "veel"])
def test_an_odd_term_is_refused_with_what_was_typed(client, anke, blaricum, days):
    client.force_login(anke)
    response = client.post(WAY, {"needs_agreement": "on", "question_days": days, "seen": "0"})
    assert response.status_code == 422
    with inside(blaricum):
        assert services.way_of_working_of(blaricum).version == 0
    assert "checked" in response.text


def test_the_same_again_leaves_no_line(anke, blaricum, four_eyes):
    with inside(blaricum):
        services.change_way_of_working(blaricum, needs_agreement=True, question_days=14, seen=1, by=anke)
        assert LogEntry.objects.filter(verb="way.changed").count() == 1


# Agreeing and handing back


def test_a_colleague_agrees_and_goes_on_to_the_next_that_waits(client, anke, peter, waiting, overlast, council_round):
    own, speed = make_contribution(council_round, "Drukte"), make_contribution(council_round, "Snelheid")
    weigh(own, peter)
    weigh(speed, anke)
    client.force_login(peter)
    response = say(client, overlast, waiting, "akkoord", follow=False)
    assert response.url == item(speed, "?status=akkoord")
    assert "Akkoord gegeven: Jeugdoverlast." in client.get(response.url).text
    assert state_of(overlast) == QueueState.DONE
    assert verbs_of(overlast)[-1] == ("decision.agreed", "Peter Vos")


def test_after_the_last_one_the_reader_stays_and_is_told(client, peter, waiting, overlast):
    client.force_login(peter)
    response = say(client, overlast, waiting, "akkoord", "?bron=council")
    assert response.url == item(overlast, "?bron=council")
    assert "Er wacht verder niets op uw akkoord." in client.get(response.url).text


def test_the_author_cannot_agree(client, anke, waiting, overlast):
    client.force_login(anke)
    for verdict in ("akkoord", "terug"):
        response = say(client, overlast, waiting, verdict, remark="Zo beter.")
        assert response.status_code == 403
        assert "U schreef deze afweging zelf. Een collega moet akkoord geven." in response.text
    assert state_of(overlast) == QueueState.TO_AGREE
    assert verbs_of(overlast) == [("decision.made", "Anke de Boer")]


def test_a_decision_that_no_longer_stands_gets_no_agreement(client, anke, peter, waiting, overlast):
    newer = weigh(overlast, anke, Choice(OTHER_BODY, named="Politie"))
    client.force_login(peter)
    response = say(client, overlast, waiting, "akkoord")
    assert response.status_code == 409
    assert "De afweging is intussen veranderd. Lees haar opnieuw." in response.text
    assert "Politie" in response.text
    with inside(overlast.area):
        assert not SecondReading.objects.exists()
        assert Decision.objects.current().get() == newer


def test_what_needs_no_agreement_gets_none(client, anke, peter, overlast):
    decision = weigh(overlast, anke)
    client.force_login(peter)
    response = say(client, overlast, decision, "akkoord")
    assert response.status_code == 409
    assert "wacht niet op akkoord" in response.text
    assert "Bij dit punt wordt niemand om akkoord gevraagd." in client.get(reading_url(overlast)).text


def test_nobody_agrees_twice_or_hands_back_what_was_agreed(client, peter, waiting, overlast):
    client.force_login(peter)
    say(client, overlast, waiting, "akkoord")
    assert say(client, overlast, waiting, "akkoord").status_code == 409
    assert say(client, overlast, waiting, "terug", remark="Toch niet.").status_code == 409
    assert [verb for verb, _ in verbs_of(overlast)] == ["decision.made", "decision.agreed"]


def test_handing_back_asks_for_a_remark_and_keeps_what_was_typed(client, peter, waiting, overlast):
    client.force_login(peter)
    response = say(client, overlast, waiting, "terug", remark="  ")
    assert response.status_code == 422
    assert "Vul in wat er anders moet." in response.text
    long = "Te lang. " * 300
    response = say(client, overlast, waiting, "terug", remark=long)
    assert response.status_code == 422
    assert long.strip() in response.text
    assert state_of(overlast) == QueueState.TO_AGREE


def test_what_is_handed_back_lies_with_its_author_and_the_remark_on_top(client, anke, peter, waiting, overlast):
    client.force_login(peter)
    assert "is teruggelegd" in client.get(say(client, overlast, waiting, "terug", remark="Noem de <b>wijkagent</b>.").url).text
    assert state_of(overlast) == QueueState.RETURNED
    assert say(client, overlast, waiting, "terug", remark="Nog eens.").status_code == 409
    client.force_login(anke)
    page = client.get(item(overlast)).text
    assert page.index("Teruggelegd door Peter Vos") < page.index('name="rationale"')
    assert "Noem de &lt;b&gt;wijkagent&lt;/b&gt;." in page
    assert "1 afweging is aan u teruggelegd" in client.get("/blaricum/2027-2030/").text
    assert f"{item(overlast)}" == client.get(QUEUE).url


def test_a_reader_may_still_agree_with_what_was_handed_back(client, peter, waiting, overlast):
    client.force_login(peter)
    say(client, overlast, waiting, "terug", remark="Noem de wijkagent.")
    assert say(client, overlast, waiting, "akkoord").status_code == 302
    assert state_of(overlast) == QueueState.DONE


def test_a_change_after_agreement_asks_again_and_shows_what_changed(client, anke, peter, waiting, overlast):
    with inside(overlast.area):
        services.agree(waiting, by=peter)
    with inside(overlast.area):
        choices = [Choice(OTHER_BODY, named="Politie")]
        services.decide(overlast, choices=choices, extent="wholly", rationale="Dit blijft het werk van de politie.", by=anke)
    assert state_of(overlast) == QueueState.TO_AGREE
    client.force_login(peter)
    page = client.get(reading_url(overlast)).text
    shown = re.search(r'<p class="p-quote p-diff[^>]*>(.*?)</p>', page, re.DOTALL)
    assert (
        re.sub(r'<span class="p-hidden">.*?</span>', "", shown[1])
        == "Dit blijft <del>gewoon</del><ins>het</ins> werk<ins> van de politie</ins>."
    )
    assert "Dit ging eerder, met akkoord, naar: Going concern." in page
    assert 'data-key="v"' in page


def test_a_text_that_was_written_anew_stands_under_the_one_that_was_agreed(client, anke, peter, waiting, overlast):
    with inside(overlast.area):
        services.agree(waiting, by=peter)
        choices = [Choice(GOING_CONCERN)]
        services.decide(overlast, choices=choices, extent="wholly", rationale="Na overleg met school en politie: ja.", by=anke)
    client.force_login(peter)
    page = client.get(reading_url(overlast)).text
    assert page.index("sinds het vorige akkoord") < page.index("Dit blijft gewoon werk.</del>") < page.index("Na overleg met school")


def test_what_was_handed_back_and_changed_is_read_with_the_remark_and_the_words_that_changed(client, anke, peter, waiting, overlast):
    with inside(overlast.area):
        services.hand_back(waiting, by=peter, remark="Noem de <b>wijkagent</b>.")
        choices = [Choice(OTHER_BODY, named="Politie")]
        services.decide(overlast, choices=choices, extent="wholly", rationale="Dit blijft gewoon werk van de wijkagent.", by=anke)
    client.force_login(peter)
    for page in (client.get(reading_url(overlast)).text, client.get(beside_url(overlast), headers={"HX-Request": "true"}).text):
        remark, change = page.index("Noem de &lt;b&gt;wijkagent&lt;/b&gt;."), page.index("van de wijkagent")
        assert page.index("Eerder teruggelegd door Peter Vos") < remark < change < page.index('value="akkoord"')
        assert "<ins>" in page[remark:change]
        assert "Toen ging dit naar: Going concern." in page


def test_what_was_handed_back_and_agreed_with_after_all_counts_as_agreed(client, anke, peter, waiting, overlast):
    with inside(overlast.area):
        services.hand_back(waiting, by=peter, remark="Noem de wijkagent.")
        services.agree(waiting, by=peter)
        services.decide(overlast, choices=[Choice(GOING_CONCERN)], extent="wholly", rationale="Dit blijft zeker gewoon werk.", by=anke)
    client.force_login(peter)
    page = client.get(reading_url(overlast)).text
    assert "sinds het vorige akkoord" in page
    assert "Noem de wijkagent." not in page


def test_what_came_back_unchanged_says_so(client, anke, peter, waiting, overlast):
    with inside(overlast.area):
        services.hand_back(waiting, by=peter, remark="Noem de wijkagent.")
    weigh(overlast, anke)
    client.force_login(peter)
    page = client.get(reading_url(overlast)).text
    assert page.index("Noem de wijkagent.") < page.index("De motivering is dezelfde als toen:") < page.index("Dit blijft gewoon werk.")


def test_a_remark_of_before_is_nobody_elses(client, anke, peter, carla, waiting, overlast):
    with inside(overlast.area):
        services.hand_back(waiting, by=peter, remark="Intern: noem de wijkagent.")
    weigh(overlast, anke)
    client.force_login(carla)
    assert "wijkagent" not in client.get(beside_url(overlast), headers={"HX-Request": "true"}).text


@pytest.mark.parametrize(
    ("sent", "heading"),
    [
        ({"actie": "akkoord"}, "Nog geen akkoord gegeven"),
        ({"actie": "akkoord", "besluit": "die ene"}, "Nog geen akkoord gegeven"),
        ({"actie": "terug", "remark": "Noem de wijkagent."}, "Nog niet teruggelegd"),
        ({}, "Nog niets vastgelegd"),
    ],
)
def test_who_does_not_say_what_they_read_is_told_what_did_not_happen(client, peter, waiting, overlast, sent, heading):
    client.force_login(peter)
    response = client.post(reading_url(overlast), sent)
    assert response.status_code == 422
    assert heading in response.text
    assert "Lees de afweging hieronder, en zeg daarna wat u ervan vindt." in response.text
    assert sent.get("remark", "") in response.text
    assert state_of(overlast) == QueueState.TO_AGREE


@pytest.mark.parametrize("verdict", ["", "misschien"])
def test_who_says_neither_yes_nor_no_did_not_agree(client, peter, waiting, overlast, verdict):
    client.force_login(peter)
    response = say(client, overlast, waiting, verdict)
    assert response.status_code == 422
    assert "Kies Akkoord, of leg de afweging terug met een opmerking." in response.text
    assert state_of(overlast) == QueueState.TO_AGREE


def test_taking_back_a_change_asks_for_agreement_again(anke, peter, waiting, overlast):
    with inside(overlast.area):
        services.agree(waiting, by=peter)
        newer = services.decide(overlast, choices=[Choice(GOING_CONCERN)], extent="wholly", rationale="Anders.", by=peter)
        restored = services.undo(newer, by=peter)
        assert restored.needs_agreement
    assert state_of(overlast) == QueueState.TO_AGREE
    with inside(overlast.area), pytest.raises(services.OwnDecision):
        services.agree(restored, by=peter)


def test_who_changes_it_becomes_the_author(client, anke, peter, waiting, overlast):
    newer = weigh(overlast, peter)
    client.force_login(peter)
    assert say(client, overlast, newer, "akkoord").status_code == 403
    client.force_login(anke)
    assert say(client, overlast, newer, "akkoord").status_code == 302


def test_after_adoption_nobody_agrees_any_more(client, peter, waiting, overlast):
    with inside(overlast.area):
        freeze_round(overlast.round, by=None)
        with pytest.raises(RoundFrozen):
            services.agree(waiting, by=peter)
    client.force_login(peter)
    response = say(client, overlast, waiting, "akkoord")
    assert response.status_code == 409
    assert "Er kan niets meer bij of af." in response.text


def test_a_remark_is_asked_in_the_service_too(peter, waiting, overlast):
    with inside(overlast.area), pytest.raises(RuleBroken):
        services.hand_back(waiting, by=peter, remark=" ")


def test_council_and_clerk_may_not_agree(client, carla, gerda, waiting, overlast):
    for person in (carla, gerda):
        client.force_login(person)
        assert say(client, overlast, waiting, "akkoord").status_code == 403
    assert state_of(overlast) == QueueState.TO_AGREE


def test_the_panel_says_to_each_what_is_theirs_to_do(client, anke, peter, carla, waiting, overlast):
    beside = beside_url(overlast)
    client.force_login(peter)
    page = client.get(beside, headers={"HX-Request": "true"}).text
    assert "Geeft u akkoord?" in page
    assert reading_url(overlast) in page
    client.force_login(anke)
    page = client.get(beside, headers={"HX-Request": "true"}).text
    assert "U schreef deze afweging zelf. Een collega moet akkoord geven." in page
    assert reading_url(overlast) not in page
    with inside(overlast.area):
        services.hand_back(waiting, by=peter, remark="Intern: noem de wijkagent.")
    client.force_login(carla)
    page = client.get(beside, headers={"HX-Request": "true"}).text
    assert "Een collega moet nog akkoord geven." in page
    assert "wijkagent" not in page
    with inside(overlast.area):
        services.agree(waiting, by=peter)
    assert "Een collega gaf akkoord op deze afweging." in client.get(beside, headers={"HX-Request": "true"}).text


def test_the_start_page_counts_what_waits_for_you_and_not_your_own(client, anke, peter, waiting):
    client.force_login(peter)
    assert "1 afweging wacht op uw akkoord" in client.get("/blaricum/2027-2030/").text
    client.force_login(anke)
    page = client.get("/blaricum/2027-2030/").text
    assert "op uw akkoord" not in page


@pytest.mark.parametrize(
    ("statement", "complaint"),
    [
        ("INSERT INTO priorities_secondreading (area_id, decision_id, verdict, remark, read_by_id) "
         "SELECT area_id, id, 'agreed', '', made_by_id FROM priorities_decision", "Only somebody else agrees"),
        ("UPDATE priorities_secondreading SET verdict = 'agreed'", "never changed or removed"),
        ("DELETE FROM priorities_secondreading", "never changed or removed"),
        ("INSERT INTO priorities_secondreading (area_id, decision_id, verdict, remark, read_by_id) "
         "SELECT d.area_id, d.id, 'agreed', '', u.id FROM priorities_decision d, organisation_user u "
         "WHERE u.username = 'peter' AND d.superseded_at IS NOT NULL", "Only somebody else agrees"),
        ("INSERT INTO priorities_secondreading (area_id, decision_id, verdict, remark, read_by_id) "
         "SELECT d.area_id, d.id, 'returned', '', u.id FROM priorities_decision d, organisation_user u "
         "WHERE u.username = 'peter' AND d.superseded_at IS NULL", "secondreading_says_why_not"),
    ],
)  # fmt: skip
def test_the_database_refuses_it_too(anke, peter, waiting, overlast, statement, complaint):
    with inside(overlast.area):
        services.hand_back(waiting, by=peter, remark="Anders.")
        weigh(overlast, anke)
        with pytest.raises(IntegrityError, match=complaint), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        assert SecondReading.objects.get().verdict == Verdict.RETURNED


@pytest.mark.django_db(transaction=True)
def test_two_colleagues_at_once_leave_one_agreement(waiting, overlast, peter, blaricum):
    start, told = threading.Barrier(4), []

    def colleague():
        start.wait()
        try:
            with inside(blaricum):
                services.agree(waiting, by=peter)
        except services.NothingToAgree:
            told.append(True)
        finally:
            connection.close()

    threads = [threading.Thread(target=colleague) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 3
    assert verbs_of(overlast) == [("decision.made", "Anke de Boer"), ("decision.agreed", "Peter Vos")]


# Where a decision that waits does not count


def test_no_plan_goes_to_the_council_while_a_decision_waits(client, dated, anke, peter, four_eyes, overlast):
    decision = weigh(overlast, anke)
    client.force_login(anke)
    assert "1 afweging wacht op akkoord" in client.get("/blaricum/2027-2030/plan/").text
    response = client.post("/blaricum/2027-2030/plan/voorleggen/")
    assert response.status_code == 409
    assert "1 afweging heeft nog geen akkoord." in response.text
    assert item(overlast) in response.text
    with inside(dated.area):
        services.hand_back(decision, by=peter, remark="Anders.")
    assert "1 afweging is teruggelegd" in client.get("/blaricum/2027-2030/plan/").text
    assert client.post("/blaricum/2027-2030/plan/voorleggen/").status_code == 409
    with inside(dated.area):
        services.agree(decision, by=peter)
    assert client.post("/blaricum/2027-2030/plan/voorleggen/").status_code == 302


def test_no_plan_is_adopted_while_a_decision_waits(client, proposed, anke, gerda, peter, four_eyes, overlast):
    decision = weigh(overlast, anke)
    client.force_login(gerda)
    page = client.get("/blaricum/2027-2030/plan/vaststellen/").text
    assert "1 afweging heeft nog geen akkoord." in page
    response = client.post("/blaricum/2027-2030/plan/vaststellen/", {"adopted_on": str(COUNCIL_DATE)})
    assert response.status_code == 409
    assert "wacht op akkoord" in response.text
    assert "Vraag de beleidsmedewerker om akkoord te geven." in response.text
    with inside(proposed.area), pytest.raises(services.NotYet, match="geen akkoord"):
        services.adopt_plan(proposed, on=COUNCIL_DATE, by=gerda)
    with inside(proposed.area):
        services.agree(decision, by=peter)
    assert client.post("/blaricum/2027-2030/plan/vaststellen/", {"adopted_on": str(COUNCIL_DATE)}).status_code == 302


def test_the_bar_counts_as_weighed_only_what_a_colleague_agreed_with(client, anke, peter, waiting, overlast, council_round):
    other = make_contribution(council_round, "Snelheid")
    client.force_login(anke)
    told = re.sub(r"<[^>]+>", "", client.get(item(other)).text)
    assert "0 van 2 afgewogen, 1 wacht op akkoord" in told
    with inside("blaricum"):
        services.agree(waiting, by=peter)
    told = re.sub(r"<[^>]+>", "", client.get(item(other)).text)
    assert "1 van 2 afgewogen" in told and "wacht op akkoord" not in told.partition("1 van 2")[2][:40]


def test_a_draft_on_paper_shows_what_waits_as_not_weighed(plan, anke, peter, waiting):
    with inside(plan.area):
        (row,) = snapshot_of(plan).subjects[0].rows
        assert (row.destinations, row.rationale) == ((), "")
        services.agree(waiting, by=peter)
        (row,) = snapshot_of(plan).subjects[0].rows
        assert row.rationale == "Dit blijft gewoon werk."


def test_a_decision_that_waits_is_told_to_no_sender(client, plan, anke, peter, four_eyes, council_round):
    submission = hand_in(council_round, 7, email="j@voorbeeld.nl")
    with inside("blaricum"):
        point = submission.contributions.select_related("area", "round").get()
    decision = weigh(point, anke)
    with inside("blaricum"):
        assert services.waiting_answers(council_round).total == 0
    client.force_login(anke)
    assert "Wacht op akkoord van een collega" in client.get("/blaricum/inbreng/raadssessie/voortgang/?toon=alles").text
    with inside("blaricum"):
        services.agree(decision, by=peter)
        waiting = services.waiting_answers(council_round)
        assert waiting.total == 1
        services.send_answers(council_round, checksum=waiting.checksum, by=anke)
    assert "Dit blijft gewoon werk." in status_page(client, submission)


def test_a_change_that_waits_leaves_what_the_sender_was_told(client, dated, anke, peter, four_eyes, council_round):
    submission = hand_in(council_round, 8, points=2)
    with inside("blaricum"):
        told, untold = submission.contributions.select_related("area", "round").order_by("number")
    for point in (told, untold):
        decision = weigh(point, anke)
        with inside("blaricum"):
            services.agree(decision, by=peter)
    with inside("blaricum"):
        services.send_answers(council_round, checksum=services.waiting_answers(council_round).checksum, by=anke)
        services.propose_plan(dated, by=anke)
        changed = services.decide(told, choices=[Choice(OTHER_BODY, named="Politie")], extent="wholly", rationale="Toch niet.", by=anke)
    page = status_page(client, submission)
    assert "Toch niet." not in page
    assert page.count("Dit blijft gewoon werk.") == 2
    with inside("blaricum"):
        assert services.waiting_answers(council_round).total == 0
        services.agree(changed, by=peter)
        assert services.waiting_answers(council_round).total == 1
    assert "Toch niet." in status_page(client, submission)


def test_a_decision_that_waits_stands_on_no_public_page_of_a_proposed_plan(client, dated, anke, peter, four_eyes, council_round):
    with inside("blaricum"):
        services.propose_plan(dated, by=anke)
    submission = hand_in(council_round, 9)
    with inside("blaricum"):
        point = submission.contributions.select_related("area", "round").get()
    decision = weigh(point, anke)
    assert "Dit blijft gewoon werk." not in status_page(client, submission)
    with inside("blaricum"):
        services.hand_back(decision, by=peter, remark="Anders.")
    assert "Dit blijft gewoon werk." not in status_page(client, submission)
    with inside("blaricum"):
        services.agree(decision, by=peter)
    assert "Dit blijft gewoon werk." in status_page(client, submission)


def status_page(client, submission):
    client.logout()
    response = client.get(reverse("answers:status", kwargs={"municipality": "blaricum", "language": "nl", "code": submission.code}))
    assert response.status_code == 200
    return response.text


def test_the_numbers_of_a_plan_count_what_waits_apart(client, plan, anke, peter, waiting, council_round):
    weigh(make_contribution(council_round, "Snelheid"), peter)
    make_contribution(council_round, "Drukte")
    with inside("blaricum"):
        services.agree(waiting, by=peter)
        standing = standing_of(plan)
    assert (standing.contributions, standing.undecided, standing.waiting) == (3, 1, 1)
    assert standing.destinations == {"going_concern": 1}
    client.force_login(anke)
    page = client.get("/blaricum/2027-2030/").text
    assert '<span class="p-big">1</span> <span>van 3 afgewogen, 1 zonder akkoord</span>' in page
    assert "Nog 1 punt af te wegen" in page
    client.force_login(anke)
    assert "1 van 3 afgewogen</strong><br>1 zonder akkoord" in client.get("/blaricum/2027-2030/plan/").text


@pytest.mark.parametrize("address", ["/blaricum/2027-2030/", "/blaricum/2027-2030/plan/", "/blaricum/inbreng/", WAY])
def test_how_a_municipality_works_is_found_on_every_page_by_who_may_change_it(client, anke, carla, gerda, plan, address):
    client.force_login(anke)
    shown = client.get(address).text
    assert (f'href="{WAY}" aria-current="page"' if address == WAY else f'href="{WAY}"') in shown
    assert 'href="/blaricum/standaardteksten/"' in shown
    for person in (carla, gerda):
        client.force_login(person)
        assert f'href="{WAY}"' not in client.get(address).text


def test_who_weighs_nothing_finds_the_texts_they_share_and_no_way_of_working(client, dirk, plan):
    client.force_login(dirk)
    page = client.get("/gooi-en-vechtstreek/").text
    assert 'href="/gooi-en-vechtstreek/standaardteksten/"' in page
    assert "werkwijze/" not in page
