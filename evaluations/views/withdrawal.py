"""Withdrawing a qualification: the case, its preparation by an officer, the leader's decision."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from evaluations import rules
from evaluations.actions import withdrawal as actions
from evaluations.forms import AccuseForm, CloseForm, ConfirmForm, StatementForm
from evaluations.models import Withdrawal
from evaluations.queries import may_read_assessment, years_between
from evaluations.standing import withdrawal_standing
from evaluations.timeline import withdrawal_events
from evaluations.views.acting import Act, perform
from evaluations.views.evaluation import Step
from evaluations.views.finding import (
    READERS,
    base_for,
    posted,
    readable,
    tone_for,
    trail_to_base,
    trail_to_withdrawal,
    withdrawal_for,
)
from haizhi_portal.accounts.answers import page
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.deadlines import withdrawal_deadline
from haizhi_portal.policy.grading import EXEMPT
from haizhi_portal.policy.stored import figures_on
from haizhi_portal.policy.words import Role

FORMS = require_http_methods(["GET", "HEAD", "POST"])


@entry(*READERS)
@require_safe
def withdrawal(request: PortalRequest, public_id: str) -> HttpResponse:
    """Where the case stands, on what ground, what can be said against it, its history."""
    found, actor = withdrawal_for(request, public_id), actor_of(request)
    steps, inner = steps_for(actor, found), may_read_assessment(request.user)
    failed = found.base.evaluations.filter(year__in=found.years).select_related("base").order_by("year")
    standing = withdrawal_standing(found)
    context = {
        "withdrawal": found,
        "standing": standing,
        "tone": tone_for(standing, steps),
        "step": steps[0] if steps else None,
        "others": steps[1:],
        "failed": failed,
        "contest": contest_said(found),
        "inner": inner,
        "facts": _facts(found, inner=inner),
        "events": withdrawal_events(found, inner=inner),
        "document": readable(request, found.document),
    }
    return page(request, "evaluations/withdrawal.html", context)


@entry(Role.MUNICIPAL)
@FORMS
def withdrawal_open(request: PortalRequest, number: str) -> HttpResponse:
    """Open a case for false statements; two failed years open one by themselves."""
    base, actor = base_for(request, number), actor_of(request)
    form = AccuseForm(posted(request))
    confirm_by = withdrawal_deadline(request.today, figures_on(request.today))
    case = rules.open_case(base)
    act = Act(
        title=_("弄虚作假立案"),
        about=base.name,
        button=_("立案"),
        effects=[
            _("建立取消资格事项，领导应在%(day)s前（含当日）决定；决定之前资格不受影响。") % {"day": said(confirm_by)},
            _("学会部收到通知；还须拟定事实与理由，提交领导。"),
            _("基地此时不会收到通知，也看不到这一事项。"),
        ],
        case_url=_page_of(case) if case is not None else "",
        verdict=rules.can_open_withdrawal(actor, base),
        form=form,
        do=lambda: _page_of(
            actions.open_withdrawal(
                actor=actor,
                base=base,
                ground=Withdrawal.Ground.FALSE_STATEMENTS,
                years=[],
                statement=form.cleaned_data["statement"],
            )
        ),
        done=_("已立案。"),
        back=reverse("bases:detail", args=[base.number]),
        trail=trail_to_base(base),
        official=True,
    )
    return perform(request, act)


@entry(Role.MUNICIPAL)
@FORMS
def withdrawal_prepare(request: PortalRequest, public_id: str) -> HttpResponse:
    """Set down facts and reasons and hand the case to the leader."""
    found, actor = withdrawal_for(request, public_id), actor_of(request)
    form = StatementForm(posted(request), initial={"statement": found.statement})
    act = Act(
        title=_("拟定事实与理由"),
        about=found.base.name,
        button=_("提交领导决定"),
        facts=_grounds(found),
        warning=contest_said(found),
        effects=[
            _("市科协领导收到通知，应在%(day)s前（含当日）决定；拟定人不能作决定。") % {"day": said(found.confirm_by)},
            _("决定取消的，这段话写进决定书，原样告知基地。"),
        ],
        verdict=rules.can_prepare_withdrawal(actor, found),
        form=form,
        do=lambda: actions.prepare_withdrawal(actor=actor, withdrawal=found, statement=form.cleaned_data["statement"]),
        done=_("已提交领导决定。"),
        back=_page_of(found),
        trail=trail_to_withdrawal(found),
    )
    return perform(request, act)


@entry(Role.LEADER)
@FORMS
def withdrawal_confirm(request: PortalRequest, public_id: str) -> HttpResponse:
    """The leader withdraws the qualification; what can be contested is said before the click."""
    found, actor = withdrawal_for(request, public_id), actor_of(request)
    form = ConfirmForm(posted(request), initial={"read": found.statement})
    unit = found.base.organisation.name
    act = Act(
        title=_("取消基地资格"),
        about=found.base.name,
        button=_("取消资格"),
        facts=[*_grounds(found), (_("事实与理由"), found.statement)],
        warning=contest_said(found),
        effects=[
            _("%(base)s的资格自今日（%(day)s）起终止，当日即不再有效，不能恢复。")
            % {"base": found.base.name, "day": said(request.today)},
            _("印发取消资格的决定；%(unit)s收到通知，事实与理由原样告知。") % {"unit": unit},
            _("尚未到期的应报事项取消，未办结的续期申请终止，公开名录标明“已终止”。"),
        ],
        verdict=rules.can_confirm_withdrawal(actor, found),
        form=form,
        do=lambda: actions.confirm_withdrawal(actor=actor, withdrawal=found, statement_read=form.cleaned_data["read"]),
        done=_("已取消资格，决定书正在制作。"),
        back=_page_of(found),
        trail=trail_to_withdrawal(found),
        official=True,
    )
    return perform(request, act)


@entry(Role.LEADER)
@FORMS
def withdrawal_close(request: PortalRequest, public_id: str) -> HttpResponse:
    """End the case without withdrawing."""
    found, actor = withdrawal_for(request, public_id), actor_of(request)
    form = CloseForm(posted(request))
    failed = found.ground == Withdrawal.Ground.TWO_FAILURES
    act = Act(
        title=_("结案，不取消资格"),
        about=found.base.name,
        button=_("结案"),
        facts=_grounds(found),
        effects=[
            _("事项就此办结，不能恢复；基地资格不受影响。"),
            *([_("同样的两个年度不再立案；以后年度又不合格的，重新计算。")] if failed else []),
            _("学会部收到通知，理由写入审计台账。"),
        ],
        verdict=rules.can_close_withdrawal(actor, found),
        form=form,
        do=lambda: actions.close_withdrawal(actor=actor, withdrawal=found, reason=form.cleaned_data["reason"]),
        done=_("已结案。"),
        back=_page_of(found),
        trail=trail_to_withdrawal(found),
        official=True,
    )
    return perform(request, act)


def contest_said(found: Withdrawal) -> str:
    """That the two failed years do not follow one another, in so many words; empty when they do."""
    between = years_between(found)
    first, second = found.first_failed_year, found.second_failed_year
    if first is None or second is None or second - first == 1:
        return ""
    exempted = "、".join(str(each.year) for each in between if each.result == EXEMPT)
    years = {"first": first, "second": second, "between": exempted or f"{first + 1}—{second - 1}"}
    if exempted:
        return (
            _(
                "请注意：%(first)s 年度不合格，%(between)s 年度免评，%(second)s 年度不合格，"
                "两个不合格年度之间隔着免评年度。"
                "方案写的是“连续两年不合格”，门户按跳过免评年度计算；是否算“连续”可能引起争议，请慎重决定。"
            )
            % years
        )
    return (
        _(
            "请注意：%(first)s 年度和 %(second)s 年度不合格，%(between)s 年末资格不在有效期内，没有评估。"
            "是否算“连续两年”可能引起争议，请慎重决定。"
        )
        % years
    )


def steps_for(actor: Actor, found: Withdrawal) -> list[Step]:
    """What this person can do about the case now, the expected one first."""
    prepared = found.prepared_on is not None
    steps = [
        (rules.can_confirm_withdrawal(actor, found), _("看清后果并决定"), "withdrawal_confirm"),
        (
            rules.can_prepare_withdrawal(actor, found),
            _("修改事实与理由") if prepared else _("拟定事实与理由"),
            "withdrawal_prepare",
        ),
        (rules.can_close_withdrawal(actor, found), _("结案，不取消资格"), "withdrawal_close"),
    ]
    return [Step(label, reverse(f"evaluations:{name}", args=[found.public_id])) for may, label, name in steps if may]


def _page_of(found: Withdrawal) -> str:
    return reverse("evaluations:withdrawal", args=[found.public_id])


def _grounds(found: Withdrawal) -> list[tuple[str, Any]]:
    rows: list[tuple[str, Any]] = [(_("事由"), found.get_ground_display())]
    if found.years:
        rows.append((_("不合格年度"), "、".join(str(year) for year in found.years)))
    return rows


def _facts(found: Withdrawal, *, inner: bool) -> list[tuple[str, Any]]:
    rows = [(_("基地编号"), found.base.number), (_("所在单位"), found.base.organisation.name), *_grounds(found)]
    if inner:
        rows += [(_("立案日期"), said(found.opened_on)), (_("决定期限"), said(found.confirm_by))]
        if found.prepared_by is not None:
            rows.append((_("拟定人"), found.prepared_by.name))
    if found.confirmed_on:
        rows.append((_("决定日期"), said(found.confirmed_on)))
    return rows
