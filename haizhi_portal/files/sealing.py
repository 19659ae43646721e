"""Encryption at rest, as a stream: pieces sealed one by one, so that a file is never in memory whole.

A sealed file begins with a mark, the fingerprint of the key and a random salt. Every file has a key of its own, drawn
from one of `FIELD_KEYS` and the salt; every piece is sealed under its place and whether it is the last, so that pieces
can be neither changed, moved, dropped nor cut off unnoticed.
"""

import base64
import hashlib
import io
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PIECE = 64 * 1024
_MARK = b"HZS1"
_FINGERPRINT = 8
_SALT = 24
_HEAD = len(_MARK) + _FINGERPRINT + _SALT
_TAG = 16


class Unreadable(OSError):
    """The sealed file was altered, or no key of this portal opens it."""


def seal(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks, sealed with the newest key."""
    key = _keys()[0]
    salt = secrets.token_bytes(_SALT)
    box = _box(key, salt)
    yield _MARK + _fingerprint(key) + salt
    number, rest = 0, b""
    for chunk in chunks:
        rest += chunk
        while len(rest) > PIECE:
            yield box.encrypt(_nonce(number, last=False), rest[:PIECE], None)
            number, rest = number + 1, rest[PIECE:]
    yield box.encrypt(_nonce(number, last=True), rest, None)


def open_sealed(path: Path) -> BinaryIO:
    """The plain content of a sealed file, to be read and sought in. Raises Unreadable, here or while reading."""
    return io.BufferedReader(_Sealed(path.open("rb")), PIECE)


class _Sealed(io.RawIOBase):
    """A sealed file read piece by piece."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        head = file.read(_HEAD)
        self._box = _box(_key_for(head), head[-_SALT:])
        sealed = file.seek(0, io.SEEK_END) - _HEAD
        self._last, tail = divmod(sealed - 1, PIECE + _TAG)
        self._length = self._last * PIECE + tail + 1 - _TAG
        if self._length < 0 or tail + 1 < _TAG:
            raise Unreadable("the sealed file was cut off")
        self._place = 0
        self._piece: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._length}[whence]
        self._place = max(0, start + offset)
        return self._place

    def readinto(self, buffer: Any) -> int:
        target = memoryview(buffer).cast("B")
        number, within = divmod(self._place, PIECE)
        if self._place >= self._length and self._length:
            return 0
        part = self._opened(number)[within : within + len(target)]
        target[: len(part)] = part
        self._place += len(part)
        return len(part)

    def _opened(self, number: int) -> bytes:
        if self._piece[0] != number:
            self._file.seek(_HEAD + number * (PIECE + _TAG))
            sealed = self._file.read(PIECE + _TAG)
            try:
                self._piece = number, self._box.decrypt(_nonce(number, last=number == self._last), sealed, None)
            except InvalidTag:
                raise Unreadable("the sealed file was altered") from None
        return self._piece[1]

    def close(self) -> None:
        self._file.close()
        super().close()


def _keys() -> list[bytes]:
    return [base64.urlsafe_b64decode(key) for key in settings.FIELD_KEYS]


def _fingerprint(key: bytes) -> bytes:
    return hashlib.sha256(b"haizhi fingerprint" + key).digest()[:_FINGERPRINT]


def _key_for(head: bytes) -> bytes:
    named = head[len(_MARK) : len(_MARK) + _FINGERPRINT]
    key = next((key for key in _keys() if _fingerprint(key) == named), None)
    if len(head) < _HEAD or not head.startswith(_MARK) or key is None:
        raise Unreadable("no key of this portal opens the file")
    return key


def _box(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"haizhi sealed file").derive(key))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
