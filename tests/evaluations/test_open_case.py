"""A prepared renewal waits for the open case against its base: home, list, its page and the office's form say so."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from evaluations.actions.assessment import prepare_renewal
from evaluations.actions.withdrawal import close_withdrawal, open_withdrawal, prepare_withdrawal
from evaluations.models import Renewal, Withdrawal
from evaluations.worklist import worklist
from haizhi_portal.accounts.models import User
from haizhi_portal.notifications.models import Message
from haizhi_portal.policy.words import Role
from tests.evaluations.kit import leader, licensed, officer, person, prepared

pytestmark = [pytest.mark.django_db, pytest.mark.clause("5.5-exit", "5.6-reaward")]
SignIn = Callable[[User], Any]
DAY = "2030-02-20"
WHY = "该基地有一件取消资格事项（弄虚作假，2030年2月2日立案）尚未办结，办结之前不能决定续期。"


@pytest.fixture
def renewal(settings: Any) -> Renewal:
    settings.PORTAL_TODAY = date.fromisoformat(DAY)
    return prepared(licensed("2027-03-15"), "2030-02-01")


@pytest.fixture
def case(renewal: Renewal) -> Withdrawal:
    return open_withdrawal(
        actor=officer("2030-02-02"), base=renewal.term.base, ground="false_statements", years=[], statement="内部事实"
    )


def address(name: str, row: Any) -> str:
    return reverse(f"evaluations:{name}", args=[row.public_id])


def text(response: Any) -> str:
    return response.content.decode()


def test_the_leader_is_asked_to_decide_only_what_can_be_decided(renewal: Renewal, case: Withdrawal) -> None:
    def at_home() -> dict[str, list[tuple[str, str, str, date | None, str]]]:
        work = worklist(person(Role.LEADER), date.fromisoformat(DAY))
        return {
            side: [(item.title, item.sentence, item.url, item.due_on, item.mover) for item in items]
            for side, items in (("mine", work.mine), ("waiting", work.waiting))
        }

    title, page = "HZ2027-01 续期考核", address("renewal", renewal)
    by = date(2030, 3, 4)
    assert case.confirm_by == by
    words = f"考核意见已提交。{WHY}"
    assert at_home() == {"mine": [], "waiting": [(title, words, page, by, "市科协学会部")]}
    prepare_withdrawal(actor=officer(DAY), withdrawal=case, statement="清楚")
    decide = ("HZ2027-01 取消资格", "经办人已拟好，请决定。", address("withdrawal", case), by, "")
    assert at_home() == {"mine": [decide], "waiting": [(title, words, page, by, "市科协领导")]}
    close_withdrawal(actor=leader(DAY), withdrawal=case, reason="查无实据")
    last_day = renewal.term.expires_on
    assert at_home() == {"mine": [(title, "经办人已提出考核意见，请决定。", page, last_day, "")], "waiting": []}


@pytest.mark.parametrize("role", [Role.LEADER, Role.MUNICIPAL, Role.AUDITOR])
def test_list_and_page_say_what_it_waits_for(
    client_for: SignIn, renewal: Renewal, case: Withdrawal, role: Role
) -> None:
    visitor, link = client_for(person(role)), f'href="{address("withdrawal", case)}"'

    listed = text(visitor.get(reverse("evaluations:renewals")))
    assert ("等取消资格事项" in listed, link in listed, "2030年3月4日" in listed) == (True, True, True)
    shown = visitor.get(address("renewal", renewal))
    standing, step = shown.context["standing"], shown.context["step"]
    assert (standing.sentence, standing.mover, standing.by) == (
        f"考核意见已提交。{WHY}",
        "市科协学会部",
        case.confirm_by,
    )
    assert (step.label, step.url) == ("看取消资格事项", address("withdrawal", case))

    close_withdrawal(actor=leader(DAY), withdrawal=case, reason="查无实据")
    assert "等取消资格事项" not in text(visitor.get(reverse("evaluations:renewals")))
    assert "考核意见已提交，等待领导决定。" in text(visitor.get(address("renewal", renewal)))


def test_whoever_assesses_or_decides_is_led_to_the_case(client_for: SignIn, renewal: Renewal, case: Withdrawal) -> None:
    link = f'href="{address("withdrawal", case)}"'
    clerk, boss = client_for(person(Role.MUNICIPAL)), client_for(person(Role.LEADER))

    for shown in (
        text(clerk.get(address("renewal_prepare", renewal))),
        text(boss.get(address("renewal_decide", renewal))),
    ):
        assert (WHY in shown, link in shown) == (True, True)
    close_withdrawal(actor=leader(DAY), withdrawal=case, reason="查无实据")
    assert "取消资格事项" not in text(clerk.get(address("renewal_prepare", renewal)))


def test_what_is_handed_to_the_leader_meanwhile_says_that_it_waits(renewal: Renewal, case: Withdrawal) -> None:
    again = {"renewal": renewal, "proposal": "fail", "assessment": "改拟"}
    prepare_renewal(actor=officer(DAY), **again)
    close_withdrawal(actor=leader(DAY), withdrawal=case, reason="查无实据")
    prepare_renewal(actor=officer(DAY), **again)

    told = Message.objects.filter(kind="renewal.prepared").order_by("pk").values_list("body", flat=True)
    assert [each.partition("：")[2] for each in told] == [
        "经办人拟通过。",
        f"经办人拟不通过。{WHY}",
        "经办人拟不通过。",
    ]


def test_the_unit_learns_nothing_of_the_case(client_for: SignIn, renewal: Renewal, case: Withdrawal) -> None:
    unit = person(Role.APPLICANT, organisation=renewal.term.base.organisation)
    own = client_for(unit)

    (line,) = worklist(unit, date.fromisoformat(DAY)).waiting
    assert line.sentence == "考核意见已提交，等待领导决定。"
    for shown in (own.get(reverse("evaluations:renewals")), own.get(address("renewal", renewal))):
        assert ("待决定" in text(shown), "取消资格事项" in text(shown)) == (True, False)
