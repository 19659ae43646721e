"""What happened to a base, told from the ledger."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from bases.models import Base, Term
from bases.naming import party, period_title, renewal_object
from haizhi_portal.audit.models import Entry
from haizhi_portal.policy.dates_said import said_range

SHOWN = 60
Words = Callable[[dict[str, Any]], tuple[str, str]]
RESULTS = {"excellent": "优秀", "qualified": "合格", "unqualified": "不合格", "exempt": "免评"}
GROUNDS = {"two_failures": "连续两年评估不合格", "false_statements": "弄虚作假"}

_CASE_ENDS = ("withdrawal.confirmed", "withdrawal.closed")


@dataclass(frozen=True, slots=True)
class Event:
    """One line: the day it took effect, what happened, details, and in which role somebody did it."""

    on: date
    title: str
    body: str
    who: str


def events_of(base: Base) -> list[Event]:
    """The newest first, without the beginnings of reports and the inner work on documents and records."""
    entries = Entry.objects.filter(base=base.number, event__in=_WORDS).order_by("-on", "-seq")[:SHOWN]
    return [_told(entry) for entry in entries]


@dataclass(frozen=True, slots=True)
class Request:
    """What became of the request to renew a term: the word for it, since when, and whether the unit has to mend it."""

    label: str
    on: date
    is_returned: bool


def request_of(base: Base, term: Term) -> Request | None:
    """The newest word of the ledger on renewing ``term``; None when nobody asked."""
    told = Entry.objects.filter(object=renewal_object(base, term), event__in=_REQUESTS)
    newest = told.order_by("-seq").first()
    if newest is None:
        return None
    return Request(_REQUESTS[newest.event], newest.on, newest.event == "renewal.returned")


def case_opened_on(base: Base) -> date | None:
    """Since when a case for withdrawing the licence is open; None when there is none."""
    told = Entry.objects.filter(base=base.number, event__in=("withdrawal.opened", *_CASE_ENDS))
    newest = told.order_by("-seq").first()
    return newest.on if newest is not None and newest.event not in _CASE_ENDS else None


def _told(entry: Entry) -> Event:
    title, body = _WORDS[entry.event](entry.data)
    return Event(entry.on, title, "\n".join(filter(None, (body, entry.reason))), party(entry.role))


def _report(verb: str) -> Words:
    def words(data: dict[str, Any]) -> tuple[str, str]:
        late = _("首次报送时已逾期。") if data.get("late") else ""
        return f"{verb}{period_title(data['kind'], data['period'])}", late

    return words


def _term(data: dict[str, Any]) -> tuple[str, str]:
    span = said_range(date.fromisoformat(data["starts_on"]), date.fromisoformat(data["expires_on"]))
    return _("第 %(number)s 期有效期确定") % data, span


def _result(verb: str) -> Words:
    def words(data: dict[str, Any]) -> tuple[str, str]:
        score = "" if data.get("score") is None else _("，%(score).2f 分") % {"score": data["score"]}
        return f"{data['year']}年度评估{verb}", f"{RESULTS.get(data.get('result', ''), '')}{score}"

    return words


def _plain(title: str) -> Words:
    return lambda data: (title, "")


_WORDS: dict[str, Words] = {
    "base.licensed": lambda data: (_("批准设立并授牌"), _("%(year)s 年度第 %(seat)s 席") % data),
    "term.started": _term,
    "term.expired": lambda data: (_("第 %(number)s 期有效期届满") % data, ""),
    "base.expired": _plain("到期终止"),
    "base.surrendered": _plain("主动退出"),
    "base.revoked": lambda data: (_("取消资格"), GROUNDS.get(data.get("ground", ""), "")),
    "report.filed": _report("报送："),
    "report.accepted": _report("通过："),
    "report.returned": _report("退回："),
    "report.cancelled": _report("取消："),
    "evaluation.announced": _result("结果告知"),
    "evaluation.review_requested": _result("申请复核"),
    "evaluation.reviewed": _result("复核决定"),
    "evaluation.final": _result("结果生效"),
    "renewal.submitted": _plain("申请续期"),
    "renewal.returned": _plain("续期申请退回修改"),
    "renewal.resubmitted": _plain("续期申请再次提交"),
    "renewal.withdrawn": _plain("撤回续期申请"),
    "renewal.passed": _plain("续期考核通过"),
    "renewal.failed": _plain("续期考核未通过"),
}
_REQUESTS = {
    "renewal.submitted": "申请中",
    "renewal.resubmitted": "申请中",
    "renewal.returned": "已退回",
    "renewal.withdrawn": "已撤回",
    "renewal.passed": "已续期",
    "renewal.failed": "不予续期",
}
