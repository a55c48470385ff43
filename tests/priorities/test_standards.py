"""Standard texts: offered, shared by the region, copied and changed; and no decision ever changes with them."""

import hashlib
import json

from django.core import serializers
from django.db import connection
from django.test.utils import CaptureQueriesContext

import pytest

from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from priorities import services
from priorities.decision_kinds import GOING_CONCERN, NOT_TAKEN_UP, REGIONAL_PRIORITY
from priorities.models import Decision, Destination, StandardRationale
from priorities.rules import Choice, RuleBroken
from priorities.texts.standards import offered_to
from tests.conftest import make_contribution

LIST = "/blaricum/standaardteksten/"
NEW = "/blaricum/standaardteksten/nieuw/"
AT_DISTRICT = "/gooi-en-vechtstreek/standaardteksten/"
TEXT = "Dit blijft gewoon werk, ook bij {thema}."


@pytest.fixture
def district(blaricum):
    return blaricum.lineage()[2]


def standard_of(area, by, name="Gewoon werk", text=TEXT, kind=GOING_CONCERN, **more):
    with inside(area):
        return services.add_standard(area, kind=kind.code, name=name, text=text, by=by, **more)


def decided(round, by, standard, rationale, name="Snelheid"):
    contribution = make_contribution(round, name)
    with inside(round.area):
        return services.decide(
            contribution, choices=[Choice(GOING_CONCERN)], extent="wholly", rationale=rationale, by=by, standard=standard
        )


def filled_in(**other):
    return {"kind": "going_concern", "name": "Gewoon werk", "text": TEXT, "seen": "1"} | other


def checksum(area):
    with inside(area):
        rows = [*Decision.objects.order_by("pk"), *Destination.objects.order_by("pk")]
        return hashlib.sha256(serializers.serialize("json", rows).encode()).hexdigest()


def url(standard, page="", area="blaricum"):
    return f"/{area}/standaardteksten/{standard.pk}/{page}"


def test_where_nobody_wrote_a_text_the_sentence_of_the_kind_is_offered(plan):
    with inside(plan.area):
        (only,) = offered_to(plan)[REGIONAL_PRIORITY.code]
    assert only.pk is None
    assert only.text.startswith("{prioriteit} is een prioriteit die we met de regio delen.")


def test_own_texts_come_before_shared_ones_and_the_usual_one_first(plan, anke, dirk, district, django_assert_num_queries):
    standard_of(district, dirk, "Gedeeld, als eerste", is_usual=True)
    standard_of(district, dirk, "Gedeeld")
    standard_of(plan.area, anke, "Eigen")
    gone = standard_of(plan.area, anke, "Weg")
    with inside(plan.area):
        services.retire_standard(gone, by=anke)
        plan.area.lineage()
        with django_assert_num_queries(1):
            found = offered_to(plan)
        assert [text.name for text in found[GOING_CONCERN.code]] == ["Gedeeld, als eerste", "Eigen", "Gedeeld"]
        assert [text.is_shared for text in found[GOING_CONCERN.code]] == [True, False, True]
        services.add_standard(plan.area, kind=GOING_CONCERN.code, name="Eigen, als eerste", text=TEXT, is_usual=True, by=anke)
        assert offered_to(plan)[GOING_CONCERN.code][0].name == "Eigen, als eerste"
        assert [text.pk for text in offered_to(plan)[NOT_TAKEN_UP.code]] == [None]


def test_an_officer_adds_a_text_and_it_is_logged(client, anke, plan, blaricum):
    client.force_login(anke)
    response = client.post(NEW, filled_in(is_usual="on"), follow=True)
    assert "De standaardtekst ‘Gewoon werk’ is opgeslagen." in response.text
    with inside(blaricum):
        standard = StandardRationale.objects.of(blaricum).get()
        assert (standard.text, standard.is_usual) == (TEXT, True)
        assert [line.verb for line in LogEntry.objects.about(standard)] == ["standard.added"]
    assert "Gewoon werk" in client.get(LIST).text


