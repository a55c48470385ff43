"""What somebody who said something reads about it with their code, and what they do not read yet."""

import datetime
import uuid

from django.utils import timezone

import pytest
import time_machine

from consultation import services as consultation
from consultation.models import Channel, Contribution, Contributor, ContributorKind, Draft, Reaction, Submission
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from priorities import services
from priorities.decision_kinds import ALL, NOT_TAKEN_UP, WITHIN_PRIORITY
from priorities.rules import Choice
from tests.priorities.conftest import COUNCIL_DATE, weigh

CODE = "7K3M92QD4XTP"
PAGE = f"/blaricum/meedoen/code/{CODE}/"
WORDS = "Bij mijn moeder stond een nepagent aan de deur. <b>Vertel</b> ouderen hoe ze zich beschermen."
RATIONALE = "Dit blijft gewoon werk."


def hand_in(round, *texts, code=CODE, channel=Channel.FORM, original="", language="nl"):
    """What a form becomes: a submission with a code and its points."""
    with inside(round.area):
        contributor = Contributor.objects.create(area=round.area, kind=ContributorKind.RESIDENT)
        submission = Submission.objects.create(
            area=round.area,
            round=round,
            contributor=contributor,
            channel=channel,
            code=code,
            original_text=original or "\n\n".join(texts),
            language=language,
            received_at=timezone.make_aware(datetime.datetime(2026, 11, 10, 9, 0)),  # noqa: DTZ001 made aware here
        )
        first = round.contributions.count() + 1
        for number, text in enumerate(texts, first):
            Contribution.objects.create(
                area=round.area,
                round=round,
                submission=submission,
                number=number,
                subject="Nog geen thema",
                sub_subject=text[:60],
                text=text,
            )
    return submission


def points_of(submission):
    with inside(submission.area):
        return list(submission.contributions.order_by("number").select_related("area"))


@pytest.fixture
def said(council_round):
    return hand_in(council_round, WORDS)


def tell(round, by):
    """Press 'Verstuur' on what stands ready."""
    with inside(round.area):
        return services.send_answers(round, checksum=services.waiting_answers(round).checksum, by=by)


def page_of(client, path=PAGE, status=200):
    response = client.get(path)
    assert response.status_code == status
    return response.text


def test_the_sender_reads_their_own_words_and_when_we_got_them(client, said):
    page = page_of(client)
    assert "Code BLA 7K3M 92QD 4XTP" in page
    assert "&lt;b&gt;Vertel&lt;/b&gt; ouderen" in page
    assert "10 november 2026" in page
    assert "Wij hebben uw inbreng" in page
    assert "Dit is ons antwoord" not in page


def test_a_weighed_point_stays_ours_until_it_is_told(client, said, anke, council_round):
    (point,) = points_of(said)
    weigh(point, anke)
    assert RATIONALE not in page_of(client)
    tell(council_round, anke)
    page = page_of(client)
    assert RATIONALE in page
    assert "Dit blijft gewoon werk" in page
    assert "Ons antwoord op uw inbreng" in page
    assert "Going concern" not in page


def test_what_is_decided_otherwise_afterwards_is_not_seen_before_it_is_told_again(client, said, anke, council_round):
    (point,) = points_of(said)
    weigh(point, anke)
    tell(council_round, anke)
    weigh_otherwise(point, anke)
    assert RATIONALE in page_of(client)
    assert "Daar is geen geld voor." not in page_of(client)
    tell(council_round, anke)
    assert "Daar is geen geld voor." in page_of(client)
    assert RATIONALE not in page_of(client)


def weigh_otherwise(point, by):
    with inside(point.area):
        seen = point.decisions.current().get().pk
        services.decide(point, choices=[Choice(NOT_TAKEN_UP)], extent="not", rationale="Daar is geen geld voor.", by=by, seen=seen)


