"""One point on the screen: entered for whoever said it, corrected. Withdrawing: tests/priorities/test_withdraw_contribution.py."""

import datetime
import re
import threading

from django.db import connection
from django.utils import timezone

import pytest
import time_machine

from consultation import services
from consultation.models import Channel, ContributorKind, RoundKind, Submission
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from tests.consultation.conftest import contributions, logged, make_round

NEW = "/blaricum/inbreng/avond/nieuw/"
LATER = datetime.datetime(2026, 10, 1, 12, 0, tzinfo=datetime.UTC)


def point(**changes: str) -> dict[str, str]:
    """What an officer fills in for a letter of a housing corporation."""
    return {
        "subject": "Sociale veiligheid",
        "sub_subject": "Woonoverlast",
        "text": "Vaker samen op huisbezoek.",
        "contributor_kind": "partner",
        "party": "Dudok Wonen",
        "channel": "letter",
        "said_on": "2026-09-14",
    } | changes


@pytest.fixture(autouse=True)
def after_the_evening():
    with time_machine.travel(LATER, tick=True):
        yield


@pytest.fixture
def officer(client, anke):
    client.force_login(anke)
    return client


@pytest.fixture
def noise(anke, evening):
    """A point that anke entered."""
    with inside(evening.area):
        return services.record_on_behalf(
            evening,
            subject="Verkeer",
            sub_subject="Geluid",
            text="Motoren op de dijk.",
            contributor_kind=ContributorKind.COUNCIL,
            party="Dorp & Natuur",
            channel=Channel.SESSION,
            said_on=datetime.date(2026, 9, 16),
            by=anke,
        )


def test_the_contributor_is_the_sender_and_never_the_officer(officer, evening):
    answer = officer.post(NEW, point(), follow=True)
    assert answer.redirect_chain == [("/blaricum/inbreng/avond/", 302)]
    assert "Punt 1 staat erin: Woonoverlast." in answer.text
    (made,) = contributions(evening)
    assert (made.number, made.subject, made.sub_subject, made.text) == (
        1,
        "Sociale veiligheid",
        "Woonoverlast",
        "Vaker samen op huisbezoek.",
    )
    assert str(made.submission.contributor) == "Partner: Dudok Wonen"
    assert (made.submission.channel, made.submission.said_on) == ("letter", datetime.date(2026, 9, 14))
    assert made.submission.original_text == "Sociale veiligheid\nWoonoverlast\nVaker samen op huisbezoek."
    with inside(evening.area):
        line = LogEntry.objects.get(verb="contribution.recorded")
    assert (line.actor_name, line.facts) == ("Anke de Boer", {"round": "avond", "number": 1})


def test_numbers_count_on_within_the_round(officer, evening, noise):
    officer.post(NEW, point())
    assert [made.number for made in contributions(evening)] == [1, 2]


def test_saving_and_entering_another_keeps_who_how_and_when(officer, evening):
    answer = officer.post(NEW, point(actie="nog-een"), follow=True)
    assert answer.redirect_chain[0][0].startswith(NEW + "?")
    form = answer.context["form"]
    assert {name: str(form[name].value()) for name in ("subject", "contributor_kind", "party", "channel", "said_on")} == {
        name: value for name, value in point().items() if name not in ("sub_subject", "text")
    }
    assert not form["sub_subject"].value()
    assert not form["text"].value()


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (RoundKind.COUNCIL_SESSION, ("council", "session")),
        (RoundKind.RESIDENTS, ("resident", "")),
        (RoundKind.PARTNERS, ("partner", "")),
        (RoundKind.STRATEGY, ("area", "")),
    ],
)
def test_the_form_starts_from_what_the_round_tells(officer, blaricum, kind, expected):
    make_round(blaricum, slug="ronde", kind=kind)
    form = officer.get("/blaricum/inbreng/ronde/nieuw/").context["form"]
    assert (form["contributor_kind"].value(), form["channel"].value()) == expected
    is_session = kind == RoundKind.COUNCIL_SESSION
    assert form["said_on"].value() == (datetime.date(2026, 9, 16) if is_session else timezone.localdate())


