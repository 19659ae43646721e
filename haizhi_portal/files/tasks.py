from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from haizhi_portal.files import incoming, previews
from haizhi_portal.files.store import remove_orphans


@shared_task
def tidy() -> None:
    """Clear away what killed processes left in the store, uploads never finished, and previews past their bound.

    A day is longer than any upload.
    """
    incoming.remove_expired(before=timezone.now() - incoming.LASTS)
    remove_orphans(before=timezone.now() - timedelta(days=1))
    previews.remove_oldest()
