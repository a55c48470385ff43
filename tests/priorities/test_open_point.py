"""The open point: what was said and where, who else looks at it, what lies beside it; and how little it costs."""

import datetime
import html
import re

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import pytest
import time_machine

from consultation.models import Channel, Contribution, ContributorKind, Submission, Theme, ThemeField
from consultation.services import Cut, correct_transcript, freeze_round, record_letter, split
from ivp_portal.audit.models import LogEntry
from ivp_portal.organisation.access import inside
from priorities import services
from priorities.models import Presence, QueueRow, StandardRationale
from tests.conftest import make_contribution
from tests.priorities.conftest import weigh
from tests.priorities.test_triage_page import GOING_CONCERN, decided, item_url

LETTER = (
    "Geachte raad,\n\nDe wijk groeit. We wonen er graag. ’s Avonds is het onrustig bij het zwembad. Jongeren rijden met scooters "
    "over het pad. Dat gaat soms net goed. Wij vragen u om toezicht. Ook de verlichting kan beter.\n\nMet vriendelijke groet"
)
QUOTE = "Jongeren rijden met scooters over het pad."
BEGINS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def part_url(contribution, name):
    return reverse(f"priorities:triage-{name}", args=["blaricum", "2027-2030", contribution.pk])


def split_off(round, by, text, quote, title):
    """A point made of these words of a resident's letter."""
    with inside("blaricum"):
        said_on = datetime.date(2026, 9, 14)
        submission = record_letter(
            round, contributor_kind=ContributorKind.RESIDENT, channel=Channel.LETTER, said_on=said_on, text=text, by=by
        )
        transcript = submission.transcripts.get()
        start = transcript.text.index(quote)
        return split(submission, Cut(transcript, (start, start + len(quote)), title), by=by)


@pytest.fixture
def scooters(council_round, anke):
    return split_off(council_round, anke, LETTER, QUOTE, "Scooters op het pad")


def queries_of(client, address, **headers):
    with CaptureQueriesContext(connection) as caught:
        response = client.get(address, headers=headers)
    assert response.status_code == 200
    return [one["sql"] for one in caught.captured_queries if not one["sql"].startswith(BEGINS)]


def test_an_open_point_costs_at_most_eight_queries_decided_or_not(client, anke, scooters, overlast, council_round):
    client.force_login(anke)
    client.post(item_url(scooters), GOING_CONCERN)
    for number in range(20):
        make_contribution(council_round, f"Snelheid {number}")
    client.get(item_url(overlast))  # the message was read
    for point in (overlast, scooters):
        made = queries_of(client, item_url(point) + "?status=alles")
        assert len(made) <= 8, "\n".join(made)
        part = queries_of(client, item_url(point) + "?status=alles", **{"HX-Request": "true", "HX-Boosted": "true", "HX-Target": "triage"})
        assert len(part) <= 8, "\n".join(part)


def test_htmx_gets_the_part_it_swaps_and_a_deep_link_the_page(client, anke, overlast):
    client.force_login(anke)
    part = client.get(item_url(overlast), headers={"HX-Request": "true", "HX-Boosted": "true", "HX-Target": "triage"})
    page = client.get(item_url(overlast))
    assert 'id="triage"' in part.text and 'id="te-doen-boven"' in part.text
    assert "<title>Jeugdoverlast afwegen – Gemeente Blaricum, IVP-portaal</title>" in part.text
    assert "<html" not in part.text and "<footer" not in part.text
    assert part.text.partition('id="triage"')[2].strip().removesuffix("</div>")[:400] in page.text
    assert {"HX-Request", "HX-Target"} <= {name.strip() for name in part["Vary"].split(",")}
    restored = client.get(item_url(overlast), headers={"HX-Request": "true", "HX-Target": "triage", "HX-History-Restore-Request": "true"})
    assert "<html" in restored.text


SHOWN = re.compile(r'"Queue-Shown": "([^"]*)"')


