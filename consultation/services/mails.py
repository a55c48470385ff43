"""Mails written, and sent once.

The row is the truth. What is written here is kept in the transaction of the change it tells of; a worker claims it and says so before it
talks to the mail server, so that no other worker sends it as well. When nobody can know whether a mail arrived, because a worker died or
the server fell silent half-way, it waits for a person: it is never sent twice by itself.
"""

import textwrap
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.template import Context, Engine
from django.utils import timezone

from consultation.models import ContactDetails, Draft, Invitation, Mail, MailKind, MailStatus, Round, RoundStatus, Submission
from consultation.services.refusals import ChangeRefused
from ivp_portal.audit.log import record
from ivp_portal.organisation.access import inside_every_area
from ivp_portal.organisation.models import User
from ivp_portal.web.languages import speaking

WIDTH = 72
"""Characters a line, of old the width at which a quoted mail still fits a screen."""
HANDED_OVER_AT_ONCE = 500
"""How many waiting mails one look gives to the workers: enough for 10,000 answers in a few minutes, and no flood for the mail server."""
STALE_AFTER = timedelta(minutes=10)
"""Far longer than one conversation with the mail server can take (EMAIL_TIMEOUT per step)."""
HANDED_OVER_AGAIN_AFTER = timedelta(minutes=2)
"""A mail that waits this long after it was given to the broker was lost there."""

BROKEN_OFF = "Het versturen brak af. Het is niet zeker of deze mail aankwam. Vraag het na, of verstuur hem opnieuw."


class MailGone(ChangeRefused):
    """There is nothing to send any more: it arrived, is under way, or its address was deleted."""

    def __init__(self) -> None:
        super().__init__("Deze mail kan niet opnieuw worden verstuurd: hij is al verstuurd, of het adres is verwijderd.")


def write_mail(
    kind: MailKind | str,
    *,
    key: str,
    round: Round,
    to: str,
    values: Mapping[str, Any],
    language: str = "nl",
    invitation: Invitation | None = None,
    submission: Submission | None = None,
    draft: Draft | None = None,
) -> Mail | None:
    """Write one mail and hand it to a worker once this is committed; None when one with this key was written before in the area.

    The text is templates/mails/<kind>.txt, which says at its top what it needs in `values`; `round`, `round_title`, `question`, `area`,
    `sender`, `reach`, `is_open` and `now` are there by themselves. Personal links go in whole (ivp_portal.web.addresses.absolute).
    """
    mail = composed(
        kind, key=key, round=round, to=to, values=values, language=language, invitation=invitation, submission=submission, draft=draft
    )
    mail.handed_over_at = timezone.now()
    written, is_new = Mail.objects.get_or_create(area=mail.area, key=mail.key, defaults={"kind": kind, **_as_values(mail)})
    if is_new:
        _hand_over([written])
    return written if is_new else None


def write_mails(mails: Iterable[Mail]) -> int:
    """Write what composed() made, skip those whose key is known, and tell how many were new. Beat hands them over, a part at a time.

    Whoever writes keys of the same kind at the same time must wait on a lock; that of the round will do.
    """
    mails = list(mails)
    known = set(Mail.objects.filter(area__in={mail.area_id for mail in mails}, key__in=[mail.key for mail in mails]).values_list("key"))
    return len(Mail.objects.bulk_create([mail for mail in mails if (mail.key,) not in known], batch_size=1000))


def composed(
    kind: MailKind | str,
    *,
    key: str,
    round: Round,
    to: str,
    values: Mapping[str, Any],
    language: str = "nl",
    invitation: Invitation | None = None,
    submission: Submission | None = None,
    draft: Draft | None = None,
) -> Mail:
    """The mail as write_mail would write it, for many at once or to look at first; nothing is stored. Reads round.area.

    Raises ValueError without an address.
    """
    if not to.strip():
        raise ValueError("A mail needs an address.")
    subject, text = _rendered(MailKind(kind), round, values, language)
    return Mail(
        area=round.area,
        key=key,
        kind=kind,
        round=round,
        invitation=invitation,
        submission=submission,
        draft=draft,
        to=to.strip(),
        language=language,
        subject=subject,
        text=text,
        next_try_at=timezone.now(),
    )


def _as_values(mail: Mail) -> dict[str, Any]:
    names = ("round", "invitation", "submission", "draft", "to", "language", "subject", "text", "next_try_at", "handed_over_at")
    return {name: getattr(mail, name) for name in names}


