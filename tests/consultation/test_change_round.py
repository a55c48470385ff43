"""A round changed and copied: its texts and moments, two officers at once, what the log remembers."""

import datetime

from django.utils import timezone

import pytest
import time_machine

from consultation import services
from consultation.models import Round, RoundTheme
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from tests.consultation.conftest import logged

SETTINGS = "/blaricum/inbreng/avond/instellingen/"
WHOLE = {
    "title": "Raadssessie september",
    "question": "Wat kan er veiliger?",
    "introduction": "De raad kiest.\r\nU denkt mee.",
    "privacy": "Wij delen niets.",
    "opens_at": "2026-09-16T20:00",
    "closes_at": "2026-09-16T23:00",
    "is_public": "on",
    "which_themes": "all",
    "title_en": "Council evening",
    "question_en": "What can be safer?",
    "introduction_en": "The council chooses.",
    "contact_days": "60",
    "reminder_days": "0, 7; 3",
    "seen": "1",
}


def now_standing(round: Round) -> Round:
    with inside(round.area):
        return Round.objects.of(round.area).get(pk=round.pk)


def verbs(round: Round) -> list[str]:
    return [verb for verb, _ in logged(round)]


def test_an_officer_changes_everything_but_kind_and_address(client, anke, evening):
    client.force_login(anke)
    answer = client.post(SETTINGS, WHOLE | {"title": "Avond over veiligheid", "kind": "strategy"}, follow=True)
    assert answer.redirect_chain == [(SETTINGS, 302)]
    assert "De ronde ‘Avond over veiligheid’ is opgeslagen." in answer.text
    round = now_standing(evening)
    assert (round.slug, round.kind, round.version) == ("avond", "council_session", 2)
    assert (round.title, round.question, round.introduction) == (
        "Avond over veiligheid",
        "Wat kan er veiliger?",
        "De raad kiest.\nU denkt mee.",
    )
    assert (round.title_en, round.question_en, round.introduction_en) == ("Council evening", "What can be safer?", "The council chooses.")
    assert (round.privacy, round.is_public, round.contact_days, round.reminder_days) == ("Wij delen niets.", True, 60, [7, 3, 0])
    ((_, facts),) = logged(round)
    assert facts["before"]["title"] == "Raadssessie september"
    assert facts["after"]["title"] == "Avond over veiligheid"
    assert "closes_at" not in facts["after"]


def test_saving_without_a_change_changes_nothing_and_is_no_conflict(client, anke, evening):
    client.force_login(anke)
    client.post(SETTINGS, WHOLE)
    client.post(SETTINGS, WHOLE)  # the same form, sent twice
    assert now_standing(evening).version == 2
    assert verbs(evening) == ["round.changed"]


@pytest.mark.parametrize(
    ("closes_at", "verb", "words"),
    [("2026-09-17T12:30", "round.extended", "verlengde"), ("2026-09-16T22:00", "round.shortened", "verkortte")],
)
def test_a_closing_moment_that_moves_stands_out(client, anke, evening, closes_at, verb, words):
    client.force_login(anke)
    client.post(SETTINGS, WHOLE)
    page = client.post(SETTINGS, WHOLE | {"seen": "2", "closes_at": closes_at}, follow=True).text
    assert logged(evening)[1:] == [(verb, {"before": "16-09-2026 23:00", "after": f"{closes_at[8:10]}-09-2026 {closes_at[11:]}"})]
    assert f"<b>Anke de Boer {words} een ronde: sloot 16-09-2026 23:00 uur" in page


def test_a_moment_is_one_of_the_netherlands_whatever_the_season(client, anke, evening):
    client.force_login(anke)
    client.post(SETTINGS, WHOLE | {"opens_at": "2026-07-01T12:00", "closes_at": "2026-11-15T23:59"})
    round = now_standing(evening)
    assert (round.opens_at.hour, round.closes_at.hour) == (10, 22)  # UTC: summer two hours behind, winter one
    with time_machine.travel(datetime.datetime(2026, 11, 15, 22, 58, tzinfo=datetime.UTC)):
        page = client.get("/blaricum/inbreng/avond/").text
        assert "sluit zondag 15 november 2026, 23.59 uur" in page
        assert "Open<" in page
    with time_machine.travel(datetime.datetime(2026, 11, 15, 22, 59, tzinfo=datetime.UTC)):
        assert "sloot zondag 15 november 2026, 23.59 uur" in client.get("/blaricum/inbreng/avond/").text
    with time_machine.travel(datetime.datetime(2026, 6, 30, 12, tzinfo=datetime.UTC)):
        assert "opent woensdag 1 juli 2026, 12.00 uur" in client.get("/blaricum/inbreng/avond/").text


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"title": ""}, "Vul ‘Titel’ in."),
        ({"title": "de ANDERE"}, "Er is al een ronde met deze titel."),
        ({"closes_at": "2026-09-16T20:00"}, "De ronde sluit nu voordat hij opent."),
        ({"contact_days": "0"}, "Bewaar namen en adressen ten minste 1 dag."),
        ({"reminder_days": "14, drie"}, "Bijvoorbeeld: 14, 3, 0."),
        ({"reminder_days": "1000"}, "van 0 tot en met 90"),
        ({"which_themes": "some"}, "Vink ten minste één thema aan, of kies ‘Alle thema&#x27;s’."),
    ],
)
def test_a_change_that_cannot_be_is_refused_and_nothing_typed_is_lost(client, anke, evening, change, message):
    with inside(evening.area):
        services.open_round(
            evening.area,
            kind="partners",
            title="De andere",
            question="",
            opens_at=evening.opens_at,
            closes_at=evening.closes_at,
            by=anke,
        )
    client.force_login(anke)
    page = client.post(SETTINGS, WHOLE | change)
    assert page.status_code == 422
    assert message in page.text
    assert "Wij delen niets." in page.text
    assert now_standing(evening).version == 1


