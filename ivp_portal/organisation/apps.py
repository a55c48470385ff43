from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "ivp_portal.organisation"
