"""Standing in for a colleague: for whom, from when until when, and what it never gives."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from applications.actions import decision, handling
from applications.models import Application, DecisionList
from applications.worklist import worklist
from haizhi_portal.accounts.actions.delegation import delegate_work, withdraw_delegation
from haizhi_portal.accounts.delegations import can_delegate, colleagues_of, held_at, stood_in_for
from haizhi_portal.accounts.models import Delegation, User
from haizhi_portal.audit.models import Entry
from haizhi_portal.notifications.actions import remind, tell
from haizhi_portal.notifications.models import Message
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import Role
from tests import factories as make
from tests.applications_pages.kit import confirmed, on, signed_in, text, url

pytestmark = pytest.mark.django_db
State = Application.State


def staff(number: int = 1, place: str = "210211") -> User:
    return make.user(Role.DISTRICT, place=place, number=number)


def away(
    absent: User, delegate: User, first: str = "2027-04-10", last: str = "2027-04-20", on_day: str = "2027-04-01"
) -> Delegation:
    return delegate_work(
        actor=make.acting(absent, on_day),
        delegate=delegate,
        starts_on=date.fromisoformat(first),
        ends_on=date.fromisoformat(last),
    )


def stands_in(person: User, day: str) -> list[User]:
    return stood_in_for(person, date.fromisoformat(day))


def test_it_begins_and_ends_by_itself() -> None:
    made = away(staff(1), staff(2))
    found = {day: stands_in(staff(2), day) for day in ("2027-04-09", "2027-04-10", "2027-04-20", "2027-04-21")}
    assert found == {"2027-04-09": [], "2027-04-10": [staff(1)], "2027-04-20": [staff(1)], "2027-04-21": []}
    assert Entry.objects.get(event="delegation.made").data == {
        "absent": staff(1).public_id,
        "delegate": staff(2).public_id,
        "starts_on": "2027-04-10",
        "ends_on": "2027-04-20",
    }
    assert Message.objects.filter(recipient=staff(2), kind="delegation").count() == 1
    assert Entry.objects.get(event="delegation.made").object == f"delegation:{made.public_id}"


@pytest.mark.parametrize("by", [1, 2])
def test_either_ends_it_early_and_the_other_is_told(by: int) -> None:
    made = away(staff(1), staff(2))
    assert stands_in(staff(3), "2027-04-15") == []
    for stranger in (staff(3), None):
        with pytest.raises(RuleViolation, match="由委托人或代办人提前结束"):
            withdraw_delegation(actor=make.acting(stranger, "2027-04-15"), delegation=made)
    withdraw_delegation(actor=make.acting(staff(by), "2027-04-15"), delegation=made)
    assert stands_in(staff(2), "2027-04-16") == []
    assert Entry.objects.filter(event="delegation.withdrawn").count() == 1
    assert Message.objects.filter(recipient=staff(3 - by), subject__contains="提前结束").count() == 1
    with pytest.raises(RuleViolation, match="已经提前结束"):
        withdraw_delegation(actor=make.acting(staff(by), "2027-04-15"), delegation=made)


def test_one_that_is_over_is_not_ended_again() -> None:
    made = away(staff(1), staff(2))
    with pytest.raises(RuleViolation, match="到期"):
        withdraw_delegation(actor=make.acting(staff(1), "2027-04-21"), delegation=made)


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "to oneself": (lambda: away(staff(1), staff(1)), "同一单位、同一角色"),
    "another body": (lambda: away(staff(1), staff(1, "210202")), "同一单位、同一角色"),
    "another role": (lambda: away(staff(1), make.user(Role.MUNICIPAL)), "同一单位、同一角色"),
    "leader to officer": (lambda: away(make.user(Role.LEADER), make.user(Role.MUNICIPAL)), "同一单位、同一角色"),
    "an expert": (lambda: away(make.expert(1), make.expert(2)), "工作人员"),
    "yesterday": (lambda: away(staff(1), staff(2), first="2027-03-31"), "不能早于今天"),
    "backwards": (lambda: away(staff(1), staff(2), last="2027-04-09"), "不能早于起始日"),
    "overlapping": (
        lambda: (away(staff(1), staff(3)), away(staff(1), staff(2), first="2027-04-20", last="2027-05-01")),
        "重叠",
    ),
    "a chain": (lambda: (away(staff(1), staff(2)), away(staff(2), staff(3))), "不能再转托"),
    "to one who is away": (lambda: (away(staff(2), staff(3)), away(staff(1), staff(2))), "也外出"),
    "a loop": (lambda: (away(staff(1), staff(2)), away(staff(2), staff(1))), "外出"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused(case: str) -> None:
    attempt, words = REFUSED[case]
    # There would be colleagues to name.
    staff(4), make.user(Role.LEADER, number=4)
    with pytest.raises(RuleViolation, match=words):
        attempt()


def test_it_may_last_for_today_alone_and_be_ended_on_its_last_day() -> None:
    made = away(staff(1), staff(2), "2027-04-01", "2027-04-01")
    assert stands_in(staff(2), "2027-04-01") == [staff(1)]
    withdraw_delegation(actor=make.acting(staff(2), "2027-04-01"), delegation=made)
    assert stands_in(staff(2), "2027-04-01") == []


@pytest.mark.parametrize(
    ("role", "place", "found"),
    [
        (Role.DISTRICT, "210211", [2, 3]),
        (Role.MUNICIPAL, "", [2, 3]),
        (Role.LEADER, "", [2, 3]),
        (Role.EXPERT, "", []),
        (Role.ADMIN, "", []),
    ],
)
def test_the_others_of_the_role_and_office_with_an_account_in_use(role: Role, place: str, found: list[int]) -> None:
    people = {number: make.user(role, place=place, number=number) for number in (1, 3, 2, 4)}
    make.user(Role.DISTRICT, place="210202")
    User.objects.filter(pk=people[4].pk).update(is_active=False)
    assert list(colleagues_of(people[1])) == [people[number] for number in found]


@pytest.mark.parametrize(
    ("instant", "withdrawn", "held"),
    [
        (make.at("2027-04-09", 23, 59), None, False),
        # Made at ten of its first day, it says nothing of what was done before.
        (make.at("2027-04-10", 9, 59), None, False),
        (make.at("2027-04-10", 10), None, True),
        (make.at("2027-04-20", 23, 59), None, True),
        (make.at("2027-04-21", 0), None, False),
        (make.at("2027-04-15", 10), make.at("2027-04-15", 11), True),
        (make.at("2027-04-15", 11), make.at("2027-04-15", 11), False),
    ],
)
def test_in_whose_place_something_was_done_is_told_to_the_instant(
    instant: datetime, withdrawn: datetime | None, held: bool
) -> None:
    made = Delegation(
        starts_on=date(2027, 4, 10),
        ends_on=date(2027, 4, 20),
        made_at=make.at("2027-04-10", 10),
        withdrawn_at=withdrawn,
    )
    assert held_at(made, instant, instant.date()) is held


@pytest.mark.parametrize(
    ("first", "last", "free"),
    [
        ("2027-04-02", "2027-04-09", True),
        ("2027-04-02", "2027-04-10", False),
        ("2027-04-12", "2027-04-13", False),
        ("2027-04-20", "2027-04-25", False),
        ("2027-04-21", "2027-04-25", True),
    ],
)
def test_nobody_is_away_twice_on_a_day(first: str, last: str, free: bool) -> None:
    away(staff(1), staff(2))
    verdict = can_delegate(
        make.acting(staff(1), "2027-04-01"), staff(3), date.fromisoformat(first), date.fromisoformat(last)
    )
    words = f"您已委托{staff(2).name}在2027年4月10日至2027年4月20日代办，时间不能重叠；需要改动时，请先提前结束那一项。"
    assert (verdict.reason, verdict.field) == (("", "") if free else (words, "starts_on"))


def test_of_several_that_clash_the_earliest_is_named() -> None:
    away(staff(1), staff(2), "2027-04-25", "2027-04-30")
    away(staff(1), staff(3))
    verdict = can_delegate(make.acting(staff(1), "2027-04-01"), staff(4), date(2027, 4, 15), date(2027, 4, 28))
    assert f"您已委托{staff(3).name}在2027年4月10日至2027年4月20日代办" in verdict.reason


def test_whether_one_may_delegate_at_all_is_asked_with_something_still_unnamed() -> None:
    yesterday = date(2027, 3, 31)
    for named in ((), (staff(1),), (staff(1), yesterday), (None, yesterday, yesterday), (staff(1), None, yesterday)):
        assert can_delegate(make.acting(staff(1), "2027-04-01"), *named)


def test_days_that_only_touch_do_not_overlap() -> None:
    away(staff(1), staff(2))
    away(staff(1), staff(3), first="2027-04-21", last="2027-04-30")
    away(staff(2), staff(3), first="2027-04-21", last="2027-04-30")
    assert stands_in(staff(3), "2027-04-21") == [staff(1), staff(2)]


def test_a_withdrawn_one_makes_room() -> None:
    withdraw_delegation(actor=make.acting(staff(1), "2027-04-02"), delegation=away(staff(1), staff(2)))
    away(staff(1), staff(3), on_day="2027-04-03")
    assert stands_in(staff(3), "2027-04-10") == [staff(1)]


def test_one_who_was_deactivated_or_moved_stands_in_for_nobody() -> None:
    away(staff(1), staff(2))
    User.objects.filter(pk=staff(2).pk).update(reviewing_body=staff(1, "210202").reviewing_body)
    assert stands_in(staff(2), "2027-04-15") == []


def row(absent: User, delegate: User, first: str, last: str, **more: Any) -> Delegation:
    return Delegation.objects.create(
        absent=absent, delegate=delegate, starts_on=first, ends_on=last, made_at=make.at("2027-04-01"), **more
    )


@pytest.mark.parametrize(
    ("absent", "delegate", "first", "last"),
    [
        (1, 1, "2027-06-01", "2027-06-02"),
        (1, 3, "2027-06-02", "2027-06-01"),
        (1, 3, "2027-04-20", "2027-04-25"),
        (2, 3, "2027-04-15", "2027-04-16"),
        (3, 1, "2027-04-15", "2027-04-16"),
    ],
)
def test_around_the_rules_the_database_refuses(absent: int, delegate: int, first: str, last: str) -> None:
    row(staff(1), staff(2), "2027-04-10", "2027-04-20")
    with pytest.raises(IntegrityError), transaction.atomic():
        row(staff(absent), staff(delegate), first, last)


def test_a_delegation_is_neither_rewritten_nor_revived_nor_removed() -> None:
    made = away(staff(1), staff(2))
    changes: list[Callable[[], Any]] = [
        lambda: Delegation.objects.update(ends_on="2027-12-31"),
        lambda: Delegation.objects.all().delete(),
    ]
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    withdraw_delegation(actor=make.acting(staff(1), "2027-04-02"), delegation=made)
    with pytest.raises(IntegrityError), transaction.atomic():
        Delegation.objects.update(withdrawn_at=None, withdrawn_by=None)


# What reaches the delegate ------------------------------------------------------------------------------------------


def test_messages_and_reminders_reach_the_delegate_too_once() -> None:
    away(staff(1), staff(2))
    Message.objects.all()
    actor = make.acting(None, "2027-04-15")
    tell(actor=actor, recipients=[staff(1)], kind="k", subject="请办理", body="正文")
    tell(actor=actor, recipients=[staff(1), staff(2)], kind="both", subject="请办理", body="正文")
    tell(actor=make.acting(None, "2027-04-21"), recipients=[staff(1)], kind="later", subject="请办理", body="正文")
    for _again in range(2):
        remind(
            actor=actor,
            object="o",
            kind="r",
            due_on=date(2027, 4, 18),
            offsets=[3],
            recipients=[staff(1)],
            subject="快到期",
            body="正文",
            link="/",
        )
    got = Message.objects.exclude(kind="delegation").values_list("kind", "recipient", "subject")
    assert sorted(got) == sorted(
        [
            ("k", staff(1).pk, "请办理"),
            ("k", staff(2).pk, f"请办理（代{staff(1).name}）"),
            ("both", staff(1).pk, "请办理"),
            ("both", staff(2).pk, "请办理"),
            ("later", staff(1).pk, "请办理"),
            ("r", staff(1).pk, "快到期"),
            ("r", staff(2).pk, f"快到期（代{staff(1).name}）"),
        ]
    )


def test_the_delegates_home_shows_ones_own_first_then_the_absent_colleagues() -> None:
    own, absents, free = (make.carried_to(State.DISTRICT_REVIEW) for _ in range(3))
    handling.take(actor=make.acting(staff(2), "2027-04-02"), application=own)
    handling.take(actor=make.acting(staff(1), "2027-04-02"), application=absents)
    assert free.number
    away(staff(1), staff(2))
    home = worklist(staff(2), date(2027, 4, 15))
    title = "2027 年度申报待审核"
    assert [item.title for item in home.mine] == [f"{title}（由我经办）", f"{title}（代{staff(1).name}）", title]
    assert [item.sentence for item in home.waiting] == [f"您为{staff(1).name}代办，至2027年4月20日。"]
    with on("2027-04-15"):
        rows = signed_in(staff(2)).get(home.mine[1].url).context["page_obj"].object_list
        assert [each.number for each in rows] == [absents.number]
    after = worklist(staff(2), date(2027, 4, 21))
    assert [item.title for item in after.mine] == [f"{title}（由我经办）", title]
    assert [item.count for item in after.mine] == [1, 2]
    assert worklist(staff(1), date(2027, 4, 15)).waiting[0].sentence.startswith("外出期间由")


def test_what_is_done_in_somebodys_place_is_recorded_and_told_as_such() -> None:
    first, second = make.carried_to(State.DISTRICT_REVIEW), make.carried_to(State.DISTRICT_REVIEW)
    for each in (first, second):
        handling.take(actor=make.acting(staff(2), "2027-04-02"), application=each)
    away(staff(2), staff(1))
    make.endorse(first, "2027-04-15")
    make.endorse(second, "2027-04-21")
    entries = {entry.application: entry for entry in Entry.objects.filter(event="application.endorsed")}
    assert entries[first.number].data["on_behalf"] == [staff(2).public_id]
    assert entries[first.number].actor == staff(1).public_id
    assert "on_behalf" not in entries[second.number].data
    with on("2027-04-22"):
        told = {
            each.number: text(signed_in(make.user(Role.MUNICIPAL)).get(url("detail", each.number)))
            for each in (first, second)
        }
        assert f"（代{staff(2).name}）" in told[first.number]
        assert f"（代{staff(2).name}）" not in told[second.number]
        unit = text(signed_in(make.applicant_of(first.organisation)).get(url("detail", first.number)))
        assert staff(2).name not in unit


@pytest.mark.clause("4.3-decision")
def test_a_leaders_delegate_settles_in_their_place_but_never_what_they_prepared() -> None:
    application = make.carried_to(State.CERTIFICATION)
    make.round_of(application.call)
    prepared = make.prepared_list(application.call, [application])
    boss, deputy = make.user(Role.LEADER, number=1), make.user(Role.LEADER, number=2)
    away(boss, deputy, "2027-06-20", "2027-06-30", on_day="2027-06-19")
    DecisionList.objects.filter(pk=prepared.pk).update(prepared_by=deputy)
    with pytest.raises(RuleViolation):
        decision.settle_list(
            actor=make.acting(deputy, "2027-06-26"), decision_list=DecisionList.objects.get(pk=prepared.pk)
        )
    DecisionList.objects.filter(pk=prepared.pk).update(prepared_by=make.user(Role.MUNICIPAL))
    decision.settle_list(
        actor=make.acting(deputy, "2027-06-26"), decision_list=DecisionList.objects.get(pk=prepared.pk)
    )
    entry = Entry.objects.get(event="decision.approved")
    assert (entry.actor, entry.data["on_behalf"]) == (deputy.public_id, [boss.public_id])


# The page -----------------------------------------------------------------------------------------------------------

PAGE = "/accounts/delegations/"


def test_the_page_asks_once_and_keeps_what_was_typed() -> None:
    asked = {"delegate": staff(2).public_id, "starts_on": "2027-04-10", "ends_on": "2027-04-20"}
    with on("2027-04-01"):
        client = signed_in(staff(1))
        assert "还没有外出代办" in text(client.get(PAGE))
        refused = client.post(PAGE, asked | {"ends_on": "2027-04-09"})
        assert refused.status_code == 422
        assert "截止日不能早于起始日" in text(refused)
        assert 'value="2027-04-09"' in text(refused)
        assert confirmed(client, PAGE, asked).status_code == 302
        made = Delegation.objects.get()
        shown = text(client.get(PAGE))
        assert "尚未开始" in shown
        ending = f"{PAGE}{made.public_id}/withdraw/"
        assert signed_in(staff(3)).post(ending, {"confirmed": "1"}).status_code == 404
        assert client.get(ending).status_code == 302
        assert confirmed(client, ending, {}).status_code == 302
        assert "已提前结束" in text(client.get(PAGE))
        for junk in ({"delegate": "\x00"}, {"delegate": staff(1, "210202").public_id}, {"starts_on": "昨天"}, {}):
            assert client.post(PAGE, asked | junk if junk else {}).status_code == (422 if junk else 200)


def test_the_page_lists_both_sides_the_latest_first_with_their_state() -> None:
    first, second = away(staff(1), staff(2)), away(staff(3), staff(1), "2027-05-01", "2027-05-02")
    third = away(staff(1), staff(3), "2027-06-01", "2027-06-01")
    away(staff(4), staff(5))
    withdraw_delegation(actor=make.acting(staff(3), "2027-04-02"), delegation=third)
    ended = (third, "已提前结束", "stop", False)

    def shown(number: int, day: str) -> list[tuple[Delegation, str, str, bool]]:
        with on(day):
            lines = signed_in(staff(number)).get(PAGE).context["lines"]
        return [(each["row"], each["status"], each["tone"], each["withdraw"]) for each in lines]

    ahead, now = ("尚未开始", "wait", True), ("代办中", "act", True)
    assert shown(1, "2027-04-09") == [ended, (second, *ahead), (first, *ahead)]
    assert shown(1, "2027-04-10") == [ended, (second, *ahead), (first, *now)]
    assert shown(2, "2027-04-20") == [(first, *now)]
    assert shown(2, "2027-04-21") == [(first, "已到期", "idle", False)]
    assert shown(3, "2027-05-02") == [ended, (second, *now)]


def test_the_page_of_somebody_without_colleagues_says_why() -> None:
    with on("2027-04-01"):
        assert "没有可以委托的同事" in text(signed_in(staff(1)).get(PAGE))


@pytest.mark.parametrize(("last", "allowed"), [("2028-04-01", True), ("2028-04-02", False), ("2099-01-01", False)])
def test_it_lasts_no_longer_than_a_year_ahead(last: str, allowed: bool) -> None:
    if allowed:
        assert away(staff(1), staff(2), last=last).ends_on == date.fromisoformat(last)
        return
    with pytest.raises(RuleViolation, match="代办最长安排到一年以后（2028年4月1日）"):
        away(staff(1), staff(2), last=last)
    assert not Delegation.objects.exists()


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("2027-03-31", "2027-04-09", "starts_on"),
        ("2027-04-05", "2027-04-04", "ends_on"),
        ("2027-04-05", "2028-04-02", "ends_on"),
    ],
)
def test_a_refusal_names_the_day_it_is_about(first: str, last: str, field: str) -> None:
    with pytest.raises(RuleViolation) as refused:
        away(staff(1), staff(2), first, last)
    assert refused.value.field == field
