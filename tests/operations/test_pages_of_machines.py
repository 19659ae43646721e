"""What load balancers and monitors read, and what every response carries."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from haizhi_portal.celery import app
from tests.plugins.pages import StrictClient, check_page


def test_alive_without_a_database(client: StrictClient) -> None:
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_ready_when_everything_can_be_reached(client: StrictClient, broker: Path) -> None:
    response = client.get("/readyz")

    assert (response.status_code, response.content) == (200, b"database: ok\nbroker: ok\nstorage: ok\n")


@pytest.mark.django_db
def test_not_ready_without_storage(client: StrictClient, broker: Path, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "gone"

    response = client.get("/readyz")

    assert (response.status_code, response.content) == (503, b"database: ok\nbroker: ok\nstorage: failed\n")


@pytest.mark.django_db
def test_not_ready_without_a_broker(client: StrictClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*args: object, **options: object) -> Any:
        raise OSError("no broker")

    monkeypatch.setattr(app, "connection_for_write", unreachable)

    response = client.get("/readyz")

    assert (response.status_code, response.content) == (503, b"database: ok\nbroker: failed\nstorage: ok\n")


def test_writing_to_them_is_refused(client: StrictClient) -> None:
    assert [client.post(where).status_code for where in ("/healthz", "/readyz")] == [405, 405]


def test_every_response_forbids_inline_script_and_style() -> None:
    policy = Client().get("/healthz")["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "script-src 'self';" in f"{policy};"
    assert "style-src 'self';" in f"{policy};"
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize(
    ("given", "https", "address"),
    [
        (None, False, "127.0.0.1"),
        ("203.0.113.9", False, "127.0.0.1"),
        ("203.0.113.9", True, "203.0.113.9"),
        ("198.51.100.1, 203.0.113.9", True, "203.0.113.9"),
        ("", True, "127.0.0.1"),
    ],
)
def test_the_readers_address(settings: Any, rf: Any, given: str | None, https: bool, address: str) -> None:
    from haizhi_portal.site.middleware import ProxyAddressMiddleware

    settings.HTTPS = https
    request = rf.get("/", **({} if given is None else {"HTTP_X_FORWARDED_FOR": given}))

    ProxyAddressMiddleware(lambda request: request)(request)  # type: ignore[arg-type, return-value]

    assert request.META["REMOTE_ADDR"] == address


START = "<!DOCTYPE html><html lang='zh-CN'><head><meta charset='utf-8'><title>t</title></head><body>"


@pytest.mark.parametrize(
    "fault",
    [
        "<p>open <div></p>",
        "<p id='a'></p><p id='a'></p>",
        "<p style='color: red'>x</p>",
        "<script>x</script>",
        "<button onclick='x()'>x</button>",
        "<label for='nowhere'>x</label>",
    ],
)
def test_the_clients_eye_for_faults(fault: str) -> None:
    with pytest.raises(pytest.fail.Exception):
        check_page(f"{START}{fault}</body></html>", where="here")


def test_a_good_page_passes() -> None:
    check_page(f"{START}<p id='a'>好</p><label for='b'>x</label><input id='b'></body></html>", where="here")
