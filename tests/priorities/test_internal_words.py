"""What colleagues write to each other, what they were advised and who answers a point stays inside: no page, paper, mail or file has it."""

import io
import json
import zipfile

from django.core import mail as postbox

import pytest

from consultation.models import Mail
from ivp_portal.organisation.access import inside
from ivp_portal.organisation.roles import Action, Role
from priorities import services
from priorities.models import PlanSnapshotRecord, SentAnswer
from priorities.snapshots import snapshot_of
from reports.documents import DOCUMENTS
from reports.rendering import html_for
from tests.architecture.test_every_url import LINES, OPEN, address_of, world
from tests.conftest import person
from tests.priorities.conftest import weigh
from tests.priorities.test_questions import reachable

__all__ = ["world"]

NOTE, ADVICE, ASKED, HANDLER = "Zwanenhalskwestie", "Kameleonspoor", "Draaikolkvraag", "Wolfert Behandelaarszoon"
ADVISED = {"answers:advice"}
"""Where the question to an adviser, and their own advice, are meant to be read."""


@pytest.fixture
def secretive(world, plan, anke, overlast, council_round):
    """A point with a note, advice and somebody who answers it; weighed, and answered to its sender."""
    handler = person("wolfert", HANDLER, plan.area, Role.POLICY_OFFICER)
    point = reachable(council_round)
    with inside(plan.area):
        for one in (overlast, point):
            services.assign(one, to=handler, by=anke)
            services.add_note(one, text=f"Een {NOTE}.", by=anke)
        request = services.ask_advice(
            point, to_name="Politie", to_email="p@voorbeeld.nl", question=f"De {ASKED}?", due_on=council_round.closes_at.date(), by=anke
        )
        services.give_advice(request, text=f"Volg het {ADVICE}.")
        services.ask_question(point, text="Waar ziet u dit?", by=anke)
    weigh(point, anke)
    with inside(plan.area):
        services.send_answers(council_round, checksum=services.waiting_answers(council_round).checksum, by=anke)
    services.write_due_mails()
    return world


def found_in(text: str, *words: str) -> list[str]:
    return [word for word in words or (NOTE, ADVICE, ASKED, HANDLER) if word in text]


def test_the_words_are_there_to_be_found(client, anke, secretive, overlast):
    client.force_login(anke)
    page = client.get(f"/blaricum/2027-2030/afwegen/{overlast.pk}/werk/").text
    assert found_in(page, NOTE, HANDLER) == [NOTE, HANDLER]


def test_no_page_without_log_in_has_them(client, secretive):
    wrong = {}
    for name, line in LINES.items():
        if line.get == OPEN:
            answer = client.get(address_of(name, secretive))
            text = "".join(part.decode() for part in answer.streaming_content) if answer.streaming else answer.text
            wrong[name] = found_in(text, NOTE, HANDLER) if name in ADVISED else found_in(text)
    assert {"answers:status", "answers:question", "answers:advice", "public:form"} <= set(wrong)
    assert {name: words for name, words in wrong.items() if words} == {}


def test_no_page_the_council_or_the_clerk_reads_has_a_note_or_an_advice(client, carla, gerda, secretive):
    wrong = []
    for user in (carla, gerda):
        client.force_login(user)
        for name, line in LINES.items():
            if line.get in {Action.READ, Action.EXPORT}:
                answer = client.get(address_of(name, secretive))
                text = "" if answer.streaming else answer.content.decode(errors="replace")
                wrong += [(name, word) for word in found_in(text, NOTE, ADVICE, ASKED)]
    assert wrong == []


def test_no_mail_has_them_but_the_question_to_the_adviser(secretive, plan):
    with inside(plan.area):
        mails = list(Mail.objects.all())
    assert {"answer", "question", "advice"} <= {mail.kind for mail in mails}
    texts = [(mail.kind, f"{mail.subject} {mail.text}") for mail in mails] + [("", str(sent.message())) for sent in postbox.outbox]
    assert [(kind, word) for kind, text in texts for word in found_in(text, NOTE, ADVICE, HANDLER)] == []
    assert {kind for kind, text in texts if found_in(text, ASKED)} <= {"advice"}


def test_no_answer_snapshot_or_paper_has_them(secretive, plan, anke):
    with inside(plan.area):
        services.take_snapshot(plan)
        snapshot = snapshot_of(plan)
        assert found_in(" ".join(PlanSnapshotRecord.objects.values_list("content", flat=True))) == []
        assert found_in(json.dumps(list(SentAnswer.objects.values()), default=str)) == []
    drawn = [html_for(document, snapshot) for document in DOCUMENTS if not document.refusal(snapshot)]
    assert drawn
    assert [word for html in drawn for word in found_in(html)] == []


@pytest.mark.parametrize("format", ["csv", "xlsx", "ods"])
def test_no_file_to_take_along_has_them(client, anke, secretive, format):
    client.force_login(anke)
    answer = client.get(f"/blaricum/2027-2030/afwegen/uitvoer/{format}/?status=alles")
    content = b"".join(answer.streaming_content)
    if format != "csv":
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            content = b" ".join(file.read(name) for name in file.namelist())
    assert "Jeugdoverlast" in content.decode(errors="replace")
    assert found_in(content.decode(errors="replace")) == []


def test_no_table_to_paste_has_them(client, anke, secretive):
    client.force_login(anke)
    page = client.get("/blaricum/2027-2030/afwegen/uitvoer/tabel/?status=alles").text
    assert "Jeugdoverlast" in page
    assert found_in(page, NOTE, ADVICE, ASKED) == []
