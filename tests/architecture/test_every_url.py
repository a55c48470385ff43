"""Every address of the portal, asked for by everybody: one table, and a new address without a line in it fails."""

import datetime
import uuid
from dataclasses import dataclass, field
from http.cookies import Morsel
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone

import pytest

from consultation import links
from consultation.models import ContributionGroup, Draft, Invitation, Mail, MailKind, Reaction, Round, SpreadsheetImport, Theme, ThemeField
from consultation.services import keep_attachment, record_letter
from ivp_portal.organisation.access import inside
from ivp_portal.organisation.models import User
from ivp_portal.organisation.roles import Action, Role, grants
from priorities import services
from priorities.decision_kinds import GOING_CONCERN
from priorities.models import (
    AdviceRequest,
    Chapter,
    CouncilProposal,
    Note,
    Phase,
    Question,
    RationaleSheet,
    RouteStep,
    SavedView,
    ThemeHandler,
)
from priorities.rules import Choice
from priorities.triage import links as asking_links
from reports.documents import DOCUMENTS_BY_SLUG
from reports.pdf import Pdf
from reports.services import claim, keep, request_report

OPEN = "open"
"""For an address that needs nobody to log in."""
ANYBODY = "anybody"
"""For an address that needs a log-in and no municipality."""

PEOPLE = {
    "anke": Role.POLICY_OFFICER,
    "carla": Role.COUNCIL_MEMBER,
    "gerda": Role.CLERK,
    "dirk": Role.DISTRICT_COORDINATOR,
}
OUTSIDER = "bram"


@dataclass(frozen=True)
class Line:
    """What leave an address asks for, per method; a method that is not there answers 405."""

    get: Action | str | None = Action.READ
    post: Action | str | None = None
    more: dict[str, Any] = field(default_factory=dict)
    """Arguments beside municipality, period and round; a word is the name of a thing in the world below."""
    query: str = ""
    """What stands after the question mark; {decision} is the decision of the world."""

    def leave_for(self, method: str) -> Action | str | None:
        return self.get if method == "get" else self.post


DRAFT, DECIDE, RECORD, READ, EXPORT, ADOPT = Action.DRAFT, Action.DECIDE, Action.RECORD, Action.READ, Action.EXPORT, Action.ADOPT

