from celery import shared_task

from applications import making_queue
from applications.actions import making_done
from applications.exports.making import make as make_job
from haizhi_portal.accounts.clock import business_now

BATCH = 100


@shared_task(soft_time_limit=3000, time_limit=3060)
def make(job_id: int) -> None:
    """Make one job's file; a second delivery while the first is alive does nothing."""
    make_job(job_id=job_id, clock=business_now)


@shared_task
def sweep() -> int:
    """Queue again the jobs nobody works on: lost messages, killed processes, a broker that was away."""
    waiting = making_done.waiting(business_now()).values_list("pk", flat=True)[:BATCH]
    return sum(making_queue.send(job_id) for job_id in list(waiting))


@shared_task
def tidy() -> int:
    """Remove the files whose time is over."""
    return making_done.tidy(now=business_now())
