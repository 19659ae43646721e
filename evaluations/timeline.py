"""What happened to an evaluation, a request or a case, told from the ledger and from the rows themselves."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from bases.naming import party
from evaluations.actions.naming import about_evaluation, about_renewal, about_withdrawal
from evaluations.models import Evaluation, Renewal, Withdrawal
from haizhi_portal.audit.models import Entry
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.grading import RESULT_LABELS


@dataclass(frozen=True, slots=True)
class Event:
    """One line: the day it took effect, what happened, the words that went with it, and in which role."""

    on: date
    title: str
    body: str = ""
    who: str = ""


def evaluation_events(evaluation: Evaluation, *, inner: bool) -> list[Event]:
    """Newest first; ``inner`` includes what only the office reads: the opening, the scoring."""
    titles = {
        "evaluation.announced": _("告知结果"),
        "evaluation.review_requested": _("申请复核"),
        "evaluation.reviewed": _("复核决定"),
        "evaluation.final": _("结果生效"),
    } | (_INNER if inner else {})
    told = [
        Event(
            entry.on,
            titles[entry.event],
            "\n".join(filter(None, (_score_said(entry), entry.reason))),
            party(entry.role),
        )
        for entry in _entries(about_evaluation(evaluation)["object"], titles)
    ]
    if inner:
        told.insert(0, Event(evaluation.opened_on, _("建立评估，汇集佐证")))
    return told[::-1]


_INNER = {
    "evaluation.scored": "提交评分",
    "evaluation.exemption_prepared": "提议免予评估",
    "evaluation.exemption_refused": "不同意免予评估",
}


def _score_said(entry: Entry) -> str:
    result = RESULT_LABELS.get(entry.data.get("result", ""), "")
    score = entry.data.get("score")
    return "，".join(filter(None, (result, "" if score is None else _("%(score).2f 分") % {"score": score})))


def renewal_events(renewal: Renewal, *, inner: bool) -> list[Event]:
    """Newest first; the office's assessment is told only with ``inner``.

    Requests for one term share the ledger's object: each begins with its own submission.
    """
    titles = {
        "renewal.submitted": _("提交续期申请"),
        "renewal.paper_received": _("收到盖章的纸质申请"),
        "renewal.returned": _("退回修改"),
        "renewal.resubmitted": _("重新提交"),
        "renewal.withdrawn": _("撤回"),
        "renewal.passed": _("决定：通过"),
        "renewal.failed": _("决定：未通过"),
    } | ({"renewal.prepared": _("提出考核意见")} if inner else {})
    place = Renewal.objects.filter(term=renewal.term, pk__lt=renewal.pk).count()
    mine = _turn(_entries(about_renewal(renewal)["object"], titles), "renewal.submitted", place)
    return [Event(each.on, _later(each, titles[each.event]), each.reason, party(each.role)) for each in reversed(mine)]


def _later(entry: Entry, title: str) -> str:
    """The title, and the day the paper came where that was before the day it was registered."""
    received_on = entry.data.get("received_on")
    if received_on is None or received_on == entry.data.get("registered_on"):
        return title
    return _("补登：%(day)s%(title)s") % {"day": said(date.fromisoformat(received_on)), "title": title}


def withdrawal_events(withdrawal: Withdrawal, *, inner: bool) -> list[Event]:
    """Newest first; all but the decision is told only with ``inner``.

    Cases against one base share the ledger's object: each begins with its own opening.
    """
    titles = {
        "withdrawal.opened": _("立案"),
        "withdrawal.prepared": _("拟定事实与理由"),
        "withdrawal.confirmed": _("决定取消资格"),
        "withdrawal.closed": _("结案，不取消资格"),
    }
    place = Withdrawal.objects.filter(base=withdrawal.base, pk__lt=withdrawal.pk).count()
    mine = _turn(_entries(about_withdrawal(withdrawal)["object"], titles), "withdrawal.opened", place)
    # The facts stand on the page; here what decided the case.
    bodies = {"withdrawal.opened": str(withdrawal.get_ground_display()), "withdrawal.prepared": ""}
    return [
        Event(each.on, titles[each.event], bodies.get(each.event, each.reason), party(each.role))
        for each in reversed(mine)
        if inner or each.event == "withdrawal.confirmed"
    ]


def _turn(entries: Iterable[Entry], first: str, place: int) -> list[Entry]:
    """The entries of one of the matters that share an object of the ledger: each begins with ``first``."""
    turns: list[list[Entry]] = []
    for entry in entries:
        if entry.event == first or not turns:
            turns.append([])
        turns[-1].append(entry)
    return turns[place] if place < len(turns) else []


def _entries(object_name: str, events: Iterable[str]) -> list[Entry]:
    return list(Entry.objects.filter(object=object_name, event__in=list(events)).order_by("seq"))
