"""The pages of bases, per role: who sees what, what is kept, what never leaks."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bases import daily
from bases.actions.activities import add_activity
from bases.actions.endings import surrender
from bases.actions.reports import file_report, return_report, save_draft
from bases.actions.terms import note_renewal
from bases.models import Activity, Base, Filing
from bases.worklist import worklist
from haizhi_portal.accounts.models import User
from resources.actions import add_partner
from tests.bases.kit import WORDS, YEAR_WORDS, licensed, officer, person, report, system, unit_actor

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Any]


@pytest.fixture(autouse=True)
def _today(settings: Any) -> None:
    settings.PORTAL_TODAY = date(2027, 7, 5)


def base_user(base: Base) -> User:
    return person("applicant", organisation=base.organisation)


def lively(n: int = 1, place: str = "210211") -> Base:
    """A base with a returned report, a draft, an activity and a partner, on 5 July 2027."""
    base = licensed("2026-04-20", n, place=place)
    daily.run(system("2027-07-05"))
    me = unit_actor(base, "2027-04-10")
    file_report(actor=me, obligation=report(base, "2027Q1"), content=WORDS | {"work": f"秘密{n}号"})
    return_report(actor=officer("2027-04-12"), obligation=report(base, "2027Q1"), reason="请补充人数")
    save_draft(actor=me, obligation=report(base, "2027Q2"), content={"work": "草稿之语"}, expected_version=1)
    partner = add_partner(
        actor=me,
        organisation=base.organisation,
        name=f"海外学会{n}",
        foreign_name="Example Society",
        kind="society",
        country="日本",
        since=date(2026, 1, 1),
        until=None,
        cooperation="互访",
    )
    add_activity(
        actor=me,
        base=base,
        held_on=date(2027, 3, 3),
        title=f"对接会{n}",
        kind="matchmaking",
        place="大连",
        participants=80,
        outcome="三项意向",
        partners=[partner],
    )
    return base


READERS = ["base", "municipal", "leader", "auditor", "district"]


def reader(role: str, base: Base) -> User:
    if role == "base":
        return base_user(base)
    return person(role, place="210211" if role == "district" else "")


@pytest.mark.parametrize("role", READERS)
def test_every_reader_gets_every_page(role: str, client_for: SignIn) -> None:
    base = lively()
    visitor = client_for(reader(role, base))
    for address in (
        reverse("bases:list"),
        reverse("bases:reports"),
        reverse("bases:detail", args=[base.number]),
        reverse("bases:activity_list", args=[base.number]),
        reverse("bases:report", args=[base.number, "2026"]),
        reverse("bases:report", args=[base.number, "2027Q1"]),
        reverse("bases:report", args=[base.number, "2027Q2"]),
        reverse("resources:list"),
    ):
        response = visitor.get(address)
        assert response.status_code == 200, address
        if role != "base":
            assert "草稿之语" not in response.text, "a draft is the unit's own"


@pytest.mark.clause("5.5-exit", "5.6-renewal", "5.4.3")
@pytest.mark.parametrize(
    ("day", "own", "officer_s"),
    [
        ("2027-07-05", "activity partners surrender", "case"),
        ("2029-01-19", "activity partners surrender", "case"),
        ("2029-01-20", "activity partners surrender renew", "case"),
        ("2029-04-20", "activity partners surrender renew", "case"),
        ("2029-04-21", "partners", ""),
    ],
)
def test_the_page_of_a_base_offers_each_reader_what_may_be_done(
    day: str, own: str, officer_s: str, settings: Any, client_for: SignIn
) -> None:
    base = licensed("2026-04-20")
    settings.PORTAL_TODAY = date.fromisoformat(day)
    links = {
        "activity": f'href="{reverse("bases:activity_add", args=[base.number])}"',
        "partners": "管理海外合作伙伴",
        "surrender": f'href="{reverse("bases:surrender", args=[base.number])}"',
        "renew": f'href="{reverse("evaluations:renew", args=[base.number])}"',
        "case": f'href="{reverse("evaluations:withdrawal_open", args=[base.number])}"',
    }
    found = {}
    for role in READERS:
        page = client_for(reader(role, base)).get(reverse("bases:detail", args=[base.number])).text
        found[role] = " ".join(name for name, link in links.items() if link in page)
        assert ("终止日期" in page) is (day == "2029-04-21")
    assert found == dict.fromkeys(READERS, "") | {"base": own, "municipal": officer_s}


@pytest.mark.clause("5.1-guidance")
@pytest.mark.parametrize(
    ("role", "answers"), [("municipal", True), ("leader", False), ("auditor", False), ("district", False)]
)
def test_only_the_officer_is_offered_to_answer(role: str, answers: bool, client_for: SignIn) -> None:
    base = lively()
    file_report(actor=unit_actor(base, "2027-07-04"), obligation=report(base, "2027Q1"), content=WORDS)
    address = reverse("bases:report", args=[base.number, "2027Q1"])
    visitor = client_for(reader(role, base))
    assert ("退回修改</button>" in visitor.get(address).text) is answers
    assert visitor.post(f"{address}answer/", {"then": "accept"}).status_code == (302 if answers else 403)


@pytest.mark.parametrize(
    "make",
    [
        lambda other: base_user(other),
        lambda other: person("district", place="gaoxin"),
        lambda other: person("expert"),
        lambda other: person("admin"),
    ],
    ids=["another unit", "another jurisdiction", "expert", "administrator"],
)
def test_a_base_is_not_there_for_others(make: Callable[[Base], User], client_for: SignIn) -> None:
    base, other = lively(), licensed("2026-04-20", 2, place="210202")
    visitor = client_for(make(other))
    activity = Activity.objects.get(base=base)
    for name, *arguments in (
        ("bases:detail",),
        ("bases:activity_list",),
        ("bases:report", "2027Q1"),
        ("bases:surrender",),
        ("bases:activity_add",),
        ("bases:activity_edit", activity.public_id),
        ("bases:activity_remove", activity.public_id),
    ):
        address = reverse(name, args=[base.number, *arguments])
        assert visitor.get(address).status_code in (403, 404), address
        assert visitor.post(address, {}).status_code in (403, 404, 405), address
    for name in ("bases:list", "bases:reports", "resources:list"):
        response = visitor.get(reverse(name))
        assert response.status_code == 403 or (base.number not in response.text and "海外学会1" not in response.text)


def test_strangers_sign_in_first(client: Any) -> None:
    base = lively()
    for name in ("bases:detail", "bases:surrender"):
        assert client.get(reverse(name, args=[base.number])).status_code == 302


@pytest.mark.parametrize(
    "address",
    [
        "/my/bases/HZ2027-99/",
        "/my/bases/HZ%00/",
        "/bases/HZ1999-01/",
        "/my/bases/HZ2026-01/reports/2035Q1/",
        "/my/bases/HZ2026-01/reports/2027Q5/",
        "/my/bases/HZ2026-01/activities/AAAAAAAAAAAA/",
        "/bases/?page=%00&year=abc&q=%00",
        "/my/bases/?page=-1&status=nonsense",
        "/my/reports/?year=20270&quarter=9&state=x&page=9999",
    ],
)
def test_odd_addresses_are_answered_calmly(address: str, client_for: SignIn) -> None:
    base = lively()
    assert client_for(base_user(base)).get(address).status_code in (200, 404)


def test_the_public_sees_validity_and_no_person(client: Any) -> None:
    base = lively()
    ended = licensed("2026-04-20", 2)
    surrender(actor=unit_actor(ended, "2027-01-05"), base=ended, reason="内部原因")
    pages = client.get(reverse("bases:directory")).text
    assert base.number in pages
    assert ended.number in pages
    one = client.get(reverse("bases:public", args=[base.number])).text
    gone = client.get(reverse("bases:public", args=[ended.number])).text
    assert "最后有效日为2029年4月20日" in one
    assert "自2027年1月5日起已终止" in gone
    for text in (pages, one, gone):
        for secret in ("王示例", "applicant甲", "内部原因", "秘密1号", "示例路"):
            assert secret not in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=HZ2026-02", ["HZ2026-02"]),
        ("q=示例研究院3", ["HZ2024-03"]),
        ("status=in_force", ["HZ2026-01"]),
        ("status=pending", ["HZ2024-03"]),
        ("status=ended", ["HZ2026-02"]),
        ("place=210202", ["HZ2026-02"]),
        ("year=2024", ["HZ2024-03"]),
        ("q=没有这个", []),
    ],
)
def test_the_directory_is_searched_and_filtered(query: str, found: list[str], client: Any) -> None:
    licensed("2026-04-20", 1)
    ended = licensed("2026-04-20", 2, place="210202")
    surrender(actor=unit_actor(ended, "2027-01-05"), base=ended, reason="退出")
    pending = licensed("2024-06-01", 3)
    note_renewal(term=pending.terms.get(), requested_on=date(2027, 5, 20))
    page = client.get(f"{reverse('bases:directory')}?{query}").text
    for number in ("HZ2026-01", "HZ2026-02", "HZ2024-03"):
        assert (number in page) is (number in found), number
    if not found:
        assert "没有符合条件的基地" in page


@pytest.mark.clause("5.6-renewal")
@pytest.mark.parametrize(("today", "listed"), [((2027, 6, 13), False), ((2027, 6, 14), True), ((2027, 9, 13), False)])
def test_district_staff_find_what_is_about_to_expire(
    today: tuple[int, int, int], listed: bool, settings: Any, client_for: SignIn
) -> None:
    base = licensed("2024-09-12")
    settings.PORTAL_TODAY = date(*today)
    page = client_for(person("district", place="210211")).get(reverse("bases:list") + "?status=expiring").text
    assert (base.number in page) is listed


def test_an_empty_directory_says_what_will_come(client: Any) -> None:
    assert "还没有认定的基地" in client.get(reverse("bases:directory")).text


@pytest.mark.parametrize("name", ["bases:directory", "bases:list", "bases:reports", "resources:list"])
def test_lists_ask_the_same_number_of_queries_for_one_and_three(name: str, client_for: SignIn) -> None:
    counts = []
    for numbers in ((1,), (2, 3)):
        for n in numbers:
            lively(n)
        visitor = client_for(person("municipal"))
        visitor.get(reverse(name))
        with CaptureQueriesContext(connection) as captured:
            assert visitor.get(reverse(name)).status_code == 200
        asked = [query["sql"] for query in captured if not any(word in query["sql"] for word in OF_EVERY_PAGE)]
        counts.append(len(asked))
    assert counts[0] == counts[1] == EXACT[name]


# The session, its renewal and the inbox count: the same on every page.
OF_EVERY_PAGE = ("django_session", "SAVEPOINT", "notifications_message")
EXACT = {"bases:directory": 5, "bases:list": 5, "bases:reports": 5, "resources:list": 3}


@pytest.mark.clause("5.3-quarterly")
def test_a_report_is_saved_then_filed_then_returned_and_filed_again(client_for: SignIn) -> None:
    base = licensed("2027-04-20")
    mine, office = client_for(base_user(base)), client_for(person("municipal"))
    address = reverse("bases:report", args=[base.number, "2027Q2"])
    assert mine.post(address, {"version": 1, "work": "甲", "then": "save"}).status_code == 302
    assert "甲" in mine.get(address).text
    gap = mine.post(address, {"version": 2, "work": "甲", "then": "file"})
    assert gap.status_code == 422
    assert "下季度安排：请填写这一部分。" in gap.text
    assert mine.post(address, {**WORDS, "version": 2, "then": "file"}).status_code == 302
    bare = office.post(f"{address}answer/", {"then": "return", "reason": ""})
    assert bare.status_code == 422
    assert office.post(f"{address}answer/", {"then": "return", "reason": "请写人数"}).status_code == 302
    assert "请写人数" in mine.get(address).text
    assert mine.post(address, {**WORDS, "version": 3, "then": "file"}).status_code == 302
    assert office.post(f"{address}answer/", {"then": "accept", "opinion": ""}).status_code == 302
    again = office.post(f"{address}answer/", {"then": "accept", "opinion": ""})
    assert again.status_code == 422
    assert "已经有了结论" in again.text
    assert [each.outcome for each in Filing.objects.all()] == ["returned", "accepted"]


@pytest.mark.clause("5.3-annual")
def test_a_stale_window_keeps_what_was_typed_and_shows_what_was_saved(client_for: SignIn) -> None:
    base = licensed("2027-04-20")
    mine = client_for(base_user(base))
    address = reverse("bases:report", args=[base.number, "2027"])
    mine.post(address, {**YEAR_WORDS, "priorities": "同事写的", "version": 1, "then": "save"})
    stale = mine.post(address, {**YEAR_WORDS, "priorities": "我写的", "version": 1, "then": "file"})
    assert stale.status_code == 409
    assert "同事写的" in stale.text
    assert "我写的" in stale.text
    assert 'name="version" value="2"' in stale.text
    early = mine.post(address, {**YEAR_WORDS, "version": 2, "then": "file"})
    assert early.status_code == 422
    assert "2027年10月1日起可以报送" in early.text
    assert YEAR_WORDS["innovations"] in early.text
    assert 'value="file"' not in mine.get(address).text
    assert mine.post(address, {**YEAR_WORDS, "version": 2, "then": "save"}).status_code == 302


@pytest.mark.clause("5.3-quarterly")
def test_a_begun_period_is_written_although_no_night_entered_it(client_for: SignIn) -> None:
    base = licensed("2027-04-20")
    assert not base.obligations.filter(period="2027Q3").exists()
    mine = client_for(base_user(base))
    address = reverse("bases:report", args=[base.number, "2027Q3"])
    assert "2027年第3季度" in mine.get(reverse("bases:detail", args=[base.number])).text
    assert mine.get(address).status_code == 200
    assert mine.post(address, {"version": 1, "work": "早写", "then": "save"}).status_code == 302
    assert report(base, "2027Q3").draft["work"] == "早写"
    assert mine.get(reverse("bases:report", args=[base.number, "2027Q4"])).status_code == 404


@pytest.mark.clause("5.5-exit")
def test_surrender_shows_its_consequences_and_asks_once(client_for: SignIn) -> None:
    base = lively()
    mine = client_for(base_user(base))
    address = reverse("bases:surrender", args=[base.number])
    page = mine.get(address).text
    assert "不用再报：2027年第3季度工作信息、2027年度总结与2028年度计划" in page
    assert "仍须补报" in page
    half = mine.post(address, {"reason": "业务调整"})
    assert half.status_code == 422
    assert "业务调整" in half.text
    assert mine.post(address, {"reason": "业务调整", "certain": "on"}).status_code == 302
    base.refresh_from_db()
    assert (base.end, base.ended_on) == ("surrendered", date(2027, 7, 5))
    assert mine.get(reverse("bases:detail", args=[base.number])).status_code == 200
    again = mine.post(address, {"reason": "再来", "certain": "on"})
    assert again.status_code == 422
    assert "已终止" in again.text
    assert "已终止" in mine.get(address).text


ACTIVITY = {
    "title": "海外专家行",
    "kind": "exchange",
    "held_on": "2027-06-01",
    "place": "大连",
    "participants": "60",
    "outcome": "签约两项",
}


@pytest.mark.clause("5.4.3")
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"held_on": "2027-07-06"}, "还没有举办"),
        ({"held_on": "2026-04-19"}, "之前的活动不计入"),
        ({"participants": "0"}, "人数"),
        ({"title": ""}, "名称"),
        ({"kind": "party"}, "类别"),
        ({"held_on": "2027-13-01"}, "日期"),
        ({"partners": "99999"}, "海外合作伙伴"),
    ],
)
def test_an_activity_that_cannot_be_is_refused_and_nothing_is_lost(
    change: dict[str, str], words: str, client_for: SignIn
) -> None:
    base = lively()
    mine = client_for(base_user(base))
    response = mine.post(reverse("bases:activity_add", args=[base.number]), ACTIVITY | change)
    assert response.status_code == 422
    assert words in response.text
    assert "签约两项" in response.text


@pytest.mark.clause("5.4.3")
def test_an_activity_is_added_changed_and_removed(client_for: SignIn) -> None:
    base = lively()
    mine = client_for(base_user(base))
    partner = base.organisation.partners.get()
    sent = mine.post(reverse("bases:activity_add", args=[base.number]), ACTIVITY | {"partners": partner.public_id})
    assert sent.status_code == 302
    activity = Activity.objects.get(title="海外专家行")
    assert list(activity.partners.all()) == [partner]
    edit = reverse("bases:activity_edit", args=[base.number, activity.public_id])
    assert mine.get(edit).status_code == 200
    assert mine.post(edit, ACTIVITY | {"place": "旅顺", "version": "1"}).status_code == 302
    stale = mine.post(edit, ACTIVITY | {"place": "庄河", "version": "1"})
    assert stale.status_code == 409
    assert "旅顺" in stale.text
    assert "庄河" in stale.text
    remove = reverse("bases:activity_remove", args=[base.number, activity.public_id])
    assert "留存备查" in mine.get(remove).text
    assert mine.post(remove).status_code == 302
    assert mine.get(edit).status_code == 404
    assert Activity.objects.filter(pk=activity.pk, removed_at__isnull=False).exists()


def test_another_units_partner_cannot_be_cited(client_for: SignIn) -> None:
    base, other = lively(1), lively(2)
    foreign = other.organisation.partners.get()
    response = client_for(base_user(base)).post(
        reverse("bases:activity_add", args=[base.number]), ACTIVITY | {"partners": foreign.public_id}
    )
    assert response.status_code == 422
    assert foreign.name not in response.text


@pytest.mark.clause("5.6-renewal")
def test_the_base_page_says_on_which_working_day_it_is_safest_to_come(settings: Any, client_for: SignIn) -> None:
    base = licensed("2024-09-12")
    page = client_for(base_user(base)).get(reverse("bases:detail", args=[base.number])).text
    assert "2027年6月14日至2027年9月12日" in page
    assert "2027年9月10日（周五）" in page
    settings.PORTAL_TODAY = date(2026, 10, 1)
    early = client_for(base_user(base)).get(reverse("bases:detail", args=[base.number])).text
    assert "请于2027年6月14日起提出" in early


@pytest.mark.clause("5.3-annual")
def test_the_page_says_when_a_due_day_was_moved(settings: Any, client_for: SignIn) -> None:
    settings.PORTAL_TODAY = date(2025, 11, 20)
    base = licensed("2025-04-20")
    page = client_for(base_user(base)).get(reverse("bases:report", args=[base.number, "2025"])).text
    assert "2025年12月1日（周一）" in page
    assert "2025年11月30日不是工作日" in page


@pytest.mark.clause("5.3-quarterly")
@pytest.mark.parametrize(
    ("day", "period", "by"),
    [
        ("2027-07-05", "2027Q1", None),  # returned: filed once, a correction has no last day
        ("2027-07-05", "2027Q2", date(2027, 7, 12)),  # to be filed
        ("2027-08-05", "2027Q2", date(2027, 7, 12)),  # overdue
        ("2027-07-05", "2027Q3", date(2027, 10, 11)),  # can be written
    ],
)
@pytest.mark.parametrize("role", ["base", "municipal"])
def test_page_list_and_home_agree_on_the_last_day(
    day: str, period: str, by: date | None, role: str, settings: Any, client_for: SignIn
) -> None:
    base = lively()
    settings.PORTAL_TODAY = date.fromisoformat(day)
    visitor, address = client_for(reader(role, base)), reverse("bases:report", args=[base.number, period])

    listed = {line["obligation"].period: line["by"] for line in visitor.get(reverse("bases:reports")).context["listed"]}
    detail = visitor.get(reverse("bases:detail", args=[base.number]))
    calendar = {line.obligation.period: line.by for line in detail.context["lines"]}
    found = {visitor.get(address).context["move"]["by"], listed.get(period, by), calendar[period]}
    if role == "base":
        work = worklist(base_user(base), date.fromisoformat(day))
        found |= {item.due_on for item in [*work.mine, *work.waiting] if item.url == address}
        found |= {move["by"] for move in detail.context["moves"] if move["url"] == address}
    assert found == {by}
    shown = visitor.get(reverse("bases:reports"), {"state": "returned"}).text
    assert ("2027年4月12日" in shown, "hz-left" in shown) == (True, False)


@pytest.mark.clause("5.5-exit")
@pytest.mark.parametrize("ended", [False, True])
def test_an_ended_base_is_promised_nothing_more(ended: bool, client_for: SignIn) -> None:
    base, empty = lively(), licensed("2026-04-20", 2)
    if ended:
        for each in (base, empty):
            surrender(actor=unit_actor(each, "2027-07-05"), base=each, reason="调整方向")
    visitor = client_for(person("municipal"))

    shown = visitor.get(reverse("bases:detail", args=[base.number])).text
    assert "今天在合作期内的有 1 个" in shown
    assert ("年度评估按 12 月 31 日" in shown) is not ended
    for name in ("bases:detail", "bases:activity_list"):
        bare = visitor.get(reverse(name, args=[empty.number])).text
        assert ("基地登记活动之后，会列在这里。" in bare, "基地在资格终止之前没有登记活动。" in bare) == (
            not ended,
            ended,
        )
    assert ("登记一次，申报和年度评估都会用到。" in visitor.get(reverse("bases:detail", args=[empty.number])).text) is (
        not ended
    )


@pytest.mark.clause("5.3-quarterly", "5.3-annual")
def test_the_years_of_reports_that_there_are_are_offered_the_coming_one_too(settings: Any, client_for: SignIn) -> None:
    settings.PORTAL_TODAY = date(2026, 12, 31)
    base = licensed("2026-04-20")
    daily.run(system("2027-01-01"))  # the year 2027 has begun for the worker
    licensed("2025-04-20", 2, place="210202")
    for who, offered in (
        (base_user(base), ["2027", "2026"]),
        (person("municipal"), ["2027", "2026", "2025"]),
        (person("district", place="210202"), ["2025"]),
    ):
        choices = client_for(who).get(reverse("bases:reports")).context["filter_form"].fields["year"].choices
        assert [value for value, _label in choices] == ["", *offered]


@pytest.mark.clause("5.3-quarterly", "5.3-annual")
@pytest.mark.parametrize(
    ("period", "required"),
    [
        ("2027Q2", {"本季度工作情况": True, "活动与合作": False, "困难与建议": False, "下季度安排": True}),
        ("2027", dict.fromkeys(("本年度工作重点", "创新做法", "主要成效", "下年度重大活动和项目"), True)),
    ],
)
def test_what_a_report_must_have_is_marked_and_a_draft_may_lack_it(
    period: str, required: dict[str, bool], client_for: SignIn
) -> None:
    base = lively()
    visitor, address = client_for(base_user(base)), reverse("bases:report", args=[base.number, period])

    shown = visitor.get(address)

    marked = {}
    for bound in shown.context["form"].visible_fields():
        label = shown.text.partition(f'for="{bound.id_for_label}"')[2].partition("</label>")[0]
        marked[bound.label] = "asteriskField" in label
    assert marked == required
    version = report(base, period).version
    assert visitor.post(address, {"version": version, "then": "save"}).status_code == 302


@pytest.mark.clause("5.3-quarterly")
def test_a_missing_part_is_named_once(settings: Any, client_for: SignIn) -> None:
    base = lively()
    address = reverse("bases:report", args=[base.number, "2027Q2"])
    version = report(base, "2027Q2").version

    refused = client_for(base_user(base)).post(address, {**WORDS, "version": version, "work": " ", "then": "file"})

    summary = refused.text.partition('class="hz-errors"')[2].partition("</div>")[0]
    assert (refused.status_code, summary.count("本季度工作情况"), summary.count("<li>")) == (422, 1, 1)
    assert "本季度工作情况：请填写这一部分。 依据：方案第五条" in summary