def test_from_the_moment_the_plan_lies_before_the_council_the_answer_is_public(client, said, anke, overlast, dated):
    weigh(points_of(said)[0], anke)
    assert RATIONALE not in page_of(client)
    with inside(dated.area):
        services.propose_plan(dated, by=anke)
    assert RATIONALE in page_of(client)
    with inside(dated.area):
        services.withdraw_plan(dated, by=anke, reason="Nog een ronde.")
    assert RATIONALE not in page_of(client)


def test_in_the_adopted_plan_the_page_says_so_with_the_day(client, said, anke, gerda, proposed):
    with inside(proposed.area):
        priority = proposed.priorities.get(title="Ondermijning")
    weigh(points_of(said)[0], anke, Choice(WITHIN_PRIORITY, priority=priority))
    with inside(proposed.area):
        services.adopt_plan(proposed, on=COUNCIL_DATE, by=gerda)
    page = page_of(client)
    assert "<h1>Uw inbreng staat in het plan</h1>" in page
    assert "Vastgesteld door de raad op 4 juni 2025" in page
    assert "Valt onder een prioriteit" in page
    assert "Ondermijning" in page


def test_what_is_not_taken_up_is_answered_but_not_said_to_be_in_the_plan(client, said, anke, gerda, proposed):
    with inside(proposed.area):
        services.decide(points_of(said)[0], choices=[Choice(NOT_TAKEN_UP)], extent="not", rationale="Geen geld.", by=anke)
        services.adopt_plan(proposed, on=COUNCIL_DATE, by=gerda)
    page = page_of(client)
    assert "staat in het plan" not in page
    assert "Geen geld." in page


def test_of_a_letter_the_whole_stays_to_be_read_beside_what_we_made_of_it(client, council_round):
    hand_in(
        council_round,
        "Meer licht.",
        "Minder hard rijden.",
        channel=Channel.LETTER,
        original="Geachte raad,\nMeer licht. En u weet: minder hard.",
    )
    page = page_of(client)
    assert "Lees alles wat u instuurde" in page
    assert "Geachte raad,<br>" in page
    assert "punt 1 van 2" in page
    assert "Minder hard rijden." in page


def test_a_corrected_point_keeps_the_senders_own_words_in_reach(client, said, anke):
    (point,) = points_of(said)
    with inside(said.area):
        consultation.correct(point, subject="Babbeltrucs", sub_subject="Nepagent", text="Nepagent aan de deur.", by=anke)
    page = page_of(client)
    assert "Zo hebben we het begrepen" in page
    assert "&lt;b&gt;Vertel&lt;/b&gt; ouderen" in page


def test_a_withdrawn_point_is_said_to_count_no_more(client, council_round, anke):
    kept, gone = points_of(hand_in(council_round, "Meer licht.", "Testbericht."))
    with inside(council_round.area):
        consultation.withdraw(gone, reason="Test", by=anke)
    weigh(kept, anke)
    tell(council_round, anke)
    page = page_of(client)
    assert "Dit punt telt niet meer mee." in page
    assert RATIONALE in page


def test_what_is_held_says_that_somebody_looks_first(client, council_round):
    with inside(council_round.area):
        Draft.objects.create(
            area=council_round.area, round=council_round, code=CODE, handed_in_at=timezone.now(), held_at=timezone.now(), held_for=["snel"]
        )
    page = page_of(client)
    assert "Een medewerker bekijkt uw inbreng eerst." in page
    assert "Laat het ons weten" not in page
    assert "snel" not in page


def test_while_the_round_is_open_the_page_says_until_when(client, said, council_round):
    with time_machine.travel(council_round.opens_at + datetime.timedelta(minutes=5)):
        assert "De ronde sluit op woensdag 16 september 2026, 23.00 uur" in page_of(client)


def test_in_english_everything_but_what_was_written_is_english(client, council_round, anke):
    submission = hand_in(council_round, "More light, please.", language="en")
    weigh(points_of(submission)[0], anke)
    tell(council_round, anke)
    page = page_of(client, f"/blaricum/take-part/code/{CODE}/")
    assert '<html lang="en"' in page
    assert "This is our answer" in page
    assert "This remains part of our ordinary work" in page
    assert f'<p class="p-mt" lang="nl">{RATIONALE}</p>' in page
    assert "Dit is ons antwoord" not in page


