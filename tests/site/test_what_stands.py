"""What stands on the pages of the site itself, line by line, for each reader at each stage.

The lines are kept in `pages/`; `tests/plugins/outline.py` says how they are read and written anew.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from applications.actions import call as calls
from applications.actions import certification
from applications.models import Application, Call
from bases import daily as of_bases
from haizhi_portal.accounts.actions.consent import upload_letter
from haizhi_portal.accounts.models import ReviewingBody
from haizhi_portal.policy.words import Role
from haizhi_portal.site.views import calendar as calendar_views
from haizhi_portal.site.views import errors
from haizhi_portal.site.views import ledger as ledger_views
from tests import factories as make
from tests.applications_pages.kit import on, signed_in
from tests.plugins.outline import assert_answer, assert_each_reads, assert_reads
from tests.plugins.pages import StrictClient
from tests.site.test_figures import change
from tests.site.test_holiday_import import ROWS, as_csv, carried

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1-annual", "4.2-cap")]
PAGES = Path(__file__).parent / "pages"
State = Application.State
OFFICE = Role.MUNICIPAL


def people(*roles: str) -> dict[str, StrictClient]:
    return {str(role): signed_in(make.user(role)) for role in roles}


# Home ---------------------------------------------------------------------------------------------------------------


def nothing() -> tuple[str, list[Any]]:
    return "2027-02-01", [make.organisation()]


def under_review() -> tuple[str, list[Any]]:
    begun = make.application_begun()
    back = make.carried_to(State.DISTRICT_RETURNED)
    make.carried_to(State.DISTRICT_REVIEW)
    make.carried_to(State.INITIAL_REVIEW, make.municipal_unit())
    waiting = make.organisation(confirmed=False)
    upload_letter(
        actor=make.acting(make.applicant_of(waiting), "2027-05-01"),
        organisation=waiting,
        upload=make.upload("同意书.pdf"),
    )
    return "2027-05-05", [begun.organisation, back.organisation, waiting]


def being_certified() -> tuple[str, list[Any]]:
    first, second = (make.carried_to(State.CERTIFICATION, make.municipal_unit()) for _each in range(2))
    make.open_round(first.call)
    make.assign(first, 1, declared=False)
    make.assign(second, 1)
    certification.release(
        actor=make.acting(make.user(OFFICE), "2027-06-20"), assignment=make.assign(second, 4), reason="出差"
    )
    return "2027-06-20", [first.organisation]


def a_list_waits() -> tuple[str, list[Any]]:
    application = make.carried_to(State.CERTIFICATION, make.municipal_unit())
    make.round_of(application.call)
    make.prepared_list(application.call, [application])
    return "2027-06-25", [application.organisation]


def a_base_owes() -> tuple[str, list[Any]]:
    application = make.carried_to(State.LICENSED, make.municipal_unit())
    of_bases.run(make.acting(None, "2027-10-13"))
    return "2027-10-13", [application.organisation]


WHO: dict[Callable[[], tuple[str, list[Any]]], tuple[Role, ...]] = {
    nothing: (OFFICE, Role.LEADER, Role.EXPERT, Role.ADMIN, Role.AUDITOR),
    under_review: (OFFICE, Role.LEADER),
    being_certified: (OFFICE, Role.EXPERT),
    a_list_waits: (OFFICE, Role.LEADER),
    a_base_owes: (OFFICE,),
}


@pytest.mark.parametrize("stage", WHO)
def test_home(stage: Callable[[], tuple[str, list[Any]]]) -> None:
    day, units = stage()
    with on(day):
        readers = people(*WHO[stage])
        if stage not in (being_certified, a_list_waits):
            readers["district"] = signed_in(make.district("210211"))
        readers |= {f"unit_{number}": signed_in(make.applicant_of(unit)) for number, unit in enumerate(units, 1)}
        assert_each_reads(readers, "/home/", PAGES / f"home-{stage.__name__}")


# Front page and route finder ----------------------------------------------------------------------------------------


def test_the_front_page() -> None:
    visitor = {"visitor": StrictClient()}
    with on("2027-01-02"):
        assert_each_reads(visitor, "/", PAGES / "front-no_call")
    call = make.call()
    for name, day in {
        "ahead": "2027-02-28",
        "open": "2027-04-30",
        "districts": "2027-05-01",
        "initial": "2027-06-10",
        "certification": "2027-06-20",
        "deciding": "2027-06-21",
    }.items():
        with on(day):
            readers = visitor | (people(Role.EXPERT) if name == "open" else {})
            assert_each_reads(readers, "/", PAGES / f"front-{name}")
    days = make.days_of()
    for number in (5, 8):
        days["applicants_close_on"] = date(2027, 5, number)
        days["districts_close_on"] = date(2027, 5, number + 16)
        calls.change_timetable(
            actor=make.acting(make.user(OFFICE), "2027-03-10"),
            call=Call.objects.get(),
            reason=f"延到 {number} 日",
            **days,
        )
    with on("2027-05-08"):
        assert_each_reads(visitor, "/", PAGES / "front-moved_twice")
    calls.close_decisions(actor=make.acting(make.user(OFFICE), "2027-07-01"), call=call, reason="办结")
    with on("2027-07-01"):
        assert_each_reads(visitor, "/", PAGES / "front-finished")


FIRM = "kind=enterprise&level=none"


def test_where_to_apply() -> None:
    visitor = {"visitor": StrictClient()}
    ReviewingBody.objects.filter(jurisdictions__code="210211").update(telephone="0411-12345678")
    with on("2027-01-02"):
        assert_each_reads(visitor, f"/route/?{FIRM}", PAGES / "route-no_call")
    make.call()
    with on("2027-03-15"):
        for name, query in {
            "questions": "",
            "unfinished": "kind=enterprise",
            "direct": "kind=society&level=municipal",
            "via_place": f"{FIRM}&jurisdiction=210211",
            "via_other_place": f"{FIRM}&jurisdiction=gaoxin",
            "via_open": FIRM,
            "may_not": "kind=society&level=none&is_branch=yes&in_dalian=no",
        }.items():
            assert_each_reads(visitor, f"/route/?{query}", PAGES / f"route-{name}")


# Figures and holidays -----------------------------------------------------------------------------------------------


def test_figures() -> None:
    with on("2025-11-25"):
        assert "放假安排尚未录入" not in people(Role.LEADER)[Role.LEADER].get("/figures/").text
    with on("2027-03-01"):
        readers = people(OFFICE, Role.AUDITOR)
        assert_each_reads(readers, "/figures/", PAGES / "figures-first")
        assert "尚未生效的调整" not in readers[OFFICE].get("/figures/change/").text
        change({"annual_quota": 6, "notice_on": False}, on="2027-03-02")
        change({"excellent_from": "92.5"}, on="2027-05-01")
    with on("2027-03-03"):
        office = people(OFFICE)[OFFICE]
        assert_each_reads({OFFICE: office}, "/figures/", PAGES / "figures-changed")
        change_page = "/figures/change/"
        form = office.get(change_page).context["form"]
        typed = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
        assert_each_reads({"page": office}, change_page, PAGES / "figures_change")
        sent = typed | {
            "in_force_from": "2027-03-04",
            "reason": "大科协发〔2027〕2号（2027年1月8日）",
            "edition": "试行",
        }
        for name, changes, status in (
            ("asked", {"annual_quota": "7"}, 200),
            ("nothing", {"edition": typed["edition"]}, 422),
            ("odd", {"annual_quota": "-1", "reason": ""}, 422),
        ):
            assert_answer(office.post(change_page, sent | changes), status, PAGES / f"figures_change-{name}.txt")


def test_holidays() -> None:
    with on("2026-11-25"):
        readers = people(OFFICE, Role.LEADER, Role.EXPERT)
        office = readers[OFFICE]
        make.call(2027)
        assert_each_reads(readers, "/holidays/?year=2026", PAGES / "holidays-known")
        assert_each_reads(readers, "/holidays/?year=2027", PAGES / "holidays-unknown")
        shown = office.get("/holidays/?year=2027").text
        marked = [f'href="?year={year}" aria-current="page"' in shown for year in (2026, 2027)]
        assert marked == [False, True]
        assert_answer(office.post("/holidays/?year=2027", {"day": "昨天"}), 422, PAGES / "holidays-odd.txt")
        for name, day in (("weekday", "2026-10-01"), ("weekend", "2026-10-04")):
            assert_answer(office.post(f"/holidays/{day}/remove/"), 200, PAGES / f"holidays-remove_{name}.txt")


def test_taking_holidays_over() -> None:
    with on("2026-11-25"):
        office, page = signed_in(make.user(OFFICE)), "/holidays/import/"
        assert_each_reads({"empty": office}, page, PAGES / "holiday_import")
        looked = office.post(page, {"step": "file", "file": as_csv(ROWS)})
        assert_answer(looked, 200, PAGES / "holiday_import-looked.txt")
        rows = {"step": "rows", "rows": carried(looked), "source": "文件导入"}
        assert_answer(office.post(page, rows | {"reason": " "}), 422, PAGES / "holiday_import-without_reason.txt")
        assert office.post(page, rows | {"reason": "国办发明电〔2026〕1号"}).status_code == 302
        differs = [["2027-01-01", "放假", "元旦节"], ROWS[1], ["2027-02-20", "放假", "春节"]]
        for name, table, status in (
            ("same", ROWS, 200),
            ("differs", differs, 200),
            ("wrong", [["昨天", "", ""]], 422),
            ("weekday", [["2027-01-01", "上班", "元旦"]], 422),
        ):
            answer = office.post(page, {"step": "file", "file": as_csv(table)})
            assert_answer(answer, status, PAGES / f"holiday_import-{name}.txt")
        for name, sent in (
            ("no_file", {"step": "file"}),
            ("no_table", {"step": "file", "file": SimpleUploadedFile("x.bin", b"\0")}),
            ("no_year", {"step": "library", "year": "1999"}),
        ):
            assert_answer(office.post(page, sent), 422, PAGES / f"holiday_import-{name}.txt")


# The rest -----------------------------------------------------------------------------------------------------------


def test_the_calendar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar_views, "address_of", lambda feed: "https://portal.example/calendar/secret.ics")
    application = make.carried_to(State.DISTRICT_REVIEW)
    with on("2027-05-02"):
        readers = {"unit": signed_in(make.applicant_of(application.organisation))} | people(Role.EXPERT)
        assert_each_reads(readers, "/calendar/", PAGES / "calendar")
        for name in ("enable", "disable"):
            answer = readers["unit"].post("/calendar/", {"act": name}, follow=True)
            assert_answer(answer, 200, PAGES / f"calendar-{name}d.txt")


def test_the_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    with on("2027-03-05"):
        auditor = signed_in(make.user(Role.AUDITOR))
        change({"excellent_from": Decimal("92.5")}, on="2027-05-01")
        make.call()
        kept = {"some": "q=2027", "none": "q=nothing", "whole": "q=nothing&verify=1"}
        for name, query in kept.items():
            assert_each_reads({name: auditor}, f"/ledger/?{query}", PAGES / "ledger")
        assert_each_reads({"figures": auditor}, "/ledger/?event=figures.changed", PAGES / "ledger")
        monkeypatch.setattr(ledger_views, "first_broken", lambda: "第 3 条与前一条不相连。")
        assert_each_reads({"broken": auditor}, "/ledger/?q=nothing&verify=1", PAGES / "ledger")


def test_the_clock_of_the_demonstration_and_the_style_guide() -> None:
    with on("2027-03-05"):
        expert = signed_in(make.expert())
        assert_each_reads({"page": expert}, "/demo/clock/", PAGES / "demo_clock")
        assert_answer(expert.post("/demo/clock/", {"day": "2027-03-01"}), 422, PAGES / "demo_clock-back.txt")
        assert_each_reads({"page": expert}, "/styleguide/", PAGES / "styleguide")


@pytest.mark.parametrize("name", ["400", "403", "404", "405", "413", "429", "500", "csrf"])
def test_trouble(name: str) -> None:
    for kept, reason in ((f"error-{name}", ""), (f"error-{name}-reason", "只对专家开放。")):
        if not reason or name == "403":
            assert_reads(errors.trouble(name, 400, reason).content.decode(), PAGES / f"{kept}.txt")
