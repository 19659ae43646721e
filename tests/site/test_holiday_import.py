"""Holidays taken over from the library or a file: looked at first, all or nothing; and the warning when they lack."""

import io
import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from applications.models import Call
from bases import daily as bases_daily
from haizhi_portal.audit.models import Entry
from haizhi_portal.policy.holidays import SOURCE, PublishedDay, published_days
from haizhi_portal.policy.models import Holiday
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import Role
from haizhi_portal.site.actions.holiday_import import import_holidays, preview
from haizhi_portal.site.holiday_files import Unreadable, checked, read_holidays
from haizhi_portal.site.holidays_to_enter import holidays_to_enter
from tests import factories as make
from tests.applications_pages.kit import on, signed_in, text
from tests.bases import kit as bases

pytestmark = [pytest.mark.django_db, pytest.mark.clause("5.3-annual")]
PAGE, DAY = "/holidays/import/", "2026-11-25"
HEAD = ["日期", "性质", "名称"]
ROWS = [["2027-01-01", "放假", "元旦"], ["2027-02-06", "放假", "春节"], ["2027-02-20", "上班", "春节调休上班"]]


def as_csv(rows: list[list[str]], encoding: str = "utf-8") -> SimpleUploadedFile:
    return SimpleUploadedFile("2027.csv", "\n".join(",".join(row) for row in [HEAD, *rows]).encode(encoding))


def as_json(rows: list[list[str]]) -> SimpleUploadedFile:
    keyed = [dict(zip(("day", "off", "name"), row, strict=True)) for row in rows]
    return SimpleUploadedFile("2027.json", json.dumps(keyed).encode())


def as_excel(rows: list[list[Any]]) -> SimpleUploadedFile:
    book, buffer = Workbook(), io.BytesIO()
    for row in [HEAD, *rows]:
        book.worksheets[0].append(row)
    book.save(buffer)
    return SimpleUploadedFile("2027.xlsx", buffer.getvalue())


def office() -> Any:
    return signed_in(make.user(Role.MUNICIPAL))


def carried(answer: Any) -> str:
    form = answer.context["rows"]
    return str(form.initial["rows"])


@pytest.mark.parametrize(
    "file",
    [as_csv(ROWS), as_csv(ROWS, "gb18030"), as_json(ROWS), as_excel([[date(2027, 1, 1), *ROWS[0][1:]], *ROWS[1:]])],
    ids=["csv", "gbk", "json", "excel"],
)
def test_a_file_is_looked_at_then_taken_over_with_its_reason(file: SimpleUploadedFile) -> None:
    with on(DAY):
        client = office()
        looked = client.post(PAGE, {"step": "file", "file": file})
        assert looked.status_code == 200
        assert "2027年2月20日" in text(looked)
        assert not Holiday.objects.filter(day__year=2027).exists()
        rows = {"step": "rows", "rows": carried(looked), "source": "文件导入"}
        refused = client.post(PAGE, rows | {"reason": " "})
        assert refused.status_code == 422
        assert "2027年2月20日" in text(refused)
        assert client.post(PAGE, rows | {"reason": "国办发明电〔2026〕1号"}).status_code == 302
    found = list(Holiday.objects.filter(day__year=2027).values_list("day", "off", "name", "source"))
    assert found == [(date.fromisoformat(d), o == "放假", n, "文件导入") for d, o, n in ROWS]
    entry = Entry.objects.get(event="holiday.imported")
    assert [each["new"] for each in entry.data["changes"]] == [True, True, True]


WRONG = [
    (["2027-02-30", "放假", "元旦"], "日期“2027-02-30”不对"),
    (["2027-01-01", "也许", "元旦"], "性质“也许”不对"),
    (["2027-01-01", "放假", ""], "名称应为 1 至 60 个字"),
    (["1066-01-01", "放假", "元旦"], "日期“1066-01-01”不对"),
]


