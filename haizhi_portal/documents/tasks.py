from celery import shared_task

from haizhi_portal.accounts.clock import business_now
from haizhi_portal.documents import queue
from haizhi_portal.documents.actions.rendering import MOST_ATTEMPTS, attach_rendering
from haizhi_portal.documents.queries import unrendered

BATCH = 100


@shared_task(soft_time_limit=60, time_limit=90)
def render(document_id: int) -> None:
    """Make one document's file; a second delivery of the same message finds it made."""
    attach_rendering(document_id=document_id, now=business_now(), apart=True)


@shared_task
def sweep() -> int:
    """Queue what is still without a file: lost messages, failed attempts, issues while the broker was away."""
    waiting = unrendered(MOST_ATTEMPTS).values_list("pk", flat=True)[:BATCH]
    return sum(queue.send(document_id) for document_id in waiting)
