"""Who may begin a draft in a call, until when, and in which words everybody else is refused."""

from datetime import date

import pytest

from applications.actions import certification
from applications.models import Application
from applications.rules import can_edit, can_keep, can_start
from applications.rules.applicant import closing_instant, may_begin
from haizhi_portal.policy.words import Kind, Level, Role
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.clause("3.1-applicant", "4.1-annual")]
State = Application.State
BY_THE_UNIT = ("4.1-annual", "申报由申报单位自己填写。")


@pytest.mark.parametrize(
    ("day", "refusal"),
    [
        ("2027-01-01", ""),
        ("2027-04-30", ""),
        ("2027-05-01", "2027 年度申报已于2027年4月30日截止，请等待下一年度申报。"),
    ],
)
def test_a_draft_is_begun_until_the_closing_day(day: str, refusal: str) -> None:
    owner, call = make.organisation(), make.call()
    verdict = can_start(make.acting(make.applicant_of(owner), day), owner, call)
    assert (verdict.allowed, verdict.reason) == (not refusal, refusal)


def test_only_the_unit_s_own_people_begin() -> None:
    owner, other, call = make.organisation(), make.organisation(), make.call()
    people = [make.user(Role.MUNICIPAL), make.district("210211"), make.applicant_of(other)]
    for person in people:
        verdict = can_start(make.acting(person, "2027-03-15"), owner, call)
        assert (verdict.clause, verdict.reason) == BY_THE_UNIT
    for person in people:
        verdict = may_begin(person, None, call, date(2027, 3, 15))
        assert (verdict.clause, verdict.reason) == BY_THE_UNIT


def test_a_unit_that_may_not_apply_does_not_begin() -> None:
    owner, call = make.organisation(Kind.SOCIETY, Level.MUNICIPAL), make.call()
    owner.level = Level.PROVINCIAL
    owner.save(update_fields=["level"])
    verdict = can_start(make.acting(make.applicant_of(owner), "2027-03-15"), owner, call)
    assert (verdict.allowed, verdict.clause) == (False, "3.1-kinds")


@pytest.mark.parametrize(
    ("state", "refusal"),
    [
        # Several drafts may lie side by side; what counts is handed in.
        (State.DRAFT, ""),
        (State.DISTRICT_REVIEW, "贵单位已有一项在办的申报（{number}），同一时间只能有一项。"),
        (State.INITIAL_RETURNED, "贵单位已有一项在办的申报（{number}），同一时间只能有一项。"),
        (State.WITHDRAWN, ""),
        (State.DECLINED, "本年度申报未获通过，可在下一年度重新申报。"),
    ],
)
def test_what_the_unit_has_already_decides_in_its_own_call(state: State, refusal: str) -> None:
    owner, call = make.organisation(), make.call()
    held = make.carried_to(state, owner, call)
    verdict = can_start(make.acting(make.applicant_of(owner), "2027-04-20"), owner, call)
    assert (verdict.allowed, verdict.reason) == (not refusal, refusal.format(number=held.number))
    # Another unit's does not matter; neither does what was declined in another year.
    other = make.organisation()
    assert can_start(make.acting(make.applicant_of(other), "2027-04-20"), other, call)
    later = can_start(make.acting(make.applicant_of(owner), "2028-03-15"), owner, make.call(2028))
    assert later.allowed is (state not in (State.DISTRICT_REVIEW, State.INITIAL_RETURNED))


@pytest.mark.clause("4.2-yearly")
@pytest.mark.parametrize("out", ["missed", "set aside"])
def test_what_is_out_of_the_round_is_withdrawn_to_make_room(out: str) -> None:
    """The refusal says so, as nothing else can be done about it."""
    held = make.carried_to(State.INITIAL_REVIEW if out == "missed" else State.CERTIFICATION)
    if out == "missed":
        make.carried_to(State.CERTIFICATION)
    make.open_round(held.call)
    if out == "set aside":
        office = make.acting(make.user(Role.MUNICIPAL), "2027-06-21")
        certification.set_aside(actor=office, application=held, reason="专家均须回避")
    verdict = can_start(
        make.acting(make.applicant_of(held.organisation), "2028-03-15"), held.organisation, make.call(2028)
    )
    assert (verdict.clause, verdict.reason) == (
        "3.1-applicant",
        f"贵单位已有一项在办的申报（{held.number}），同一时间只能有一项。它已不参加专家认证，撤回它之后就可以申报。",
    )


