"""Chapters: read by everyone in the municipality, written by officers, never overwritten in silence."""

import pytest

from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from priorities.models import Chapter, Figure, Indicator

URL = "/blaricum/2027-2030/plan/hoofdstukken/1/"
NEW = "/blaricum/2027-2030/plan/hoofdstukken/nieuw/"


def chapter(plan, number=1):
    with inside(plan.area):
        return plan.chapters.get(number=number)


def filled_in(**other):
    return {"title": "Inleiding", "lead": "Waar het om gaat.", "body": "Een nieuwe tekst.", "shows": "weighing", "seen": "1"} | other


def lines(plan, row):
    with inside(plan.area):
        return list(LogEntry.objects.about(row))


def test_an_officer_writes_and_the_log_keeps_both_texts(client, anke, written):
    client.force_login(anke)
    response = client.post(URL, filled_in(body="Eerste regel.\r\n\r\nTweede regel."), follow=True)
    assert response.redirect_chain == [("/blaricum/2027-2030/plan/", 302)]
    assert "Hoofdstuk 1, Inleiding, is opgeslagen." in response.text
    found = chapter(written)
    assert (found.body, found.version) == ("Eerste regel.\n\nTweede regel.", 2)
    (line,) = lines(written, found)
    assert line.verb == "chapter.changed"
    assert line.facts["before"] == {"body": "## Waarom\n\nOmdat het **moet**."}
    assert line.facts["after"] == {"body": "Eerste regel.\n\nTweede regel."}


def test_whoever_goes_on_writing_stays_on_the_page(client, anke, written):
    client.force_login(anke)
    assert client.post(URL, filled_in(stay="1")).url == URL


def test_what_was_typed_is_not_lost_when_the_title_is_missing(client, anke, written):
    client.force_login(anke)
    response = client.post(URL, filled_in(title="", body="Heel veel werk."))
    assert response.status_code == 422
    assert "<title>Fout: " in response.text
    assert "Vul ‘Titel’ in." in response.text
    assert "Heel veel werk." in response.text
    assert chapter(written).version == 1


def test_a_text_that_is_too_long_is_not_cut_off(client, anke, written):
    client.force_login(anke)
    response = client.post(URL, filled_in(lead="x" * 2001))
    assert response.status_code == 422
    assert "Dit zijn 2001 tekens. Gebruik er ten hoogste 2000." in response.text
    assert "x" * 2001 in response.text


def test_a_colleague_who_was_earlier_is_named_and_both_texts_are_there(client, anke, peter, written):
    client.force_login(peter)
    client.post(URL, filled_in(body="De tekst van Peter."))
    client.force_login(anke)
    response = client.post(URL, filled_in(body="De tekst van Anke."))
    assert response.status_code == 409
    assert "Peter Vos was eerder" in response.text
    assert "De tekst van Peter." in response.text
    assert "De tekst van Anke." in response.text
    assert 'name="seen" value="2"' in response.text
    assert chapter(written).body == "De tekst van Peter."


def test_who_replaces_the_text_of_a_colleague_leaves_it_in_the_log(client, anke, peter, written):
    client.force_login(peter)
    client.post(URL, filled_in(body="De tekst van Peter."))
    client.force_login(anke)
    assert client.post(URL, filled_in(body="De tekst van Anke.", seen="2")).status_code == 302
    assert chapter(written).body == "De tekst van Anke."
    assert [line.facts["after"]["body"] for line in lines(written, chapter(written))] == ["De tekst van Peter.", "De tekst van Anke."]


@pytest.mark.parametrize("seen", ["", "abc", "0", "99", "-1", "9" * 30])
def test_a_version_nobody_ever_saw_overwrites_nothing(client, anke, written, seen):
    client.force_login(anke)
    assert client.post(URL, filled_in(seen=seen)).status_code == 409
    assert chapter(written).version == 1


def test_pressing_save_twice_is_no_conflict_with_oneself(client, anke, written):
    client.force_login(anke)
    assert client.post(URL, filled_in()).status_code == 302
    assert client.post(URL, filled_in()).status_code == 302
    assert len(lines(written, chapter(written))) == 1


