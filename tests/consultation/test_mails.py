"""What a mail says, to whom, and that the same one is written once."""

import datetime
import re
from email import message_from_bytes, policy

from django.core import mail as postbox
from django.utils import timezone

import pytest
import time_machine

from consultation import services
from consultation.models import ContactDetails, Contributor, Mail, MailKind, MailStatus, Submission
from consultation.services.mails import shortened, wrapped
from ivp_portal.organisation.access import inside
from ivp_portal.web.addresses import absolute
from tests.consultation.conftest import logged, make_round

RECEIPT = {"code": "BLA 7K3M 92QD 4XTP", "status_url": "https://ivp.voorbeeld.nl/code/", "points": ["Meer verlichting"]}
ANSWER = {
    "code": "BLA 7K3M 92QD 4XTP",
    "status_url": "https://ivp.voorbeeld.nl/code/",
    "points": [{"said": "Meer licht", "answers": ["Dit blijft gewoon werk"], "rationale": "Wij letten daar steeds op."}],
}
RESUME = {"resume_url": "https://ivp.voorbeeld.nl/verder/"}
EXAMPLES = [(MailKind.RECEIPT, RECEIPT), (MailKind.RESUME, RESUME), (MailKind.ANSWER, ANSWER)]


@pytest.fixture
def write(evening, django_capture_on_commit_callbacks):
    """Write a mail in Blaricum and let it be sent; the mail as it stands afterwards, or None."""

    def write(kind=MailKind.RECEIPT, values=RECEIPT, *, round=evening, **more):
        given = {"key": "receipt:1", "to": "inwoner@voorbeeld.nl"} | more
        with django_capture_on_commit_callbacks(execute=True), inside(round.area):
            written = services.write_mail(kind, round=round, values=values, **given)
        if written:
            with inside(round.area):
                written.refresh_from_db()
        return written

    return write


def received():
    """The last mail as a mail program reads it."""
    return message_from_bytes(postbox.outbox[-1].message().as_bytes(), policy=policy.default)


def test_a_receipt_arrives_and_leaves_no_text_behind(write):
    written = write()
    message = received()
    assert (written.status, written.text, written.attempt) == (MailStatus.SENT, "", 1)
    assert message["To"] == "inwoner@voorbeeld.nl"
    assert message["Subject"] == "Wij hebben uw inbreng: Raadssessie september"
    assert "BLA 7K3M 92QD 4XTP\n" in message.get_content()
    assert "\nhttps://ivp.voorbeeld.nl/code/\n" in message.get_content()
    assert "> Meer verlichting" in message.get_content()


def test_the_same_mail_is_written_once(write):
    assert write() is not None
    assert write(to="ander@voorbeeld.nl") is None
    assert write(key="receipt:2") is not None
    assert len(postbox.outbox) == 2


def test_neighbours_have_keys_of_their_own(write, hilversum):
    write()
    assert write(round=make_round(hilversum)) is not None


def test_a_mail_of_a_change_that_is_undone_was_never_written(evening, django_capture_on_commit_callbacks):
    class Undone(Exception):
        pass

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(Undone), inside(evening.area):
        services.write_mail("receipt", key="receipt:1", round=evening, to="inwoner@voorbeeld.nl", values=RECEIPT)
        raise Undone
    with inside(evening.area):
        assert not Mail.objects.exists()
    assert postbox.outbox == []


@pytest.mark.parametrize(("kind", "values"), EXAMPLES)
def test_every_mail_says_who_sends_it_where_to_ask_and_until_when_the_round_is_open(write, kind, values, evening, settings):
    settings.MAIL_REPLY_TO = "veiligheid@voorbeeld.nl"
    with time_machine.travel(evening.opens_at + datetime.timedelta(hours=1)):
        write(kind, values)
    words = " ".join(received().get_content().split())
    assert "sluit op woensdag 16 september 2026, 23.00 uur (Nederlandse tijd)" in words
    assert "namens gemeente Blaricum" in words
    assert "Mail naar veiligheid@voorbeeld.nl." in words
    assert received()["Reply-To"] == "veiligheid@voorbeeld.nl"


def test_a_closed_round_has_no_closing_moment_any_more(write, evening):
    with time_machine.travel(evening.closes_at + datetime.timedelta(minutes=1)):
        write()
    assert "sluit op" not in received().get_content()


@pytest.mark.parametrize(("kind", "values"), EXAMPLES)
def test_in_english_nothing_but_names_and_what_was_typed_stays_dutch(write, kind, values, evening):
    with time_machine.travel(evening.opens_at + datetime.timedelta(hours=1)):
        write(kind, values, language="en")
    words = received()["Subject"] + " " + received().get_content()
    assert received()["Content-Language"] == "en"
    assert "Wednesday 16 September 2026, 23:00" in words
    dutch = {"uw", "wij", "inbreng", "antwoord", "deze", "mail naar", "goedendag", "met", "het", "een"}
    assert not dutch & set(re.findall(r"\w+", words.lower().replace("dit blijft gewoon werk", "").replace("wij letten daar steeds op", "")))


def test_no_title_and_no_text_can_add_a_header(write, blaricum):
    crooked = make_round(blaricum, "crooked", title="Avond\r\nBcc: iedereen@voorbeeld.nl\u2028Cc: x@voorbeeld.nl")
    write(round=crooked, values=RECEIPT | {"points": ["\r\n.\r\nRCPT TO:<x@voorbeeld.nl>\x00"]})
    message = received()
    assert message["Subject"] == "Wij hebben uw inbreng: Avond Bcc: iedereen@voorbeeld.nl Cc: x@voorbeeld.nl"
    assert (message["Bcc"], message["Cc"], postbox.outbox[-1].recipients()) == (None, None, ["inwoner@voorbeeld.nl"])


