"""The pages of evaluations, renewals and withdrawals: who gets in, what each act shows first, what is kept."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bases.models import Base
from evaluations.actions import evaluation as evaluations
from evaluations.actions import withdrawal as withdrawals
from evaluations.models import Evaluation, Renewal, Withdrawal
from haizhi_portal.accounts.models import User
from haizhi_portal.policy.words import Role
from tests.evaluations.kit import (
    FAILED,
    announced,
    decided,
    exempted,
    final,
    leader,
    licensed,
    marks,
    officer,
    opened,
    person,
    prepared,
    requested,
    scored,
    unit_actor,
    with_paper,
)

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Any]
Today = Callable[[str], None]


@pytest.fixture
def today(settings: Any) -> Today:
    def move(day: str) -> None:
        settings.PORTAL_TODAY = date.fromisoformat(day)

    return move


def user(role: str, base: Base | None = None) -> User:
    if role == "base":
        assert base is not None
        return person(Role.APPLICANT, organisation=base.organisation)
    return person(role, place="210211" if role == "district" else "")


def page(name: str, row: Any) -> str:
    return reverse(f"evaluations:{name}", args=[row.public_id])


def text(response: Any) -> str:
    return response.content.decode()


def typed(total: str = "75", **more: str) -> dict[str, str]:
    points = {f"points-{key}": str(value) for key, value in marks(total).items()}
    comments = {name.replace("points", "comment"): "" for name in points}
    return {**points, **comments, "opinion": "对照佐证评定", "digest": "", **more}


# Who gets in --------------------------------------------------------------------------------------------------------

LISTS = ("list", "renewals", "withdrawals")
# The session, its renewal and the inbox count: the same on every page.
OF_EVERY_PAGE = ("django_session", "SAVEPOINT", "notifications_message")


@pytest.mark.parametrize(
    ("role", "statuses"),
    [
        ("base", (200, 200, 200)),
        ("municipal", (200, 200, 200)),
        ("leader", (200, 200, 200)),
        ("auditor", (200, 200, 200)),
        ("district", (200, 403, 403)),
        ("expert", (403, 403, 403)),
        ("admin", (403, 403, 403)),
    ],
)
def test_lists_are_for_those_concerned(client_for: SignIn, role: str, statuses: tuple[int, ...]) -> None:
    base = licensed("2027-03-15")
    client = client_for(user(role, base))

    assert tuple(client.get(reverse(f"evaluations:{name}")).status_code for name in LISTS) == statuses


def test_a_visitor_is_asked_to_sign_in(client: Any) -> None:
    assert client.get(reverse("evaluations:list")).status_code == 302


@pytest.mark.parametrize(
    ("role", "before", "told", "settled"),
    [
        ("base", 404, 200, 200),
        ("other", 404, 404, 404),
        ("municipal", 200, 200, 200),
        ("leader", 200, 200, 200),
        ("auditor", 200, 200, 200),
        ("district", 404, 404, 200),
        ("elsewhere", 404, 404, 404),
    ],
)
def test_a_base_reads_its_evaluation_once_told_and_a_district_once_final(
    client_for: SignIn, today: Today, role: str, before: int, told: int, settled: int
) -> None:
    today("2028-04-03")
    base, other = licensed("2027-03-15"), licensed("2027-03-15", n=2)
    who = {
        "other": lambda: user("base", other),
        "elsewhere": lambda: person(Role.DISTRICT, place="210202"),
    }.get(role, lambda: user(role, base))()
    client = client_for(who)
    evaluation = scored(base, 2027)

    assert client.get(page("detail", evaluation)).status_code == before
    evaluations.announce(actor=officer("2028-03-03"), evaluation=evaluation)
    assert client.get(page("detail", evaluation)).status_code == told
    evaluations.make_final(actor=officer("2028-04-03"), evaluation=evaluation)
    assert client.get(page("detail", evaluation)).status_code == settled


def test_a_base_never_reads_what_the_office_wrote_before_the_decision(client_for: SignIn, today: Today) -> None:
    today("2030-02-20")
    base = licensed("2027-03-15")
    renewal = prepared(base, "2030-02-01")
    scored(base, 2029)
    case = withdrawals.open_withdrawal(
        actor=officer("2030-02-02"), base=base, ground="false_statements", years=[], statement="内部立案事实"
    )
    client = client_for(user("base", base))

    pages = [reverse(f"evaluations:{name}") for name in LISTS] + [page("renewal", renewal)]
    shown = "".join(text(client.get(address)) for address in pages)

    for secret in ("内部考核意见", "内部评估意见", "内部立案事实", "拟通过", "考核意见已提出"):
        assert secret not in shown
    assert client.get(page("withdrawal", case)).status_code == 404
    assert "2029 年度" not in shown
    withdrawals.close_withdrawal(actor=leader("2030-02-19"), withdrawal=case, reason="查无实据")
    decided(renewal, "2030-02-20", passed=True)
    shown = text(client.get(page("renewal", renewal)))
    assert "决定：通过" in shown
    assert "内部考核意见" not in shown


def test_a_district_reads_the_result_without_points_or_opinions(client_for: SignIn, today: Today) -> None:
    today("2028-04-03")
    evaluation = final(licensed("2027-03-15"), 2027)

    shown = text(client_for(user("district")).get(page("detail", evaluation)))

    assert "合格" in shown
    assert "内部评估意见" not in shown
    assert "制度齐全" not in shown


@pytest.mark.parametrize(
    "name", ["renewal_paper", "renewal_return", "renewal_prepare", "renewal_decide", "renewal_resubmit"]
)
def test_acts_about_another_units_request_are_not_found(client_for: SignIn, today: Today, name: str) -> None:
    today("2030-02-10")
    renewal = requested(licensed("2027-03-15"), "2030-02-01")
    other = licensed("2027-03-15", n=2)

    status = client_for(user("base", other)).get(page(name, renewal)).status_code

    assert status == (404 if name == "renewal_resubmit" else 403)


@pytest.mark.clause("5.4-evaluation")
def test_only_years_that_are_over_are_offered_from_the_first_licence_on(client_for: SignIn, today: Today) -> None:
    licensed("2026-03-15")
    today("2028-12-31")
    clerk, address = client_for(user("municipal")), reverse("evaluations:open_year")
    assert [year for year, _ in clerk.get(address).context["form"].fields["year"].choices] == [2027, 2026]
    for year in ("2025", "2028", "9999999999999999999", "二〇二七", ""):
        assert clerk.post(address, {"year": year, "confirmed": "1"}).status_code == 422
    assert not Evaluation.objects.exists()
    today("2029-01-01")
    assert [year for year, _ in clerk.get(address).context["form"].fields["year"].choices] == [2028, 2027, 2026]


@pytest.mark.clause("5.4-evaluation")
def test_before_the_first_licence_only_the_last_year_is_offered(client_for: SignIn, today: Today) -> None:
    today("2028-02-01")
    shown = client_for(user("municipal")).get(reverse("evaluations:open_year"))
    assert [year for year, _ in shown.context["form"].fields["year"].choices] == [2027]


# The evaluation, as people walk through it --------------------------------------------------------------------------


@pytest.mark.clause("5.4-evaluation", "5.4.1", "5.4.2", "5.4.3", "5.4.4", "5.4.5", "5.4.6")
def test_from_the_opening_to_the_review(client_for: SignIn, today: Today) -> None:
    base = licensed("2027-03-15")
    clerk, boss, own = (client_for(user(role, base)) for role in ("municipal", "leader", "base"))

    today("2028-02-01")
    asked = clerk.post(reverse("evaluations:open_year"), {"year": "2027"})
    assert f"{base.number} {base.organisation.name}" in text(asked)
    assert Evaluation.objects.count() == 0
    clerk.post(reverse("evaluations:open_year"), {"year": "2027", "confirmed": "1"})
    evaluation = Evaluation.objects.get()

    shown = text(clerk.get(page("score", evaluation)))
    assert shown.count("未达到") == 2  # neither an activity nor two partners
    assert "年末合作的海外组织不少于 2 个" in shown
    saved = clerk.post(
        page("score", evaluation), {**typed(opinion=""), "points-5.4.6": "", "act": "draft"}, follow=True
    )
    assert "草稿已保存" in text(saved)
    digest = text(saved).split('name="digest" value="')[1].split('"')[0]
    incomplete = clerk.post(
        page("score", evaluation), {**typed(), "points-5.4.6": "", "act": "submit", "digest": digest}
    )
    assert incomplete.status_code == 422
    assert "“信息报送”尚未打分" in text(incomplete)
    asked = clerk.post(page("score", evaluation), typed("55.5", act="submit", digest=digest))
    assert "总分 55.50 分，按现行标准为不合格" in text(asked)
    assert "最低要求没有达到" in text(asked)
    clerk.post(page("score", evaluation), typed("55.5", act="submit", digest=digest, confirmed="1"))
    evaluation.refresh_from_db()
    assert str(evaluation.score) == "55.50"

    today("2028-03-03")
    assert "2028年3月10日前（含当日）申请一次复核" in text(clerk.get(page("announce", evaluation)))
    clerk.post(page("announce", evaluation), {})
    assert own.get(page("detail", evaluation)).status_code == 200

    today("2028-03-10")
    assert "2028年3月10日（含当日）" in text(own.get(page("review_request", evaluation)))
    empty = own.post(page("review_request", evaluation), {"reason": ""})
    assert empty.status_code == 422
    own.post(page("review_request", evaluation), {"reason": "漏计一场活动"})

    refused = clerk.post(page("review_decide", evaluation), typed("62", confirmed="1"))
    assert refused.status_code == 422
    assert "原评分人和告知人以外的人员" in text(refused)
    asked = boss.post(page("review_decide", evaluation), typed("62"))
    assert "改定为 62.00 分、合格" in text(asked)
    boss.post(page("review_decide", evaluation), typed("62", confirmed="1"))

    evaluation.refresh_from_db()
    assert (evaluation.result, evaluation.final_on) == ("qualified", date(2028, 3, 10))
    shown = text(own.get(page("detail", evaluation)))
    assert "复核改定，原得 20.50 分" in shown
    assert (shown.count("复核改定，原得 "), shown.count("复核未改")) == (1, 5)
    assert "漏计一场活动" in shown


def test_a_refused_review_keeps_what_was_typed(client_for: SignIn, today: Today) -> None:
    base = licensed("2027-03-15")
    evaluation = announced(base, 2027)
    today("2028-03-11")

    late = client_for(user("base", base)).post(page("review_request", evaluation), {"reason": "漏计一场活动"})

    assert late.status_code == 422
    assert "申请复核的最后一天是2028年3月10日，现已逾期" in text(late)
    assert "漏计一场活动" in text(late)
    assert "方案第五条第 4 款" in text(late)


def test_a_colleagues_draft_is_shown_beside_what_was_typed(client_for: SignIn, today: Today) -> None:
    today("2028-02-01")
    base = licensed("2027-03-15")
    evaluation = opened(base, 2027)
    evaluations.score(
        actor=officer("2028-02-01"),
        evaluation=evaluation,
        points={"5.4.1": marks("75")["5.4.1"]},
        comments={},
        opinion="同事的意见",
        submit=False,
    )

    clash = client_for(user("municipal")).post(page("score", evaluation), typed(act="draft", opinion="我的意见"))

    assert clash.status_code == 409
    assert "同事的意见" in text(clash)
    assert "我的意见" in text(clash)
    digest = text(clash).split('name="digest" value="')[1].split('"')[0]
    again = client_for(user("municipal")).post(
        page("score", evaluation), typed(act="draft", opinion="我的意见", digest=digest)
    )
    assert again.status_code == 302


def test_going_back_from_the_question_keeps_everything(client_for: SignIn, today: Today) -> None:
    today("2028-02-01")
    evaluation = opened(licensed("2027-03-15"), 2027)

    back = client_for(user("municipal")).post(page("score", evaluation), typed(act="submit", revise="1"))

    assert back.status_code == 200
    assert "对照佐证评定" in text(back)
    assert Evaluation.objects.get().sheet is None


def test_an_exemption_says_what_it_does_and_needs_its_reason(client_for: SignIn, today: Today) -> None:
    today("2028-02-01")
    evaluation = opened(licensed("2027-11-15"), 2027)
    clerk = client_for(user("municipal"))

    assert "跳过这一年" in text(clerk.get(page("exempt", evaluation)))
    assert clerk.post(page("exempt", evaluation), {"reason": " "}).status_code == 422
    clerk.post(page("exempt", evaluation), {"reason": "获批不足一年"})

    assert "免评理由：获批不足一年" in text(clerk.get(page("detail", evaluation)))


def test_what_is_over_is_refused_with_the_reason_before_anything_is_typed(client_for: SignIn, today: Today) -> None:
    today("2028-04-03")
    evaluation = final(licensed("2027-03-15"), 2027)
    clerk = client_for(user("municipal"))

    for name in ("score", "announce", "exempt"):
        shown = clerk.get(page(name, evaluation))
        assert shown.status_code == 200
        assert "结果已生效" in text(shown)
        assert clerk.post(page(name, evaluation), typed(act="submit", reason="x")).status_code == 422


# Renewal ------------------------------------------------------------------------------------------------------------


@pytest.mark.clause("5.6-renewal")
@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2029-12-14", "即2029年12月15日至2030年3月15日（含首尾两日），现在尚未到时间"),
        ("2030-03-16", "现已逾期，不能再申请续期"),
    ],
)
def test_outside_the_window_the_page_says_when(client_for: SignIn, today: Today, day: str, words: str) -> None:
    base = licensed("2027-03-15")
    today(day)
    client, address = client_for(user("base", base)), reverse("evaluations:renew", args=[base.number])

    assert words in text(client.get(address))
    sent = client.post(address, {"statement": "三年工作情况", "plan": "计划"})
    assert sent.status_code == 422
    assert Renewal.objects.count() == 0


@pytest.mark.clause("5.6-renewal", "5.6-reaward")
def test_from_the_request_to_the_new_term(client_for: SignIn, today: Today) -> None:
    base = licensed("2027-03-15")
    own, clerk, boss = (client_for(user(role, base)) for role in ("base", "municipal", "leader"))
    address = reverse("evaluations:renew", args=[base.number])

    today("2030-01-10")
    assert own.post(address, {"statement": "", "plan": "计划"}).status_code == 422
    asked = own.post(address, {"statement": "三年工作情况", "plan": "计划"})
    assert "盖章后在2030年1月24日前（含当日）送达" in text(asked)
    own.post(address, {"statement": "三年工作情况", "plan": "计划", "confirmed": "1"})
    renewal = Renewal.objects.get()
    assert "看已提交的申请" in text(own.get(address))

    clerk.post(page("renewal_return", renewal), {"reason": "请补充年度目标"})
    shown = text(own.get(page("renewal", renewal)))
    assert "请补充年度目标" in shown
    assert "修改并重新提交" in shown
    data = {"statement": "三年工作情况，详见附表", "plan": "计划", "version": "1"}
    assert own.post(page("renewal_resubmit", renewal), data).status_code == 302
    stale = own.post(page("renewal_resubmit", renewal), {**data, "statement": "另一个标签页"})
    assert stale.status_code == 409
    assert "另一个标签页" in text(stale)
    assert "三年工作情况，详见附表" in text(stale)

    refused = clerk.post(page("renewal_prepare", renewal), {"proposal": "pass", "assessment": "好"})
    assert refused.status_code == 422
    assert "尚未登记盖章的纸质申请" in text(refused)
    late = clerk.post(page("renewal_paper", renewal), {"received_on": "2030-01-25"})
    assert late.status_code == 422
    clerk.post(page("renewal_paper", renewal), {"received_on": "2030-01-10"})
    clerk.post(page("renewal_prepare", renewal), {"proposal": "pass", "assessment": "任务完成"})
    shown = text(clerk.get(page("renewal", renewal)))
    assert "与上一版相比" in shown

    shown = text(boss.get(page("renewal_decide", renewal)))
    assert "2030年3月16日至2033年3月15日" in shown
    assert "自2030年3月16日起终止" in shown
    needs = boss.post(page("renewal_decide", renewal), {"passed": "no", "reason": "", "read": "任务完成"})
    assert needs.status_code == 422
    asked = boss.post(page("renewal_decide", renewal), {"passed": "yes", "reason": "", "read": "任务完成"})
    assert "同意续期" in text(asked)
    done = {"passed": "yes", "reason": "", "confirmed": "1"}
    assert boss.post(page("renewal_decide", renewal), {**done, "read": "旧意见"}).status_code == 409
    boss.post(page("renewal_decide", renewal), {**done, "read": "任务完成"})

    assert base.terms.get(number=2).expires_on == date(2033, 3, 15)
    assert "续期考核通过" in text(own.get(page("renewal", renewal)))


def test_taking_back_after_the_last_day_is_warned_of(client_for: SignIn, today: Today) -> None:
    base = licensed("2027-03-15")
    renewal = requested(base, "2030-03-01")
    client = client_for(user("base", base))

    today("2030-03-15")
    assert "在2030年3月15日前（含当日）可以重新申请" in text(client.get(page("renewal_withdraw", renewal)))
    today("2030-03-16")
    assert "撤回之后基地资格今日即终止" in text(client.get(page("renewal_withdraw", renewal)))
    client.post(page("renewal_withdraw", renewal), {"reason": ""})

    base.refresh_from_db()
    assert base.ended_on == date(2030, 3, 16)


# Withdrawal ---------------------------------------------------------------------------------------------------------


@pytest.mark.clause("5.5-exit")
def test_fail_exempt_fail_is_said_before_the_leader_clicks(client_for: SignIn, today: Today) -> None:
    base = licensed("2027-03-15")
    final(base, 2027, FAILED)
    exempted(base, 2028)
    final(base, 2029, FAILED)
    case = Withdrawal.objects.get()
    clerk, boss, own = (client_for(user(role, base)) for role in ("municipal", "leader", "base"))
    today("2030-03-12")
    assert own.get(page("withdrawal", case)).status_code == 404

    assert "可能引起争议" in text(clerk.get(page("withdrawal_prepare", case)))
    clerk.post(page("withdrawal_prepare", case), {"statement": "两个年度均不合格"})
    shown = text(boss.get(page("withdrawal_confirm", case)))
    assert "2027 年度不合格，2028 年度免评，2029 年度不合格，两个不合格年度之间隔着免评年度" in shown
    assert "可能引起争议" in shown
    assert "自今日（2030年3月12日）起终止" in shown
    assert boss.post(page("withdrawal_confirm", case), {"read": "旧的"}).status_code == 409
    boss.post(page("withdrawal_confirm", case), {"read": "两个年度均不合格"})

    base.refresh_from_db()
    assert (base.end, base.ended_on) == ("revoked", date(2030, 3, 12))
    shown = text(own.get(page("withdrawal", case)))
    assert "两个年度均不合格" in shown
    assert "可能引起争议" not in shown


@pytest.mark.clause("5.5-exit")
def test_false_statements_are_opened_prepared_and_closed(client_for: SignIn, today: Today) -> None:
    base = licensed("2027-03-15")
    clerk, boss = client_for(user("municipal")), client_for(user("leader"))
    today("2028-06-01")
    address = reverse("evaluations:withdrawal_open", args=[base.number])

    assert "2028年7月1日前（含当日）决定" in text(clerk.get(address))
    assert clerk.post(address, {"statement": ""}).status_code == 422
    opened_case = clerk.post(address, {"statement": "协议系伪造"})
    case = Withdrawal.objects.get()
    assert opened_case.url == page("withdrawal", case)
    again = clerk.post(address, {"statement": "协议系伪造"})
    assert again.status_code == 422
    assert boss.post(page("withdrawal_close", case), {"reason": ""}).status_code == 422
    boss.post(page("withdrawal_close", case), {"reason": "查无实据"})

    assert "没有取消资格" in text(clerk.get(page("withdrawal", case)))
    assert clerk.get(reverse("evaluations:withdrawal_open", args=["HZ1999-01"])).status_code == 404


# Lists --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "queries"), [("list", 4), ("renewals", 4), ("withdrawals", 3)])
def test_a_list_asks_the_same_number_of_queries_for_one_row_and_for_three(
    client_for: SignIn, today: Today, name: str, queries: int
) -> None:
    today("2030-03-05")
    client = client_for(user("municipal"))
    for rows in (1, 3):
        fill_up_to(rows)
        with CaptureQueriesContext(connection) as asked:
            shown = client.get(reverse(f"evaluations:{name}"))
        assert text(shown).count("HZ2027-0") == rows
        own = [each["sql"] for each in asked if not any(word in each["sql"] for word in OF_EVERY_PAGE)]
        assert len(own) == queries, own


def fill_up_to(rows: int) -> None:
    present = Base.objects.count()
    for n in range(present + 1, rows + 1):
        base = licensed("2027-03-15", n=n)
        evaluation = announced(base, 2029)
        evaluations.request_review(actor=unit_actor(base, "2030-03-04"), evaluation=evaluation, reason="漏计")
        with_paper(base, "2030-02-01")
        withdrawals.open_withdrawal(
            actor=officer("2030-02-02"), base=base, ground="false_statements", years=[], statement="伪造"
        )


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", ["HZ2027-01", "HZ2027-02", "HZ2027-03"]),
        ("?state=unscored", ["HZ2027-03"]),
        ("?state=open", ["HZ2027-02", "HZ2027-03"]),
        ("?state=scored", ["HZ2027-02"]),
        ("?state=final", ["HZ2027-01"]),
        ("?result=qualified", ["HZ2027-01"]),
        ("?result=excellent", []),
        ("?year=2027", ["HZ2027-01", "HZ2027-02", "HZ2027-03"]),
        ("?q=HZ2027-02", ["HZ2027-02"]),
        ("?q=%E7%A0%94%E7%A9%B6%E9%99%A23", ["HZ2027-03"]),
        ("?state=nonsense&year=abc&page=zz", ["HZ2027-01", "HZ2027-02", "HZ2027-03"]),
    ],
)
def test_the_list_is_searched_and_narrowed(client_for: SignIn, today: Today, query: str, numbers: list[str]) -> None:
    today("2028-04-03")
    for n in (1, 2, 3):
        licensed("2027-03-15", n=n)
    final(Base.objects.get(seat=1), 2027)
    scored(Base.objects.get(seat=2), 2027)

    shown = text(client_for(user("municipal")).get(reverse("evaluations:list") + query)).partition("<tbody>")[2]

    assert [number for number in ("HZ2027-01", "HZ2027-02", "HZ2027-03") if number in shown] == numbers


def test_a_long_list_is_paged_and_keeps_its_filter(client_for: SignIn, today: Today) -> None:
    today("2028-02-01")
    for n in range(1, 23):
        licensed("2027-03-15", n=n)
    evaluations.open_year(actor=officer("2028-01-02"), year=2027)

    shown = text(client_for(user("municipal")).get(reverse("evaluations:list") + "?year=2027&page=2"))

    assert shown.partition("<tbody>")[2].count("HZ2027-") == 2
    assert "?year=2027&amp;page=1" in shown


def test_empty_lists_say_what_will_appear(client_for: SignIn) -> None:
    base = licensed("2027-03-15")

    for role, words in (("base", "每年年初评估上一年度的工作"), ("municipal", "12 月 31 日资格有效的每个基地各有一份")):
        assert words in text(client_for(user(role, base)).get(reverse("evaluations:list")))


def test_leader_and_officer_see_the_same_case_with_their_own_next_step(client_for: SignIn, today: Today) -> None:
    today("2030-02-20")
    renewal = prepared(licensed("2027-03-15"), "2030-02-01")

    assert "作出决定" in text(client_for(user("leader")).get(page("renewal", renewal)))
    assert "作出决定" not in text(client_for(user("municipal")).get(page("renewal", renewal)))
    assert leader("2030-02-20").user == user("leader")


@pytest.mark.clause("5.6-renewal")
def test_late_paper_is_not_registered_as_in_time_by_one_click(client_for: SignIn, today: Today) -> None:
    today("2030-01-25")  # a day too late
    base = licensed("2027-03-15")
    renewal = requested(base, "2030-01-10")
    clerk = client_for(person(Role.MUNICIPAL))

    shown = clerk.get(page("renewal_paper", renewal))
    assert 'value="2030-01-25"' in shown.content.decode()
    assert "送达的最后一天2030年1月24日已过" in text(shown)
    assert clerk.post(page("renewal_paper", renewal), {"received_on": "2030-01-25"}).status_code == 422
    unexplained = clerk.post(page("renewal_paper", renewal), {"received_on": "2030-01-24"})
    assert unexplained.status_code == 422
    assert "请写明当时没有登记的原因" in text(unexplained)
    explained = {"received_on": "2030-01-24", "reason": "24 日送达，收发室次日转交"}
    assert clerk.post(page("renewal_paper", renewal), explained).status_code == 302
    assert "2030年1月24日收到（2030年1月25日补登：24 日送达，收发室次日转交）" in text(
        clerk.get(page("renewal", renewal))
    )


@pytest.mark.clause("5.5-exit")
def test_whoever_decides_a_renewal_sees_the_whole_record(client_for: SignIn, today: Today) -> None:
    today("2030-02-20")
    base = licensed("2027-03-15")
    final(base, 2027, FAILED)
    renewal = prepared(base, "2030-02-01")
    boss = client_for(person(Role.LEADER))
    assert "2027 年度</a> 不合格，40.00" in " ".join(text(boss.get(page("renewal_decide", renewal))).split())

    withdrawals.open_withdrawal(
        actor=officer("2030-02-02"), base=base, ground="false_statements", years=[], statement="内部立案事实"
    )
    assert "尚未办结，办结之前不能决定续期" in text(boss.get(page("renewal_decide", renewal)))
    assert "未办结，办结之前不能决定续期" in text(boss.get(page("renewal", renewal)))


@pytest.mark.clause("5.6-renewal")
def test_once_the_paper_is_late_the_assessment_comes_first_and_the_paper_second(
    client_for: SignIn, today: Today
) -> None:
    renewal = requested(licensed("2027-03-15"), "2030-01-10")
    clerk = client_for(person(Role.MUNICIPAL))

    def offered(day: str) -> tuple[str, list[str]]:
        today(day)
        shown = clerk.get(page("renewal", renewal)).context
        return shown["step"].label, [step.label for step in shown["others"]]

    assert offered("2030-01-24") == ("登记纸质申请", ["提出考核意见", "退回修改"])  # the last day for it
    assert offered("2030-01-25") == ("提出考核意见", ["登记纸质申请", "退回修改"])
