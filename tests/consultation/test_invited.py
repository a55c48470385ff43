"""Somebody invited by name: they read, write with colleagues, lay it before a second person, who releases it. Nobody has an account."""

import threading

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

import pytest
import time_machine

from consultation import services
from consultation.models import Attachment, Channel, ContactDetails, Contribution
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from ivp_portal.organisation.roles import Role
from tests.conftest import person
from tests.consultation.invitations import (
    draft_of,
    fresh,
    invited,
    link_of,
    mails,
    offered,
    release,
    send,
    strategy,
    submissions,
    written,
)

PENDING = "2026-09-10 10:00"


@pytest.fixture(autouse=True)
def during_the_round():
    with time_machine.travel("2026-09-10T10:00:00+02:00", tick=True):
        yield


@pytest.fixture
def unit(areas):
    return areas["midden-nederland"]


@pytest.fixture
def olga(unit):
    """Policy officer of the police unit's bureau."""
    return person("olga", "Olga Meijer", unit, Role.POLICY_OFFICER)


@pytest.fixture
def draft_strategy(unit):
    return strategy(unit)


@pytest.fixture
def blaricums(draft_strategy, olga):
    """The invitation of Blaricum, sent."""
    invitation = invited(draft_strategy, olga)
    assert send(draft_strategy, olga) == 1
    return invitation


def test_the_link_in_the_mail_opens_a_page_that_says_what_is_asked_and_until_when(client, blaricums):
    page = client.get(link_of(blaricums))
    assert page.status_code == 200
    for text in (
        "Uitnodiging voor Blaricum",
        "Regionale Veiligheidsstrategie",
        "Wat vindt uw gemeente van het ontwerp?",
        "donderdag 15 oktober 2026, 17.00 uur",
        "Leg voor aan een collega",
    ):
        assert text in page.text
    assert page["X-Robots-Tag"] == "noindex"
    assert fresh(blaricums).opened_at is not None


def test_the_page_speaks_english_at_its_english_address(client, blaricums):
    page = client.get(link_of(blaricums).replace("/meedoen/uitnodiging/", "/take-part/uitnodiging/"))
    assert page.status_code == 200
    assert page["Content-Language"] == "en"
    assert "Invitation for Blaricum" in page.text
    assert "Thursday 15 October 2026, 17:00" in page.text


def test_what_is_saved_is_there_for_a_colleague_with_the_same_link(client, blaricums):
    path = link_of(blaricums)
    assert client.post(path, written("Meer aandacht voor ondermijning.")).status_code == 302
    page = client.get(path)
    assert "Meer aandacht voor ondermijning." in page.text
    assert "door Sanne, adviseur" in page.text
    assert draft_of(blaricums).version == 1


def test_a_colleague_with_an_older_page_sees_both_texts_and_loses_nothing(client, blaricums):
    path = link_of(blaricums)
    client.post(path, written("Eerste tekst."))
    client.post(path, written("Tekst van Sanne.", version=1))
    answer = client.post(path, written("Tekst van Joost.", version=1, saved_by="Joost"))
    assert answer.status_code == 409
    for text in ("Tekst van Sanne.", "Tekst van Joost.", "Zoals Sanne, adviseur het bewaarde", 'name="versie" value="2"'):
        assert text in answer.text
    assert draft_of(blaricums).content["points"][0]["text"] == "Tekst van Sanne."
    assert client.post(path, written("Tekst van ons beiden.", version=2)).status_code == 302


def test_points_come_and_go_and_nothing_typed_is_lost(client, blaricums):
    path = link_of(blaricums)
    more = client.post(path, written("Een", actie="nog-een"))
    assert more.status_code == 200 and 'name="punt-2-text"' in more.text
    less = client.post(path, written("Een", "Twee", "Drie", version=1, actie="haal-weg:2"))
    assert less.status_code == 200
    assert [point["text"] for point in draft_of(blaricums).content["points"]] == ["Een", "Drie"]


