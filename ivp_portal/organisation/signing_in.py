"""Who asks: their session and their account. Every page begins with both, so each is one query that the server keeps planned."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends import db
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from ivp_portal.database.prepared import Prepared, kept_by_server
from ivp_portal.organisation.models import User

_SESSION = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"
_ACCOUNT = Prepared("pk", one_plan=True)


class SessionStore(db.SessionStore):
    """Django's sessions in the database, read without putting the same query together again for each page."""

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing, and a new key, when it is unknown or over. One query.

        It is the first of a page. Where it fails because the server was away since the page before, it is asked again on a new connection:
        that takes the place of asking first whether the old one works (CONN_HEALTH_CHECKS), which would be a query more on every page.
        """
        if connection.connection is None or connection.in_atomic_block:
            return self._loaded()
        connection.health_check_done = True  # type: ignore[attr-defined]
        try:
            return self._loaded()
        except (OperationalError, InterfaceError):
            connection.close()
            return self._loaded()

    def _loaded(self) -> dict[str, Any]:
        with kept_by_server() as cursor:
            cursor.execute(_SESSION, [self.session_key, timezone.now()])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        return self.decode(row[0])


class Accounts(ModelBackend):
    """Django's accounts, looked up likewise."""

    def get_user(self, user_id: int) -> User | None:
        """The account with this id, unless it may not log in any more. One query."""
        found = _ACCOUNT.rows("account", lambda pk: User.objects.filter(pk=pk), pk=user_id)
        return found[0] if found and self.user_can_authenticate(found[0]) else None
