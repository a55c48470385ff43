"""Advice of a colleague or a partner: asked by mail, given once with the link, asked again once, and nothing of who brought it in."""

import datetime
import re
import threading

from django.core import mail as postbox
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

import pytest
import time_machine

from consultation.models import Contribution, Mail
from consultation.services import freeze_round, withdraw
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from priorities import services
from priorities.models import AdviceRequest
from priorities.triage import links
from tests.conftest import make_contribution
from tests.consultation.invitations import links_in, moment
from tests.priorities.test_handling import at, verbs, work_at

ASKED_AT = "2026-11-10 10:00"
QUESTION = "Herkent u dit beeld bij het winkelcentrum?"
VALUES = {"to_name": "Politie, wijkteam", "to_email": "wijkteam@politie.voorbeeld.nl", "question": QUESTION, "due_on": "2026-11-20"}
ANSWER = "Ja. Het gaat om een vaste groep; wij zijn er elke vrijdag."


@pytest.fixture
def asked(client, anke, overlast, django_capture_on_commit_callbacks):
    """Anke asked the police, on 10 November, by 20 November."""
    client.force_login(anke)
    with time_machine.travel(moment(ASKED_AT), tick=False), django_capture_on_commit_callbacks(execute=True):
        answer = client.post(at(overlast, "advies") + "?bron=council", VALUES)
    assert (answer.status_code, answer.url) == (302, f"/blaricum/2027-2030/afwegen/{overlast.pk}/?bron=council")
    client.logout()
    return the_request(overlast)


def the_request(contribution) -> AdviceRequest:
    with inside(contribution.area):
        return AdviceRequest.objects.select_related("area", "contribution").get(contribution=contribution)


def path_of(request) -> str:
    return links.path_of(request)


def mails(request) -> list[Mail]:
    with inside(request.area):
        return list(Mail.objects.filter(key__startswith="advice:").order_by("pk"))


def run_at(text: str) -> int:
    """The job, at that moment in the Netherlands."""
    with time_machine.travel(moment(text), tick=False):
        return services.ask_advice_again()


# Asking


def test_the_mail_says_who_asks_what_and_by_when_and_leads_to_the_page(client, asked):
    (message,) = postbox.outbox
    assert message.to == ["wijkteam@politie.voorbeeld.nl"]
    assert message.subject == "Wilt u ons adviseren? Raadssessie 2026"
    text = " ".join(message.body.split())
    assert "Anke de Boer van gemeente Blaricum vraagt advies van Politie, wijkteam" in text
    assert QUESTION in text
    assert "vrijdag 20 november 2026" in text
    assert links_in(message.body) == [path_of(asked)]
    assert client.get(path_of(asked)).status_code == 200


def test_the_link_is_stored_nowhere_once_the_mail_is_sent(asked):
    token = links.token_of(asked)
    with inside(asked.area):
        assert token not in str(list(AdviceRequest.objects.values())) + str(list(Mail.objects.values())) + str(
            list(LogEntry.objects.values())
        )


def test_the_log_says_that_it_was_asked_without_the_address_or_the_words(asked, overlast):
    assert verbs(overlast) == ["advice.asked"]
    with inside(asked.area):
        facts = str(LogEntry.objects.about(overlast).get().facts)
    assert "politie.voorbeeld.nl" not in facts
    assert "winkelcentrum" not in facts


def test_the_form_proposes_ten_days_from_now(client, anke, overlast):
    client.force_login(anke)
    with time_machine.travel(moment(ASKED_AT), tick=False):
        assert 'value="2026-11-20"' in client.get(at(overlast, "advies")).text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"to_name": ""}, "Vul ‘Aan wie’ in."),
        ({"to_email": "politie"}, "Dit e-mailadres klopt niet."),
        ({"question": " "}, "Vul ‘Uw vraag’ in."),
        ({"due_on": "2026-11-10"}, "Dinsdag 10 november 2026 is vandaag of al voorbij. Kies een latere dag."),
        ({"due_on": "2027-11-10"}, "Woensdag 10 november 2027 is meer dan een half jaar weg. Kies een eerdere dag."),
    ],
)
def test_what_cannot_be_sent_comes_back_as_it_was_typed(client, anke, overlast, wrong, sentence):
    client.force_login(anke)
    with time_machine.travel(moment(ASKED_AT), tick=False):
        answer = client.post(at(overlast, "advies"), VALUES | wrong)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "wijkteam@politie.voorbeeld.nl" in answer.text or "to_email" in wrong
    with inside(overlast.area):
        assert not AdviceRequest.objects.exists()


