"""What was said, under /<gemeente>/inbreng/."""

from django.urls import path

from consultation.views import contributions, imports, rounds

app_name = "consultation"
urlpatterns = [
    path("", rounds.round_list, name="round-list"),
    path("nieuwe-ronde/", rounds.round_add, name="round-add"),
    path("<slug:round>/", rounds.round_detail, name="round-detail"),
    path("<slug:round>/nieuw/", contributions.contribution_add, name="contribution-add"),
    path("<slug:round>/<int:pk>/verbeteren/", contributions.contribution_correct, name="contribution-correct"),
    path("<slug:round>/<int:pk>/intrekken/", contributions.contribution_withdraw, name="contribution-withdraw"),
    path("<slug:round>/inlezen/", imports.import_add, name="import-add"),
    path("<slug:round>/inlezen/<uuid:pk>/", imports.import_detail, name="import-detail"),
    path("<slug:round>/inlezen/<uuid:pk>/kolommen/", imports.import_columns, name="import-columns"),
]
