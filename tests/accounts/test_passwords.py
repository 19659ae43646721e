"""Changing a password, and getting over a forgotten one without telling who is here."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client

from haizhi_portal.accounts.actions.users import deactivate_user
from haizhi_portal.accounts.models import User
from haizhi_portal.accounts.tasks import reset_letters
from haizhi_portal.policy.words import Role
from tests.accounts.people import PASSWORD, SYSTEM, registered, staff

pytestmark = [pytest.mark.django_db, pytest.mark.clause("5.1-guidance")]
NEW = "Another-Horse-28"


@pytest.fixture(autouse=True)
def _worker_at_hand(monkeypatch: Any) -> None:
    monkeypatch.setattr(reset_letters, "delay", reset_letters.run)


def ask(client: Client, address: str) -> Any:
    return client.post("/accounts/password/reset/", {"email": address}, follow=True)


def link() -> str:
    found = re.search(r"http://127\.0\.0\.1:8000(/accounts/password/reset/\S+/)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def choose(client: Client, address: str, password: str = NEW, again: str = NEW) -> Any:
    form = client.get(address, follow=True)
    return client.post(form.request["PATH_INFO"], {"new_password1": password, "new_password2": again})


def test_a_new_password_after_the_present_one(client_for: Any) -> None:
    person = registered()
    here, elsewhere = client_for(person), client_for(person)
    assert here.get("/accounts/password/").status_code == 200
    wrong = here.post("/accounts/password/", {"old_password": "x", "new_password1": NEW, "new_password2": NEW})
    assert wrong.status_code == 422
    done = here.post("/accounts/password/", {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW})
    assert done.status_code == 302
    assert here.get("/accounts/profile/").status_code == 200
    assert elsewhere.get("/accounts/profile/").status_code == 302
    assert User.objects.get(pk=person.pk).check_password(NEW)


def test_demonstration_accounts_are_told_why_not(client_for: Any) -> None:
    visitor = client_for(staff(Role.EXPERT, is_demo=True))
    answer = visitor.post("/accounts/password/", {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW})
    assert answer.status_code == 422
    assert "演示账号共用启动时给出的密码" in answer.content.decode()


def test_the_letter_leads_to_a_new_password_once(client: Client) -> None:
    person = registered()
    answer = ask(client, "Chen@Example.CN")
    assert "如果有账号留的是这个邮箱" in answer.content.decode()
    (letter,) = mail.outbox
    assert letter.to == ["chen@example.cn"]
    address = link()
    assert f"/{person.pk}/" not in address
    assert person.public_id in address
    assert choose(client, address, again="different").status_code == 422
    assert choose(client, address).status_code == 302
    assert User.objects.get(pk=person.pk).check_password(NEW)
    assert "这个地址已经失效" in client.get(address, follow=True).content.decode()


def test_the_answer_is_the_same_whoever_asks(client: Client) -> None:
    registered()
    pages = [ask(client, address).content for address in ("chen@example.cn", "nobody@example.cn")]
    assert pages[0] == pages[1]
    assert len(mail.outbox) == 1
    assert ask(client, "no address").status_code == 422


def test_accounts_out_of_use_and_shared_ones_get_no_letter(client: Client) -> None:
    gone = registered()
    staff(Role.EXPERT, is_demo=True, email="demo@example.cn")
    deactivate_user(actor=SYSTEM, user=gone, reason="离职")
    ask(client, "chen@example.cn")
    ask(client, "demo@example.cn")
    assert mail.outbox == []


@pytest.mark.parametrize(
    "spoilt", ["/accounts/password/reset/x/y/", "/accounts/password/reset/AAAAAAAAAAAA/set-password/"]
)
def test_a_spoilt_address_says_what_to_do(client: Client, spoilt: str) -> None:
    page = client.get(spoilt)
    assert page.status_code == 200
    assert "重新申请" in page.content.decode()


def test_the_address_expires_after_a_day(client: Client) -> None:
    registered()
    with time_machine.travel(datetime(2027, 3, 15, tzinfo=UTC), tick=False) as clock:
        ask(client, "chen@example.cn")
        clock.shift(timedelta(days=1, seconds=1))
        assert "这个地址已经失效" in client.get(link(), follow=True).content.decode()


def test_a_letter_closed_accounts_cannot_use(client: Client) -> None:
    person = registered()
    ask(client, "chen@example.cn")
    deactivate_user(actor=SYSTEM, user=person, reason="离职")
    assert "这个地址已经失效" in client.get(link(), follow=True).content.decode()


def test_a_reset_lifts_a_lockout(client: Client) -> None:
    registered()
    for attempt in range(5):
        client.post("/accounts/login/", {"username": "chenming", "password": f"wrong{attempt}"})
    ask(client, "chen@example.cn")
    choose(client, link())
    assert client.post("/accounts/login/", {"username": "chenming", "password": NEW}).status_code == 302


def test_without_a_worker_the_letter_still_goes_out(client: Client, monkeypatch: Any) -> None:
    def down(_address: str) -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr(reset_letters, "delay", down)
    registered()
    ask(client, "chen@example.cn")
    assert len(mail.outbox) == 1
