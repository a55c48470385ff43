"""The history of a point: told as a story, each thing once, and to each reader what is theirs to know."""

import datetime
import re

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags

from consultation import services as consultation
from consultation.models import ContactDetails, Contribution, Theme, ThemeField
from ivp_portal.audit.models import LogEntry
from ivp_portal.audit.verbs import VERBS
from ivp_portal.organisation.access import enter_area, inside
from ivp_portal.organisation.roles import Action
from priorities import services
from priorities.decision_kinds import LOCAL_PRIORITY, OTHER_BODY
from priorities.models import BatchAct
from priorities.rules import Choice, PriorityFacts
from priorities.services import batches
from priorities.triage.story import point_of, story_of
from priorities.triage.story_words import AROUND, TELLERS
from tests.conftest import make_contribution
from tests.priorities.conftest import COUNCIL_DATE, weigh

ELSEWHERE = {
    "round.opened", "round.changed", "round.extended", "round.shortened", "round.frozen", "round.slots_set",
    "group.ended", "submission.held", "submission.refused", "attachment.downloaded", "contributions.searched", "import.stopped",
    "invitations.added", "invitations.sent", "invitation.sent_again", "invitation.link_replaced", "invitation.address_changed",
    "invitation.changed", "invitation.revoked", "invitation.offered", "invitation.handed_back", "mail.sent_again",
    "theme.added", "theme.changed", "theme.retired", "theme.restored", "theme.word_added", "theme.word_removed", "theme.handler_set",
    "contact.outlived", "contact.bodies_outlived", "contact.forgotten", "answers.sent", "way.changed",
    "advice.addresses_outlived", "suggestions.asked", "points.exported", "rationales.offered",
    "priority.written", "priority.changed", "standard.added", "standard.changed", "standard.retired", "standard.restored",
    "plan.started", "plan.changed", "plan.priorities_chosen", "plan.rounds_chosen", "route.changed",
    "chapter.added", "chapter.changed", "proposal.changed", "report.requested", "report.downloaded",
}  # fmt: skip
"""Verbs about something else than one point; what of them reaches a point is told by its own lines and rows."""


def url(contribution):
    return f"/blaricum/2027-2030/afwegen/{contribution.pk}/geschiedenis/"


def told(client, contribution):
    """The story as a person reads it: one line a moment, without the marks."""
    page = client.get(url(contribution)).text
    story = page[page.index('id="verloop"') : page.index("</main>")]
    story = re.sub(r'<span class="p-hidden">.*?</span>', "", story, flags=re.DOTALL).replace("</span>", "</span> ")
    found = re.findall(r"<li>(?:<time|<span class=\"p-story__time\").*?(?=<li><time|<li><span class=\"p-story__time\"|$)", story, re.DOTALL)
    return [" ".join(strip_tags(re.sub(r"<(time|svg|h3).*?</\1>", "", part, flags=re.DOTALL)).split()) for part in found]


def test_every_verb_about_a_point_has_a_way_to_be_told():
    assert set(TELLERS) | set(AROUND) | ELSEWHERE == set(VERBS)
    assert not (set(TELLERS) | set(AROUND)) & ELSEWHERE


def test_a_point_is_told_from_what_was_said_to_the_answer(client, dated, council_round, anke, peter, gerda):
    with inside("blaricum") as (area,):
        council_round.area = area
        point = consultation.record_on_behalf(
            council_round,
            subject="Verkeer",
            sub_subject="Snelheid",
            text="Er wordt te hart gereden.",
            contributor_kind="resident",
            channel="phone",
            said_on=datetime.date(2026, 9, 10),
            by=anke,
        )
        ContactDetails.objects.create(
            area=area,
            submission=point.submission,
            email="j@voorbeeld.nl",
            consented_at=timezone.now(),
            keep_until=datetime.date(2030, 1, 1),
        )
        consultation.correct(point, subject="Verkeer", sub_subject="Snelheid", text="Er wordt te hard gereden.", by=peter)
        services.change_way_of_working(area, needs_agreement=True, question_days=14, seen=0, by=anke)
        services.add_note(point, text="Zie ook de brief van de buurt.", by=anke)
        services.assign(point, to=peter, by=anke)
        services.ask_question(point, text="Om welke straat gaat het?", by=peter)
    first = weigh(point, anke)
    with inside("blaricum"):
        services.hand_back(first, by=peter, remark="Noem de politie.")
        second = services.decide(
            point, choices=[Choice(OTHER_BODY, named="Politie")], extent="partly", rationale="Dit is werk van de politie.", by=anke
        )
        services.agree(second, by=peter)
        services.propose_plan(dated, by=anke)
        waiting = services.waiting_answers(council_round)
        services.send_answers(council_round, checksum=waiting.checksum, by=anke)
        services.adopt_plan(dated, on=COUNCIL_DATE, by=gerda)
    client.force_login(anke)
    assert told(client, point) == [
        "Inwoner bracht dit in bij ‘Raadssessie 2026’ (telefoon).",
        "Anke de Boer voerde het punt in.",
        "Peter Vos verbeterde de tekst. Verkeer Snelheid Er wordt te harthard gereden.",
        "Anke de Boer schreef een interne notitie. Zie ook de brief van de buurt.",
        "Anke de Boer wees het punt toe aan Peter Vos.",
        told(client, point)[5],  # looked at below: its term depends on the day
        "Anke de Boer legde een afweging vast. Going concern Dit blijft gewoon werk.",
        "Peter Vos legde de afweging terug. Noem de politie.",
        "Anke de Boer wijzigde de afweging. Andere organisatie Politie Deels Dit blijft gewoonis werk van de politie.",
        "Peter Vos gaf akkoord.",
        "Anke de Boer legde het plan voor aan de raad.",
        "Anke de Boer maakte het antwoord bekend aan de inbrenger, per mail en op de statuspagina.",
        "Gerda Mol legde vast dat de raad het plan vaststelde op woensdag 4 juni 2025.",
    ]
    assert told(client, point)[5].startswith("Peter Vos stelde de inbrenger een vraag, tot ")
    assert told(client, point)[5].endswith("Om welke straat gaat het?")