def test_a_look_at_the_result_stores_nothing(client, anke, written):
    client.force_login(anke)
    response = client.post(URL, filled_in(body="Dit is **vet**.", title="", preview="1"))
    assert response.status_code == 200
    assert "<strong>vet</strong>" in response.text
    assert "<html" in response.text
    assert chapter(written).version == 1


def test_htmx_gets_only_the_preview(client, anke, written):
    client.force_login(anke)
    response = client.post(URL, filled_in(body="<script>alert(1)</script>", preview="1"), headers={"HX-Request": "true"})
    assert response.text.startswith("<section")
    assert "<script>" not in response.text


def test_a_council_member_reads_the_text_and_finds_no_form(client, carla, written):
    client.force_login(carla)
    text = client.get(URL).text
    assert "<strong>moet</strong>" in text
    assert '<span class="no">1.1 </span>Waarom' in text
    assert "<textarea" not in text
    assert "Bekijk per punt" in text


def test_a_table_scrolls_in_a_place_of_its_own(client, carla, written):
    with inside(written.area):
        written.chapters.filter(number=1).update(body="Tabel: Doelen\n\n| Doel | Maat |\n|---|---|\n| Minder inbraak | aantal |")
    client.force_login(carla)
    assert '<div class="utrecht-table-container" role="group" tabindex="0" aria-label="Doelen"><table' in client.get(URL).text


@pytest.mark.parametrize("who", ["carla", "gerda", "dirk"])
def test_only_officers_write(client, request, who, anke, written):
    client.force_login(request.getfixturevalue(who))
    assert client.post(URL, filled_in()).status_code == 403
    assert client.get(NEW).status_code == 403
    client.force_login(anke)
    assert client.post(URL, filled_in()).status_code == 302


def test_an_outsider_and_an_unknown_chapter_get_the_same_answer(client, anke, bram, written):
    client.force_login(bram)
    assert client.get(URL).status_code == client.post(URL, filled_in()).status_code == 404
    client.force_login(anke)
    assert client.get("/blaricum/2027-2030/plan/hoofdstukken/99/").status_code == 404


def test_a_new_chapter_comes_after_the_last(client, anke, written):
    client.force_login(anke)
    response = client.post(NEW, {"title": "Bijlage cijfers", "shows": "figures"}, follow=True)
    assert "Hoofdstuk 8, Bijlage cijfers, is toegevoegd." in response.text
    found = chapter(written, 8)
    assert (found.title, found.shows) == ("Bijlage cijfers", "figures")
    assert [line.verb for line in lines(written, found)] == ["chapter.added"]


def test_a_chapter_without_a_title_is_not_added(client, anke, written):
    client.force_login(anke)
    assert client.post(NEW, {"body": "Tekst."}).status_code == 422
    assert client.post(NEW, {"title": "Proef", "preview": "1"}).status_code == 200
    with inside(written.area):
        assert Chapter.objects.filter(plan=written).count() == 7


def test_while_the_plan_is_before_the_council_the_page_says_so(client, anke, proposed):
    client.force_login(anke)
    assert "Dit plan ligt bij de raad." in client.get(URL).text


@pytest.mark.parametrize("who", ["anke", "carla"])
def test_the_chapter_of_an_adopted_plan_is_only_read(client, request, who, adopted):
    client.force_login(request.getfixturevalue(who))
    assert "<textarea" not in client.get(URL).text


def test_the_figures_stand_in_the_chapter_that_shows_them(client, carla, written, blaricum):
    grade = Indicator.objects.create(slug="cijfer", title="Rapportcijfer veiligheid")
    Figure.objects.create(indicator=grade, area=blaricum, year=2021, value="7.9", source="Veiligheidsmonitor")
    Figure.objects.create(indicator=grade, area=blaricum, year=2023, value=None, source="Veiligheidsmonitor")
    client.force_login(carla)
    text = client.get("/blaricum/2027-2030/plan/hoofdstukken/2/").text
    assert "7,9" in text
    assert "niet gepubliceerd" in text
    assert "Veiligheidsmonitor, 2021" in text
