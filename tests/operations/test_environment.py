"""Every setting: what it defaults to, what it accepts, and the one line for what it does not."""

import datetime
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from haizhi_portal import environment as env

ROOT = Path(__file__).resolve().parents[2]
KEY = "A" * 43 + "="
PRODUCTION = {
    "SECRET_KEY": "abcdefghij" * 6,
    "FIELD_KEYS": KEY,
    "ALLOWED_HOSTS": "portal.example.cn",
    "PUBLIC_URL": "https://portal.example.cn",
    "EMAIL_URL": "smtp+tls://portal:secret@mail.example.cn:587",
}


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*env.PRODUCTION_SETTINGS, "DATABASE_URL", "EMAIL_URL", "PORTAL_DEMO", "PORTAL_DEMO_PASSWORD"]:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("value", "expected"), [("1", True), ("true", True), ("ON", True), ("0", False), ("no", False), ("", None)]
)
def test_a_flag(monkeypatch: pytest.MonkeyPatch, value: str, expected: bool | None) -> None:
    monkeypatch.setenv("HTTPS", value)

    assert [env.flag("HTTPS", default=default) for default in (True, False)] == (
        [True, False] if expected is None else [expected, expected]
    )


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("HTTPS", "maybe", lambda: env.flag("HTTPS", default=False)),
        ("SESSION_MINUTES", "0", lambda: env.whole_number("SESSION_MINUTES", default=30, low=1, high=1440)),
        ("SESSION_MINUTES", "1441", lambda: env.whole_number("SESSION_MINUTES", default=30, low=1, high=1440)),
        ("SESSION_MINUTES", "half", lambda: env.whole_number("SESSION_MINUTES", default=30, low=1, high=1440)),
        ("PORTAL_TODAY", "2027-02-29", lambda: env.business_day(demo=True)),
        ("PORTAL_TODAY", "tomorrow", lambda: env.business_day(demo=True)),
        ("PORTAL_TODAY", "2027-03-01", lambda: env.business_day(demo=False)),
        ("SECRET_KEY", "short", lambda: env.secret_key(Path("/nowhere"), demo=True)),
        ("SECRET_KEY", "", lambda: env.secret_key(Path("/nowhere"), demo=True)),
        ("SECRET_KEY", None, lambda: env.secret_key(Path("/nowhere"), demo=False)),
        ("FIELD_KEYS", "abc", lambda: env.field_keys(Path("/nowhere"), demo=True)),
        ("FIELD_KEYS", f"{KEY},abc", lambda: env.field_keys(Path("/nowhere"), demo=True)),
        ("FIELD_KEYS", None, lambda: env.field_keys(Path("/nowhere"), demo=False)),
        ("ALLOWED_HOSTS", None, lambda: env.allowed_hosts(demo=False)),
        ("ALLOWED_HOSTS", "*", lambda: env.allowed_hosts(demo=True)),
        ("ALLOWED_HOSTS", "https://portal.example.cn", lambda: env.allowed_hosts(demo=True)),
        ("PUBLIC_URL", None, lambda: env.public_url(demo=False)),
        ("PUBLIC_URL", "portal.example.cn", lambda: env.public_url(demo=True)),
        ("PUBLIC_URL", "https://portal.example.cn/portal", lambda: env.public_url(demo=True)),
        ("PUBLIC_URL", "https://portal.example.cn:port", lambda: env.public_url(demo=True)),
        ("HTTPS", "1", lambda: env.https("http://portal.example.cn")),
        ("CLAMAV", "/run/clamav/clamd.ctl", env.clamav),
        ("CLAMAV", "unix:clamd.ctl", env.clamav),
        ("CLAMAV", "tcp://clamav", env.clamav),
        ("CLAMAV", "tcp://clamav:port", env.clamav),
        ("CLAMAV", "http://clamav:3310", env.clamav),
        ("DATABASE_URL", "mysql://u:p@h/db", lambda: env.database(Path("/data"))),
        ("DATABASE_URL", "postgres://u:p@h:5432", lambda: env.database(Path("/data"))),
        ("DATABASE_URL", "postgres://u:p@h:port/db", lambda: env.database(Path("/data"))),
        ("DATABASE_URL", "sqlite://relative.db", lambda: env.database(Path("/data"))),
        ("DATABASE_URL", "nonsense", lambda: env.database(Path("/data"))),
        ("CELERY_BROKER_URL", "amqp://host", lambda: env.broker_url(Path("/data"))),
        ("CELERY_BROKER_URL", "redis://", lambda: env.broker_url(Path("/data"))),
        ("CELERY_BROKER_URL", "redis://host:port", lambda: env.broker_url(Path("/data"))),
        ("EMAIL_URL", None, lambda: env.email(Path("/data"), demo=False)),
        ("EMAIL_URL", "mail.example.cn", lambda: env.email(Path("/data"), demo=True)),
        ("EMAIL_URL", "smtp://", lambda: env.email(Path("/data"), demo=True)),
        ("MEDIA_STORAGE", "s3://bucket", lambda: env.media_folder(Path("/data"))),
        ("MEDIA_STORAGE", "relative", lambda: env.media_folder(Path("/data"))),
        ("PORTAL_DEMO_PASSWORD", "short", lambda: env.demo_password(Path("/data"), demo=True)),
        ("DATA_DIR", "/etc/hostname", lambda: env.folder("DATA_DIR", Path("/data"))),
        ("DATA_DIR", "/proc/none", lambda: env.make_folder("DATA_DIR", Path("/proc/none"))),
        ("LOG_LEVEL", "loud", lambda: env.one_of("LOG_LEVEL", ("INFO", "ERROR"), default="INFO")),
    ],
)
def test_a_bad_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str | None, read: Any) -> None:
    if value is not None:
        monkeypatch.setenv(name, value)

    with pytest.raises(env.BadSetting) as refused:
        read()

    line = str(refused.value)
    assert line.startswith(f"{name} ")
    assert "it should be" in line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("postgres://u:p%40ss@db.example.cn:5433/portal", ("portal", "u", "p@ss", "db.example.cn", 5433)),
        ("postgresql://u:p@%2Frun%2Fpostgresql:5432/portal", ("portal", "u", "p", "/run/postgresql", 5432)),
        ("sqlite:////srv/portal/db.sqlite3", ("/srv/portal/db.sqlite3", "", "", "", "")),
    ],
)
def test_a_database(monkeypatch: pytest.MonkeyPatch, value: str, expected: tuple[Any, ...]) -> None:
    monkeypatch.setenv("DATABASE_URL", value)

    found = env.database(Path("/data"))

    assert tuple(found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")) == expected


def test_a_file_of_letters_is_an_absolute_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.email(Path("/data"), demo=True)["EMAIL_FILE_PATH"] == "/data/mail"


def test_the_demo_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_TODAY", "2028-02-29")

    assert env.business_day(demo=True) == datetime.date(2028, 2, 29)


def test_a_socket_fits_however_deep_the_data_lie() -> None:
    longest = Path("/" + "d" * (env.LONGEST_SOCKET_PATH - len("//run/broker.sock")))

    assert env.broker_socket(longest) == longest / "run" / "broker.sock"
    assert len(str(env.broker_socket(longest / "deeper"))) < 60
    assert env.broker_socket(Path("/srv/数据 1")).parent.parent == Path("/tmp")
    assert env.broker_socket(longest / "a") != env.broker_socket(longest / "b")


def test_keys_are_made_once_and_kept(tmp_path: Path) -> None:
    first = (env.secret_key(tmp_path, demo=True), env.field_keys(tmp_path, demo=True))

    assert (env.secret_key(tmp_path, demo=True), env.field_keys(tmp_path, demo=True)) == first
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()} == {0o600}