def test_a_second_person_reads_it_whole_and_releases_it_as_the_body(client, blaricums, draft_strategy):
    path = offered(client, blaricums, "Meer wijkagenten.", "Meer aandacht voor water.")
    page = client.get(path)
    for text in ("Meer wijkagenten.", "Meer aandacht voor water.", "Graag voor vrijdag.", "Geef vrij en verstuur", "Sanne, adviseur"):
        assert text in page.text
    assert "secretaris@" in mails(draft_strategy, "offer")[0].to
    answer = release(client, path)
    assert answer.status_code == 302
    (sent,) = submissions(draft_strategy)
    assert str(sent.contributor) == "Gemeente: Blaricum"
    assert (sent.channel, sent.is_late, sent.invitation_id) == (Channel.INVITATION, False, blaricums.pk)
    with inside(draft_strategy.area):
        assert [point.text for point in Contribution.objects.filter(submission=sent).order_by("number")] == [
            "Meer wijkagenten.",
            "Meer aandacht voor water.",
        ]
        line = LogEntry.objects.get(verb="invitation.released")
        assert line.facts == {"released_by": "Eva Bos", "role": "gemeentesecretaris"}
        assert ContactDetails.objects.get(submission=sent).email == "bestuur@blaricum.voorbeeld.nl"


def test_after_it_was_sent_both_links_show_what_was_sent_with_its_code(client, blaricums, draft_strategy):
    path = offered(client, blaricums, "Meer wijkagenten.")
    release(client, path)
    (sent,) = submissions(draft_strategy)
    for address in (path, link_of(blaricums)):
        page = client.get(address)
        assert page.status_code == 200
        for text in ("Uw reactie is ontvangen", "Meer wijkagenten.", sent.code[:4], f"/code/{sent.code}/"):
            assert text in page.text
    assert client.post(link_of(blaricums), written("Nog iets.", version=1)).status_code == 200
    assert len(submissions(draft_strategy)) == 1


def test_the_writers_link_releases_nothing(client, blaricums, draft_strategy):
    release_path = offered(client, blaricums, "Meer wijkagenten.")
    token = link_of(blaricums).rstrip("/").rsplit("/", 1)[1]
    assert client.get(f"/midden-nederland/meedoen/vrijgeven/{token}/").status_code == 404
    for action in ("verstuur", "geef-vrij"):
        client.post(link_of(blaricums), written("Meer wijkagenten.", version=1, actie=action, name="Sanne", role="adviseur"))
    assert submissions(draft_strategy) == []
    assert release(client, release_path).status_code == 302
    assert len(submissions(draft_strategy)) == 1


def test_who_must_be_released_cannot_send_by_themselves_and_who_need_not_can(client, draft_strategy, blaricums, olga):
    answer = client.post(link_of(blaricums), written("Zo is het.", actie="verstuur"))
    assert answer.status_code == 409 and "Een tweede persoon geeft deze reactie vrij." in answer.text
    alone = invited(draft_strategy, olga, "J. de Wit", "wit@voorbeeld.nl", kind="resident", needs_release=False)
    send(draft_strategy, olga)
    assert "Leg voor aan een collega" not in client.get(link_of(alone)).text
    assert client.post(link_of(alone), written("Zo is het.", actie="verstuur", saved_by="")).status_code == 302
    (sent,) = submissions(draft_strategy)
    assert str(sent.contributor) == "Inwoner"  # never the name of a person


def test_the_second_person_has_another_address_than_the_invitation(client, blaricums):
    answer = client.post(link_of(blaricums), written("Zo is het.", actie="leg-voor", to="BESTUUR@blaricum.voorbeeld.nl"))
    assert answer.status_code == 422
    assert "Vul het adres in van een tweede persoon." in answer.text
    assert draft_of(blaricums).offered_at is None


def test_an_empty_text_is_not_laid_before_anybody(client, blaricums):
    answer = client.post(link_of(blaricums), written("", actie="leg-voor", to="eva@voorbeeld.nl"))
    assert answer.status_code == 422
    assert "Eén zin is genoeg." in answer.text
    answer = client.post(link_of(blaricums), written("Wel iets.", version=1, actie="leg-voor", to="geen adres"))
    assert answer.status_code == 422
    assert "Wel iets." in answer.text and "Dit e-mailadres klopt niet." in answer.text


def test_what_lies_with_the_second_person_does_not_change_under_their_eyes(client, blaricums):
    offered(client, blaricums, "Eerste tekst.")
    assert "ligt bij een collega" in client.get(link_of(blaricums)).text
    answer = client.post(link_of(blaricums), written("Stiekem anders.", version=1))
    assert answer.status_code == 409
    assert "Stiekem anders." in answer.text
    assert draft_of(blaricums).content["points"][0]["text"] == "Eerste tekst."