def test_subjects_and_parties_that_were_used_before_are_suggested(officer, evening, noise):
    page = officer.get(NEW).text
    assert '<option value="Verkeer">' in page
    assert '<option value="Dorp &amp; Natuur">' in page


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"subject": " "}, "Vul het onderwerp in, bijvoorbeeld Sociale veiligheid."),
        ({"subject": "x" * 201}, "Dit zijn 201 tekens. Gebruik er ten hoogste 200."),
        ({"sub_subject": "", "text": ""}, "Vul in wat er is gezegd: een sub-onderwerp, een toelichting, of allebei."),
        ({"contributor_kind": ""}, "Kies wie dit zei."),
        ({"contributor_kind": "burgemeester"}, "Dit kunt u hier niet kiezen."),
        ({"channel": ""}, "Kies hoe het binnenkwam, bijvoorbeeld Brief."),
        ({"said_on": "31-09-2026"}, "Deze dag bestaat niet. Vul een bestaande datum in, bijvoorbeeld 30-09-2026."),
        ({"said_on": "2026-10-02"}, "Deze dag moet nog komen."),
        ({"said_on": ""}, "Vul de dag in waarop het is gezegd of binnenkwam."),
    ],
)
def test_a_point_that_cannot_be_is_refused_beside_its_field_and_nothing_typed_is_lost(officer, evening, change, message):
    page = officer.post(NEW, point(**change))
    assert page.status_code == 422
    assert page.text.count(message) == 2  # in the summary and at the field
    assert "Dudok Wonen" in page.text
    assert "<title>Fout: " in page.text
    assert contributions(evening) == []


def test_a_day_may_be_typed_as_the_dutch_write_it(officer, evening):
    officer.post(NEW, point(said_on="14-09-2026"))
    assert contributions(evening)[0].submission.said_on == datetime.date(2026, 9, 14)


def test_a_double_click_enters_the_point_once(officer, evening):
    key = re.search(r'name="key" value="([0-9a-f-]+)"', officer.get(NEW).text)
    for _ in range(2):
        assert officer.post(NEW, point(key=key[1])).status_code == 302
    assert len(contributions(evening)) == 1
    officer.post(NEW, point(key=re.search(r'name="key" value="([0-9a-f-]+)"', officer.get(NEW).text)[1]))
    assert len(contributions(evening)) == 2  # the same words from another form are another point


def test_a_frozen_round_takes_nothing_more_and_what_was_typed_stays_on_the_screen(officer, evening, frozen):
    frozen(evening)
    page = officer.post(NEW, point())
    assert page.status_code == 409
    assert "Het plan van deze ronde is vastgesteld. Er kan niets meer bij of af." in page.text
    assert "Vaker samen op huisbezoek." in page.text
    assert 'name="actie"' not in page.text
    assert contributions(evening) == []
    page = officer.get(NEW)
    assert page.status_code == 200
    assert 'name="actie"' not in page.text


def test_a_round_that_freezes_under_the_officers_hands_refuses_too(evening, frozen):
    frozen(evening)
    with inside(evening.area), pytest.raises(services.RoundFrozen):
        services.record_on_behalf(
            evening, subject="Verkeer", sub_subject="Te laat", text="", contributor_kind="council", channel="session", said_on=None, by=None
        )