def go_to(client, point, shown, tail=""):
    """As htmx does when somebody goes to this point from a screen that shows these rows."""
    headers = {"HX-Request": "true", "HX-Boosted": "true", "HX-Target": "punt", "Queue-Shown": shown}
    return client.get(item_url(point) + tail, headers=headers)


@pytest.fixture
def rows_shown(client, anke, overlast, council_round, theme):
    """Forty points, the first of them open on the screen: the points and what the screen says of its rows."""
    points = [overlast, *(make_contribution(council_round, f"Snelheid {number}") for number in range(39))]
    with inside("blaricum"):  # one theme known, the others not
        Contribution.objects.filter(pk=points[5].pk).update(theme=theme)
    client.force_login(anke)
    return points, html.unescape(SHOWN.search(client.get(item_url(overlast)).text)[1])


def test_who_goes_to_the_next_point_gets_that_point_and_the_list_stays(client, rows_shown):
    points, shown = rows_shown
    part = go_to(client, points[1], shown)
    assert "<title>Snelheid 0 afwegen – Gemeente Blaricum, IVP-portaal</title>" in part.text
    assert 'id="punt"' in part.text and 'name="rationale"' in part.text and "2 van 40" in part.text
    assert "p-queue__list" not in part.text and "HX-Retarget" not in part
    assert f'href="{item_url(points[0])}" data-key="k"' in part.text and f'href="{item_url(points[2])}" data-key="j"' in part.text
    assert part.text.count('hx-swap-oob="true"') == 2  # who else is here, and the message that was read
    whole = client.get(item_url(points[1])).text
    assert part.text.partition('id="punt"')[2].split('name="csrfmiddlewaretoken"')[0] in whole


@pytest.mark.parametrize(
    "why", ["near the end", "another list", "a colleague decided", "a colleague put one off", "nothing shown", "made up"]
)
def test_where_the_list_is_not_the_same_any_more_the_whole_screen_comes(client, peter, rows_shown, why):
    points, shown = rows_shown
    if why == "a colleague decided":
        weigh(points[20], peter)
    if why == "a colleague put one off":
        with inside("blaricum"):
            services.put_off(points[3])
    point = points[29] if why == "near the end" else points[1]
    shown = {"nothing shown": "", "made up": "0.1.x~~~"}.get(why, shown)
    part = go_to(client, point, shown, "?status=alles" if why == "another list" else "")
    assert 'id="triage"' in part.text and "p-queue__list" in part.text
    assert (part["HX-Retarget"], part["HX-Reselect"]) == ("#triage", "#triage")


def test_going_to_the_next_point_costs_at_most_eight_queries(client, rows_shown):
    points, shown = rows_shown
    headers = {"HX-Request": "true", "HX-Boosted": "true", "HX-Target": "punt", "Queue-Shown": shown}
    made = queries_of(client, item_url(points[1]), **headers)
    assert len(made) <= 8, "\n".join(made)


def test_the_words_are_shown_where_they_stand_in_the_letter(client, anke, scooters):
    client.force_login(anke)
    page = client.get(item_url(scooters)).text
    assert f"<mark>{QUOTE}</mark>" in page
    shown = page.partition('class="p-letter"')[2].partition("</blockquote>")[0]
    assert "bij het zwembad." in shown and "Wij vragen u om toezicht." in shown
    assert "Geachte raad" not in shown and "vriendelijke groet" not in shown
    link = reverse("consultation:submission-detail", args=["blaricum", "raadssessie", scooters.submission_id])
    assert f'href="{link}#plek-{scooters.number}"' in page
    assert "Raadssessie 2026, punt" in page


def test_a_corrected_letter_is_followed_and_what_is_gone_is_said(client, anke, scooters):
    client.force_login(anke)
    with inside("blaricum"):
        submission = Submission.objects.get(pk=scooters.submission_id)
        correct_transcript(submission, text=LETTER.replace("De wijk groeit.", "Onze wijk groeit hard."), seen=1, by=anke)
    assert f"<mark>{QUOTE}</mark>" in client.get(item_url(scooters)).text
    with inside("blaricum"):
        correct_transcript(submission, text="Een heel andere brief over honden.", seen=2, by=anke)
    page = client.get(item_url(scooters)).text
    assert "staan niet meer in de verbeterde tekst" in page
    assert "<mark>" not in page


