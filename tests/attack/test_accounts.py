"""Doors beside the front door: demonstration accounts, the admin's own pages, more than one's form asks for."""

from random import Random
from typing import Any

import pytest
from django.test import Client

from haizhi_portal.accounts.invitations import token_of
from haizhi_portal.accounts.models import Invitation, Jurisdiction, User
from haizhi_portal.policy.words import Role
from haizhi_portal.site.forms import DemoClockForm
from haizhi_portal.site.story.cast import Cast, found
from tests import factories as make
from tests.accounts.people import PASSWORD, registered, staff

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("username", "password", "is_demo"), [("base", PASSWORD, True), ("", PASSWORD, False)])
def test_a_demonstrations_unit_is_shut_out_with_the_demonstration(
    settings: Any, username: str, password: str, is_demo: bool
) -> None:
    cast = Cast(chance=Random(1), password=password)
    found(
        cast,
        day=make.at("2027-01-04").date(),
        index=0,
        kind="enterprise",
        level="none",
        jurisdiction=Jurisdiction.objects.get(code="210211"),
        username=username,
        consent="missing",
    )
    assert User.objects.get().is_demo is is_demo
    if is_demo:
        settings.PORTAL_DEMO = False
        assert Client().post("/accounts/login/", {"username": username, "password": password}).status_code == 422


def test_the_admin_has_no_password_page_of_its_own(client_for: Any) -> None:
    person = staff(Role.ADMIN, "keeper", is_demo=True)
    visitor = client_for(person)
    sent = {"old_password": PASSWORD, "new_password1": "Another-Pass-28", "new_password2": "Another-Pass-28"}
    for answer in (visitor.get("/admin/password_change/"), visitor.post("/admin/password_change/", sent)):
        assert (answer.status_code, answer["Location"]) == (302, "/accounts/password/")
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


POWER = {"role": "admin", "is_staff": "on", "is_superuser": "on", "is_demo": "on", "organisation": "1", "pk": "1"}


def test_more_in_a_form_than_it_asks_for_gives_no_power(client_for: Any) -> None:
    person = registered()
    visitor = client_for(person)
    visitor.post("/accounts/profile/", {"name": "甲", "email": "a@example.cn", "mobile": "", **POWER})
    visitor.post("/accounts/colleagues/new/", {"email": "b@example.cn", **POWER})
    invitation = Invitation.objects.get()
    new = {"name": "乙", "username": "colleague", "password": PASSWORD, "password_again": PASSWORD}
    link = f"/accounts/join/{invitation.public_id}/{token_of(invitation)}/"
    Client().post(link, {**new, **POWER, "reviewing_body": "1", "administers": "on", "email": "c@example.cn"})
    assert list(User.objects.order_by("pk").values_list("administers", "email")) == [
        (True, "a@example.cn"),
        (False, "b@example.cn"),
    ]
    assert User.objects.count() == 2
    for each in User.objects.all():
        assert (each.role, each.is_staff, each.is_superuser, each.is_demo) == (Role.APPLICANT, False, False, False)
        assert each.organisation_id == person.organisation_id


@pytest.mark.parametrize(("day", "taken"), [("2150-12-31", True), ("2151-01-01", False), ("9999-12-31", False)])
def test_the_demonstrations_clock_stays_on_the_calendar(day: str, taken: bool) -> None:
    form = DemoClockForm({"day": day}, today=make.at("2149-01-01").date())
    assert form.is_valid() is taken
