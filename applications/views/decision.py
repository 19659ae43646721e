"""From the ranking to the plaques: the list is prepared by an officer, settled by the leader, then awarded."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from applications import rules
from applications.actions import award as award_actions
from applications.actions import decision as decision_actions
from applications.forms.decision import ListForm, WithdrawDecisionForm
from applications.models import Application, Call, Decision, DecisionList
from applications.queries import awaiting_award, decision_lists_visible_to, seats_left
from applications.ranking import Ranked, ranked
from applications.views.finding import typed_name
from haizhi_portal.accounts.answers import as_refusal, ask_once, confirmed, page, placed, revising, typed, unread
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.stored import figures_on
from haizhi_portal.policy.terms import first_term
from haizhi_portal.policy.verdict import Conflict, RuleViolation

State = Application.State
Answer = HttpResponse | RuleViolation


@dataclass(slots=True)
class Row:
    """One line of the ranking: the place, what is proposed of it, and whether the seats end below it."""

    ranked: Ranked
    last_seat: bool
    approve: Any = None
    reason: Any = None
    proposed: Decision | None = None


@entry("municipal", "leader")
def decision(request: PortalRequest, year: int) -> HttpResponse:
    """The ranking with its spread and opinions, the line at the seats left, the list, and the award."""
    call = get_object_or_404(Call, year=year)
    rows = ranked(call)
    undecided = [row for row in rows if row.application.state == State.CERTIFICATION]
    proposal = decision_lists_visible_to(request.user).filter(call=call, settled_on__isnull=True).first()
    form = _list_form(request, undecided, proposal)
    withdrawing = request.POST.get("number", "") if request.POST.get("act") == "withdraw" else ""
    withdraw_form = WithdrawDecisionForm(request.POST if withdrawing else None, auto_id=f"%s-{withdrawing}")
    violation = unread(request, [name for name, role in ACTS if role == request.user.role])
    act = ACTS.get((request.POST.get("act", ""), request.user.role))
    if act is not None and not revising(request):
        answer = act(request, call, form if act is _prepare else withdraw_form, proposal)
        if isinstance(answer, HttpResponse):
            return answer
        violation = answer
        if isinstance(violation, Conflict):
            rows = ranked(call)
            undecided = [row for row in rows if row.application.state == State.CERTIFICATION]
            proposal = decision_lists_visible_to(request.user).filter(call=call, settled_on__isnull=True).first()
    context = _context(request, call, rows, undecided, proposal, form, withdraw_form)
    return page(request, "applications/decision.html", context, forms_shown=[form, withdraw_form], violation=violation)


def _list_form(request: PortalRequest, undecided: list[Ranked], proposal: DecisionList | None) -> ListForm:
    """What was just typed, else the proposal as it stands; without one nothing is ticked beforehand."""
    numbers = [row.application.number for row in undecided]
    initial: dict[str, Any] = {}
    if proposal is not None:
        for each in proposal.decisions.filter(withdrawn_on__isnull=True).select_related("application"):
            initial[f"approve-{each.application.number}"] = each.outcome == Decision.Outcome.APPROVE
            initial[f"reason-{each.application.number}"] = each.reason
    data = request.POST if request.POST.get("act") == "prepare" else None
    return ListForm(data, numbers=numbers, initial=initial)


def _prepare(request: PortalRequest, call: Call, form: Any, proposal: DecisionList | None) -> Answer | None:
    if not form.is_valid():
        return None
    chosen = list(call.applications.filter(number__in=form.approved()).select_related("organisation"))
    if not confirmed(request) and rules.can_prepare_list(actor_of(request), call):
        try:
            decision_actions.check_list(call=call, approve=chosen, reasons=form.reasons())
        except RuleViolation as refused:
            if refused.code != "reason_missing":
                return placed(refused, form, prefix="reason-")
            for problem in decision_actions.reasons_missing(call=call, approve=chosen, reasons=form.reasons()):
                form.add_error(f"reason-{problem.field}", str(RuleViolation(clause=refused.clause, message=problem)))
            return None
        return ask_once(
            request,
            title=_("拟定认定名单"),
            button=_("提交领导审定"),
            effects=_preparing(call, form, chosen),
            facts=[(number, words) for number, words in form.reasons().items()],
            trail=_trail(call),
        )
    try:
        decision_actions.prepare_list(actor=actor_of(request), call=call, approve=chosen, reasons=form.reasons())
    except RuleViolation as refused:
        return placed(refused, form, prefix="reason-")
    messages.success(request, _("名单已拟定，等待领导审定。"))
    return redirect("applications:decision", year=call.year)


def _settle(request: PortalRequest, call: Call, form: Any, proposal: DecisionList | None) -> Answer | None:
    if proposal is None:
        return Conflict(clause="4.3-decision", message=_("名单已经审定或已撤回，请看下面的最新情况。"))
    if not confirmed(request) and rules.can_settle_list(actor_of(request), proposal):
        return ask_once(
            request,
            title=_("审定认定名单"),
            button=_("审定"),
            effects=_settling(proposal),
            trail=_trail(call),
            official=True,
        )
    version = request.POST.get("version", "")
    try:
        decision_actions.settle_list(
            actor=actor_of(request),
            decision_list=proposal,
            expected_version=int(version) if re.fullmatch(r"[0-9]{1,9}", version) else None,
        )
    except RuleViolation as refused:
        return refused
    messages.success(request, _("名单已审定，可以发文授牌。"))
    return redirect("applications:decision", year=call.year)


def _withdraw(request: PortalRequest, call: Call, form: Any, proposal: DecisionList | None) -> Answer | None:
    found = get_object_or_404(
        Decision.objects.select_related("application__call", "application__organisation", "list"),
        list__call=call,
        application__number=typed_name(request.POST.get("number", "")),
        settled_on__isnull=False,
        withdrawn_on__isnull=True,
    )
    if not form.is_valid():
        return None
    if not confirmed(request) and rules.can_withdraw_decision(actor_of(request), found):
        title = _("撤销认定决定")
        return ask_once(
            request,
            title=title,
            button=title,
            effects=[
                _("%(name)s不再列入名单，席位空出。") % {"name": found.application.organisation.name},
                _("申报回到等待决定的状态，可以另行拟定补充名单。"),
                _("申报单位和市科协学会部收到通知，理由原样告知。"),
            ],
            facts=[(_("撤销理由"), form.cleaned_data["reason"])],
            trail=_trail(call),
            official=True,
        )
    try:
        decision_actions.withdraw_decision(actor=actor_of(request), decision=found, reason=form.cleaned_data["reason"])
    except RuleViolation as refused:
        return placed(refused, form)
    messages.success(request, _("认定决定已撤销，席位已空出。"))
    return redirect("applications:decision", year=call.year)


def _award(request: PortalRequest, call: Call, form: Any, proposal: DecisionList | None) -> Answer | None:
    if not confirmed(request) and rules.can_award(actor_of(request), call):
        return ask_once(
            request,
            title=_("发文并授牌"),
            button=_("发文并授牌"),
            effects=_awarding(call, request),
            trail=_trail(call),
            official=True,
        )
    try:
        bases = award_actions.award(actor=actor_of(request), call=call)
    except RuleViolation as refused:
        return refused
    messages.success(request, _("%(count)d 个基地已授牌，文书正在制作。") % {"count": len(bases)})
    return redirect("applications:decision", year=call.year)


ACTS = {
    ("prepare", "municipal"): _prepare,
    ("settle", "leader"): _settle,
    ("withdraw", "leader"): _withdraw,
    ("award", "leader"): _award,
}


def _preparing(call: Call, form: ListForm, chosen: Iterable[Application]) -> list[str]:
    names = [f"{each.number} {each.organisation.name}" for each in chosen]
    return [
        _("拟列入 %(count)d 家（本年度还有 %(left)d 个名额）：%(names)s。")
        % {"count": len(names), "left": seats_left(call), "names": "；".join(names) or _("无")},
        _("其余 %(count)d 家拟不列入。") % {"count": len(form.numbers) - len(names)},
        _("市科协领导收到通知。审定之前可以重新拟定；拟定人不能审定。"),
    ]


def _settling(proposal: DecisionList) -> list[str]:
    decisions = list(proposal.decisions.filter(withdrawn_on__isnull=True).select_related("application__organisation"))
    chosen = [each for each in decisions if each.outcome == Decision.Outcome.APPROVE]
    declined = [each for each in decisions if each.outcome == Decision.Outcome.DECLINE]
    return [
        _("列入名单 %(count)d 家，各占用一个本年度名额：%(names)s。") % {"count": len(chosen), "names": _names(chosen)},
        _("不列入 %(count)d 家，本年度申报到此结束，理由原样告知：%(names)s。")
        % {"count": len(declined), "names": _names(declined)},
        _("上述单位全部收到通知。批复、证书和牌匾在下一步“发文并授牌”时产生。"),
        _("授牌之前可以说明理由撤销某一家；不列入的不能恢复。"),
    ]


def _names(decisions: Iterable[Decision]) -> str:
    return "；".join(each.application.organisation.name for each in decisions) or _("无")


def _awarding(call: Call, request: PortalRequest) -> list[str]:
    span = first_term(request.today, figures_on(request.today))
    waiting = awaiting_award(call)
    return [
        _("发出一份认定通知，今天（%(day)s）为批准之日，取号后不能收回。") % {"day": said(request.today)},
        _("下列 %(count)d 家各得一份批复、一份证书和一块牌匾：%(names)s。")
        % {"count": len(waiting), "names": "；".join(each.organisation.name for each in waiting)},
        _("有效期至%(last)s（含当日）。") % {"last": said(span.expires_on)},
        _("基地列入公开名录，任何人都能查到；单位收到通知，季度和年度报送义务随之产生。"),
    ]


def _trail(call: Call) -> list[tuple[object, str]]:
    return [
        (call, reverse("applications:call", args=[call.year])),
        (_("名单与授牌"), reverse("applications:decision", args=[call.year])),
    ]


def _context(
    request: PortalRequest,
    call: Call,
    rows: list[Ranked],
    undecided: list[Ranked],
    proposal: DecisionList | None,
    form: ListForm,
    withdraw_form: WithdrawDecisionForm,
) -> dict[str, Any]:
    actor, left = actor_of(request), seats_left(call)
    officer = request.user.role == "municipal"
    round_ = getattr(call, "round", None)
    proposed = (
        {each.application_id: each for each in proposal.decisions.filter(withdrawn_on__isnull=True)} if proposal else {}
    )
    may_prepare = rules.can_prepare_list(actor, call) if officer else None
    lines = []
    for place, row in enumerate(undecided, start=1):
        line = Row(row, last_seat=place == left and place < len(undecided), proposed=proposed.get(row.application.pk))
        if may_prepare:
            line.approve = form[f"approve-{row.application.number}"]
            line.reason = form[f"reason-{row.application.number}"]
        lines.append(line)
    settled = Decision.objects.filter(list__call=call, settled_on__isnull=False).select_related(
        "application__organisation", "application__base", "list__settled_by", "list__prepared_by"
    )
    settled = settled.order_by("-settled_on", "rank")
    may_settle = rules.can_settle_list(actor, proposal) if proposal and not officer else None
    return {
        "call": call,
        "round": round_,
        "round_closed": bool(round_ and round_.closed_on),
        "officer": officer,
        "leader": request.user.role == "leader",
        "rows": lines,
        "left": left,
        "taken": call.quota - left,
        "proposal": proposal,
        "form": form,
        "may_prepare": may_prepare,
        "may_settle": may_settle,
        "blocked_settling": as_refusal(may_settle) if may_settle is not None else None,
        "blocked_preparing": as_refusal(may_prepare) if may_prepare is not None else None,
        "may_award": rules.can_award(actor, call) if not officer else None,
        "awaiting": awaiting_award(call),
        "settled": settled,
        "set_aside": call.applications.filter(set_aside_on__isnull=False)
        .select_related("organisation")
        .order_by("number"),
        "withdraw_form": withdraw_form,
        "withdrawing": request.POST.get("number", "") if withdraw_form.is_bound else "",
        "typed": _reasons_gone(request, lines) + _withdrawal_gone(request, settled, withdraw_form),
        "seats": call.seats.select_related("application__organisation").order_by("number", "pk"),
    }


def _reasons_gone(request: PortalRequest, lines: list[Row]) -> list[tuple[Any, Any]]:
    """The reasons typed for a list whose fields are there no more: it was settled meanwhile."""
    if request.POST.get("act") != "prepare":
        return []
    there = {line.reason.html_name for line in lines if line.reason is not None}
    sent = [(name, str(words).strip()) for name, words in request.POST.items() if name.startswith("reason-")]
    return [(name.removeprefix("reason-"), words) for name, words in sent if words and name not in there]


def _withdrawal_gone(
    request: PortalRequest, settled: Iterable[Decision], form: WithdrawDecisionForm
) -> list[tuple[Any, Any]]:
    """The reason typed for taking a decision back that cannot be taken back any more."""
    number = request.POST.get("number", "")
    there = any(
        each.application.number == number and each.withdrawn_on is None and each.application.state == State.APPROVED
        for each in settled
    )
    return [] if there else typed(form)
