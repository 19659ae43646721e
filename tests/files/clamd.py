"""A daemon that speaks ClamAV's protocol over a real socket, in every mood a real one may be in."""

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path

# The harmless test pattern every scanner reports, in two pieces so that this file is none.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd:
    """Answers each connection; ``mood`` is "well", "slow", "garbage", "deaf" or "full"; ``seen`` is what came in."""

    def __init__(self, listener: socket.socket, address: str) -> None:
        self.address, self.mood, self.seen = address, "well", [b""][:0]
        self._listener = listener
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                line, _from = self._listener.accept()
            except OSError:
                return
            with line, contextlib.suppress(OSError):
                self._answer(line)

    def _answer(self, line: socket.socket) -> None:
        if self.mood == "deaf":
            return
        file = line.makefile("rb")
        assert file.read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack(">I", file.read(4))[0]:
            content += file.read(length)
            if self.mood == "full":
                line.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.seen.append(content)
        if self.mood == "slow":
            time.sleep(1)
        if self.mood == "garbage":
            line.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            return
        line.sendall(b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0")


@contextlib.contextmanager
def clamd(where: Path | None = None) -> Iterator[Clamd]:
    """A daemon on a Unix socket at ``where``, or on a port of this machine."""
    if where is not None:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(str(where))
        address = f"unix:{where}"
    else:
        listener = socket.create_server(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
    listener.listen()
    with listener:
        yield Clamd(listener, address)