@pytest.mark.parametrize(("row", "words"), WRONG)
def test_one_wrong_row_and_nothing_is_taken_over(row: list[str], words: str) -> None:
    with on(DAY):
        answer = office().post(PAGE, {"step": "file", "file": as_csv([ROWS[1], row, ROWS[1]])})
    assert answer.status_code == 422
    assert f"第 3 行：{words}" in text(answer)
    assert "第 4 行：2027年2月6日重复。" in text(answer)
    assert answer.context["preview"] is None


@pytest.mark.parametrize(
    ("day", "off", "why"),
    [
        ("2027-12-31", "放假", ""),
        ("2028-01-01", "放假", "2028年1月1日：日期应在2000年1月1日至2027年12月31日之间：放假安排最多提前一年公布。"),
        ("2027-02-19", "上班", "2027年2月19日：这一天是周五，本来就上班；只有周六、周日才有调休上班。"),
        ("2027-02-20", "上班", ""),
    ],
)
def test_no_file_brings_in_what_cannot_be_entered_by_hand(day: str, off: str, why: str) -> None:
    rows = json.dumps([{"day": day, "off": off, "name": "示例节"}])
    sent = {"step": "rows", "rows": rows, "source": "文件导入", "reason": "国办发明电〔2026〕1号"}
    with on(DAY):
        client = office()
        looked = client.post(PAGE, {"step": "file", "file": as_csv([[day, off, "示例节"]])})
        assert (looked.status_code, looked.context["problems"]) == ((422, [why]) if why else (200, []))
        taken = client.post(PAGE, sent)
        assert taken.status_code == (422 if why else 302)
        assert why in text(taken)
    assert Holiday.objects.filter(day=day).exists() is not bool(why)


READ = [
    *(({"日期": day}, date(2027, 1, 1)) for day in ("2027-01-01", "2027/1/1", "2027.01.1", "2027年1月1日", "20270101")),
    *(({"日期": day}, date(2027, 1, 1)) for day in (date(2027, 1, 1), datetime(2027, 1, 1, 8))),
    *(({"日期": day}, None) for day in ("1999-12-31", "2201-01-01", "1.1.2027", "", None, 46023)),
    ({"日期": "2000-01-01"}, date(2000, 1, 1)),
    ({"日期": "2200-12-31"}, date(2200, 12, 31)),
    *(({"性质": word}, True) for word in ("放假", "休息", "TRUE", "Off", True)),
    *(({"性质": word}, False) for word in ("上班", "调休上班", "false", False)),
    *(({"性质": word}, None) for word in ("", None, "0", "调休")),
    *(({"名称": name}, name.strip()) for name in ("元", "节" * 60, " 元旦 ")),
    *(({"名称": name}, None) for name in ("", "节" * 61, None, "\x00")),
]


@pytest.mark.parametrize(("changed", "value"), READ)
def test_a_row_is_read_or_named_as_wrong(changed: dict[str, Any], value: Any) -> None:
    days, problems = checked([(7, {"日期": "2027-01-01", "性质": "放假", "名称": "元旦", **changed})])
    if value is None:
        assert not days
        assert [each.startswith("第 7 行：") for each in problems] == [True]
        return
    assert problems == []
    assert value in list(days[0])


def test_rows_keep_their_numbers_and_their_order_and_there_is_a_limit_to_them() -> None:
    def row(day: date) -> dict[str, Any]:
        return {"日期": day, "性质": "放假", "名称": "节"}

    many = [(number, row(date(2027, 1, 1) + timedelta(days=number))) for number in range(801)]
    assert len(checked(many[:800])[0]) == 800
    with pytest.raises(Unreadable, match="超过 800 行"):
        checked(many)
    days, problems = checked([(2, row(date(2027, 1, 2))), (5, row(date(2027, 1, 1))), (9, row(date(2027, 1, 2)))])
    assert [each.day for each in days] == [date(2027, 1, 1), date(2027, 1, 2)]
    assert problems == ["第 9 行：2027年1月2日重复。"]
    with pytest.raises(Unreadable, match="没有数据行"):
        checked([])


