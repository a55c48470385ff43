"""What somebody reads about their own contribution, under /<gebied>/meedoen/ and in English under /<gebied>/take-part/."""

from django.urls import path

from priorities.views import status

app_name = "answers"
urlpatterns = [
    path("code/<str:code>/", status.status, name="status"),
]