@pytest.mark.django_db(transaction=True)
def test_points_entered_at_once_get_numbers_of_their_own(anke, evening):
    def enter(sub_subject: str) -> None:
        try:
            with inside(evening.area):
                services.record_on_behalf(
                    evening,
                    subject="Verkeer",
                    sub_subject=sub_subject,
                    text="",
                    contributor_kind="resident",
                    channel="phone",
                    said_on=None,
                    by=anke,
                )
        finally:
            connection.close()

    threads = [threading.Thread(target=enter, args=[f"Punt {number}"]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [made.number for made in contributions(evening)] == [1, 2, 3, 4, 5, 6]


# Correcting


def test_a_correction_mends_the_point_and_keeps_what_was_handed_in(officer, evening, noise):
    address = f"/blaricum/inbreng/avond/{noise.pk}/verbeteren/"
    page = officer.get(address).text
    assert "Zo kwam het binnen" in page
    assert "Motoren op de dijk." in page
    answer = officer.post(address, {"subject": "Verkeer", "sub_subject": "Geluidsoverlast", "text": "Motoren op de dijk."}, follow=True)
    assert "Punt 1 is verbeterd." in answer.text
    (mended,) = contributions(evening)
    assert mended.sub_subject == "Geluidsoverlast"
    assert mended.submission.original_text == "Verkeer\nGeluid\nMotoren op de dijk."
    verb, facts = logged(evening)[-1]
    assert verb == "contribution.corrected"
    assert (facts["before"]["sub_subject"], facts["after"]["sub_subject"]) == ("Geluid", "Geluidsoverlast")


def test_a_correction_that_changes_nothing_writes_nothing(officer, evening, noise):
    officer.post(
        f"/blaricum/inbreng/avond/{noise.pk}/verbeteren/", {"subject": "Verkeer", "sub_subject": "Geluid", "text": "Motoren op de dijk."}
    )
    assert [verb for verb, _ in logged(evening)] == ["contribution.recorded"]


def test_an_empty_form_is_refused(officer, evening, noise):
    page = officer.post(f"/blaricum/inbreng/avond/{noise.pk}/verbeteren/", {"subject": ""})
    assert page.status_code == 422
    assert contributions(evening)[0].subject == "Verkeer"


def test_a_withdrawn_point_is_not_corrected_any_more(officer, evening, anke, noise):
    with inside(evening.area):
        services.withdraw(noise, reason="dubbel", by=anke)
    page = officer.post(f"/blaricum/inbreng/avond/{noise.pk}/verbeteren/", {"subject": "Anders", "sub_subject": "Anders", "text": ""})
    assert page.status_code == 409
    assert "Dit punt is ingetrokken. De tekst blijft zoals hij was." in page.text
    assert contributions(evening)[0].subject == "Verkeer"


def test_in_a_frozen_round_a_point_stays_as_it_is_and_what_was_typed_stays_on_the_screen(officer, evening, noise, frozen):
    frozen(evening)
    page = officer.post(
        f"/blaricum/inbreng/avond/{noise.pk}/verbeteren/", {"subject": "Anders", "sub_subject": "Anders", "text": "Mijn tekst"}
    )
    assert page.status_code == 409
    assert "Er kan niets meer bij of af." in page.text
    assert "Mijn tekst" in page.text
    assert contributions(evening)[0].subject == "Verkeer"


# Who may


def test_a_point_of_another_round_or_municipality_is_not_found(client, officer, evening, noise, blaricum, hilversum, bram):
    make_round(blaricum, slug="andere", title="Andere")
    assert officer.get(f"/blaricum/inbreng/andere/{noise.pk}/verbeteren/").status_code == 404
    make_round(hilversum, slug="avond")
    client.force_login(bram)
    assert client.get(f"/blaricum/inbreng/avond/{noise.pk}/verbeteren/").status_code == 404
    assert client.get(f"/hilversum/inbreng/avond/{noise.pk}/verbeteren/").status_code == 404


def test_a_clerk_does_not_touch_what_was_said(client, gerda, evening, noise):
    client.force_login(gerda)
    sent = {"subject": "Anders", "sub_subject": "x", "text": ""}
    assert client.get(f"/blaricum/inbreng/avond/{noise.pk}/verbeteren/").status_code == 403
    assert client.post(f"/blaricum/inbreng/avond/{noise.pk}/verbeteren/", sent).status_code == 403
    assert contributions(evening)[0].subject == "Verkeer"


def test_a_stranger_is_asked_to_log_in(client, evening):
    answer = client.get(NEW)
    assert answer.status_code == 302
    assert answer.url.startswith("/inloggen/")


def test_what_was_handed_in_holds_no_name_of_a_person(officer, evening):
    officer.post(NEW, point(contributor_kind="resident", party=""))
    with inside(evening.area):
        submission = Submission.objects.select_related("contributor").get()
        assert str(submission.contributor) == "Inwoner"
        assert not hasattr(submission.contributor, "contact")
