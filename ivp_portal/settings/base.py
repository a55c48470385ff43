"""Everything that is the same everywhere. The environment is read only in this folder."""

import os
from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF
from psycopg.conninfo import conninfo_to_dict

from ivp_portal import embedded
from ivp_portal.settings.env import env, env_bool, env_int

BASE_DIR = Path(__file__).resolve().parents[2]
VAR = Path(env("IVP_VAR", str(BASE_DIR / "var")))

INSTALLED_APPS = [
    "ivp_portal.organisation",
    "ivp_portal.audit",
    "ivp_portal.web",
    "consultation",
    "priorities",
    "reports",
    "ivp_portal.sample",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "template_partials",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "ivp_portal.urls"
WSGI_APPLICATION = "ivp_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "priorities.context_processors.menu",
            ],
        },
    }
]


def database_settings() -> dict[str, Any]:
    """DATABASE_URL when it is set, else the embedded PostgreSQL."""
    if url := os.environ.get("DATABASE_URL"):
        parts = conninfo_to_dict(url)
        place = {
            "NAME": parts.get("dbname", ""),
            "USER": parts.get("user", ""),
            "PASSWORD": parts.get("password", ""),
            "HOST": parts.get("host", ""),
            "PORT": parts.get("port", ""),
        }
    else:
        place = embedded.database_settings(VAR)
    return {
        "ENGINE": "django.db.backends.postgresql",
        # A municipality's rows open per transaction (organisation.access), so every request is one.
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": 600,
        "OPTIONS": {
            "connect_timeout": 5,  # seconds; a page that tells of trouble must not wait for the operating system
            "prepare_threshold": 1,  # of ivp_portal.database.prepared only: what is asked a second time, the server keeps planned
            # It plans that once, for every value: each of those looks something up by an id or by a place in an index.
            "options": "-c plan_cache_mode=force_generic_plan",
        },
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"TEMPLATE": "template0"},
        **place,
    }


DATABASES = {"default": database_settings()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "organisation.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["ivp_portal.organisation.signing_in.Accounts"]
SESSION_ENGINE = "ivp_portal.organisation.signing_in"
SESSION_COOKIE_AGE = 60 * 60 * 10  # one working day
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "ivp_portal" / "locale"]
TIME_ZONE = "Europe/Amsterdam"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False  # an id or a max="" with a dot in it breaks the page; counts for people use intcomma

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [("vendor", BASE_DIR / "build" / "vendor")]
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(VAR / "files")}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if bucket := os.environ.get("S3_BUCKET"):
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": env("S3_ENDPOINT_URL"),
            "access_key": env("S3_ACCESS_KEY"),
            "secret_key": env("S3_SECRET_KEY"),
            "region_name": env("S3_REGION", "eu-west-1"),
            "file_overwrite": False,
            "default_acl": None,
        },
    }
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_PERMISSIONS = 0o600

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True

CELERY_BROKER_URL = os.environ.get("BROKER_URL") or embedded.broker_url(VAR)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT = env_int("TASK_SOFT_LIMIT_SECONDS", 14 * 60)
CELERY_TASK_TIME_LIMIT = CELERY_TASK_SOFT_TIME_LIMIT + 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 700_000  # KiB; a plan of 300 pages takes 480 MiB
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Longer than the hard time limit, or a slow task is handed out twice. A dead worker is noticed by its heartbeat, not by this.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": CELERY_TASK_TIME_LIMIT + 5 * 60,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
}
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "reap": {"task": "reports.tasks.reap", "schedule": 10.0, "options": {"expires": 10}},
    "reap-imports": {"task": "consultation.tasks.reap_imports", "schedule": 10.0, "options": {"expires": 10}},
    "reap-batches": {"task": "priorities.tasks.reap_batches", "schedule": 10.0, "options": {"expires": 10}},
    "settle-counts": {"task": "priorities.tasks.settle_counts", "schedule": 60.0, "options": {"expires": 60}},
    "forget-previews": {"task": "priorities.tasks.tidy_up", "schedule": 3600.0, "options": {"expires": 3600}},
    "answers": {"task": "priorities.tasks.write_answer_mails", "schedule": 10.0, "options": {"expires": 10}},
    "reap-trainings": {"task": "priorities.tasks.reap_trainings", "schedule": 10.0, "options": {"expires": 10}},
    "learn": {"task": "priorities.tasks.learn_where_due", "schedule": 300.0, "options": {"expires": 300}},
    "mail": {"task": "consultation.tasks.hand_over_waiting", "schedule": 10.0, "options": {"expires": 10}},
    "remind": {"task": "consultation.tasks.remind", "schedule": 300.0, "options": {"expires": 300}},
    "waiting": {"task": "priorities.tasks.look_at_what_waits", "schedule": 300.0, "options": {"expires": 300}},
    "forget-advisers": {"task": "priorities.tasks.forget_addresses", "schedule": 3600.0, "options": {"expires": 3600}},
    "tidy_up": {"task": "consultation.tasks.tidy_up", "schedule": 3600.0, "options": {"expires": 3600}},
}

# How often a job (ivp_portal.work) gives a sign of life, and how long it may be silent before another worker gets it (seconds).
JOB_HEARTBEAT_SECONDS = env_int("JOB_HEARTBEAT_SECONDS", 1)
JOB_STALE_AFTER_SECONDS = env_int("JOB_STALE_AFTER_SECONDS", 15)
JOB_ATTEMPTS = env_int("JOB_ATTEMPTS", 3)

# Mails (consultation.services.mails). Without EMAIL_HOST, on a developer's machine, they become files that can be opened.
PORTAL_URL = env("PORTAL_URL", "http://127.0.0.1:8000")
EMAIL_HOST = env("EMAIL_HOST", "")
EMAIL_PORT = env_int("EMAIL_PORT", 587)
EMAIL_HOST_USER = env("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS", default=True)  # STARTTLS
EMAIL_USE_SSL = env_bool("EMAIL_USE_SSL", default=False)
EMAIL_TIMEOUT = env_int("EMAIL_TIMEOUT_SECONDS", 20)  # per step of the conversation
EMAIL_FILE_PATH = VAR / "mail"
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", "portaal@ivp.invalid")
MAIL_REPLY_TO = env("MAIL_REPLY_TO", "")

UPLOAD_LIMIT_BYTES = env_int("UPLOAD_LIMIT_MB", 25) * 1024 * 1024
ATTACHMENTS_PER_SUBMISSION, ATTACHMENT_LIMIT_BYTES = 5, 10 * 1024 * 1024
CLAMAV_SOCKET = env("CLAMAV_SOCKET", "")  # unix:/path or tcp://host:port; without it files are not scanned, and pages say so
SAMPLE_ALLOWED = True  # its accounts have a password that everyone knows: not in production
SECURITY_CONTACT = env("SECURITY_CONTACT", "mailto:security@portaal.invalid")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"fontTools": {"level": "WARNING"}},  # a worker shows INFO, and cutting a font to size says a hundred lines
}
