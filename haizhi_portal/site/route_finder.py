"""Before registering: where a unit applies, by when and with what, or why it may not and what it can do instead."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from applications.models import Call
from applications.queries import current_call
from applications.sections import CONDITIONS, MATERIALS, certificate_name
from haizhi_portal.accounts.models import Jurisdiction
from haizhi_portal.policy.routing import obstacles, route
from haizhi_portal.policy.stored import figures_on
from haizhi_portal.policy.verdict import RuleViolation, Verdict
from haizhi_portal.policy.words import LEVEL_LABELS


@dataclass(frozen=True, slots=True)
class Facts:
    """What the visitor said of the unit; the credit code only when one was typed."""

    kind: str
    level: str
    in_dalian: bool = True
    is_branch: bool = False
    jurisdiction: Jurisdiction | None = None
    credit_code: str | None = None

    def registration_url(self) -> str:
        """The registration form with these answers in it."""
        answers = {
            "kind": self.kind,
            "level": self.level,
            "in_dalian": "yes" if self.in_dalian else "no",
            "is_branch": "yes" if self.is_branch else "no",
            "jurisdiction": self.jurisdiction.code if self.jurisdiction else "",
            "credit_code": self.credit_code or "",
        }
        given = {key: value for key, value in answers.items() if value}
        return f"{reverse('accounts:register')}?{urlencode(given)}"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One reason why the unit may not apply, with what can be done instead."""

    title: str
    verdict: Verdict
    advice: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the application goes first: ``place`` names its reviewing body, None for the municipal CAST.

    ``is_open`` when the body depends on a jurisdiction that was not chosen yet.
    """

    sentence: str
    reason: str
    clause: str
    place: Jurisdiction | None = None
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Timing:
    """The call that concerns applicants today in one sentence, and its days as (title, day)."""

    sentence: str
    tone: str
    days: tuple[tuple[str, date], ...] = ()


@dataclass(frozen=True, slots=True)
class Needs:
    """What has to be got ready: (title, words, stamped) of each material, (title, words) of each condition, copies."""

    materials: tuple[tuple[str, str, bool], ...]
    conditions: tuple[tuple[str, str], ...]
    copies: int


_TITLES = {
    "level": gettext_noop("不是市级学会"),
    "in_dalian": gettext_noop("不在大连市内"),
    "is_branch": gettext_noop("是分支机构"),
    "credit_code": gettext_noop("统一社会信用代码"),
}
_INDIVIDUAL = gettext_noop("是个体工商户")
_ADVICE: dict[str, tuple[str, ...]] = {
    "level": (
        gettext_noop("确属市级学会（登记机关为市民政部门、由市科协主管）的，把隶属关系改为“市属”再看。"),
        gettext_noop("区级、省级学会可以请所依托的高校、院所或企业以法人身份申报，学会作为合作方写进申报书。"),
        gettext_noop("也可以与所在区（市、县）科协商议，由其申报并牵头组织。"),
    ),
    "in_dalian": (
        gettext_noop("在大连已有独立法人（子公司、研究院等）的，用该法人的名义和信用代码申报。"),
        gettext_noop("没有的，可以作为合作方参与大连已有基地的活动；基地名录里有各基地的单位。"),
    ),
    "is_branch": (
        gettext_noop("请总公司、校本部等法人单位申报；该法人也须在大连市内。"),
        gettext_noop("法人单位不在大连的，先在大连设立有独立法人资格的机构，再以它申报。"),
    ),
    "individual": (
        gettext_noop("先到市场监管部门转为企业（有限公司等），取得以 91 开头的新代码后申报。"),
        gettext_noop("也可以与有法人资格的单位合作，由其申报。"),
    ),
    "credit_code": (gettext_noop("对照证照逐位改正后再看；不确定时可以先留空。"),),
}


def obstacles_to(facts: Facts) -> list[Obstacle]:
    """Every reason against this unit, each with its own way on; empty when it may apply."""
    found = obstacles(
        kind=facts.kind,
        level=facts.level,
        in_dalian=facts.in_dalian,
        is_branch=facts.is_branch,
        credit_code=facts.credit_code,
    )
    return [_obstacle(question, verdict) for question, verdict in found]


def _obstacle(question: str, verdict: Verdict) -> Obstacle:
    title = _TITLES[question]
    if question == "credit_code" and "个体工商户" in verdict.reason:
        question, title = "individual", _INDIVIDUAL
    return Obstacle(_(title), verdict, tuple(_(each) for each in _ADVICE[question]))


def destination(facts: Facts) -> Destination:
    """Where an eligible unit hands in, and by which rule."""
    place = facts.jurisdiction
    try:
        found = route(kind=facts.kind, level=facts.level, jurisdiction=place.code if place else None)
    except RuleViolation as refused:
        reason = _("隶属关系为“%(level)s”，由单位实际所在的区（市、县）或先导区先行审核。") % {
            "level": LEVEL_LABELS[facts.level]
        }
        return Destination(_("先报所在辖区的审核单位，同意后转市科协。"), reason, refused.clause, is_open=True)
    if found.is_direct or place is None:
        return Destination(_("直接报市科协学会部。"), found.reason, found.clause)
    sentence = _("先报%(body)s，同意后转市科协。") % {"body": place.reviewing_body.name}
    return Destination(sentence, found.reason, found.clause, place)


def timing(today: date, to: Destination) -> Timing:
    """When this year's call opens and closes; what to do while none is open."""
    call = current_call(today)
    if call is None:
        return Timing(
            _("还没有公布年度申报时间。市科协每年组织一次，公布后显示在首页；现在就可以注册并准备材料。"), "wait"
        )
    year = {"year": call.year}
    if today > call.applicants_close_on:
        return Timing(
            _("%(year)s 年度申报已经截止，请等下一年度；现在就可以注册，先办同意书、登记海外合作伙伴、准备材料。")
            % year,
            "stop",
            _days(call, to),
        )
    if today < call.opens_on:
        return Timing(_("%(year)s 年度申报还没有开始，现在可以注册、写草稿。") % year, "wait", _days(call, to))
    return Timing(_("%(year)s 年度申报正在进行。") % year, "act", _days(call, to))


def _days(call: Call, to: Destination) -> tuple[tuple[str, date], ...]:
    days = [(_("申报开始"), call.opens_on), (_("单位提交截止"), call.applicants_close_on)]
    if to.place is not None or to.is_open:
        days.append((_("辖区审核截止"), call.districts_close_on))
    return tuple(days)


def needs(facts: Facts, today: date) -> Needs:
    """Materials, with the certificate that fits this kind of unit, conditions and stamped copies."""
    certificate = certificate_name(facts.kind)
    materials = []
    for spec in MATERIALS.values():
        if spec.required:
            words = _("%(certificate)s，加盖公章后扫描。") % {"certificate": certificate}
            is_certificate = spec.kind == "legal_certificate"
            materials.append((_(spec.title), words if is_certificate else _(spec.hint), spec.stamped))
    return Needs(
        materials=tuple(materials),
        conditions=tuple((_(label), _(hint)) for _key, label, hint in CONDITIONS),
        copies=figures_on(today).paper_copies,
    )
