import os
from typing import Any

from celery import Celery
from celery.signals import beat_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haizhi_portal.settings")

app = Celery("haizhi_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@beat_init.connect
def catch_up(**_: Any) -> None:
    """Do at once what came due while the portal was down, instead of at the next round of each."""
    for work in app.conf.beat_schedule.values():
        app.send_task(work["task"])
