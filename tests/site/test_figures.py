"""Figures and holidays: other values in force from a day, with a reason; what is decided stays as it was."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.utils.html import strip_tags

from haizhi_portal.accounts import clock
from haizhi_portal.audit.models import Entry
from haizhi_portal.policy.figures import CERTIFICATION_WEIGHTS, EVALUATION_WEIGHTS, FIGURE_SPECS
from haizhi_portal.policy.models import FigureEdition, Holiday
from haizhi_portal.policy.stored import calendar, figures_on
from haizhi_portal.policy.verdict import Conflict, RuleViolation
from haizhi_portal.site.actions.figures import remove_holiday, set_figures, set_holiday
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1-annual")]

TODAY = "2027-03-01"


def change(
    values: dict[str, Any],
    *,
    on: str = "2027-04-01",
    reason: str = "大科协发〔2027〕2号（2027年1月8日）",
    role: str = "municipal",
) -> FigureEdition:
    return set_figures(
        actor=factories.acting(factories.user(role), TODAY),
        in_force_from=date.fromisoformat(on),
        values=values,
        reason=reason,
        edition="2027 修订",
    )


def test_other_figures_hold_from_their_day_and_not_before() -> None:
    change({"annual_quota": 6, "excellent_from": "92.5"})
    assert figures_on(date(2027, 3, 31)).annual_quota == 5
    after = figures_on(date(2027, 4, 1))
    assert (after.annual_quota, after.excellent_from, after.edition) == (6, Decimal("92.5"), "2027 修订")
    entry = Entry.objects.get(event="figures.changed")
    assert entry.data["changes"] == {"annual_quota": [5, 6], "excellent_from": ["90", "92.5"]}
    assert entry.reason == "大科协发〔2027〕2号（2027年1月8日）"


@pytest.mark.parametrize(("edition", "kept"), [(" 2028 版 ", "2028 版"), (" ", "2022 修订")])
def test_an_edition_keeps_its_name_and_reason_and_who_set_it(edition: str, kept: str) -> None:
    officer = factories.acting(factories.user("municipal"), TODAY)
    given = {"actor": officer, "in_force_from": date(2027, 4, 1), "values": {"paper_copies": 4}}
    row = set_figures(**given, reason=" 会议决定 ", edition=edition)
    assert (row.edition, row.reason, row.set_by, row.set_at) == (kept, "会议决定", officer.opaque_id, officer.now)
    entry = Entry.objects.get(event="figures.changed")
    assert (entry.object, entry.clause, entry.reason) == ("figures:2027-04-01", "4.1-annual", "会议决定")
    assert entry.data == {"in_force_from": "2027-04-01", "changes": {"paper_copies": [2, 4]}}


def test_a_call_keeps_the_quota_it_was_announced_with() -> None:
    call = factories.call(2027)
    change({"annual_quota": 9}, on="2027-03-02")
    call.refresh_from_db()
    assert (call.standard_quota, call.quota) == (5, 5)


@pytest.mark.parametrize(
    ("values", "options", "field"),
    [
        ({"annual_quota": 6}, {"on": "2027-02-28"}, "in_force_from"),
        ({"annual_quota": 6}, {"on": "2027-03-01"}, "in_force_from"),  # today has begun
        ({"annual_quota": 6}, {"on": "2030-01-01"}, "in_force_from"),
        ({"annual_quota": 6}, {"reason": "  "}, "reason"),
        ({"paper_copies": 4}, {"reason": "  "}, "reason"),
        ({"annual_quota": -1}, {}, "annual_quota"),
        ({"annual_quota": "五"}, {}, "annual_quota"),
        ({"no_such_figure": 1}, {}, "no_such_figure"),
        ({"annual_quota": 5}, {}, ""),
        ({"excellent_from": "60"}, {}, "excellent_from"),
        ({"annual_due_month": 2, "annual_due_day": 30}, {}, "annual_due_day"),
        ({"annual_quota": 6}, {"role": "leader"}, ""),
        ({"annual_quota": 6}, {"role": "admin"}, ""),
    ],
)
def test_what_is_refused(values: dict[str, Any], options: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleViolation) as refused:
        change(values, **options)
    assert refused.value.field == field
    assert not FigureEdition.objects.exists()


@pytest.mark.parametrize("day", ["2027-03-02", "2029-12-31"])
def test_the_first_and_the_last_day_of_an_edition(day: str) -> None:
    assert change({"paper_copies": 4}, on=day).in_force_from == date.fromisoformat(day)


def test_a_day_has_one_edition() -> None:
    change({"annual_quota": 6})
    with pytest.raises(Conflict):
        change({"annual_quota": 7})
    assert figures_on(date(2027, 4, 1)).annual_quota == 6


def test_the_page_changes_only_what_differs_and_keeps_what_was_typed(client_for: Any) -> None:
    client = client_for(factories.user("municipal"))
    year = clock.business_now().year + 1
    page = client.get("/figures/change/")
    filled = {name: field.initial for name, field in page.context["form"].fields.items() if field.initial is not None}
    filled = {name: value for name, value in filled.items() if value is not False}
    sent = {
        **filled,
        "in_force_from": f"{year}-01-01",
        "reason": f"大科协发〔{year - 1}〕1号，{year - 1}-01-01",
        "annual_quota": "8",
    }
    refused = client.post("/figures/change/", {**sent, "evaluation_weights-1-points": "16"})
    assert refused.status_code == 422
    (said,) = refused.context["form"].errors["evaluation_weights-1-points"]
    assert "合计须为 100 分，现为 101 分" in said
    assert 'value="8"' in refused.content.decode()
    asked = strip_tags(client.post("/figures/change/", sent).content.decode())
    assert f"自{year}年1月1日起：" in asked
    assert "每年新设基地名额：5 个 → 8 个" in asked
    assert asked.count("→") == 1
    assert not FigureEdition.objects.exists()
    revised = client.post("/figures/change/", {**sent, "revise": "1"})
    assert (revised.status_code, revised.context["form"]["annual_quota"].value()) == (200, "8")
    accepted = client.post("/figures/change/", {**sent, "confirmed": "1"})
    assert accepted.status_code == 302
    assert FigureEdition.objects.get().values == {"annual_quota": 8}


def sent(page: Any, **typed: str) -> dict[str, Any]:
    """The form as a browser sends it back, with what was typed into it."""
    form = page.context["form"]
    shown = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in shown.items() if value not in (None, False)} | typed | {"confirmed": "1"}


def said_after(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_what_is_still_to_come_is_shown_and_not_set_back(settings: Any, client_for: Any) -> None:
    settings.PORTAL_TODAY = date.fromisoformat(TODAY)
    change({"annual_quota": 6, "renewal_window_days": 60}, on="2027-06-01")
    office = client_for(factories.user("municipal"))
    page = office.get("/figures/change/")
    assert "2027年6月1日起 每年新设基地名额：5 个 → 6 个；到期前可申请续期：90 天 → 60 天" in strip_tags(
        page.content.decode()
    )
    assert page.context["form"]["renewal_window_days"].value() == 60
    typed = {"in_force_from": "2027-09-01", "reason": "工作需要", "edition": "2027 修订", "minimum_valid_scores": "5"}
    # A colleague is quicker with another figure; the page sent back was filled before.
    change({"paper_copies": 4}, on="2027-08-01")
    answer = office.post("/figures/change/", sent(page, **typed))
    assert answer.status_code == 302
    assert FigureEdition.objects.get(in_force_from="2027-09-01").values == {"minimum_valid_scores": 5}
    after = figures_on(date(2027, 9, 1))
    assert (after.annual_quota, after.renewal_window_days, after.paper_copies, after.minimum_valid_scores) == (
        6,
        60,
        4,
        5,
    )
    assert said_after(answer) == ["新指标自2027年9月1日起生效。"]


def test_a_figure_that_is_changed_again_later_is_said(settings: Any, client_for: Any) -> None:
    settings.PORTAL_TODAY = date.fromisoformat(TODAY)
    change({"paper_copies": 4, "annual_quota": 6}, on="2027-06-01")
    office = client_for(factories.user("municipal"))
    typed = {"in_force_from": "2027-04-01", "reason": "工作需要", "edition": "2027 修订", "paper_copies": "3"}
    answer = office.post("/figures/change/", sent(office.get("/figures/change/"), **typed))
    assert said_after(answer) == [
        "新指标自2027年4月1日起生效。",
        "注意：“纸质材料份数”自2027年6月1日起又按早先确定的调整执行，如不应如此，请再作一次调整。",
    ]
    assert [figures_on(date(2027, month, 1)).paper_copies for month in (3, 4, 6)] == [2, 3, 4]


def test_the_history_says_what_each_change_found_and_what_it_made(settings: Any, client_for: Any) -> None:
    settings.PORTAL_TODAY = date.fromisoformat(TODAY)
    weights = [list(weight) for weight in CERTIFICATION_WEIGHTS]
    weights[0][2], weights[1][2] = 25, 20
    change({"annual_quota": 6, "notice_on": False}, on="2027-04-01")
    change({"annual_quota": 4, "certification_weights": weights}, on="2027-06-01")
    change({"annual_quota": 3}, on="2027-05-01")
    told = [each["changes"] for each in client_for(factories.user("leader")).get("/figures/").context["editions"]]
    was = "条件保障 20、海外渠道与载体 25、已有成效 20、建设方案与目标 25、产业契合与示范 10"
    becomes = "条件保障 25、海外渠道与载体 20、已有成效 20、建设方案与目标 25、产业契合与示范 10"
    assert told == [
        ["每年新设基地名额：3 个 → 4 个", f"{FIGURE_SPECS['certification_weights'].label}：{was} → {becomes}"],
        ["每年新设基地名额：6 个 → 3 个"],
        ["每年新设基地名额：5 个 → 6 个", f"{FIGURE_SPECS['notice_on'].label}：开 → 关"],
    ]


def test_what_is_in_force_what_is_to_come_and_which_years_lack_holidays(settings: Any, client_for: Any) -> None:
    change({"annual_quota": 6, "notice_on": False}, on="2027-04-15")
    change({"annual_quota": 4}, on="2027-06-01")
    change({"annual_quota": 3}, on="2027-05-01")
    office = client_for(factories.user("municipal"))
    found = {}
    for day in ("2027-04-14", "2027-04-15"):
        settings.PORTAL_TODAY = date.fromisoformat(day)
        shown = office.get("/figures/").context
        rows = {str(row["label"]): row["value"] for row in shown["rows"]}
        assert list(rows) == [str(spec.label) for spec in FIGURE_SPECS.values() if spec.kind != "weights"]
        quota, notice = (rows[str(FIGURE_SPECS[key].label)] for key in ("annual_quota", "notice_on"))
        pending = office.get("/figures/change/").context["pending"]
        found[day] = (quota, notice, shown["edition"], [str(each["row"].in_force_from) for each in pending])
        assert [weights for _label, _clause, weights in shown["weights"]] == [CERTIFICATION_WEIGHTS, EVALUATION_WEIGHTS]
        assert [str(each["row"].in_force_from) for each in shown["editions"]] == [
            "2027-06-01",
            "2027-05-01",
            "2027-04-15",
        ]
    assert found == {
        "2027-04-14": (5, "开", "2022 修订", ["2027-04-15", "2027-05-01", "2027-06-01"]),
        "2027-04-15": (6, "关", "2027 修订", ["2027-05-01", "2027-06-01"]),
    }
    assert office.get("/figures/").context["holidays_missing"] == [2027, 2028]
    Holiday.objects.create(day=date(2028, 1, 1), off=True, name="元旦")
    assert office.get("/figures/").context["holidays_missing"] == [2027]


@pytest.mark.parametrize("seen", ["", "x", "-1", "99999", "１", "999999999999"])
def test_a_senseless_count_of_editions_is_the_present_one(seen: str, settings: Any, client_for: Any) -> None:
    settings.PORTAL_TODAY = date.fromisoformat(TODAY)
    change({"annual_quota": 6}, on="2027-06-01")
    office = client_for(factories.user("municipal"))
    typed = {"in_force_from": "2027-09-01", "reason": "工作需要", "edition": "2027 修订", "paper_copies": "3"}
    answer = office.post("/figures/change/", sent(office.get("/figures/change/"), **typed, seen=seen))
    assert answer.status_code == (422 if len(seen) > 5 else 302)
    assert figures_on(date(2027, 9, 1)).annual_quota == 6


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("municipal", "/figures/", 200),
        ("leader", "/figures/", 200),
        ("auditor", "/figures/", 200),
        ("admin", "/figures/", 403),
        ("expert", "/figures/", 403),
        ("leader", "/figures/change/", 403),
        ("municipal", "/holidays/", 200),
        ("admin", "/holidays/", 200),
        ("expert", "/holidays/", 403),
        ("auditor", "/ledger/", 200),
        ("municipal", "/ledger/", 403),
        ("admin", "/ledger/", 403),
        ("leader", "/ledger/export/", 403),
    ],
)
def test_who_may_enter(role: str, path: str, status: int, client_for: Any) -> None:
    assert client_for(factories.user(role)).get(path).status_code == status


@pytest.mark.clause("5.3-annual")
def test_a_holiday_moves_deadlines_and_can_be_taken_out_again() -> None:
    officer = factories.acting(factories.user("municipal"), TODAY)
    assert calendar().deadline(date(2028, 11, 30)) == date(2028, 11, 30)
    day = set_holiday(actor=officer, day=date(2028, 11, 30), off=True, name="示例节")
    assert calendar().deadline(date(2028, 11, 30)) == date(2028, 12, 1)
    remove_holiday(actor=officer, holiday=day)
    assert calendar().deadline(date(2028, 11, 30)) == date(2028, 11, 30)
    assert list(Entry.objects.filter(event__startswith="holiday.").values_list("event", flat=True)) == [
        "holiday.set",
        "holiday.removed",
    ]


def test_the_holiday_page_warns_of_a_year_without_a_table_and_keeps_what_was_typed(
    client_for: Any, settings: Any
) -> None:
    settings.PORTAL_TODAY = date(2030, 12, 1)
    client = client_for(factories.user("municipal"))
    assert "2031 年的安排尚未录入" in client.get("/holidays/?year=2031").content.decode()
    refused = client.post("/holidays/", {"day": "2031-02-30", "off": "off", "name": "春节"})
    assert refused.status_code == 422
    assert 'value="春节"' in refused.content.decode()
    assert client.post("/holidays/", {"day": "2031-02-01", "off": "off", "name": "春节"}).status_code == 302
    assert Holiday.objects.get(day=date(2031, 2, 1)).name == "春节"
    asked = client.post("/holidays/2031-02-01/remove/")
    assert "2031年2月1日按星期算，是休息日" in asked.content.decode()
    assert client.post("/holidays/2031-02-01/remove/", {"revise": "1"}).url == "/holidays/?year=2031"
    assert Holiday.objects.filter(day=date(2031, 2, 1)).exists()
    assert client.post("/holidays/2031-02-01/remove/", {"confirmed": "1"}).status_code == 302
    assert not Holiday.objects.filter(day=date(2031, 2, 1)).exists()
    assert client.post("/holidays/2031-02-01/remove/").status_code == 404
    assert client.post("/holidays/2031-02-31/remove/").status_code == 404


@pytest.mark.parametrize(
    ("typed", "year"),
    [
        *((each, 2030) for each in ("", "x", "99999", "02029", "-1", "0", "²⁰²⁹", "1999", "2201")),
        *(("２０２７", 2027), ("2000", 2000), ("2029", 2029), ("2200", 2200)),
    ],
)
def test_a_senseless_year_shows_this_one(typed: str, year: int, client_for: Any, settings: Any) -> None:
    settings.PORTAL_TODAY = date(2030, 12, 1)
    shown = client_for(factories.user("leader")).get("/holidays/", {"year": typed}).context
    assert (shown["year"], list(shown["years"])) == (year, [2029, 2030, 2031, 2032, 2033])


def test_a_year_s_holidays_are_those_of_that_year_in_order_and_only_the_office_edits(
    client_for: Any, settings: Any
) -> None:
    settings.PORTAL_TODAY = date(2030, 12, 1)
    for day in (date(2030, 10, 2), date(2030, 10, 1), date(2029, 12, 31), date(2031, 1, 1)):
        Holiday.objects.create(day=day, off=True, name="示例节")
    office, leader = client_for(factories.user("municipal")), client_for(factories.user("leader"))
    for client, edits in ((office, True), (leader, False)):
        shown = client.get("/holidays/").context
        assert [each.day for each in shown["days"]] == [date(2030, 10, 1), date(2030, 10, 2)]
        assert (shown["may_edit"], shown["known"], shown["form"] is not None) == (edits, True, edits)
    given = {"day": "2032-01-01", "off": "off", "name": "示例节"}
    assert leader.post("/holidays/", given).status_code == 403
    refused = office.post("/holidays/", given)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["day"])
    saved = office.post("/holidays/", given | {"day": "2031-10-01"}, follow=True)
    assert saved.redirect_chain == [("/holidays/?year=2031", 302)]
    assert "已保存 2031年10月1日。" in saved.content.decode()
    assert "2031年10月1日按星期算，是工作日" in office.post("/holidays/2031-10-01/remove/").content.decode()
    for day, words in (("2031-10-03", "工作日"), ("2031-10-04", "休息日")):
        Holiday.objects.create(day=day, off=True, name="示例节")
        assert f"按星期算，是{words}" in office.post(f"/holidays/{day}/remove/").content.decode()


@pytest.mark.clause("5.3-annual")
@pytest.mark.parametrize(
    ("day", "allowed"),
    [
        ("1999-12-31", False),
        ("2000-01-01", True),
        ("2027-03-01", True),
        ("2028-12-31", True),
        ("2029-01-01", False),
        ("2099-10-01", False),
    ],
)
def test_a_holiday_lies_in_a_year_that_can_be_published(day: str, allowed: bool) -> None:
    officer = factories.acting(factories.user("municipal"), TODAY)
    if allowed:
        assert set_holiday(actor=officer, day=date.fromisoformat(day), off=True, name="国庆节").day.isoformat() == day
        return
    with pytest.raises(RuleViolation, match="放假安排最多提前一年公布") as refused:
        set_holiday(actor=officer, day=date.fromisoformat(day), off=True, name="国庆节")
    assert refused.value.field == "day"
    assert not Holiday.objects.filter(day=day, source="市科协维护").exists()


@pytest.mark.clause("5.3-annual")
@pytest.mark.parametrize(
    ("day", "off", "name", "field", "words"),
    [
        ("2027-03-10", False, "调休", "off", "这一天是周三，本来就上班；只有周六、周日才有调休上班。"),
        ("2027-03-12", False, "调休", "off", "这一天是周五，本来就上班；只有周六、周日才有调休上班。"),
        ("2027-03-13", False, "调休", "", ""),
        ("2027-03-14", False, "调休", "", ""),
        # A holiday may fall on a day off.
        ("2027-03-13", True, "示例节", "", ""),
        ("2027-03-15", True, "示例节", "", ""),
        ("2027-03-16", True, " 原有 ", "day", "2027年3月16日已经这样登记，没有变化。"),
        ("2027-03-16", True, "另一个节", "", ""),
    ],
)
def test_what_a_day_can_be(day: str, off: bool, name: str, field: str, words: str) -> None:
    officer = factories.acting(factories.user("municipal"), TODAY)
    Holiday.objects.create(day=date(2027, 3, 16), off=True, name="原有", source="国务院办公厅")
    known = Entry.objects.count()
    if not field:
        assert set_holiday(actor=officer, day=date.fromisoformat(day), off=off, name=name).off is off
        return
    with pytest.raises(RuleViolation) as refused:
        set_holiday(actor=officer, day=date.fromisoformat(day), off=off, name=name)
    assert (refused.value.field, refused.value.message) == (field, words)
    assert Holiday.objects.get(day=date(2027, 3, 16)).source == "国务院办公厅"
    assert Entry.objects.count() == known
