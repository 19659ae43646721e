"""A unit's request for renewal: handed in, read, corrected, taken back."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bases.models import Base
from bases.standing import standing as base_standing
from evaluations import rules
from evaluations.actions import renewal as actions
from evaluations.evidence import evidence_of_term
from evaluations.forms import RenewalForm, WithdrawRenewalForm
from evaluations.models import Renewal
from evaluations.queries import last_term, may_read_assessment, open_cases, renewal_of
from evaluations.standing import renewal_standing
from evaluations.timeline import renewal_events
from evaluations.views.acting import Act, perform
from evaluations.views.evaluation import Step
from evaluations.views.finding import (
    READERS,
    base_for,
    posted,
    readable,
    renewal_for,
    tone_for,
    trail_to_base,
    trail_to_renewal,
)
from evaluations.views.record import cases_of, evaluations_of, paper_said
from haizhi_portal.accounts.answers import ask_once, confirmed, page, placed, revising, stopped, typed
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.deadlines import renewal_paper_deadline
from haizhi_portal.policy.stored import calendar, figures_on
from haizhi_portal.policy.terms import expiry_day
from haizhi_portal.policy.verdict import Conflict, RuleViolation
from haizhi_portal.policy.words import Role

FORMS = require_http_methods(["GET", "HEAD", "POST"])


@entry(Role.APPLICANT)
@FORMS
def renew(request: PortalRequest, number: str) -> HttpResponse:
    """Ask for the renewal of the base's term; outside the window, when it is."""
    base, actor = base_for(request, number), actor_of(request)
    term = last_term(base)
    earlier = renewal_of(term)
    form = RenewalForm(posted(request))
    verdict = rules.can_request_renewal(actor, base, term, earlier)
    violation: RuleViolation | None = None
    if request.method == "POST" and form.is_valid() and not revising(request):
        if verdict and not confirmed(request):
            return ask_once(
                request,
                title=_("提交续期申请"),
                button=_("提交续期申请"),
                facts=_typed(form),
                effects=_requesting(base, actor),
                trail=trail_to_base(base),
                official=True,
            )
        try:
            requested = actions.request_renewal(
                actor=actor, base=base, statement=form.cleaned_data["statement"], plan=form.cleaned_data["plan"]
            )
        except RuleViolation as refused:
            violation = placed(refused, form)
        else:
            messages.success(request, _("续期申请已提交。"))
            return redirect("evaluations:renewal", requested.public_id)
    context = {
        "base": base,
        "standing": base_standing(base, request.today),
        "earlier": earlier,
        "form": form,
        "verdict": verdict,
        "blocked": stopped(verdict, violation),
        "typed": typed(form),
        "trail": trail_to_base(base),
    }
    return page(request, "evaluations/renew.html", context, forms_shown=[form], violation=violation)


@entry(*READERS)
@require_safe
def renewal(request: PortalRequest, public_id: str) -> HttpResponse:
    """Where a request stands, what it says, what changed since it was returned, its history."""
    found, actor = renewal_for(request, public_id), actor_of(request)
    steps, inner = steps_for(actor, found), may_read_assessment(request.user)
    expected = [step for step in steps if step.is_expected]
    standing = renewal_standing(found, request.today, open_cases(request.user).get(found.term.base_id))
    if standing.case_url:
        expected = [Step(_("看取消资格事项"), standing.case_url)]
    no_paper, last_day = found.state in rules.OPEN and found.paper_received_on is None, found.term.expires_on
    late = no_paper and found.paper_due_on < request.today <= last_day
    context = {
        "renewal": found,
        "standing": standing,
        "tone": tone_for(standing, steps),
        "step": expected[0] if expected else None,
        "others": [step for step in steps if step not in expected[:1]],
        "changes": _changes(found),
        "inner": inner,
        "evaluations": evaluations_of(found) if inner else [],
        "cases": cases_of(found) if inner else [],
        "evidence": evidence_of_term(found.term, request.today) if inner else [],
        "facts": _facts(found),
        "events": renewal_events(found, inner=inner),
        "document": readable(request, found.document),
        "needs_paper": no_paper and request.today <= found.paper_due_on,
        "ask_again_by": last_day if late and rules.can_withdraw_renewal(actor, found) else None,
    }
    return page(request, "evaluations/renewal.html", context)


@entry(Role.APPLICANT)
@FORMS
def renewal_resubmit(request: PortalRequest, public_id: str) -> HttpResponse:
    """Correct what was returned and hand it in again; what a colleague handed in meanwhile is shown beside it."""
    found, actor = renewal_for(request, public_id), actor_of(request)
    initial = {"version": found.version, "statement": found.statement, "plan": found.plan}
    form = RenewalForm(posted(request), initial=initial)
    verdict = rules.can_resubmit_renewal(actor, found)
    violation: RuleViolation | None = None
    clashes: list[tuple[str, list[str]]] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.resubmit_renewal(
                actor=actor,
                renewal=found,
                statement=data["statement"],
                plan=data["plan"],
                expected_version=data["version"] or 0,
            )
        except Conflict as refused:
            violation, found = refused, renewal_for(request, public_id)
            clashes = [
                (str(form.fields[name].label), [data[name], getattr(found, name)])
                for name in ("statement", "plan")
                if data[name] != getattr(found, name)
            ]
            form = _on_top_of(found, request)
        except RuleViolation as refused:
            violation = placed(refused, form)
        else:
            messages.success(request, _("续期申请已重新提交。"))
            return redirect("evaluations:renewal", public_id)
    context = {
        "renewal": found,
        "form": form,
        "clashes": clashes,
        "blocked": stopped(verdict, violation),
        "typed": typed(form),
        "trail": trail_to_renewal(found),
    }
    return page(request, "evaluations/resubmit.html", context, forms_shown=[form], violation=violation)


