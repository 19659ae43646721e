"""Pages about people: who opens them, what they show, how many queries they take."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from haizhi_portal.accounts.actions.invitations import invite, withdraw_invitation
from haizhi_portal.accounts.clock import business_now
from haizhi_portal.accounts.models import User
from haizhi_portal.policy.words import Role
from tests.accounts.people import PASSWORD, acting, colleague, place, registered, staff

pytestmark = [pytest.mark.django_db, pytest.mark.clause("5.1-guidance")]
NEWCOMER = {"name": "新同事", "username": "newcomer", "email": "", "mobile": "", "password": PASSWORD}
UNLOCK = 'value="unlock"'
# What every page of a signed-in person takes: session, user, unread messages; the session kept in three.
FRAME = 6


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_users_takes_the_same_queries_whatever_its_length(
    client_for: Any, django_assert_num_queries: Any, rows: int
) -> None:
    admin = client_for(staff(Role.ADMIN))
    for number in range(rows - 1):
        registered(number + 2)
    with django_assert_num_queries(FRAME + 2):
        page = admin.get("/accounts/users/")
    assert len(page.context["page_obj"]) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_colleagues_takes_the_same_queries_whatever_its_length(
    client_for: Any, django_assert_num_queries: Any, rows: int
) -> None:
    person = registered()
    registered(2)
    for number in range(rows - 1):
        colleague(person.organisation, f"more{number}")  # type: ignore[arg-type]
    visitor = client_for(person)
    own_organisation_in_the_menu = 1
    open_invitations = 1
    with django_assert_num_queries(FRAME + own_organisation_in_the_menu + open_invitations + 2):
        page = visitor.get("/accounts/colleagues/")
    assert len(page.context["page_obj"]) == rows


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"admin", "chenming", "officer", "gone"}),
        ("q=滨海", {"chenming"}),
        ("q=陈示例", {"chenming"}),
        ("q=OFFIC", {"officer"}),
        ("q=%25", set()),
        ("role=municipal", {"officer"}),
        ("state=inactive", {"gone"}),
        ("state=active&role=expert", set()),
        ("role=nonsense", {"admin", "chenming", "officer", "gone"}),
        ("page=99", {"admin", "chenming", "officer", "gone"}),
        ("page=abc", {"admin", "chenming", "officer", "gone"}),
    ],
)
def test_searching_and_filtering(client_for: Any, query: str, names: set[str]) -> None:
    admin = client_for(staff(Role.ADMIN, "admin"))
    registered()
    staff(Role.MUNICIPAL, "officer")
    User.objects.filter(pk=staff(Role.EXPERT, "gone").pk).update(is_active=False)
    page = admin.get(f"/accounts/users/?{query}")
    assert {person.username for person in page.context["page_obj"]} == names


def test_people_of_a_unit_stand_in_order_on_its_own_page_and_on_the_office_s(client_for: Any) -> None:
    head = registered()
    unit = head.organisation
    assert unit is not None
    for name, active in (("c", True), ("a", False), ("b", True), ("d", False)):
        mate = colleague(unit, f"mate-{name}", name=name)
        User.objects.filter(pk=mate.pk).update(is_active=active)
    registered(2)
    page = client_for(User.objects.get(username="mate-c")).get("/accounts/colleagues/")
    assert [each.name for each in page.context["page_obj"]] == [head.name, "b", "c", "a", "d"]
    User.objects.filter(pk=head.pk).update(administers=False)
    User.objects.filter(username="mate-c").update(administers=True)
    own = client_for(head).get("/accounts/colleagues/")
    assert [each.name for each in own.context["page_obj"]] == ["c", "b", head.name, "a", "d"]
    shown = client_for(staff(Role.MUNICIPAL)).get(f"/accounts/organisations/{unit.public_id}/")
    assert [each.name for each in shown.context["people"]] == ["c", "b", head.name, "a", "d"]


def test_open_invitations_are_listed_for_the_administrator_with_their_state(client_for: Any) -> None:
    head = registered()
    unit = head.organisation
    assert unit is not None
    days = {"a": timedelta(days=-8), "b": timedelta(days=-7), "c": timedelta(days=-6)}
    now = business_now()
    made = {
        name: invite(actor=acting(head, now + shift), organisation=unit, email=f"{name}@example.cn")
        for name, shift in days.items()
    }
    withdraw_invitation(actor=acting(head, now), invitation=made["a"])
    invite(actor=acting(registered(2), now), organisation=User.objects.latest("pk").organisation, email="x@example.cn")  # type: ignore[arg-type]
    shown = client_for(head).get("/accounts/colleagues/").context["invited"]
    assert [(each.email, str(state), tone) for each, state, tone in shown] == [
        ("c@example.cn", "waiting", "wait"),
        ("b@example.cn", "expired", "stop"),
    ]
    mate = client_for(colleague(unit, "mate")).get("/accounts/colleagues/")
    assert (list(mate.context["invited"]), bool(mate.context["may_invite"])) == ([], False)


def test_pages_hold_twenty_five(client_for: Any) -> None:
    admin = client_for(staff(Role.ADMIN))
    User.objects.bulk_create(
        User(username=f"expert{number}", name="专家", role=Role.EXPERT, password="!") for number in range(30)
    )
    assert len(admin.get("/accounts/users/").context["page_obj"]) == 25
    second = admin.get("/accounts/users/?role=expert&page=2")
    assert len(second.context["page_obj"]) == 5
    assert "?role=expert&amp;page=1" in second.content.decode()


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.SYSTEM, Role.ADMIN}])
def test_only_administrators_see_the_users(client_for: Any, role: Role) -> None:
    place_of = {
        Role.APPLICANT: lambda: {"organisation": registered().organisation},
        Role.DISTRICT: lambda: {"reviewing_body": place().reviewing_body},
    }
    visitor = client_for(staff(role, **place_of.get(role, dict)()))
    assert visitor.get("/accounts/users/").status_code == 403
    assert visitor.get("/accounts/users/new/").status_code == 403


def test_another_units_people_are_never_shown(client_for: Any) -> None:
    mine, other = registered(), registered(2, person_name="外单位人", email="other@example.cn")
    visitor = client_for(mine)
    for address in ("/accounts/colleagues/", "/accounts/profile/", f"/accounts/users/{mine.public_id}/"):
        page = visitor.get(address).content.decode()
        assert "外单位人" not in page
        assert "other@example.cn" not in page
    foreign = f"/accounts/users/{other.public_id}/"
    assert visitor.get(foreign).status_code == 404
    assert visitor.post(foreign, {"act": "deactivate", "reason": "x"}).status_code == 404
    assert visitor.get("/accounts/users/nobody/").status_code == 404
    assert User.objects.get(pk=other.pk).is_active


def test_opening_any_account(client_for: Any) -> None:
    unit = registered().organisation
    admin = client_for(staff(Role.ADMIN))
    form = {**NEWCOMER, "password_again": PASSWORD, "role": "applicant", "credit_code": "", "reviewing_body": ""}
    assert admin.get("/accounts/users/new/").status_code == 200
    assert "须指明所属单位" in admin.post("/accounts/users/new/", form).content.decode()
    unknown = admin.post("/accounts/users/new/", {**form, "credit_code": "9121"})
    assert "还没有单位用这个代码注册" in unknown.content.decode()
    done = admin.post("/accounts/users/new/", {**form, "credit_code": unit.credit_code.lower()})  # type: ignore[union-attr]
    person = User.objects.get(username="newcomer")
    assert done["Location"] == f"/accounts/users/{person.public_id}/"
    assert person.organisation == unit
    body = place().reviewing_body
    admin.post("/accounts/users/new/", {**form, "username": "district9", "role": "district", "reviewing_body": body.pk})
    assert User.objects.get(username="district9").reviewing_body == body


def test_what_can_be_done_with_an_account(client_for: Any, client: Client) -> None:
    admin, person = client_for(staff(Role.ADMIN)), registered()
    page = f"/accounts/users/{person.public_id}/"
    assert UNLOCK not in admin.get(page).content.decode()
    for attempt in range(5):
        client.post("/accounts/login/", {"username": "chenming", "password": f"wrong{attempt}"})
    assert UNLOCK in admin.get(page).content.decode()
    assert admin.post(page, {"act": "unlock"}).status_code == 302
    assert UNLOCK not in admin.get(page).content.decode()
    assert admin.post(page, {"act": "deactivate", "reason": ""}).status_code == 422
    assert admin.post(page, {"act": "nonsense"}).status_code == 422
    assert admin.post(page, {}).status_code == 422
    assert admin.post(page, {"act": "deactivate", "reason": "离职"}).status_code == 302
    assert not User.objects.get(pk=person.pk).is_active
    assert admin.post(page, {"act": "deactivate", "reason": "离职"}).status_code == 422
    assert admin.post(page, {"act": "reactivate", "reason": "回来了"}).status_code == 302
    assert User.objects.get(pk=person.pk).is_active
    new = {"act": "password", "password": "Another-Horse-28", "password_again": "Another-Horse-28"}
    assert admin.post(page, {**new, "password_again": "x"}).status_code == 422
    assert admin.post(page, new).status_code == 302
    assert User.objects.get(pk=person.pk).check_password("Another-Horse-28")


def test_ones_own_account_offers_nothing_to_do(client_for: Any) -> None:
    person = registered()
    visitor = client_for(person)
    page = f"/accounts/users/{person.public_id}/"
    assert "请由另一人办理" in visitor.get(page).content.decode()
    assert visitor.post(page, {"act": "unlock"}).status_code == 422


def test_the_profile_is_saved_or_refused_with_what_was_typed(client_for: Any) -> None:
    visitor = client_for(registered())
    refused = visitor.post("/accounts/profile/", {"name": "陈新名", "email": "", "mobile": "123"})
    assert refused.status_code == 422
    assert refused.context["form"]["name"].value() == "陈新名"
    assert visitor.post("/accounts/profile/", {"name": "陈新名", "email": "", "mobile": ""}).status_code == 302
    assert "陈新名" in visitor.get("/accounts/profile/").content.decode()
    assert User.objects.get().name == "陈新名"
