"""The yardstick's entry for gunicorn."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "ivp_portal.bench.yardstick.settings"

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