def test_columns_go_by_their_names_and_empty_rows_are_left_out() -> None:
    table = "\ufeffNAME,备注,Off,Day\n元旦,x,放假,2027-01-01\n,,,\n春节,,也许,2027-02-06\n"
    days, problems = read_holidays(SimpleUploadedFile("2027.CSV", table.encode()))
    assert (days, problems) == (
        [PublishedDay(date(2027, 1, 1), True, "元旦")],
        ["第 4 行：性质“也许”不对，请填“放假”或“上班”。"],
    )
    keyed = [{"DAY": "2027-01-01", "off": True, "Name": "元旦", "note": 1}, {"day": "x", "off": True, "name": "y"}]
    days, problems = read_holidays(SimpleUploadedFile("2027.json", json.dumps(keyed).encode("utf-8-sig")))
    assert days == [PublishedDay(date(2027, 1, 1), True, "元旦")]
    assert problems == ["第 2 行：日期“x”不对，请写成 2027-01-01。"]
    for name, content, words in (
        ("a.csv", "日期,性质\n2027-01-01,放假".encode(), "第一行应写明"),
        ("a.csv", b"", "没有数据行"),
        ("a.json", b"[1]", "JSON 应为一个数组"),
        ("a.txt", b"x", "请选择 Excel"),
        ("a.csv", b"0" * (1024 * 1024 + 1), "超过 1 MB"),
    ):
        with pytest.raises(Unreadable, match=words):
            read_holidays(SimpleUploadedFile(name, content))


HOSTILE = {
    "empty": SimpleUploadedFile("a.csv", b" "),
    "no table": SimpleUploadedFile("a.csv", "姓名,电话\n张,1".encode()),
    "no workbook": SimpleUploadedFile("a.xlsx", b"PK\x03\x04" + b"\x00" * 60),
    "no list": SimpleUploadedFile("a.json", b'{"day": 1}'),
    "deep": SimpleUploadedFile("a.json", b"[" * 100_000),
    "other": SimpleUploadedFile("a.exe", b"MZ"),
    "nul": SimpleUploadedFile("a.csv", "日期,性质,名称\n\x00,\x00,\x00".encode()),
    "too many": SimpleUploadedFile("a.csv", ("日期,性质,名称\n" + "2027-01-01,放假,元旦\n" * 900).encode()),
    "too large": SimpleUploadedFile("a.csv", b"0" * (1024 * 1024 + 1)),
}