def test_a_council_member_reads_it_without_what_stays_inside(client, carla, anke, peter, overlast, blaricum):
    with inside(blaricum):
        services.change_way_of_working(blaricum, needs_agreement=True, question_days=14, seen=0, by=anke)
        services.add_note(overlast, text="Geheime notitie.", by=anke)
        services.assign(overlast, to=peter, by=anke)
        due = datetime.date(2026, 12, 1)
        asked = services.ask_advice(
            overlast, to_name="Jan Jansen", to_email="jan@voorbeeld.nl", question="Wat vindt u?", due_on=due, by=anke
        )
        services.give_advice(asked, text="Vertrouwelijk advies.")
    decision = weigh(overlast, anke)
    with inside(blaricum):
        services.hand_back(decision, by=peter, remark="Intern: anders.")
    client.force_login(anke)
    assert [part.split(" ")[0] for part in told(client, overlast)] == ["Raad", "Anke", "Anke", "Anke", "Jan", "Anke", "Peter"]
    client.force_login(carla)
    page = client.get(url(overlast)).text
    for inner in ("Geheime", "notitie", "wees het punt", "Jan Jansen", "Wat vindt u", "Vertrouwelijk", "Intern"):
        assert inner not in page
    assert [part.split(".")[0] for part in told(client, overlast)][1:] == [
        "Anke de Boer vroeg advies",
        "Het portaal ontving advies",
        "Anke de Boer legde een afweging vast",
        "Peter Vos legde de afweging terug",
    ]


def test_what_was_taken_out_does_not_come_back_in_the_history(client, anke, carla, council_round):
    point = make_contribution(council_round, "Licht", text="Bel Jan Jansen op 06-12345678 over het licht.")
    with inside("blaricum"):
        words = {"subject": point.subject, "sub_subject": "Licht in het park"}
        consultation.correct(point, **words, text="Bel Jan Jansen op 06-12345678 over licht.", by=anke)
        consultation.redact(point, **words, text="Iemand wil meer licht.", by=anke)
        consultation.correct(point, **words, text="Iemand wil graag meer licht.", by=anke)
    for person in (anke, carla):
        client.force_login(person)
        page = client.get(url(point)).text
        assert "06-12345678" not in page
        assert "De eerdere tekst is niet meer te lezen" in page
        assert "graag" in page


def test_an_act_on_many_says_with_how_many(client, plan, anke, council_round, overlast):
    others = [make_contribution(council_round, f"Punt {number}") for number in range(3)]
    values = {
        "choices": [{"kind": "going_concern", "priority": None, "named": ""}],
        "extent": "wholly",
        "rationale": "Ja.",
        "standard": None,
    }
    with inside("blaricum"):
        batches.carry_out(batches.prepare(plan, BatchAct.DECIDE, [overlast.pk, *(one.pk for one in others)], values, anke), anke)
    client.force_login(anke)
    assert told(client, overlast)[1:] == ["Anke de Boer legde een afweging vast, samen met 3 andere punten. Going concern Ja."]


def test_taking_back_says_what_holds_now(client, anke, overlast):
    weigh(overlast, anke)
    second = weigh(overlast, anke, Choice(OTHER_BODY, named="Politie"))
    with inside("blaricum"):
        restored = services.undo(second, by=anke)
        services.undo(restored, by=anke)
    client.force_login(anke)
    assert told(client, overlast)[3:] == [
        "Anke de Boer maakte de afweging ongedaan; de vorige geldt weer. Going concern Dit blijft gewoon werk.",
        "Anke de Boer maakte de afweging ongedaan; het punt stond weer open.",
    ]


