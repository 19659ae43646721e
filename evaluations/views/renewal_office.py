"""The office's part of a renewal: paper, return, assessment, and the leader's decision."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from evaluations import rules
from evaluations.actions import renewal as actions
from evaluations.actions.assessment import ended_on_if_failed
from evaluations.actions.naming import withdrawal_page
from evaluations.evidence import evidence_of_term
from evaluations.forms import DecideRenewalForm, PaperForm, PrepareRenewalForm, ReturnForm
from evaluations.models import Renewal
from evaluations.views.acting import Act, perform
from evaluations.views.finding import posted, renewal_for, trail_to_renewal
from evaluations.views.record import cases_of, evaluations_of, paper_said
from haizhi_portal.accounts.answers import ask_once, confirmed, page, placed, revising, stopped, typed
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.dates_said import said, said_range
from haizhi_portal.policy.deadlines import correction_deadline
from haizhi_portal.policy.stored import calendar, figures_on
from haizhi_portal.policy.terms import renewed_term
from haizhi_portal.policy.verdict import Conflict, RuleViolation
from haizhi_portal.policy.words import Role

FORMS = require_http_methods(["GET", "HEAD", "POST"])


@entry(Role.MUNICIPAL)
@FORMS
def renewal_paper(request: PortalRequest, public_id: str) -> HttpResponse:
    """Register the stamped paper."""
    found, actor = renewal_for(request, public_id), actor_of(request)
    form = PaperForm(posted(request), initial={"received_on": request.today})
    late = request.today > found.paper_due_on
    act = Act(
        title=_("登记纸质申请"),
        about=found.term.base.name,
        button=_("登记"),
        facts=[(_("申请日期"), said(found.requested_on)), (_("送达的最后一天"), said(found.paper_due_on))],
        effects=[
            _("记下收到的日期，续期考核可以拟为通过。"),
            _("补登以前收到的，登记日期和原因写入审计台账，领导决定时可以看到。"),
            _("登记之后不能更改；%(unit)s收到通知。") % {"unit": found.term.base.organisation.name},
        ],
        warning=_("送达的最后一天%(day)s已过，今天收到的不能登记；只有在此之前实际收到而漏登的，可写明原因补登。")
        % {"day": said(found.paper_due_on)}
        if late
        else "",
        verdict=rules.can_register_paper(actor, found),
        form=form,
        do=lambda: actions.register_paper(
            actor=actor,
            renewal=found,
            received_on=form.cleaned_data["received_on"],
            reason=form.cleaned_data["reason"],
        ),
        done=_("纸质申请已登记。"),
        back=reverse("evaluations:renewal", args=[public_id]),
        trail=trail_to_renewal(found),
    )
    return perform(request, act)


@entry(Role.MUNICIPAL)
@FORMS
def renewal_return(request: PortalRequest, public_id: str) -> HttpResponse:
    """Send the request back for correction."""
    found, actor = renewal_for(request, public_id), actor_of(request)
    form = ReturnForm(posted(request))
    correct_by = said(correction_deadline(request.today, figures_on(request.today), calendar()))
    act = Act(
        title=_("退回修改"),
        about=found.term.base.name,
        button=_("退回修改"),
        effects=[
            _("%(unit)s收到通知，意见原样告知。") % {"unit": found.term.base.organisation.name},
            _("单位应在%(day)s前（含当日）修改后重新提交；申请日期不变。") % {"day": correct_by},
        ],
        verdict=rules.can_return_renewal(actor, found),
        form=form,
        do=lambda: actions.return_renewal(actor=actor, renewal=found, reason=form.cleaned_data["reason"]),
        done=_("已退回修改。"),
        back=reverse("evaluations:renewal", args=[public_id]),
        trail=trail_to_renewal(found),
    )
    return perform(request, act)


@entry(Role.MUNICIPAL)
@FORMS
def renewal_prepare(request: PortalRequest, public_id: str) -> HttpResponse:
    """The officer's assessment and proposal for the leader."""
    found, actor = renewal_for(request, public_id), actor_of(request)
    initial = {"proposal": found.proposal, "assessment": found.assessment}
    form = PrepareRenewalForm(posted(request), initial=initial)
    case = rules.open_case(found.term.base)
    act = Act(
        title=_("提出考核意见"),
        about=found.term.base.name,
        button=_("提交领导决定"),
        facts=[(fact.label, fact.value) for fact in evidence_of_term(found.term, request.today)],
        effects=[
            _("市科协领导收到通知，由其决定；拟定人不能作决定。"),
            _("提交之后不能再退回单位修改。"),
            _("基地看不到考核意见。"),
        ],
        warning=rules.no_open_case(case).reason,
        case_url=withdrawal_page(case) if case is not None else "",
        verdict=rules.can_prepare_renewal(actor, found),
        form=form,
        do=lambda: actions.prepare_renewal(
            actor=actor,
            renewal=found,
            proposal=form.cleaned_data["proposal"],
            assessment=form.cleaned_data["assessment"],
        ),
        done=_("考核意见已提交领导。"),
        back=reverse("evaluations:renewal", args=[public_id]),
        trail=trail_to_renewal(found),
    )
    return perform(request, act)