def test_taken_back_the_writers_go_on_and_the_link_of_the_second_person_ends(client, blaricums, draft_strategy):
    first = offered(client, blaricums, "Eerste tekst.")
    assert client.post(link_of(blaricums), {"actie": "haal-terug"}).status_code == 302
    assert client.get(first).status_code == 404
    assert release(client, first).status_code == 404
    second = offered_again(client, blaricums, "Betere tekst.")
    assert client.get(first).status_code == 404
    assert "Betere tekst." in client.get(second).text
    assert release(client, second, version=2).status_code == 302
    assert len(submissions(draft_strategy)) == 1


def offered_again(client, invitation, text, version=1):
    client.post(link_of(invitation), written(text, version=version, actie="leg-voor", to="secretaris@blaricum.voorbeeld.nl"))
    return link_of(invitation, "offer")


def test_handed_back_the_body_reads_why_and_can_lay_it_before_somebody_again(client, blaricums, draft_strategy):
    first = offered(client, blaricums, "Eerste tekst.")
    assert client.post(first, {"actie": "leg-terug", "reader": "", "reason": ""}).status_code == 422
    answer = client.post(first, {"actie": "leg-terug", "reader": "Eva Bos", "reason": "Noem ook het water."})
    assert answer.status_code == 200 and "Teruggelegd" in answer.text
    (mail,) = mails(draft_strategy, "handed_back")
    assert mail.to == "bestuur@blaricum.voorbeeld.nl"
    assert "> Noem ook het water." in mail.text
    assert "Eva Bos: Noem ook het water." in client.get(link_of(blaricums)).text
    assert client.get(first).status_code == 404
    assert release(client, offered_again(client, blaricums, "Met water."), version=2).status_code == 302


def test_a_page_of_the_second_person_that_is_older_than_the_text_releases_nothing(client, blaricums, draft_strategy):
    path = offered(client, blaricums, "Eerste tekst.")
    answer = release(client, path, version=0)
    assert answer.status_code == 409
    assert "Er is niets verstuurd." in answer.text and "Eva Bos" in answer.text
    assert submissions(draft_strategy) == []


def test_releasing_without_a_name_or_function_is_refused_beside_the_field(client, blaricums, draft_strategy):
    answer = release(client, offered(client, blaricums, "Tekst."), role="")
    assert answer.status_code == 422
    assert "Vul ‘Uw functie’ in." in answer.text
    assert submissions(draft_strategy) == []