LINES = {
    "home": Line(get=ANYBODY),
    "login": Line(get=OPEN, post=OPEN),
    "logout": Line(get=None, post=OPEN),
    "web:accessibility": Line(get=OPEN),
    "web:privacy": Line(get=OPEN),
    "web:manual": Line(get=OPEN),
    "web:health": Line(get=OPEN),
    "web:security-txt": Line(get=OPEN),
    "priorities:municipality": Line(),
    "priorities:start": Line(),
    "priorities:triage-queue": Line(),
    "priorities:view-add": Line(get=DECIDE, post=DECIDE),
    "priorities:view-remove": Line(get=None, post=DECIDE, more={"pk": "view"}),
    "priorities:triage-item": Line(post=DECIDE, more={"pk": "contribution"}),
    "priorities:triage-beside": Line(more={"pk": "contribution"}),
    "priorities:triage-later": Line(get=None, post=DECIDE, more={"pk": "contribution"}),
    "priorities:triage-presence": Line(get=None, post=DECIDE, more={"pk": "contribution"}),
    "priorities:triage-theme": Line(get=RECORD, post=RECORD, more={"pk": "contribution"}),
    "priorities:batch-start": Line(get=None, post=DECIDE),
    "priorities:batch-detail": Line(get=DECIDE, post=DECIDE, more={"pk": "batch"}),
    "priorities:triage-take-back": Line(get=None, post=DECIDE),
    "priorities:triage-undo": Line(get=None, post=DECIDE, more={"pk": "contribution"}, query="?besluit={decision}"),
    "priorities:reading-add": Line(get=DECIDE, post=DECIDE, more={"pk": "contribution"}),
    "priorities:way-of-working": Line(get=DRAFT, post=DRAFT),
    "priorities:triage-history": Line(more={"pk": "contribution"}),
    "priorities:suggestions": Line(post=DECIDE),
    "priorities:triage-progress": Line(),
    "priorities:triage-export": Line(get=EXPORT, more={"format": "tabel"}),
    "priorities:sheet-add": Line(get=DECIDE, post=DECIDE),
    "priorities:sheet-detail": Line(get=DECIDE, post=DECIDE, more={"pk": "sheet"}),
    "priorities:round-progress": Line(),
    "priorities:answers-send": Line(get=DECIDE, post=DECIDE),
    "priorities:mail-again": Line(get=None, post=RECORD, more={"pk": "mail"}),
    "priorities:reaction-settle": Line(get=None, post=RECORD, more={"pk": "reaction"}),
    "public:round-list": Line(get=OPEN),
    "public:form": Line(get=OPEN, post=OPEN),
    "public:receipt": Line(get=OPEN, more={"key": "sent"}),
    "public:resume": Line(get=OPEN),
    "public:code": Line(get=OPEN, post=OPEN),
    "public:invitation": Line(get=OPEN, post=OPEN, more={"language": "nl", "token": "writing_token"}),
    "public:invitation-file": Line(get=OPEN, more={"language": "nl", "token": "invitation_token", "pk": "letter_of_draft"}),
    "public:release": Line(get=OPEN, post=OPEN, more={"language": "nl", "token": "release_token"}),
    "public:release-file": Line(get=OPEN, more={"language": "nl", "token": "release_token", "pk": "letter_of_draft"}),
    "priorities:theme-handlers": Line(get=DECIDE, post=DECIDE),
    "priorities:waiting-list": Line(get=DECIDE),
    "priorities:point-work": Line(get=DECIDE, more={"pk": "contribution"}),
    "priorities:point-assign": Line(get=None, post=DECIDE, more={"pk": "contribution"}),
    "priorities:note-add": Line(get=DECIDE, post=DECIDE, more={"pk": "contribution"}),
    "priorities:advice-add": Line(get=DECIDE, post=DECIDE, more={"pk": "contribution"}),
    "priorities:advice-withdraw": Line(get=None, post=DECIDE, more={"pk": "contribution", "number": "advice"}),
    "priorities:question-add": Line(get=DECIDE, post=DECIDE, more={"pk": "contribution"}),
    "answers:advice": Line(get=OPEN, post=OPEN, more={"language": "nl", "token": "advice_token"}),
    "answers:question": Line(get=OPEN, post=OPEN, more={"language": "nl", "token": "question_token"}),
    "answers:status": Line(get=OPEN, post=OPEN, more={"code": "code", "language": "nl"}),
    "priorities:contribution-withdraw": Line(get=RECORD, post=RECORD, more={"pk": "contribution"}),
    "priorities:plan-start": Line(get=DRAFT, post=DRAFT),
    "priorities:plan-detail": Line(),
    "priorities:plan-change": Line(get=DRAFT, post=DRAFT),
    "priorities:plan-route": Line(get=DRAFT, post=DRAFT),
    "priorities:plan-rounds": Line(get=DRAFT, post=DRAFT),
    "priorities:plan-priorities": Line(get=DRAFT, post=DRAFT),
    "priorities:chapter-add": Line(get=DRAFT, post=DRAFT),
    "priorities:chapter-change": Line(post=DRAFT, more={"number": 1}),
    "priorities:plan-propose": Line(get=DRAFT, post=DRAFT),
    "priorities:plan-withdraw": Line(get=DRAFT, post=DRAFT),
    "priorities:plan-adopt": Line(get=ADOPT, post=ADOPT),
    "priorities:proposal-change": Line(post=DRAFT),
    "priorities:priority-list": Line(),
    "priorities:priority-add": Line(get=DRAFT, post=DRAFT),
    "priorities:priority-detail": Line(more={"pk": "priority"}),
    "priorities:priority-change": Line(get=DRAFT, post=DRAFT, more={"pk": "priority"}),
    "priorities:priority-move": Line(get=DRAFT, post=DRAFT, more={"pk": "priority"}),
    "priorities:priority-withdraw": Line(get=DRAFT, post=DRAFT, more={"pk": "priority"}),
    "priorities:priority-restore": Line(get=None, post=DRAFT, more={"pk": "priority"}),
    "priorities:standard-list": Line(),
    "priorities:standard-add": Line(get=DRAFT, post=DRAFT),
    "priorities:standard-detail": Line(more={"pk": "standard"}),
    "priorities:standard-change": Line(get=DRAFT, post=DRAFT, more={"pk": "standard"}),
    "priorities:standard-offer": Line(get=None, post=DRAFT, more={"pk": "standard"}),
    "priorities:standard-wordings": Line(post=DECIDE),
    "consultation:round-list": Line(),
    "consultation:round-add": Line(get=RECORD, post=RECORD),
    "consultation:round-detail": Line(),
    "consultation:round-change": Line(get=RECORD, post=RECORD),
    "consultation:round-copy": Line(get=RECORD, post=RECORD),
    "consultation:theme-list": Line(),
    "consultation:theme-add": Line(get=RECORD, post=RECORD),
    "consultation:theme-subjects": Line(get=RECORD, post=RECORD),
    "consultation:theme-change": Line(get=RECORD, post=RECORD, more={"pk": "theme"}),
    "consultation:theme-offer": Line(get=None, post=RECORD, more={"pk": "theme"}),
    "consultation:theme-word-add": Line(get=None, post=RECORD, more={"pk": "theme"}),
    "consultation:theme-word-remove": Line(get=None, post=RECORD, more={"pk": "theme", "word": 1}),
    "consultation:contribution-add": Line(get=RECORD, post=RECORD),
    "consultation:contribution-correct": Line(get=RECORD, post=RECORD, more={"pk": "contribution"}),
    "consultation:letter-add": Line(get=RECORD, post=RECORD),
    "consultation:submission-list": Line(),
    "consultation:submission-detail": Line(more={"pk": "letter"}),
    "consultation:submission-split": Line(get=RECORD, post=RECORD, more={"pk": "letter"}),
    "consultation:submission-transcript": Line(get=RECORD, post=RECORD, more={"pk": "letter"}),
    "consultation:contact-forget": Line(get=None, post=RECORD, more={"pk": "letter"}),
    "consultation:privacy-review": Line(get=RECORD, post=RECORD),
    "consultation:held-list": Line(get=RECORD, post=RECORD),
    "consultation:attachment-download": Line(get=RECORD, more={"pk": "attachment"}),
    "consultation:invitation-list": Line(),
    "consultation:invitation-add": Line(get=RECORD, post=RECORD),
    "consultation:invitation-add-many": Line(get=RECORD, post=RECORD),
    "consultation:invitation-slots": Line(get=RECORD, post=RECORD),
    "consultation:invitation-send": Line(get=RECORD, post=RECORD),
    "consultation:invitation-detail": Line(get=RECORD, post=RECORD, more={"pk": "invitation"}),
    "consultation:invitation-resend": Line(get=None, post=RECORD, more={"pk": "invitation"}),
    "consultation:invitation-replace-link": Line(get=None, post=RECORD, more={"pk": "invitation"}),
    "consultation:invitation-revoke": Line(get=RECORD, post=RECORD, more={"pk": "invitation"}),
    "consultation:import-add": Line(get=RECORD, post=RECORD),
    "consultation:import-detail": Line(get=RECORD, post=RECORD, more={"pk": "spreadsheet"}),
    "consultation:import-columns": Line(get=None, post=RECORD, more={"pk": "spreadsheet"}),
    "consultation:import-list": Line(get=RECORD),
    "consultation:import-status": Line(get=RECORD, more={"pk": "spreadsheet"}),
    "consultation:import-stop": Line(get=None, post=RECORD, more={"pk": "spreadsheet"}),
    "consultation:import-problems": Line(get=RECORD, more={"pk": "spreadsheet"}),
    "priorities:import-undo": Line(get=RECORD, post=RECORD, more={"pk": "imported"}),
    "consultation:similar-list": Line(get=RECORD, post=RECORD),
    "consultation:group-change": Line(get=None, post=RECORD, more={"pk": "group"}, query="?actie=hef-op"),
    "reports:report-list": Line(),
    "reports:report-request": Line(get=None, post=EXPORT),
    "reports:report-preview": Line(more={"document": "ivp"}),
    "reports:report-status": Line(more={"pk": "report"}),
    "reports:report-download": Line(more={"pk": "report"}),
}