def test_a_text_with_an_unknown_place_is_refused_and_nothing_typed_is_lost(client, anke, blaricum, plan):
    client.force_login(anke)
    response = client.post(NEW, filled_in(text="Wij doen {dit}."))
    assert response.status_code == 422
    assert "Tussen accolades kunt u kiezen uit {prioriteit}, {thema} en {onderwerp}." in response.text
    assert "Wij doen {dit}." in response.text
    with inside(blaricum), pytest.raises(RuleBroken, match="kent het portaal niet"):
        services.add_standard(blaricum, kind="going_concern", name="A", text="Wij doen {dit}.", by=anke)
    with inside(blaricum):
        assert not StandardRationale.objects.of(blaricum).exists()


def test_a_name_is_used_once_with_a_destination(client, anke, blaricum, plan):
    standard_of(blaricum, anke)
    client.force_login(anke)
    response = client.post(NEW, filled_in())
    assert response.status_code == 422
    assert "al een standaardtekst ‘Gewoon werk’" in response.text


def test_changing_a_text_changes_no_decision(client, anke, blaricum, council_round):
    standard = standard_of(blaricum, anke)
    decided(council_round, anke, standard, "Dit blijft gewoon werk, ook bij Verkeer.")
    before = checksum(blaricum)
    client.force_login(anke)
    response = client.post(url(standard, "bewerken/"), filled_in(text="Heel andere woorden.", name="Anders"), follow=True)
    assert "Heel andere woorden." in response.text
    assert client.post(url(standard, "aanbieden/"), {"aanbieden": "nee"}).status_code == 302
    assert client.post(url(standard, "aanbieden/"), {"aanbieden": "ja"}).status_code == 302
    assert checksum(blaricum) == before
    with inside(blaricum):
        lines = LogEntry.objects.about(standard)
        assert [line.verb for line in lines] == ["standard.added", "standard.changed", "standard.retired", "standard.restored"]
        assert lines[1].facts["before"]["text"] == TEXT
        assert lines[1].facts["after"]["text"] == "Heel andere woorden."


def test_the_checksum_itself_sees_a_decision(blaricum, anke, council_round):
    before = checksum(blaricum)
    decided(council_round, anke, None, "Ook dit blijft gewoon werk.")
    assert checksum(blaricum) != before


def test_who_saves_an_older_version_is_told_who_was_earlier(client, anke, peter, blaricum, plan):
    standard = standard_of(blaricum, anke)
    client.force_login(peter)
    assert client.post(url(standard, "bewerken/"), filled_in(text="Van Peter.")).status_code == 302
    client.force_login(anke)
    response = client.post(url(standard, "bewerken/"), filled_in(text="Van Anke."))
    assert response.status_code == 409
    assert "Peter Vos was eerder" in response.text
    assert "Van Peter." in response.text
    assert "Van Anke." in response.text
    assert client.post(url(standard, "bewerken/"), filled_in(text="Van Anke.", seen="2")).status_code == 302


def test_one_text_of_an_area_is_offered_first(client, anke, blaricum, plan):
    first = standard_of(blaricum, anke, "Eerste", is_usual=True)
    second = standard_of(blaricum, anke, "Tweede")
    client.force_login(anke)
    assert client.post(url(second, "bewerken/"), filled_in(name="Tweede", is_usual="on")).status_code == 302
    with inside(blaricum):
        assert not StandardRationale.objects.of(blaricum).get(pk=first.pk).is_usual
        assert StandardRationale.objects.of(blaricum).get(pk=second.pk).is_usual


def test_a_municipality_reads_a_shared_text_copies_it_and_never_changes_it(client, anke, dirk, district, blaricum, plan):
    client.force_login(dirk)
    assert client.post(f"{AT_DISTRICT}nieuw/", filled_in()).status_code == 302
    with inside(district):
        shared = StandardRationale.objects.of(district).get()
    client.force_login(anke)
    assert "Maak een eigen kopie" in client.get(url(shared)).text
    for page in ("bewerken/", "aanbieden/"):
        assert client.post(url(shared, page), filled_in(text="Van Blaricum.")).status_code == 403
    copy = client.get(f"{NEW}?van={shared.pk}")
    assert TEXT in copy.text
    assert client.post(f"{NEW}?van={shared.pk}", filled_in(text="Van Blaricum.")).status_code == 302
    with inside(blaricum):
        assert StandardRationale.objects.of(blaricum).get(area=blaricum).text == "Van Blaricum."
        assert StandardRationale.objects.of(blaricum).get(area=district).text == TEXT
        line = LogEntry.objects.get(verb="standard.added", area=blaricum)
        assert line.facts["copied_from"] == shared.pk


