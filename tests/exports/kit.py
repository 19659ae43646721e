"""Jobs asked for and made as the worker does, at a business time of the test's own."""

import io
import zipfile
from datetime import datetime, timedelta
from typing import Any

from openpyxl import load_workbook

from applications.exports.making import make
from applications.models import Application, Job
from haizhi_portal.files.store import read
from tests import factories as factory

NOW = factory.at("2027-07-01")


class Clock:
    """Stands still unless it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, time: timedelta) -> None:
        self.now += time


def made(job: Job, clock: Clock | None = None) -> Job:
    """The job after the worker had it once."""
    make(job_id=job.pk, clock=clock or Clock())
    job.refresh_from_db()
    return job


def content(job: Job) -> bytes:
    assert job.file is not None, job.failure
    with read(job.file) as file:
        return file.read()


def archive(job: Job) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(content(job)))


def sheets(job: Job) -> dict[str, list[list[Any]]]:
    book = load_workbook(io.BytesIO(content(job)))
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


def everything() -> list[int]:
    return list(Application.objects.order_by("number").values_list("pk", flat=True))