def addresses(patterns: list | None = None, prefix: str = "", given: frozenset[str] = frozenset()) -> dict[str, frozenset[str]]:
    """name -> the arguments of every address there is."""
    found = {}
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        arguments = given | pattern.pattern.converters.keys()
        if isinstance(pattern, URLResolver):
            found |= addresses(pattern.url_patterns, prefix + (f"{pattern.namespace}:" if pattern.namespace else ""), arguments)
        else:
            found[prefix + (pattern.name or str(pattern.pattern))] = arguments
    return found


def test_every_address_has_a_line_and_every_line_an_address():
    assert set(addresses()) == set(LINES)


@pytest.fixture
def world(plan, council_round, overlast, anke, carla, gerda, dirk, bram):
    """One of everything an address can name, in Blaricum."""
    with inside(plan.area):
        decision = services.decide(overlast, choices=[Choice(GOING_CONCERN)], extent="wholly", rationale="Blijft gewoon werk.", by=anke)
        Chapter.objects.create(area=plan.area, plan=plan, number=1, title="Inleiding")
        for month, phase in enumerate(Phase, 1):
            RouteStep.objects.create(
                area=plan.area, plan=plan, phase=phase, meeting="Gemeenteraadsvergadering", on_date=datetime.date(2027, month, 3)
            )
        CouncilProposal.objects.create(area=plan.area, plan=plan, title="Vaststellen IVP", decision_points="Het plan vast te stellen.")
        report = request_report(plan, DOCUMENTS_BY_SLUG["afwegingstabel"], by=anke)
        held = claim(report.pk, plan.area_id)
        assert held and keep(held, Pdf(b"%PDF-1.7 of one page", pages=1))
        spreadsheet = SpreadsheetImport.objects.create(
            area=plan.area, round=council_round, file_name="a.csv", content=b"Onderwerp\nParkeren\n", uploaded_by=anke
        )
        Round.objects.filter(pk=council_round.pk).update(is_public=True)
        sent = Draft.objects.create(area=plan.area, round=council_round, handed_in_at=timezone.now())
        field = ThemeField.objects.create(area=plan.area, number=1, name="Veilige woon- en leefomgeving")
        theme = Theme.objects.create(area=plan.area, field=field, name="Drukte in het dorp")
        imported = SpreadsheetImport.objects.create(
            area=plan.area, round=council_round, file_name="b.csv", content=b"", imported_at=timezone.now(), added=0, known=1, refused=0
        )
        standard = services.add_standard(
            plan.area, kind=GOING_CONCERN.code, name="Gewoon werk", text="Dit blijft gewoon werk, ook bij {thema}.", by=anke
        )
        letter = record_letter(
            council_round,
            contributor_kind="resident",
            channel="letter",
            said_on=datetime.date(2026, 9, 16),
            text="Beste raad,\n\n1) Meer licht\n\nIn het park is het donker.\n\n2) Minder lawaai\n\nMotoren op de dijk.",
            file=SimpleUploadedFile("brief.txt", b"Meer licht in het park."),
            contact={"email": "j@voorbeeld.nl"},
            by=anke,
        )
        mail = Mail.objects.create(
            area=plan.area, round=council_round, key="receipt:1", kind=MailKind.RECEIPT, to="j@voorbeeld.nl", text="Dag.", status="failed"
        )
        reaction = Reaction.objects.create(area=plan.area, submission=letter, text="Het ging om iets anders.")
        invitation = Invitation.objects.create(area=plan.area, round=council_round, name="Politie", kind="partner", created_by=anke)
        asking = Round.objects.create(
            area=plan.area,
            slug="partners",
            kind="partners",
            title="Partners",
            opens_at=timezone.now() - datetime.timedelta(days=1),
            closes_at=timezone.now() + datetime.timedelta(days=1),
        )
        asked = Invitation.objects.create(area=plan.area, round=asking, name="Brandweer", kind="partner", email="b@voorbeeld.nl")
        writing = Invitation.objects.create(area=plan.area, round=asking, name="GGD", kind="partner", email="g@voorbeeld.nl")
        draft = Draft.objects.create(area=plan.area, round=asking, invitation=asked, offered_at=timezone.now(), offered_to="e@voorbeeld.nl")
        attachment = keep_attachment(asking, SimpleUploadedFile("brief.txt", b"Meer licht in het park."), draft=draft)
        asking_for = {"area": plan.area, "contribution": overlast, "asked_by": anke}
        advice = AdviceRequest.objects.create(
            **asking_for, to_name="Politie", to_email="p@voorbeeld.nl", question="Herkent u dit?", due_on=timezone.localdate()
        )
        another = AdviceRequest.objects.create(
            **asking_for, to_name="GGD", to_email="g@voorbeeld.nl", question="En u?", due_on=timezone.localdate()
        )
        question = Question.objects.create(**asking_for, text="Waar precies?", lapses_at=timezone.now() + datetime.timedelta(days=9))
        Note.objects.create(area=plan.area, contribution=overlast, text="Bel de wijkagent.", written_by=anke)
        ThemeHandler.objects.create(area=plan.area, theme=theme, assignee=anke)
        return {
            "advice": another.pk,
            "advice_token": asking_links.token_of(advice),
            "question_token": asking_links.token_of(question),
            "invitation": invitation.pk,
            "invitation_token": links.invitation_token(asked),
            "writing_token": links.invitation_token(writing),
            "release_token": links.release_token(draft),
            "letter_of_draft": attachment.pk,
            "mail": mail.pk,
            "reaction": reaction.pk,
            "code": letter.code,
            "attachment": letter.attachments.get().pk,
            "sent": sent.pk,
            "contribution": overlast.pk,
            "letter": letter.pk,
            "group": ContributionGroup.objects.create(area=plan.area, name="Licht").pk,
            "decision": decision.pk,
            "priority": plan.priorities.get(title="Jeugd").pk,
            "report": report.pk,
            "spreadsheet": spreadsheet.pk,
            "imported": imported.pk,
            "theme": theme.pk,
            "standard": standard.pk,
            "batch": services.prepare_batch(plan, "decide", [overlast.pk], {}, anke).pk,
            "view": SavedView.objects.create(area=plan.area, owner=anke, name="Wat nog moet").pk,
            "sheet": RationaleSheet.objects.create(area=plan.area, plan=plan, file_name="a.xlsx", rows=[], uploaded_by=anke).pk,
        }