@pytest.mark.parametrize("address", ["a@voorbeeld.nl\nBcc: x@voorbeeld.nl", "a@voorbeeld.nl, b@voorbeeld.nl", "geen adres", "a@b"])
def test_what_is_no_address_fails_at_once_and_says_so(write, address):
    written = write(to=address)
    assert (written.status, written.attempt) == (MailStatus.FAILED, 1)
    assert "geen adres" in written.failure
    assert postbox.outbox == []


def test_without_an_address_nobody_can_be_written_to(evening):
    with inside(evening.area), pytest.raises(ValueError, match="address"):
        services.write_mail("receipt", key="receipt:1", round=evening, to=" ", values=RECEIPT)


def test_the_headers_say_that_a_machine_wrote_it_and_which_mail_it_is(write, settings):
    settings.PORTAL_URL = "https://ivp.voorbeeld.nl"
    settings.DEFAULT_FROM_EMAIL = "Portaal <ivp@voorbeeld.nl>"
    write()
    first = received()
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["From"] == "Gemeente Blaricum <ivp@voorbeeld.nl>"
    assert re.fullmatch(r"<[0-9a-f]{32}@ivp\.voorbeeld\.nl>", first["Message-ID"])
    write(key="receipt:2")
    assert received()["Message-ID"] != first["Message-ID"]


def test_a_mail_is_no_page_an_apostrophe_stays_one(write):
    write(values=RECEIPT | {"points": ["'s Avonds <b>& 's nachts"]})
    assert "> 's Avonds <b>& 's nachts" in received().get_content()


def test_many_at_once_are_rows_first_and_known_keys_are_skipped(evening):
    def mails(numbers):
        return [
            services.composed("receipt", key=f"receipt:{number}", round=evening, to=f"{number}@voorbeeld.nl", values=RECEIPT)
            for number in numbers
        ]

    with inside(evening.area):
        assert services.write_mails(mails(range(3))) == 3
        assert services.write_mails(mails(range(5))) == 2
        assert Mail.objects.filter(status=MailStatus.QUEUED, handed_over_at=None).count() == 5
    assert postbox.outbox == []


def test_what_waits_is_handed_over_and_sent_once(evening, django_capture_on_commit_callbacks):
    with inside(evening.area):
        services.write_mails(
            [services.composed("receipt", key=f"receipt:{n}", round=evening, to=f"{n}@voorbeeld.nl", values=RECEIPT) for n in range(3)]
        )
    with django_capture_on_commit_callbacks(execute=True):
        assert services.hand_over_waiting() == 3
    with django_capture_on_commit_callbacks(execute=True):
        assert services.hand_over_waiting() == 0
    assert sorted(message.to[0] for message in postbox.outbox) == [f"{n}@voorbeeld.nl" for n in range(3)]


# Sending again


@pytest.fixture
def failed(write):
    return write(to="geen adres")


def test_an_officer_mends_the_address_and_sends_it_again(failed, evening, anke, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), inside(evening.area):
        services.send_again(failed, to="goed@voorbeeld.nl", by=anke)
    with inside(evening.area):
        failed.refresh_from_db()
    assert (failed.status, failed.to) == (MailStatus.SENT, "goed@voorbeeld.nl")
    assert received()["To"] == "goed@voorbeeld.nl"
    assert logged(evening) == [("mail.sent_again", {"kind": "receipt", "mended": True})]


def test_a_mended_address_is_kept_where_it_came_from(evening, write, anke):
    with inside(evening.area):
        contributor = Contributor.objects.create(area=evening.area, kind="resident")
        submission = Submission.objects.create(area=evening.area, round=evening, contributor=contributor, channel="form")
        contact = ContactDetails.objects.create(
            area=evening.area,
            submission=submission,
            email="fout@voorbeeld",
            consented_at=timezone.now(),
            keep_until=datetime.date(2027, 1, 1),
        )
    mail = write(to="fout@voorbeeld", submission=submission)
    with inside(evening.area):
        services.send_again(mail, to="goed@voorbeeld.nl", by=anke)
        contact.refresh_from_db()
    assert contact.email == "goed@voorbeeld.nl"


def test_a_mail_that_arrived_is_not_sent_again(write, evening, anke):
    sent = write()
    with inside(evening.area), pytest.raises(services.MailGone):
        services.send_again(sent, by=anke)
    assert len(postbox.outbox) == 1
    assert logged(evening) == []


# Words and addresses


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("kort", ["kort"]),
        ("\n\n\nkort\n\n\n\nlang\n", ["kort", "", "lang"]),
        ("woord " * 20, [" ".join(["woord"] * 12), " ".join(["woord"] * 8)]),
        ("> " + "woord " * 20, ["> " + " ".join(["woord"] * 11), "> " + " ".join(["woord"] * 9)]),
        ("https://voorbeeld.nl/" + "x" * 90 + "-y", ["https://voorbeeld.nl/" + "x" * 90 + "-y"]),
    ],
)
def test_lines_fold_between_words_only(text, lines):
    assert wrapped(text) == "\n".join(lines) + "\n"


def test_a_long_subject_ends_in_an_ellipsis():
    assert shortened("a" * 200, 200) == "a" * 200
    assert shortened("a" * 201, 200) == "a" * 199 + "…"


def test_an_address_in_a_mail_is_of_the_portal_whatever_a_request_says(settings):
    settings.PORTAL_URL = "https://ivp.voorbeeld.nl/"
    assert absolute("/blaricum/") == "https://ivp.voorbeeld.nl/blaricum/"
    for elsewhere in ("//ergens.nl/", "https://ergens.nl/", "blaricum/"):
        with pytest.raises(ValueError, match="not a path"):
            absolute(elsewhere)
