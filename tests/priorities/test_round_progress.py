"""How far a round is, what needs somebody, and sending the answers: to whom, once."""

import datetime
import re

from django.core import mail as postbox
from django.utils import timezone

import pytest

from consultation import services as consultation
from consultation.models import (
    Channel,
    ContactDetails,
    Contribution,
    Contributor,
    ContributorKind,
    Draft,
    Invitation,
    Mail,
    MailStatus,
    Reaction,
    Submission,
)
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from priorities import services
from priorities.decision_kinds import NOT_TAKEN_UP
from priorities.models import SentAnswer
from priorities.rules import Choice
from tests.priorities.conftest import weigh

PAGE = "/blaricum/inbreng/raadssessie/voortgang/"
SEND = PAGE + "antwoorden/"


def hand_in(round, number, *, points=1, email="", address="", code=True, **more):
    """A submission with a code of its own, and with how to reach the sender when that is given."""
    with inside(round.area):
        contributor = Contributor.objects.create(area=round.area, kind=ContributorKind.RESIDENT)
        submission = Submission.objects.create(
            area=round.area,
            round=round,
            contributor=contributor,
            channel=Channel.FORM,
            code=f"222222{number:06}".replace("0", "X").replace("1", "Y") if code else None,
            original_text="Meer licht.",
            **more,
        )
        if email or address:
            ContactDetails.objects.create(
                area=round.area,
                submission=submission,
                email=email,
                address=address,
                consented_at=timezone.now(),
                keep_until=datetime.date(2030, 1, 1),
            )
        first = round.contributions.count() + 1
        Contribution.objects.bulk_create(
            Contribution(area=round.area, round=round, submission=submission, number=first + at, subject="Licht", text=f"Meer licht {at}.")
            for at in range(points)
        )
    return submission


def weigh_all(submission, by):
    with inside(submission.area):
        points = list(submission.contributions.filter(decisions=None).select_related("area"))
    for point in points:
        weigh(point, by)


@pytest.fixture
def officer(client, anke):
    client.force_login(anke)
    return client


def press(client, page=None):
    """What somebody does who read the page: press the button on it."""
    page = page or client.get(SEND).text
    checksum = re.search(r'name="klaar" value="(\w+)"', page)
    response = client.post(SEND, {"klaar": checksum[1] if checksum else ""})
    services.write_due_mails()
    return response


def numbers(page):
    """The totals on top, as word -> number."""
    return dict(re.findall(r"<dt>([\w ]+)</dt><dd>(\d+)", page))


def sent(area):
    with inside(area):
        return list(SentAnswer.objects.order_by("pk").values_list("submission_id", "number", "by_mail"))


# The page


def test_the_page_counts_every_step(officer, council_round, anke):
    weighed = hand_in(council_round, 2, email="a@voorbeeld.nl")
    hand_in(council_round, 3, points=2)
    weigh_all(weighed, anke)
    page = officer.get(PAGE).text
    assert numbers(page) == {"Ontvangen": "2", "Met punten": "2", "Afgewogen": "1", "Beantwoord": "0"}
    assert "Verstuur 1 antwoord</a>" in page
    press(officer)
    assert numbers(officer.get(PAGE).text)["Beantwoord"] == "1"


def test_what_needs_nobody_is_not_in_the_list_of_what_to_do(officer, council_round, anke):
    done, open_one = hand_in(council_round, 2), hand_in(council_round, 3, points=2)
    weigh_all(done, anke)
    press(officer)
    page = officer.get(PAGE).text
    assert f"inzendingen/{open_one.pk}/" in page
    assert f"inzendingen/{done.pk}/" not in page
    assert "Nog 2 van 2 punten af te wegen" in page
    with inside(council_round.area):
        assert f'<p class="p-small">{open_one.contributions.order_by("number")[0].point}' in page
    everything = officer.get(PAGE + "?toon=alles").text
    assert f"inzendingen/{done.pk}/" in everything
    assert "Beantwoord</span>" in everything


