"""A question to who brought the point in: in their language, with a link, until a moment; what they say back is kept as they wrote it."""

import datetime
import re
import threading

from django.core import mail as postbox
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

import pytest
import time_machine

from consultation.models import ContactDetails, Contribution, Mail
from consultation.services import forget_outlived, freeze_round, withdraw
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from priorities import services
from priorities.models import Question, WayOfWorking
from priorities.triage import links
from tests.consultation.invitations import links_in, moment
from tests.priorities.conftest import weigh
from tests.priorities.test_handling import at, verbs, work_at
from tests.priorities.test_status_page import CODE, PAGE, WORDS, hand_in, points_of

ASKED_AT = "2026-11-10 10:00"
QUESTION = "Op welk moment van de dag ziet u dit?"
ANSWER = "Vooral ’s avonds na tienen."


def reachable(round, language: str = "nl", email: str = "inwoner@voorbeeld.nl") -> Contribution:
    """A point of somebody who left an e-mail address."""
    submission = hand_in(round, WORDS, language=language)
    with inside(round.area):
        ContactDetails.objects.create(
            area=round.area, submission=submission, email=email, consented_at=timezone.now(), keep_until=datetime.date(2027, 12, 31)
        )
    (point,) = points_of(submission)
    return point


@pytest.fixture
def point(council_round):
    return reachable(council_round)


def ask(client, user, point, text: str = QUESTION, when: str = ASKED_AT):
    """Press ‘Verstuur vraag’ at that moment."""
    with time_machine.travel(moment(when), tick=False):
        client.force_login(user)
        answer = client.post(at(point, "vraag"), {"text": text})
    client.logout()
    return answer


@pytest.fixture
def asked(client, anke, point, django_capture_on_commit_callbacks) -> Question:
    """Anke asked on 10 November; the term is fourteen days."""
    with django_capture_on_commit_callbacks(execute=True):
        assert ask(client, anke, point).status_code == 302
    return the_question(point)


def the_question(point) -> Question:
    with inside(point.area):
        return Question.objects.select_related("area", "contribution").get(contribution=point)


def run_at(text: str) -> int:
    """The job, at that moment in the Netherlands."""
    with time_machine.travel(moment(text), tick=False):
        return services.lapse_questions()


@pytest.fixture
def on_time():
    """It is 12 November."""
    with time_machine.travel(moment("2026-11-12 12:00"), tick=False):
        yield


# Asking


def test_the_sender_gets_their_own_words_our_question_the_last_moment_and_a_link(asked):
    (message,) = postbox.outbox
    assert message.to == ["inwoner@voorbeeld.nl"]
    assert message.subject == "Een vraag over uw inbreng: Raadssessie 2026"
    text = " ".join(message.body.replace(">", "").split())
    assert WORDS.replace(">", "") in text
    assert QUESTION in text
    assert "dinsdag 24 november 2026, 23.59 uur" in text
    assert links_in(message.body) == [links.path_of(asked)]


def test_who_wrote_in_english_is_asked_in_english(client, anke, council_round, django_capture_on_commit_callbacks):
    point = reachable(council_round, language="en")
    client.force_login(anke)
    assert "Schrijf ook uw vraag in het Engels." in client.get(at(point, "vraag")).text
    with django_capture_on_commit_callbacks(execute=True):
        ask(client, anke, point, "At what time of day?")
    (message,) = postbox.outbox
    assert message.subject == "A question about your contribution: Raadssessie 2026"
    assert "Tuesday 24 November 2026, 23:59" in " ".join(message.body.split())
    (path,) = links_in(message.body)
    assert path.startswith("/blaricum/take-part/")
    with time_machine.travel(moment("2026-11-12 12:00"), tick=False):
        page = client.get(path).text
    assert "We have a question for you" in page
    assert '<p lang="en">At what time of day?</p>' in page


def test_the_term_is_that_of_the_way_of_working(client, anke, point):
    with inside(point.area):
        WayOfWorking.objects.create(area=point.area, question_days=5)
    client.force_login(anke)
    with time_machine.travel(moment(ASKED_AT), tick=False):
        client.force_login(anke)
        assert "zondag 15 november 2026, 23.59 uur" in client.get(at(point, "vraag")).text
    ask(client, anke, point)
    assert the_question(point).lapses_at == moment("2026-11-15 23:59")


def test_who_left_no_address_cannot_be_asked_and_the_page_says_so(client, anke, overlast):
    client.force_login(anke)
    assert "Van deze inbrenger hebben we geen e-mailadres." in client.get(at(overlast, "vraag")).text
    assert "Stel een vraag" not in client.get(work_at(overlast)).text
    answer = client.post(at(overlast, "vraag"), {"text": QUESTION})
    assert answer.status_code == 409
    assert QUESTION in answer.text
    with inside(overlast.area):
        assert not Question.objects.exists()