@pytest.mark.parametrize(
    ("said", "demo"),
    [({}, "1"), ({"DATA_DIR": "/data"}, "1"), ({"PORTAL_DEMO": "0"}, "0"), ({"SECRET_KEY": ""}, None)]
    + [({name: "x"}, None) for name in env.PRODUCTION_SETTINGS],
)
def test_the_demo_is_on_only_while_nothing_is_said_of_a_real_site(
    monkeypatch: pytest.MonkeyPatch, said: dict[str, str], demo: str | None
) -> None:
    for name, value in said.items():
        monkeypatch.setenv(name, value)

    env.adopt_local_demo()

    assert os.environ.get("PORTAL_DEMO") == demo
    monkeypatch.delenv("PORTAL_DEMO", raising=False)


def start(settings: dict[str, str], tmp_path: Path, *command: str) -> subprocess.CompletedProcess[str]:
    given = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), **settings}
    return subprocess.run([sys.executable, *command], cwd=ROOT, env=given, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("missing", sorted(PRODUCTION))
def test_a_real_site_does_not_start_without(missing: str, tmp_path: Path) -> None:
    given = {name: value for name, value in PRODUCTION.items() if name != missing}

    done = start(given, tmp_path, "-c", "import haizhi_portal.settings")

    assert done.returncode == 2
    assert done.stderr.startswith(f"haizhi-portal: {missing} is not set: it should be ")
    assert done.stderr.count("\n") == 1


def test_a_real_site_with_all_it_needs_is_strict(tmp_path: Path) -> None:
    looked_at = ["DEBUG", "PORTAL_DEMO", "HTTPS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT"]
    script = f"import haizhi_portal.settings as s; print([getattr(s, name) for name in {looked_at}])"

    done = start(PRODUCTION, tmp_path, "-c", script)

    assert done.stdout == "[False, False, True, True, True, True]\n"


def test_a_bad_value_stops_the_web_process_without_a_traceback(tmp_path: Path) -> None:
    done = start({**PRODUCTION, "DATABASE_URL": "mysql://x"}, tmp_path, "-c", "import haizhi_portal.wsgi")

    assert done.returncode == 2
    assert done.stderr.startswith("haizhi-portal: DATABASE_URL cannot be used: it should be postgres://")
    assert done.stderr.count("\n") == 1
