"""The list of applications as an Excel file, written row by row (`4.1-annual`)."""

from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from applications.exports.cells import cell, head, without_identity
from applications.exports.work import Work
from applications.models import Application, Submission
from applications.printing import in_words
from applications.queries import submissions_visible_to, with_copies
from applications.rules import correction_day
from applications.sections import SECTIONS, Field
from applications.standing import state_words
from applications.versions import shown
from haizhi_portal.policy.identifiers import mask_id
from haizhi_portal.policy.words import KIND_LABELS, LEVEL_LABELS, route_label

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Column = tuple[str, int, Callable[[Any, Work], Any]]
# Heading, width in characters, and what stands there.
COLUMNS: tuple[Column, ...] = (
    (gettext_noop("申报编号"), 12, lambda row, work: row.number),
    (gettext_noop("年度"), 8, lambda row, work: row.call.year),
    (gettext_noop("申报单位"), 34, lambda row, work: row.organisation.name),
    (gettext_noop("统一社会信用代码"), 22, lambda row, work: row.organisation.credit_code),
    (gettext_noop("单位性质"), 12, lambda row, work: str(KIND_LABELS[row.organisation.kind])),
    (gettext_noop("隶属关系"), 10, lambda row, work: str(LEVEL_LABELS[row.organisation.level])),
    (gettext_noop("所在辖区"), 14, lambda row, work: row.organisation.jurisdiction.name),
    (gettext_noop("报送去向"), 18, lambda row, work: route_label(row.route) if row.route else ""),
    (gettext_noop("状态"), 16, lambda row, work: state_words(row, work.actor.today)),
    (gettext_noop("首次提交时间"), 18, lambda row, work: row.submitted_at),
    (gettext_noop("现行版本"), 10, lambda row, work: row.versions),
    (gettext_noop("补正截止日"), 12, lambda row, work: correction_day(row)),
    (gettext_noop("辖区同意日期"), 13, lambda row, work: row.endorsed_on),
    (gettext_noop("初审通过日期"), 13, lambda row, work: row.initial_passed_on),
    (gettext_noop("盖章纸质材料份数"), 16, lambda row, work: row.copies),
    (gettext_noop("进入认证日期"), 13, lambda row, work: row.entered_round_on),
    (gettext_noop("列入名单日期"), 13, lambda row, work: row.approved_on),
    (gettext_noop("办结日期"), 12, lambda row, work: row.ended_on),
    (gettext_noop("办结理由"), 40, lambda row, work: without_identity(row.end_reason)),
)


def write_table(work: Work) -> tuple[str, str]:
    """Write the sheets to the work's place; the file's name and content type."""
    book = Workbook(write_only=True)
    book.properties.creator = _("大连市科协海智工作基地门户")
    listed = _sheet(book, _("申报清单"), [(_(title), width) for title, width, _value in COLUMNS])
    asked = [(section, field) for section in SECTIONS.values() for field in section.fields]
    titles = [(f"{_(section.title)}：{_(field.label)}", 36) for section, field in asked]
    filled = _sheet(book, _("填报内容"), [(_("申报编号"), 12), (_("申报单位"), 34), (_("版本"), 8), *titles])
    done = 0
    for piece in work.pieces():
        rows = _in_order(piece, work)
        contents = _contents(work, rows)
        for row in rows:
            listed.append([cell(listed, value(row, work)) for _title, _width, value in COLUMNS])
            _append_answers(filled, row, contents.get(row.pk), asked)
        done += len(rows)
        work.pulse(done)
    _append_notes(book, work, done)
    book.save(work.path)
    day = work.actor.today.isoformat()
    return _("申报清单-%(day)s.xlsx") % {"day": day}, CONTENT_TYPE


def _sheet(book: Workbook, title: str, columns: list[tuple[str, int]]) -> Any:
    sheet = book.create_sheet(title)
    for place, (_words, width) in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "B2"
    sheet.append([head(sheet, words) for words, _width in columns])
    return sheet


def _in_order(piece: QuerySet[Application], work: Work) -> list[Any]:
    """The applications with their current version and its stamped copies, in the order of the list."""
    newest = Submission.objects.filter(application=OuterRef("pk")).order_by("-version")
    rows = with_copies(piece).annotate(
        current=Subquery(newest.values("pk")[:1]), versions=Subquery(newest.values("version")[:1])
    )
    place = {pk: index for index, pk in enumerate(work.job.selection)}
    return sorted(rows, key=lambda row: place[row.pk])


def _contents(work: Work, rows: list[Any]) -> dict[int, dict[str, Any]]:
    """What was submitted, by application: never what a unit is still changing."""
    current = [row.current for row in rows if row.current]
    found = submissions_visible_to(work.actor.user).filter(pk__in=current)
    return dict(found.values_list("application_id", "content"))


def _append_answers(sheet: Any, row: Any, content: dict[str, Any] | None, asked: list[Any]) -> None:
    if content is None:
        return
    answers = content["answers"]
    values = [in_a_cell(field, answers.get(section.key, {}).get(field.key)) for section, field in asked]
    sheet.append([cell(sheet, value) for value in (row.number, row.organisation.name, row.versions, *values)])


def in_a_cell(field: Field, value: Any) -> Any:
    """An answer as one cell: numbers as numbers, a table line by line, identity and telephone numbers masked."""
    if field.kind == "integer" and isinstance(value, int) and not isinstance(value, bool):
        return value
    if field.kind == "rows":
        rows = value if isinstance(value, list) else []
        return without_identity("\n".join(" | ".join(in_words(field.columns, row)) for row in rows))
    if field.kind == "rich":
        return without_identity("\n".join(_lines_of(str(value or ""))))
    if field.kind == "mobile":
        return mask_id(str(value)) if value else ""
    return without_identity(shown(value))


def _lines_of(html: str) -> Iterator[str]:
    broken = html.replace("</p>", "</p>\n").replace("</li>", "</li>\n").replace("<br>", "<br>\n")
    return (line.strip() for line in unescape(strip_tags(broken)).splitlines() if line.strip())


def _append_notes(book: Workbook, work: Work, count: int) -> None:
    sheet = _sheet(book, _("导出说明"), [(_("事项"), 18), (_("内容"), 80)])
    filters = "；".join(f"{key}：{value}" for key, value in work.job.filters.items()) or _("无")
    for pair in (
        (_("导出人"), work.actor.user.name),
        (_("申请时间"), work.job.asked_at),
        (_("筛选条件"), filters),
        (_("申报项数"), count),
        (_("导出编号"), work.job.public_id),
        (
            _("说明"),
            _("只含导出人当前可以查看的申报；填报内容取最近一次提交的版本；身份证件号码和手机号码已遮挡部分数字。"),
        ),
        (_("保管"), _("本次导出已记入台账。请按个人信息保护要求保管，用后删除。")),
    ):
        sheet.append([cell(sheet, value) for value in pair])
