"""The catalogue of themes: loaded, added to, the words people use, and subjects that wait for a theme."""

import csv

from django.core.management import call_command

import pytest

from consultation import services
from consultation.models import Contribution, RoundKind, Theme, ThemeAlias, ThemeField
from consultation.services.themes import THEMES_CSV
from consultation.words import as_word, key_of, suggest
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from ivp_portal.organisation.models import Area
from tests.consultation.conftest import contributions, logged, make_round

LIST = "/blaricum/inbreng/themas/"
SUBJECTS = "/blaricum/inbreng/themas/onderwerpen/"


def say(round, anke, *subjects: str) -> None:
    """One point about each subject, as it was before anybody knew a theme for it."""
    with inside(round.area):
        for subject in subjects:
            point = services.record_on_behalf(
                round,
                subject=subject,
                sub_subject="Zo is het",
                text="",
                contributor_kind="resident",
                channel="letter",
                said_on=None,
                by=anke,
            )
            Contribution.objects.filter(pk=point.pk).update(theme=None)


def theme_names(round) -> list[str | None]:
    with inside(round.area):
        return list(Contribution.objects.filter(round=round).order_by("number").values_list("theme__name", flat=True))


def own_theme(area: Area, by, name: str = "Drukte bij het strandje") -> Theme:
    with inside(area):
        field = ThemeField.objects.get(number=1)
        return services.add_theme(area, field=field, name=name, plain_name="Drukte", plain_name_en="Crowds", by=by)


# The catalogue


def test_the_catalogue_has_five_fields_and_loading_it_again_adds_nothing(areas, capsys):
    call_command("load_themes")
    with THEMES_CSV.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with inside("blaricum") as (blaricum,):
        assert [field.name for field in ThemeField.objects.all()] == [
            "Veilige woon- en leefomgeving",
            "Bedrijvigheid en veiligheid",
            "Jeugd en veiligheid",
            "Fysieke veiligheid",
            "Integriteit en veiligheid",
        ]
        assert Theme.objects.of(blaricum).count() == len(rows)
    call_command("load_themes")
    assert capsys.readouterr().out.splitlines()[-1] == '{"fields": 0, "themes": 0, "words": 0}'


def test_every_theme_of_the_catalogue_has_words_for_residents_in_both_languages_and_no_word_means_two_things():
    with THEMES_CSV.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    words = [as_word(word) for row in rows for word in [row["name"], *filter(None, row["words"].split("|"))]]
    assert len(words) == len(set(words))
    assert len({row["name"] for row in rows}) == len(rows)
    for row in rows:
        assert row["plain_name"]
        assert row["plain_name_en"]
        assert len(row["plain_name"]) <= 120


def test_what_people_made_of_the_catalogue_stays_when_it_is_loaded_again(themes):
    with inside("nederland"):
        Theme.objects.filter(name="Geweld").update(plain_name="Slaan en schelden")
    assert services.load_themes() == {"fields": 0, "themes": 0, "words": 0}
    with inside("nederland"):
        assert Theme.objects.get(name="Geweld").plain_name == "Slaan en schelden"


@pytest.mark.parametrize(
    ("subject", "theme"),
    [
        ("Verkeer", 1),
        ("  VERKEER ", 1),
        ("verkeer en parkeren", 1),
        ("Jeugd", 2),
        ("verkeeer", 1),
        ("digitale   veiligheid", 3),
        ("Groen", None),
        ("", None),
        ("op straat", None),
        ("verkeersbord(en", None),
    ],
)
def test_a_subject_gets_the_theme_its_words_speak_of(subject, theme):
    assert suggest(subject, {"verkeer": 1, "overlast jeugd": 2, "digitale veiligheid": 3, "jeugd en drugsgebruik": 4, "op": 5}) == theme


