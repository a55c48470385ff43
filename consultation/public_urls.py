"""What everybody can read and fill in, under /<gebied>/meedoen/ and in English under /<gebied>/take-part/."""

from django.urls import path

from consultation.views import invited, invited_files, public, public_code, public_pages, releases

app_name = "public"
urlpatterns = [
    path("", public_pages.round_list, name="round-list"),
    path("code/", public_code.code, name="code"),
    path("uitnodiging/<str:token>/", invited.invitation, name="invitation"),
    path("uitnodiging/<str:token>/bijlagen/<uuid:pk>/", invited_files.invitation_file, name="invitation-file"),
    path("vrijgeven/<str:token>/", releases.release, name="release"),
    path("vrijgeven/<str:token>/bijlagen/<uuid:pk>/", invited_files.release_file, name="release-file"),
    path("<slug:round>/", public.form, name="form"),
    path("<slug:round>/verder/<str:link>/", public_pages.resume, name="resume"),
    path("<slug:round>/<uuid:key>/", public_pages.receipt, name="receipt"),
]
