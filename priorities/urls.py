"""The addresses of weighing, priorities, the plan and the council proposal, under /<municipality>/."""

from django.urls import path

from priorities.views import (
    chapters,
    contributions,
    home,
    imports,
    moves,
    plans,
    priorities,
    proposals,
    round_progress,
    triage,
    triage_past,
)

app_name = "priorities"

triage_urls = [
    path("<period:period>/afwegen/", triage.queue, name="triage-queue"),
    path("<period:period>/afwegen/<int:pk>/", triage.item, name="triage-item"),
    path("<period:period>/afwegen/<int:pk>/ongedaan-maken/", triage_past.undo, name="triage-undo"),
    path("<period:period>/afwegen/<int:pk>/geschiedenis/", triage_past.history, name="triage-history"),
]
plan_urls = [
    path("plannen/nieuw/", plans.start, name="plan-start"),
    path("<period:period>/plan/", plans.detail, name="plan-detail"),
    path("<period:period>/plan/gegevens/", plans.change, name="plan-change"),
    path("<period:period>/plan/route/", plans.route, name="plan-route"),
    path("<period:period>/plan/rondes/", plans.choose_rounds, name="plan-rounds"),
    path("<period:period>/plan/prioriteiten/", plans.choose_priorities, name="plan-priorities"),
    path("<period:period>/plan/hoofdstukken/nieuw/", chapters.add, name="chapter-add"),
    path("<period:period>/plan/hoofdstukken/<int:number>/", chapters.chapter, name="chapter-change"),
    path("<period:period>/plan/voorleggen/", moves.propose, name="plan-propose"),
    path("<period:period>/plan/terughalen/", moves.withdraw, name="plan-withdraw"),
    path("<period:period>/plan/vaststellen/", moves.adopt, name="plan-adopt"),
]
proposal_urls = [
    path("<period:period>/voorstel/", proposals.change, name="proposal-change"),
]
priority_urls = [
    path("prioriteiten/", priorities.list_priorities, name="priority-list"),
    path("prioriteiten/nieuw/", priorities.add, name="priority-add"),
    path("prioriteiten/<int:pk>/", priorities.detail, name="priority-detail"),
    path("prioriteiten/<int:pk>/bewerken/", priorities.change, name="priority-change"),
]

progress_urls = [
    path("inbreng/<slug:round>/voortgang/", round_progress.round_progress, name="round-progress"),
    path("inbreng/<slug:round>/voortgang/antwoorden/", round_progress.answers_send, name="answers-send"),
    path("inbreng/<slug:round>/voortgang/mail/<int:pk>/", round_progress.mail_again, name="mail-again"),
    path("inbreng/<slug:round>/voortgang/reacties/<int:pk>/", round_progress.reaction_settle, name="reaction-settle"),
]
contribution_urls = [
    path("inbreng/<slug:round>/<int:pk>/intrekken/", contributions.withdraw, name="contribution-withdraw"),
    path("inbreng/<slug:round>/inlezen/<uuid:pk>/ongedaan-maken/", imports.undo, name="import-undo"),
]

urlpatterns = [
    path("", home.municipality, name="municipality"),
    path("<period:period>/", home.start, name="start"),
    *triage_urls,
    *plan_urls,
    *proposal_urls,
    *priority_urls,
    *contribution_urls,
    *progress_urls,
]
