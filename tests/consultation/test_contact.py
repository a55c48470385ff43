"""How to reach people is kept as long as it is needed, and what they said for ever."""

import datetime

from django.core import mail as postbox
from django.utils import timezone

import pytest
import time_machine

from consultation import services
from consultation.models import ContactDetails, Contributor, Draft, Invitation, Mail, MailStatus, SpreadsheetImport, Submission
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from tests.consultation.conftest import logged, make_round

TODAY = datetime.date(2027, 3, 4)
VALUES = {"code": "BLA 7K3M 92QD 4XTP", "status_url": "https://ivp.voorbeeld.nl/code/", "points": ["Meer verlichting"]}


def hand_in(round, name, keep_until):
    """Somebody who can be reached, with a receipt that is on its way."""
    with inside(round.area):
        contributor = Contributor.objects.create(area=round.area, kind="resident")
        submission = Submission.objects.create(
            area=round.area, round=round, contributor=contributor, channel="form", original_text="Licht!"
        )
        ContactDetails.objects.create(
            area=round.area,
            submission=submission,
            name=name,
            email=f"{name}@voorbeeld.nl",
            consented_at=timezone.now(),
            keep_until=keep_until,
        )
        receipt = services.composed(
            "receipt", key=f"receipt:{submission.pk}", round=round, to=f"{name}@voorbeeld.nl", values=VALUES, submission=submission
        )
        services.write_mails([receipt])
    return submission


def kept(area):
    with inside(area):
        return sorted(ContactDetails.objects.values_list("name", flat=True))


def mails(area):
    with inside(area):
        return list(Mail.objects.order_by("pk").values_list("to", "text", "status"))


def test_whose_last_day_has_passed_is_forgotten_and_nobody_else(evening):
    yesterday = TODAY - datetime.timedelta(days=1)
    gone, stays = hand_in(evening, "Joke", yesterday), hand_in(evening, "Kees", TODAY)
    with time_machine.travel(datetime.datetime(2027, 3, 4, 0, 30, tzinfo=timezone.get_current_timezone())):
        services.tidy_up()
    assert kept(evening.area) == ["Kees"]
    (joke, kees) = mails(evening.area)
    assert joke == ("", "", MailStatus.PASSED_OVER)
    assert (kees[0], kees[2]) == ("Kees@voorbeeld.nl", MailStatus.QUEUED)
    with inside(evening.area):
        assert set(Submission.objects.filter(original_text="Licht!")) == {gone, stays}


def test_the_log_says_how_many_and_never_who(evening, hilversum):
    hand_in(evening, "Joke", TODAY)
    hand_in(evening, "Kees", TODAY)
    hand_in(make_round(hilversum), "Mia", TODAY)
    with time_machine.travel(TODAY + datetime.timedelta(days=90)):
        services.tidy_up()
        services.tidy_up()
    assert logged(evening) == [("contact.outlived", {"count": 2})]
    with inside(hilversum):
        line = LogEntry.objects.get(verb="contact.outlived")
    assert (line.actor_name, line.facts) == ("Het portaal", {"count": 1})
    assert "Mia" not in line.target_label
    assert kept(hilversum) == []


def test_what_is_forgotten_is_not_sent_afterwards(evening, django_capture_on_commit_callbacks):
    hand_in(evening, "Joke", TODAY)
    with time_machine.travel(TODAY + datetime.timedelta(days=2)), django_capture_on_commit_callbacks(execute=True):
        services.tidy_up()
        assert services.hand_over_waiting() == 0
    assert postbox.outbox == []


def test_a_sender_who_asks_is_forgotten_at_once(evening, anke):
    asks = hand_in(evening, "Joke", TODAY)
    hand_in(evening, "Kees", TODAY)
    with inside(evening.area):
        assert services.forget_contact(asks, by=anke)
        assert not services.forget_contact(asks, by=anke)
    assert kept(evening.area) == ["Kees"]
    assert mails(evening.area)[0] == ("", "", MailStatus.PASSED_OVER)
    assert logged(evening) == [("contact.forgotten", {})]


@pytest.mark.parametrize(
    ("before", "after"),
    [(datetime.date(2028, 1, 1), datetime.date(2027, 4, 3)), (datetime.date(2027, 3, 20), datetime.date(2027, 3, 20))],
)
def test_the_decision_of_the_council_brings_the_last_day_nearer_never_further(evening, before, after):
    submission = hand_in(evening, "Joke", before)
    with inside(evening.area):
        services.settle_retention(evening, TODAY)  # 30 days, as the round says
        assert ContactDetails.objects.get(submission=submission).keep_until == after


