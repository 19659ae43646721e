import re
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory

from haizhi_portal.accounts.models import User
from haizhi_portal.audit.actor import Actor
from haizhi_portal.notifications.actions import tell
from haizhi_portal.notifications.delivery import deliver_what_is_due
from haizhi_portal.policy.words import Role
from haizhi_portal.site.context import portal
from haizhi_portal.site.navigation import ACCOUNT, FOOTER, PUBLIC, WORK, account_links, navigation
from tests import factories as make

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


COMMON = "工作台 申报{} 基地 报告 合作伙伴 评估与续期"
LINKS = {
    Role.APPLICANT: (COMMON.format("") + " 通知", "我的资料 本单位 本单位人员 登录安全 日历订阅 修改密码"),
    Role.DISTRICT: (COMMON.format("") + " 单位 通知", "我的资料 登录安全 日历订阅 外出代办 修改密码"),
    Role.MUNICIPAL: (
        COMMON.format(" 年度申报") + " 公文登记 单位 审核单位 现行指标 节假日 通知",
        "我的资料 登录安全 日历订阅 外出代办 修改密码",
    ),
    Role.EXPERT: ("工作台 评审任务 通知", "我的资料 登录安全 日历订阅 修改密码"),
    Role.ADMIN: ("工作台 单位 审核单位 节假日 用户 通知", "我的资料 登录安全 日历订阅 修改密码"),
    Role.AUDITOR: (
        COMMON.format(" 年度申报") + " 公文登记 单位 现行指标 节假日 审计台账 通知",
        "我的资料 登录安全 日历订阅 修改密码",
    ),
}
LINKS[Role.LEADER] = LINKS[Role.MUNICIPAL]


@pytest.mark.parametrize("role", PEOPLE)
def test_links_are_offered_to_those_who_may_enter_in_one_order(role: Role) -> None:
    found = tuple(" ".join(str(each.label) for each in links(User(role=role))) for links in (navigation, account_links))
    assert found == LINKS[role]


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


@pytest.mark.django_db
@pytest.mark.parametrize("demo", [True, False])
def test_every_page_knows_where_to_begin_and_what_waits(demo: bool, settings: Any) -> None:
    settings.PORTAL_DEMO = demo
    officer = User.objects.create_user("officer", None, name="李干事", role=Role.MUNICIPAL)
    for number in range(2):
        tell(actor=Actor.system(make.at("2027-03-01")), recipients=[officer], kind="k", subject=f"{number}", body="x")
    deliver_what_is_due(now=make.at("2027-03-01"))
    found = {}
    for name, person in (("stranger", AnonymousUser()), ("officer", officer)):
        request = RequestFactory().get("/")
        request.user = person
        request.today = make.at("2027-03-01").date()  # type: ignore[attr-defined]
        found[name] = portal(request)
    assert {name: (each["start_url"], str(each["start_label"])) for name, each in found.items()} == {
        "stranger": ("/", "首页"),
        "officer": ("/home/", "工作台"),
    }
    assert {name: each["demo_clock_url"] for name, each in found.items()} == {
        "stranger": "",
        "officer": "/demo/clock/",
    }
    footer = ["/bases/", "/route/", "/verify/", *(["/styleguide/"] if demo else [])]
    for each in found.values():
        assert [entry.url for entry in each["footer_links"]] == footer
        assert (each["demo"], str(each["today"])) == (demo, "2027-03-01")
    counts = {entry["url"]: entry["count"] for entry in found["officer"]["navigation"] if entry["count"]}
    assert counts == {"/inbox/": 2}
    assert [entry["current"] for entry in found["stranger"]["navigation"]] == ["page", "", "", ""]
    assert not any(entry["current"] for entry in found["officer"]["navigation"])
    request = RequestFactory().get("/accounts/login/")
    request.user = AnonymousUser()
    assert not any(entry["current"] or entry["count"] for entry in portal(request)["navigation"])


@pytest.mark.django_db
@pytest.mark.parametrize("demo", [True, False])
def test_the_frame_of_a_page_is_its_reader_s(demo: bool, settings: Any, client_for: Any) -> None:
    settings.PORTAL_DEMO = demo
    unit, district, office = make.applicant_of(make.organisation()), make.district("210211"), make.user(Role.MUNICIPAL)
    assert unit.organisation is not None
    assert district.reviewing_body is not None
    places = {unit: unit.organisation.name, district: district.reviewing_body.name, office: "市科协学会部"}
    tell(actor=Actor.system(make.at("2027-03-01")), recipients=[unit], kind="k", subject="一", body="x")
    deliver_what_is_due(now=make.at("2027-03-01"))
    for person, place in places.items():
        page = client_for(person).get("/applications/").text
        assert f'<body data-person="{person.public_id}">' in page
        assert re.findall(r'<p class="hz-menu-place">(.*?)</p>', page) == [place]
        nav = page.partition('<nav class="hz-nav"')[2].partition("</nav>")[0]
        assert re.findall(r'<a href="([^"]+)" aria-current="(\w+)"', nav) == [("/applications/", "page")]
        assert re.findall(r'class="hz-count">(\d+)', nav) == (["2"] if person == unit else [])
        assert ("演示环境：单位与人员均为虚构" in page, 'href="/demo/clock/"' in page) == (demo, demo)
        assert ("业务日期" in page) is demo
    stranger = Client().get("/").text
    assert "<body>" in stranger
    assert ("单位注册" in stranger, "hz-menu-place" in stranger) == (True, False)
    assert ("演示环境：单位与人员均为虚构" in stranger, 'href="/demo/clock/"' in stranger) == (demo, False)
