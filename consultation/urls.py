"""Addresses of the inbreng, under /<municipality>/inbreng/."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

app_name = "consultation"


def _not_there(request: HttpRequest, municipality: str) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [path("", _not_there, name="round-list")]