def test_groups_themes_and_withdrawal_are_told_and_the_history_of_a_withdrawn_point_stays(client, anke, council_round, overlast):
    speed = make_contribution(council_round, "Snelheid")
    with inside("blaricum") as (area,):
        field = ThemeField.objects.create(area=area, number=1, name="Leefomgeving")
        theme = Theme.objects.create(area=area, field=field, name="Jeugd op straat")
        consultation.choose_theme(overlast, theme=theme, by=anke)
        consultation.group([overlast, speed], name="Avond", by=anke)
        consultation.take_out(overlast, by=anke)
        services.withdraw_contribution(overlast, reason="Dubbel ingevoerd.", seen=None, by=anke)
    client.force_login(anke)
    assert told(client, overlast)[1:] == [
        "Anke de Boer koos thema ‘Jeugd op straat’.",
        "Anke de Boer zette het punt in groep ‘Avond’.",
        "Anke de Boer haalde het punt uit groep ‘Avond’.",
        "Anke de Boer trok het punt in. Reden: Dubbel ingevoerd.",
    ]
    page = client.get(url(overlast)).text
    assert "Ingetrokken" in page
    assert "Terug naar het punt" not in page


def test_a_priority_that_is_withdrawn_after_the_decision_is_told_with_it(client, plan, anke, overlast, council_round):
    with inside("blaricum"):
        youth = plan.priorities.select_related("area").get(title="Jeugd")
    weigh(overlast, anke, Choice(LOCAL_PRIORITY, PriorityFacts(youth.pk, youth.title, youth.level)))
    with inside("blaricum"):
        youth.refresh_from_db()
        services.withdraw_priority(youth, seen=youth.version, reason="Valt onder een andere.", by=anke)
    client.force_login(anke)
    assert told(client, overlast)[2:] == [
        "Anke de Boer trok prioriteit ‘Jeugd’ in. De afweging is te herzien. Reden: Valt onder een andere."
    ]


def test_a_priority_that_moves_is_told_once_though_two_areas_log_it(client, plan, anke, overlast, blaricum):
    district = blaricum.lineage()[2]
    with inside("blaricum"):
        youth = plan.priorities.select_related("area").get(title="Jeugd")
    weigh(overlast, anke, Choice(LOCAL_PRIORITY, PriorityFacts(youth.pk, youth.title, youth.level)))
    with inside("blaricum", district):
        youth.refresh_from_db()
        services.move_priority(youth, to=district, seen=youth.version, reason="Speelt in alle gemeenten.", by=anke)
    client.force_login(anke)
    step = f"van Blaricum naar {district.name}"
    assert told(client, overlast)[2:] == [
        f"Anke de Boer gaf prioriteit ‘Jeugd’ een ander niveau: {step}. De afweging is te herzien. Reden: Speelt in alle gemeenten."
    ]


def test_where_it_came_in_with_is_told_too(client, anke, council_round):
    with inside("blaricum") as (area,):
        council_round.area = area
        letter = consultation.record_letter(
            council_round,
            contributor_kind="resident",
            channel="letter",
            said_on=datetime.date(2026, 9, 14),
            text="Beste raad, in het park is het donker.",
            file=None,
            contact={},
            by=anke,
        )
        reaction = consultation.react(letter, text="Klopt dit?")
        point = Contribution.objects.create(
            area=area, round=council_round, submission=letter, number=council_round.contributions.count() + 1, subject="Park"
        )
        field = ThemeField.objects.create(area=area, number=1, name="Leefomgeving")
        consultation.give_theme(area, subjects={"Park": Theme.objects.create(area=area, field=field, name="Licht")}, by=anke)
        consultation.settle_reaction(reaction, by=anke)
    client.force_login(anke)
    assert told(client, point) == [
        "Inwoner bracht dit in bij ‘Raadssessie 2026’ (brief).",
        "Anke de Boer legde de brief vast.",
        "Inwoner reageerde op het antwoord.",
        "Anke de Boer gaf punten over ‘park’ een thema.",
        "Anke de Boer handelde de reactie af.",
    ]


def test_each_line_about_the_point_is_told_exactly_once(plan, anke, peter, overlast, council_round):
    weigh(overlast, anke)
    weigh(overlast, peter)
    with inside("blaricum"):
        services.assign(overlast, to=peter, by=anke)
        consultation.correct(overlast, subject="Jeugd", sub_subject="Overlast", text="Anders.", by=anke)
    with inside("blaricum"):
        plan.area = enter_area(anke, "blaricum", Action.READ)
        moments = [moment for day in story_of(plan, point_of(plan, overlast.pk)) for moment in day.moments]
        lines = list(LogEntry.objects.about(overlast).values_list("pk", flat=True))
    assert [moment.line for moment in moments] == [None, *lines]


def test_a_long_history_costs_as_much_as_a_short_one(client, anke, peter, overlast, plan):
    with inside("blaricum"):
        youth = plan.priorities.select_related("area").get(title="Jeugd")
    choice = Choice(LOCAL_PRIORITY, PriorityFacts(youth.pk, youth.title, youth.level))
    client.force_login(anke)
    weigh(overlast, anke, choice)
    few = cost(client, overlast)
    for number in range(15):
        weigh(overlast, peter if number % 2 else anke, choice)
        with inside("blaricum"):
            services.add_note(overlast, text=f"Notitie {number}.", by=anke)
    assert cost(client, overlast) == few
    assert len(told(client, overlast)) == 32


def cost(client, contribution):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url(contribution)).status_code == 200
    return len(captured)
