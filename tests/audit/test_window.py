"""Django's admin as a window: who looks through it, and that nobody reaches through it."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from haizhi_portal.accounts.models import User
from haizhi_portal.audit.admin import EntryAdmin
from haizhi_portal.audit.models import Entry
from haizhi_portal.policy.words import Role


@pytest.mark.parametrize(
    ("user", "looks"),
    [
        *((User(role=role, is_staff=True), role == Role.ADMIN) for role in Role),
        (User(role=Role.ADMIN, is_active=False), False),
        (AnonymousUser(), False),
    ],
)
def test_a_system_administrator_looks_and_changes_nothing(user: Any, looks: bool) -> None:
    request, window = RequestFactory().get("/admin/audit/entry/"), EntryAdmin(Entry, admin.site)
    request.user = user
    assert (window.has_view_permission(request), window.has_module_permission(request)) == (looks, looks)
    assert not window.has_add_permission(request)
    assert not window.has_change_permission(request)
    assert not window.has_delete_permission(request)


def test_a_filter_no_database_can_ask_for_is_dropped_and_another_fault_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError("no such number")

    monkeypatch.setattr(admin.ModelAdmin, "changelist_view", broken)
    window = EntryAdmin(Entry, admin.site)
    answer = window.changelist_view(RequestFactory().get("/admin/audit/entry/?seq=x"))
    assert (answer.status_code, answer["Location"]) == (302, "/admin/audit/entry/")
    with pytest.raises(ValueError, match="no such number"):
        window.changelist_view(RequestFactory().get("/admin/audit/entry/"))