def test_the_words_of_ones_own_area_go_before_those_of_the_nation(themes, blaricum, anke):
    with inside(blaricum):
        services.add_word(blaricum, theme=themes["Geweld"], text="Vuurwerk", by=anke)
        assert services.theme_for("vuurwerk", blaricum) == themes["Geweld"].pk
    with inside("hilversum") as (hilversum,):
        assert services.theme_for("vuurwerk", hilversum) == themes["Brandveiligheid"].pk


# Screens


def test_the_list_shows_themes_by_field_with_how_often_they_are_used(client, anke, carla, evening, themes):
    say(evening, anke, "Verkeer", "Verkeer")
    with inside(evening.area):
        Contribution.objects.filter(round=evening).update(theme=themes["Verkeersveiligheid"])
    client.force_login(anke)
    page = client.get(LIST)
    rows = {row.theme.name: row for _, group in page.context["catalogue"] for row in group}
    assert (rows["Verkeersveiligheid"].times, rows["Geweld"].times) == (2, 0)
    assert "Verkeer en parkeren" in page.text
    assert "Traffic and parking" in page.text
    assert "themas/nieuw/" in page.text
    client.force_login(carla)
    page = client.get(LIST).text
    assert "Verkeersveiligheid" in page
    assert "themas/nieuw/" not in page


def test_without_a_catalogue_the_list_says_who_loads_it(client, anke):
    client.force_login(anke)
    page = client.get(LIST)
    assert page.status_code == 200
    assert "Nog geen thema" in page.text


def test_an_officer_adds_a_theme_of_the_area_and_changes_its_names(client, anke, blaricum, themes):
    client.force_login(anke)
    field = themes["Geweld"].field_id
    page = client.post(f"{LIST}nieuw/", {"name": "Geweld", "field": field})
    assert page.status_code == 422
    assert "Er is al een thema met deze naam." in page.text
    answer = client.post(f"{LIST}nieuw/", {"name": "Drukte bij het strandje", "plain_name": "Drukte", "field": field})
    with inside(blaricum):
        theme = Theme.objects.get(area=blaricum)
    assert answer.url == f"{LIST}{theme.pk}/"
    client.post(answer.url, {"name": "Drukte aan het water", "plain_name": "Drukte", "plain_name_en": "Crowds"})
    with inside(blaricum):
        theme.refresh_from_db()
        lines = list(LogEntry.objects.about(theme).values_list("verb", "facts"))
    assert (theme.name, theme.plain_name_en) == ("Drukte aan het water", "Crowds")
    assert [verb for verb, _ in lines] == ["theme.added", "theme.changed"]
    assert lines[1][1]["before"] == {"name": "Drukte bij het strandje", "plain_name_en": ""}


def test_a_neighbour_does_not_see_anothers_own_theme(client, anke, bram, blaricum, themes):
    theme = own_theme(blaricum, anke)
    client.force_login(bram)
    assert theme.name not in client.get("/hilversum/inbreng/themas/").text
    assert client.get(f"/hilversum/inbreng/themas/{theme.pk}/").status_code == 404
    assert client.get(f"{LIST}{theme.pk}/").status_code == 404


def test_the_names_of_the_nation_are_not_for_a_municipality_to_change(client, anke, themes):
    client.force_login(anke)
    address = f"{LIST}{themes['Geweld'].pk}/"
    assert "de namen veranderen daar" in client.get(address).text
    assert client.post(address, {"name": "Iets anders"}).status_code == 404
    assert client.post(f"{address}aanbieden/", {"aanbieden": "nee"}).status_code == 404
    with inside("nederland"):
        assert Theme.objects.filter(name="Geweld", retired_at=None).exists()


