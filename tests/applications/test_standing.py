"""State × role × day: the sentence, whose move, by when, and for whom it is theirs; every cell."""

from datetime import date, timedelta

import pytest

from applications.models import Application
from applications.standing import standing, state_words, why_behind
from bases.actions.endings import surrender
from haizhi_portal.accounts.models import User
from haizhi_portal.policy.words import Role
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1-annual", "4.1-via-district", "4.2-initial", "4.1-paper")]
State = Application.State

UNIT, PLACE, OFFICE, LEADERS, NOBODY = "海风示例单位1", "甘井子区科协", "市科协学会部", "市科协领导", ""
S = State
UNITS, DISTRICTS, OFFICES, LEADS = Role.APPLICANT, Role.DISTRICT, Role.MUNICIPAL, Role.LEADER
# state, day, sentence, mover, by, whose move it is
ROWS = [
    (S.DRAFT, "2027-02-20", "草稿可以先填，2027年3月1日起提交。", UNIT, "2027-04-30", UNITS),
    (S.DRAFT, "2027-03-01", "草稿尚未提交；各部分填好后，核对并提交。", UNIT, "2027-04-30", UNITS),
    (S.DRAFT, "2027-04-30", "草稿尚未提交；各部分填好后，核对并提交。", UNIT, "2027-04-30", UNITS),
    (
        S.DRAFT,
        "2027-05-01",
        "申报已于2027年4月30日截止，这份草稿没有提交；内容可用于下一年度申报。",
        NOBODY,
        "",
        None,
    ),
    (S.DISTRICT_REVIEW, "2027-05-20", f"已提交，由{PLACE}审核。", PLACE, "2027-05-20", DISTRICTS),
    (
        S.DISTRICT_REVIEW,
        "2027-05-21",
        "辖区在截止日前未作答复，已转市科协初审。",
        OFFICE,
        "2027-06-10",
        OFFICES,
    ),
    (S.DISTRICT_RETURNED, "2027-05-02", f"{PLACE}退回修改，请按意见补正后重新提交。", UNIT, "last", UNITS),
    (
        S.DISTRICT_RETURNED,
        "the day after",
        f"{PLACE}退回修改，补正期限已过，不能再提交；审核人员可延长期限或作出决定。",
        PLACE,
        "",
        DISTRICTS,
    ),
    (
        S.DISTRICT_RETURNED,
        "after",
        "辖区在截止日前未作答复，已转市科协初审。",
        OFFICE,
        "2027-06-10",
        OFFICES,
    ),
    (S.INITIAL_REVIEW, "2027-06-01", f"{PLACE}已同意推荐，等待市科协初审。", OFFICE, "2027-06-10", OFFICES),
    (
        S.INITIAL_RETURNED,
        "2027-06-02",
        "市科协学会部退回修改，请按意见补正后重新提交。",
        UNIT,
        "last",
        UNITS,
    ),
    (
        S.INITIAL_RETURNED,
        "after",
        "市科协学会部退回修改，补正期限已过，不能再提交；审核人员可延长期限或作出决定。",
        OFFICE,
        "",
        OFFICES,
    ),
    (S.CERTIFICATION, "2027-06-10", "初审已通过，材料齐备，等待专家认证。", OFFICE, "2027-06-20", OFFICES),
    (S.APPROVED, "2027-06-29", "2027年6月26日已列入认定名单，等待批复和授牌。", LEADERS, "", LEADS),
    (S.LICENSED, "2027-07-01", "已授牌，成为海智工作基地。", NOBODY, "", None),
    (S.DECLINED, "2027-06-02", "2027年6月1日未通过：条件不足", NOBODY, "", None),
    (
        S.WITHDRAWN,
        "2027-04-30",
        "2027年3月20日已由申报单位撤回：计划有变。2027年4月30日前（含当日）可以重新申报。",
        NOBODY,
        "",
        None,
    ),
    (S.WITHDRAWN, "2027-05-01", "2027年3月20日已由申报单位撤回：计划有变", NOBODY, "", None),
    (S.LAPSED, "2027-07-01", "2027年6月30日因本年度决定办结而失效：年度办结", NOBODY, "", None),
]


# The tone of what nobody has to do, and of what a unit or an office has to mend, where it is not the usual one.
TONES = {
    (S.DRAFT, UNIT): "act",
    (S.DISTRICT_RETURNED, UNIT): "act",
    (S.INITIAL_RETURNED, UNIT): "act",
    (S.DISTRICT_RETURNED, PLACE): "stop",
    (S.INITIAL_RETURNED, OFFICE): "stop",
    (S.LICENSED, NOBODY): "seal",
}


def readers(application: Application) -> dict[Role, User]:
    people = {role: make.user(role) for role in (Role.MUNICIPAL, Role.LEADER, Role.EXPERT, Role.ADMIN, Role.AUDITOR)}
    return people | {
        Role.APPLICANT: make.applicant_of(application.organisation),
        Role.DISTRICT: make.district("210211"),
    }