def test_what_somebody_wrote_in_a_letter_stays_text(client, anke, council_round):
    point = split_off(council_round, anke, "<script>alert(1)</script> Er is overlast.", "Er is overlast.", "Overlast")
    client.force_login(anke)
    page = client.get(item_url(point)).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_colleague_who_has_the_point_open_is_seen_for_three_quarters_of_a_minute(client, anke, peter, overlast):
    with time_machine.travel(datetime.datetime(2026, 11, 20, 10, 0, tzinfo=datetime.UTC), tick=False) as clock:
        client.force_login(peter)
        assert client.post(part_url(overlast, "presence")).status_code == 204
        client.force_login(anke)
        seen = client.post(part_url(overlast, "presence"))
        assert "Peter Vos heeft dit punt ook open" in seen.text
        assert "innerHTML:#p-live" in seen.text
        assert client.post(part_url(overlast, "presence"), {"bekend": "Peter Vos"}).status_code == 204
        clock.shift(46)
        gone = client.post(part_url(overlast, "presence"), {"bekend": "Peter Vos"})
        assert "p-here" not in gone.text
        assert "U heeft dit punt nu alleen open" in gone.text


def test_somebody_leaves_no_trail_of_points_they_had_open(client, anke, overlast, council_round):
    speed = make_contribution(council_round, "Snelheid")
    client.force_login(anke)
    with time_machine.travel(datetime.datetime(2026, 11, 20, 10, 0, tzinfo=datetime.UTC), tick=False) as clock:
        client.post(part_url(overlast, "presence"))
        clock.shift(60)
        client.post(part_url(speed, "presence"))
    with inside("blaricum"):
        assert [sign.contribution_id for sign in Presence.objects.all()] == [speed.pk]
        assert not LogEntry.objects.about(overlast).exists()


def test_a_council_member_does_not_show_and_does_not_see_who_is_there(client, carla, overlast):
    client.force_login(carla)
    assert client.post(part_url(overlast, "presence")).status_code == 403
    assert "data-present" not in client.get(item_url(overlast)).text


@pytest.fixture
def theme(blaricum):
    nation = blaricum.lineage()[-1]
    with inside(nation):
        field = ThemeField.objects.create(area=nation, number=3, name="Jeugd en veiligheid")
        return Theme.objects.create(area=nation, field=field, name="Jeugdoverlast en drugs")


def test_an_officer_gives_the_point_a_theme_and_the_queue_and_the_log_know(client, anke, overlast, theme):
    client.force_login(anke)
    assert "Jeugdoverlast en drugs" in client.get(part_url(overlast, "theme")).text
    assert client.post(part_url(overlast, "theme"), {"theme": theme.pk}).url == item_url(overlast)
    assert '<dd id="punt-thema">Jeugdoverlast en drugs' in client.get(item_url(overlast)).text
    client.post(part_url(overlast, "theme"), {"theme": theme.pk})
    with inside("blaricum"):
        assert QueueRow.objects.get(pk=overlast.pk).theme_id == theme.pk
        (line,) = LogEntry.objects.about(overlast)
        assert (line.verb, line.facts) == ("contribution.themed", {"theme_before": "", "theme_after": "Jeugdoverlast en drugs"})
    client.post(part_url(overlast, "theme"), {"theme": ""})
    with inside("blaricum"):
        assert Contribution.objects.get(pk=overlast.pk).theme is None


def test_an_unknown_theme_is_refused_and_after_adoption_none_changes(client, anke, overlast, theme):
    client.force_login(anke)
    assert client.post(part_url(overlast, "theme"), {"theme": "999999"}).status_code == 422
    with inside("blaricum"):
        freeze_round(overlast.round, by=None)
    assert client.post(part_url(overlast, "theme"), {"theme": theme.pk}).status_code == 409
    with inside("blaricum"):
        assert Contribution.objects.get(pk=overlast.pk).theme is None