def test_a_retired_theme_is_offered_no_longer_but_points_keep_it(client, anke, evening, themes):
    theme = own_theme(evening.area, anke)
    say(evening, anke, "Strandje")
    with inside(evening.area):
        Contribution.objects.filter(round=evening).update(theme=theme)
    client.force_login(anke)
    for _ in range(2):  # a double click
        client.post(f"{LIST}{theme.pk}/aanbieden/", {"aanbieden": "nee"})
    assert theme_names(evening) == ["Drukte bij het strandje"]
    assert str(theme.pk) not in client.get("/blaricum/inbreng/avond/nieuw/").context["form"].fields["theme"].themes
    point = contributions(evening)[0]
    assert f'value="{theme.pk}" selected' in client.get(f"/blaricum/inbreng/avond/{point.pk}/verbeteren/").text
    client.post(f"{LIST}{theme.pk}/aanbieden/", {"aanbieden": "ja"})
    assert str(theme.pk) in client.get("/blaricum/inbreng/avond/nieuw/").context["form"].fields["theme"].themes
    assert [verb for verb, _ in logged(evening)][-2:] == ["theme.retired", "theme.restored"]


def test_an_officer_adds_and_removes_a_word_for_a_theme(client, anke, blaricum, themes):
    client.force_login(anke)
    address = f"{LIST}{themes['Geweld'].pk}/"
    page = client.post(f"{address}woorden/", {"word": "  Ruzie   op STRAAT "}, follow=True).text
    assert "ruzie op straat" in page
    with inside(blaricum):
        word = ThemeAlias.objects.get(area=blaricum)
    assert word.text == "ruzie op straat"
    page = client.post(f"{LIST}{themes['Diefstal'].pk}/woorden/", {"word": "ruzie op straat"})
    assert page.status_code == 422
    assert "hoort al bij het thema ‘Geweld’" in page.text
    assert client.post(f"{address}woorden/", {"word": ""}).status_code == 422
    for _ in range(2):
        client.post(f"{address}woorden/{word.pk}/weg/")
    with inside(blaricum):
        assert not ThemeAlias.objects.filter(area=blaricum).exists()
        assert list(LogEntry.objects.filter(area=blaricum).order_by("pk").values_list("verb", flat=True)) == [
            "theme.word_added",
            "theme.word_removed",
        ]


# Subjects without a theme


def test_subjects_without_a_theme_stand_most_used_first_with_a_suggestion(client, anke, evening, themes):
    say(evening, anke, "Groen", "Verkeer", "verkeer", "  Verkeer", "Nog geen thema")
    client.force_login(anke)
    assert "2 onderwerpen zonder thema" in client.get(LIST).text
    page = client.get(SUBJECTS)
    rows = [(as_word(row.subject), row.times, row.suggestion and row.suggestion.name) for row, _ in page.context["form"].rows]
    assert rows == [("verkeer", 3, "Verkeersveiligheid"), ("groen", 1, None)]


def test_a_guess_stands_beside_the_subject_and_only_what_the_officer_chose_is_mapped(client, anke, evening, themes):
    say(evening, anke, "Verkeer", "Groen")
    client.force_login(anke)
    page = client.get(SUBJECTS)
    assert "Lijkt op: Verkeersveiligheid" in page.text
    form = page.context["form"]
    as_shown = {choice.html_name: choice.value() or "" for _, choice in form.rows}
    assert list(as_shown.values()) == ["", ""]
    client.post(SUBJECTS, as_shown | {f"onderwerp-{key_of('Groen')}": themes["Vernieling en vervuiling"].pk})
    assert theme_names(evening) == [None, "Vernieling en vervuiling"]


def test_confirming_gives_the_points_their_theme_and_remembers_the_word(client, anke, evening, themes):
    say(evening, anke, "Hondenpoep", "hondenpoep", "Groen")
    with inside(evening.area):
        services.withdraw(contributions(evening)[1], reason="dubbel", by=anke)
    client.force_login(anke)
    sent = {f"onderwerp-{key_of('Hondenpoep')}": themes["Vernieling en vervuiling"].pk, f"onderwerp-{key_of('Groen')}": ""}
    page = client.post(SUBJECTS, sent, follow=True)
    assert "1 punt kreeg een thema." in page.text
    assert theme_names(evening) == ["Vernieling en vervuiling", None, None]
    assert logged(evening)[-1] == ("theme.given", {"word": "hondenpoep", "points": 1})
    client.post(
        "/blaricum/inbreng/avond/nieuw/",
        {
            "subject": "HONDENPOEP",
            "sub_subject": "Op het gras",
            "contributor_kind": "resident",
            "channel": "letter",
            "said_on": "2026-09-16",
        },
    )
    assert theme_names(evening)[-1] == "Vernieling en vervuiling"


