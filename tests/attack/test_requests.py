"""Requests no honest browser sends: each gets a page that says so, never an error of the server."""

import json
from typing import Any

import pytest
from django.test import Client

from haizhi_portal.policy.words import Role
from haizhi_portal.site.middleware import ProxyAddressMiddleware
from haizhi_portal.site.views.holidays import _year
from tests import factories as make
from tests.accounts.people import PASSWORD, registered, staff

pytestmark = pytest.mark.django_db

ENCODINGS = ["hex", "rot13", "unicode_escape", "utf-7", "idna", "punycode", "undefined", "zlib", "gbk", "utf-16"]
FORM = (
    '--x\r\nContent-Disposition: form-data; name="username"\r\n\r\n\\ud800+2AA-\r\n'
    '--x\r\nContent-Disposition: form-data; name="password"\r\n\r\nwrong\r\n--x--\r\n'
)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_form_in_an_encoding_of_the_senders_choice(client: Client, encoding: str) -> None:
    answer = client.generic("POST", "/accounts/login/", FORM, f"multipart/form-data; boundary=x; charset={encoding}")
    assert answer.status_code == 400
    assert "无法识别" in answer.content.decode()


@pytest.mark.parametrize("encoding", ["utf-8", "UTF8"])
def test_a_form_in_the_portals_own_encoding(client: Client, encoding: str) -> None:
    answer = client.generic("POST", "/accounts/login/", FORM, f"multipart/form-data; boundary=x; charset={encoding}")
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("role", "address"),
    [
        ("", "/accounts/password/reset/%00/%00/"),
        (Role.ADMIN, "/accounts/users/%00/"),
        (Role.MUNICIPAL, "/accounts/places/%00/"),
        (Role.MUNICIPAL, "/inbox/a%00b/"),
    ],
)
def test_a_zero_byte_in_the_address(client: Client, client_for: Any, role: str, address: str) -> None:
    visitor = client_for(make.user(role)) if role else client
    assert visitor.get(address).status_code == 404


@pytest.mark.parametrize("query", ["role__exact=%00", "id__in=99999999999999999999999", "is_active__exact=x"])
def test_a_filter_of_the_admin_no_database_can_ask_for(client_for: Any, query: str) -> None:
    answer = client_for(make.user(Role.ADMIN)).get(f"/admin/accounts/user/?{query}", follow=True)
    assert answer.status_code == 200


@pytest.mark.parametrize("carried", ['[["a", "\\ud800"]]', '[["\\ud800", "a"]]', "[" * 100_000, "NaN", '[["a"]]', "{}"])
def test_a_carried_form_that_was_tampered_with(client: Client, carried: str) -> None:
    registered()
    sent = {"carried": carried, "next": "/home/", "username": "chenming", "password": PASSWORD}
    answer = client.post("/accounts/resume/", sent)
    assert answer.status_code in {200, 302}
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "https://evil.example/", "javascript:alert(1)"]
)
def test_signing_in_leads_nowhere_else(client: Client, target: str) -> None:
    registered()
    sent = {"username": "chenming", "password": PASSWORD, "next": target}
    assert client.post("/accounts/login/", sent)["Location"] == "/home/"
    client.logout()
    carried = {**sent, "carried": json.dumps([["a", "b"]])}
    assert client.post("/accounts/resume/", carried)["Location"] == "/home/"


@pytest.mark.parametrize("name", ["\ufdfa" * 60, "\u0130" * 60, "\ufb00" * 60])
def test_a_sign_in_name_that_grows_when_it_is_folded(client: Client, name: str) -> None:
    answers = [client.post("/accounts/login/", {"username": name, "password": "wrong"}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 4 + [429] * 2


@pytest.mark.parametrize(
    ("forwarded", "taken"),
    [
        ("9.9.9.9, 203.0.113.7", "203.0.113.7"),
        ("2001:db8::1", "2001:db8::1"),
        ("x" * 200, "192.0.2.1"),
        ("203.0.113.7, unknown", "192.0.2.1"),
        ("fe80::1%eth0", "192.0.2.1"),
        ("\x00", "192.0.2.1"),
        ("", "192.0.2.1"),
    ],
)
def test_only_an_address_counts_as_the_readers_address(settings: Any, rf: Any, forwarded: str, taken: str) -> None:
    settings.HTTPS = True
    request = rf.get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded)
    ProxyAddressMiddleware(lambda _: None)(request)  # type: ignore[arg-type,return-value]
    assert request.META["REMOTE_ADDR"] == taken


@pytest.mark.parametrize(("text", "year"), [("2027", 2027), ("２０２７", 2027), ("9" * 5000, 2026), ("²", 2026)])
def test_a_year_in_the_address(text: str, year: int) -> None:
    assert _year(text, 2026) == year


@pytest.mark.parametrize("version", ["²", "9" * 5000, "-1", "\x00", "1e3"])
def test_settling_with_a_version_that_is_no_number(client_for: Any, version: str) -> None:
    application = make.carried_to("certification", make.municipal_unit())
    make.round_of(application.call)
    make.prepared_list(application.call, [application])
    sent = {"act": "settle", "version": version, "confirmed": "1"}
    answer = client_for(make.user(Role.LEADER)).post(f"/applications/calls/{application.call.year}/decision/", sent)
    assert answer.status_code in {302, 409, 422}


@pytest.mark.parametrize("host", ["testserver", "evil.example"])
@pytest.mark.parametrize("https", [False, True])
def test_every_answer_carries_the_policy(client: Client, settings: Any, host: str, https: bool) -> None:
    settings.SECURE_SSL_REDIRECT = https
    fresh = Client(raise_request_exception=False)
    for path in ("/", "/nowhere/", "/bases", "/healthz", "/admin/", "/accounts/logout/"):
        assert "default-src 'none'" in fresh.get(path, HTTP_HOST=host)["Content-Security-Policy"]


def test_a_lost_reset_letter_answers_like_any_other(client: Client, settings: Any, monkeypatch: Any) -> None:
    def unreachable(*_: Any, **__: Any) -> None:
        raise ConnectionRefusedError

    staff(Role.EXPERT, "known", email="known@example.cn")
    monkeypatch.setattr("haizhi_portal.accounts.views.passwords.reset_letters.delay", unreachable)
    monkeypatch.setattr("haizhi_portal.accounts.views.passwords.send_reset_letters", unreachable)
    for address in ("known@example.cn", "nobody@example.cn"):
        assert client.post("/accounts/password/reset/", {"email": address}).status_code == 302