def address_of(name: str, things: dict[str, Any]) -> str:
    """The address in Blaricum that names these things; what is not a word in the table is used as it stands."""
    given = {"municipality": "blaricum", "period": "2027-2030", "round": "raadssessie", "language": "nl", "link": "zomaar"}
    given |= {argument: things.get(thing, thing) for argument, thing in LINES[name].more.items()}
    path = reverse(name, kwargs={argument: given[argument] for argument in addresses()[name]})
    return path + LINES[name].query.format(decision=things.get("decision", 0))


def is_refusal_to_strangers(response) -> bool:
    return response.status_code == 302 and response.url.startswith(reverse("login"))


@pytest.mark.parametrize("method", ["get", "post"])
def test_everybody_gets_what_the_table_says_and_nothing_more(world, method):
    clients = {who: Client() for who in ["stranger", OUTSIDER, *PEOPLE]}
    users = {user.username: user for user in User.objects.filter(username__in=clients)}
    wrong = []
    for name, line in LINES.items():
        address, leave = address_of(name, world), line.leave_for(method)
        for who, client in clients.items():
            if who in users and not client.cookies.get(settings.SESSION_COOKIE_NAME, Morsel()).value:  # at first, and after logging out
                client.force_login(users[who])
            response = getattr(client, method)(address)
            if problem := _problem(name, who, leave, response):
                wrong.append(f"{method.upper()} {name} as {who}: {problem}")
    assert wrong == []


