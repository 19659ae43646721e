"""A real broker, and a real Celery worker that shares the test database and data folder with the test."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from haizhi_portal.celery import app
from haizhi_portal.embedded_broker import embedded_broker, wait_until_ready
from haizhi_portal.processes import Child, python


@pytest.fixture(scope="session")
def broker() -> Iterator[Path]:
    """The socket of a Valkey started for this test process, where the portal's tasks are published to."""
    folder = Path(settings.DATA_DIR)
    child = embedded_broker(socket_path=settings.BROKER_SOCKET, folder=folder / "broker", log=folder / "broker.log")
    child.start()
    if not wait_until_ready(child, settings.BROKER_SOCKET):
        pytest.fail(f"the broker does not start:\n{child.last_words()}", pytrace=False)
    yield settings.BROKER_SOCKET
    child.stop()


@pytest.fixture
def worker(transactional_db: None, broker: Path) -> Iterator[Child]:
    """A Celery worker process on the test's database, ready to work, queue and letters empty at the start."""
    shutil.rmtree(Path(settings.DATA_DIR) / "mail", ignore_errors=True)
    with app.connection_for_write() as channel:
        channel.default_channel.queue_purge("celery")
        # What a killed worker of an earlier test had taken and never given back.
        channel.default_channel.client.delete("unacked", "unacked_index")
    command = python("-m", "celery", "-A", "haizhi_portal.celery:app", "worker", "--concurrency", "1", "-l", "INFO")
    command += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    child = Child(
        name="worker",
        command=command,
        log=Path(settings.DATA_DIR) / "worker.log",
        environment={"DJANGO_SETTINGS_MODULE": "haizhi_portal.settings", "DATABASE_URL": _database_url()},
        patience=5,
    )
    start_working(child)
    yield child
    child.stop()


def start_working(worker: Child) -> None:
    """Start the worker, or start it again after its end, and wait until it takes tasks."""
    worker.log.unlink(missing_ok=True)
    worker.start()
    deadline = time.monotonic() + 60
    while not worker.log.exists() or " ready." not in worker.log.read_text(errors="replace"):
        if not worker.alive or time.monotonic() > deadline:
            worker.stop()
            pytest.fail(f"the worker does not start:\n{worker.last_words(30)}", pytrace=False)
        time.sleep(0.05)


def _database_url() -> str:
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    return (
        f"postgres://{found['USER']}:{found['PASSWORD']}@{found['HOST'] or 'localhost'}:{found['PORT']}/{found['NAME']}"
    )
