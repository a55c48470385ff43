"""Reminders: each body hears each moment once, whatever happens to the job, the clock or the deadline."""

import datetime
import threading

from django.db import connection

import pytest
import time_machine

from consultation import services
from consultation.models import Mail, MailStatus, Round
from consultation.services.reminders import due, is_spent, last_day, moment_of, remind
from ivp_portal.organisation.access import inside
from ivp_portal.organisation.roles import Role
from tests.conftest import person
from tests.consultation.invitations import invited, link_of, mails, moment, offered, release, send, strategy, written

SENT_AT = "2026-09-10 10:00"


@pytest.fixture
def unit(areas):
    return areas["midden-nederland"]


@pytest.fixture
def olga(unit):
    return person("olga", "Olga Meijer", unit, Role.POLICY_OFFICER)


@pytest.fixture
def draft_strategy(unit):
    """Closes on Thursday 15 October 2026, 17.00."""
    return strategy(unit)


@pytest.fixture
def blaricums(draft_strategy, olga):
    with time_machine.travel(moment(SENT_AT), tick=False):
        invitation = invited(draft_strategy, olga)
        send(draft_strategy, olga)
    return invitation


def run_at(text: str) -> int:
    """The job, at that moment in the Netherlands."""
    with time_machine.travel(moment(text), tick=False):
        return remind()


def reminded(round: Round) -> list[tuple[int, str]]:
    """(days before, status) of every reminder in the ledger, oldest first."""
    return [(int(mail.key.split(":")[2]), mail.status) for mail in mails(round, "reminder")]


def mailed(round: Round) -> list[int]:
    return [days for days, status in reminded(round) if status != MailStatus.PASSED_OVER]


def move_deadline(round: Round, closes: str) -> None:
    with inside(round.area):
        Round.objects.filter(pk=round.pk).update(closes_at=moment(closes))


# Rules


@pytest.mark.parametrize(
    ("closes", "days", "expected"),
    [
        ("2026-10-15 17:00", 14, "2026-10-01 09:00"),
        ("2026-10-15 17:00", 3, "2026-10-12 09:00"),
        ("2026-10-15 17:00", 0, "2026-10-15 09:00"),
        ("2026-10-16 00:00", 0, "2026-10-15 09:00"),  # midnight belongs to the day that ends
        ("2026-10-15 23:59", 0, "2026-10-15 09:00"),
        ("2026-10-15 08:30", 0, "2026-10-14 09:00"),  # at nine it would be too late
        ("2026-10-15 09:00", 0, "2026-10-14 09:00"),
        ("2026-10-15 08:30", 3, "2026-10-12 09:00"),
        ("2026-10-26 17:00", 3, "2026-10-23 09:00"),  # the clock goes back on the 25th
        ("2027-03-29 17:00", 3, "2027-03-26 09:00"),  # and forward on the 28th
        ("2027-03-28 17:00", 0, "2027-03-28 09:00"),
        ("2026-10-25 17:00", 0, "2026-10-25 09:00"),
    ],
)
def test_a_reminder_is_due_at_nine_in_the_netherlands(closes, days, expected):
    assert moment_of(moment(closes), days) == moment(expected)


def test_two_weeks_before_over_the_change_of_the_clock_is_an_hour_more_or_less():
    apart = moment("2026-10-26 09:00").astimezone(datetime.UTC) - moment_of(moment("2026-10-26 17:00"), 14)
    assert apart == datetime.timedelta(days=14, hours=1)


@pytest.mark.parametrize(
    ("since", "now", "expected"),
    [
        ("2026-09-10 10:00", "2026-10-01 08:59", []),
        ("2026-09-10 10:00", "2026-10-01 09:00", [14]),
        ("2026-09-10 10:00", "2026-10-12 09:00", [3, 14]),
        ("2026-09-10 10:00", "2026-10-15 16:59", [0, 3, 14]),
        ("2026-10-01 09:00", "2026-10-12 09:00", [3]),  # invited after the first moment
        ("2026-10-13 10:00", "2026-10-15 10:00", [0]),
    ],
)
def test_due_is_what_came_after_the_invitation_and_not_after_now(since, now, expected):
    assert due(moment("2026-10-15 17:00"), [14, 3, 0, 3], since=moment(since), now=moment(now)) == expected


