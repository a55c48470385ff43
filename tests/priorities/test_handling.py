"""Who answers a point: somebody who was chosen, or who handles its theme; and the notes colleagues leave."""

import datetime

from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

import pytest

from consultation.models import Contribution, Theme, ThemeField
from consultation.services import freeze_round
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from ivp_portal.organisation.models import Membership
from priorities import services
from priorities.models import Handling, Note, QueueRow, ThemeHandler
from tests.conftest import make_contribution

QUEUE = "/blaricum/2027-2030/afwegen/"
THEMES = f"{QUEUE}behandelaars/"


def at(contribution, tail: str) -> str:
    return f"{QUEUE}{contribution.pk}/{tail}/"


def work_at(contribution) -> str:
    return at(contribution, "werk")


def assignee_of(contribution):
    with inside(contribution.area):
        return QueueRow.objects.get(pk=contribution.pk).assignee_id


def verbs(contribution) -> list[str]:
    with inside(contribution.area):
        return list(LogEntry.objects.about(contribution).values_list("verb", flat=True))


def leave_the_municipality(user) -> None:
    Membership.objects.filter(user=user).update(ends_on=datetime.date(2026, 1, 31))


@pytest.fixture
def theme(blaricum, overlast):
    """‘Jeugd’, of which the point is."""
    with inside(blaricum):
        field = ThemeField.objects.create(area=blaricum, number=1, name="Jeugd en veiligheid")
        theme = Theme.objects.create(area=blaricum, field=field, name="Jeugd")
        Contribution.objects.filter(pk=overlast.pk).update(theme=theme)
    return theme


# A point


def test_an_officer_takes_a_point_and_comes_back_to_it_with_the_filter_kept(client, anke, overlast):
    client.force_login(anke)
    answer = client.post(at(overlast, "toewijzen") + "?bron=council", {"actie": "mij"})
    assert (answer.status_code, answer.url) == (302, f"{QUEUE}{overlast.pk}/?bron=council")
    assert assignee_of(overlast) == anke.pk
    assert "U behandelt dit punt" in client.get(work_at(overlast)).text
    assert verbs(overlast) == ["point.claimed"]


def test_taking_it_twice_is_one_line_in_the_log(client, anke, overlast):
    client.force_login(anke)
    for _ in range(2):
        client.post(at(overlast, "toewijzen"), {"actie": "mij"})
    assert verbs(overlast) == ["point.claimed"]


def test_a_colleague_can_be_chosen_and_let_go(client, anke, peter, overlast):
    client.force_login(anke)
    client.post(at(overlast, "toewijzen"), {"to": peter.pk})
    assert assignee_of(overlast) == peter.pk
    assert "<strong>Peter Vos</strong>" in client.get(work_at(overlast)).text
    client.post(at(overlast, "toewijzen"), {"to": ""})
    assert assignee_of(overlast) is None
    assert verbs(overlast) == ["point.assigned", "point.left"]
    with inside(overlast.area):
        assert LogEntry.objects.about(overlast).first().facts["to"] == "Peter Vos"


def test_only_who_may_weigh_here_can_be_chosen(client, anke, carla, bram, peter, overlast):
    client.force_login(anke)
    leave_the_municipality(peter)
    page = client.get(work_at(overlast)).text
    for somebody in (carla, bram, peter):
        assert f'<option value="{somebody.pk}"' not in page
        answer = client.post(at(overlast, "toewijzen"), {"to": somebody.pk})
        assert answer.status_code == 422
        assert "mag hier geen punten afwegen" in answer.text
    assert assignee_of(overlast) is None


def test_the_service_too_refuses_who_has_no_leave(anke, carla, overlast):
    with inside(overlast.area), pytest.raises(services.MayNotDecide, match="Carla Smit"):
        services.assign(overlast, to=carla, by=anke)


def test_who_left_is_shown_as_such_and_can_be_replaced(client, anke, peter, overlast):
    with inside(overlast.area):
        services.assign(overlast, to=peter, by=anke)
    leave_the_municipality(peter)
    client.force_login(anke)
    assert "Peter Vos kan hier niet meer afwegen" in client.get(work_at(overlast)).text
    client.post(at(overlast, "toewijzen"), {"actie": "mij"})
    assert "kan hier niet meer afwegen" not in client.get(work_at(overlast)).text