def test_of_39_bodies_each_is_as_far_as_it_is(officer, council_round, anke):
    with inside(council_round.area):
        for number in range(39):
            Invitation.objects.create(
                area=council_round.area, round=council_round, name=f"Gemeente {number:02}", kind="area", email=f"g{number}@voorbeeld.nl"
            )
        invitations = list(Invitation.objects.order_by("name"))
        now = timezone.now()
        Invitation.objects.exclude(pk=invitations[0].pk).update(invited_at=now)
        Invitation.objects.filter(pk__in=[one.pk for one in invitations[2:5]]).update(opened_at=now)
        Draft.objects.create(area=council_round.area, round=council_round, invitation=invitations[3], version=2)
    answered = hand_in(council_round, 2, invitation=invitations[4])
    page = officer.get(PAGE).text
    assert "Uitgenodigd</dt><dd>38 <small>van 39</small>" in page
    assert (numbers(page)["Geopend"], numbers(page)["Concept"], numbers(page)["Ontvangen"]) == ("3", "1", "1")
    states = re.findall(r"<h3>(?:<a [^>]*>)?(Gemeente \d\d).*?p-badge--\w+\"><svg.*?</svg>([^<]+)<", page, re.DOTALL)
    assert states[:5] == [
        ("Gemeente 00", "Nog niet uitgenodigd"),
        ("Gemeente 01", "Uitgenodigd"),
        ("Gemeente 02", "Geopend"),
        ("Gemeente 03", "Concept"),
        ("Gemeente 04", "Nog af te wegen"),
    ]
    weigh_all(answered, anke)
    press(officer)
    with inside(council_round.area):
        assert Mail.objects.get(kind="answer").to == "g4@voorbeeld.nl"


def cost_of(client, path, django_assert_max_num_queries):
    with django_assert_max_num_queries(100) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize("path", [PAGE, PAGE + "?toon=alles", PAGE + "?toon=uitnodigingen", SEND])
def test_a_page_costs_the_same_for_one_and_for_forty(officer, council_round, anke, path, django_assert_max_num_queries):
    def fill(numbers):
        for number in numbers:
            with inside(council_round.area):
                invitation = Invitation.objects.create(area=council_round.area, round=council_round, name=f"Body {number}", kind="partner")
            submission = hand_in(council_round, number, email="a@voorbeeld.nl", invitation=invitation)
            weigh_all(submission, anke)
            failed_mail(council_round, f"receipt:{number}", submission)
            with inside(council_round.area):
                Reaction.objects.create(area=council_round.area, submission=submission, text="Nee.")

    fill([2])
    once = cost_of(officer, path, django_assert_max_num_queries)
    fill(range(3, 43))
    assert cost_of(officer, path, django_assert_max_num_queries) == once


def test_a_council_member_sees_how_far_it_is_and_no_address(client, carla, council_round):
    submission = hand_in(council_round, 2, email="geheim@voorbeeld.nl")
    failed_mail(council_round, "receipt:2", submission, to="geheim@voorbeeld.nl")
    client.force_login(carla)
    page = client.get(PAGE).text
    assert "1 mail kwam niet aan" in page
    assert "geheim@voorbeeld.nl" not in page
    assert client.get(SEND).status_code == 403


# Mails that did not arrive, and what senders say back


def failed_mail(round, key, submission=None, to="fout@voorbeeld.nl"):
    with inside(round.area):
        return Mail.objects.create(
            area=round.area,
            round=round,
            key=key,
            kind="receipt",
            to=to,
            subject="Wij hebben uw inbreng",
            text="Goedendag,",
            status=MailStatus.FAILED,
            attempt=1,
            failure="De mailserver van de ontvanger neemt dit adres niet aan (550).",
            submission=submission,
        )


def test_an_officer_mends_an_address_and_the_mail_goes_out(officer, council_round, django_capture_on_commit_callbacks):
    mail = failed_mail(council_round, "receipt:1")
    page = officer.get(PAGE).text
    assert "1 mail kwam niet aan" in page
    assert "neemt dit adres niet aan (550)" in page
    with django_capture_on_commit_callbacks(execute=True):
        response = officer.post(f"{PAGE}mail/{mail.pk}/", {"to": "goed@voorbeeld.nl"}, follow=True)
    assert "De mail gaat opnieuw op weg." in response.text
    assert "kwam niet aan" not in response.text
    assert postbox.outbox[-1].to == ["goed@voorbeeld.nl"]
    with inside(council_round.area):
        assert LogEntry.objects.get(verb="mail.sent_again").facts == {"kind": "receipt", "mended": True}


