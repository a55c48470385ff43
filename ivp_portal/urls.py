"""The site map: one include per app."""

from django.contrib.auth.views import LogoutView
from django.urls import include, path, register_converter

from consultation.converters import SayConverter
from ivp_portal.web.views import PortalLoginView
from priorities.converters import PeriodConverter
from priorities.views.home import home

register_converter(PeriodConverter, "period")
register_converter(SayConverter, "say")

urlpatterns = [
    path("", home, name="home"),
    path("inloggen/", PortalLoginView.as_view(), name="login"),
    path("uitloggen/", LogoutView.as_view(), name="logout"),
    path("", include("ivp_portal.web.urls")),
    path("<slug:municipality>/<say:language>/", include("priorities.public_urls")),
    path("<slug:municipality>/<say:language>/", include("consultation.public_urls")),
    path("<slug:municipality>/inbreng/", include("consultation.urls")),
    path("<slug:municipality>/<period:period>/documenten/", include("reports.urls")),
    path("<slug:municipality>/", include("priorities.urls")),
]

handler500 = "ivp_portal.web.views.server_error"
