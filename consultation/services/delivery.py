"""One mail brought to the mail server: claimed first, then sent, then said so."""

import hashlib
import logging
import smtplib
from datetime import timedelta
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.validators import validate_email
from django.db import connection
from django.db.models import F
from django.utils import timezone

from consultation.models import Mail, MailStatus
from consultation.services.mails import next_moment
from ivp_portal.organisation.access import inside
from ivp_portal.organisation.models import Area
from ivp_portal.web.addresses import portal_host

logger = logging.getLogger(__name__)

CLOCKS_DIFFER = timedelta(seconds=30)
"""A mail written here a moment ago is not too early for a worker elsewhere whose clock is behind."""

UNKNOWN_ADDRESS = "De mailserver van de ontvanger neemt dit adres niet aan ({code}). Verbeter het adres en verstuur opnieuw."
UNFIT_ADDRESS = "Dit is geen adres waar mail naartoe kan. Verbeter het adres en verstuur opnieuw."
REFUSED = "De mailserver weigerde dit bericht ({code}). Meld dit bij uw functioneel beheerder."
GIVEN_UP = "De mail kon een dag lang niet worden afgeleverd. Controleer het adres en verstuur opnieuw."
FELL_SILENT = "De mailserver brak het gesprek af. Het is niet zeker of deze mail aankwam. Vraag het na, of verstuur hem opnieuw."


class NotNow(Exception):
    """The server takes it later, perhaps."""


class NotEver(Exception):
    """It will not be taken; the message is a Dutch sentence."""


class Uncertain(Exception):
    """The server may have taken it, or not."""


def deliver_mail(mail_id: int, area_id: int) -> None:
    """Send the mail, unless another worker has it or its time has not come; the row says what came of it."""
    area = Area.objects.get(pk=area_id)
    mail = claim(mail_id, area)
    if mail is None:
        return
    try:
        send(mail)
    except NotNow as problem:
        logger.warning("Mail %s, attempt %s: %s", mail.pk, mail.attempt, problem)
        if again_at := next_moment(mail.attempt, timezone.now()):
            _settle(mail, status=MailStatus.QUEUED, next_try_at=again_at, handed_over_at=None)
        else:
            _settle(mail, status=MailStatus.FAILED, failure=GIVEN_UP)
    except NotEver as problem:
        _settle(mail, status=MailStatus.FAILED, failure=str(problem))
    except Uncertain as problem:
        logger.warning("Mail %s, attempt %s: %s", mail.pk, mail.attempt, problem)
        _settle(mail, status=MailStatus.UNCLEAR, failure=FELL_SILENT)
    else:
        _settle(mail, status=MailStatus.SENT, sent_at=timezone.now(), text="", failure="")


def claim(mail_id: int, area: Area) -> Mail | None:
    """Take the mail for this worker, committed before anybody talks to a server; None when it is not waiting any more, or not yet."""
    now = timezone.now()
    with inside(area):
        claimed = Mail.objects.filter(pk=mail_id, status=MailStatus.QUEUED, next_try_at__lte=now + CLOCKS_DIFFER).update(
            status=MailStatus.SENDING, attempt=F("attempt") + 1, claimed_at=now
        )
        return Mail.objects.select_related("area", "round").get(pk=mail_id) if claimed else None


def _settle(mail: Mail, **values: object) -> None:
    """Write what came of this attempt, also when it took so long that somebody set it aside as unclear; never over a later attempt."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
    with inside(mail.area):
        ours = Mail.objects.filter(pk=mail.pk, attempt=mail.attempt, status__in=[MailStatus.SENDING, MailStatus.UNCLEAR])
        if not ours.update(**values):
            logger.warning("Mail %s: attempt %s came too late.", mail.pk, mail.attempt)


def send(mail: Mail) -> None:
    """Hand the mail to the mail server. Raises NotNow, NotEver or Uncertain."""
    try:
        validate_email(mail.to)
        message = message_of(mail)
        message.message()
    except (ValidationError, ValueError) as problem:  # ValueError: a header or an address no mail can have
        raise NotEver(UNFIT_ADDRESS) from problem
    server = get_connection()
    try:
        server.open()
    except (OSError, smtplib.SMTPException) as problem:  # also a wrong password: that is mended here, not by the receiver
        raise NotNow(f"no way in: {type(problem).__name__}") from problem
    try:
        server.send_messages([message])
    except smtplib.SMTPRecipientsRefused as problem:
        (code, _words), *_ = problem.recipients.values()
        raise _refusal(code, UNKNOWN_ADDRESS) from problem
    except smtplib.SMTPResponseException as problem:
        raise _refusal(problem.smtp_code, REFUSED) from problem
    except (OSError, smtplib.SMTPException) as problem:  # silence after the text was on its way
        raise Uncertain(type(problem).__name__) from problem
    finally:
        server.close()


def _refusal(code: int, sentence: str) -> NotNow | NotEver:
    """RFC 5321, 4.2.1: 4yz is for now, 5yz for good."""
    return NotNow(str(code)) if 400 <= code < 500 else NotEver(sentence.format(code=code))


def message_of(mail: Mail) -> EmailMessage:
    """The message with its headers; the same mail has the same Message-ID however often it is tried. Reads mail.area."""
    name = mail.area.formal_name
    sender = formataddr((name[:1].upper() + name[1:], parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))
    digest = hashlib.sha256(f"{mail.area.slug}:{mail.key}".encode()).hexdigest()[:32]
    return EmailMessage(
        subject=mail.subject,
        body=mail.text,
        from_email=sender,
        to=[mail.to],
        reply_to=[settings.MAIL_REPLY_TO] if settings.MAIL_REPLY_TO else None,
        headers={
            "Message-ID": f"<{digest}@{portal_host()}>",
            "Auto-Submitted": "auto-generated",  # RFC 3834: no absence notes in answer
            "Content-Language": mail.language,
        },
    )
