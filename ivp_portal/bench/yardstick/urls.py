"""One page: 50 of 10,000 rows."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from ivp_portal.bench.yardstick.models import Row


def rows(request: HttpRequest) -> HttpResponse:
    """One query, one template."""
    return render(request, "yardstick_rows.html", {"rows": Row.objects.order_by("-created_at", "-id")[:50]})


urlpatterns = [path("rows", rows)]