@entry(Role.LEADER)
@FORMS
def renewal_decide(request: PortalRequest, public_id: str) -> HttpResponse:
    """The leader decides; what each answer brings about is shown before the click."""
    found, actor = renewal_for(request, public_id), actor_of(request)
    form = DecideRenewalForm(posted(request), initial={"read": found.assessment})
    verdict = rules.can_decide_renewal(actor, found)
    violation: RuleViolation | None = None
    if request.method == "POST" and form.is_valid() and not revising(request):
        passed, reason = form.cleaned_data["passed"], form.cleaned_data["reason"]
        if verdict and not confirmed(request) and (reason or (passed and found.proposal == "pass")):
            title = _("同意续期") if passed else _("不予续期")
            return ask_once(
                request,
                title=title,
                button=title,
                facts=[(_("拟定结论"), found.get_proposal_display()), (_("考核意见"), found.assessment)]
                + ([(_("决定理由"), reason)] if reason else []),
                effects=_deciding(actor, found, passed),
                trail=trail_to_renewal(found),
                official=True,
            )
        try:
            actions.decide_renewal(
                actor=actor,
                renewal=found,
                passed=passed,
                reason=reason,
                assessment_read=form.cleaned_data["read"],
            )
        except Conflict as refused:
            violation, found = refused, renewal_for(request, public_id)
            data = request.POST.copy()
            data["read"] = found.assessment
            form = DecideRenewalForm(data)
        except RuleViolation as refused:
            violation = placed(refused, form)
        else:
            messages.success(request, _("决定已作出。"))
            return redirect("evaluations:renewal", public_id)
    context = {
        "renewal": found,
        "form": form,
        "evidence": evidence_of_term(found.term, request.today),
        "evaluations": evaluations_of(found),
        "cases": cases_of(found),
        "paper": paper_said(found),
        "passing": _deciding(actor, found, True),
        "failing": _deciding(actor, found, False),
        "blocked": stopped(verdict, violation),
        "typed": typed(form),
        "case": rules.open_case(found.term.base),
        "trail": trail_to_renewal(found),
    }
    return page(request, "evaluations/decide_renewal.html", context, forms_shown=[form], violation=violation)


def _deciding(actor: Actor, found: Renewal, passed: bool) -> list[str]:
    """What the decision brings about, with the days."""
    term, unit = found.term, found.term.base.organisation.name
    if not passed:
        ended_on = ended_on_if_failed(term, actor)
        return [
            _("基地资格自%(day)s起终止，公开名录随之标明。") % {"day": said(ended_on)},
            _("印发不予续期通知；%(unit)s收到通知，理由原样告知。") % {"unit": unit},
            _("今后只能在新的年度申报中作为新基地重新申报，占用当年名额。"),
        ]
    span = renewed_term(term.expires_on, actor.today, figures_on(actor.today))
    joins = _("与本期相接，中间不间断。") if actor.today <= term.expires_on else _("自今日起算，此前一段不算有效。")
    return [
        _("新的有效期：%(span)s，") % {"span": said_range(span.starts_on, span.expires_on)} + joins,
        _("印发重新授牌的决定，换发证书和牌匾；不占当年名额。"),
        _("%(unit)s收到通知。") % {"unit": unit},
    ]
