"""What stands on the pages of a base and what does not, by reader and by what there is to show."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from bases import daily
from bases.actions.activities import add_activity
from bases.actions.endings import surrender
from bases.actions.reports import accept_report, file_report
from bases.models import Base
from haizhi_portal.accounts.models import User
from resources.actions import add_partner
from tests.bases.kit import WORDS, licensed, officer, person, report, system, unit_actor

pytestmark = [pytest.mark.django_db, pytest.mark.clause("5.1-guidance", "5.4.3")]
SignIn = Callable[[User], Any]
READERS = ("base", "municipal", "leader", "auditor", "district")


@pytest.fixture(autouse=True)
def _today(settings: Any) -> None:
    settings.PORTAL_TODAY = date(2027, 7, 5)


def reader(role: str, base: Base) -> User:
    if role == "base":
        return person("applicant", organisation=base.organisation)
    return person(role, place="210211" if role == "district" else "")


def with_activity(base: Base, partners: int) -> Base:
    me = unit_actor(base, "2027-06-01")
    found = [
        add_partner(
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
        for n in range(1, partners + 1)
    ]
    add_activity(
        actor=me,
        base=base,
        held_on=date(2027, 5, 1),
        title="对接会",
        kind="exchange",
        place="大连",
        participants=20,
        outcome="达成意向",
        partners=found,
    )
    return base


def shown(page: str, marks: dict[str, str]) -> str:
    return " ".join(name for name, words in marks.items() if words in page)


@pytest.mark.parametrize("role", READERS)
@pytest.mark.parametrize(("held", "ended"), [(False, False), (True, False), (True, True)])
def test_the_activities_of_a_base(role: str, held: bool, ended: bool, client_for: SignIn) -> None:
    base = licensed("2026-04-20")
    if held:
        with_activity(base, 2)
    if ended:
        surrender(actor=unit_actor(base, "2027-07-04"), base=base, reason="业务调整")
    marks = {"add": ">登记活动</a>", "rows": "对接会", "none": "还没有活动记录", "change": "修改<", "remove": "移除<"}
    writes = role == "base" and not ended
    rows = f"rows{' change remove' if writes else ''}" if held else "none"
    page = client_for(reader(role, base)).get(reverse("bases:activity_list", args=[base.number])).text
    assert shown(page, marks) == (f"add {rows}" if writes else rows)
    assert ("海外学会1、海外学会2<" in page, "操作" in page) == (held, held and writes)
    # The page of the base shows the same, and where to add more.
    page = client_for(reader(role, base)).get(reverse("bases:detail", args=[base.number])).text
    expected = {"all": held, "add": writes, "how": writes and not held, "none": not held}
    words = {
        "all": "看全部活动",
        "add": ">登记活动</a>",
        "how": "每办一次活动就在这里登记一次",
        "none": "还没有活动记录",
    }
    assert {name: each in page for name, each in words.items()} == expected


@pytest.mark.parametrize("partners", [0, 1])
def test_the_partners_of_a_base(partners: int, client_for: SignIn) -> None:
    base = with_activity(licensed("2026-04-20"), partners)
    page = client_for(reader("municipal", base)).get(reverse("bases:detail", args=[base.number])).text
    assert ("还没有登记海外合作伙伴" in page) is (partners == 0)
    assert (f"今天在合作期内的有 {partners} 个；年度评估按 12 月 31 日在合作期内的计算，至少 2 个。" in page) is (
        partners == 1
    )
    cell = 'data-label="海外合作伙伴"><div class="d-inline-block align-top">'
    assert (f"{cell}没有</div>" in page, f"{cell}海外学会1</div>" in page) == (partners == 0, partners == 1)


@pytest.mark.clause("5.3-quarterly")
def test_the_reports_of_a_base_in_three_parts(settings: Any, client_for: SignIn) -> None:
    base = licensed("2027-04-20")
    address = reverse("bases:detail", args=[base.number])
    visitor = client_for(reader("municipal", base))
    marks = {"due": "要办的报告", "nothing due": "目前没有要报的报告。", "done": "已办结的 1 份", "later": "以后的"}
    link = f'href="{reverse("bases:report", args=[base.number, "2027Q2"])}"'
    first = visitor.get(address).text
    assert (shown(first, marks), link in first, "逾期报送" in first) == ("due later", True, False)
    assert f'href="{reverse("bases:report", args=[base.number, "2028Q1"])}"' not in first

    file_report(actor=unit_actor(base, "2027-07-13"), obligation=report(base, "2027Q2"), content=WORDS)
    accept_report(actor=officer("2027-07-14"), obligation=report(base, "2027Q2"))
    settings.PORTAL_TODAY = date(2027, 7, 14)
    second = visitor.get(address).text
    assert (shown(second, marks), link in second, "逾期报送" in second) == ("due done later", True, True)

    over = licensed("2027-04-20", 2)
    surrender(actor=unit_actor(over, "2027-04-21"), base=over, reason="业务调整")
    page = visitor.get(reverse("bases:detail", args=[over.number])).text
    assert shown(page, marks | {"done": "已办结的 2 份"}) == "nothing due done"


@pytest.mark.clause("5.5-exit", "5.6-term")
@pytest.mark.parametrize("early", [True, False])
def test_an_early_end_is_said_beside_its_term(early: bool, client: Any, settings: Any) -> None:
    base = licensed("2027-04-20")
    if early:
        surrender(actor=unit_actor(base, "2027-07-01"), base=base, reason="业务调整")
    settings.PORTAL_TODAY = date(2030, 5, 1)
    daily.run(system("2030-05-01"))
    page = client.get(reverse("bases:public", args=[base.number])).text
    assert ("2027年7月1日提前终止" in page, "提前终止" in page) == (early, early)