def test_released_twice_it_arrives_once(client, blaricums, draft_strategy):
    path = offered(client, blaricums, "Tekst.")
    assert release(client, path).status_code == 302
    assert release(client, path).status_code == 200  # the page of what was sent
    assert len(submissions(draft_strategy)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_release_at_once_leave_one_submission(client, blaricums, draft_strategy):
    offered(client, blaricums, "Tekst.")
    draft, gate = draft_of(blaricums), threading.Barrier(4)
    codes: list[str] = []

    def press() -> None:
        gate.wait()
        try:
            with inside(draft_strategy.area):
                codes.append(services.release(draft, name="Eva Bos", role="secretaris", seen_version=1).code)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (sent,) = submissions(draft_strategy)
    assert codes == [sent.code] * 4


def test_a_letter_alone_will_do_and_the_second_person_can_read_it(client, blaricums, draft_strategy):
    letter = SimpleUploadedFile("zienswijze.txt", b"Geacht bestuur,\nwij zijn het eens.")
    answer = client.post(link_of(blaricums), written("", actie="leg-voor", to="eva@voorbeeld.nl", attachments=letter), format="multipart")
    assert answer.status_code == 302
    path = link_of(blaricums, "offer")
    page = client.get(path)
    assert "zienswijze.txt" in page.text
    attachment = draft_attachment(blaricums)
    file = client.get(f"{path}bijlagen/{attachment.pk}/")
    assert b"".join(file.streaming_content) == b"Geacht bestuur,\nwij zijn het eens."
    assert file["X-Content-Type-Options"] == "nosniff"
    assert file["Content-Disposition"].startswith("attachment")
    assert client.get(f"{link_of(blaricums)}bijlagen/{attachment.pk}/").status_code == 200
    assert release(client, path).status_code == 302
    (sent,) = submissions(draft_strategy)
    assert sent.original_text == ""
    with inside(draft_strategy.area):
        assert [one.name for one in Attachment.objects.filter(submission=sent)] == ["zienswijze.txt"]


def draft_attachment(invitation):
    with inside(invitation.area):
        return Attachment.objects.get(draft__invitation=invitation)


def test_a_file_that_is_no_letter_is_refused_and_the_text_is_kept(client, blaricums):
    program = SimpleUploadedFile("brief.pdf", b"MZ\x90\x00" + b"\x00" * 200)
    answer = client.post(link_of(blaricums), written("Wel bewaard.", attachments=program))
    assert answer.status_code == 422
    assert "brief.pdf" in answer.text and "Wel bewaard." in answer.text
    assert draft_of(blaricums).content["points"][0]["text"] == "Wel bewaard."


def test_a_file_can_be_taken_out_again(client, blaricums):
    client.post(link_of(blaricums), written("Tekst.", attachments=SimpleUploadedFile("brief.txt", b"Geacht bestuur,")))
    attachment = draft_attachment(blaricums)
    answer = client.post(link_of(blaricums), written("Tekst.", version=1, actie=f"bestand-weg:{attachment.pk}"))
    assert answer.status_code == 200
    with inside(blaricums.area):
        assert not Attachment.objects.filter(draft__invitation=blaricums).exists()


def test_after_the_closing_moment_nothing_comes_in_by_link_and_the_page_says_so(client, blaricums, draft_strategy):
    path = offered(client, blaricums, "Net niet op tijd.")
    with time_machine.travel(draft_strategy.closes_at):
        assert release(client, path).status_code == 410
        page = client.get(link_of(blaricums))
        assert page.status_code == 410
        for text in ("De termijn is voorbij", "15 oktober 2026, 17.00 uur", "mailto:", "Net niet op tijd."):
            assert text in page.text
        typed = client.post(link_of(blaricums), written("Nog net getypt.", version=1))
        assert typed.status_code == 410 and "Nog net getypt." in typed.text
    assert submissions(draft_strategy) == []


def test_what_was_sent_stays_to_be_read_after_the_closing_moment(client, blaricums, draft_strategy):
    release(client, offered(client, blaricums, "Op tijd."))
    with time_machine.travel("2026-12-01T10:00:00+01:00"):
        page = client.get(link_of(blaricums))
        assert page.status_code == 200 and "Op tijd." in page.text


def test_before_the_round_opens_the_page_says_when(client, unit, olga):
    later = strategy(unit, opens="2026-10-01 09:00", slug="later")
    invitation = invited(later, olga)
    send(later, olga)
    page = client.get(link_of(invitation))
    assert page.status_code == 200
    assert "donderdag 1 oktober 2026, 09.00 uur" in page.text
    assert "<textarea" not in page.text
    client.post(link_of(invitation), written("Te vroeg."))
    with inside(unit):
        assert not services.start_draft(later, language="nl", invitation=invitation).version


def test_a_revoked_invitation_says_so_and_takes_nothing(client, blaricums, draft_strategy, olga):
    path = offered(client, blaricums, "Tekst.")
    with inside(draft_strategy.area):
        services.revoke(blaricums, reason="dubbel", by=olga)
    answer = client.get(link_of(blaricums))
    assert answer.status_code == 410
    assert "Deze uitnodiging is ingetrokken." in answer.text
    assert "dubbel" not in answer.text and "Tekst." not in answer.text
    too_late = client.post(link_of(blaricums), written("Half af."))
    assert too_late.status_code == 410
    assert "Half af." in too_late.text and "Reageren kon tot" not in too_late.text
    assert client.get(path).status_code == 404
    assert release(client, path).status_code == 404
    assert submissions(draft_strategy) == []


def test_an_expired_invitation_says_so(client, draft_strategy, olga):
    early = invited(draft_strategy, olga, expires_at=draft_strategy.opens_at.replace(day=12))
    send(draft_strategy, olga)
    with time_machine.travel("2026-09-13T10:00:00+02:00"):
        answer = client.get(link_of(early))
    assert answer.status_code == 410
    assert "Deze uitnodiging is verlopen" in answer.text


def test_the_page_needs_no_cookie_and_sends_its_forms_nowhere_else(client, blaricums):
    answer = client.post(link_of(blaricums), written("Zonder koekje."))
    assert "csrftoken" not in answer.cookies
    assert draft_of(blaricums).version == 1