def test_who_is_later_than_a_colleague_sees_both_and_may_replace(client, anke, peter, evening):
    client.force_login(peter)
    client.post(SETTINGS, WHOLE | {"question": "Wat vindt Peter?"})
    client.force_login(anke)
    page = client.post(SETTINGS, WHOLE | {"question": "Wat vindt Anke?", "closes_at": "2026-09-17T12:00"})
    assert page.status_code == 409
    assert "Peter Vos was eerder" in page.text
    assert [(difference.label, difference.theirs) for difference in page.context["conflict"].differences] == [
        ("Vraag", "Wat vindt Peter?"),
        ("Sluit op", "16-09-2026 23.00 uur"),
    ]
    assert "Wat vindt Anke?" in page.text
    assert 'name="seen" value="2"' in page.text
    assert now_standing(evening).question == "Wat vindt Peter?"
    client.post(SETTINGS, WHOLE | {"question": "Wat vindt Anke?", "seen": "2"})
    assert now_standing(evening).question == "Wat vindt Anke?"
    assert logged(evening)[-1][1]["before"] == {"question": "Wat vindt Peter?"}


def test_a_frozen_round_shows_its_settings_and_takes_no_change(client, anke, evening, frozen):
    frozen(evening)
    client.force_login(anke)
    page = client.get(SETTINGS)
    assert page.status_code == 200
    assert "Er kan niets meer bij of af." in page.text
    assert "Sla op" not in page.text
    page = client.post(SETTINGS, WHOLE)
    assert page.status_code == 409
    assert "Wij delen niets." in page.text
    assert now_standing(evening).version == 1


def test_a_council_member_and_a_neighbour_change_nothing(client, carla, bram, evening):
    for user, status in ((carla, 403), (bram, 404)):
        client.force_login(user)
        for address in (SETTINGS, "/blaricum/inbreng/avond/kopie/"):
            assert client.get(address).status_code == status
            assert client.post(address, WHOLE).status_code == status
    assert now_standing(evening).version == 1


def test_a_round_offers_all_themes_or_those_that_were_chosen(client, anke, evening, themes):
    client.force_login(anke)
    traffic, youth = themes["Verkeersveiligheid"], themes["Jeugdoverlast"]
    page = client.get(SETTINGS)
    assert next(name for name, _ in page.context["form"].theme_groups) == "Veilige woon- en leefomgeving"
    client.post(SETTINGS, WHOLE | {"which_themes": "some", "themes": [traffic.pk, youth.pk]})
    with inside(evening.area):
        assert set(RoundTheme.objects.filter(round=evening).values_list("theme__name", flat=True)) == {traffic.name, youth.name}
    assert logged(evening)[-1][1]["after"]["themes"] == ["Jeugdoverlast", "Verkeersveiligheid"]
    client.post(SETTINGS, WHOLE | {"seen": "2", "which_themes": "all", "themes": [traffic.pk]})
    with inside(evening.area):
        assert not RoundTheme.objects.filter(round=evening).exists()


def test_a_copy_takes_all_but_title_and_moments(client, anke, evening, themes):
    client.force_login(anke)
    client.post(SETTINGS, WHOLE | {"which_themes": "some", "themes": [themes["Geweld"].pk]})
    form = client.get("/blaricum/inbreng/avond/kopie/").context["form"]
    assert [form[name].value() for name in ("title", "title_en", "opens_at", "closes_at")] == [None] * 4
    assert form["introduction"].value() == "De raad kiest.\nU denkt mee."
    sent = {name: value for name, value in WHOLE.items() if name != "seen"}
    sent |= {"kind": form["kind"].value(), "which_themes": "some", "themes": form["themes"].value(), "title": "Raadssessie oktober"}
    answer = client.post("/blaricum/inbreng/avond/kopie/", sent)
    assert answer.url == "/blaricum/inbreng/raadssessie-oktober/"
    with inside(evening.area):
        made = Round.objects.get(slug="raadssessie-oktober")
        assert (made.kind, made.privacy, made.contact_days, made.reminder_days) == (evening.kind, "Wij delen niets.", 60, [7, 3, 0])
        assert [theme.name for theme in made.themes.all()] == ["Geweld"]
        assert LogEntry.objects.about(made).get().verb == "round.opened"
        assert made.contributions.count() == 0


def test_a_round_of_another_area_is_no_template(client, anke, hilversum):
    with inside(hilversum):
        Round.objects.create(
            area=hilversum,
            slug="buren",
            kind="partners",
            title="Buren",
            opens_at=timezone.now(),
            closes_at=timezone.now() + datetime.timedelta(1),
        )
    client.force_login(anke)
    assert client.get("/blaricum/inbreng/buren/kopie/").status_code == 404