def test_a_point_that_may_name_somebody_goes_nowhere_before_it_was_looked_at(client, anke, overlast):
    with inside(overlast.area):
        Contribution.objects.filter(pk=overlast.pk).update(personal_data=["name"])
    client.force_login(anke)
    page = client.get(at(overlast, "advies"))
    assert "Kijk het punt eerst na. Daarna kunt u advies vragen." in page.text
    assert "/blaricum/inbreng/raadssessie/nakijken/" in page.text
    answer = client.post(at(overlast, "advies"), VALUES | {"due_on": tomorrow()})
    assert answer.status_code == 409
    assert QUESTION in answer.text
    with inside(overlast.area):
        assert not Mail.objects.exists()
        Contribution.objects.filter(pk=overlast.pk).update(personal_data_checked_at=timezone.now())
    assert client.post(at(overlast, "advies"), VALUES | {"due_on": tomorrow()}).status_code == 302


def tomorrow() -> str:
    return (timezone.localdate() + datetime.timedelta(days=1)).isoformat()


def test_the_service_too_refuses_such_a_point(anke, overlast):
    with inside(overlast.area):
        Contribution.objects.filter(pk=overlast.pk).update(personal_data=["name"])
        with pytest.raises(services.MayNamePeople):
            services.ask_advice(overlast, **VALUES | {"due_on": timezone.localdate()}, by=anke)


def test_a_double_click_asks_once(client, anke, overlast):
    client.force_login(anke)
    for _ in range(2):
        client.post(at(overlast, "advies"), VALUES | {"due_on": tomorrow()})
    with inside(overlast.area):
        assert AdviceRequest.objects.count() == 1
        assert Mail.objects.count() == 1


def test_after_adoption_nobody_is_asked(client, anke, overlast, council_round):
    with inside(council_round.area):
        freeze_round(council_round, by=None)
    client.force_login(anke)
    answer = client.post(at(overlast, "advies"), VALUES | {"due_on": tomorrow()})
    assert answer.status_code == 409
    assert QUESTION in answer.text


# The page


def test_the_page_shows_the_point_and_the_question_and_nothing_of_who_brought_it_in(client, asked, overlast):
    with inside(overlast.area):
        overlast.submission.contributor.party = "Fractie Zonneschijn"
        overlast.submission.contributor.save()
    page = client.get(path_of(asked)).text
    for words in ("Sociale veiligheid", "Jeugdoverlast", "Groepen jongeren bij het winkelcentrum.", "Raadssessie 2026", QUESTION):
        assert words in page
    assert "Anke de Boer van gemeente Blaricum" in page
    assert "vrijdag 20 november 2026" in page
    for hidden in ("Zonneschijn", "anke@voorbeeld.nl", "wijkteam@politie.voorbeeld.nl"):
        assert hidden not in page


def test_what_was_corrected_and_may_name_somebody_is_masked_until_it_was_looked_at(client, asked, overlast):
    with inside(overlast.area):
        Contribution.objects.filter(pk=overlast.pk).update(
            text="Bel 06 - 12 34 56 78 van de heer Pietersen.", personal_data=["phone", "name"]
        )
    page = client.get(path_of(asked)).text
    assert "12 34 56 78" not in page
    assert "Pietersen" not in page
    assert "[telefoonnummer]" in page


def test_the_page_is_kept_by_no_search_engine_no_cache_and_no_referrer(client, asked):
    answer = client.get(path_of(asked))
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_page_speaks_english_too_for_a_partner_across_the_border(client, asked):
    page = client.get(links.path_of(asked, "en")).text
    assert "We ask your advice" in page
    assert '<p lang="nl">Herkent u dit beeld' in page


def test_an_advice_is_given_once_and_shown_with_thanks(client, asked, overlast):
    assert client.post(path_of(asked), {"text": ANSWER}).status_code == 302
    page = client.get(path_of(asked)).text
    assert "Bedankt voor uw advies" in page
    assert ANSWER in page
    assert "<textarea" not in page
    assert verbs(overlast) == ["advice.asked", "advice.given"]


def test_a_double_click_gives_it_once(client, asked, overlast):
    for _ in range(2):
        assert client.post(path_of(asked), {"text": ANSWER}).status_code == 302
    assert verbs(overlast) == ["advice.asked", "advice.given"]


def test_a_second_advice_is_not_taken_and_not_lost_either(client, asked):
    client.post(path_of(asked), {"text": ANSWER})
    answer = client.post(path_of(asked), {"text": "Bij nader inzien niet."})
    assert answer.status_code == 409
    assert "Met deze link is al een advies verstuurd." in answer.text
    assert "Bij nader inzien niet." in answer.text
    assert the_request(asked.contribution).answer == ANSWER


