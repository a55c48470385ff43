from django.apps import AppConfig


class SampleConfig(AppConfig):
    name = "ivp_portal.sample"
