from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "ivp_portal.web"