def test_of_an_adopted_plan_nothing_is_assigned_and_no_note_is_lost(client, anke, council_round, overlast):
    with inside(council_round.area):
        freeze_round(council_round, by=None)
    client.force_login(anke)
    assert client.post(at(overlast, "toewijzen"), {"actie": "mij"}).status_code == 409
    answer = client.post(at(overlast, "notities"), {"text": "Bel de wijkagent."})
    assert answer.status_code == 409
    assert "Bel de wijkagent." in answer.text
    with inside(overlast.area):
        assert not Handling.objects.exists()
        assert not Note.objects.exists()


def test_the_panel_comes_with_the_point_for_who_weighs_and_not_for_the_council_or_the_clerk(client, anke, carla, gerda, overlast):
    for user, sees in ((anke, True), (carla, False), (gerda, False)):
        client.force_login(user)
        assert ("Nieuwe notitie" in client.get(at(overlast, "erbij")).text) is sees
        assert client.get(work_at(overlast)).status_code == (200 if sees else 403)


def test_by_htmx_only_the_panel_comes_back(client, anke, overlast):
    client.force_login(anke)
    answer = client.post(at(overlast, "toewijzen"), {"actie": "mij"}, HTTP_HX_REQUEST="true", follow=True)
    assert answer.redirect_chain == [(work_at(overlast), 302)]
    assert 'id="erbij-werk"' in answer.text
    assert "U behandelt dit punt." in answer.text


# Themes


def test_a_theme_has_a_handler_and_points_that_come_in_later_follow(client, anke, peter, overlast, theme, council_round):
    client.force_login(anke)
    page = client.get(THEMES).text
    assert "Nog 1 van 1" in page
    assert client.post(THEMES, {f"thema-{theme.pk}": peter.pk, f"was-{theme.pk}": ""}).status_code == 302
    assert assignee_of(overlast) == peter.pk
    later = make_contribution(council_round, "Vuurwerk")
    with inside(council_round.area):
        Contribution.objects.filter(pk=later.pk).update(theme=theme)
    assert assignee_of(later) == peter.pk
    assert "via thema Jeugd" in client.get(work_at(later)).text
    assert f'?van={peter.pk}">2 punten' in client.get(THEMES).text
    with inside(theme.area):
        assert LogEntry.objects.get(verb="theme.handler_set").facts == {"theme": "Jeugd", "to": "Peter Vos"}


def test_who_was_chosen_for_the_point_itself_goes_before_the_theme(anke, peter, overlast, theme, plan):
    with inside(plan.area):
        services.assign(overlast, to=anke, by=anke)
        services.set_theme_handlers(plan, {theme: peter}, by=anke)
    assert assignee_of(overlast) == anke.pk
    with inside(plan.area):
        services.assign(overlast, to=None, by=anke)
    assert assignee_of(overlast) == peter.pk


def test_what_nobody_changed_on_the_page_leaves_the_choice_of_a_colleague_alone(client, anke, peter, theme, plan):
    with inside(plan.area):
        services.set_theme_handlers(plan, {theme: peter}, by=peter)
    client.force_login(anke)
    answer = client.post(THEMES, {f"thema-{theme.pk}": "", f"was-{theme.pk}": ""}, follow=True)  # the page was older
    assert "Er is niets veranderd." in answer.text
    with inside(plan.area):
        assert ThemeHandler.objects.get(theme=theme).assignee == peter
    client.post(THEMES, {f"thema-{theme.pk}": "", f"was-{theme.pk}": peter.pk})
    with inside(plan.area):
        assert not ThemeHandler.objects.exists()


def test_a_handler_who_left_is_named_with_what_still_lies_there_and_can_be_replaced(client, anke, peter, overlast, theme, plan):
    with inside(plan.area):
        services.set_theme_handlers(plan, {theme: peter}, by=anke)
    leave_the_municipality(peter)
    client.force_login(anke)
    page = client.get(THEMES).text
    assert "Peter Vos kan hier niet meer afwegen. Kies een ander." in page
    assert f'?van={peter.pk}">1 punt' in page
    assert "Er is niets veranderd." in client.post(THEMES, _as_shown(theme, peter), follow=True).text
    client.post(THEMES, {f"thema-{theme.pk}": anke.pk, f"was-{theme.pk}": peter.pk})
    assert assignee_of(overlast) == anke.pk


def _as_shown(theme, user) -> dict[str, int]:
    return {f"thema-{theme.pk}": user.pk, f"was-{theme.pk}": user.pk}


def test_somebody_without_leave_cannot_be_chosen_for_a_theme(client, anke, carla, theme, overlast):
    client.force_login(anke)
    answer = client.post(THEMES, {f"thema-{theme.pk}": carla.pk, f"was-{theme.pk}": ""})
    assert answer.status_code == 422
    assert "Nog niet opgeslagen" in answer.text
    assert assignee_of(overlast) is None