@pytest.mark.clause("4.1-materials")
@pytest.mark.parametrize(
    ("state", "day", "refusal"),
    [
        (State.DRAFT, "2027-05-01", "申报书现在可以修改，请直接保存。"),
        (State.DISTRICT_REVIEW, "2027-05-01", ""),
        (State.DISTRICT_RETURNED, "2027-05-02", "申报书现在可以修改，请直接保存。"),
        (State.DISTRICT_RETURNED, "2027-06-30", ""),
        (State.APPROVED, "2027-07-01", "贵单位已列入认定名单，申报书不再修改。"),
        (State.LICENSED, "2027-07-01", "贵单位已列入认定名单，申报书不再修改。"),
    ],
)
def test_what_is_put_aside(state: State, day: str, refusal: str) -> None:
    application = make.carried_to(state)
    verdict = can_keep(make.acting(make.applicant_of(application.organisation), day), application)
    assert (verdict.allowed, verdict.reason) == (not refusal, refusal)
    for person in (make.user(Role.MUNICIPAL), make.applicant_of(make.organisation())):
        assert can_keep(make.acting(person, day), application).reason == "申报书由申报单位自己填写。"


@pytest.mark.parametrize(
    ("state", "now", "closes"),
    [
        (State.DRAFT, make.at("2027-04-30", 23, 59, 59), make.at("2027-05-01", 0)),
        (State.DRAFT, make.at("2027-05-01", 0), None),
        (State.DISTRICT_REVIEW, make.at("2027-04-30"), None),
        (State.WITHDRAWN, make.at("2027-04-30"), None),
    ],
)
def test_the_door_closes_at_midnight_for_what_can_be_changed(state: State, now: object, closes: object) -> None:
    assert closing_instant(make.carried_to(state), now) == closes  # type: ignore[arg-type]


@pytest.mark.clause("4.2-yearly")
def test_no_door_is_open_for_what_the_round_left_behind() -> None:
    call = make.call()
    late = make.carried_to(State.INITIAL_RETURNED, make.organisation(), call)
    late.correct_by = date(2027, 6, 30)
    now = make.at("2027-06-20", 12)
    assert closing_instant(late, now) == make.at("2027-07-01", 0)
    make.carried_to(State.CERTIFICATION, make.organisation(), call)
    make.open_round(call)
    assert closing_instant(late, now) is None


@pytest.mark.clause("4.1-materials", "4.2-yearly")
def test_nobody_else_s_draft_is_changed_and_nothing_that_was_left_behind() -> None:
    call = make.call()
    draft = make.carried_to(State.DRAFT, make.organisation(), call)
    others = {
        make.applicant_of(make.organisation()): "这项申报不在您的办理范围内。",
        make.user(Role.MUNICIPAL): "这一步由申报单位办理。",
        make.district("210211"): "这一步由申报单位办理。",
    }
    for day in ("2027-04-30", "2027-05-01"):
        assert {each: can_edit(make.acting(each, day), draft).reason for each in others} == others
        assert can_edit(make.acting(make.applicant_of(draft.organisation), day), draft)
    back = make.carried_to(State.INITIAL_RETURNED, make.organisation(), call)
    make.carried_to(State.CERTIFICATION, make.organisation(), call)
    make.open_round(call)
    verdict = can_edit(make.acting(make.applicant_of(back.organisation), call.certification_on), back)
    assert verdict.reason == (
        "本年度专家认证已于2027年6月20日开始，这项申报没有进入，不能再补正、初审或补交纸质材料；"
        "可以撤回，否则在本年度决定办结时失效，下一年度可重新申报。"
    )
