"""Every line and figure that bases put on a home page: whose, on which side, in which words, leading where, by when."""

from datetime import date

import pytest

from bases import daily
from bases.actions.reports import accept_report, file_report, return_report
from bases.actions.terms import note_renewal
from bases.models import Base
from bases.worklist import worklist
from haizhi_portal.accounts.models import User
from haizhi_portal.policy.words import Role
from tests.bases.kit import WORDS, licensed, officer, person, report, system, unit, unit_actor

pytestmark = [pytest.mark.django_db, pytest.mark.clause("5.3-quarterly", "5.3-annual", "5.6-renewal")]

# Title, sentence, address, last day, how many.
Said = tuple[str, str, str, str, int]
READING = "已报送，等待审阅。"


def lines(reader: User, day: str) -> dict[str, list[Said]]:
    work = worklist(reader, date.fromisoformat(day))
    sides = (("mine", work.mine), ("waiting", work.waiting))
    return {
        side: [(each.title, each.sentence, each.url, f"{each.due_on or ''}", each.count) for each in items]
        for side, items in sides
        if items
    }


def figures(reader: User, day: str) -> list[tuple[str, object, str, str]]:
    found = worklist(reader, date.fromisoformat(day)).figures
    return [(card.label, card.value, str(card.note), card.url) for card in found]


def owner(base: Base) -> User:
    return person(Role.APPLICANT, organisation=base.organisation)


@pytest.mark.parametrize(
    ("day", "side", "sentence"),
    [
        ("2027-06-19", "waiting", "2027年6月20日起可以报送，现在可以先写。"),
        ("2027-06-20", "mine", "请填写并报送。"),
        ("2027-07-12", "mine", "请填写并报送。"),
        ("2027-07-13", "mine", "已逾期，请尽快补报。"),
    ],
)
def test_a_report_is_to_come_to_file_and_overdue(day: str, side: str, sentence: str) -> None:
    base = licensed("2027-04-20")
    found = [(where, row) for where, rows in lines(owner(base), day).items() for row in rows if "第2季度" in row[0]]
    assert [(where, row[1:]) for where, row in found] == [
        (side, (sentence, "/my/bases/HZ2027-01/reports/2027Q2/", "2027-07-12", 1))
    ]


def test_a_filed_report_is_the_office_s_and_comes_back_when_returned() -> None:
    bases = [licensed("2027-04-20", n) for n in (1, 2, 3)]
    for base in bases:
        file_report(actor=unit_actor(base, "2027-06-20"), obligation=report(base, "2027Q2"), content=WORDS)
    return_report(actor=officer("2027-06-21"), obligation=report(bases[1], "2027Q2"), reason="请补充")
    accept_report(actor=officer("2027-06-21"), obligation=report(bases[2], "2027Q2"))

    def quarter(base: Base) -> list[tuple[str, str, str]]:
        found = lines(owner(base), "2027-06-22")
        return [(side, row[1], row[3]) for side, rows in found.items() for row in rows if "第2季度" in row[0]]

    assert quarter(bases[0]) == [("waiting", READING, "")]
    assert quarter(bases[1]) == [("mine", "被退回修改，请改好后再次报送。", "")]
    assert quarter(bases[2]) == []
    to_read: Said = ("审阅报告", "1 份报告等待通过或退回。", "/my/reports/?state=waiting", "", 1)
    assert lines(person(Role.MUNICIPAL), "2027-06-22") == {"mine": [to_read]}
    accept_report(actor=officer("2027-06-22"), obligation=report(bases[0], "2027Q2"))
    assert lines(person(Role.MUNICIPAL), "2027-06-22") == {}
    for role in (Role.LEADER, Role.AUDITOR, Role.EXPERT, Role.ADMIN):
        assert lines(person(role), "2027-06-22") == {}


@pytest.mark.parametrize(
    ("asked", "day", "shown"),
    [
        (False, "2030-01-19", False),
        (False, "2030-01-20", True),
        (False, "2030-04-20", True),
        (False, "2030-04-21", False),
        (True, "2030-03-01", False),
    ],
)
def test_a_renewal_is_asked_for_while_its_window_is_open(asked: bool, day: str, shown: bool) -> None:
    base = licensed("2027-04-20")
    if asked:
        note_renewal(term=base.terms.get(), requested_on=date(2030, 2, 1))
    words = "有效期至2030年4月20日，当日及以前可以申请；不申请则到期终止。"
    line: Said = ("HZ2027-01 申请续期", words, "/evaluations/bases/HZ2027-01/renew/", "2030-04-20", 1)
    found = [row for row in lines(owner(base), day).get("mine", []) if "续期" in row[0]]
    assert found == ([line] if shown else [])


@pytest.mark.parametrize(
    ("asked", "day", "state"),
    [(False, "2030-04-20", "有效"), (False, "2030-04-21", ""), (True, "2030-04-21", "已到期，续期考核中")],
)
def test_a_unit_has_the_state_of_its_base_while_it_lives(asked: bool, day: str, state: str) -> None:
    base = licensed("2027-04-20")
    if asked:
        note_renewal(term=base.terms.get(), requested_on=date(2030, 2, 1))
    card = ("基地状态", state, "有效期至2030年4月20日", "/my/bases/HZ2027-01/")
    assert figures(owner(base), day) == ([card] if state else [])
    assert worklist(person(Role.APPLICANT, organisation=unit(9)), date.fromisoformat(day)).figures == []


@pytest.mark.parametrize(
    ("day", "in_force", "late"),
    [("2027-07-12", (2, 1), (0, 0)), ("2027-07-13", (2, 1), (2, 1)), ("2030-04-21", (0, 0), (30, 15))],
)
def test_figures_of_those_who_oversee(day: str, in_force: tuple[int, int], late: tuple[int, int]) -> None:
    """All for the municipal CAST and its leaders, a district its own."""
    licensed("2027-04-20", 1)
    licensed("2027-04-20", 2, place="210202")
    daily.run(system(day))
    readers = {person(Role.MUNICIPAL): 0, person(Role.LEADER): 0, person(Role.DISTRICT, place="210202"): 1}
    for reader, own in readers.items():
        assert figures(reader, day) == [
            ("有效的基地", in_force[own], "截至今天", "/my/bases/?status=in_force"),
            ("逾期未报", late[own], "季度信息和年度总结", "/my/reports/?state=overdue"),
        ]
    for role in (Role.AUDITOR, Role.EXPERT, Role.ADMIN):
        assert figures(person(role), day) == []
