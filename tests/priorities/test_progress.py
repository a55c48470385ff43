"""How far the triage is: what everybody sees, what only officers see, and how fast it goes."""

import datetime
import re

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

import pytest
import time_machine

from consultation.models import Theme, ThemeField
from ivp_portal.organisation.access import inside
from priorities import services
from priorities.models import Decision, Plan, ThemeHandler, WayOfWorking
from tests.conftest import make_contribution
from tests.priorities.conftest import weigh

PAGE = "/blaricum/2027-2030/afwegen/voortgang/"
QUEUE = "/blaricum/2027-2030/afwegen/"
FRIDAY = datetime.datetime(2026, 11, 20, 12, 0, tzinfo=datetime.UTC)


@pytest.fixture
def officer(client, anke):
    client.force_login(anke)
    return client


@pytest.fixture
def traffic(plan, anke):
    """A theme that Anke handles."""
    with inside(plan.area):
        field = ThemeField.objects.create(area=plan.area, number=1, name="Woon- en leefomgeving")
        theme = Theme.objects.create(area=plan.area, field=field, name="Verkeer")
        ThemeHandler.objects.create(area=plan.area, theme=theme, assignee=anke)
    return theme


def points(round, number, theme=None):
    made = [make_contribution(round, f"Punt {at}") for at in range(number)]
    if theme:
        with inside(round.area):
            for point in made:
                point.theme = theme
                point.save(update_fields=["theme"])
    return made


def table(page, title):
    """The rows of one breakdown: label -> numbers."""
    part = re.search(rf"<h2[^>]*>{title}</h2>.*?</section>", page, re.DOTALL)[0]
    rows = re.findall(r'<a href="([^"]*)">([^<]*)</a></th>(.*?)</tr>', part, re.DOTALL)
    return {label: [int(number) for number in re.findall(r">(\d+)</td>", cells)] for _, label, cells in rows}


def links(page, title):
    part = re.search(rf"<h2[^>]*>{title}</h2>.*?</section>", page, re.DOTALL)[0]
    return {label: address.replace("&amp;", "&") for address, label in re.findall(r'<a href="([^"]*)">([^<]*)</a></th>', part)}


def decided_at(point, moment, by):
    """A decision that was made then; the book takes no other moment afterwards."""
    with inside(point.area):
        return Decision.objects.create(
            area=point.area, contribution=point, extent="wholly", rationale="Blijft gewoon werk.", made_by=by, made_at=moment
        )


def test_without_points_the_page_says_so(officer, plan):
    page = officer.get(PAGE).text
    assert "Nog geen inbreng" in page
    assert '<svg class="p-chart"' not in page


def test_what_is_left_is_counted_by_theme_officer_source_and_round_and_each_leads_there(officer, council_round, traffic, anke):
    loose = points(council_round, 2)
    points(council_round, 3, traffic)
    weigh(loose[0], anke)
    page = officer.get(PAGE).text
    assert "Nog 4 punten te doen" in page
    assert table(page, "Per thema") == {"Verkeer": [3, 0], "Zonder thema": [1, 1]}
    assert table(page, "Per behandelaar") == {"Anke de Boer": [3, 0], "Niemand": [1, 1]}
    assert table(page, "Per soort inbrenger") == {"Raad": [4, 1]}
    assert table(page, "Per ronde") == {"Raadssessie 2026": [4, 1]}
    assert links(page, "Per thema") == {"Verkeer": f"{QUEUE}?thema={traffic.pk}", "Zonder thema": f"{QUEUE}?thema=geen"}
    assert links(page, "Per ronde") == {"Raadssessie 2026": f"{QUEUE}?ronde=raadssessie"}
    for address in [*links(page, "Per behandelaar").values(), *links(page, "Per soort inbrenger").values()]:
        assert officer.get(address).status_code == 302  # to the first point of that part


def test_a_part_that_is_finished_leads_to_what_was_decided(officer, council_round, overlast, anke):
    weigh(overlast, anke)
    page = officer.get(PAGE).text
    assert "Er is niets meer te doen" in page
    assert links(page, "Per ronde") == {"Raadssessie 2026": f"{QUEUE}?status=afgewogen&ronde=raadssessie"}
    assert "In dit tempo" not in page


def test_a_council_member_sees_how_far_it_is_and_not_who_does_it(client, carla, gerda, council_round, traffic):
    points(council_round, 2, traffic)
    for reader in (carla, gerda):
        client.force_login(reader)
        page = client.get(PAGE).text
        assert "Nog 2 punten te doen" in page
        assert "Per behandelaar" not in page
        assert "Anke de Boer" not in page
        assert "Verder met afwegen" not in page


def test_what_waits_for_a_colleague_is_neither_left_nor_done(officer, council_round, plan, anke):
    with inside(plan.area):
        WayOfWorking.objects.update_or_create(area=plan.area, defaults={"needs_agreement": True})
    first, _ = points(council_round, 2)
    weigh(first, anke)
    page = officer.get(PAGE).text
    assert table(page, "Per ronde") == {"Raadssessie 2026": [1, 1, 0]}
    assert "Wacht op akkoord" in page
    assert "Nog 1 punt te doen" in page


