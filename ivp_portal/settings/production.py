"""Real use: every secret comes from the environment, there are no defaults for them."""

from django.core.exceptions import ImproperlyConfigured

from ivp_portal.settings.base import *  # noqa: F403
from ivp_portal.settings.base import STORAGES
from ivp_portal.settings.env import env, env_bool, env_int, env_list, env_secret

DEBUG = False
SAMPLE_ALLOWED = False
SECRET_KEY = env_secret("SECRET_KEY", least=50)
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
env("DATABASE_URL")
env("BROKER_URL")
SECURITY_CONTACT = env("SECURITY_CONTACT")
PORTAL_URL = env("PORTAL_URL")
if not PORTAL_URL.startswith("https://"):
    raise ImproperlyConfigured("PORTAL_URL must begin with https://: links in mails lead there.")
env("EMAIL_HOST")
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL")

SECURE_SSL_REDIRECT = env_bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env_int("SECURE_HSTS_SECONDS", 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