def test_every_kind_of_answer_has_words_for_the_sender():
    assert all(kind.public_label and kind.public_label[0].isupper() for kind in ALL)


# The address


@pytest.mark.parametrize("typed", ["BLA 7K3M 92QD 4XTP", "7k3m92qd4xtp", "bla7K3M-92QD-4XTP"])
def test_a_code_as_it_is_typed_over_leads_to_the_page(client, said, typed):
    response = client.get(f"/blaricum/meedoen/code/{typed}/")
    assert (response.status_code, response.url) == (302, PAGE)


@pytest.mark.parametrize("path", ["/blaricum/meedoen/code/222222222222/", "/blaricum/meedoen/code/x/", f"/hilversum/meedoen/code/{CODE}/"])
def test_an_unknown_code_and_that_of_a_neighbour_is_a_404_in_plain_words(client, said, path):
    page = page_of(client, path, status=404)
    assert "Deze code kennen we niet" in page
    assert "meedoen/code/" in page


def test_refused_spam_has_no_page(client, council_round):
    with inside(council_round.area):
        Draft.objects.create(area=council_round.area, round=council_round, code=CODE, held_at=timezone.now(), refused_at=timezone.now())
    page_of(client, status=404)


@pytest.mark.parametrize("path", [PAGE, "/blaricum/meedoen/code/222222222222/"])
def test_the_page_leaves_no_trace(client, said, path):
    response = client.get(path)
    assert response["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response["X-Robots-Tag"]
    assert "no-store" in response["Cache-Control"]
    assert '<meta name="robots" content="noindex">' in response.text
    assert not response.cookies


@pytest.mark.parametrize("points", [1, 12])
def test_the_page_costs_as_much_for_one_point_as_for_twelve(client, council_round, anke, points, django_assert_max_num_queries):
    submission = hand_in(council_round, *[f"Punt {uuid.uuid4()}" for _ in range(points)])
    for point in points_of(submission):
        weigh(point, anke)
    tell(council_round, anke)
    # transaction, area, wall; submission, plan, sent answer, decisions, destinations, their priorities, points, passages,
    # questions, reactions
    with django_assert_max_num_queries(14):
        page_of(client)


# Laat het ons weten


def reactions(submission):
    with inside(submission.area):
        return list(Reaction.objects.filter(submission=submission).values_list("text", flat=True))


def test_a_sender_says_that_something_is_wrong_and_the_log_says_that_they_did(client, said):
    response = client.post(PAGE, {"text": "Het ging om mijn buurvrouw."}, follow=True)
    assert "Een medewerker leest uw reactie." in response.text
    assert "ligt bij een medewerker" in response.text
    assert reactions(said) == ["Het ging om mijn buurvrouw."]
    with inside(said.area):
        line = LogEntry.objects.get(verb="reaction.received")
    assert line.actor_name == "Het portaal"
    assert "buurvrouw" not in str(line.facts)


def test_a_double_click_says_it_once(client, said):
    for _ in range(2):
        client.post(PAGE, {"text": "Het ging om mijn buurvrouw."})
    assert len(reactions(said)) == 1


@pytest.mark.parametrize("text", ["", "a" * 2001])
def test_nothing_and_too_much_are_refused_and_what_was_typed_stays(client, said, text):
    response = client.post(PAGE, {"text": text})
    assert response.status_code == 422
    assert text in response.text
    assert reactions(said) == []


def test_after_five_reactions_somebody_has_to_read_them_first(client, said, anke):
    for number in range(5):
        client.post(PAGE, {"text": f"Reactie {number}"})
    refused = client.post(PAGE, {"text": "Nog een"})
    assert refused.status_code == 409
    assert "Nog een" in refused.text
    assert len(reactions(said)) == 5
    with inside(said.area):
        consultation.settle_reaction(Reaction.objects.first(), by=anke)
    assert client.post(PAGE, {"text": "Nog een"}).status_code == 302
