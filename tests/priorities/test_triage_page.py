"""The triage screen: what officers see, do and are told; what others may only read."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import pytest

from ivp_portal.organisation.access import inside
from priorities.models import Decision
from tests.conftest import make_contribution


@pytest.fixture
def queue_url(plan):
    return reverse("priorities:triage-queue", args=["blaricum", "2027-2030"])


def item_url(contribution):
    return reverse("priorities:triage-item", args=["blaricum", "2027-2030", contribution.pk])


GOING_CONCERN = {
    "destination": "going_concern",
    "extent": "wholly",
    "rationale": "Dit blijft gewoon werk.",
    "seen": "",
    "actie": "volgende",
}


def decided(contribution):
    with inside(contribution.area):
        return list(Decision.objects.current().filter(contribution=contribution).prefetch_related("destinations__priority"))


def test_the_queue_opens_at_the_first_point_nobody_weighed(client, anke, queue_url, council_round, overlast):
    make_contribution(council_round, "Snelheid")
    client.force_login(anke)
    assert client.get(queue_url).url == item_url(overlast)


def test_an_officer_decides_and_lands_on_the_next_point(client, anke, council_round, overlast):
    speed = make_contribution(council_round, "Snelheid")
    client.force_login(anke)
    response = client.post(item_url(overlast), GOING_CONCERN, follow=True)
    assert response.redirect_chain == [(item_url(speed), 302)]
    assert "Vastgelegd. Jeugdoverlast gaat naar Going concern." in response.text
    assert [str(destination) for destination in decided(overlast)[0].destinations.all()] == ["Going concern"]


def test_after_the_last_point_the_page_says_that_all_is_weighed(client, anke, overlast):
    client.force_login(anke)
    response = client.post(item_url(overlast), GOING_CONCERN, follow=True)
    assert "Het enige punt is afgewogen" in response.text


def test_two_destinations_and_a_partial_extent_are_kept(client, anke, plan, overlast):
    with inside(plan.area):
        digital = plan.priorities.get(title="Digitale veiligheid")
    client.force_login(anke)
    client.post(
        item_url(overlast),
        GOING_CONCERN
        | {
            "destination": "regional_priority",
            "first_regional_priority": digital.pk,
            "second": "other_body",
            "second_other_body": "Veiligheidsregio",
            "extent": "partly",
        },
    )
    (decision,) = decided(overlast)
    assert decision.extent == "partly"
    assert [str(destination) for destination in decision.destinations.all()] == [
        "Regionale prioriteit: Digitale veiligheid",
        "Andere organisatie: Veiligheidsregio",
    ]


def test_a_refusal_is_always_to_the_extent_of_not_at_all(client, anke, overlast):
    client.force_login(anke)
    client.post(item_url(overlast), GOING_CONCERN | {"destination": "not_taken_up"})
    assert decided(overlast)[0].extent == "not"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"destination": ""}, "Kies een bestemming."),
        ({"rationale": ""}, "Vul in waarom u dit besluit. Eén zin is genoeg."),
        ({"destination": "local_priority"}, "Kies een prioriteit bij ‘Lokale prioriteit’"),
        ({"destination": "other_policy"}, "Vul bij ‘Ander beleidsterrein’ in"),
        ({"destination": "regional_priority", "first_regional_priority": "999999"}, "Dit kunt u hier niet kiezen"),
        ({"destination": "toverij"}, "Dit kunt u hier niet kiezen"),
        ({"second": "going_concern"}, "Deze bestemming staat er al"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(client, anke, overlast, change, words):
    client.force_login(anke)
    response = client.post(item_url(overlast), GOING_CONCERN | {"rationale": "Mijn zorgvuldige zin."} | change)
    assert response.status_code == 422
    assert words in response.text
    assert "<title>Fout: " in response.text
    if "rationale" not in change:
        assert "Mijn zorgvuldige zin." in response.text
    assert decided(overlast) == []


def test_a_neighbours_local_priority_cannot_be_chosen(client, anke, overlast, hilversum):
    from tests.conftest import make_priority

    foreign = make_priority(hilversum, "Drugshandel op straat")
    client.force_login(anke)
    response = client.post(item_url(overlast), GOING_CONCERN | {"destination": "local_priority", "first_local_priority": foreign.pk})
    assert response.status_code == 422
    assert "Drugshandel" not in response.text
    assert decided(overlast) == []


def test_when_a_colleague_was_earlier_both_texts_are_shown_and_the_officer_chooses(client, anke, peter, overlast):
    client.force_login(peter)
    client.post(item_url(overlast), GOING_CONCERN | {"rationale": "Peters reden."})
    client.force_login(anke)
    mine = GOING_CONCERN | {"destination": "other_policy", "first_other_policy": "Jeugdbeleid", "rationale": "Ankes reden."}
    response = client.post(item_url(overlast), mine)
    assert response.status_code == 409
    for words in ("Peter Vos was eerder", "Peters reden.", "Ankes reden.", "Jeugdbeleid"):
        assert words in response.text
    assert [decision.rationale for decision in decided(overlast)] == ["Peters reden."]
    client.post(item_url(overlast), mine | {"actie": "vervangen"})
    assert [decision.rationale for decision in decided(overlast)] == ["Ankes reden."]


def test_a_decision_can_be_taken_back_with_the_button_in_the_message(client, anke, overlast):
    client.force_login(anke)
    page = client.post(item_url(overlast), GOING_CONCERN | {"actie": "blijven"}, follow=True)
    (decision,) = decided(overlast)
    address = reverse("priorities:triage-undo", args=["blaricum", "2027-2030", overlast.pk]) + f"?besluit={decision.pk}"
    assert address in page.text
    response = client.post(address, follow=True)
    assert "Ongedaan gemaakt: Jeugdoverlast. Het punt staat weer in de lijst." in response.text
    assert decided(overlast) == []


def test_taking_back_what_a_colleague_changed_since_is_refused_in_words(client, anke, peter, overlast):
    client.force_login(anke)
    client.post(item_url(overlast), GOING_CONCERN)
    (mine,) = decided(overlast)
    client.force_login(peter)
    client.post(item_url(overlast), GOING_CONCERN | {"seen": mine.pk, "rationale": "Beter."})
    client.force_login(anke)
    address = reverse("priorities:triage-undo", args=["blaricum", "2027-2030", overlast.pk])
    response = client.post(f"{address}?besluit={mine.pk}", follow=True)
    assert "is intussen opnieuw afgewogen" in response.text
    assert [decision.rationale for decision in decided(overlast)] == ["Beter."]


def test_a_council_member_reads_the_answer_but_gets_no_form(client, anke, carla, overlast):
    client.force_login(anke)
    client.post(item_url(overlast), GOING_CONCERN)
    client.force_login(carla)
    page = client.get(item_url(overlast))
    assert "Dit blijft gewoon werk." in page.text
    assert "Vastleggen en volgende" not in page.text
    assert client.post(item_url(overlast), GOING_CONCERN | {"rationale": "Van mij."}).status_code == 403
    assert [decision.rationale for decision in decided(overlast)] == ["Dit blijft gewoon werk."]


def test_an_outsider_finds_nothing(client, bram, overlast, queue_url):
    client.force_login(bram)
    for address in (queue_url, item_url(overlast)):
        assert client.get(address).status_code == 404
    assert client.post(item_url(overlast), GOING_CONCERN).status_code == 404
    assert decided(overlast) == []


def test_the_filter_stays_in_the_address_and_leads_to_the_next_that_fits(client, anke, council_round, overlast):
    make_contribution(council_round, "Snelheid op de Huizerweg")
    hounds = make_contribution(council_round, "Jeugd en honden")
    client.force_login(anke)
    response = client.post(item_url(overlast) + "?zoek=jeugd", GOING_CONCERN)
    assert response.url == item_url(hounds) + "?zoek=jeugd"
    page = client.get(response.url)
    assert "Jeugd en honden" in page.text
    assert "Snelheid op de Huizerweg" not in page.text


def test_a_search_without_a_hit_says_so(client, anke, queue_url, overlast):
    client.force_login(anke)
    response = client.get(queue_url + "?zoek=fatbike")
    assert "Niets gevonden voor ‘fatbike’" in response.text


def test_who_mistyped_searches_again_right_there_within_the_same_filters(client, anke, queue_url, overlast):
    client.force_login(anke)
    page = client.get(queue_url + "?zoek=jegd&bron=council&van=niemand").text
    form = page[page.index('role="search"') : page.index("Zoek opnieuw")]
    assert 'name="zoek" type="search" value="jegd"' in form
    assert '<input type="hidden" name="bron" value="council">' in form
    assert '<input type="hidden" name="van" value="niemand">' in form


def test_a_point_that_waits_has_the_same_word_everywhere_on_the_screen(client, anke, overlast):
    client.force_login(anke)
    assert "Nog afwegen</span>" in client.get(item_url(overlast)).text


@pytest.mark.parametrize("tail", ["?status=onzin", "?bron=marsman", "?zoek=%00", "?zoek='); DROP TABLE", "?ronde=nergens"])
def test_an_odd_address_is_never_an_error(client, anke, queue_url, overlast, tail):
    client.force_login(anke)
    assert client.get(queue_url + tail, follow=True).status_code == 200
    assert client.get(item_url(overlast) + tail).status_code == 200


def test_points_that_look_alike_are_shown_with_their_decision(client, anke, council_round, overlast):
    similar = make_contribution(council_round, "Jeugdoverlast bij het zwembad")
    make_contribution(council_round, "Parkeren")
    client.force_login(anke)
    client.post(item_url(similar), GOING_CONCERN)
    page = client.get(item_url(overlast) + "erbij/").text
    section = page[page.index("Lijkt hierop") :]
    assert "Jeugdoverlast bij het zwembad" in section
    assert "Going concern" in section[: section.index("</section>")]
    assert "Parkeren" not in section[: section.index("</section>")]


def test_the_history_tells_the_story_of_a_point(client, anke, peter, carla, overlast):
    client.force_login(anke)
    client.post(item_url(overlast), GOING_CONCERN)
    (first,) = decided(overlast)
    client.force_login(peter)
    client.post(item_url(overlast), GOING_CONCERN | {"seen": first.pk, "rationale": "Nader bekeken: nog steeds."})
    client.force_login(carla)
    story = client.get(reverse("priorities:triage-history", args=["blaricum", "2027-2030", overlast.pk])).text
    assert story.index("Anke de Boer") < story.index("Peter Vos")
    assert "Dit blijft gewoon werk." in story
    assert "Nader bekeken: nog steeds" in story  # the full stop is no change
    assert "Groepen jongeren bij het winkelcentrum." in story


def test_htmx_asks_for_the_same_page_and_finds_the_part_it_swaps(client, anke, overlast):
    client.force_login(anke)
    response = client.post(item_url(overlast), GOING_CONCERN | {"rationale": ""}, headers={"HX-Request": "true", "HX-Boosted": "true"})
    assert response.status_code == 422
    assert 'id="triage"' in response.text


def test_the_triage_page_costs_the_same_queries_for_three_points_and_for_fifty(
    client, anke, council_round, overlast, django_assert_num_queries
):
    client.force_login(anke)
    for number in range(3):
        client.post(item_url(make_contribution(council_round, f"Jeugdoverlast {number}")), GOING_CONCERN)
    make_contribution(council_round, "Snelheid")
    with CaptureQueriesContext(connection) as few:
        client.get(item_url(overlast))
    for number in range(50):
        make_contribution(council_round, f"Snelheid {number}")
    with django_assert_num_queries(len(few)):
        client.get(item_url(overlast))


def test_a_council_member_can_look_up_the_keys_and_switch_them_off(client, carla, overlast):
    client.force_login(carla)
    page = client.get(item_url(overlast)).text
    assert "data-keys-switch" in page  # WCAG 2.1.4: single keys can be switched off by whoever has them
    assert 'data-key="?"' in page
