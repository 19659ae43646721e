"""Handing a document to the worker. A broker that is away delays the file and breaks nothing."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

_log = logging.getLogger(__name__)

RENDER_TASK = "haizhi_portal.documents.tasks.render"


def send(document_id: int) -> bool:
    """Queue the rendering; False when the broker did not take it, in which case the sweep will."""
    try:
        current_app.send_task(RENDER_TASK, args=[document_id])
    except (OperationalError, OSError) as problem:
        _log.warning("document %s waits for the sweep: %s", document_id, problem)
        return False
    return True
