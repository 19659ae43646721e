"""Several workers with the same message, and a real worker behind a real broker."""

import threading
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.db import connections

from haizhi_portal.notifications.actions import remind, tell
from haizhi_portal.notifications.delivery import deliver_message
from haizhi_portal.notifications.models import Message
from haizhi_portal.notifications.queries import unread_count
from tests.accounts.people import NOW, SYSTEM, registered


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_six_workers_send_one_letter() -> None:
    tell(actor=SYSTEM, recipients=[registered()], kind="test", subject="一件事", body="正文", link="")
    message = Message.objects.get()
    passed: list[int] = []
    ready = threading.Barrier(6)

    def work() -> None:
        try:
            ready.wait(timeout=30)
            passed.append(deliver_message(message_id=message.pk, now=NOW))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sum(passed) == 2
    assert len(mail.outbox) == 1
    assert set(message.deliveries.values_list("attempts", flat=True)) == {1}


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_six_daily_runs_remind_once() -> None:
    person = registered()
    sent: list[int] = []
    ready = threading.Barrier(6)

    def work() -> None:
        try:
            ready.wait(timeout=30)
            sent.append(reminded(person))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(sent) == [0, 0, 0, 0, 0, 1]
    assert Message.objects.count() == 1


def reminded(person: Any) -> int:
    return remind(
        actor=SYSTEM,
        object="report:HZ2027-01/2027Q1",
        kind="report.due",
        due_on=date(2027, 3, 22),
        offsets=(14, 7),
        recipients=[person],
        subject="季度报告待报送",
        body="请按期报送。",
        link="/my/bases/HZ2027-01/",
    )


@pytest.mark.broker
@pytest.mark.slow
@pytest.mark.clause("5.3-quarterly")
def test_a_reminder_travels_through_broker_and_worker_into_inbox_and_mail(worker: Any) -> None:
    person = registered()
    assert reminded(person) == 1
    message = Message.objects.get()
    deadline = datetime.now(UTC) + timedelta(seconds=30)
    while message.deliveries.filter(delivered_at=None).exists() and datetime.now(UTC) < deadline:
        time.sleep(0.05)
    assert unread_count(person) == 1
    letters = [path.read_text() for path in Path(settings.DATA_DIR).glob("mail/*")]
    assert len(letters) == 1
    assert "To: chen@example.cn" in letters[0]
