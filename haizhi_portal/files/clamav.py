"""Asking ClamAV's daemon over its socket: the content goes through in pieces, its one line of answer comes back."""

import socket
import struct
from typing import BinaryIO
from urllib.parse import urlsplit

PIECE = 64 * 1024
QUICK = 2 * 1024 * 1024
QUICK_SECONDS = 3.0
PATIENCE = 60.0
LONGEST_ANSWER = 4096


class NoAnswer(Exception):
    """The daemon is away, slow, refuses the file, or speaks another language; the text says which."""


def scan(content: BinaryIO, address: str, *, patience: float = PATIENCE) -> str:
    """The virus found in the content, empty when there is none; ``patience`` in seconds for each word.

    ``address`` is `unix:/path` or `tcp://host:port`. Raises NoAnswer.
    """
    try:
        with _connected(address, patience) as line:
            _send(line, content)
            answer = _answer(line)
    except OSError as problem:
        raise NoAnswer(f"{type(problem).__name__}: {problem}") from None
    if answer == "stream: OK":
        return ""
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")[:100]
    raise NoAnswer(f"unexpected answer {answer[:100]!r}")


def _connected(address: str, patience: float) -> socket.socket:
    if address.startswith("unix:"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(patience)
        try:
            line.connect(address.removeprefix("unix:"))
        except OSError:
            line.close()
            raise
        return line
    parts = urlsplit(address)
    return socket.create_connection((parts.hostname, parts.port), timeout=patience)


def _send(line: socket.socket, content: BinaryIO) -> None:
    """The content, each piece after its length; a daemon that hangs up meanwhile has something to say."""
    try:
        line.sendall(b"zINSTREAM\0")
        while piece := content.read(PIECE):
            line.sendall(struct.pack(">I", len(piece)) + piece)
        line.sendall(struct.pack(">I", 0))
    except (BrokenPipeError, ConnectionResetError):
        return


def _answer(line: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
        heard = line.recv(LONGEST_ANSWER)
        if not heard:
            break
        answer += heard
    return answer.rstrip(b"\0\n").decode(errors="replace")