@pytest.mark.parametrize(
    ("closes", "days", "sent_for", "expected"),
    [
        ("2026-10-15 17:00", 3, [], False),
        ("2026-10-15 17:00", 3, ["2026-10-15"], True),
        ("2026-10-16 17:00", 3, ["2026-10-15"], True),  # a day later: the same thing is not told twice
        ("2026-10-10 17:00", 3, ["2026-10-15"], True),  # earlier
        ("2026-11-15 17:00", 3, ["2026-10-15"], False),  # a month later: a new series
        ("2026-10-16 17:00", 0, ["2026-10-15"], False),  # the last day was another
    ],
)
def test_a_moved_deadline_repeats_a_reminder_only_after_the_deadline_it_was_about(closes, days, sent_for, expected):
    assert is_spent(moment(closes), days, [datetime.date.fromisoformat(day) for day in sent_for]) is expected


def test_a_round_that_closes_at_midnight_closes_on_the_day_before():
    assert last_day(moment("2026-10-16 00:00")) == datetime.date(2026, 10, 15)


# The job


def test_each_moment_is_mailed_once_however_often_the_job_runs(blaricums, draft_strategy):
    runs = ("2026-09-30 12:00", "2026-10-01 08:59", "2026-10-01 09:00", "2026-10-01 09:05", "2026-10-12 09:01", "2026-10-12 09:01")
    assert [run_at(run) for run in runs] == [0, 0, 1, 0, 1, 0]
    assert [run_at("2026-10-15 09:00"), run_at("2026-10-15 16:59"), run_at("2026-10-15 17:00"), run_at("2026-10-20 09:00")] == [1, 0, 0, 0]
    assert reminded(draft_strategy) == [(14, "queued"), (3, "queued"), (0, "queued")]


def test_the_mail_says_until_when_and_holds_the_link(blaricums, draft_strategy):
    run_at("2026-10-12 09:00")
    (mail,) = [mail for mail in mails(draft_strategy, "reminder") if mail.text]
    assert mail.subject == "Herinnering: Regionale Veiligheidsstrategie, reageren tot donderdag 15 oktober 2026, 17.00 uur"
    assert "Wij vroegen Blaricum om te reageren" in mail.text
    assert link_of(blaricums) in mail.text


def test_after_two_days_of_silence_the_reminder_still_goes_out_once(blaricums, draft_strategy):
    assert run_at("2026-10-01 09:00") == 1
    assert [run_at("2026-10-14 10:00"), run_at("2026-10-14 10:05")] == [1, 0]  # that of the 12th
    assert mailed(draft_strategy) == [14, 3]


def test_of_several_that_were_missed_only_the_nearest_is_mailed_and_the_others_are_written_down(blaricums, draft_strategy):
    assert run_at("2026-10-15 11:00") == 1
    assert sorted(reminded(draft_strategy)) == [(0, "queued"), (3, "passed_over"), (14, "passed_over")]
    passed = next(mail for mail in mails(draft_strategy, "reminder") if mail.status == MailStatus.PASSED_OVER)
    assert passed.failure and not passed.text
    assert run_at("2026-10-15 12:00") == 0


def test_who_answered_was_taken_back_ran_out_or_has_no_address_is_not_reminded(client, draft_strategy, blaricums, olga, unit):
    with time_machine.travel(moment(SENT_AT), tick=False):
        for name in ("Huizen", "Laren", "Eemnes", "Gooise Meren", "Hilversum"):
            expires = moment("2026-09-20 12:00") if name == "Eemnes" else None
            invited(draft_strategy, olga, name, f"{name.replace(' ', '')}@voorbeeld.nl", expires_at=expires)
        send(draft_strategy, olga)
        not_sent = invited(draft_strategy, olga, "Wijdemeren", "w@voorbeeld.nl")
        with inside(unit):
            by_name = {one.name: one for one in draft_strategy.invitations.select_related("round__area", "area")}
            services.revoke(by_name["Laren"], reason="dubbel", by=olga)
            services.change_invitation(by_name["Gooise Meren"], email="", needs_release=True, expires_at=None, by=olga)
        path = offered(client, by_name["Huizen"], "Antwoord.")
        assert release(client, path).status_code == 302
    assert run_at("2026-10-01 09:00") == 2
    assert {mail.invitation_id for mail in mails(draft_strategy, "reminder")} == {blaricums.pk, by_name["Hilversum"].pk}
    assert not_sent.invited_at is None


def test_an_invitation_with_an_earlier_last_moment_is_reminded_of_that_one(draft_strategy, olga):
    with time_machine.travel(moment(SENT_AT), tick=False):
        invited(draft_strategy, olga, expires_at=moment("2026-09-20 12:00"))
        send(draft_strategy, olga)
    assert run_at("2026-09-17 09:00") == 1
    assert "zondag 20 september 2026, 12.00 uur" in mails(draft_strategy, "reminder")[0].subject