@pytest.mark.parametrize(("who", "reads", "writes"), [("carla", 200, 403), ("gerda", 200, 403), ("dirk", 200, 403), ("bram", 404, 404)])
def test_others_read_the_texts_of_blaricum_or_not_even_that(client, request, anke, blaricum, plan, who, reads, writes):
    standard = standard_of(blaricum, anke)
    client.force_login(request.getfixturevalue(who))
    assert client.get(LIST).status_code == reads
    assert client.get(url(standard)).status_code == reads
    for address in (NEW, url(standard, "bewerken/"), url(standard, "aanbieden/")):
        assert client.post(address, filled_in()).status_code == writes


def test_a_neighbours_text_is_not_found(client, anke, bram, hilversum, plan):
    foreign = standard_of(hilversum, bram)
    client.force_login(anke)
    assert client.get(url(foreign)).status_code == 404
    assert TEXT not in client.get(f"{NEW}?van={foreign.pk}").text


def test_the_page_of_a_text_says_where_it_is_used_and_in_how_many_other_words(client, anke, blaricum, council_round):
    standard = standard_of(blaricum, anke)
    same = decided(council_round, anke, standard, "Dit blijft gewoon werk, ook bij Verkeer.", "Snelheid")
    decided(council_round, anke, standard, "Dit blijft gewoon werk, ook bij Honden.", "Honden")
    other = decided(council_round, anke, standard, "De boa’s letten hierop.", "Fatbikes")
    client.force_login(anke)
    text = client.get(url(standard)).text
    assert "Gebruikt bij 3 punten" in text
    assert "1 van de 3 met eigen woorden." in text
    for decision in (same, other):
        assert f"/blaricum/2027-2030/afwegen/{decision.contribution_id}/" in text
    assert text.count("Eigen woorden") == 1
    assert "3 keer gebruikt" in client.get(LIST).text


def test_the_district_sees_where_its_text_is_used_in_every_municipality(client, anke, dirk, district, council_round):
    shared = standard_of(district, dirk)
    decided(council_round, anke, shared, "Dit blijft gewoon werk, ook bij Verkeer.")
    client.force_login(dirk)
    text = client.get(url(shared, area="gooi-en-vechtstreek")).text
    assert "Gebruikt bij 1 punt" in text
    assert "Blaricum" in text


@pytest.mark.parametrize("page", ["list", "detail"])
def test_the_pages_cost_the_same_for_three_points_and_for_thirty(client, anke, blaricum, council_round, page):
    standard = standard_of(blaricum, anke)
    address = LIST if page == "list" else url(standard)
    client.force_login(anke)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    for n in range(3):
        decided(council_round, anke, standard, f"Woorden {n}.", f"Punt {n}")
    few = queries()
    for n in range(27):
        decided(council_round, anke, standard, f"Woorden {n}.", f"Ander punt {n}")
        standard_of(blaricum, anke, f"Tekst {n}")
    assert queries() == few


def test_a_text_made_from_the_words_of_a_decision_starts_with_them(client, anke, bram, blaricum, council_round):
    decision = decided(council_round, anke, None, "De boa’s letten hierop.")
    client.force_login(anke)
    page = client.get(f"{NEW}?afweging={decision.pk}").text
    assert "De boa’s letten hierop." in page
    assert json.dumps("going_concern")[1:-1] in page
    client.force_login(bram)
    assert "De boa’s letten hierop." not in client.get(f"/hilversum/standaardteksten/nieuw/?afweging={decision.pk}").text


def test_the_way_in_is_beside_the_queue_and_beside_the_priorities(client, anke, council_round):
    make_contribution(council_round, "Snelheid")
    client.force_login(anke)
    for address in ("/blaricum/2027-2030/afwegen/", "/blaricum/prioriteiten/"):
        assert f'href="{LIST}"' in client.get(address, follow=True).text