@pytest.mark.parametrize("file", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_table_is_refused_in_words(file: SimpleUploadedFile) -> None:
    with on(DAY):
        answer = office().post(PAGE, {"step": "file", "file": file})
    assert (answer.status_code, list(answer.context["file"].errors)) == (422, ["file"])
    assert not Holiday.objects.filter(day__year=2027).exists()


@pytest.mark.parametrize("rows", ["", "[", "[[]]", '[{"day": "x"}]', "7", '[{"day": 5, "off": [], "name": {}}]'])
def test_rows_somebody_changed_on_the_way_import_nothing(rows: str) -> None:
    with on(DAY):
        answer = office().post(PAGE, {"step": "rows", "rows": rows, "reason": "x"})
    assert answer.status_code == 422


def test_a_source_somebody_made_up_is_a_file_and_the_library_s_year_is_that_year_alone() -> None:
    rows = json.dumps([{"day": "2027-01-01", "off": "放假", "name": "元旦"}])
    with on("2026-12-01"):
        client = office()
        sent = {"step": "rows", "rows": rows, "source": "国务院", "reason": "国办发明电〔2026〕1号"}
        assert client.post(PAGE, sent).url == "/holidays/?year=2027"
        looked = client.post(PAGE, {"step": "library", "year": "2025"})
        assert {day["day"][:4] for day in json.loads(carried(looked))} == {"2025"}
        assert looked.context["rows"].initial["source"] == SOURCE
        shown = client.get(PAGE).context
        years = [year for year, _words in shown["library"].fields["year"].choices if year]
        assert [int(year) for year in years] == sorted({each.day.year for each in published_days()}, reverse=True)
        assert shown["preview"] is None
    assert Holiday.objects.get(day=date(2027, 1, 1)).source == "文件导入"


def test_full_width_signs_are_understood() -> None:
    with on(DAY):
        looked = office().post(PAGE, {"step": "file", "file": as_csv([["２０２７－０１－０１", "放假", "元旦"]])})
    assert "2027年1月1日" in text(looked)


def test_the_library_shows_what_staff_had_changed() -> None:
    Holiday.objects.filter(day="2026-10-01").update(name="改过的名称")
    Holiday.objects.create(day=date(2026, 7, 1), off=True, name="本地安排")
    with on(DAY):
        client = office()
        looked = client.post(PAGE, {"step": "library", "year": "2026"})
        assert "改过的名称" in text(looked)
        assert "另有 1 天只在现有安排里，保留不动" in text(looked)
        rows = {"step": "rows", "rows": carried(looked), "source": "国务院办公厅放假安排", "reason": "恢复公布的名称"}
        assert client.post(PAGE, rows).status_code == 302
    assert Holiday.objects.get(day="2026-10-01").name == "国庆节"
    assert Holiday.objects.filter(day="2026-07-01").exists()


@pytest.mark.parametrize("role", [Role.LEADER, Role.APPLICANT, Role.ADMIN])
def test_only_the_office_imports(role: str) -> None:
    person = make.applicant_of(make.organisation()) if role == Role.APPLICANT else make.user(role)
    with on(DAY):
        assert signed_in(person).get(PAGE).status_code == 403


def test_an_import_says_what_it_changes_leaves_alone_and_finds_the_same() -> None:
    for day, off, name in (
        (date(2027, 1, 1), True, "元旦"),
        (date(2027, 3, 8), True, "本地"),
        (date(2027, 2, 7), True, "春节"),
    ):
        Holiday.objects.create(day=day, off=off, name=name, source="市科协维护")
    days = [
        PublishedDay(date(2027, 2, 20), False, "春节调休上班"),
        PublishedDay(date(2027, 1, 1), True, "元旦"),
        PublishedDay(date(2027, 2, 7), True, "除夕"),
    ]
    found = preview(days)
    assert [(each.after, each.before and each.before.name, each.new) for each in found.changes] == [
        (days[2], "春节", False),
        (days[0], None, True),
    ]
    assert ([each.name for each in found.only_here], found.same) == (["本地"], 1)
    officer = make.acting(make.user(Role.MUNICIPAL), DAY)
    given = {"actor": officer, "days": days, "source": "文件导入", "reason": " 国办发明电〔2026〕1号 "}
    assert import_holidays(**given) == found
    entry = Entry.objects.get(event="holiday.imported")
    assert (entry.object, entry.clause, entry.reason) == ("holidays:2027", "5.3-annual", "国办发明电〔2026〕1号")
    assert entry.data == {
        "source": "文件导入",
        "changes": [
            {"day": "2027-02-07", "off": True, "name": "除夕", "new": False},
            {"day": "2027-02-20", "off": False, "name": "春节调休上班", "new": True},
        ],
    }
    rows = Holiday.objects.filter(day__year=2027).values_list("day", "off", "name", "source")
    assert list(rows) == [
        (date(2027, 1, 1), True, "元旦", "市科协维护"),
        (date(2027, 2, 7), True, "除夕", "文件导入"),
        (date(2027, 2, 20), False, "春节调休上班", "文件导入"),
        (date(2027, 3, 8), True, "本地", "市科协维护"),
    ]
    with pytest.raises(RuleViolation, match="没有需要导入的内容"):
        import_holidays(**given)
    with pytest.raises(RuleViolation, match="由市科协学会部维护"):
        import_holidays(**given | {"actor": make.acting(make.user(Role.LEADER), DAY)})


# Hints and warnings ---------------------------------------------------------------------------------------------------

HINTS = {
    "2026-10-01": "2026年10月1日（周四）是放假（国庆节），指定的日期不会顺延；"
    "其后第一个工作日是2026年10月8日（周四）。",
    "2026-11-28": "2026年11月28日（周六）是休息日，指定的日期不会顺延；其后第一个工作日是2026年11月30日（周一）。",
    "2026-11-27": "",
    "2027-05-03": "2027 年放假安排尚未录入，只能按周六、周日判断。",
    "2027-05-01": "2027年5月1日（周六）是休息日，指定的日期不会顺延；其后第一个工作日是2027年5月3日（周一）。"
    "2027 年放假安排尚未录入，只能按周六、周日判断。",
    "0001-01-01": "",
    "9999-12-31": "",
    "": "",
    "昨天": "",
}


@pytest.mark.parametrize(("day", "hint"), HINTS.items())
def test_a_holiday_is_pointed_out_while_it_is_typed(day: str, hint: str) -> None:
    with on(DAY):
        answer = signed_in(make.district("210211")).get("/holidays/hint/", {"day": day})
    assert answer.json() == {"hint": hint}


def test_every_deadline_of_staff_asks_for_the_hint() -> None:
    application = make.carried_to("initial_returned")
    with on("2027-06-02"):
        client = office()
        for address in ("/applications/calls/new/", f"/applications/{application.number}/extend/"):
            assert "data-deadline" in text(client.get(address))
        told = client.post(f"/applications/{application.number}/extend/", {"correct_by": "2027-06-19", "reason": "x"})
        assert told.status_code == 302
        assert "2027年6月19日（周六）是休息日" in text(client.get(told.url))


WARNED = [
    ("2026-10-31", None, []),
    ("2026-10-31", 2027, []),
    ("2026-11-01", None, []),
    ("2026-11-01", 2027, [2027]),
    ("2026-12-01", None, [2027]),
    ("2027-03-01", None, [2027]),
    ("2027-11-01", 2028, [2027, 2028]),
]


@pytest.mark.parametrize(("today", "call", "years"), WARNED)
def test_the_office_is_warned_of_years_deadlines_run_into(today: str, call: int | None, years: list[int]) -> None:
    if call:
        Call.objects.create(year=call, **make.days_of(call), edition="x", standard_quota=5, quota=5)
    assert holidays_to_enter(date.fromisoformat(today)) == years
    with on(today):
        shown = text(office().get("/home/"))
        assert ("放假安排尚未录入" in shown) is bool(years)
        assert "放假安排尚未录入" not in text(signed_in(make.user(Role.LEADER)).get("/home/"))


def test_a_correction_and_a_report_that_fall_into_the_coming_year_warn_as_a_call_does() -> None:
    day = date(2027, 11, 15)
    Holiday.objects.create(day=date(2027, 1, 1), off=True, name="元旦")
    application = make.application_begun()
    assert holidays_to_enter(day) == []
    for correct_by, years in ((date(2027, 12, 31), []), (date(2028, 1, 1), [2028])):
        type(application).objects.filter(pk=application.pk).update(correct_by=correct_by)
        assert holidays_to_enter(day) == years
    type(application).objects.filter(pk=application.pk).update(correct_by=None)
    base = bases.licensed("2027-04-20", 1)
    for run_on, years in (("2027-09-30", []), ("2027-10-01", [2028])):
        bases_daily.run(bases.system(run_on))
        assert base.obligations.filter(due_on__year=2028).exists() is bool(years)
        assert holidays_to_enter(day) == years
