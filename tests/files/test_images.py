"""Pictures are painted anew: what the camera or anybody else wrote into the file is gone, the picture is not."""

import io
from pathlib import Path

import pytest
from PIL import Image

from haizhi_portal.files import bounded, images
from haizhi_portal.files.kinds import NotAcceptable, recognise
from tests.files import specimens

pytestmark = [pytest.mark.once, pytest.mark.clause("4.1-materials")]


def painted(folder: Path, content: bytes, ending: str) -> bytes:
    path = folder / "picture"
    path.write_bytes(content)
    assert recognise(path, ending=ending, allow=("jpg", "png")).pages == 1
    assert [each.name for each in folder.iterdir()] == ["picture"]
    return path.read_bytes()


def test_where_a_photo_was_taken_is_forgotten_and_which_way_it_was_held_is_not(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # held sideways
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[2] = (38.9, 121.6, 0.0)
    photo = specimens.jpg(width=40, height=20, exif=exif)
    assert b"SecretCamera" in photo
    result = painted(tmp_path, photo, "jpg")
    with Image.open(io.BytesIO(result)) as picture:
        assert picture.size == (20, 40)
        assert dict(picture.getexif()) == {}
    assert b"SecretCamera" not in result
    assert b"Exif" not in result


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16"])
def test_every_kind_of_colour_is_understood(tmp_path: Path, mode: str) -> None:
    with Image.open(io.BytesIO(painted(tmp_path, specimens.png(mode=mode), "png"))) as picture:
        assert picture.mode in ("L", "RGB", "RGBA")
        assert picture.size == (8, 8)


def test_words_and_files_hidden_in_a_picture_are_gone(tmp_path: Path) -> None:
    hidden = b"<script>alert(1)</script>"
    photo = specimens.jpg()
    commented = photo[:2] + b"\xff\xfe" + (len(hidden) + 2).to_bytes(2, "big") + hidden + photo[2:]
    appended = commented + hidden
    assert hidden not in painted(tmp_path, appended, "jpg")


@pytest.mark.parametrize("side", [8_000, 30_000])
def test_a_picture_that_unfolds_is_refused_without_being_unfolded(tmp_path: Path, side: int) -> None:
    with pytest.raises(NotAcceptable, match="6000 万像素"):
        painted(tmp_path, specimens.png_bomb(side=side), "png")


def test_a_large_picture_is_painted_in_a_process_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "SMALL", 0)
    assert painted(tmp_path, specimens.jpg(width=30), "jpg").startswith(b"\xff\xd8\xff")
    monkeypatch.setattr(bounded, "run", lambda *_: (_ for _ in ()).throw(bounded.Failed))
    with pytest.raises(NotAcceptable, match="不完整"):
        painted(tmp_path, specimens.jpg(), "jpg")