def _rendered(kind: MailKind, round: Round, values: Mapping[str, Any], language: str) -> tuple[str, str]:
    """(subject, text) in the language."""
    now = timezone.now()
    template = Engine.get_default().get_template(f"mails/{kind.value}.txt")
    context = {
        **values,
        "area": round.area,
        "round": round,
        "round_title": _one_line(round.text("title", language)),
        "question": round.text("question", language),
        "sender": round.area.formal_name,
        "reach": settings.MAIL_REPLY_TO or parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        "is_open": round.status(now) == RoundStatus.OPEN,
        "now": now,
    }
    with speaking(language):
        # A mail is no HTML: an apostrophe stays one.
        subject = template.render(Context({**context, "part": "subject"}, autoescape=False))
        text = template.render(Context({**context, "part": "text"}, autoescape=False))
    return shortened(_one_line(subject), 200), wrapped(text)


def _one_line(text: str) -> str:
    """Without line ends, of whatever alphabet: what comes after one would be read as a header."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def shortened(text: str, length: int) -> str:
    """The text, or its beginning with an ellipsis when it is longer."""
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


def wrapped(text: str) -> str:
    """Plain text of at most WIDTH characters a line where words allow it; an address is never broken, a quote goes on as a quote."""
    lines: list[str] = []
    for line in text.replace("\x00", "").splitlines():
        mark = line[: len(line) - len(line.lstrip("> "))]
        folded = textwrap.wrap(line, WIDTH, subsequent_indent=mark, break_long_words=False, break_on_hyphens=False)
        if folded or (lines and lines[-1]):
            lines += folded or [""]
    return "\n".join(lines).strip() + "\n"


def _hand_over(mails: Iterable[Mail]) -> None:
    """Give these to the workers when the transaction is committed.

    Robust: a broker that cannot be reached does not turn what was done into an error; hand_over_waiting() comes back for them.
    """
    from consultation.tasks import deliver  # a service enqueues its own task

    ids = [(mail.pk, mail.area_id) for mail in mails]

    def enqueue() -> None:
        for mail_id, area_id in ids:
            deliver.delay(mail_id, area_id)

    transaction.on_commit(enqueue, robust=True)


def hand_over_waiting() -> int:
    """Give waiting mails whose time has come to the workers, and set aside those whose worker fell silent; says how many were given.

    Handing over twice does no harm: only one worker can claim.
    """
    now = timezone.now()
    with inside_every_area():
        silent = Mail.objects.filter(status=MailStatus.SENDING, claimed_at__lt=now - STALE_AFTER)
        silent.update(status=MailStatus.UNCLEAR, failure=BROKEN_OFF)
        free = Q(handed_over_at__isnull=True) | Q(handed_over_at__lt=now - HANDED_OVER_AGAIN_AFTER)
        due = Mail.objects.filter(free, status=MailStatus.QUEUED, next_try_at__lte=now)
        waiting = list(due.select_for_update(skip_locked=True).only("pk", "area_id").order_by("next_try_at", "pk")[:HANDED_OVER_AT_ONCE])
        Mail.objects.filter(pk__in=[mail.pk for mail in waiting]).update(handed_over_at=now)
        _hand_over(waiting)
    return len(waiting)


@transaction.atomic
def send_again(mail: Mail, *, to: str = "", by: User) -> None:
    """Send a mail that failed, or of which nobody knows, once more; with `to` to a mended address, which is kept where it came from.

    Raises MailGone when there is nothing to send.
    """
    mail = Mail.objects.select_for_update().get(pk=mail.pk)
    address = to.strip() or mail.to
    if mail.status not in {MailStatus.FAILED, MailStatus.UNCLEAR} or not address or not mail.text:
        raise MailGone
    mended = address != mail.to
    if mended and mail.submission_id:
        ContactDetails.objects.filter(submission=mail.submission_id, email__iexact=mail.to).update(email=address)
    if mended and mail.invitation_id:
        Invitation.objects.filter(pk=mail.invitation_id, email__iexact=mail.to).update(email=address)
    mail.to, mail.status, mail.failure, mail.attempt = address, MailStatus.QUEUED, "", 0
    mail.next_try_at = mail.handed_over_at = timezone.now()
    mail.claimed_at = None
    mail.save(update_fields=["to", "status", "failure", "attempt", "next_try_at", "handed_over_at", "claimed_at"])
    record("mail.sent_again", by=by, target=mail, kind=mail.kind, mended=mended)  # no address: the log is for ever
    _hand_over([mail])


def next_moment(attempt: int, now: datetime) -> datetime | None:
    """When to try again after so many attempts; None when it is enough, about a day after the first."""
    waits = [timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6), timedelta(hours=15)]
    return now + waits[attempt - 1] if attempt <= len(waits) else None
