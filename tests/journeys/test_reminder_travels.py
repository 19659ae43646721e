"""A reminder on its whole way: the day's work, the broker, the worker, the inbox and a letter; once, whatever dies."""

import contextlib
import signal
import socket
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from haizhi_portal.accounts.models import User
from haizhi_portal.celery import app
from haizhi_portal.documents.modes import rendering_mode
from haizhi_portal.notifications.actions import left_for_sweep
from haizhi_portal.notifications.delivery import deliver_what_is_due
from haizhi_portal.notifications.models import Delivery, Message, Reminder
from haizhi_portal.processes import Child
from haizhi_portal.site import daily
from tests import factories as make
from tests.plugins.broker import start_working

pytestmark = [pytest.mark.broker, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SUBJECT = "请报送2027年第3季度工作信息"
# The third quarter's report falls due on 10 October, a Sunday, hence on the 11th; one reminder goes out a week before.
WEEK_BEFORE = "2027-10-04"


@pytest.fixture
def letters() -> Callable[[], list[EmailMessage]]:
    """``letters()``: every letter that worker processes have written to the disk during the test."""
    folder = Path(settings.DATA_DIR, "mail")
    before = {path: path.stat().st_size for path in folder.glob("*")} if folder.exists() else {}

    def read() -> list[EmailMessage]:
        found: list[EmailMessage] = []
        for path in sorted(folder.glob("*")) if folder.exists() else []:
            written = path.read_bytes()[before.get(path, 0) :]
            parts = [part.strip() for part in written.split(b"-" * 79) if part.strip()]
            found += [message_from_bytes(part, policy=policy.default) for part in parts]
        return found

    return read


@pytest.fixture
def owing(demo_on: Callable[[str], None], worker: Child) -> User:
    """The person of a base that owes a report in a week; whatever else there was to tell has been told."""
    with rendering_mode("number_only"), left_for_sweep():
        application = make.carried_to(make.State.LICENSED)
        daily.run(make.at("2027-09-01"))
    deliver_what_is_due(now=timezone.now())
    assert not Delivery.objects.filter(delivered_at=None).exists()
    demo_on(WEEK_BEFORE)
    return make.applicant_of(application.organisation)


def _days_work() -> None:
    """What beat queues every hour."""
    app.send_task("haizhi_portal.site.tasks.daily")


def _sweep() -> None:
    """What beat queues twice a minute."""
    app.send_task("haizhi_portal.notifications.tasks.sweep")


def _until(true: Callable[[], Any], what: str, *, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.05)


def _delivered(person: User) -> set[str]:
    """The ways by which the reminder has reached this person."""
    rows = Delivery.objects.filter(message__recipient=person, message__subject=SUBJECT, delivered_at__isnull=False)
    return set(rows.values_list("channel", flat=True))


def _in_inbox(client: Any) -> int:
    """How many lines of the inbox are this reminder."""
    return int(client.get(reverse("notifications:inbox")).content.decode().count(f">{SUBJECT}</a>"))


@pytest.mark.clause("5.3-quarterly")
def test_the_days_work_brings_it_to_the_inbox_and_to_the_letter_box(
    owing: User, client_for: Callable[[User], Any], letters: Callable[[], list[EmailMessage]]
) -> None:
    client = client_for(owing)
    assert _in_inbox(client) == 0
    _days_work()
    _until(lambda: _delivered(owing) == {"inbox", "email"}, "the reminder arrives")
    assert _in_inbox(client) == 1
    message = Message.objects.get(recipient=owing, subject=SUBJECT)
    read = client.get(reverse("notifications:message", args=[message.public_id])).content.decode()
    assert "截止日为2027年10月11日（周一）" in read
    assert client.get(message.link).status_code == 200
    letter = _only(letters(), owing)
    assert "截止日为2027年10月11日（周一）" in letter.get_content()
    assert settings.PUBLIC_URL + message.link in letter.get_content()

    _days_work()
    _sweep()
    app.send_task("haizhi_portal.notifications.tasks.deliver", args=[message.pk])
    _until(lambda: not _work_left(), "all of it is worked off")
    assert _in_inbox(client) == 1
    _only(letters(), owing)


@pytest.mark.clause("5.3-quarterly")
def test_killed_between_inbox_and_letter_it_still_arrives_once(
    owing: User, worker: Child, client_for: Callable[[User], Any], letters: Callable[[], list[EmailMessage]]
) -> None:
    """The mail server keeps the worker waiting; there it is killed, its task neither done nor given back."""
    with _silent_mail_server() as (address, greeted):
        worker.stop()
        worker.environment["EMAIL_URL"] = f"smtp://{address}"
        start_working(worker)
        _days_work()
        greeted()
        assert _delivered(owing) == {"inbox"}
        left_behind = _is_killed(worker)
    del worker.environment["EMAIL_URL"]
    start_working(worker)
    client = client_for(owing)
    assert left_behind == 1
    _days_work()
    _sweep()
    _until(lambda: _work_left() == left_behind, "all of it is worked off")
    assert (_delivered(owing), letters_to(letters(), owing)) == ({"inbox"}, [])

    _lease_runs_out()
    _sweep()
    _sweep()
    _until(lambda: _delivered(owing) == {"inbox", "email"}, "the letter is sent after the lease of the dead worker")
    _until(lambda: _work_left() == left_behind, "all of it is worked off")
    assert _in_inbox(client) == 1
    _only(letters(), owing)
    assert Reminder.objects.filter(recipient=owing, message__subject=SUBJECT).count() == 2


@pytest.mark.clause("5.3-quarterly")
def test_queued_while_no_worker_lives_it_still_arrives_once(
    owing: User, worker: Child, client_for: Callable[[User], Any], letters: Callable[[], list[EmailMessage]]
) -> None:
    """The message is written and the worker dead before it took the task up: the queue keeps it."""
    _is_killed(worker)
    _days_work()
    assert _delivered(owing) == set()
    start_working(worker)
    _until(lambda: _delivered(owing) == {"inbox", "email"}, "the reminder arrives after the restart")
    assert _in_inbox(client_for(owing)) == 1
    _only(letters(), owing)


def letters_to(letters: list[EmailMessage], person: User) -> list[EmailMessage]:
    return [each for each in letters if each["Subject"] == SUBJECT and person.email in str(each["To"])]


def _only(letters: list[EmailMessage], person: User) -> EmailMessage:
    (found,) = letters_to(letters, person)
    return found


def _work_left() -> int:
    """How many tasks wait, or were handed out and are not acknowledged."""
    with app.connection_for_read() as connection:
        client = connection.default_channel.client
        return int(client.llen("celery")) + int(client.hlen("unacked"))


def _is_killed(worker: Child) -> int:
    """Kill the worker without a word; how many tasks it leaves behind that nobody can take up for a while."""
    worker.signal_group(signal.SIGKILL)
    assert worker.process is not None
    worker.process.wait()
    return _work_left()


def _lease_runs_out() -> None:
    """Two minutes pass, after which another worker may try the letter again."""
    waiting = Delivery.objects.filter(delivered_at=None, next_attempt_at__isnull=False)
    assert waiting.count() == 1
    waiting.update(next_attempt_at=None)


@contextlib.contextmanager
def _silent_mail_server() -> Iterator[tuple[str, Callable[[], None]]]:
    """A mail server that takes calls and says nothing: its address, and a wait until somebody has called."""
    calls: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(30)
        host, port = server.getsockname()
        yield f"{host}:{port}", lambda: calls.append(server.accept()[0])
    for each in calls:
        each.close()