def test_a_mended_address_that_is_none_is_refused_and_stays_on_the_screen(officer, council_round):
    mail = failed_mail(council_round, "receipt:1")
    response = officer.post(f"{PAGE}mail/{mail.pk}/", {"to": "geen adres"})
    assert response.status_code == 422
    assert 'value="geen adres"' in response.text
    assert "Dit e-mailadres klopt niet." in response.text
    with inside(council_round.area):
        mail.refresh_from_db()
    assert mail.status == MailStatus.FAILED


def test_of_two_officers_one_sends_it_again(officer, council_round):
    mail = failed_mail(council_round, "receipt:1")
    assert officer.post(f"{PAGE}mail/{mail.pk}/", {"to": ""}).status_code == 302
    second = officer.post(f"{PAGE}mail/{mail.pk}/", {"to": ""})
    assert second.status_code == 409
    assert "kan niet opnieuw worden verstuurd" in second.text


def test_a_reaction_waits_until_somebody_dealt_with_it(officer, council_round):
    submission = hand_in(council_round, 2)
    with inside(council_round.area):
        reaction = consultation.react(submission, text="Het ging om mijn <b>buurvrouw</b>.")
    assert "mijn &lt;b&gt;buurvrouw" in officer.get(PAGE).text
    for _ in range(2):
        officer.post(f"{PAGE}reacties/{reaction.pk}/")
    assert "buurvrouw" not in officer.get(PAGE).text
    with inside(council_round.area):
        assert LogEntry.objects.filter(verb="reaction.settled").count() == 1


# Sending the answers


def test_the_officer_sees_exactly_who_gets_what_before_it_goes(officer, council_round, anke):
    by_mail = hand_in(council_round, 2, email="a@voorbeeld.nl")
    by_letter = hand_in(council_round, 3, address="Dorpsstraat 1, Blaricum")
    by_code = hand_in(council_round, 4)
    nobody, half = hand_in(council_round, 5, code=False), hand_in(council_round, 6, points=2, email="half@voorbeeld.nl")
    for submission in (by_mail, by_letter, by_code, nobody):
        weigh_all(submission, anke)
    with inside(half.area):
        first = half.contributions.select_related("area").order_by("number").first()
    weigh(first, anke)
    page = officer.get(SEND).text
    assert "Van 3 inzendingen zijn alle punten afgewogen. 1 inbrenger krijgt een mail. Bij 2 is geen e-mailadres bekend" in page
    assert "Antwoord per brief: Dorpsstraat 1, Blaricum" in page
    assert "Op te halen met de code" in page
    assert "half@voorbeeld.nl" not in page
    assert "&gt; Meer licht 0." in page
    assert "Dit blijft gewoon werk." in page
    with inside(council_round.area):
        assert not Mail.objects.exists()


def test_pressing_sends_each_of_them_one_mail_and_pressing_again_none(officer, council_round, anke, django_capture_on_commit_callbacks):
    for number in range(2, 6):
        weigh_all(hand_in(council_round, number, points=2, email=f"i{number}@voorbeeld.nl"), anke)
    weigh_all(hand_in(council_round, 7), anke)
    page = officer.get(SEND).text
    assert press(officer, page).status_code == 302
    assert press(officer, page).status_code == 409
    press(officer)
    with django_capture_on_commit_callbacks(execute=True):
        consultation.hand_over_waiting()
    assert sorted(message.to[0] for message in postbox.outbox) == [f"i{number}@voorbeeld.nl" for number in range(2, 6)]
    body = postbox.outbox[0].body
    assert "> Meer licht 0." in body and "> Meer licht 1." in body
    assert "/blaricum/meedoen/code/222222" in body
    assert [number for _submission, number, _by_mail in sent(council_round.area)] == [1] * 5
    with inside(council_round.area):
        lines = LogEntry.objects.filter(verb="answers.sent")
        assert [line.facts for line in lines] == [{"by_mail": 4, "otherwise": 1}]


