"""The page of documents: what it shows to whom, in every state, and how it follows a paper that is being made."""

import datetime
import re

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import pytest

from consultation.services import let_stand, record_on_behalf
from ivp_portal.organisation.access import inside
from priorities.services import adopt_plan, propose_plan
from reports import services
from reports.models import Report
from reports.states import ReportStatus
from reports.tasks import render_report
from tests.conftest import make_contribution
from tests.reports.conftest import as_stored, ask_for, claimed

PAGE = "/blaricum/2027-2030/documenten/"
HTMX = {"HTTP_HX_REQUEST": "true"}


def set_row(report, **values):
    with inside(report.area):
        Report.objects.filter(pk=report.pk).update(**values)


def make_ready(report):
    render_report(report.pk, report.area_id)
    return as_stored(report)


def test_an_empty_page_says_what_to_do(client, anke, plan):
    client.force_login(anke)
    page = client.get(PAGE)
    assert "Er zijn nog geen documenten. Maak hiernaast het eerste." in page.text
    assert "Maak document" in page.text


def test_a_council_member_reads_and_takes_away_but_does_not_ask(client, carla, gerda, waiting):
    make_ready(waiting)
    client.force_login(carla)
    page = client.get(PAGE).text
    assert f"{PAGE}{waiting.pk}/bestand/" in page
    assert "Maak document" not in page
    assert f'href="{PAGE}voorbeeld/afwegingstabel/"' in page
    assert client.get(f"{PAGE}voorbeeld/afwegingstabel/").status_code == 200
    assert client.post(f"{PAGE}maken/", {"document": "afwegingstabel"}).status_code == 403
    client.force_login(gerda)
    assert client.post(f"{PAGE}maken/", {"document": "ivp"}).status_code == 302, "the clerk may"
    with inside(waiting.area):
        assert Report.objects.count() == 2


def test_an_outsider_and_a_district_coordinator(client, bram, dirk, waiting):
    client.force_login(bram)
    for address in (PAGE, f"{PAGE}{waiting.pk}/", f"{PAGE}voorbeeld/ivp/"):
        assert client.get(address).status_code == 404
    assert client.post(f"{PAGE}maken/", {"document": "ivp"}).status_code == 404
    client.force_login(dirk)
    assert client.get(PAGE).status_code == 200, "looks at every municipality of the district"
    assert client.post(f"{PAGE}maken/", {"document": "ivp"}).status_code == 403


def test_the_row_in_each_state(client, anke, waiting):
    client.force_login(anke)

    def row():
        found = re.search(rf'<div class="p-file[^>]*id="document-{waiting.pk}".*?</section>', client.get(PAGE).text, re.DOTALL)
        assert found
        return found[0]

    assert "In de wachtrij" in row()
    assert "Dit duurt langer" not in row()
    set_row(waiting, asked_at=timezone.now() - datetime.timedelta(minutes=5))
    assert "Dit duurt langer dan anders." in row()
    claimed(waiting)
    set_row(waiting, progress=42, stage="Pagina 7 is opgemaakt", attempt=2)
    assert 'max="100" value="42"' in row()
    assert "De vorige poging werd afgebroken; dit is poging 2. Pagina 7 is opgemaakt." in row()
    assert 'hx-trigger="every 2s"' in row()
    services.give_up(as_stored(waiting), "Het lukte niet.")
    assert "Mislukt" in row()
    assert "Het lukte niet." in row()
    assert "Maak opnieuw" in row()
    assert "hx-trigger" not in row()


def test_a_ready_row_says_how_big_it_is_and_who_asked(client, anke, waiting):
    report = make_ready(waiting)
    client.force_login(anke)
    page = client.get(PAGE).text
    moment = timezone.localtime(report.finished_at)
    pages = "1 bladzijde" if report.pages == 1 else f"{report.pages} bladzijden"
    assert f"{pages} · {round(report.size / 1000)} kB · {moment.day} " in page
    assert f"{moment:%H.%M} uur, door Anke de Boer" in page
    assert "Klaar" in page
    assert "Verouderd" not in page


def test_a_paper_of_an_earlier_text_is_outdated_and_still_there(client, anke, waiting, council_round):
    make_ready(waiting)
    make_contribution(council_round, "Vuurwerk")
    client.force_login(anke)
    page = client.get(PAGE).text
    assert "Afwegingstabel, eerdere versie" in page
    assert "Verouderd" in page
    assert f"{PAGE}{waiting.pk}/bestand/" in page
    assert "2 punten zijn nog open en staan er zo in." in page


def test_a_row_asks_for_itself_until_it_is_finished(client, carla, waiting):
    client.force_login(carla)
    address = f"{PAGE}{waiting.pk}/"
    fragment = client.get(address, **HTMX).text
    assert "<html" not in fragment
    assert f'hx-get="{address}"' in fragment
    assert 'hx-trigger="every 2s"' in fragment
    assert "p-live" not in fragment, "progress is not read aloud every two seconds"
    make_ready(waiting)
    fragment = client.get(address, **HTMX)
    assert "hx-trigger" not in fragment.text
    assert "Afwegingstabel is klaar." in fragment.text
    assert fragment["Cache-Control"] == "no-store"