def test_an_empty_advice_is_not_sent_and_a_long_one_comes_back(client, asked):
    assert "Vul ‘Uw advies’ in." in client.post(path_of(asked), {"text": " "}).text
    answer = client.post(path_of(asked), {"text": "a" * 8001})
    assert answer.status_code == 422
    assert "a" * 8001 in answer.text


@pytest.mark.django_db(transaction=True)
def test_when_the_database_is_away_what_was_typed_is_on_the_page_that_says_so(client, asked):
    connection.close()
    place = connection.settings_dict["HOST"]
    connection.settings_dict["HOST"] = "/nergens"
    try:
        answer = client.post(path_of(asked), {"text": ANSWER})
    finally:
        connection.settings_dict["HOST"] = place
    assert (answer.status_code, answer.headers["X-Robots-Tag"]) == (503, "noindex, nofollow")
    assert f">\n{ANSWER}</textarea>" in answer.text
    assert client.post(path_of(asked), {"text": ANSWER, "actie": "verstuur"}).status_code == 302
    assert the_request(asked.contribution).answer == ANSWER


@pytest.mark.django_db(transaction=True)
def test_of_two_advices_at_once_one_is_kept_and_the_other_is_told(asked):
    statuses: list[int] = []
    start = threading.Barrier(2)

    def send(text: str) -> None:
        try:
            start.wait()
            statuses.append(Client().post(path_of(asked), {"text": text}).status_code)
        finally:
            connection.close()

    senders = [threading.Thread(target=send, args=[text]) for text in ("Ja.", "Nee.")]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert sorted(statuses) == [302, 409]
    assert verbs(asked.contribution).count("advice.given") == 1


def test_nobody_changes_what_was_advised_not_even_the_database(asked):
    with inside(asked.area):
        services.give_advice(asked, text=ANSWER)
        with pytest.raises(DatabaseError), transaction.atomic():
            AdviceRequest.objects.update(answer="Nee.")
        with pytest.raises(DatabaseError), transaction.atomic():
            AdviceRequest.objects.all().delete()
    assert the_request(asked.contribution).answer == ANSWER


def test_no_token_in_a_cookie_is_needed(asked):
    assert Client(enforce_csrf_checks=True).post(path_of(asked), {"text": ANSWER}).status_code == 302


def test_a_link_that_was_withdrawn_and_one_that_never_was_give_the_same_page(client, asked, anke):
    unknown = client.get("/blaricum/meedoen/advies/1.verzonnen/")
    with inside(asked.area):
        services.withdraw_advice(asked, by=anke)
    withdrawn = client.get(path_of(asked))
    assert unknown.status_code == withdrawn.status_code == 404
    assert without_paths(unknown) == without_paths(withdrawn)
    assert "Deze link werkt niet" in unknown.text
    assert client.post(path_of(asked), {"text": ANSWER}).status_code == 404
    assert the_request(asked.contribution).answer == ""


def without_paths(answer) -> str:
    return re.sub(r'nonce="[^"]+"', "", answer.text.replace(answer.wsgi_request.path.split("/")[-2], ""))


def test_a_link_opens_nothing_of_another_kind_or_of_another_municipality(client, asked):
    token = links.token_of(asked)
    assert client.get(f"/blaricum/meedoen/vraag/{token}/").status_code == 404
    assert client.get(f"/hilversum/meedoen/advies/{token}/").status_code == 404
    assert client.get(f"/blaricum/meedoen/advies/{token}x/").status_code == 404


@pytest.mark.parametrize("end", ["adopted", "withdrawn"])
def test_when_nobody_needs_it_any_more_the_page_says_so_and_keeps_what_was_typed(client, asked, anke, council_round, end):
    with inside(asked.area):
        if end == "adopted":
            freeze_round(council_round, by=None)
        else:
            withdraw(asked.contribution, reason="Dubbel.", by=anke)
    assert "Uw advies is niet meer nodig." in client.get(path_of(asked)).text
    answer = client.post(path_of(asked), {"text": ANSWER})
    assert answer.status_code == 410
    assert ANSWER in answer.text
    assert the_request(asked.contribution).answer == ""


# At the point


def test_the_advice_stands_at_the_point_and_can_be_put_in_the_rationale(client, anke, asked, overlast):
    client.post(path_of(asked), {"text": ANSWER})
    client.force_login(anke)
    page = client.get(at(overlast, "erbij")).text
    assert "Advies binnen" in page
    assert ANSWER in page
    assert f'data-adds="advies-{asked.pk}" data-to="id_rationale"' in page


