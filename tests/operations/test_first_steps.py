"""What a start does with the data it finds."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from haizhi_portal import first_steps

User = get_user_model()


@pytest.mark.django_db
def test_data_of_a_newer_version_are_refused() -> None:
    MigrationRecorder(connection).record_applied("bases", "9999_from_later")

    with pytest.raises(first_steps._Unusable, match=r"newer version of the portal \(bases\.9999_from_later\)"):
        first_steps._migrate()


@pytest.mark.django_db
def test_data_of_this_version_are_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    first_steps._migrate()

    assert capsys.readouterr().err == ""


@pytest.mark.django_db
def test_demo_accounts_get_the_password_that_is_printed(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    settings.DATA_DIR = tmp_path
    for name, demo in (("district", True), ("somebody", False)):
        user = User(username=name, name=name, role="municipal", is_demo=demo)
        user.set_password("before-1234")
        user.save()

    for password in ("first-password", "second-password"):
        settings.PORTAL_DEMO_PASSWORD = password
        first_steps._demo_password()
        assert User.objects.get(username="district").check_password(password)

    assert User.objects.get(username="somebody").check_password("before-1234")


def test_an_interrupted_first_start_begins_again(settings: Any, tmp_path: Path) -> None:
    half = tmp_path / "portal.sqlite3"
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    # Read by the step under test only; no connection is opened with it.
    settings.DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(half)}}
    for path in (half, tmp_path / "portal.sqlite3-wal", tmp_path / "files" / "x", tmp_path / "run" / "y"):
        path.parent.mkdir(exist_ok=True)
        path.write_text("half")

    first_steps._restart_unfinished()
    assert half.exists()

    first_steps._unfinished().touch()
    first_steps._restart_unfinished()
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")) == ["files", "run", "run/y"]


@pytest.mark.django_db
def test_an_interrupted_first_start_on_a_server_is_said(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    (tmp_path / "run").mkdir()
    first_steps._unfinished().touch()
    User.objects.create(username="half", name="half", role="municipal")

    with pytest.raises(first_steps._Unusable, match="the first start was interrupted: empty the database"):
        first_steps._demo_data()
