"""What a sender, or somebody whose advice is asked, reads and answers without an account: under meedoen/, in English take-part/."""

from django.urls import path

from priorities.views import asked, status

app_name = "answers"
urlpatterns = [
    path("code/<str:code>/", status.status, name="status"),
    path("advies/<str:token>/", asked.advice, name="advice"),
    path("vraag/<str:token>/", asked.question, name="question"),
]