def test_of_an_adopted_plan_the_handlers_stay_and_the_page_says_so(client, anke, theme, adopted):
    client.force_login(anke)
    answer = client.post(THEMES, {f"thema-{theme.pk}": anke.pk, f"was-{theme.pk}": ""})
    assert answer.status_code == 409
    assert "Er is niets gewijzigd" in answer.text
    assert "Sla op" not in client.get(THEMES).text
    with inside(adopted.area):
        assert not ThemeHandler.objects.exists()


def test_the_page_of_themes_costs_the_same_for_one_and_for_ten(client, anke, council_round, theme, overlast, django_assert_num_queries):
    client.force_login(anke)
    first = _queries(client)
    with inside(council_round.area):
        for number in range(2, 11):
            other = Theme.objects.create(area=theme.area, field=theme.field, name=f"Thema {number}")
            point = make_contribution(council_round, f"Punt {number}")
            Contribution.objects.filter(pk=point.pk).update(theme=other)
    with django_assert_num_queries(first):
        client.get(THEMES)


def _queries(client, path: str = THEMES) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as found:
        client.get(path)
    return len(found)


# Notes


def test_a_note_stands_at_the_point_with_who_and_when_newest_last(client, anke, peter, overlast):
    for user, text in ((anke, "Bel de wijkagent."), (peter, "Gebeld: hij kent de groep.")):
        client.force_login(user)
        assert client.post(at(overlast, "notities"), {"text": text}).status_code == 302
    page = client.get(work_at(overlast)).text
    assert "Notities (2)" in page
    assert page.index("Bel de wijkagent.") < page.index("Gebeld: hij kent de groep.")
    assert "Peter Vos, " in page
    assert verbs(overlast) == ["note.added", "note.added"]


def test_the_log_holds_no_words_of_a_note(anke, overlast):
    with inside(overlast.area):
        services.add_note(overlast, text="Bel de wijkagent.", by=anke)
        assert "wijkagent" not in str(LogEntry.objects.about(overlast).get().facts)


def test_a_double_click_keeps_one_note(anke, overlast):
    with inside(overlast.area):
        for _ in range(2):
            services.add_note(overlast, text="Bel de wijkagent.", by=anke)
        assert Note.objects.count() == 1


def test_an_empty_note_and_one_that_is_too_long_come_back_as_they_were(client, anke, overlast):
    client.force_login(anke)
    assert "Vul ‘Notitie’ in." in client.post(at(overlast, "notities"), {"text": " "}).text
    answer = client.post(at(overlast, "notities"), {"text": "a" * 4001})
    assert answer.status_code == 422
    assert "a" * 4001 in answer.text


def test_by_htmx_a_refused_note_takes_the_place_of_the_panel(client, anke, overlast):
    client.force_login(anke)
    answer = client.post(at(overlast, "notities"), {"text": ""}, HTTP_HX_REQUEST="true")
    assert answer.status_code == 422
    assert 'id="erbij-werk"' in answer.text


def test_nobody_changes_a_note_afterwards_not_even_the_database(anke, overlast):
    with inside(overlast.area):
        note = services.add_note(overlast, text="Bel de wijkagent.", by=anke)
        with pytest.raises(DatabaseError), transaction.atomic():
            Note.objects.filter(pk=note.pk).update(text="Niets.")
        with pytest.raises(DatabaseError), transaction.atomic():
            note.delete()


def test_the_page_says_kindly_that_a_note_stays_as_it_is(client, anke, overlast):
    client.force_login(anke)
    assert "U kunt een notitie later niet wijzigen; schrijf er dan een bij." in client.get(at(overlast, "notities")).text


def test_the_panel_costs_the_same_for_one_note_and_for_fifty(client, anke, peter, overlast, django_assert_num_queries):
    client.force_login(anke)
    ask = {"to_email": "a@voorbeeld.nl", "due_on": datetime.date(2030, 1, 1)}
    with inside(overlast.area):
        services.add_note(overlast, text="Een.", by=anke)
        services.ask_advice(overlast, **ask, to_name="GGD", question="Een?", by=anke)
    first = _queries(client, work_at(overlast))
    with inside(overlast.area):
        for number in range(49):
            services.add_note(overlast, text=f"Notitie {number}", by=peter)
            services.ask_advice(overlast, **ask, to_name=f"Partner {number}", question=f"Vraag {number}?", by=peter)
    with django_assert_num_queries(first):
        assert "Notities (50)" in client.get(work_at(overlast)).text
