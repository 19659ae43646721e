"""Children: kept alive, stopped in time, never left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from haizhi_portal.processes import Child, Supervisor, describe

ROOT = Path(__file__).resolve().parents[2]
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


def child(tmp_path: Path, script: str, **options: object) -> Child:
    command = [sys.executable, "-c", script]
    return Child(name="child", command=command, log=tmp_path / "child.log", **options)  # type: ignore[arg-type]


def eventually(condition: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_one_that_dies_is_started_again(tmp_path: Path) -> None:
    told: list[str] = []
    supervisor = Supervisor(told.append)
    kept = child(tmp_path, "import time; time.sleep(60)")
    supervisor.start([kept])
    assert kept.process is not None
    first = kept.process.pid

    os.kill(first, signal.SIGKILL)
    assert eventually(lambda: not kept.alive)
    assert eventually(lambda: (supervisor.look_after(seconds=0.01), kept.alive)[1])

    assert kept.process.pid != first
    assert told == [f"child ended (signal SIGKILL); starting it again in 1 s. Its log: {tmp_path / 'child.log'}"]
    supervisor.stop()
    assert not kept.alive


def test_one_that_keeps_dying_is_given_longer_pauses(tmp_path: Path) -> None:
    hopeless = child(tmp_path, "raise SystemExit(3)")
    supervisor = Supervisor(lambda line: None)
    supervisor.start([hopeless])
    pauses = []
    for _ in range(7):
        assert eventually(lambda: not hopeless.alive)
        supervisor.look_after(seconds=0)
        pauses.append(hopeless.pause)
        hopeless.due = 1.0
        supervisor.look_after(seconds=0)

    assert pauses == [1, 2, 4, 8, 16, 30, 30]


def test_one_that_will_not_stop_is_ended(tmp_path: Path) -> None:
    stubborn = child(tmp_path, STUBBORN, patience=0.2)
    stubborn.start()
    assert eventually(lambda: stubborn.last_words() == "up")

    stubborn.stop()

    assert stubborn.process is not None
    assert stubborn.process.returncode == -signal.SIGKILL


def test_told_twice_nobody_waits(tmp_path: Path) -> None:
    stubborn = child(tmp_path, STUBBORN, patience=60)
    supervisor = Supervisor(lambda line: None)
    supervisor.start([stubborn])
    assert eventually(lambda: stubborn.last_words() == "up")

    supervisor.on_signal(signal.SIGINT, None)
    supervisor.on_signal(signal.SIGINT, None)
    before = time.monotonic()
    supervisor.stop()

    assert time.monotonic() - before < 10
    assert not stubborn.alive


def test_nothing_is_started_again_while_stopping(tmp_path: Path) -> None:
    supervisor = Supervisor(lambda line: None)
    gone = child(tmp_path, "pass")
    supervisor.start([gone])
    supervisor.on_signal(signal.SIGTERM, None)
    assert eventually(lambda: not gone.alive)

    supervisor.look_after(seconds=0)

    assert not gone.alive


def test_children_die_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            (
                "import sys, time, pathlib\n"
                "from haizhi_portal.processes import Child\n"
                "c = Child(name='c', command=[sys.executable, '-c', 'import time; time.sleep(60)'],"
                " log=pathlib.Path(sys.argv[1]))\n"
                "c.start(); print(c.process.pid, flush=True); time.sleep(60)"
            ),
            str(tmp_path / "c.log"),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    orphan = int(parent.stdout.readline())
    assert runs(orphan)

    parent.kill()
    parent.wait()

    assert eventually(lambda: not runs(orphan))


@pytest.mark.parametrize(
    ("status", "words"), [(None, "never started"), (0, "exit status 0"), (3, "exit status 3"), (-9, "signal SIGKILL")]
)
def test_an_exit_status_in_words(status: int | None, words: str) -> None:
    assert describe(status) == words