def test_the_standard_text_comes_filled_in_and_stays_traceable(client, anke, overlast, theme):
    with inside("blaricum"):
        text = StandardRationale.objects.create(
            area=overlast.area, kind="going_concern", name="Kort", text="{onderwerp} valt onder {thema}.", is_usual=True
        )
    client.force_login(anke)
    client.post(part_url(overlast, "theme"), {"theme": theme.pk})
    page = client.get(item_url(overlast)).text
    assert f'data-stock="Jeugdoverlast valt onder Jeugdoverlast en drugs." data-standard="{text.pk}"' in page
    client.post(item_url(overlast), GOING_CONCERN | {"rationale": "Jeugdoverlast valt daaronder.", "standard": text.pk})
    assert decided(overlast)[0].standard_id == text.pk


def test_without_script_the_button_fills_in_the_standard_text_and_decides_nothing(client, anke, overlast):
    with inside("blaricum"):
        for name in ("Kort", "Lang"):
            last = StandardRationale.objects.create(area=overlast.area, kind="going_concern", name=name, text=f"{name} over {{onderwerp}}.")
    client.force_login(anke)
    sent = GOING_CONCERN | {"rationale": "", "actie": "standaard", "standard_going_concern": last.pk}
    page = client.post(item_url(overlast), sent)
    assert page.status_code == 200
    assert "Lang over Jeugdoverlast.</textarea>" in page.text
    assert decided(overlast) == []


def test_a_standard_text_of_a_neighbour_is_not_kept_with_the_decision(client, anke, overlast, hilversum):
    with inside(hilversum):
        foreign = StandardRationale.objects.create(area=hilversum, kind="going_concern", name="Kort", text="Van hen.")
    client.force_login(anke)
    client.post(item_url(overlast), GOING_CONCERN | {"standard": foreign.pk})
    assert decided(overlast)[0].standard_id is None


def test_three_destinations_are_kept_in_their_order(client, anke, overlast):
    client.force_login(anke)
    more = {"second": "other_body", "second_other_body": "Politie", "third": "other_policy", "third_other_policy": "Jeugdbeleid"}
    client.post(item_url(overlast), GOING_CONCERN | more)
    with inside("blaricum"):
        (decision,) = decided(overlast)
        assert [str(one) for one in decision.destinations.all()] == [
            "Going concern", "Andere organisatie: Politie", "Ander beleidsterrein: Jeugdbeleid",
        ]  # fmt: skip


def test_what_is_missing_in_the_third_destination_is_said_there(client, anke, overlast):
    client.force_login(anke)
    response = client.post(item_url(overlast), GOING_CONCERN | {"third": "other_body"})
    assert response.status_code == 422
    assert 'id="id_third_other_body-fout"' in response.text


def test_beside_the_point_is_a_page_without_script_and_a_fragment_with_it(client, anke, overlast):
    client.force_login(anke)
    page, part = client.get(part_url(overlast, "beside")), client.get(part_url(overlast, "beside"), headers={"HX-Request": "true"})
    assert "<html" in page.text and "Lijkt hierop" in page.text
    assert "<html" not in part.text and "Lijkt hierop" in part.text
    assert '<datalist id="namen-other_body">' in part.text


def test_an_officer_can_word_theirs_anew_after_a_colleague_was_earlier(client, anke, peter, overlast):
    client.force_login(peter)
    client.post(item_url(overlast), GOING_CONCERN | {"rationale": "De jeugd krijgt een plek."})
    (theirs,) = decided(overlast)
    client.force_login(anke)
    mine = GOING_CONCERN | {"rationale": "De jeugd krijgt geen plek."}
    conflict = client.post(item_url(overlast), mine)
    assert conflict.status_code == 409
    assert "een</del>" not in conflict.text and ">een<span" in conflict.text
    again = client.post(item_url(overlast), mine | {"actie": "aanpassen"})
    assert again.status_code == 200
    assert "De jeugd krijgt geen plek.</textarea>" in again.text
    assert f'name="seen" value="{theirs.pk}"' in again.text
    assert [one.pk for one in decided(overlast)] == [theirs.pk]
