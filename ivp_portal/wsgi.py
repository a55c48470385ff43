"""The web server's entry."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ivp_portal.settings.production")

application = get_wsgi_application()

# What is loaded by now stays for as long as the server lives: the collector need not go through it again while it makes a page.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 20)
