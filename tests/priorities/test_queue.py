"""The queue: what stands in it, how it is narrowed, page by page, and that the database keeps it as the tables say."""

import datetime
import itertools
import threading
from urllib.parse import urlsplit

from django.core.management import call_command
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import pytest

from consultation.models import Channel, Contribution, Contributor, ContributorKind, Submission, Theme
from consultation.services import load_themes, withdraw
from ivp_portal.organisation.access import inside
from ivp_portal.organisation.roles import Action
from priorities import services
from priorities.doors import enter_plan
from priorities.models import Handling, Plan, QueueCount, QueueRow, SecondReading, ThemeHandler, WayOfWorking
from priorities.triage.agreement import settled_in
from priorities.triage.points import queue_of
from priorities.triage.queue_counts import left_of, marks_of
from priorities.triage.queue_filter import (
    ALL,
    DONE,
    STATES,
    TO_AGREE,
    TO_DO,
    TriageFilter,
    filter_from,
    listing_of,
    matching_points,
    matching_rows,
    query_of,
)
from priorities.triage.queue_list import FOUND_PAGE, PAGE_SIZE, WINDOW_AFTER, Key, key_in, page_of_queue
from priorities.triage.queue_search import FEW, Hits, search_in
from tests.priorities.conftest import weigh

QUEUE = "/blaricum/2027-2030/afwegen/"


def say(round, number, kind=ContributorKind.RESIDENT, start=100, text="", **more):
    """So many points in one statement, numbered after the others."""
    with inside(round.area):
        who = Contributor.objects.create(area=round.area, kind=kind)
        letter = Submission.objects.create(
            area=round.area, round=round, contributor=who, channel=Channel.FORM, said_on=datetime.date(2026, 10, 3)
        )
        return Contribution.objects.bulk_create(
            Contribution(
                area=round.area,
                round=round,
                submission=letter,
                number=start + index,
                subject="Verkeer",
                sub_subject=f"Punt {index}",
                text=text,
                **more,
            )
            for index in range(number)
        )


@pytest.fixture
def traffic(blaricum):
    """A theme of the shared catalogue."""
    load_themes()
    with inside(blaricum):
        return Theme.objects.of(blaricum).first()


@pytest.fixture
def door(plan, anke):
    """The plan as its door gives it to Anke; inside a transaction."""
    return lambda: enter_plan(anke, "blaricum", "2027-2030", Action.DECIDE)


# What stands in it


def as_the_tables_say(area):
    """Worked out in the simplest way there is."""
    rows = {}
    for point in Contribution.objects.filter(area=area, withdrawn_at__isnull=True).select_related("submission__contributor"):
        current = point.decisions.filter(superseded_at__isnull=True).first()
        verdict = SecondReading.objects.filter(decision=current).order_by("pk").last() if current else None
        state = "todo" if current is None else "done" if not current.needs_agreement else "to_agree"
        if verdict:
            state = "done" if verdict.verdict == "agreed" else "returned"
        handling = Handling.objects.filter(contribution=point).first()
        by_theme = ThemeHandler.objects.filter(area=area, theme=point.theme_id).first()
        assignee = handling.assignee_id if handling and handling.assignee_id else by_theme.assignee_id if by_theme else None
        later = handling.later if handling else 0
        rows[point.pk] = (point.round_id, point.number, point.submission.contributor.kind, point.theme_id, state, assignee, later)
    return rows


def as_the_queue_says(area):
    columns = ("pk", "round_id", "number", "source", "theme_id", "state", "assignee_id", "later")
    return {pk: tuple(rest) for pk, *rest in QueueRow.objects.filter(area=area).values_list(*columns)}


