"""The council proposal: its texts, and arguments and caveats that come and go without script."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

import pytest

from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from priorities import services
from priorities.models import ArgumentKind, CouncilProposal
from priorities.snapshots import snapshot_of

URL = "/blaricum/2027-2030/voorstel/"


def rows(prefix, *said):
    """Rows of the form: (decision point, statement, explanation)."""
    data = {f"{prefix}-rows": str(len(said))}
    for place, (point, title, text) in enumerate(said):
        data |= {f"{prefix}-{place}-decision_point": str(point), f"{prefix}-{place}-title": title, f"{prefix}-{place}-text": text}
    return data


def filled_in(*arguments, caveats=(), **other):
    data = {"title": "Veiligheidsplan", "decision_points": "het plan vast te stellen.", "seen": "0"}
    return data | rows("argument", *arguments) | rows("caveat", *caveats) | other


def stored(plan):
    with inside(plan.area):
        return CouncilProposal.objects.filter(plan=plan).prefetch_related("arguments").first()


def said(plan, kind=ArgumentKind.ARGUMENT):
    return [(row.decision_point, row.title, row.text) for row in stored(plan).arguments.all() if row.kind == kind]


def test_an_officer_writes_the_proposal_and_everyone_reads_it_numbered(client, anke, carla, plan):
    client.force_login(anke)
    data = filled_in(
        (2, "Het kost niets", "Er is budget."),
        (1, "De wet vraagt het", "Artikel 38b."),
        (1, "De stad vraagt het", "Zie de *afweging*."),
        caveats=[(1, "Niet alles kan", "Er is te weinig politie.")],
        decision_points="het plan vast te stellen;\r\n\r\n  de kosten te dragen.  ",
        finances="Er is genoeg.",
        mayor="B. Burgemeester",
        attachments="Plan\nTabel",
    )
    response = client.post(URL, data, follow=True)
    assert "Het raadsvoorstel is opgeslagen." in response.text
    assert stored(plan).decision_points == "het plan vast te stellen;\nde kosten te dragen."
    client.force_login(carla)
    text = client.get(URL).text
    for words in ("1.1 De wet vraagt het", "1.2 De stad vraagt het", "2.1 Het kost niets", "1.1 Niet alles kan", "<em>afweging</em>"):
        assert words in text
    assert "<textarea" not in text
    assert "Samenvatting" not in text  # nothing was written there
    with inside(plan.area):
        numbers = [argument.number for argument in snapshot_of(plan).proposal.arguments]
    assert numbers == ["1.1", "1.2", "2.1"]


def test_a_first_proposal_starts_with_the_decision_every_plan_asks_for(client, anke, carla, plan):
    client.force_login(anke)
    assert "het Integraal Veiligheidsplan Blaricum 2027–2030 vast te stellen." in client.get(URL).text
    client.force_login(carla)
    assert "Nog geen raadsvoorstel" in client.get(URL).text
    assert stored(plan) is None


def test_a_row_is_added_without_storing_or_losing_anything(client, anke, plan):
    client.force_login(anke)
    response = client.post(URL, filled_in((1, "Eerste", "Waarom."), summary="Nog niet klaar", title="", move="add-argument"))
    assert response.status_code == 200
    assert 'name="argument-rows" value="2"' in response.text
    assert 'name="caveat-rows" value="0"' in response.text
    for words in ("Eerste", "Waarom.", "Nog niet klaar", 'name="argument-1-title"'):
        assert words in response.text
    assert "Nog niet opgeslagen" not in response.text
    assert stored(plan) is None


@pytest.mark.parametrize(
    ("move", "order"),
    [
        ("remove-argument-0", ["B", "C"]),
        ("remove-argument-2", ["A", "B"]),
        ("up-argument-2", ["A", "C", "B"]),
        ("down-argument-0", ["B", "A", "C"]),
        ("up-argument-0", ["A", "B", "C"]),
        ("down-argument-2", ["A", "B", "C"]),
        ("remove-argument-7", ["A", "B", "C"]),
        ("remove-caveat-0", ["A", "B", "C"]),
        ("explode-argument-0", ["A", "B", "C"]),
    ],
)
def test_rows_go_and_move_by_a_button(client, anke, plan, move, order):
    client.force_login(anke)
    arguments = [(1, letter, f"Waarom {letter}.") for letter in "ABC"]
    page = client.post(URL, filled_in(*arguments, move=move)).text
    found = [page.find(f'value="{letter}"') for letter in order]
    assert -1 not in found
    assert found == sorted(found)
    assert [letter for letter in "ABC" if f'value="{letter}"' in page] == sorted(order)
    assert stored(plan) is None


def test_empty_rows_are_skipped_and_half_ones_are_asked_about(client, anke, plan):
    client.force_login(anke)
    response = client.post(URL, filled_in((1, "", ""), (1, "Alleen een stelling", ""), (1, "", "Alleen een toelichting")))
    assert response.status_code == 422
    assert "Vul de toelichting in, of maak ook de stelling leeg." in response.text
    assert "Vul de stelling in: één zin die boven de toelichting staat." in response.text
    assert 'href="#id_argument-1-text"' in response.text
    assert "Alleen een toelichting" in response.text
    assert client.post(URL, filled_in((1, "", ""), (1, "Heel", "Verhaal"))).status_code == 302
    assert said(plan) == [(1, "Heel", "Verhaal")]


@pytest.mark.parametrize("point", ["2", "0", "-1", "een"])
def test_an_argument_belongs_to_a_decision_point_there_is(client, anke, plan, point):
    client.force_login(anke)
    response = client.post(URL, filled_in((point, "Stelling", "Toelichting")))
    assert response.status_code == 422
    assert 'href="#id_argument-0-decision_point"' in response.text
    assert stored(plan) is None
    more = {"decision_points": "het eerste;\nhet tweede."}
    assert client.post(URL, filled_in((2, "Stelling", "Toelichting"), **more)).status_code == 302


def test_a_proposal_needs_a_title_and_something_to_decide(client, anke, plan):
    client.force_login(anke)
    response = client.post(URL, filled_in(title="", decision_points=" \n "))
    assert response.status_code == 422
    assert "Vul ‘Titel’ in." in response.text
    assert "Vul ‘Beslispunten’ in." in response.text


def test_every_change_is_in_the_log_with_the_text_before_it(client, anke, plan):
    client.force_login(anke)
    client.post(URL, filled_in((1, "Eerste", "Waarom.")))
    client.post(URL, filled_in((1, "Tweede", "Daarom."), seen="1", summary="Kort."))
    client.post(URL, filled_in((1, "Tweede", "Daarom."), seen="2", summary="Kort."))
    with inside(plan.area):
        lines = list(LogEntry.objects.about(stored(plan)))
    assert [line.verb for line in lines] == ["proposal.changed"] * 2
    assert lines[1].facts["before"] == {"summary": "", "argument": [{"decision_point": 1, "title": "Eerste", "text": "Waarom."}]}
    assert stored(plan).version == 2


def test_a_colleague_who_was_earlier_is_named_and_both_texts_are_there(client, anke, peter, plan):
    client.force_login(peter)
    client.post(URL, filled_in((1, "Van Peter", "Zijn uitleg."), summary="Samengevat door Peter"))
    client.force_login(anke)
    mine = filled_in((1, "Van Anke", "Haar uitleg."), summary="Samengevat door Anke")
    response = client.post(URL, mine)
    assert response.status_code == 409
    for words in ("Peter Vos was eerder", "Van Peter", "Samengevat door Peter", "Van Anke", "Samengevat door Anke"):
        assert words in response.text
    assert 'name="seen" value="1"' in response.text
    assert said(plan) == [(1, "Van Peter", "Zijn uitleg.")]
    assert client.post(URL, mine | {"seen": "1"}).status_code == 302
    assert said(plan) == [(1, "Van Anke", "Haar uitleg.")]


def test_two_who_write_the_first_version_do_not_overwrite_each_other(anke, peter, plan):
    texts = {"title": "Voorstel", "decision_points": "vast te stellen"}
    with inside(plan.area):
        services.change_proposal(plan, seen=0, texts=texts, arguments=[], caveats=[], by=anke)
        with pytest.raises(services.NewerVersion):
            services.change_proposal(plan, seen=0, texts=texts | {"title": "Anders"}, arguments=[], caveats=[], by=peter)
    assert stored(plan).title == "Voorstel"


def test_a_look_at_the_result_stores_nothing(client, anke, plan):
    client.force_login(anke)
    data = filled_in((1, "Stelling", "Met **nadruk** gezegd"), preview="1", title="")
    fragment = client.post(URL, data, headers={"HX-Request": "true"}).text
    assert fragment.startswith("<section")
    assert "1.1 Stelling" in fragment
    assert "<strong>nadruk</strong>" in fragment
    assert "<html" in client.post(URL, data).text
    assert stored(plan) is None


@pytest.mark.parametrize(("who", "answer"), [("carla", 403), ("gerda", 403), ("dirk", 403), ("bram", 404)])
def test_only_officers_of_the_municipality_write(client, request, anke, plan, who, answer):
    client.force_login(request.getfixturevalue(who))
    assert client.post(URL, filled_in()).status_code == answer
    assert client.post(URL, filled_in(move="add-argument")).status_code == answer
    assert client.get(URL).status_code == (404 if answer == 404 else 200)
    client.force_login(anke)
    assert client.post(URL, filled_in()).status_code == 302


@pytest.mark.parametrize("count", ["", "-1", "abc", "99999", "2"])
def test_a_number_of_rows_that_makes_no_sense_does_no_harm(client, anke, plan, count):
    client.force_login(anke)
    response = client.post(URL, filled_in((1, "Eerste", "Waarom.")) | {"argument-rows": count, "caveat-rows": count})
    assert response.status_code == 302
    assert len(said(plan)) == (1 if count == "2" else 0)


def test_reading_costs_the_same_with_three_and_with_thirty_arguments(client, carla, anke, plan):
    # session, user; door: area with memberships, wall; plan; proposal, arguments; a savepoint around the view (2).
    # The menu counts only for who weighs.
    client.force_login(carla)
    counts = []
    for number in (3, 30):
        arguments = [services.ArgumentText(1, f"Stelling {each}", "Waarom.") for each in range(number)]
        with inside(plan.area):
            seen = stored(plan).version if stored(plan) else 0
            texts = {"title": "Voorstel", "decision_points": "vast te stellen"}
            services.change_proposal(plan, seen=seen, texts=texts, arguments=arguments, caveats=arguments, by=anke)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(URL).status_code == 200
        counts.append(len(captured))
    assert counts == [8, 8]
