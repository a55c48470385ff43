"""Pages that belong to no municipality: log-in, the legal pages, the health check and the page for when we fail."""

import datetime
import logging
import secrets

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kombu import Connection
from kombu.exceptions import OperationalError

from ivp_portal.web.forms import LoginForm

logger = logging.getLogger(__name__)
SECURITY_TXT_DAYS = 180
BROKER_PATIENCE_SECONDS = 2


class PortalLoginView(LoginView):
    """Django's log-in, in our words. A refused attempt answers 422, like every form of ours."""

    authentication_form = LoginForm
    redirect_authenticated_user = True

    def form_invalid(self, form: LoginForm) -> HttpResponse:  # type: ignore[override]
        response = super().form_invalid(form)
        response.status_code = 422
        return response


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement (Besluit digitale toegankelijkheid overheid, art. 4)."""
    return render(request, "web/accessibility.html")


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What we keep of people, why and for how long (AVG, art. 13)."""
    return render(request, "web/privacy.html")


@login_not_required
@require_safe
def manual(request: HttpRequest) -> HttpResponse:
    """How to work with the portal, from input to adopted plan, on one page that prints."""
    return render(request, "web/manual.html")


@login_not_required
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Where to report a leak (RFC 9116). Expires is always less than a year ahead, as the RFC advises."""
    expires = (timezone.now() + datetime.timedelta(days=SECURITY_TXT_DAYS)).astimezone(datetime.UTC)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires:%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages: nl, en",
        f"Canonical: {request.build_absolute_uri()}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def database_is_up_to_date() -> tuple[bool, bool]:
    """(the database answers, every migration has been run)."""
    try:
        executor = MigrationExecutor(connection)
        return True, not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return False, False


def broker_answers() -> bool:
    """True when a message could be sent now."""
    try:
        with Connection(settings.CELERY_BROKER_URL) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=BROKER_PATIENCE_SECONDS)
    except (OperationalError, OSError):
        return False
    return True


# A dead database must be answered with 503, not met before the view starts.
@login_not_required
@never_cache
@require_safe
@transaction.non_atomic_requests
def health(request: HttpRequest) -> JsonResponse:
    """200 when database, migrations and broker are in order, else 503; says which is not, and nothing more."""
    database, migrations = database_is_up_to_date()
    found = {"database": database, "migrations": migrations, "broker": broker_answers()}
    return JsonResponse(found, status=200 if all(found.values()) else 503)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for our own mistakes (handler500), with a number that also stands in the log.

    It is drawn without the request: what reads the request may be what went wrong.
    """
    reference = f"{secrets.token_hex(2)}-{secrets.token_hex(2)}".upper()
    logger.error("Error page %s: %s %s", reference, request.method, request.path, exc_info=True)
    return HttpResponse(render_to_string("500.html", {"reference": reference, "now": timezone.localtime()}), status=500)