def test_the_addresses_of_invited_bodies_go_when_the_round_is_long_over(evening):
    with inside(evening.area):
        invitation = Invitation.objects.create(area=evening.area, round=evening, name="Politie", kind="partner", email="p@voorbeeld.nl")
        Draft.objects.create(
            area=evening.area,
            round=evening,
            invitation=invitation,
            saved_by="Kees de Wit",
            offered_to="chef@voorbeeld.nl",
            offered_note="Kijk jij mee, Ria?",
            handed_in_at=timezone.now(),
        )
        offer = services.composed("receipt", key="offer:1", round=evening, to="chef@voorbeeld.nl", values=VALUES, invitation=invitation)
        services.write_mails([offer])

    def addresses():
        with inside(evening.area):
            return (Invitation.objects.get().email, Draft.objects.get().offered_to, Mail.objects.get().to, Invitation.objects.get().name)

    with time_machine.travel(evening.closes_at + datetime.timedelta(days=300)):
        services.tidy_up()
        assert addresses() == ("p@voorbeeld.nl", "chef@voorbeeld.nl", "chef@voorbeeld.nl", "Politie")
    with time_machine.travel(evening.closes_at + datetime.timedelta(days=400)):
        services.tidy_up()
        services.tidy_up()
    assert addresses() == ("", "", "", "Politie")
    with inside(evening.area):
        assert list(Draft.objects.values_list("saved_by", "offered_note")) == [("", "")]
    assert logged(evening) == [("contact.bodies_outlived", {"count": 1})]


def test_where_a_link_to_go_on_was_sent_goes_with_the_round_unless_the_sender_can_be_reached_longer(evening):
    with inside(evening.area):
        draft = Draft.objects.create(area=evening.area, round=evening, handed_in_at=timezone.now())  # handed in without an address
        link = services.composed(
            "resume", key="resume:1", round=evening, to="j@voorbeeld.nl", values={"resume_url": "https://x"}, draft=draft
        )
        services.write_mails([link])
    hand_in(evening, "Joke", timezone.localdate(evening.closes_at) + datetime.timedelta(days=500))  # a letter of long after
    with time_machine.travel(evening.closes_at + datetime.timedelta(days=364)):
        services.tidy_up()
        assert [to for to, *_ in mails(evening.area)] == ["j@voorbeeld.nl", "Joke@voorbeeld.nl"]
    with time_machine.travel(evening.closes_at + datetime.timedelta(days=400)):
        services.tidy_up()
    assert [to for to, *_ in mails(evening.area)] == ["", "Joke@voorbeeld.nl"]
    with time_machine.travel(evening.closes_at + datetime.timedelta(days=502)):
        services.tidy_up()
    assert [to for to, *_ in mails(evening.area)] == ["", ""]


def test_adopting_the_plan_settles_the_rounds_it_used(evening, frozen):
    with inside(evening.area):
        Invitation.objects.create(area=evening.area, round=evening, name="Politie", kind="partner", email="p@voorbeeld.nl")
    with time_machine.travel(evening.closes_at):
        frozen(evening)
    with time_machine.travel(evening.closes_at + datetime.timedelta(days=29)):
        services.tidy_up()
        with inside(evening.area):
            assert Invitation.objects.get().email
    with time_machine.travel(evening.closes_at + datetime.timedelta(days=32)):
        services.tidy_up()
        with inside(evening.area):
            assert not Invitation.objects.get().email


def test_the_address_of_who_asked_for_a_link_goes_with_the_draft(evening):
    with inside(evening.area):
        draft = Draft.objects.create(area=evening.area, round=evening)
        link = services.composed(
            "resume", key="resume:1", round=evening, to="j@voorbeeld.nl", values={"resume_url": "https://x"}, draft=draft
        )
        services.write_mails([link])
    with time_machine.travel(evening.closes_at + datetime.timedelta(days=services.FORGET_AFTER_DAYS + 1)):
        services.tidy_up()
    assert mails(evening.area) == [("", "", MailStatus.PASSED_OVER)]


def test_an_upload_nobody_read_in_goes_after_a_week(evening, anke):
    with inside(evening.area):
        SpreadsheetImport.objects.create(area=evening.area, round=evening, file_name="a.csv", content=b"Naam\nJoke\n", uploaded_by=anke)
    with time_machine.travel(timezone.now() + datetime.timedelta(days=8)):
        services.tidy_up()
    with inside(evening.area):
        assert not SpreadsheetImport.objects.exists()
