"""What stands on the lists of bases and reports, the public pages, and where a unit writes, line by line.

The page of a base and of a report is in `tests/evaluations/test_what_stands.py`. The lines are kept in `pages/`;
`tests/plugins/outline.py` says how they are read and written anew.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from bases import daily
from bases.actions.activities import add_activity, change_activity
from bases.actions.endings import surrender
from bases.actions.reports import file_report, return_report, save_draft
from bases.models import Activity, Base
from haizhi_portal.accounts.models import User
from haizhi_portal.documents import queue
from haizhi_portal.documents.actions import rendering
from haizhi_portal.documents.actions.issue import attach_rendering, void
from haizhi_portal.policy.words import Role
from resources.actions import add_partner
from resources.models import Partner
from tests import factories as make
from tests.bases.kit import WORDS, licensed, officer, person, report, system, unit, unit_actor
from tests.documents import kit as papers
from tests.evaluations.kit import with_paper
from tests.plugins.outline import assert_answer, assert_each_reads

pytestmark = [pytest.mark.django_db, pytest.mark.clause("5.1-guidance", "5.3-quarterly", "5.4.3", "5.5-exit")]
PAGES = Path(__file__).parent / "pages"
SignIn = Callable[[User], Any]


@pytest.fixture
def readers(client_for: SignIn) -> Callable[..., dict[str, Any]]:
    def signed_in(*roles: str) -> dict[str, Any]:
        people = {
            "unit": person(Role.APPLICANT, organisation=unit(1)),
            "without": person(Role.APPLICANT, organisation=unit(8)),
            "district": person(Role.DISTRICT, place="210211"),
            "elsewhere": person(Role.DISTRICT, place="gaoxin"),
            "municipal": person(Role.MUNICIPAL),
        }
        return {who: client_for(people[who]) for who in roles}

    return signed_in


def on(settings: Any, day: str) -> None:
    settings.PORTAL_TODAY = date.fromisoformat(day)


def all_kinds_of_bases() -> None:
    """On 20 April 2030: pending, expired, given up, in force with reports overdue, and one that has just begun."""
    pending, _expired = licensed("2027-03-15", 1), licensed("2027-03-15", 2)
    with_paper(pending, "2030-01-10")
    given_up = licensed("2027-03-16", 3)
    surrender(actor=unit_actor(given_up, "2028-05-10"), base=given_up, reason="业务调整")
    overdue = licensed("2029-10-10", 4)
    daily.run(system("2030-04-19"))
    file_report(actor=unit_actor(overdue, "2030-04-19"), obligation=report(overdue, "2029Q4"), content=WORDS)
    licensed("2030-04-20", 5, place="210202")


ALL = ("unit", "without", "district", "elsewhere", "municipal")
PLACES = ("bases:list", "bases:reports", "bases:directory")


def test_lists_without_anything(settings: Any, readers: Any, client: Any) -> None:
    on(settings, "2027-01-04")
    assert_each_reads(readers("without", "municipal"), reverse("bases:list"), PAGES / "none-bases")
    assert_each_reads(readers("without", "municipal"), reverse("bases:reports"), PAGES / "none-reports")
    assert_each_reads({"visitor": client}, reverse("bases:directory"), PAGES / "none-directory")


def test_lists(settings: Any, readers: Any, client: Any) -> None:
    all_kinds_of_bases()
    on(settings, "2030-04-20")
    people = readers(*ALL)
    assert_each_reads(people, reverse("bases:list"), PAGES / "bases")
    assert_each_reads(people, reverse("bases:reports") + "?q=2029", PAGES / "reports")
    assert_each_reads({"visitor": client}, reverse("bases:directory"), PAGES / "directory")
    for name, place in (("bases", "bases:list"), ("reports", "bases:reports"), ("directory", "bases:directory")):
        address = reverse(place) + "?q=nothing"
        assert_each_reads({"not_found": people["municipal"]}, address, PAGES / name)
    for base in Base.objects.order_by("number"):
        address = reverse("bases:public", args=[base.number])
        assert_each_reads({base.number: client}, address, PAGES / "public")


def test_reports_at_every_stage_in_the_list(settings: Any, readers: Any) -> None:
    base = licensed("2027-04-20")
    me = unit_actor(base, "2027-06-25")
    daily.run(system("2027-10-13"))
    file_report(actor=me, obligation=report(base, "2027Q2"), content=WORDS)
    return_report(actor=officer("2027-06-26"), obligation=report(base, "2027Q2"), reason="请补充参加人数")
    on(settings, "2027-10-13")
    assert_each_reads(readers("unit", "district", "municipal"), reverse("bases:reports"), PAGES / "reports-2027")


# Activities ---------------------------------------------------------------------------------------------------------

TYPED = {
    "title": "对接会",
    "kind": "matchmaking",
    "held_on": "2027-05-01",
    "place": "大连",
    "participants": "20",
    "outcome": "达成意向",
}


def partners(base: Base, number: int) -> list[Partner]:
    return [
        add_partner(
            actor=unit_actor(base, "2027-04-21"),
            organisation=base.organisation,
            name=f"海外学会{n}",
            foreign_name="",
            kind="society",
            country="日本",
            since=date(2027, 1, n),
            until=date(2027, 5, 1) if n == 1 else None,
            cooperation="互访",
        )
        for n in range(1, number + 1)
    ]


def activity(base: Base, title: str, with_: list[Partner]) -> Activity:
    given: dict[str, Any] = {**TYPED, "title": title, "held_on": date(2027, 5, 1), "participants": 20}
    return add_activity(actor=unit_actor(base, "2027-05-02"), base=base, partners=with_, **given)


def test_activities(settings: Any, readers: Any) -> None:
    base = licensed("2027-04-20")
    on(settings, "2027-05-20")
    people = readers("unit", "district", "elsewhere", "municipal")
    listed, page = (reverse(f"bases:{name}", args=[base.number]) for name in ("activity_list", "detail"))
    assert_each_reads(people, listed, PAGES / "activities-none")
    found = partners(base, 2)
    for number in range(3):
        last = activity(base, f"对接会{number}", found[:number])
    assert_each_reads(people, listed, PAGES / "activities")
    of_the_page = {who: people[who] for who in ("unit", "municipal")}
    assert_each_reads(of_the_page, page, PAGES / "base-lively")
    surrender(actor=unit_actor(base, "2027-05-20"), base=base, reason="业务调整")
    on(settings, "2027-05-21")
    assert_each_reads(people, listed, PAGES / "activities-given_up")
    assert_each_reads(of_the_page, page, PAGES / "base-lively_given_up")
    add = reverse("bases:activity_add", args=[base.number])
    assert_each_reads({"given_up": people["unit"]}, add, PAGES / "activity-add")
    sent = {**TYPED, "partners": [each.public_id for each in found]}
    assert_answer(people["unit"].post(add, sent), 422, PAGES / "activity-add-too_late.txt")
    for name in ("edit", "remove"):
        address = reverse(f"bases:activity_{name}", args=[base.number, last.public_id])
        assert_each_reads({"given_up": people["unit"]}, address, PAGES / f"activity-{name}")
        assert_answer(people["unit"].post(address, TYPED), 422, PAGES / f"activity-{name}-too_late.txt")


def test_a_base_given_up_without_activities(settings: Any, readers: Any) -> None:
    base = licensed("2027-04-20")
    surrender(actor=unit_actor(base, "2027-05-20"), base=base, reason="业务调整")
    on(settings, "2027-05-21")
    address = reverse("bases:activity_list", args=[base.number])
    assert_each_reads(readers("unit", "municipal"), address, PAGES / "activities-none_given_up")


def test_writing_an_activity(settings: Any, readers: Any) -> None:
    base = licensed("2027-04-20")
    on(settings, "2027-05-20")
    mine = readers("unit")["unit"]
    one = activity(base, "对接会", partners(base, 1))
    add = reverse("bases:activity_add", args=[base.number])
    edit, remove = (reverse(f"bases:activity_{name}", args=[base.number, one.public_id]) for name in ("edit", "remove"))
    for name, address in {"add": add, "edit": edit, "remove": remove}.items():
        assert_each_reads({name: mine}, address, PAGES / "activity")
    for name, changes in {
        "empty": dict.fromkeys(TYPED, ""),
        "future": {"held_on": "2027-05-21"},
        "before": {"held_on": "2027-04-19"},
    }.items():
        assert_answer(mine.post(add, TYPED | changes), 422, PAGES / f"activity-refused-{name}.txt")
    change_activity(
        actor=unit_actor(base, "2027-05-19"),
        activity=one,
        expected_version=1,
        partners=[],
        **{**TYPED, "held_on": date(2027, 5, 2), "participants": 25, "outcome": "两项意向"},
    )
    stale = mine.post(edit, {**TYPED, "place": "沈阳", "version": "1"})
    assert_answer(stale, 409, PAGES / "activity-stale.txt")


# Reports ------------------------------------------------------------------------------------------------------------


def test_writing_a_report(settings: Any, readers: Any) -> None:
    base = licensed("2027-04-20")
    on(settings, "2027-06-25")
    people = readers("unit", "municipal")
    mine, address = people["unit"], reverse("bases:report", args=[base.number, "2027Q2"])
    save_draft(
        actor=unit_actor(base, "2027-06-20"), obligation=report(base, "2027Q2"), content=WORDS, expected_version=1
    )
    stale = {**WORDS, "work": "办了两场对接会", "version": "1", "then": "save"}
    assert_answer(mine.post(address, stale), 409, PAGES / "report-stale.txt")
    unfinished = {**WORDS, "work": "", "version": "2", "then": "file"}
    assert_answer(mine.post(address, unfinished), 422, PAGES / "report-unfinished.txt")
    file_report(actor=unit_actor(base, "2027-06-24"), obligation=report(base, "2027Q2"), content=WORDS)
    again = mine.post(address, {**WORDS, "work": "又办了一场", "version": "3", "then": "file"})
    assert_answer(again, again.status_code, PAGES / "report-filed_again.txt")
    answer = reverse("bases:report_answer", args=[base.number, "2027Q2"])
    office = people["municipal"]
    assert_answer(office.post(answer, {"then": "return", "reason": ""}), 422, PAGES / "report-returned-empty.txt")
    return_report(actor=officer("2027-06-25"), obligation=report(base, "2027Q2"), reason="请补充参加人数")
    late = office.post(answer, {"then": "accept", "opinion": "内容详实"})
    assert_answer(late, late.status_code, PAGES / "report-accepted-too_late.txt")


# Giving up ----------------------------------------------------------------------------------------------------------


def test_giving_up(settings: Any, readers: Any) -> None:
    base = licensed("2027-04-20")
    on(settings, "2027-05-20")
    mine, address = readers("unit")["unit"], reverse("bases:surrender", args=[base.number])
    assert_each_reads({"page": mine}, address, PAGES / "surrender")
    assert_answer(mine.post(address, {"reason": "业务调整"}), 422, PAGES / "surrender-uncertain.txt")
    surrender(actor=unit_actor(base, "2027-05-20"), base=base, reason="业务调整")
    assert_each_reads({"over": mine}, address, PAGES / "surrender")
    again = mine.post(address, {"reason": "再说一遍", "certain": "on"})
    assert_answer(again, again.status_code, PAGES / "surrender-again.txt")


# Papers -------------------------------------------------------------------------------------------------------------


def test_the_papers_of_a_base(settings: Any, readers: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "send", lambda document_id: True)
    monkeypatch.setattr(rendering, "render_document", lambda *given, **named: make.pdf())
    base = licensed("2027-04-20")
    given = {"day": "2027-04-20", "base_number": base.number, "credit_code": base.organisation.credit_code}
    made, gone, _in_making = (papers.reply(**given, title=f"文书{n}") for n in range(3))
    attach_rendering(document_id=made.pk, now=papers.on("2027-04-20"))
    void(actor=papers.actor(day="2027-04-21"), document=gone, reason="名称有误")
    on(settings, "2027-05-20")
    address = reverse("bases:detail", args=[base.number])
    assert_each_reads(readers("municipal"), address, PAGES / "base-papers")