def test_the_queue_is_what_the_tables_say_after_a_mixed_story(plan, council_round, overlast, traffic, anke, peter):
    area = plan.area
    others = say(council_round, 6)
    with inside(area):
        ThemeHandler.objects.create(area=area, theme=traffic, assignee=peter)
        Contribution.objects.filter(pk__in=[others[0].pk, others[1].pk]).update(theme=traffic)
        Handling.objects.create(area=area, contribution=others[1], assignee=anke, later=7)
    weigh(overlast, anke)
    with inside(area):
        services.undo(overlast.decisions.current().get(), by=anke)
        WayOfWorking.objects.create(area=area, needs_agreement=True)
    weigh(others[2], anke)
    weigh(others[3], anke)
    with inside(area):
        services.agree(others[3].decisions.current().get(), by=peter)
        withdraw(others[4], reason="Dubbel.", by=anke)
        ThemeHandler.objects.all().delete()
        said = as_the_tables_say(area)
        assert as_the_queue_says(area) == said
        assert {row[4] for row in said.values()} == {"todo", "to_agree", "done"}
        plan = Plan.objects.get(pk=plan.pk)
        assert (settled_in(plan), left_of(plan)) == ((6, 1), 4)


def test_making_the_queue_again_changes_nothing_when_all_is_well_and_mends_what_is_not(plan, council_round, overlast, anke, capsys):
    say(council_round, 3)
    weigh(overlast, anke)
    with inside(plan.area):
        before = (as_the_queue_says(plan.area), sorted(map(tuple, marks_of(Plan.objects.get(pk=plan.pk)))))
    call_command("refresh_queue", "blaricum")
    assert capsys.readouterr().out == "Rows that were mended: 0\n"
    with inside(plan.area):
        QueueRow.objects.filter(pk=overlast.pk).update(state="todo")
        QueueCount.objects.filter(area=plan.area).first().delete()
    call_command("refresh_queue", "blaricum")
    assert capsys.readouterr().out == "Rows that were mended: 1\n"
    with inside(plan.area):
        assert (as_the_queue_says(plan.area), sorted(map(tuple, marks_of(Plan.objects.get(pk=plan.pk))))) == before


def test_settling_puts_lines_together_and_changes_no_sum(plan, council_round, overlast, anke):
    for point in [overlast, *say(council_round, 4)]:
        weigh(point, anke)
    with inside(plan.area):
        before = sorted(map(tuple, marks_of(Plan.objects.get(pk=plan.pk))))
        assert QueueCount.objects.filter(area=plan.area).count() > len(before)
    services.settle_counts()
    with inside(plan.area):
        assert sorted(map(tuple, marks_of(Plan.objects.get(pk=plan.pk)))) == before
        lines = set(QueueCount.objects.filter(area=plan.area).values_list("pk", flat=True))
        assert len(lines) == len(before)
    services.settle_counts()
    with inside(plan.area):
        assert set(QueueCount.objects.filter(area=plan.area).values_list("pk", flat=True)) == lines