def test_points_of_a_frozen_round_and_points_with_a_theme_stay_as_they_are(client, anke, evening, frozen, themes):
    older = make_round(evening.area, slug="ouder", kind=RoundKind.RESIDENTS, title="Ouder")
    say(older, anke, "Groen")
    say(evening, anke, "Groen", "Groen")
    with inside(evening.area):
        Contribution.objects.filter(round=evening, number=1).update(theme=themes["Geweld"])
    frozen(older)
    client.force_login(anke)
    assert [row.times for row, _ in client.get(SUBJECTS).context["form"].rows] == [1]
    client.post(SUBJECTS, {f"onderwerp-{key_of('Groen')}": themes["Vernieling en vervuiling"].pk})
    assert theme_names(older) == [None]
    assert theme_names(evening) == ["Geweld", "Vernieling en vervuiling"]


def test_a_theme_that_cannot_be_chosen_is_refused(client, anke, evening, themes):
    say(evening, anke, "Groen")
    client.force_login(anke)
    page = client.post(SUBJECTS, {f"onderwerp-{key_of('Groen')}": "999999"})
    assert page.status_code == 422
    assert "Dit kunt u hier niet kiezen." in page.text
    assert theme_names(evening) == [None]


def test_when_every_subject_has_a_theme_the_page_says_so(client, anke, evening, themes):
    client.force_login(anke)
    assert "Alle onderwerpen hebben een thema." in client.get(SUBJECTS).text


# A point and its theme


def test_an_officer_chooses_the_theme_of_a_point_and_takes_it_away_again(client, anke, evening, themes):
    client.force_login(anke)
    typed = {"subject": "Fatbikes", "sub_subject": "Rijden te hard", "text": "", "theme": themes["Verkeersveiligheid"].pk}
    sender = {"contributor_kind": "resident", "channel": "phone", "said_on": "2026-09-16"}
    answer = client.post("/blaricum/inbreng/avond/nieuw/", typed | sender | {"actie": "nog-een"})
    assert f"theme={themes['Verkeersveiligheid'].pk}" in answer.url
    assert theme_names(evening) == ["Verkeersveiligheid"]
    correct = f"/blaricum/inbreng/avond/{contributions(evening)[0].pk}/verbeteren/"
    client.post(correct, typed | {"theme": themes["Jeugdoverlast"].pk})
    assert theme_names(evening) == ["Jeugdoverlast"]
    client.post(correct, typed | {"theme": ""})
    assert theme_names(evening) == [None]
    assert logged(evening)[-1][1] == {"theme_before": "Jeugdoverlast", "theme_after": ""}


# Session and user; the transaction's begin and end; the area with its lineage and what may be done there, the wall; newest plan (for the
# menu). The list: points that wait, then their words and themes for the suggestions (four), use, words, themes and fields of the catalogue.
# The form: the points that wait, then words and themes for the suggestions (four), and the themes once more as choices.
@pytest.mark.parametrize(("address", "queries"), [(LIST, 14), (SUBJECTS, 11)])
def test_the_number_of_queries_does_not_grow(client, anke, evening, themes, address, queries, django_assert_num_queries):
    say(evening, anke, "Groen", "Verkeer", "Honden")
    client.force_login(anke)
    with django_assert_num_queries(queries):
        client.get(address)
    for number in range(20):
        own_theme(evening.area, anke, f"Eigen {number}")
    say(evening, anke, *(f"Onderwerp {number}" for number in range(30)))
    with django_assert_num_queries(queries):
        client.get(address)
