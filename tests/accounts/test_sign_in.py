"""Coming in and going out: names in any case, lockout, demonstration accounts, people put out of use."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt
from django.conf import settings as live
from django.test import Client

from haizhi_portal.accounts.actions.users import deactivate_user, unlock_user
from haizhi_portal.accounts.backends import may_sign_in
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.lockouts import locked_until
from haizhi_portal.accounts.models import User
from haizhi_portal.policy.words import Role
from tests.accounts.people import PASSWORD, acting, colleague, place, registered, staff

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
START = datetime(2027, 3, 15, 1, 0, tzinfo=UTC)


def sign_in(client: Client, username: str = "chenming", password: str = PASSWORD, **more: str) -> Any:
    return client.post(LOGIN, {"username": username, "password": password, **more})


def is_signed_in(client: Client) -> bool:
    return client.get("/accounts/profile/").status_code == 200


@pytest.mark.parametrize("name", ["chenming", "ChenMing", "CHENMING", " chenming ", "ｃｈｅｎｍｉｎｇ"])
def test_the_name_does_not_distinguish_case_or_width(client: Client, name: str) -> None:
    registered()
    answer = sign_in(client, name)
    assert (answer.status_code, answer["Location"]) == (302, "/home/")
    assert is_signed_in(client)


@pytest.mark.parametrize(
    ("username", "password"),
    [("chenming", "wrong"), ("nobody", PASSWORD), ("chenming", ""), ("", ""), ("chenming'--", PASSWORD)],
)
def test_what_is_wrong_is_not_told(client: Client, username: str, password: str) -> None:
    registered()
    answer = sign_in(client, username, password)
    assert answer.status_code == 422
    assert not is_signed_in(client)
    if username and password:
        assert "登录名或密码不对，或账号未启用" in answer.content.decode()
    assert PASSWORD not in answer.content.decode()


def test_one_comes_back_to_where_one_wanted_to_go(client: Client) -> None:
    registered()
    away = client.get("/accounts/colleagues/?page=2")
    assert (away.status_code, away["Location"]) == (302, f"{LOGIN}?next=/accounts/colleagues/%3Fpage%3D2")
    page = client.get(away["Location"]).content.decode()
    assert "登录后回到刚才要打开的页面" in page
    assert f"{live.SESSION_COOKIE_AGE // 60} 分钟没有操作会自动退出" in page
    assert sign_in(client, next="/accounts/colleagues/?page=2")["Location"] == "/accounts/colleagues/?page=2"


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere(client: Client, target: str) -> None:
    registered()
    assert sign_in(client, next=target)["Location"] == "/home/"


def test_signing_out_takes_a_post(client: Client) -> None:
    registered()
    sign_in(client)
    assert client.get("/accounts/logout/").status_code == 405
    assert is_signed_in(client)
    assert client.post("/accounts/logout/")["Location"] == "/"
    assert not is_signed_in(client)


def test_the_session_ends_after_its_idle_time_and_not_while_in_use(client: Client) -> None:
    registered()
    idle = timedelta(seconds=live.SESSION_COOKIE_AGE)
    with time_machine.travel(START, tick=False) as clock:
        sign_in(client)
        for _ in range(3):
            clock.shift(idle - timedelta(seconds=1))
            assert is_signed_in(client)
        clock.shift(idle + timedelta(seconds=1))
        assert not is_signed_in(client)


def test_five_failures_lock_the_name_from_that_address_until_told(client: Client) -> None:
    registered()
    with time_machine.travel(START, tick=False) as clock:
        for attempt in range(1, 5):
            assert sign_in(client, "ChenMing", f"wrong{attempt}").status_code == 422
        locked = sign_in(client, "chenming", "wrong5")
        assert (locked.status_code, locked["Retry-After"]) == (429, "1800")
        page = locked.content.decode()
        assert "尝试次数过多" in page
        assert "09:30" in page
        assert "约 30 分钟" in page
        assert "/accounts/password/reset/" in page
        clock.shift(timedelta(minutes=10))
        still = sign_in(client)
        assert (still.status_code, still["Retry-After"]) == (429, "1200")
        assert "约 20 分钟" in still.content.decode()
        elsewhere = AccessAttempt.objects.create(username="chenming", ip_address="198.51.100.1", failures_since_start=5)
        AccessAttempt.objects.filter(pk=elsewhere.pk).update(attempt_time=datetime.now(UTC) + timedelta(minutes=5))
        assert sign_in(client)["Retry-After"] == "1200"
        other_address = Client(REMOTE_ADDR="198.51.100.9")
        assert sign_in(other_address).status_code == 302
        clock.shift(timedelta(minutes=20, seconds=1))
        assert sign_in(client).status_code == 302


def test_somebody_else_is_not_locked_out_from_the_same_office(client: Client) -> None:
    registered()
    registered(2)
    for attempt in range(6):
        sign_in(client, "chenming", f"wrong{attempt}")
    assert sign_in(client, "person2").status_code == 302


def test_names_that_do_not_exist_are_locked_alike(client: Client) -> None:
    statuses = [sign_in(client, "nobody", f"wrong{attempt}").status_code for attempt in range(5)]
    assert statuses == [422, 422, 422, 422, 429]


@pytest.mark.parametrize(
    ("name", "minutes", "address", "until"),
    [
        ("ＣｈｅｎＭｉｎｇ", 0, None, 40),
        ("chenming", 0, "192.0.2.1", 30),
        ("chenming", 0, "192.0.2.2", 40),
        ("chenming", 29, "192.0.2.1", 30),
        ("chenming", 30, "192.0.2.1", None),
        ("chenming", 39, None, 40),
        ("chenming", 40, None, None),
        # Four attempts are allowed; another's are another's.
        ("chenming", 0, "192.0.2.3", None),
        ("person2", 0, "192.0.2.1", None),
        ("person2", 0, None, 35),
    ],
)
def test_until_when_a_name_has_to_wait(name: str, minutes: int, address: str | None, until: int | None) -> None:
    now = datetime(2027, 3, 15, 4, tzinfo=UTC)
    for who, where, failures, after in (
        ("chenming", "192.0.2.1", 5, 0),
        ("chenming", "192.0.2.2", 6, 10),
        ("chenming", "192.0.2.3", 4, 20),
        ("person2", "192.0.2.4", 5, 5),
    ):
        row = AccessAttempt.objects.create(username=who, ip_address=where, failures_since_start=failures)
        AccessAttempt.objects.filter(pk=row.pk).update(attempt_time=now + timedelta(minutes=after))
    ends = locked_until(name, now + timedelta(minutes=minutes), address)
    assert ends == (None if until is None else now + timedelta(minutes=until))


@pytest.mark.parametrize(
    ("wanted", "home"),
    [("/inbox/?unread=1", "/inbox/?unread=1"), ("//evil.example/", "/home/"), ("", "/home/")],
)
def test_signing_in_leads_to_the_page_wanted_inside_the_portal(client: Client, wanted: str, home: str) -> None:
    registered()
    assert sign_in(client, next=wanted)["Location"] == home


@pytest.mark.parametrize(
    ("demonstration", "is_active", "is_demo", "may"),
    [
        (True, True, True, True),
        (True, True, False, True),
        (True, False, True, False),
        (False, True, True, False),
        (False, True, False, True),
        (False, False, False, False),
    ],
)
def test_who_may_sign_in(demonstration: bool, is_active: bool, is_demo: bool, may: bool, settings: Any) -> None:
    settings.PORTAL_DEMO = demonstration
    assert may_sign_in(User(is_active=is_active, is_demo=is_demo)) is may


def test_a_route_names_who_may_enter() -> None:
    with pytest.raises(ValueError, match="names who may enter"):
        entry()
    assert entry("leader")(lambda request: None).entry == ("leader",)


def test_an_administrator_lifts_a_lockout(client: Client) -> None:
    person = registered()
    for attempt in range(5):
        sign_in(client, "chenming", f"wrong{attempt}")
    assert locked_until("ChenMing", datetime.now(UTC)) is not None
    unlock_user(actor=acting(staff(Role.ADMIN)), user=person)
    assert locked_until("ChenMing", datetime.now(UTC)) is None
    assert sign_in(client).status_code == 302


def test_somebody_put_out_of_use_is_signed_out_with_the_next_click(client: Client) -> None:
    first = registered()
    person = colleague(first.organisation, "leaving")  # type: ignore[arg-type]
    sign_in(client, "leaving")
    assert is_signed_in(client)
    deactivate_user(actor=acting(first), user=person, reason="离职")
    assert not is_signed_in(client)
    answer = sign_in(client, "leaving")
    assert answer.status_code == 422
    assert "登录名或密码不对，或账号未启用" in answer.content.decode()


def test_demonstration_accounts_are_listed_and_work_in_the_demonstration(client: Client) -> None:
    staff(Role.MUNICIPAL, "municipal", is_demo=True)
    staff(Role.DISTRICT, "district", is_demo=True, reviewing_body=place().reviewing_body)
    staff(Role.EXPERT, "real-expert")
    gone = staff(Role.LEADER, "gone", is_demo=True)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    shown = client.get(LOGIN).context
    assert [each.username for each in shown["demo_people"]] == ["municipal", "district"]
    assert shown["session_minutes"] * 60 == live.SESSION_COOKIE_AGE
    page = client.get(LOGIN).content.decode()
    assert "<code>municipal</code>" in page
    assert "甘井子区科协" in page
    assert "real-expert" not in page
    assert PASSWORD not in page
    assert live.PORTAL_DEMO_PASSWORD not in page
    assert sign_in(client, "municipal").status_code == 302


def test_demonstration_accounts_cannot_come_in_nor_stay_outside_it(client: Client, settings: Any) -> None:
    staff(Role.MUNICIPAL, "municipal", is_demo=True)
    staff(Role.EXPERT, "real-expert")
    sign_in(client, "municipal")
    assert is_signed_in(client)
    settings.PORTAL_DEMO = False
    assert not is_signed_in(client)
    visitor = Client()
    assert sign_in(visitor, "municipal").status_code == 422
    assert "<code>municipal</code>" not in visitor.get(LOGIN).content.decode()
    assert sign_in(visitor, "real-expert").status_code == 302


def test_the_session_cookie_is_strict(client: Client) -> None:
    registered()
    sign_in(client)
    cookie = client.cookies[live.SESSION_COOKIE_NAME]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"


def test_the_admin_has_no_sign_in_of_its_own(client: Client, client_for: Any) -> None:
    page = client.get("/admin/")
    assert page["Location"] == "/admin/login/?next=/admin/"
    assert client.get(page["Location"])["Location"] == f"{LOGIN}?next=/admin/"
    for role in (Role.MUNICIPAL, Role.LEADER, Role.AUDITOR):
        visitor = client_for(staff(role))
        assert visitor.get("/admin/", follow=True).status_code == 403
    admin = client_for(staff(Role.ADMIN))
    assert admin.get("/admin/").status_code == 200


def test_the_admin_changes_nothing(client_for: Any) -> None:
    person = registered()
    admin = client_for(staff(Role.ADMIN))
    for model in ("user", "organisation", "jurisdiction", "reviewingbody"):
        assert admin.get(f"/admin/accounts/{model}/").status_code == 200
        assert admin.get(f"/admin/accounts/{model}/add/").status_code == 403
    assert admin.get(f"/admin/accounts/user/{person.pk}/change/").status_code == 200
    assert admin.post(f"/admin/accounts/user/{person.pk}/change/", {"name": "x"}).status_code == 403
    assert admin.post(f"/admin/accounts/user/{person.pk}/delete/", {"post": "yes"}).status_code == 403
    for path in ("audit/entry", "files/storedfile", "notifications/delivery"):
        assert admin.get(f"/admin/{path}/").status_code == 200


def test_a_person_already_in_needs_no_sign_in_page(client_for: Any) -> None:
    visitor = client_for(registered())
    assert visitor.get(LOGIN)["Location"] == "/home/"
    assert visitor.get("/accounts/register/")["Location"] == "/home/"