def test_what_became_ready_after_the_officer_looked_is_not_sent_unseen(officer, council_round, anke):
    weigh_all(hand_in(council_round, 2, email="a@voorbeeld.nl"), anke)
    page = officer.get(SEND).text
    weigh_all(hand_in(council_round, 3, email="b@voorbeeld.nl"), anke)
    refused = press(officer, page)
    assert refused.status_code == 409
    assert "Er is intussen iets veranderd" in refused.text
    assert "b@voorbeeld.nl" in refused.text
    assert sent(council_round.area) == []


def test_a_changed_answer_is_sent_again_and_says_that_it_changed(officer, council_round, anke, django_capture_on_commit_callbacks):
    submission = hand_in(council_round, 2, email="a@voorbeeld.nl")
    weigh_all(submission, anke)
    press(officer)
    with inside(submission.area):
        point = submission.contributions.select_related("area").get()
        seen = point.decisions.current().get().pk
        services.decide(point, choices=[Choice(NOT_TAKEN_UP)], extent="not", rationale="Daar is geen geld voor.", by=anke, seen=seen)
    assert "Het antwoord is veranderd" in officer.get(PAGE).text
    press(officer)
    with django_capture_on_commit_callbacks(execute=True):
        consultation.hand_over_waiting()
    assert [message.subject for message in postbox.outbox] == [
        "Ons antwoord op uw inbreng: Raadssessie 2026",
        "Ons antwoord is veranderd: Raadssessie 2026",
    ]
    assert "Daar is geen geld voor." in postbox.outbox[1].body
    assert [row[1] for row in sent(council_round.area)] == [1, 2]


def test_answers_go_out_after_the_plan_was_adopted_too(client, adopted, anke, council_round):
    with inside(council_round.area):
        submission = Submission.objects.get(contributions__isnull=False)
        ContactDetails.objects.create(
            area=adopted.area,
            submission=submission,
            email="a@voorbeeld.nl",
            consented_at=timezone.now(),
            keep_until=datetime.date(2030, 1, 1),
        )
    client.force_login(anke)
    assert press(client).status_code == 302
    assert sent(adopted.area) == [(submission.pk, 1, True)]
    with inside(adopted.area):
        assert Mail.objects.get(kind="answer").text.count("code") == 0, "it has none: no link either"


def test_both_answers_are_written_when_the_workers_were_away_between_them(officer, council_round, anke):
    submission = hand_in(council_round, 2, email="a@voorbeeld.nl")
    weigh_all(submission, anke)
    with inside(submission.area):
        services.send_answers(council_round, checksum=services.waiting_answers(council_round).checksum, by=anke)
        point = submission.contributions.select_related("area").get()
        seen = point.decisions.current().get().pk
        services.decide(point, choices=[Choice(NOT_TAKEN_UP)], extent="not", rationale="Daar is geen geld voor.", by=anke, seen=seen)
        services.send_answers(council_round, checksum=services.waiting_answers(council_round).checksum, by=anke)
    assert "2 antwoorden per mail onderweg." in officer.get(PAGE).text
    assert [services.write_due_mails(), services.write_due_mails()] == [2, 0]
    with inside(submission.area):
        first, second = Mail.objects.filter(kind="answer").order_by("key").values_list("text", flat=True)
    assert "Dit blijft gewoon werk." in first and "geen geld" not in first
    assert "Daar is geen geld voor." in second and "Dit blijft gewoon werk." not in second


def test_who_was_forgotten_meanwhile_gets_no_mail_and_keeps_the_page(officer, council_round, anke, client):
    submission = hand_in(council_round, 2, email="a@voorbeeld.nl")
    weigh_all(submission, anke)
    with inside(submission.area):
        services.send_answers(council_round, checksum=services.waiting_answers(council_round).checksum, by=anke)
        consultation.forget_contact(submission, by=anke)
    services.write_due_mails()
    with inside(submission.area):
        assert not Mail.objects.exists()
    assert "Dit blijft gewoon werk." in client.get(f"/blaricum/meedoen/code/{submission.code}/").text


def test_an_english_sender_gets_an_english_mail(officer, council_round, anke):
    weigh_all(hand_in(council_round, 2, email="a@voorbeeld.nl", language="en"), anke)
    press(officer)
    with inside(council_round.area):
        mail = Mail.objects.get(kind="answer")
    assert mail.subject == "Our answer to you: Raadssessie 2026"
    assert "/blaricum/take-part/code/" in mail.text
    assert "This remains part of our ordinary work" in mail.text