def test_one_question_at_a_time(client, anke, asked, point):
    answer = ask(client, anke, point, "En waar precies?")
    assert answer.status_code == 409
    assert "Er staat al een vraag open bij dit punt." in answer.text
    assert "En waar precies?" in answer.text
    client.force_login(anke)
    page = client.get(at(point, "vraag")).text
    assert "Er staat al een vraag open bij dit punt." in page, "said before somebody writes it"
    assert "<textarea" not in page
    assert ask(client, anke, point).status_code == 302  # the same words: a double click
    with inside(point.area):
        assert Question.objects.count() == Mail.objects.filter(kind="question").count() == 1


def test_after_a_reaction_there_may_be_another_question(client, anke, asked, point, on_time):
    with inside(point.area):
        services.answer_question(asked, text=ANSWER)
        services.ask_question(point, text="En waar precies?", by=anke)
        assert Question.objects.count() == 2


def test_an_empty_question_is_not_sent_and_a_long_one_comes_back(client, anke, point):
    assert "Vul ‘Uw vraag’ in." in ask(client, anke, point, " ").text
    answer = ask(client, anke, point, "a" * 2001)
    assert answer.status_code == 422
    assert "a" * 2001 in answer.text
    assert not re.search(r"<textarea[^>]*maxlength", answer.text)


def test_no_browser_cuts_off_a_long_text_without_a_word(client, anke, point, asked, on_time):
    client.force_login(anke)
    for address in (work_at(point), at(point, "notities"), at(point, "advies"), links.path_of(asked, "nl")):
        page = client.get(address).text
        assert "<textarea" in page
        assert not re.search(r"<textarea[^>]*maxlength", page)


def test_after_adoption_nobody_is_asked(client, anke, point, council_round):
    with inside(council_round.area):
        freeze_round(council_round, by=None)
    assert ask(client, anke, point).status_code == 409


def test_a_point_can_be_weighed_while_its_question_is_open(anke, asked, point):
    weigh(point, anke)
    with inside(point.area):
        assert point.decisions.current().exists()


# The page


def test_the_page_takes_one_reaction_and_shows_it_with_thanks(client, asked, point, on_time):
    path = links.path_of(asked)
    page = client.get(path).text
    assert "Wij hebben een vraag aan u" in page
    assert "Reageren kan tot dinsdag 24 november 2026, 23.59 uur (Nederlandse tijd)." in page
    assert "&lt;b&gt;Vertel&lt;/b&gt; ouderen" in page
    assert client.post(path, {"text": ANSWER}).status_code == 302
    page = client.get(path).text
    assert "Bedankt voor uw reactie" in page
    assert ANSWER in page
    assert "<textarea" not in page
    assert verbs(point)[-1] == "question.answered"


def test_the_page_holds_nobodys_name_and_no_address(client, asked, on_time):
    page = client.get(links.path_of(asked)).text
    for hidden in ("Anke", "inwoner@voorbeeld.nl", CODE):
        assert hidden not in page


def test_a_second_reaction_is_not_taken_and_not_lost(client, asked, point, on_time):
    path = links.path_of(asked)
    client.post(path, {"text": ANSWER})
    answer = client.post(path, {"text": "Nee, toch overdag."})
    assert answer.status_code == 409
    assert "U heeft deze vraag al beantwoord." in answer.text
    assert "Nee, toch overdag." in answer.text
    assert the_question(point).answer == ANSWER


def test_an_empty_reaction_comes_back(client, asked, on_time):
    answer = client.post(links.path_of(asked), {"text": ""})
    assert answer.status_code == 422
    assert "Vul ‘Uw reactie’ in." in answer.text


def test_no_cookie_no_cache_and_no_search_engine(asked, on_time):
    answer = Client(enforce_csrf_checks=True).post(links.path_of(asked), {"text": ANSWER})
    assert answer.status_code == 302
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in answer.headers["Cache-Control"]


def test_an_unknown_link_tells_nothing(client, asked):
    assert client.get("/blaricum/meedoen/vraag/1.verzonnen/").status_code == 404
    assert client.get(f"/blaricum/meedoen/advies/{links.token_of(asked)}/").status_code == 404
    assert client.get(f"/hilversum/meedoen/vraag/{links.token_of(asked)}/").status_code == 404


@pytest.mark.parametrize("job", [True, False])
def test_after_the_term_the_page_says_kindly_that_it_has_passed_whether_or_not_the_job_ran(client, asked, job):
    if job:
        assert run_at("2026-11-25 00:00") == 1
    with time_machine.travel(moment("2026-11-25 08:00"), tick=False):
        page = client.get(links.path_of(asked))
        assert page.status_code == 410
        assert "Reageren kon tot dinsdag 24 november 2026, 23.59 uur" in page.text
        assert "Mail gemeente Blaricum" in page.text
        answer = client.post(links.path_of(asked), {"text": ANSWER})
    assert answer.status_code == 410
    assert ANSWER in answer.text
    assert the_question(asked.contribution).answer == ""


@pytest.mark.parametrize("end", ["adopted", "withdrawn"])
def test_when_the_point_is_settled_no_reaction_is_needed(client, asked, anke, council_round, end, on_time):
    with inside(asked.area):
        if end == "adopted":
            freeze_round(council_round, by=None)
        else:
            withdraw(asked.contribution, reason="Dubbel.", by=anke)
    assert "dit punt is al behandeld" in client.get(links.path_of(asked)).text
    assert client.post(links.path_of(asked), {"text": ANSWER}).status_code == 410


