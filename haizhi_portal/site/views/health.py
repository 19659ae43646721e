"""Is the portal alive, and can it reach what it works with. Plain text for machines, no session, no page."""

import logging
import tempfile
from collections.abc import Callable

from celery import current_app
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from haizhi_portal.accounts.entry import ANYONE, entry

_log = logging.getLogger(__name__)


@entry(ANYONE)
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: the process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@entry(ANYONE)
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Database, broker and storage, a line each; 503 as long as one of them fails. Reasons stay in the log."""
    checks: dict[str, Callable[[], None]] = {"database": _database, "broker": _broker, "storage": _storage}
    failed: dict[str, Exception] = {}
    for name, check in checks.items():
        try:
            check()
        except Exception as error:  # any failure at all means not ready
            failed[name] = error
            _log.warning("not ready: %s: %s", name, error)
    lines = [f"{name}: {'failed' if name in failed else 'ok'}" for name in checks]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain", status=503 if failed else 200)


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _broker() -> None:
    with current_app.connection_for_write(connect_timeout=2) as broker:
        broker.ensure_connection(max_retries=1, timeout=2)


def _storage() -> None:
    with tempfile.TemporaryFile(dir=settings.MEDIA_ROOT) as probe:
        probe.write(b"ok")
