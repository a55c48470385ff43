"""The project: wiring on top, foundations (organisation, audit, web) below."""

from ivp_portal.celery import app as celery_app

__all__ = ["celery_app"]
