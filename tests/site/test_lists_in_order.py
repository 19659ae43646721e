"""The lists of the house itself: exactly which rows in which order, and the lines of every work list but one."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from bases import daily
from bases.actions.reports import file_report, return_report
from bases.worklist import worklist as of_bases
from haizhi_portal.accounts.actions.consent import return_letter, upload_letter
from haizhi_portal.accounts.models import User
from haizhi_portal.accounts.work import FigureCard, WorkItem, Worklist
from haizhi_portal.accounts.worklist import worklist as of_accounts
from haizhi_portal.audit.ledger import record
from haizhi_portal.documents.actions.issue import void
from haizhi_portal.notifications.actions import tell
from haizhi_portal.notifications.delivery import deliver_what_is_due
from haizhi_portal.policy.words import Role
from haizhi_portal.site.views import home
from resources.models import Partner
from tests import factories as make
from tests.bases import kit as bases
from tests.documents import kit as documents

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Any]


# The ledger ---------------------------------------------------------------------------------------------------------


def written(number: int, day: str, event: str = "application.submitted", base: str | None = None) -> None:
    with transaction.atomic():
        record(
            event,
            actor=make.acting(make.user(Role.MUNICIPAL), "2027-03-05"),
            object=f"application:2027-{number:04d}",
            clause="4.1-direct",
            on=date.fromisoformat(day),
            application=f"2027-{number:04d}",
            organisation=f"unit-{number}",
            base=base,
            data={"year": 2027},
        )


def test_the_ledger_s_page_is_newest_first_and_its_export_oldest_first(client_for: SignIn) -> None:
    auditor = client_for(make.user(Role.AUDITOR))
    for number, day in ((1, "2027-03-05"), (2, "2027-03-04"), (3, "2027-03-06"), (4, "2027-03-05")):
        written(number, day, "base.expired" if number == 4 else "application.submitted", "HZ1" if number == 4 else None)

    def shown(**asked: str) -> str:
        entries = auditor.get("/ledger/", {"q": "2027-000", **asked}).context["page_obj"]
        return " ".join(entry.object[-1] for entry in entries)

    for asked, rows in (
        ({}, "4 3 2 1"),
        ({"event": "application.submitted"}, "3 2 1"),
        ({"event": "base.expired"}, "4"),
        ({"since": "2027-03-05"}, "4 3 1"),
        ({"until": "2027-03-05"}, "4 2 1"),
        ({"since": "2027-03-05", "until": "2027-03-05"}, "4 1"),
        ({"since": "2027-03-07"}, ""),
        ({"until": "2027-03-03"}, ""),
        ({"q": "2027-0003"}, "3"),
        ({"q": "hz1"}, "4"),
        ({"q": "UNIT-2"}, "2"),
        ({"q": "unit"}, ""),
    ):
        assert shown(**asked) == rows, asked
    choices = [event for event, _title in auditor.get("/ledger/").context["filter_form"].fields["event"].choices]
    assert choices == ["", *sorted(set(choices) - {""})]
    lines = auditor.get("/ledger/export/").getvalue().decode().splitlines()
    exported = [json.loads(line) for line in lines]
    assert [line["object"][-1] for line in exported if line["object"].startswith("application:2027-000")] == [*"1234"]
    assert exported == sorted(exported, key=lambda line: line["seq"])
    assert list(exported[-1]) == [
        *("seq", "at", "on", "event", "object", "base", "application", "organisation"),
        *("actor", "role", "clause", "data"),
    ]
    assert {key: exported[-1][key] for key in ("on", "event", "base", "application", "organisation", "role")} == {
        "on": "2027-03-05",
        "event": "base.expired",
        "base": "HZ1",
        "application": "2027-0004",
        "organisation": "unit-4",
        "role": "municipal",
    }
    for role in (Role.MUNICIPAL, Role.LEADER, Role.ADMIN, Role.EXPERT):
        assert client_for(make.user(role)).get("/ledger/").status_code == 403
        assert client_for(make.user(role)).get("/ledger/export/").status_code == 403


def test_the_ledger_s_second_page_goes_on_where_the_first_ended(client_for: SignIn) -> None:
    for number in range(1, 53):
        written(number, "2027-03-05")
    auditor = client_for(make.user(Role.AUDITOR))
    pages = [
        [
            entry.object[-2:]
            for entry in auditor.get(f"/ledger/?event=application.submitted&page={page}").context["page_obj"]
        ]
        for page in (1, 2)
    ]
    assert pages == [[f"{number:02d}" for number in range(52, 2, -1)], ["02", "01"]]


# Documents, messages ------------------------------------------------------------------------------------------------


@pytest.mark.clause("4.3-award")
def test_the_register_of_numbers_is_newest_first_and_a_year_is_that_year_alone(client_for: SignIn) -> None:
    for n, day in ((1, "2026-09-01"), (2, "2027-09-02"), (3, "2027-09-01"), (4, "2027-09-02"), (5, "2028-01-05")):
        documents.reply(day, n)
    gone = documents.reply("2027-09-03", 6)
    void(actor=documents.actor(day="2027-09-04"), document=gone, reason="名称有误")
    visitor = client_for(documents.person(Role.AUDITOR))

    def shown(**asked: str) -> str:
        rows = visitor.get("/documents/", asked).context["page_obj"]
        return " ".join(row.document.base_number[-1] for row in rows)

    for asked, rows in (
        ({}, "5 6 4 2 3 1"),
        ({"year": "2026"}, "1"),
        ({"year": "2027"}, "6 4 2 3"),
        ({"year": "2028"}, "5"),
        ({"state": "valid"}, "5 4 2 3 1"),
        ({"state": "void"}, "6"),
        ({"year": "2026", "state": "void"}, ""),
        ({"q": "HZ2027-04"}, "4"),
    ):
        assert shown(**asked) == rows, asked


def test_the_inbox_is_newest_first_one_s_own_and_can_leave_out_what_was_read(client_for: SignIn) -> None:
    person, other = make.user(Role.MUNICIPAL), make.user(Role.LEADER)
    for number, to in ((1, person), (2, other), (3, person), (4, person)):
        actor = make.acting(None, make.at("2027-03-05", 9, number))
        tell(actor=actor, recipients=[to], kind="test", subject=f"第 {number} 件", body="x", link="/home/")
    deliver_what_is_due(now=make.at("2027-03-05", 10))
    visitor = client_for(person)

    def shown(query: str = "") -> str:
        return " ".join(each.subject[2] for each in visitor.get(f"/inbox/{query}").context["page_obj"])

    assert shown() == "4 3 1"
    visitor.get(f"/inbox/{person.messages.get(subject='第 3 件').public_id}/")
    assert (shown(), shown("?unread=1")) == ("4 3 1", "4 1")


# People and units ---------------------------------------------------------------------------------------------------


def test_units_that_wait_for_a_decision_come_first_then_by_name(client_for: SignIn) -> None:
    names = {}
    for name, kind in (
        ("丁", "confirmed"),
        ("甲", "missing"),
        ("丙", "returned"),
        ("乙", "waiting"),
        ("戊", "waiting"),
    ):
        unit = make.organisation(confirmed=kind == "confirmed", place="210202" if name == "戊" else "210211")
        unit.name = f"单位{ord(name)}{name}"
        unit.save()
        names[unit.name] = name
        if kind in ("returned", "waiting"):
            letter = upload_letter(
                actor=make.acting(make.applicant_of(unit), "2027-01-02"), organisation=unit, upload=make.upload()
            )
            if kind == "returned":
                return_letter(
                    actor=make.acting(make.user(Role.MUNICIPAL), "2027-01-03"), letter=letter, reason="没有盖章"
                )
    waiting, others = sorted("乙戊"), sorted("丁甲丙")

    def shown(role: str, place: str = "", **asked: str) -> list[str]:
        reader = make.user(role, place=place) if place else make.user(role)
        page = client_for(reader).get("/accounts/organisations/", asked).context["page_obj"]
        return [names[unit.name] for unit in page]

    for role in (Role.MUNICIPAL, Role.LEADER, Role.AUDITOR, Role.ADMIN):
        assert shown(role) == waiting + others
    assert shown(Role.MUNICIPAL, letter="waiting") == waiting
    assert shown(Role.MUNICIPAL, letter="confirmed") == ["丁"]
    assert shown(Role.MUNICIPAL, letter="missing") == sorted("甲丙")
    assert shown(Role.MUNICIPAL, q="丙") == ["丙"]
    assert shown(Role.DISTRICT, place="210202") == ["戊"]
    assert shown(Role.DISTRICT, place="210211") == ["乙", *others]


def test_accounts_stand_by_role_then_name(client_for: SignIn) -> None:
    admin = make.user(Role.ADMIN)
    for role, number in ((Role.MUNICIPAL, 2), (Role.MUNICIPAL, 1), (Role.EXPERT, 1), (Role.LEADER, 1)):
        make.user(role, number=number)
    User.objects.filter(username="leader-1").update(is_active=False)
    visitor = client_for(admin)

    def shown(query: str = "") -> list[str]:
        return [person.username for person in visitor.get(f"/accounts/users/{query}").context["page_obj"]]

    assert shown() == ["admin-1", "expert-1", "leader-1", "municipal-1", "municipal-2"]
    assert shown("?role=municipal") == ["municipal-1", "municipal-2"]
    assert shown("?state=inactive") == ["leader-1"]
    assert shown("?state=active") == ["admin-1", "expert-1", "municipal-1", "municipal-2"]
    assert shown("?q=municipal-2") == ["municipal-2"]


@pytest.mark.clause("3.2-channels")
def test_partners_stand_in_one_order_for_whoever_may_see_them(client_for: SignIn) -> None:
    one, two = make.organisation(place="210211"), make.organisation(place="210202")
    for owner, name, since in ((two, "乙会", "2021-01-01"), (one, "甲会", "2022-01-01"), (one, "丙会", "2020-01-01")):
        make.partner(owner, name=name, since=since)

    def shown(person: User) -> list[str]:
        return [row.name for row in client_for(person).get(reverse("resources:list")).context["page_obj"]]

    everything = list(Partner.objects.values_list("name", flat=True))
    assert sorted(everything) == sorted(["甲会", "乙会", "丙会"])
    assert shown(make.user(Role.MUNICIPAL)) == everything
    assert shown(make.applicant_of(one)) == [name for name in everything if name != "乙会"]
    assert shown(make.district("210202")) == ["乙会"]
    assert shown(make.applicant_of(two)) == ["乙会"]


# Work lists ---------------------------------------------------------------------------------------------------------

Line = tuple[str, str, str, str, int]


def said(work: Worklist) -> dict[str, list[Line]]:
    def each(items: list[WorkItem]) -> list[Line]:
        return [(item.title, item.sentence, item.url, f"{item.due_on or ''}", item.count) for item in items]

    return {side: each(items) for side, items in (("mine", work.mine), ("waiting", work.waiting)) if items}


def test_the_consent_letter_is_the_unit_s_then_the_office_s_line() -> None:
    unit = make.organisation(confirmed=False)
    person, office, day = make.applicant_of(unit), make.user(Role.MUNICIPAL), date(2027, 1, 5)
    own = "/accounts/organisation/"
    upload: Line = ("上传法定代表人同意书", "下载样式，签字盖章后扫描上传；确认后才能提交申报。", own, "", 1)
    waits: Line = ("法定代表人同意书待确认", "已上传，市科协学会部确认后才能提交申报；内容可以先填。", own, "", 1)
    again: Line = ("重新上传法定代表人同意书", "上一份被退回：没有盖章。", own, "", 1)
    check: Line = (
        "法定代表人同意书待确认",
        "1 家单位的同意书等待核对，确认后单位才能首次提交申报。",
        "/accounts/organisations/?letter=waiting",
        "",
        1,
    )
    others = [make.user(role) for role in (Role.LEADER, Role.AUDITOR, Role.ADMIN, Role.EXPERT)]
    others += [make.district("210211"), make.applicant_of(make.organisation())]

    def met() -> tuple[dict[str, list[Line]], dict[str, list[Line]]]:
        assert [said(of_accounts(each, day)) for each in others] == [{}] * len(others)
        return said(of_accounts(person, day)), said(of_accounts(office, day))

    mate = make.user(Role.APPLICANT, organisation=unit, number=2)
    assert met() == ({"mine": [upload]}, {})
    assert said(of_accounts(mate, day)) == {"waiting": [upload]}
    assert [item.mover for item in of_accounts(mate, day).waiting] == ["本单位管理员"]
    letter = upload_letter(actor=make.acting(person, "2027-01-02"), organisation=unit, upload=make.upload())
    person.refresh_from_db()
    assert met() == ({"waiting": [waits]}, {"mine": [check]})
    assert [item.mover for item in of_accounts(person, day).waiting] == ["市科协学会部"]
    return_letter(actor=make.acting(office, "2027-01-03"), letter=letter, reason="没有盖章")
    assert met() == ({"mine": [again]}, {})


@pytest.mark.clause("5.3-quarterly", "5.6-renewal")
def test_what_a_base_owes_and_may_ask_for_is_its_unit_s_line() -> None:
    base = bases.licensed("2026-04-20", 1)
    daily.run(bases.system("2029-04-01"))
    unit = bases.person(Role.APPLICANT, organisation=base.organisation)
    for due in base.obligations.exclude(period__in=["2029Q1", "2028", "2028Q4"]).filter(due_on__lt=date(2029, 4, 1)):
        file_report(
            actor=bases.unit_actor(base, due.due_on),
            obligation=due,
            content=bases.WORDS if due.kind == "quarterly" else bases.YEAR_WORDS,
        )
    day = date(2029, 4, 1)
    late, first = bases.report(base, "2028Q4"), bases.report(base, "2029Q1")
    page_of = {period: reverse("bases:report", args=[base.number, period]) for period in ("2028Q4", "2029Q1", "2028")}
    mine = said(of_bases(unit, day))["mine"]
    renewal: Line = (
        f"{base.number} 申请续期",
        "有效期至2029年4月20日，当日及以前可以申请；不申请则到期终止。",
        reverse("evaluations:renew", args=[base.number]),
        "2029-04-20",
        1,
    )
    assert first.due_on >= day > late.due_on
    assert {url: (sentence, due) for _title, sentence, url, due, _count in mine if (url in page_of.values())} == {
        page_of["2028"]: ("已逾期，请尽快补报。", f"{bases.report(base, '2028').due_on}"),
        page_of["2028Q4"]: ("已逾期，请尽快补报。", f"{late.due_on}"),
        page_of["2029Q1"]: ("请填写并报送。", f"{first.due_on}"),
    }
    assert renewal in mine
    dues = [due for *_rest, due, _count in mine]
    assert dues == sorted(dues)

    file_report(actor=bases.unit_actor(base, day), obligation=late, content=bases.WORDS)
    waiting = {url: sentence for _title, sentence, url, _due, _count in said(of_bases(unit, day))["waiting"]}
    assert waiting[page_of["2028Q4"]] == "已报送，等待审阅。"
    read = [row for row in said(of_bases(bases.person(Role.MUNICIPAL), day))["mine"] if row[0] == "审阅报告"]
    count = read[0][4]
    assert read == [
        ("审阅报告", f"{count} 份报告等待通过或退回。", f"{reverse('bases:reports')}?state=waiting", "", count),
    ]
    return_report(actor=bases.officer(day), obligation=late, reason="请补充")
    (after,) = said(of_bases(bases.person(Role.MUNICIPAL), day))["mine"]
    assert after[4] == count - 1
    back = {url: sentence for _title, sentence, url, _due, _count in said(of_bases(unit, day))["mine"]}
    assert back[page_of["2028Q4"]] == "被退回修改，请改好后再次报送。"
    for role in (Role.LEADER, Role.AUDITOR, Role.EXPERT, Role.ADMIN):
        assert said(of_bases(bases.person(role), day)) == {}
    assert said(of_bases(bases.person(Role.DISTRICT, place="210211"), day)) == {}
    other = bases.licensed("2028-06-01", 2, seat=1)
    assert base.number not in str(said(of_bases(bases.person(Role.APPLICANT, organisation=other.organisation), day)))


@pytest.mark.clause("5.3-quarterly")
def test_a_report_is_the_unit_s_to_file_from_its_first_day_and_waits_before() -> None:
    base = bases.licensed("2027-01-04", 1)
    daily.run(bases.system("2027-02-01"))
    unit, opens_on = bases.person(Role.APPLICANT, organisation=base.organisation), date(2027, 3, 21)
    address = reverse("bases:report", args=[base.number, "2027Q1"])
    due = bases.report(base, "2027Q1").due_on

    def met(day: date) -> dict[str, tuple[str, str]]:
        found = said(of_bases(unit, day))
        return {
            side: (sentence, last_day)
            for side, rows in found.items()
            for _title, sentence, url, last_day, _count in rows
            if url == address
        }

    early = {"waiting": ("2027年3月21日起可以报送，现在可以先写。", f"{due}")}
    assert met(date(2027, 2, 1)) == early
    assert met(opens_on - timedelta(days=1)) == early
    assert met(opens_on) == {"mine": ("请填写并报送。", f"{due}")}
    file_report(
        actor=bases.unit_actor(base, "2027-03-25"), obligation=bases.report(base, "2027Q1"), content=bases.WORDS
    )
    assert met(date(2027, 3, 25)) == {"waiting": ("已报送，等待审阅。", "")}


def test_a_base_s_state_is_shown_until_it_has_ended() -> None:
    base = bases.licensed("2026-04-20", 1)
    unit = bases.person(Role.APPLICANT, organisation=base.organisation)
    cards = {day: of_bases(unit, date.fromisoformat(day)).figures for day in ("2029-04-20", "2029-04-21")}
    (card,) = cards["2029-04-20"]
    assert (card.label, card.value, card.note) == ("基地状态", "有效", "有效期至2029年4月20日")
    assert card.url == reverse("bases:detail", args=[base.number])
    assert cards["2029-04-21"] == []


def test_the_figures_count_what_the_reader_may_see() -> None:
    bases.licensed("2026-04-20", 1)
    bases.licensed("2026-04-20", 2, place="210202")
    bases.licensed("2023-04-20", 3)
    daily.run(bases.system("2026-09-01"))
    day = date(2026, 9, 1)
    readers = {
        bases.person(Role.MUNICIPAL): 2,
        bases.person(Role.LEADER): 2,
        bases.person(Role.DISTRICT, place="210211"): 1,
        bases.person(Role.DISTRICT, place="210203"): 0,
    }
    found = {who: [(card.label, card.url) for card in of_bases(who, day).figures] for who in readers}
    cards = [
        ("有效的基地", f"{reverse('bases:list')}?status=in_force"),
        ("逾期未报", f"{reverse('bases:reports')}?state=overdue"),
    ]
    assert found == dict.fromkeys(readers, cards)
    assert {who: of_bases(who, day).figures[0].value for who in readers} == readers


def test_home_joins_all_four_parts_by_their_days(monkeypatch: pytest.MonkeyPatch, client_for: SignIn) -> None:
    day = date(2027, 5, 1)

    def part(title: str, later: int | None) -> Worklist:
        due = None if later is None else day + timedelta(days=later)
        return Worklist(
            mine=[WorkItem(f"{title}我", "做", "/home/", due)],
            waiting=[WorkItem(f"{title}等", "等", "/home/", due)],
            figures=[FigureCard(title, 1)],
        )

    for name, title, later in (
        ("of_accounts", "账号", None),
        ("of_applications", "申报", 3),
        ("of_bases", "基地", 2),
        ("of_evaluations", "评估", 1),
    ):
        found = part(title, later)
        monkeypatch.setattr(home, name, lambda user, today, found=found: found)
    work = client_for(make.user(Role.LEADER)).get("/home/").context["work"]
    assert [item.title for item in work.mine] == ["评估我", "基地我", "申报我", "账号我"]
    assert [item.title for item in work.waiting] == ["评估等", "基地等", "申报等", "账号等"]
    assert [card.label for card in work.figures] == ["账号", "申报", "基地", "评估"]
