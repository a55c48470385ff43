"""A draft strategy put to every municipality of the police unit, from the first mail to the letter.

By the real mail backend, to a mail server on loopback.
"""

import datetime
from collections import Counter
from email import message_from_bytes, policy

from django.utils import timezone

import pytest
import time_machine

from consultation import services
from consultation.models import Contribution, Invitation, MailStatus
from consultation.tasks import hand_over_waiting, remind
from ivp_portal.organisation.access import inside
from ivp_portal.organisation.roles import Role
from tests.conftest import person
from tests.consultation.invitations import links_in, mails, moment, release, strategy, submissions, written
from tests.consultation.test_mail_delivery import Sink, sink

__all__ = ["sink"]

LATER = datetime.timedelta(minutes=3)
ROUNDS = [("2019", "2019-03-01", 39), ("2022", "2022-09-14", 38)]


@pytest.fixture
def olga(areas):
    return person("olga", "Olga Meijer", areas["midden-nederland"], Role.POLICY_OFFICER)


class Post:
    """The job that brings mails, and the mailboxes of the municipalities."""

    def __init__(self, sink: Sink, on_commit) -> None:
        self.sink, self.on_commit, self.read = sink, on_commit, 0

    def bring(self) -> list[tuple[str, str, str]]:
        """(to, subject, text) of what the mail server took since the last time, when the broker lost what it was given."""
        with time_machine.travel(timezone.now() + LATER, tick=True), self.on_commit(execute=True):
            hand_over_waiting()
        new = [message_from_bytes(taken, policy=policy.default) for taken in self.sink.taken[self.read :]]
        self.read = len(self.sink.taken)
        return [(str(one["To"]), str(one["Subject"]), one.get_content()) for one in new]

    def after_reminding(self, *runs: str) -> list[tuple[str, str, str]]:
        """The job for reminders at these moments, then the mails."""
        for run in runs:
            with time_machine.travel(moment(run), tick=False):
                remind()
        with time_machine.travel(moment(runs[-1]), tick=True):
            return self.bring()


@pytest.mark.parametrize(("year", "day", "number"), ROUNDS, ids=[year for year, _, _ in ROUNDS])
def test_every_municipality_is_asked_one_answers_and_the_others_are_reminded_once(
    client, areas, olga, sink, django_capture_on_commit_callbacks, year, day, number
):
    unit, post = areas["midden-nederland"], Post(sink, django_capture_on_commit_callbacks)
    round = strategy(unit, opens=f"{year}-09-16 09:00", closes=f"{year}-11-15 17:00")
    base = "/midden-nederland/inbreng/strategie/uitnodigingen/"

    with time_machine.travel(moment(f"{year}-09-16 10:00"), tick=True):  # the officer asks every municipality
        client.force_login(olga)
        client.post(f"{base}gemeenten/", {"day": day})
        with inside(unit):
            names = list(Invitation.objects.filter(round=round).values_list("name", flat=True))
        assert len(names) == number
        assert ("Weesp" in names) is (year == "2019")
        client.post(
            f"{base}veel/", {"kind": "area", "lines": "\n".join(f"{name};bestuur@{at}.voorbeeld.nl" for at, name in enumerate(names))}
        )
        client.post(f"{base}versturen/")
        client.post(f"{base}versturen/")
        asked = {to: links_in(text)[0] for to, _, text in post.bring()}
        assert len(asked) == len(sink.taken) == number
        client.logout()

    mailbox = f"bestuur@{names.index('Blaricum')}.voorbeeld.nl"
    with time_machine.travel(moment(f"{year}-10-20 10:00"), tick=True):  # one drafts, a colleague releases, the letter arrives
        first = written("Meer aandacht voor het water.", "Houd de wijkagent in de wijk.")
        assert client.post(asked[mailbox], first).status_code == 302
        offer = {"versie": 1, "actie": "leg-voor", "to": "secretaris@blaricum.voorbeeld.nl"}
        assert client.post(asked[mailbox], first | offer).status_code == 302
        ((to, _, text),) = post.bring()
        assert to == "secretaris@blaricum.voorbeeld.nl"
        (link,) = links_in(text)
        assert release(client, link).status_code == 302
        (letter,) = submissions(round)
        assert str(letter.contributor) == "Gemeente: Blaricum"
        assert letter.original_text == "Meer aandacht voor het water.\n\nHoud de wijkagent in de wijk."
        with inside(unit):
            assert Contribution.objects.filter(submission=letter).count() == 2
        ((to, subject, _),) = post.bring()
        assert (to, subject) == (mailbox, "Wij hebben uw inbreng: Regionale Veiligheidsstrategie")

    silent = Counter(set(asked) - {mailbox})
    brought = post.after_reminding(f"{year}-11-01 09:00", f"{year}-11-01 09:00", f"{year}-11-01 09:05")  # T-14, and the job runs on
    assert Counter(to for to, _, _ in brought) == silent
    assert post.after_reminding(f"{year}-11-10 12:00", f"{year}-11-12 08:59") == []
    brought = post.after_reminding(f"{year}-11-14 10:00", f"{year}-11-14 10:00")  # T-3, two days late: the job was down
    assert Counter(to for to, _, _ in brought) == silent
    brought = post.after_reminding(f"{year}-11-15 09:00", f"{year}-11-15 09:05", f"{year}-11-15 17:00", f"{year}-11-16 09:00")  # T-0
    assert Counter(to for to, _, _ in brought) == silent

    ledger = mails(round, "reminder")
    assert Counter(mail.key.split(":")[2] for mail in ledger) == {"14": number - 1, "3": number - 1, "0": number - 1}
    assert {mail.status for mail in ledger} == {MailStatus.SENT}
    assert len(sink.taken) == number + 2 + 3 * (number - 1)
    with inside(unit):
        assert services.hand_over_waiting() == 0
