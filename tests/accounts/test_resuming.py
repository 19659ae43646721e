"""A form sent after the session ran out is not lost: sign in, then send it on."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from haizhi_portal.accounts.models import User
from tests.accounts.people import PASSWORD, registered
from tests.files import specimens

pytestmark = pytest.mark.django_db
TYPED = {"name": "陈<b>新</b>名", "email": "", "mobile": "13900000002"}


def hidden(page: Any) -> dict[str, str]:
    return {name: str(page.context["form"][name].value()) for name in ("carried", "next")}


def test_what_was_typed_travels_through_signing_in(client: Client) -> None:
    person = registered()
    page = client.post("/accounts/profile/?tab=1", {**TYPED, "password_again": "typed-secret"})
    assert page.status_code == 403
    assert "填写的内容还在" in page.content.decode()
    assert page.context["session_minutes"] * 60 == settings.SESSION_COOKIE_AGE
    assert "typed-secret" not in page.content.decode()
    wrong = client.post("/accounts/resume/", {**hidden(page), "username": "chenming", "password": "wrong"})
    assert wrong.status_code == 422
    again = client.post("/accounts/resume/", {**hidden(wrong), "username": "ChenMing", "password": PASSWORD})
    assert again.status_code == 200
    assert again.context["target"] == "/accounts/profile/?tab=1"
    assert dict(again.context["pairs"]) == TYPED
    assert "陈&lt;b&gt;新&lt;/b&gt;名" in again.content.decode()
    assert User.objects.get(pk=person.pk).name == "陈示例"
    sent = client.post(again.context["target"], dict(again.context["pairs"]))
    assert sent.status_code == 302
    assert User.objects.get(pk=person.pk).name == "陈<b>新</b>名"


def test_files_are_named_as_not_kept(client: Client) -> None:
    upload = SimpleUploadedFile("法人证书.pdf", specimens.pdf())
    page = client.post("/accounts/profile/", {**TYPED, "file": upload})
    assert "法人证书.pdf" in page.content.decode()


def test_an_empty_form_simply_leads_to_signing_in(client: Client) -> None:
    for sent in ({}, {"csrfmiddlewaretoken": "x"}):
        assert client.post("/inbox/read/", sent)["Location"] == "/accounts/login/?next=/inbox/read/"


@pytest.mark.parametrize(
    "tampered",
    [
        {"next": "https://elsewhere.example/"},
        {"next": "//elsewhere.example/"},
        {"next": "accounts/profile/"},
        {"carried": "{"},
        {"carried": "7"},
        {"carried": json.dumps([["a", 1]])},
        {"carried": json.dumps(["abc"])},
        {"carried": json.dumps([["a", "\ud800"]])},
    ],
)
def test_tampering_leads_home(client: Client, tampered: dict[str, str]) -> None:
    registered()
    carried = {"carried": json.dumps([["a", "b"]]), "next": "/accounts/profile/", **tampered}
    answer = client.post("/accounts/resume/", {**carried, "username": "chenming", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/home/")


def test_the_page_is_reached_by_sending_a_form_only(client: Client) -> None:
    assert client.get("/accounts/resume/").status_code == 405
    assert client.post("/accounts/resume/", {}).status_code == 422