def test_a_point_counts_once_on_the_day_of_its_first_decision(officer, council_round, anke, plan):
    first, second = points(council_round, 2)
    decided_at(first, FRIDAY - datetime.timedelta(days=3), anke)
    weigh(first, anke)  # anew, with another text
    taken_back = decided_at(second, FRIDAY - datetime.timedelta(days=1), anke)
    with inside(plan.area):
        services.undo(taken_back, by=anke)
    with time_machine.travel(FRIDAY, tick=False):
        page = officer.get(PAGE).text
    rows = dict(re.findall(r'scope="row">(\w+ \d+ \w+)</th><td[^>]*>(\d+)</td>', page))
    assert len(rows) == 30
    assert {day: number for day, number in rows.items() if number != "0"} == {"dinsdag 17 november": "1"}
    assert "1 punt afgewogen op dinsdag 17 november 2026." in page


def test_what_was_decided_on_sunday_is_not_said_to_be_of_friday(officer, council_round, anke, plan):
    decided_at(points(council_round, 1)[0], FRIDAY + datetime.timedelta(days=2), anke)
    with time_machine.travel(FRIDAY + datetime.timedelta(days=2), tick=False):
        page = officer.get(PAGE).text
    assert "1 punt afgewogen tot en met zondag 22 november 2026." in page
    with time_machine.travel(FRIDAY + datetime.timedelta(days=3), tick=False):
        assert "op vrijdag 20 november" not in officer.get(PAGE).text


def test_the_pace_says_when_it_is_done_and_that_this_is_too_late(officer, council_round, anke, plan):
    made = points(council_round, 40)
    for at, point in enumerate(made[:10]):
        decided_at(point, FRIDAY - datetime.timedelta(days=at // 2), anke)
    with inside(plan.area):
        Plan.objects.filter(pk=plan.pk).update(weigh_by=FRIDAY + datetime.timedelta(days=7))
    with time_machine.travel(FRIDAY, tick=False):
        page = officer.get(PAGE).text
    assert "2 per werkdag: 10 punten in de laatste 5 werkdagen waarin er werd afgewogen." in page
    assert "In dit tempo klaar op vrijdag 11 december 2026." in page
    assert "Dat is 10 werkdagen te laat: 6 per werkdag nodig om op vrijdag 27 november 2026 klaar te zijn." in page
    with inside(plan.area):
        Plan.objects.filter(pk=plan.pk).update(weigh_by=FRIDAY + datetime.timedelta(days=60))
    with time_machine.travel(FRIDAY, tick=False):
        assert "Dat is op tijd: de laatste dag is dinsdag 19 januari 2027." in officer.get(PAGE).text


def test_before_midnight_means_the_day_before(officer, council_round, overlast, plan):
    midnight = timezone.make_aware(datetime.datetime(2026, 12, 5))  # noqa: DTZ001 made aware here
    with inside(plan.area):
        Plan.objects.filter(pk=plan.pk).update(weigh_by=midnight)
    with time_machine.travel(FRIDAY, tick=False):
        assert "Om op vrijdag 4 december 2026 klaar te zijn: 1 per werkdag." in officer.get(PAGE).text


def test_the_picture_has_a_title_and_no_style_of_its_own(officer, overlast, anke):
    weigh(overlast, anke)
    page = officer.get(PAGE).text
    picture = re.search(r'<svg class="p-chart".*?</svg>', page, re.DOTALL)[0]
    assert re.search(r'<title id="tempo-titel">Afgewogen punten per dag, van \d+ \w+ tot en met \d+ \w+ \d{4}</title>', picture)
    assert '<desc id="tempo-uitleg">1 punt in deze 30 dagen.' in picture
    assert "style" not in picture
    assert "style=" not in page


def test_the_page_costs_the_same_for_two_points_and_for_fifty(officer, council_round, traffic, anke):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert officer.get(PAGE).status_code == 200
        return len(queries)

    weigh(points(council_round, 2, traffic)[0], anke)
    once = cost()
    for point in points(council_round, 50)[:25]:
        weigh(point, anke)
    assert cost() == once <= 10  # session, user, area, membership, wall, plan with its queue, days, rounds; a savepoint and its end


def test_the_start_page_leads_to_it(officer, overlast):
    assert reverse("priorities:triage-progress", args=["blaricum", "2027-2030"]) in officer.get("/blaricum/2027-2030/").text


def test_the_open_point_and_the_list_lead_to_it_and_to_taking_points_along(officer, overlast):
    for page in (officer.get(f"{QUEUE}{overlast.pk}/?bron=council").text, officer.get(f"{QUEUE}?bron=council&lijst=1").text):
        assert f'href="{PAGE}"' in page
        assert f'href="{QUEUE}uitvoer/kies/?bron=council"' in page
        assert f'href="{QUEUE}teruglezen/"' in page


def test_who_only_reads_gets_the_progress_and_no_files(client, carla, overlast):
    client.force_login(carla)
    page = client.get(f"{QUEUE}{overlast.pk}/").text
    assert f'href="{PAGE}"' in page
    assert "uitvoer/" not in page
    assert "teruglezen/" not in page
