"""`./portal run` as one thing: up, kept up, alone on its data, gone without a trace."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.broker


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def settings(data_dir: Path, port: int) -> dict[str, str]:
    """A real site on this machine: nothing is seeded, nothing assumed."""
    return {
        "PATH": os.environ["PATH"],
        "LD_LIBRARY_PATH": os.environ.get("LD_LIBRARY_PATH", ""),
        "DATA_DIR": str(data_dir),
        "SECRET_KEY": "abcdefghij" * 6,
        "FIELD_KEYS": "A" * 43 + "=",
        "ALLOWED_HOSTS": "127.0.0.1",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "EMAIL_URL": f"filemail://{data_dir}/mail",
    }


def launch(data_dir: Path, port: int, *arguments: str, **changes: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "haizhi_portal.launcher", "--port", str(port), *arguments],
        cwd=ROOT,
        env={**settings(data_dir, port), **changes},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def refused(data_dir: Path, port: int, *arguments: str, **changes: str) -> str:
    """What a start that is refused says; it has to be one line."""
    process = launch(data_dir, port, *arguments, **changes)
    _, said = process.communicate(timeout=60)
    assert process.returncode in {2, 3}
    assert said.count("\n") == 1, said
    return said


def answer(port: int, path: str) -> bytes | None:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as response:
            return bytes(response.read())
    except OSError:
        return None


def eventually(condition: Callable[[], bool], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def processes(data_dir: Path) -> list[int]:
    """Everything that runs with this data folder in its environment."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if f"DATA_DIR={data_dir}\0".encode() in (place / "environ").read_bytes():
                found.append(int(place.name))
    return found


def worker_of(data_dir: Path) -> int | None:
    for process in sorted(processes(data_dir)):
        with contextlib.suppress(OSError):
            if b"\0worker\0" in Path(f"/proc/{process}/cmdline").read_bytes():
                return process
    return None


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("portal")


@pytest.fixture
def running(data_dir: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    port = free_port()
    process = launch(data_dir, port)
    try:
        assert eventually(lambda: answer(port, "/healthz") == b"ok\n" or process.poll() is not None)
        assert process.poll() is None, process.stderr.read() if process.stderr else ""
        yield process, port
    finally:
        process.kill()
        process.communicate()
        assert eventually(lambda: not processes(data_dir), 30)


def test_it_starts_keeps_its_worker_and_stops(running: tuple[subprocess.Popen[str], int], data_dir: Path) -> None:
    process, port = running
    assert answer(port, "/readyz") == b"database: ok\nbroker: ok\nstorage: ok\n"
    assert eventually(lambda: worker_of(data_dir) is not None)
    first = worker_of(data_dir)
    assert first is not None

    os.kill(first, signal.SIGKILL)
    assert eventually(lambda: worker_of(data_dir) not in {None, first})

    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "worker ended (signal SIGKILL); starting it again" in said
    assert said.endswith("\nStopped.\n")
    assert processes(data_dir) == []


def test_a_second_one_is_refused(running: tuple[subprocess.Popen[str], int], data_dir: Path, tmp_path: Path) -> None:
    _, port = running

    assert f"a portal is already running on {data_dir}" in refused(data_dir, free_port())
    assert f"port {port} is already in use" in refused(tmp_path, port)


def test_killed_without_a_word_it_leaves_nothing_behind(
    running: tuple[subprocess.Popen[str], int], data_dir: Path
) -> None:
    process, _ = running
    assert eventually(lambda: worker_of(data_dir) is not None)

    process.kill()
    process.wait()

    assert eventually(lambda: not processes(data_dir), 20)


@pytest.mark.parametrize(
    ("arguments", "changes", "line"),
    [
        ((), {"SECRET_KEY": "short"}, "SECRET_KEY cannot be used"),
        ((), {"FIELD_KEYS": "abc"}, "FIELD_KEYS cannot be used"),
        ((), {"PORTAL_TODAY": "2027-01-01"}, "PORTAL_TODAY cannot be used"),
        ((), {"DATABASE_URL": "mysql://x"}, "DATABASE_URL cannot be used"),
        ((), {"DATABASE_URL": "postgres://a:b@127.0.0.1:9/c"}, "the database cannot be used, look at DATABASE_URL: "),
        ((), {"DATABASE_URL": "sqlite:////proc/none/db"}, "the database cannot be used, look at DATABASE_URL: "),
        (("--host", "0.0.0.0"), {"PUBLIC_URL": ""}, "PUBLIC_URL is empty"),
        (("--host", "192.0.2.1"), {}, "--host 192.0.2.1 is not an address of this machine"),
        (("--host", "no such host"), {}, "--host no such host is not an address of this machine"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    tmp_path: Path, arguments: tuple[str, ...], changes: dict[str, str], line: str
) -> None:
    assert line in refused(tmp_path, free_port(), *arguments, **changes)