def _problem(name: str, who: str, leave: Action | str | None, response) -> str:
    """What is wrong with this answer; '' when it is as the table says."""
    status = response.status_code
    if name == "web:health" and status == 503:  # no broker runs beside this test, and the page must say so
        return ""
    if status >= 500:
        return f"a fault of ours, {status}"
    if leave == OPEN:
        return "" if status < 400 or status == 422 else f"{status}, but it is open to everybody"
    if leave is None and LINES[name].get == OPEN:
        return "" if status == 405 else f"{status}, but this method is not there"
    if who == "stranger":
        return "" if is_refusal_to_strangers(response) else f"{status}, not sent to the log-in page"
    if leave is None:
        return "" if status in {404, 405} else f"{status}, but this method is not there"
    if leave == ANYBODY:
        return "" if status < 400 else f"{status}, but it is open to whoever logs in"
    if who == OUTSIDER:
        return "" if status == 404 else f"{status}, but a neighbour must find nothing"
    if grants(PEOPLE[who], leave, below=PEOPLE[who] == Role.DISTRICT_COORDINATOR):
        return "" if status < 400 or status in {409, 422} else f"{status}, but may come in"
    return "" if status == 403 else f"{status}, but has no leave"


NOWHERE = {
    "batch": uuid.UUID(int=7),
    "advice": 987654,
    "advice_token": "1.verzonnen",
    "question_token": "1.verzonnen",
    "invitation": 987654,
    "invitation_token": "1.verzonnen",
    "writing_token": "1.verzonnen",
    "release_token": "1.verzonnen",
    "letter_of_draft": uuid.UUID(int=3),
    "mail": 987654,
    "reaction": 987654,
    "contribution": 987654,
    "letter": 987654,
    "group": 987654,
    "theme": 987654,
    "standard": 987654,
    "priority": 987654,
    "report": 987654,
    "spreadsheet": uuid.UUID(int=1),
    "sent": uuid.UUID(int=3),
    "attachment": uuid.UUID(int=4),
    "imported": uuid.UUID(int=2),
    "ivp": "toverboek",
    "tabel": "toverboek",
    "sheet": uuid.UUID(int=5),
    "view": 987654,
    1: 99,
}


def test_a_thing_that_does_not_exist_is_a_404_and_no_fault(client, world, anke):
    client.force_login(anke)
    answers = {
        name: (client.get if line.get else client.post)(address_of(name, NOWHERE)).status_code for name, line in LINES.items() if line.more
    }
    assert len(answers) > 30
    assert {name: status for name, status in answers.items() if status != 404} == {}