def test_an_overdue_request_is_seen_as_such(client, anke, asked, overlast):
    client.force_login(anke)
    for day, badge in (("2026-11-20 09:00", "Gevraagd"), ("2026-11-21 09:00", "Te laat")):
        with time_machine.travel(moment(day), tick=False):
            client.force_login(anke)
            assert badge in client.get(work_at(overlast)).text


def test_a_mail_that_did_not_arrive_is_seen_at_the_point(client, anke, asked, overlast):
    with inside(asked.area):
        Mail.objects.update(status="failed", sent_at=None)
    client.force_login(anke)
    page = client.get(work_at(overlast)).text
    assert "Mail niet aangekomen" in page
    assert "/blaricum/inbreng/raadssessie/voortgang/" in page


def test_a_request_is_withdrawn_once_and_a_mail_on_its_way_stays_here(client, anke, overlast):
    client.force_login(anke)
    client.post(at(overlast, "advies"), VALUES | {"due_on": tomorrow()})  # no worker took the mail yet
    asked = the_request(overlast)
    address = at(overlast, f"advies/{asked.pk}/intrekken")
    assert "De link in de mail werkt niet meer." in client.post(address, follow=True).text
    assert "staat niet meer open" in client.post(address, follow=True).text
    (mail,) = mails(asked)
    assert (mail.status, mail.to, mail.text) == ("passed_over", "", "")
    assert verbs(overlast) == ["advice.asked", "advice.withdrawn"]


def test_an_advice_that_came_in_cannot_be_withdrawn(anke, asked):
    with inside(asked.area):
        services.give_advice(asked, text=ANSWER)
        with pytest.raises(services.NotWaiting):
            services.withdraw_advice(asked, by=anke)


def test_a_request_of_another_point_is_not_there(client, anke, asked, council_round):
    other = make_contribution(council_round, "Snelheid")
    client.force_login(anke)
    assert client.post(at(other, f"advies/{asked.pk}/intrekken")).status_code == 404


# Asked again


def test_the_day_after_it_was_due_one_reminder_goes_out_whatever_the_job_does(asked):
    assert run_at("2026-11-20 23:00") == 0
    assert run_at("2026-11-21 08:59") == 0
    assert run_at("2026-11-21 09:00") == 1
    assert run_at("2026-11-21 09:05") == 0
    assert run_at("2026-12-21 09:05") == 0
    _, again = mails(asked)
    assert again.key == f"advice:{asked.pk}:again"
    assert again.subject == "Herinnering: wilt u ons adviseren? Raadssessie 2026"
    assert links_in(again.text) == [path_of(asked)]


def test_after_days_of_silence_it_still_goes_out_once(asked):
    assert run_at("2026-11-24 03:00") == 1
    assert run_at("2026-11-24 03:05") == 0


@pytest.mark.parametrize("end", ["answered", "withdrawn", "adopted", "point withdrawn"])
def test_who_need_not_answer_any_more_is_left_alone(asked, anke, council_round, end):
    with inside(asked.area):
        {
            "answered": lambda: services.give_advice(asked, text=ANSWER),
            "withdrawn": lambda: services.withdraw_advice(asked, by=anke),
            "adopted": lambda: freeze_round(council_round, by=None),
            "point withdrawn": lambda: withdraw(asked.contribution, reason="Dubbel.", by=anke),
        }[end]()
    assert run_at("2026-11-21 09:00") == 0


def test_the_reminder_goes_to_the_address_an_officer_mended(asked):
    with inside(asked.area):
        Mail.objects.update(to="team@politie.voorbeeld.nl")
    run_at("2026-11-21 09:00")
    assert mails(asked)[1].to == "team@politie.voorbeeld.nl"


# Retention


def test_the_address_goes_with_those_of_the_round_and_the_name_and_the_advice_stay(client, asked, council_round):
    client.post(path_of(asked), {"text": ANSWER})
    with time_machine.travel(moment("2026-12-01 10:00"), tick=False), inside(council_round.area):
        freeze_round(council_round, by=None)
    last = datetime.date(2026, 12, 1) + datetime.timedelta(days=council_round.contact_days)
    assert services.forget_advisers(last) == 0
    assert services.forget_advisers(last + datetime.timedelta(days=1)) == 1
    assert services.forget_advisers(last + datetime.timedelta(days=2)) == 0
    found = the_request(asked.contribution)
    assert (found.to_email, found.to_name, found.answer) == ("", "Politie, wijkteam", ANSWER)
    with inside(asked.area):
        assert LogEntry.objects.get(verb="advice.addresses_outlived").facts == {"count": 1}
