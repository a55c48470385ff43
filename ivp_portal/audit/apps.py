from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "ivp_portal.audit"