# On the status page


def test_the_question_stands_on_the_status_page_too(client, asked, point):
    with time_machine.travel(moment("2026-11-12 12:00"), tick=False):
        page = client.get(PAGE).text
        assert "Wij hebben een vraag aan u." in page
        assert f'href="{links.path_of(asked)}"' in page
        assert f'href="{links.path_of(asked, "en")}"' in client.get(PAGE.replace("meedoen", "take-part")).text
        client.post(links.path_of(asked), {"text": ANSWER})
        page = client.get(PAGE).text
    assert "U reageerde op donderdag 12 november 2026, 12.00 uur." in page


def test_after_the_term_the_status_page_says_so(client, asked):
    with time_machine.travel(moment("2026-11-26 12:00"), tick=False):
        assert "Wij stelden u een vraag. Reageren kon tot dinsdag 24 november 2026, 23.59 uur" in client.get(PAGE).text


# At the point


def test_the_reaction_stands_at_the_point_as_it_was_written_with_its_moment(client, anke, asked, point, on_time):
    words = "  Bel mij: 06 - 12 34 56 78.\n\nGroet, de heer Jansen"
    client.post(links.path_of(asked), {"text": words})
    client.force_login(anke)
    page = client.get(work_at(point)).text
    assert "Bel mij: 06 - 12 34 56 78." in page
    assert "donderdag 12 november 2026, 12.00 uur" in page
    assert "Hierin staan misschien persoonsgegevens (telefoonnummer, naam)." in page


def test_nobody_changes_a_reaction_not_even_the_database(asked, on_time):
    with inside(asked.area):
        services.answer_question(asked, text=ANSWER)
        for change in ({"answer": "Nee."}, {"text": "Iets anders?"}):
            with pytest.raises(DatabaseError), transaction.atomic():
                Question.objects.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            Question.objects.all().delete()


def test_an_open_question_and_one_without_reaction_are_seen_at_the_point(client, anke, asked, point):
    client.force_login(anke)
    with time_machine.travel(moment("2026-11-12 12:00"), tick=False):
        client.force_login(anke)
        page = client.get(work_at(point)).text
    assert "Wacht op reactie" in page
    assert "Stel een vraag" not in page
    run_at("2026-11-25 00:00")
    client.force_login(anke)
    page = client.get(work_at(point)).text
    assert "Geen reactie ontvangen" in page
    assert "Stel een vraag" in page


# Lapsing


def test_a_question_lapses_once_at_its_moment_and_the_log_says_so(asked, point):
    assert run_at("2026-11-24 23:58") == 0
    assert run_at("2026-11-24 23:59") == 1
    assert run_at("2026-11-24 23:59") == 0
    with inside(point.area):
        last = LogEntry.objects.about(point).last()
    assert (last.verb, last.actor_name, last.sentence) == ("question.lapsed", "Het portaal", "sloot een vraag: geen reactie ontvangen")
    assert the_question(point).lapsed_at == moment("2026-11-24 23:59")


def test_when_the_job_was_down_for_two_days_it_lapses_all_the_same(asked, point):
    assert run_at("2026-11-26 23:59") == 1
    assert verbs(point).count("question.lapsed") == 1


def test_who_reacted_in_time_is_not_said_to_be_silent(asked, point, on_time):
    with inside(point.area):
        services.answer_question(asked, text=ANSWER)
    assert run_at("2026-11-26 23:59") == 0


def test_it_costs_as_many_queries_to_end_one_as_fifty(asked, point, anke, council_round, django_assert_num_queries):
    with inside(point.area):
        for number in range(49):
            other = Contribution.objects.create(
                area=point.area, round=council_round, submission_id=point.submission_id, number=100 + number, subject="Veiligheid"
            )
            Question.objects.create(area=point.area, contribution=other, text="Waar?", asked_by=anke, lapses_at=moment("2026-11-24 23:59"))
    # Twice, for the second look finds nothing: transaction and the wall, the questions; once the change and its lines in the log
    with time_machine.travel(moment("2026-11-25 00:00"), tick=False), django_assert_num_queries(16):
        assert services.lapse_questions() == 50
    with inside(point.area):
        assert LogEntry.objects.filter(verb="question.lapsed").count() == 50


@pytest.mark.django_db(transaction=True)
def test_two_jobs_at_once_end_it_once(asked, point):
    counts: list[int] = []

    def work() -> None:
        try:
            counts.append(services.lapse_questions(moment("2026-11-25 00:00")))
        finally:
            connection.close()

    jobs = [threading.Thread(target=work) for _ in range(4)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    assert sum(counts) == 1
    assert verbs(point).count("question.lapsed") == 1


def test_with_the_contact_details_the_address_of_the_mail_goes_and_the_reaction_stays(asked, point, on_time):
    with inside(point.area):
        services.answer_question(asked, text=ANSWER)
        forget_outlived(datetime.date(2028, 1, 1))
        mail = Mail.objects.get(kind="question")
    assert (mail.to, mail.text) == ("", "")
    assert the_question(point).answer == ANSWER
