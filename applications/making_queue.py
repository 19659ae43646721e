"""Handing a job to the worker. A broker that is away delays it and breaks nothing."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

_log = logging.getLogger(__name__)

MAKE_TASK = "applications.tasks.make"


def send(job_id: int) -> bool:
    """Queue the making; False when the broker did not take it, in which case the sweep will."""
    try:
        current_app.send_task(MAKE_TASK, args=[job_id])
    except (OperationalError, OSError) as problem:
        _log.warning("job %s waits for the sweep: %s", job_id, problem)
        return False
    return True