@pytest.mark.django_db(transaction=True)
def test_who_decides_and_who_assigns_at_once_leave_one_right_row(plan, council_round, overlast, anke, peter):
    both = threading.Barrier(2, timeout=10)
    mistakes = []

    def act(change):
        try:
            both.wait()
            change()
        except Exception as mistake:
            mistakes.append(mistake)
        finally:
            connection.close()

    def assign():
        with inside(plan.area):
            services.assign(overlast, to=peter, by=anke)

    threads = [threading.Thread(target=act, args=[change]) for change in (lambda: weigh(overlast, anke), assign)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert mistakes == []
    with inside(plan.area):
        row = QueueRow.objects.get(pk=overlast.pk)
        assert (row.state, row.assignee_id) == ("done", peter.pk)
        assert as_the_queue_says(plan.area) == as_the_tables_say(plan.area)


# How it is narrowed


def test_each_facet_is_counted_under_the_other_filters(client, anke, peter, plan, council_round, overlast, traffic):
    residents = say(council_round, 5)
    with inside(plan.area):
        Contribution.objects.filter(pk__in=[one.pk for one in residents[:2]]).update(theme=traffic)
        Handling.objects.create(area=plan.area, contribution=residents[0], assignee=anke)
        Handling.objects.create(area=plan.area, contribution=residents[1], assignee=peter)
    weigh(residents[4], anke)
    client.force_login(anke)
    page = client.get(f"{QUEUE}?lijst=1&bron=resident&thema={traffic.pk}")
    facets = page.context["queue"].facets

    def counted(options):
        return {option.label: option.number for option in options}

    assert facets.matching == 2
    assert counted(facets.statuses) == {"Nog doen": 2, "Afgewogen": 0, "Alles": 2}
    assert counted(facets.sources) == {"Inwoner": 2}
    assert counted(facets.themes) == {traffic.name: 2, "Zonder thema": 2}
    assert counted(facets.assignees) == {"Mij": 1, "Peter Vos": 1}
    mine = client.get(next(option.url for option in facets.assignees if option.label == "Mij"))
    assert [row.pk for row in mine.context["queue"].rows] == [residents[0].pk]
    without_theme = client.get(f"{QUEUE}?lijst=1&thema=geen&van=niemand")
    assert [row.pk for row in without_theme.context["queue"].rows] == [overlast.pk, residents[2].pk, residents[3].pk]


@pytest.mark.parametrize("status", [TO_DO, TO_AGREE, DONE, ALL])
def test_the_sums_and_the_rows_tell_the_same_for_every_filter(plan, council_round, overlast, traffic, anke, peter, door, status):
    residents = say(council_round, 4)
    with inside(plan.area):
        Contribution.objects.filter(pk=residents[0].pk).update(theme=traffic)
        Handling.objects.create(area=plan.area, contribution=residents[1], assignee=anke)
        WayOfWorking.objects.create(area=plan.area, needs_agreement=True)
    weigh(residents[2], anke)
    sources, themes, people = ["", "resident"], ["", "geen", str(traffic.pk)], ["", "mij", "niemand", str(peter.pk)]
    with inside(plan.area):
        plan = door()
        for source, theme, person in itertools.product(sources, themes, people):
            filter = TriageFilter(status=status, source=source, theme=theme, assignee=person)
            assert queue_of(plan, filter, anke).matching == matching_rows(plan, filter, user_id=anke.pk).count(), filter
            found = [row.pk for row in page_of_queue(listing_of(plan, filter, user_id=anke.pk)).rows]
            assert found == [point.pk for point in matching_points(plan, filter, user_id=anke.pk)], filter


def test_a_filter_that_is_on_can_be_taken_away(client, anke, council_round, overlast):
    client.force_login(anke)
    page = client.get(f"{QUEUE}?lijst=1&zoek=jeugd&van=niemand")
    (person, search) = page.context["queue"].narrowed
    assert (person.label, search.label) == ("Van Niemand", "‘jeugd’")
    assert person.url == f"{QUEUE}?zoek=jeugd&lijst=1"
    assert search.url == f"{QUEUE}?van=niemand&lijst=1"
    assert "Haal weg: </span>‘jeugd’" in page.text


def test_the_search_form_keeps_the_other_filters(client, anke, council_round, overlast):
    client.force_login(anke)
    page = client.get(f"{QUEUE}?lijst=1&status=alles&bron=council&ronde=raadssessie").text
    for field in (
        'name="status" value="alles"',
        'name="bron" value="council"',
        'name="ronde" value="raadssessie"',
        'name="lijst" value="1"',
    ):
        assert f'<input type="hidden" {field}>' in page


@pytest.mark.parametrize(
    "tail",
    ["status=onzin", "bron=marsman", "thema=x", "van=iedereen", "ronde=nergens", "na=1.2", "voor=x.y.z", "na=9999999999.1.1", "na=0.0.0"],
)
def test_what_nobody_knows_in_an_address_is_left_out(client, anke, council_round, overlast, tail):
    client.force_login(anke)
    page = client.get(f"{QUEUE}?lijst=1&{tail}")
    assert page.status_code == 200
    assert [row.pk for row in page.context["queue"].rows] == [overlast.pk]


def test_who_handles_what_is_not_for_the_council(client, carla, anke, plan, overlast):
    with inside(plan.area):
        Handling.objects.create(area=plan.area, contribution=overlast, assignee=anke)
    client.force_login(carla)
    page = client.get(f"{QUEUE}?lijst=1&van={anke.pk + 1000}")
    assert [row.pk for row in page.context["queue"].rows] == [overlast.pk]
    for words in ("Behandelaar", "Anke de Boer", "Weergaven", "Samen afwegen"):
        assert words not in page.text


def test_the_address_of_a_filter_gives_the_same_filter():
    for filter in [
        TriageFilter(),
        TriageFilter(status=ALL, source="resident", round="raad", theme="geen", assignee="mij", search="fiets & pad=1"),
        TriageFilter(status=DONE, theme="12", assignee="niemand"),
    ]:
        assert filter_from(QueryDict(query_of(filter).removeprefix("?"))) == filter


def test_every_state_has_a_place():
    assert sorted(state for states in STATES.values() for state in states) == ["done", "returned", "to_agree", "todo"]


# From point to point, and page by page


def test_the_position_is_told_and_the_neighbours_are_those_of_the_filter(client, anke, council_round, overlast):
    residents = say(council_round, 3)
    client.force_login(anke)
    queue = client.get(f"{QUEUE}{residents[1].pk}/?bron=resident").context["queue"]
    at = queue.neighbours
    assert (at.position, queue.matching, at.previous, at.next) == (2, 3, residents[0].pk, residents[2].pk)
    outside = client.get(f"{QUEUE}{overlast.pk}/?bron=resident").context["queue"].neighbours
    assert (outside.position, outside.is_listed, outside.previous, outside.next) == (0, False, None, residents[0].pk)


def test_what_was_put_off_comes_last_and_after_the_last_comes_the_first(client, anke, plan, council_round, overlast):
    first, second = say(council_round, 2)
    with inside(plan.area):
        Handling.objects.create(area=plan.area, contribution=overlast, later=5)
    client.force_login(anke)
    assert client.get(QUEUE).url == f"{QUEUE}{first.pk}/"
    queue = client.get(f"{QUEUE}{second.pk}/").context["queue"]
    assert (queue.neighbours.position, queue.neighbours.next) == (2, overlast.pk)
    answer = {"destination": "going_concern", "extent": "wholly", "rationale": "Gewoon werk.", "seen": "", "actie": "volgende"}
    assert client.post(f"{QUEUE}{overlast.pk}/", answer).url == f"{QUEUE}{first.pk}/"


def test_pages_follow_each_other_without_a_gap_while_others_decide(client, anke, council_round):
    points = say(council_round, 2 * PAGE_SIZE + 10)
    client.force_login(anke)
    first = client.get(f"{QUEUE}?lijst=1").context["queue"]
    assert [row.pk for row in first.rows] == [point.pk for point in points[:PAGE_SIZE]]
    assert first.page.previous is None
    for point in points[:20]:  # a colleague decides about what stands on the first page
        weigh(point, anke)
    second = client.get(f"{QUEUE}?lijst=1&na={first.page.next}").context["queue"]
    assert [row.pk for row in second.rows] == [point.pk for point in points[PAGE_SIZE : 2 * PAGE_SIZE]]
    third = client.get(f"{QUEUE}?lijst=1&na={second.page.next}").context["queue"]
    assert [row.pk for row in third.rows] == [point.pk for point in points[2 * PAGE_SIZE :]]
    assert third.page.next is None
    back = client.get(f"{QUEUE}?lijst=1&voor={third.page.previous}").context["queue"]
    assert [row.pk for row in back.rows] == [point.pk for point in points[PAGE_SIZE : 2 * PAGE_SIZE]]
    start = client.get(f"{QUEUE}?lijst=1&voor={back.page.previous}").context["queue"]
    assert [row.pk for row in start.rows] == [point.pk for point in points[20 : 20 + PAGE_SIZE]]
    assert start.page.previous is None


def test_a_place_in_an_address_reads_back():
    assert key_in(str(Key(3, 12, 345))) == Key(3, 12, 345)
    assert [key_in(text) for text in ("", "1", "1.2", "1.2.3.4", "a.b.c", "-1.2.3", "1.2.99999999999")] == [None] * 7


# Searching


def test_a_search_finds_words_that_begin_so_and_counts_what_it_finds(client, anke, council_round, overlast):
    say(council_round, 3, text="De fietspaden zijn glad en donker.")
    say(council_round, 2, start=200, text="Op de stoep staan fatbikes.")
    client.force_login(anke)
    page = client.get(f"{QUEUE}?lijst=1&zoek=fietspa+donk").context["queue"]
    assert (page.matching, len(page.rows)) == (3, 3)
    assert {option.label: option.number for option in page.facets.sources} == {"Inwoner": 3}
    assert client.get(f"{QUEUE}?lijst=1&zoek=fatbikes+donker").context["queue"].matching == 0


def test_a_common_word_finds_the_same_as_a_rare_one_would(plan, council_round, overlast, anke, door):
    say(council_round, 30, text="De fietspaden zijn donker.")
    say(council_round, 30, start=300, text="Op de stoep staan fatbikes.")
    with inside(plan.area):
        plan, filter = door(), TriageFilter(search="fatbik")
        hits = search_in(plan, filter.search)
        assert not hits.is_common
        assert len(hits.ids) == 30
        rows = [page_of_queue(listing_of(plan, filter, user_id=anke.pk, hits=found)).rows for found in (hits, Hits("fatbik", True), None)]
        assert [len(found) for found in rows] == [30, 30, 30]
        assert rows[0] == rows[1] == rows[2]


def test_a_word_in_more_points_than_are_counted_is_not_counted(client, anke, council_round):
    say(council_round, FEW + 1, text="Op de stoep staan fatbikes.")
    client.force_login(anke)
    page = client.get(f"{QUEUE}?lijst=1&zoek=fatbikes")
    assert "meer dan 1000 punten" in page.text
    assert len(page.context["queue"].rows) == FOUND_PAGE
    assert "Inwoner <b>" not in page.text


def test_words_follow_a_correction_and_a_neighbour_finds_nothing(client, anke, plan, council_round, overlast, hilversum):
    with inside(plan.area):
        Contribution.objects.filter(pk=overlast.pk).update(text="Er staan fatbikes.")
        assert list(search_in(plan, "fatbikes").ids) == [overlast.pk]
        Contribution.objects.filter(pk=overlast.pk).update(text="Er staan scooters.")
        assert list(search_in(plan, "fatbikes").ids) == []
        assert list(search_in(plan, "scooter").ids) == [overlast.pk]
    with inside(hilversum):
        assert list(search_in(plan, "scooter").ids) == []


# What it costs


@pytest.mark.parametrize("tail", ["?lijst=1", "?lijst=1&bron=resident", "?lijst=1&zoek=verkeer", "?lijst=1&na=0.0.0"])
def test_the_list_costs_eight_queries_for_one_point_and_for_fifty(client, anke, council_round, tail):
    say(council_round, 1)
    client.force_login(anke)
    with CaptureQueriesContext(connection) as one:
        assert client.get(QUEUE + tail).status_code == 200
    say(council_round, 60, start=200)
    with CaptureQueriesContext(connection) as many:
        assert len(client.get(QUEUE + tail).context["queue"].rows) == PAGE_SIZE
    assert len(statements(one)) == len(statements(many)) <= 8


def statements(captured):
    """What was asked of the database, without the frame of the transaction."""
    return [query["sql"] for query in captured if not query["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))]


# Saved views


def test_an_officer_keeps_a_view_and_shares_it_with_a_colleague(client, anke, peter, overlast):
    client.force_login(anke)
    response = client.post(f"{QUEUE}weergaven/?bron=council&zoek=jeugd", {"name": "Jeugd", "is_shared": "on", "open": overlast.pk})
    assert response.url == f"{QUEUE}{overlast.pk}/?bron=council&zoek=jeugd"
    client.post(f"{QUEUE}weergaven/?status=afgewogen", {"name": "Klaar"})
    client.force_login(peter)
    page = client.get(f"{QUEUE}?lijst=1")
    (view,) = page.context["queue"].views
    assert (view.name, view.query, view.owner) == ("Jeugd", "?bron=council&zoek=jeugd", "Anke de Boer")
    assert f'href="{QUEUE}?bron=council&amp;zoek=jeugd"' in page.text
    assert client.post(reverse("priorities:view-remove", args=["blaricum", "2027-2030", view.pk])).status_code == 404
    client.force_login(anke)
    names = [one.name for one in client.get(f"{QUEUE}?lijst=1").context["queue"].views]
    assert names == ["Jeugd", "Klaar"]
    assert client.post(reverse("priorities:view-remove", args=["blaricum", "2027-2030", view.pk])).status_code == 302
    assert [one.name for one in client.get(f"{QUEUE}?lijst=1").context["queue"].views] == ["Klaar"]


def test_the_same_name_again_replaces_the_view(client, anke, overlast):
    client.force_login(anke)
    for tail in ("?bron=council", "?bron=resident"):
        page = client.post(f"{QUEUE}weergaven/{tail}", {"name": "Mijn lijst"}, follow=True)
    assert "Weergave ‘Mijn lijst’ bijgewerkt." in page.text
    assert [view.query for view in client.get(f"{QUEUE}?lijst=1").context["queue"].views] == ["?bron=resident"]


@pytest.mark.parametrize(("name", "words"), [("", "Vul ‘Naam van de weergave’ in."), ("x" * 61, "Gebruik er ten hoogste 60.")])
def test_a_view_without_a_fitting_name_is_refused_and_the_filter_kept(client, anke, overlast, name, words):
    client.force_login(anke)
    page = client.post(f"{QUEUE}weergaven/?bron=council", {"name": name, "is_shared": "on"})
    assert page.status_code == 422
    assert words in page.text
    assert f'action="{QUEUE}weergaven/?bron=council"' in page.text
    assert "checked" in page.text


def test_views_are_not_for_who_only_reads_nor_for_a_stranger(client, carla, bram, overlast):
    for person, status in ((carla, 403), (bram, 404)):
        client.force_login(person)
        assert client.post(f"{QUEUE}weergaven/", {"name": "Van mij"}).status_code == status
        assert client.post(f"{QUEUE}weergaven/1/").status_code == status


def test_the_link_of_a_view_is_the_filter_itself(client, anke, overlast):
    client.force_login(anke)
    client.post(f"{QUEUE}weergaven/?zoek=jeugd", {"name": "Jeugd"})
    assert urlsplit(client.get(f"{QUEUE}?zoek=jeugd").url).path == f"{QUEUE}{overlast.pk}/"


@pytest.mark.parametrize("is_decided", [False, True])
def test_an_open_point_costs_eight_queries_in_a_queue_of_one_and_of_fifty(client, anke, council_round, overlast, is_decided):
    if is_decided:
        weigh(overlast, anke)
    client.force_login(anke)
    address = f"{QUEUE}{overlast.pk}/?status=alles"
    with CaptureQueriesContext(connection) as one:
        assert client.get(address).status_code == 200
    say(council_round, 60, start=200)
    with CaptureQueriesContext(connection) as many:
        assert len(client.get(address).context["queue"].rows) == WINDOW_AFTER + 1
    assert len(statements(one)) == len(statements(many)) <= 8


def test_two_points_that_are_both_in_sight_can_be_chosen_at_once(client, anke, council_round):
    client.force_login(anke)
    say(council_round, 1)
    assert 'name="alles" value="1"' not in client.get(QUEUE, follow=True).text
    say(council_round, 1, start=200)
    assert 'name="alles" value="1"' in client.get(QUEUE, follow=True).text