def test_without_javascript_refreshing_leads_back_to_the_row(client, carla, waiting):
    client.force_login(carla)
    page = client.get(PAGE).text
    assert f'href="{PAGE}{waiting.pk}/">Ververs' in page
    response = client.get(f"{PAGE}{waiting.pk}/")
    assert response.status_code == 302
    assert response.url == f"{PAGE}#document-{waiting.pk}"


def test_asking_for_what_is_there_already_says_so(client, anke, waiting):
    make_ready(waiting)
    client.force_login(anke)
    response = client.post(f"{PAGE}maken/", {"document": "afwegingstabel"}, follow=True)
    assert "Afwegingstabel: dit document is er al. Er is sindsdien niets gewijzigd." in response.text
    assert response.text.count('id="document-') == 1


@pytest.mark.parametrize("posted", [{}, {"document": ""}, {"document": "jaarverslag"}, {"document": "../ivp"}])
def test_an_unknown_document_is_refused_in_words(client, anke, plan, overlast, posted):
    client.force_login(anke)
    response = client.post(f"{PAGE}maken/", posted)
    assert response.status_code == 422
    assert "<title>Fout: " in response.text
    assert "‘Soort’" in response.text
    assert client.post(f"{PAGE}maken/", {"document": "afwegingstabel"}).status_code == 302


def test_what_cannot_be_made_yet_is_not_a_choice_and_says_why(client, anke, plan):
    client.force_login(anke)
    page = client.get(PAGE).text
    assert '<option value="ivp">' in page
    assert '<option value="raadsvoorstel">' not in page
    assert "Er is nog geen raadsvoorstel bij dit plan." in page
    response = client.get(f"{PAGE}voorbeeld/raadsvoorstel/", follow=True)
    assert response.redirect_chain == [(PAGE, 302)]
    assert client.get(f"{PAGE}voorbeeld/jaarverslag/").status_code == 404


def test_the_preview_is_the_paper_itself_and_leaves_no_trace(client, carla, plan, overlast):
    client.force_login(carla)
    response = client.get(f"{PAGE}voorbeeld/afwegingstabel/")
    assert "Jeugdoverlast" in response.text
    assert '<html lang="nl"' in response.text
    assert " style=" not in response.text, "the strict policy would drop it"
    assert "<script" not in response.text
    assert "default-src 'none'" in response["Content-Security-Policy"]
    with inside(plan.area):
        assert not plan.snapshots.exists()
        assert not plan.reports.exists()


def test_only_the_right_method(client, anke, waiting):
    client.force_login(anke)
    assert client.get(f"{PAGE}maken/").status_code == 405
    for address in (PAGE, f"{PAGE}{waiting.pk}/", f"{PAGE}voorbeeld/ivp/"):
        assert client.post(address).status_code == 405


def test_the_list_costs_the_same_with_one_paper_and_with_fifteen(client, anke, plan, overlast):
    client.force_login(anke)
    ask_for(plan)
    client.get(PAGE)  # what is loaded once a process
    few = count_of(client, PAGE)
    for _ in range(14):
        ask_for(plan, anew=True)
    assert count_of(client, PAGE) == few
    page = client.get(PAGE).text
    assert page.count('class="p-file is-busy"') == 15
    ask_for(plan, anew=True)
    assert "Bladzijde 1 van 2" in client.get(PAGE).text


def count_of(client, address: str) -> int:
    """How many queries the page takes."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_an_adopted_plan_is_drawn_from_the_snapshot_of_its_adoption(client, gerda, plan):
    with inside(plan.area):
        snapshot = adopted(plan)
    client.force_login(gerda)
    assert client.post(f"{PAGE}maken/", {"document": "ivp"}).status_code == 302
    with inside(plan.area):
        report = plan.reports.select_related("snapshot").get()
    assert report.snapshot == snapshot
    assert report.status == ReportStatus.REQUESTED
    assert "CONCEPT" not in client.get(f"{PAGE}voorbeeld/ivp/").text


def adopted(plan):
    """The record of the plan once the council has adopted it; call inside its area."""
    for phase in ("image_forming", "opinion_forming", "decision_making"):
        plan.route_steps.create(area=plan.area, phase=phase, on_date=datetime.date(2026, 10, 1))
    propose_plan(plan, by=None)
    return adopt_plan(plan, on=datetime.date(2026, 10, 1), by=None)


def test_before_anything_is_public_the_page_tells_which_points_may_name_somebody(client, anke, plan, council_round):
    with inside(plan.area):
        point = record_on_behalf(
            council_round, subject="Verkeer", sub_subject="Parkeren", text="Mail j.jansen@voorbeeld.nl.", contributor_kind="resident",
            channel="letter", said_on=None, by=anke,
        )  # fmt: skip
    client.force_login(anke)
    for page in ("documenten/", "plan/voorleggen/"):
        text = client.get(f"/blaricum/2027-2030/{page}").text
        assert "Nog niet alles is nagekeken op persoonsgegevens" in text
        assert '<a href="/blaricum/inbreng/raadssessie/nakijken/">Raadssessie 2026</a>: 1 punt</li>' in text
    with inside(plan.area):
        let_stand(point, by=anke)
    for page in ("documenten/", "plan/voorleggen/"):
        assert "nagekeken op persoonsgegevens" not in client.get(f"/blaricum/2027-2030/{page}").text