def test_who_was_invited_late_gets_only_what_comes_after(draft_strategy, olga):
    with time_machine.travel(moment("2026-10-13 10:00"), tick=False):
        invited(draft_strategy, olga)
        send(draft_strategy, olga)
    assert [run_at("2026-10-13 10:05"), run_at("2026-10-15 09:00")] == [0, 1]
    assert reminded(draft_strategy) == [(0, "queued")]


def test_a_body_whose_text_lies_with_somebody_hears_with_whom(client, blaricums, draft_strategy):
    with time_machine.travel(moment("2026-09-11 10:00"), tick=False):
        offered(client, blaricums, "Tekst.", to="eva@voorbeeld.nl")
    run_at("2026-10-01 09:00")
    assert "Uw tekst ligt bij eva@voorbeeld.nl" in mails(draft_strategy, "reminder")[0].text


def test_a_body_with_a_draft_hears_that_it_was_not_sent(client, blaricums, draft_strategy):
    with time_machine.travel(moment("2026-09-11 10:00"), tick=False):
        client.post(link_of(blaricums), written("Tekst."))
    run_at("2026-10-01 09:00")
    assert "Er staat een concept klaar." in mails(draft_strategy, "reminder")[0].text


def test_a_deadline_that_moves_a_month_brings_a_new_series(blaricums, draft_strategy):
    run_at("2026-10-01 09:00")
    run_at("2026-10-12 09:00")
    move_deadline(draft_strategy, "2026-11-15 17:00")
    assert [run_at(run) for run in ("2026-10-15 09:00", "2026-11-01 09:00", "2026-11-12 09:00", "2026-11-15 09:00")] == [0, 1, 1, 1]
    assert mailed(draft_strategy) == [14, 3, 14, 3, 0]


def test_a_deadline_that_moves_a_day_repeats_nothing(blaricums, draft_strategy):
    run_at("2026-10-01 09:00")
    run_at("2026-10-12 09:00")
    move_deadline(draft_strategy, "2026-10-16 17:00")
    assert [run_at(run) for run in ("2026-10-13 09:00", "2026-10-15 09:00", "2026-10-16 09:00")] == [0, 0, 1]
    assert mailed(draft_strategy) == [14, 3, 0]


def test_a_deadline_that_moves_an_hour_repeats_nothing(blaricums, draft_strategy):
    run_at("2026-10-12 09:00")
    move_deadline(draft_strategy, "2026-10-15 18:00")
    assert run_at("2026-10-12 09:05") == 0


def test_a_deadline_that_comes_earlier_is_told_once_and_looks_back_at_nothing(blaricums, draft_strategy):
    run_at("2026-10-01 09:00")
    move_deadline(draft_strategy, "2026-10-06 17:00")
    assert [run_at("2026-10-04 10:00"), run_at("2026-10-04 10:05"), run_at("2026-10-06 09:00")] == [1, 0, 1]
    assert mailed(draft_strategy) == [14, 3, 0]


def test_a_round_without_reminders_is_left_alone(blaricums, draft_strategy):
    with inside(draft_strategy.area):
        Round.objects.filter(pk=draft_strategy.pk).update(reminder_days=[])
    assert run_at("2026-10-12 09:00") == 0


def test_rounds_of_several_areas_are_reminded_each_in_its_own(blaricums, draft_strategy, blaricum, anke):
    partners = strategy(blaricum, slug="partners")
    with time_machine.travel(moment(SENT_AT), tick=False):
        invited(partners, anke, "Politie Gooi Noord", "politie@voorbeeld.nl", kind="partner")
        send(partners, anke)
    assert run_at("2026-10-01 09:00") == 2
    assert [len(mails(one, "reminder")) for one in (draft_strategy, partners)] == [1, 1]


@pytest.mark.django_db(transaction=True)
def test_two_jobs_at_the_same_time_write_each_reminder_once(draft_strategy, olga):
    with time_machine.travel(moment(SENT_AT), tick=False):
        for number in range(12):
            invited(draft_strategy, olga, f"Partner {number}", f"p{number}@voorbeeld.nl", kind="partner")
        send(draft_strategy, olga)
    gate, written_by = threading.Barrier(2), []

    def job() -> None:
        gate.wait()
        try:
            written_by.append(remind(moment("2026-10-12 09:00")))
        finally:
            connection.close()

    threads = [threading.Thread(target=job) for _ in range(2)]
    with time_machine.travel(moment("2026-10-12 09:00"), tick=True):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sum(written_by) == 12
    with inside(draft_strategy.area):
        keys = [mail.key for mail in Mail.objects.filter(round=draft_strategy, kind="reminder")]
    assert len(keys) == len(set(keys)) == 24  # T-3 mailed, T-14 passed over
