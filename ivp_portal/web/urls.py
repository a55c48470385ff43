"""Pages without a municipality."""

from django.urls import path

from ivp_portal.web import views

app_name = "web"
urlpatterns = [
    path("toegankelijkheid/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("handleiding/", views.manual, name="manual"),
    path("healthz", views.health, name="health"),
    path(".well-known/security.txt", views.security_txt, name="security-txt"),
]
