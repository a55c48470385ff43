"""A real mail server that says yes, no, later or nothing: a mail is sent once, and the officer is told when it was not."""

import datetime
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes, policy

from django.db import connections
from django.utils import timezone

import pytest
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from consultation import services
from consultation.models import Mail, MailStatus, Round
from consultation.services import delivery
from ivp_portal.organisation.access import inside
from tests.consultation.conftest import make_round
from tests.machine import Machine, wait_for

VALUES = {"code": "BLA 7K3M 92QD 4XTP", "status_url": "https://ivp.voorbeeld.nl/code/", "points": ["Meer verlichting"]}
OK = "250 OK"


class Sink:
    """A mail server on loopback that keeps what it takes. What it says to a recipient and to a text can be set."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.to_recipient = OK
        self.to_text = OK
        self.silent_for = 0.0
        """Seconds it thinks after it has the text."""
        self.begun = 0
        """Texts that came in, taken or not."""

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        if self.to_recipient == OK:
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.begun += 1
        if self.to_text == OK and isinstance(envelope.content, bytes):
            self.taken.append(envelope.content)
        if self.silent_for:
            time.sleep(self.silent_for)
        return self.to_text


@pytest.fixture
def sink(settings) -> Iterator[Sink]:
    """The mail server of the portal, for this test."""
    sink = Sink()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 1
    yield sink
    controller.stop()


def write(round: Round, key: str = "receipt:1", to: str = "inwoner@voorbeeld.nl") -> Mail:
    """A mail that waits; nobody handed it over."""
    with inside(round.area):
        services.write_mails([services.composed("receipt", key=key, round=round, to=to, values=VALUES)])
        return Mail.objects.get(key=key)


def deliver(mail: Mail) -> Mail:
    services.deliver_mail(mail.pk, mail.area_id)
    return again(mail)


def again(mail: Mail) -> Mail:
    with inside(mail.area):
        return Mail.objects.select_related("area").get(pk=mail.pk)


def test_a_mail_server_gets_the_mail_as_it_was_written(evening, sink):
    mail = deliver(write(evening))
    (raw,) = sink.taken
    message = message_from_bytes(raw, policy=policy.default)
    assert (mail.status, mail.text, mail.failure) == (MailStatus.SENT, "", "")
    assert mail.sent_at is not None
    assert message["To"] == "inwoner@voorbeeld.nl"
    assert "> Meer verlichting" in message.get_content()


def test_an_address_that_is_refused_is_not_tried_again(evening, sink):
    sink.to_recipient = "550 no such user"
    mail = deliver(write(evening))
    assert (mail.status, mail.attempt) == (MailStatus.FAILED, 1)
    assert mail.failure == "De mailserver van de ontvanger neemt dit adres niet aan (550). Verbeter het adres en verstuur opnieuw."
    assert mail.text, "it can be sent again"


def test_a_text_that_is_refused_is_not_tried_again(evening, sink):
    sink.to_text = "554 looks like spam"
    mail = deliver(write(evening))
    assert (mail.status, sink.taken) == (MailStatus.FAILED, [])
    assert mail.failure.startswith("De mailserver weigerde dit bericht (554).")


@pytest.mark.parametrize("answer", ["to_recipient", "to_text"])
def test_a_server_that_says_later_is_tried_later_and_not_before(evening, sink, answer):
    setattr(sink, answer, "451 greylisted")
    mail = deliver(write(evening))
    assert (mail.status, mail.attempt, mail.handed_over_at) == (MailStatus.QUEUED, 1, None)
    setattr(sink, answer, OK)
    assert deliver(mail).attempt == 1
    assert sink.taken == []
    with time_machine.travel(mail.next_try_at):
        assert deliver(mail).status == MailStatus.SENT
    assert len(sink.taken) == 1


def test_without_a_mail_server_it_is_tried_for_a_day_and_then_somebody_is_told(evening, sink, settings):
    settings.EMAIL_PORT = 9  # discard: nobody listens there
    mail = write(evening)
    began, tries = timezone.now(), 0
    while mail.status == MailStatus.QUEUED:
        with time_machine.travel(mail.next_try_at):
            mail = deliver(mail)
        tries += 1
    assert (tries, mail.attempt, mail.status) == (6, 6, MailStatus.FAILED)
    assert mail.failure == "De mail kon een dag lang niet worden afgeleverd. Controleer het adres en verstuur opnieuw."
    assert datetime.timedelta(hours=23) < mail.next_try_at - began < datetime.timedelta(hours=25)


def test_a_wrong_password_of_ours_is_no_fault_of_the_address(evening, sink, settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "portaal", "fout"
    assert deliver(write(evening)).status == MailStatus.QUEUED


def test_a_server_that_falls_silent_with_the_text_may_have_it_so_it_is_not_sent_twice(evening, sink):
    sink.silent_for = 1.5
    mail = deliver(write(evening))
    assert mail.status == MailStatus.UNCLEAR
    assert "niet zeker" in mail.failure
    with time_machine.travel(timezone.now() + datetime.timedelta(days=2)):
        assert services.hand_over_waiting() == 0
        assert deliver(mail).status == MailStatus.UNCLEAR
    assert len(sink.taken) == 1


def test_a_message_of_the_broker_that_comes_twice_sends_once(evening, sink):
    mail = write(evening)
    deliver(mail)
    deliver(mail)
    assert (len(sink.taken), again(mail).attempt) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_of_eight_workers_at_once_one_sends(evening, sink):
    mail = write(evening)

    def work(_number: int) -> None:
        try:
            services.deliver_mail(mail.pk, mail.area_id)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert (len(sink.taken), again(mail).status, again(mail).attempt) == (1, MailStatus.SENT, 1)


def test_a_mail_whose_worker_fell_silent_waits_for_a_person(evening, sink, anke, django_capture_on_commit_callbacks):
    mail = write(evening)
    claimed = delivery.claim(mail.pk, evening.area)
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=11)):
        assert services.hand_over_waiting() == 0
    assert (again(mail).status, sink.taken) == (MailStatus.UNCLEAR, [])
    with django_capture_on_commit_callbacks(execute=True), inside(evening.area):
        services.send_again(claimed, by=anke)
    assert (again(mail).status, len(sink.taken)) == (MailStatus.SENT, 1)


def test_what_a_slow_worker_says_at_last_is_believed_but_not_over_a_later_attempt(evening, sink, anke):
    mail = write(evening)
    slow = delivery.claim(mail.pk, evening.area)
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=11)):
        services.hand_over_waiting()
    delivery._settle(slow, status=MailStatus.SENT, sent_at=timezone.now())
    assert again(mail).status == MailStatus.SENT

    other = write(evening, "receipt:2")
    slow = delivery.claim(other.pk, evening.area)
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=11)):
        services.hand_over_waiting()
    with inside(evening.area):
        services.send_again(other, by=anke)
    delivery._settle(slow, status=MailStatus.FAILED, failure="te laat")
    assert again(other).status == MailStatus.QUEUED


# Real processes


@pytest.fixture
def machine(tmp_path, sink, settings):
    machine = Machine(tmp_path)
    machine.environment |= {
        "EMAIL_HOST": settings.EMAIL_HOST,
        "EMAIL_PORT": str(settings.EMAIL_PORT),
        "EMAIL_USE_TLS": "false",
        "EMAIL_TIMEOUT_SECONDS": "30",
    }
    yield machine
    machine.end()


def look(machine: Machine) -> None:
    """What beat does every ten seconds, now."""
    machine.call("consultation.tasks.hand_over_waiting")


@pytest.fixture
def hall(blaricum) -> Round:
    return make_round(blaricum)


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_twenty_mails_go_out_once_each_when_the_broker_is_emptied(hall, sink, machine):
    """Rows of which the broker knows nothing: what is looked at every ten seconds finds them."""
    mails = [write(hall, f"receipt:{number}", f"{number}@voorbeeld.nl") for number in range(20)]
    with inside(hall.area):
        Mail.objects.update(handed_over_at=timezone.now() - datetime.timedelta(minutes=3))
    machine.valkey.start(durable=False)
    look(machine)
    machine.worker()
    machine.worker()
    wait_for(lambda: all(again(mail).status == MailStatus.SENT for mail in mails), "all sent")
    assert sorted(message_from_bytes(raw)["To"] for raw in sink.taken) == sorted(mail.to for mail in mails)


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_it_sends_leaves_a_question_not_a_second_mail(hall, sink, machine):
    sink.silent_for = 5
    mail = write(hall)
    machine.valkey.start(durable=False)
    worker = machine.worker()
    look(machine)
    wait_for(lambda: sink.begun == 1, "under way")
    machine.kill(worker)
    sink.silent_for = 0
    assert again(mail).status == MailStatus.SENDING
    machine.worker()
    machine.call("consultation.tasks.deliver", f"--args=[{mail.pk}, {mail.area_id}]")  # the dead one's message comes back
    with inside(hall.area):
        Mail.objects.update(claimed_at=timezone.now() - datetime.timedelta(minutes=11))
    look(machine)
    wait_for(lambda: again(mail).status == MailStatus.UNCLEAR, "set aside")
    assert (sink.begun, again(mail).attempt) == (1, 1)
