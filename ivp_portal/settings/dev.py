"""One machine, one developer: no secrets, plain HTTP on loopback."""

from ivp_portal.settings.base import *  # noqa: F403

DEBUG = False  # the real error pages; tracebacks go to the console
SECRET_KEY = "only-for-development-on-one-machine-never-in-production"  # noqa: S105
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
