"""The addresses of the papers, under /<municipality>/<period>/documenten/."""

from django.urls import path

from reports import views

app_name = "reports"

urlpatterns = [
    path("", views.report_list, name="report-list"),
    path("maken/", views.report_request, name="report-request"),
    path("voorbeeld/<slug:document>/", views.report_preview, name="report-preview"),
    path("<int:pk>/", views.report_status, name="report-status"),
    path("<int:pk>/bestand/", views.report_download, name="report-download"),
]
