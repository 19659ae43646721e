"""Sealed files: read whole, in part and under an older key; altered, moved, cut or foreign ones not at all."""

import base64
import io
import secrets
from pathlib import Path
from typing import Any

import pytest

from haizhi_portal.files.sealing import PIECE, Unreadable, open_sealed, seal

pytestmark = [pytest.mark.once, pytest.mark.clause("4.1-materials")]


def key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


@pytest.fixture(autouse=True)
def keys(settings: Any) -> list[str]:
    settings.FIELD_KEYS = [key()]
    return settings.FIELD_KEYS  # type: ignore[no-any-return]


def sealed(folder: Path, content: bytes, *, step: int = 50_000) -> Path:
    path = folder / "sealed"
    path.write_bytes(b"".join(seal(content[place : place + step] for place in range(0, len(content), step))))
    return path


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 7])
def test_whole_and_in_part(tmp_path: Path, size: int) -> None:
    content = secrets.token_bytes(size)
    path = sealed(tmp_path, content)
    assert size < 16 or content[:16] not in path.read_bytes()
    with open_sealed(path) as file:
        assert file.read() == content
        assert file.read(1) == b""
        assert file.seek(0, io.SEEK_END) == size
        for start in (0, size // 2, max(0, size - 3), PIECE - 1):
            file.seek(start)
            assert file.read(10) == content[start : start + 10]


def test_the_newest_key_writes_and_all_read(tmp_path: Path, settings: Any) -> None:
    old = sealed(tmp_path, b"old")
    settings.FIELD_KEYS = [key(), *settings.FIELD_KEYS]
    (tmp_path / "new").mkdir()
    new = sealed(tmp_path / "new", b"new")
    assert open_sealed(old).read() == b"old"
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    assert open_sealed(new).read() == b"new"
    with pytest.raises(Unreadable, match="no key"):
        open_sealed(old)


def test_the_same_content_never_looks_the_same() -> None:
    assert b"".join(seal([b"same"])) != b"".join(seal([b"same"]))


@pytest.mark.parametrize(
    "what", ["flip", "cut a byte", "cut a piece", "swap", "append", "empty", "salt", "mark", "half a head"]
)
def test_what_was_tampered_with_is_not_read(tmp_path: Path, what: str) -> None:
    path = sealed(tmp_path, secrets.token_bytes(3 * PIECE))
    raw = path.read_bytes()
    head, piece = 36, PIECE + 16
    first, second = raw[head : head + piece], raw[head + piece : head + 2 * piece]
    path.write_bytes(
        {
            "flip": raw[:1000] + bytes([raw[1000] ^ 1]) + raw[1001:],
            "cut a byte": raw[:-1],
            "cut a piece": raw[: head + 2 * piece],
            "swap": raw[:head] + second + first + raw[head + 2 * piece :],
            "append": raw + b"x",
            "empty": raw[:head],
            "mark": b"HZS2" + raw[4:],
            "half a head": raw[:20],
            "salt": raw[:20] + bytes([raw[20] ^ 1]) + raw[21:],
        }[what]
    )
    with pytest.raises(Unreadable):
        open_sealed(path).read()
