from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from haizhi_portal.accounts.models import User
from haizhi_portal.policy.words import Role
from haizhi_portal.site.context import portal
from haizhi_portal.site.navigation import ACCOUNT, FOOTER, PUBLIC, WORK, account_links, navigation

PEOPLE = [Role.APPLICANT, Role.DISTRICT, Role.MUNICIPAL, Role.LEADER, Role.EXPERT, Role.ADMIN, Role.AUDITOR]


@pytest.mark.parametrize("entry", [*PUBLIC, *WORK, *ACCOUNT, *FOOTER], ids=lambda entry: entry.url_name)
def test_every_link_leads_somewhere(entry: Any) -> None:
    assert entry.url.startswith("/")


@pytest.mark.parametrize("nobody", [None, AnonymousUser()])
def test_a_stranger_sees_public_pages_only(nobody: Any) -> None:
    assert navigation(nobody) == list(PUBLIC)
    assert account_links(nobody) == []


@pytest.mark.parametrize("role", PEOPLE)
def test_everybody_begins_at_the_work_list(role: str) -> None:
    assert navigation(User(role=role))[0].url_name == "site:home"


@pytest.mark.parametrize(
    ("url_name", "roles"),
    [
        ("site:ledger", {"auditor"}),
        ("accounts:users", {"admin"}),
        ("applications:assignments", {"expert"}),
        ("notifications:inbox", {str(role) for role in PEOPLE}),
    ],
)
def test_a_link_is_offered_to_those_who_may_enter(url_name: str, roles: set[str]) -> None:
    assert {str(r) for r in PEOPLE if url_name in {e.url_name for e in navigation(User(role=r))}} == roles


@pytest.mark.parametrize(
    ("path", "marked"),
    [
        ("/applications/", {"/applications/": "page"}),
        ("/applications/2027-0001/", {"/applications/": "true"}),
        ("/applications/calls/2027/", {"/applications/calls/": "true"}),
        ("/accounts/profile/", {}),
    ],
)
@pytest.mark.django_db
def test_the_part_of_the_portal_one_is_in_is_marked_once(path: str, marked: dict[str, str]) -> None:
    request = RequestFactory().get(path)
    request.user = User.objects.create_user("officer", None, name="李干事", role=Role.MUNICIPAL)
    entries = portal(request)["navigation"]
    assert {entry["url"]: entry["current"] for entry in entries if entry["current"]} == marked
