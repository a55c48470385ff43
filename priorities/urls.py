"""The addresses of weighing, priorities, the plan and the council proposal, under /<municipality>/."""

from django.urls import path

from priorities.views import (
    asking,
    at_work,
    batches,
    beside,
    chapters,
    contributions,
    export,
    handling,
    home,
    imports,
    moves,
    moving,
    open_point,
    plans,
    priorities,
    progress,
    proposals,
    readings,
    round_progress,
    saved_views,
    sheets,
    standards,
    suggestions,
    triage,
    triage_past,
    way_of_working,
    wordings,
)

app_name = "priorities"

triage_urls = [
    path("<period:period>/afwegen/", triage.queue, name="triage-queue"),
    path("<period:period>/afwegen/weergaven/", saved_views.add, name="view-add"),
    path("<period:period>/afwegen/weergaven/<int:pk>/", saved_views.remove, name="view-remove"),
    path("<period:period>/afwegen/ongedaan-maken/", triage_past.take_back, name="triage-take-back"),
    path("<period:period>/afwegen/samen/", batches.start, name="batch-start"),
    path("<period:period>/afwegen/samen/<uuid:pk>/", batches.detail, name="batch-detail"),
    path("<period:period>/afwegen/<int:pk>/", open_point.item, name="triage-item"),
    path("<period:period>/afwegen/<int:pk>/erbij/", beside.beside, name="triage-beside"),
    path("<period:period>/afwegen/<int:pk>/later/", at_work.later, name="triage-later"),
    path("<period:period>/afwegen/<int:pk>/wie/", at_work.presence, name="triage-presence"),
    path("<period:period>/afwegen/<int:pk>/thema/", at_work.theme, name="triage-theme"),
    path("<period:period>/afwegen/<int:pk>/ongedaan-maken/", triage_past.undo, name="triage-undo"),
    path("<period:period>/afwegen/<int:pk>/akkoord/", readings.read, name="reading-add"),
    path("<period:period>/afwegen/<int:pk>/geschiedenis/", triage_past.history, name="triage-history"),
]
counting_urls = [
    path("<period:period>/afwegen/voorstellen/", suggestions.suggestions, name="suggestions"),
    path("<period:period>/afwegen/voortgang/", progress.progress, name="triage-progress"),
    path("<period:period>/afwegen/uitvoer/<slug:format>/", export.export, name="triage-export"),
    path("<period:period>/afwegen/teruglezen/", sheets.add, name="sheet-add"),
    path("<period:period>/afwegen/teruglezen/<uuid:pk>/", sheets.detail, name="sheet-detail"),
]
work_urls = [
    path("<period:period>/afwegen/behandelaars/", handling.theme_handlers, name="theme-handlers"),
    path("<period:period>/afwegen/wachten/", asking.waiting_list, name="waiting-list"),
    path("<period:period>/afwegen/<int:pk>/werk/", handling.point_work, name="point-work"),
    path("<period:period>/afwegen/<int:pk>/toewijzen/", handling.assign, name="point-assign"),
    path("<period:period>/afwegen/<int:pk>/notities/", handling.note_add, name="note-add"),
    path("<period:period>/afwegen/<int:pk>/advies/", asking.advice_add, name="advice-add"),
    path("<period:period>/afwegen/<int:pk>/advies/<int:number>/intrekken/", asking.advice_withdraw, name="advice-withdraw"),
    path("<period:period>/afwegen/<int:pk>/vraag/", asking.question_add, name="question-add"),
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
    path("prioriteiten/<int:pk>/niveau/", moving.move, name="priority-move"),
    path("prioriteiten/<int:pk>/intrekken/", moving.withdraw, name="priority-withdraw"),
    path("prioriteiten/<int:pk>/weer-instellen/", moving.restore, name="priority-restore"),
]
standard_urls = [
    path("standaardteksten/", standards.list_standards, name="standard-list"),
    path("standaardteksten/nieuw/", standards.add, name="standard-add"),
    path("standaardteksten/<int:pk>/", standards.detail, name="standard-detail"),
    path("standaardteksten/<int:pk>/bewerken/", standards.change, name="standard-change"),
    path("standaardteksten/<int:pk>/aanbieden/", standards.offer, name="standard-offer"),
    path("<period:period>/standaardteksten/woorden/", wordings.wordings, name="standard-wordings"),
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
    path("werkwijze/", way_of_working.change, name="way-of-working"),
    *triage_urls,
    *work_urls,
    *counting_urls,
    *plan_urls,
    *proposal_urls,
    *priority_urls,
    *standard_urls,
    *contribution_urls,
    *progress_urls,
]