@entry(Role.APPLICANT)
@FORMS
def renewal_withdraw(request: PortalRequest, public_id: str) -> HttpResponse:
    """Take the request back."""
    found, actor = renewal_for(request, public_id), actor_of(request)
    form, last_day = WithdrawRenewalForm(posted(request)), found.term.expires_on
    over = request.today > last_day
    if over:
        outcome = _("有效期已于%(day)s届满，撤回之后基地资格今日即终止，不能恢复。") % {"day": said(last_day)}
    else:
        outcome = _("在%(day)s前（含当日）可以重新申请；到期没有申请的，自%(over)s起资格终止。") % {
            "day": said(last_day),
            "over": said(expiry_day(last_day)),
        }
    act = Act(
        title=_("撤回续期申请"),
        about=found.term.base.name,
        button=_("撤回续期申请"),
        effects=[_("市科协停止考核，已提交的内容留存备查。"), outcome, _("市科协学会部收到通知。")],
        warning=outcome if over else "",
        verdict=rules.can_withdraw_renewal(actor, found),
        form=form,
        do=lambda: actions.withdraw_renewal(actor=actor, renewal=found, reason=form.cleaned_data["reason"]),
        done=_("续期申请已撤回。"),
        back=reverse("evaluations:renewal", args=[public_id]),
        trail=trail_to_renewal(found),
        official=True,
    )
    return perform(request, act)


def steps_for(actor: Actor, found: Renewal) -> list[Step]:
    """What this person can do about the request now, the expected one first."""
    prepared, late = found.prepared_on is not None, actor.today > found.paper_due_on
    optional = {"renewal_return", "renewal_withdraw"}
    optional |= {"renewal_prepare"} if prepared else {"renewal_paper"} if late else set()
    steps = [
        (rules.can_resubmit_renewal(actor, found), _("修改并重新提交"), "renewal_resubmit"),
        (rules.can_decide_renewal(actor, found), _("作出决定"), "renewal_decide"),
        (_may_enter_paper(actor, found), _("登记纸质申请"), "renewal_paper"),
        (
            rules.can_prepare_renewal(actor, found),
            _("修改考核意见") if prepared else _("提出考核意见"),
            "renewal_prepare",
        ),
        (rules.can_return_renewal(actor, found), _("退回修改"), "renewal_return"),
        (rules.can_withdraw_renewal(actor, found), _("撤回申请"), "renewal_withdraw"),
    ]
    return [
        Step(
            label,
            reverse(f"evaluations:{name}", args=[found.public_id]),
            is_expected=name not in optional,
        )
        for may, label, name in steps
        if may
    ]


def _may_enter_paper(actor: Actor, found: Renewal) -> bool:
    return bool(rules.can_register_paper(actor, found)) and found.prepared_on is None


def _typed(form: RenewalForm) -> list[tuple[Any, str]]:
    return [(form.fields[name].label, form.cleaned_data[name]) for name in ("statement", "plan")]


def _requesting(base: Base, actor: Actor) -> list[str]:
    term, figures = last_term(base), figures_on(actor.today)
    paper = said(renewal_paper_deadline(actor.today, figures, calendar()))
    return [
        _("以今天（%(day)s）为申请日，送市科协学会部考核。") % {"day": said(actor.today)},
        _("请打印申请，盖章后在%(day)s前（含当日）送达市科协学会部；逾期送达的不能通过。") % {"day": paper},
        _("在%(day)s前（含当日）通过的，新的有效期紧接着开始；之后通过的，自决定之日起算。")
        % {"day": said(term.expires_on)},
        _("到期仍在考核的，列为“已到期，续期考核中”，不产生新的应报事项。"),
    ]


def _on_top_of(found: Renewal, request: PortalRequest) -> RenewalForm:
    data = request.POST.copy()
    data["version"] = str(found.version)
    return RenewalForm(data)


def _changes(found: Renewal) -> list[tuple[str, list[str]]]:
    """What the newest version changed of the one before."""
    newest = list(found.versions.order_by("-version")[:2])
    if len(newest) < 2:
        return []
    new, old = newest
    rows = [(_("本期工作情况和续期理由"), [old.statement, new.statement]), (_("下一期工作计划"), [old.plan, new.plan])]
    return [(label, cells) for label, cells in rows if cells[0] != cells[1]]


def _facts(found: Renewal) -> list[tuple[str, Any]]:
    base, term = found.term.base, found.term
    rows: list[tuple[str, Any]] = [
        (_("基地编号"), base.number),
        (_("所在单位"), base.organisation.name),
        (_("本期"), _("第 %(number)s 期，至%(day)s") % {"number": term.number, "day": said(term.expires_on)}),
        (_("申请日期"), said(found.requested_on)),
        (_("版本"), _("第 %(version)s 版") % {"version": found.version}),
    ]
    rows.append((_("纸质申请"), paper_said(found)))
    if found.decided_on:
        rows.append((_("决定日期"), said(found.decided_on)))
    return rows