@pytest.mark.parametrize(("state", "day", "sentence", "mover", "by", "whose"), ROWS)
def test_every_state_on_every_kind_of_day(
    state: State, day: str, sentence: str, mover: str, by: str, whose: Role | None
) -> None:
    application = make.carried_to(state)
    last = application.correct_by
    if day == "after":
        assert last is not None
        today = max(last, date(2027, 5, 20)).replace(month=7)
    elif day == "the day after":
        assert last is not None
        today = last + timedelta(days=1)
    else:
        today = date.fromisoformat(day)
    found = standing(application, today)
    due = last if by == "last" else date.fromisoformat(by) if by else None
    assert (found.sentence, found.mover, found.by) == (sentence, mover, due)
    mine = {role for role, person in readers(application).items() if standing(application, today, person).mine}
    assert mine == ({whose} if whose else set())
    assert not standing(application, today, make.district("210202")).mine
    # What waits for somebody is pressing for the one it waits for alone.
    tones = {role: standing(application, today, person).tone for role, person in readers(application).items()}
    told = TONES.get((state, mover), "wait" if whose else "stop")
    assert (found.tone, tones) == (told, {role: "act" if role == whose and told == "wait" else told for role in tones})


def test_copies_that_are_owed_are_the_unit_s_move() -> None:
    application = make.pass_initial(make.carried_to(State.INITIAL_REVIEW))
    found = standing(application, date(2027, 6, 2), make.applicant_of(application.organisation))
    words = "初审已通过；盖章纸质材料应报 2 份，已收到 0 份，收齐后才能进入专家认证。"
    assert (found.sentence, found.by, found.tone, found.mine) == (words, date(2027, 6, 20), "act", True)
    assert not standing(application, date(2027, 6, 2), make.user(Role.MUNICIPAL)).mine


def test_what_the_unit_is_told_of_the_round() -> None:
    application = make.carried_to(State.CERTIFICATION)
    make.open_round(application.call)
    application.refresh_from_db()
    found = standing(application, date(2027, 6, 21), make.applicant_of(application.organisation))
    assert (found.sentence, found.by, found.mine) == ("已进入专家认证，等待认定名单。", None, False)


def test_every_state_has_a_row() -> None:
    assert {row[0] for row in ROWS} == set(State)


def test_an_application_whose_base_has_ended_says_so() -> None:
    application = make.carried_to(State.LICENSED)
    base = application.base
    assert base is not None
    last = base.terms.get().expires_on
    open_to_all = "已授牌，成为海智工作基地。"

    def told(day: date) -> tuple[str, str]:
        found = standing(Application.objects.get(pk=application.pk), day)
        return found.sentence, found.tone

    assert told(last) == (open_to_all, "seal")
    after = last + timedelta(days=1)
    assert told(after) == ("已授牌。基地资格自2030年7月1日起已终止（到期终止）。", "idle")
    unit = make.applicant_of(application.organisation)
    surrender(actor=make.acting(unit, date(2028, 5, 4)), base=base, reason="调整方向")
    assert told(date(2028, 5, 3)) == (open_to_all, "seal")
    assert told(date(2028, 5, 4)) == ("已授牌。基地资格自2028年5月4日起已终止（主动退出）。", "idle")


@pytest.mark.parametrize(
    ("state", "copies", "words"),
    [
        (S.DISTRICT_RETURNED, 2, "退回修改后尚未重新提交"),
        (S.INITIAL_RETURNED, 2, "退回修改后尚未重新提交"),
        (S.DISTRICT_REVIEW, 2, "审核尚未完成"),
        (S.INITIAL_REVIEW, 2, "审核尚未完成"),
        (S.CERTIFICATION, 0, "盖章纸质材料应有 2 份，只收到 0 份"),
        (S.CERTIFICATION, 1, "盖章纸质材料应有 2 份，只收到 1 份"),
        (S.CERTIFICATION, 2, "材料在认证开始后才收齐"),
    ],
)
def test_why_an_application_stayed_behind(state: State, copies: int, words: str) -> None:
    application = Application(state=state)
    application.copies = copies  # type: ignore[attr-defined]
    assert why_behind(application, 2) == words


@pytest.mark.parametrize(
    ("state", "facts", "words"),
    [
        (S.CERTIFICATION, {"set_aside_on": date(2027, 6, 21)}, "已搁置，不再参加认证"),
        (S.CERTIFICATION, {}, "专家认证"),
        (S.LAPSED, {"set_aside_on": date(2027, 6, 21)}, "已失效"),
        (S.INITIAL_RETURNED, {"missed": True}, "未进入本年度专家认证"),
        (S.INITIAL_RETURNED, {}, "市科协退回修改"),
    ],
)
def test_the_state_in_a_word_or_two(state: State, facts: dict[str, object], words: str) -> None:
    application = Application(state=state, call=make.call())
    for name, value in ({"missed": False} | facts).items():
        setattr(application, name, value)
    assert state_words(application, date(2027, 6, 25)) == words
